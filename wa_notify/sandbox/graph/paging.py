"""Lists in pages. A cursor names the item it stands at, so it stays right while the list changes.

The order is that of the ids, and new ones come last (our deduction).
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from wa_notify.sandbox.refusals import Refusal, Refused

PAGE = 25  # our deduction: the usual page of the Graph
PAGE_MOST = 1000
MARK = "id:"

T = TypeVar("T")
Query = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """A part of a list. `paging` is the object of that name in the answer; empty for an empty page."""

    items: Sequence[T]
    paging: Mapping[str, Any]

    def listed(self, data: Sequence[Any]) -> dict[str, Any]:
        """Return the answer that shows it: its items as `data`."""
        return {"data": list(data), **({"paging": self.paging} if self.paging else {})}


def page_of(items: Mapping[str, T], query: Query, url: str) -> Page[T]:
    """Return the asked page of items by their ids; `url` is the request's without cursors. Raises Refused."""
    ids = sorted(items, key=_place)
    limit = _limit(query)
    if query.get("before"):
        earlier = [one for one in ids if _place(one) < _place(_read(query["before"]))]
        shown = earlier[-limit:]
    elif query.get("after"):
        shown = [one for one in ids if _place(one) > _place(_read(query["after"]))][:limit]
    else:
        shown = ids[:limit]
    if not shown:
        return Page(items=(), paging={})
    paging: dict[str, Any] = {"cursors": {"before": cursor(shown[0]), "after": cursor(shown[-1])}}
    mark = "&" if "?" in url else "?"
    if shown[0] != ids[0]:
        paging["previous"] = f"{url}{mark}before={cursor(shown[0])}"
    if shown[-1] != ids[-1]:
        paging["next"] = f"{url}{mark}after={cursor(shown[-1])}"
    return Page(items=[items[one] for one in shown], paging=paging)


def cursor(item_id: str) -> str:
    """Return the cursor that stands at an item."""
    return urlsafe_b64encode(f"{MARK}{item_id}".encode()).decode().rstrip("=")


def _read(written: str) -> str:
    """Return the id in a cursor."""
    try:
        text = urlsafe_b64decode(written + "=" * (-len(written) % 4)).decode()
    except ValueError as error:
        raise Refused(Refusal.VALUE_INVALID, "The cursor is not one of this list.") from error
    if not text.startswith(MARK):
        raise Refused(Refusal.VALUE_INVALID, "The cursor is not one of this list.")
    return text.removeprefix(MARK)


def _place(item_id: str) -> tuple[int, str]:
    """Ids are digits without leading zeros: the shorter one is the smaller one."""
    return len(item_id), item_id


def _limit(query: Query) -> int:
    written = query.get("limit", str(PAGE))
    if not (written.isascii() and written.isdecimal()) or len(written) > 6 or int(written) < 1:
        raise Refused(Refusal.VALUE_INVALID, "limit must be a positive whole number.")
    return min(int(written), PAGE_MOST)
