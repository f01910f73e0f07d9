"""How long lists are asked for and answered: always the same two parameters, always the same two fields."""

import base64
import binascii
import json
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec

from wa_notify.ports.pages import Mark
from wa_notify.web.operations.operation import LARGEST_NUMBER, LONGEST_PAGE, Given
from wa_notify.web.refusals import Refused
from wa_notify.web.request import storable

Limit = Annotated[
    int,
    msgspec.Meta(ge=1, le=LONGEST_PAGE, description="How many at most; there may be fewer before the end."),
]
After = Annotated[
    str, msgspec.Meta(max_length=400, description="`next` of the page before; nothing for the first page.")
]


class PageAsked(Given, frozen=True):
    """A part of a long list."""

    limit: Limit = 50
    after: After = ""


def cursor(*values: Any) -> str:
    """Where the next page begins, as a text that nobody needs to understand."""
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def place(text: str, *kinds: type) -> tuple[Any, ...] | None:
    """What `cursor` was made of; nothing for the first page. Raises `Refused` for anything else."""
    if not text:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        values = None
    fits = isinstance(values, list) and len(values) == len(kinds)
    if not fits or not all(_is(value, kind) for value, kind in zip(values, kinds, strict=True)):
        raise _no_place()
    return tuple(values)


def mark_of(text: str) -> Mark | None:
    """Where a list goes on that is in the order of time; nothing for the first page. Raises `Refused`."""
    found = place(text, str, int)
    if found is None:
        return None
    try:
        at = datetime.fromisoformat(found[0])
        if at.tzinfo is None:
            raise _no_place()
        return Mark(at=at.astimezone(UTC), id=found[1])
    except (ValueError, OverflowError):
        raise _no_place() from None


def number_of(text: str) -> int | None:
    """The same of a list that is in the order of its numbers. Raises `Refused`."""
    found = place(text, int)
    return found[0] if found else None


def next_of(mark: Mark | int | None, *, more: bool) -> str:
    """Where the next page begins; empty when there is none."""
    if mark is None or not more:
        return ""
    return cursor(mark) if isinstance(mark, int) else cursor(mark.at.isoformat(), mark.id)


def _no_place() -> Refused:
    fix = "Give `next` of the page before."
    return Refused("This is not where a page ends.", where="after", fix=fix)


def _is(value: Any, kind: type) -> bool:
    """Of that kind exactly, and nothing that a database cannot look for. Rows are counted from 1."""
    if type(value) is not kind:
        return False
    if isinstance(value, str):
        return storable(value) == value
    return not isinstance(value, int) or 0 <= value <= LARGEST_NUMBER
