"""What went over the wire: requests to the Graph with their answers, callbacks with theirs.

For people who look for what went wrong, so that the inspector can show and repeat it. It is bounded by number
and by bytes. Of files only type and size are kept. Secrets are blanked on the way out, so that keeping costs
next to nothing while nobody looks.
"""

import json
import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl, urlencode

from .journal import BLANK, SECRET_KEYS, redacted

KEPT_EXCHANGES = 500
KEPT_BYTES = 8 * 1024 * 1024
BODY_MOST = 4 * 1024 * 1024  # bytes; a callback has at most 3 MB (Meta's reference)
SECRET_HEADERS = frozenset(
    {b"authorization", b"d360-api-key", b"cookie", b"set-cookie", b"proxy-authorization"}
)
FORM = "application/x-www-form-urlencoded"
SECRET_NAME = re.compile(
    b'"?(?:' + "|".join(map(re.escape, sorted(SECRET_KEYS))).encode() + b')"?\\s*[:=]', re.IGNORECASE
)
ESCAPED = re.compile(rb"\\u00[4-7]|%[4-7][0-9a-f]", re.IGNORECASE)  # letters, where a name may hide
TEXTS = ("text/", "application/json", FORM)


class Direction(StrEnum):
    """Who asks whom."""

    REQUEST = "request"  # the business asks the Graph
    CALLBACK = "callback"  # the Graph tells the business


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A body as it was kept: `content` is None for files and what is too long."""

    type: str
    size: int
    content: bytes | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it with `text`, or with `base64` when the bytes are no text of a shell or a page.

        blanked: a secret was taken out.
        """
        shown: dict[str, Any] = {"type": self.type, "size": self.size, "blanked": False}
        if self.content is None:
            return shown
        content = without_secrets(self.content, self.type)
        shown["blanked"] = content != self.content
        if content is None:
            return shown
        try:
            text = content.decode()
        except UnicodeDecodeError:
            text = "\0"
        if "\0" in text:
            return {**shown, "base64": b64encode(content).decode()}
        return {**shown, "text": text}


NOTHING = Body(type="", size=0, content=b"")
RawHeaders = Sequence[tuple[bytes, bytes]]


@dataclass(slots=True, kw_only=True, eq=False)
class Exchange:
    """A request and what came back, or a callback and what the service said to it.

    about: what a callback tells, such as `sent wamid...`. attempt, next_try_at: of a callback.
    ended_at: None while it is open. status: of the answer; None when `failure` says why there was none.
    version: the number of its last change.
    """

    number: int
    direction: Direction
    at: datetime
    method: str
    url: str
    headers: RawHeaders = ()
    body: Body = NOTHING
    about: tuple[str, ...] = ()
    attempt: int = 1
    next_try_at: datetime | None = None
    ended_at: datetime | None = None
    status: int | None = None
    failure: str | None = None
    answer_headers: RawHeaders = ()
    answer: Body = NOTHING
    version: int = 0

    @property
    def size(self) -> int:
        """The bytes that it keeps of both bodies."""
        return len(self.body.content or b"") + len(self.answer.content or b"")

    def as_json(self) -> dict[str, Any]:
        """Return the exchange as the control API shows it, without secrets."""
        return {
            "number": self.number,
            "kind": self.direction.value,
            "at": self.at.isoformat(),
            "ended_at": self.ended_at and self.ended_at.isoformat(),
            "method": self.method,
            "url": address_without_secrets(self.url),
            "headers": shown_headers(self.headers),
            "body": self.body.as_json(),
            "about": list(self.about),
            "attempt": self.attempt,
            "next_try_at": self.next_try_at and self.next_try_at.isoformat(),
            "status": self.status,
            "failure": self.failure,
            "answer_headers": shown_headers(self.answer_headers),
            "answer": self.answer.as_json(),
        }


class Traffic:
    """The newest exchanges. Each change of one has a number of its own, by which a page asks for news."""

    def __init__(self) -> None:
        self._exchanges: dict[int, Exchange] = {}
        self._begun = 0
        self._bytes = 0
        self.version = 0
        self.on_change: Callable[[], None] = lambda: None

    def __len__(self) -> int:
        return len(self._exchanges)

    def begin(self, direction: Direction, at: datetime, method: str, url: str, **facts: Any) -> int:
        """Keep an exchange that has begun; return its number. `facts` are further fields of it."""
        self._begun += 1
        exchange = Exchange(number=self._begun, direction=direction, at=at, method=method, url=url, **facts)
        self._exchanges[exchange.number] = exchange
        self._changed(exchange)
        return exchange.number

    def change(self, number: int, **facts: Any) -> None:
        """Add what has become known of an exchange; nothing if it is forgotten already."""
        exchange = self._exchanges.get(number)
        if exchange is not None:
            self._bytes -= exchange.size
            for name, value in facts.items():
                setattr(exchange, name, value)
            self._changed(exchange)

    def since(self, version: int) -> Iterable[Exchange]:
        """Return what changed after that version, oldest exchange first; everything after 0."""
        return [exchange for exchange in self._exchanges.values() if exchange.version > version]

    def _changed(self, exchange: Exchange) -> None:
        self.version += 1
        exchange.version = self.version
        self._bytes += exchange.size
        while self._is_full():
            oldest = next(iter(self._exchanges))
            self._bytes -= self._exchanges.pop(oldest).size
        self.on_change()

    def _is_full(self) -> bool:
        count = len(self._exchanges)
        return count > KEPT_EXCHANGES or (self._bytes > KEPT_BYTES and count > 1)


def body_of(content: bytes, content_type: str) -> Body:
    """Return a body as it is kept: without the bytes of files, and of what is too long."""
    kind = content_type.partition(";")[0].strip().lower()
    if not content:
        return NOTHING
    kept = content if is_text(kind) and len(content) <= BODY_MOST else None
    return Body(type=kind, size=len(content), content=kept)


def is_text(content_type: str) -> bool:
    """Whether bodies of that type are kept; without a type they are, since the Graph reads JSON anyway."""
    return content_type == "" or content_type.lower().startswith(TEXTS)


def without_secrets(content: bytes, kind: str) -> bytes | None:
    """Return a body with its secrets blanked, untouched when it has none; None when that cannot be told."""
    if not _may_have_secrets(content):
        return content
    try:
        if kind == FORM:
            return _blanked_form(content.decode()).encode()
        value = json.loads(content)
        clean = redacted(value)
        return content if clean == value else json.dumps(clean).encode()
    except (ValueError, RecursionError):
        return None


def _may_have_secrets(content: bytes) -> bool:
    """Whether a name of a secret is in it. Words are looked for before patterns, which take long in 3 MB."""
    small = content.lower()
    named = any(name.encode() in small for name in SECRET_KEYS)
    spelled = b"\\u00" in small or b"%" in small
    return (named and SECRET_NAME.search(content) is not None) or (
        spelled and ESCAPED.search(content) is not None
    )


def address_without_secrets(url: str) -> str:
    """Return an address with the secrets of its query blanked, whatever its host looks like."""
    place, mark, query = url.partition("?")
    return f"{place}{mark}{_blanked_form(query)}"


def shown_headers(headers: RawHeaders) -> dict[str, str]:
    """Return headers with secrets blanked; the scheme of an authorization stays."""
    return {name.decode("latin-1"): _shown(name, value.decode("latin-1")) for name, value in headers}


def _shown(name: bytes, value: str) -> str:
    if name.lower() not in SECRET_HEADERS:
        return value
    scheme, space, _ = value.partition(" ")
    return f"{scheme} {BLANK}" if space and name.lower() == b"authorization" else BLANK


def _blanked_form(form: str) -> str:
    pairs = parse_qsl(form, keep_blank_values=True)
    if not any(name.lower() in SECRET_KEYS for name, _ in pairs):
        return form
    return urlencode([(name, BLANK if name.lower() in SECRET_KEYS else value) for name, value in pairs])
