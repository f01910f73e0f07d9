"""What a row of the table of refusals tells, and the words it is told in."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypedDict, Unpack


class Source(StrEnum):
    """Who says so."""

    META = "Meta's error-code reference"
    WEBHOOKS = "Meta's webhook reference"
    OPENAPI = "Meta's published OpenAPI"
    GRAPH = "general behaviour of the Graph API"
    FIELD = "observed by API clients"
    OURS = "our deduction"


KNOWN_AS_OF = {  # when the statement was read for the last time: a month, or a day
    Source.META: "2026-09",
    Source.WEBHOOKS: "2026-09",
    Source.OPENAPI: "2025-11",
    Source.GRAPH: "2026-11-21",
    Source.FIELD: "2026-11-21",
    Source.OURS: "2026-11-21",
}


class Sure(StrEnum):
    """How sure the row is: `firm` documented, `fair` seen in practice, `guess` to be checked."""

    FIRM = "firm"
    FAIR = "fair"
    GUESS = "guess"


class Timing(StrEnum):
    """When the refusal comes: with the answer, as a callback after or instead of `sent`, or in other news.

    `inbound` stands in a message that a person sent, `health` in the health status of an account.
    """

    ANSWER = "answer"
    AFTER_SENT = "after_sent"
    INSTEAD_OF_SENT = "instead_of_sent"
    INBOUND = "inbound"
    HEALTH = "health"


class Retry(StrEnum):
    """Whether the same request may succeed: `soon` with a growing pause, `later` after hours or a deed."""

    NO = "no"
    ONCE = "once"
    SOON = "soon"
    LATER = "later"


class Kind(StrEnum):
    """The `type` of an error object."""

    OAUTH = "OAuthException"
    METHOD = "GraphMethodException"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One refusal. `plain` rows are bare Graph errors: no `error_data`, no code in front of the message.

    code, subcode, title, kind: what the error object says. upto: the last code of the range that the row
    stands for. today: the code that took its place; seen_as: other codes reported for the same.
    http: the status of a synchronous refusal, or `None` when it never answers a request. http_sure: how sure
    that status is; Meta's present pages name none, so what older ones printed is `fair`.
    when: in which situation it comes, in our words. timing: at which moment; also: at which other ones.
    source, sure, as_of: who says so, how sure that is, and the day or month of the statement, by default that
    of its source. retry: whether trying again helps.
    arises: what to do in the sandbox to be refused so; empty when no rule brings it about, and only a fault
    can inject it. proof: the test that shows it, `file::function` among the tests of the sandbox.

    `managed` rows are about templates as such: their title and details are meant to be read by people.
    `throttle` rows have an HTTP status about which the sources disagree: 429, or 400 in earlier days.
    """

    code: int
    http: int | None
    title: str
    when: str
    source: Source
    sure: Sure
    timing: Timing = Timing.ANSWER
    also: tuple[Timing, ...] = ()
    kind: Kind = Kind.OAUTH
    subcode: int | None = None
    upto: int | None = None
    today: int | None = None
    seen_as: tuple[int, ...] = ()
    http_sure: Sure = Sure.FAIR
    retry: Retry = Retry.NO
    as_of: str = ""
    arises: str = ""
    proof: str = ""
    plain: bool = False
    throttle: bool = False
    managed: bool = False

    def __post_init__(self) -> None:
        if not self.as_of:
            object.__setattr__(self, "as_of", KNOWN_AS_OF[self.source])


class More(TypedDict, total=False):
    """What a row may add; see `Row`."""

    also: tuple[Timing, ...]
    kind: Kind
    upto: int
    today: int
    seen_as: tuple[int, ...]
    http_sure: Sure
    retry: Retry
    as_of: str
    arises: str
    proof: str
    plain: bool
    throttle: bool


# Short names, so that a row of the table stays short
META, WEBHOOKS, OPENAPI = Source.META, Source.WEBHOOKS, Source.OPENAPI
GRAPH, FIELD, OURS = Source.GRAPH, Source.FIELD, Source.OURS
FIRM, FAIR, GUESS = Sure.FIRM, Sure.FAIR, Sure.GUESS
ANSWERED, INSTEAD = (Timing.ANSWER,), (Timing.INSTEAD_OF_SENT,)
ONCE, SOON, LATER = Retry.ONCE, Retry.SOON, Retry.LATER


def answer(
    code: int,
    http: int,
    title: str,
    when: str,
    source: Source,
    sure: Sure,
    *,
    subcode: int | None = None,
    **more: Unpack[More],
) -> Row:
    """Return a row that answers the request itself."""
    return Row(
        code=code, http=http, title=title, when=when, source=source, sure=sure, subcode=subcode, **more
    )


def late(
    code: int, title: str, when: str, source: Source, sure: Sure, *, sent: bool, **more: Unpack[More]
) -> Row:
    """Return a row that comes as a `failed` callback, after the status `sent` or in its place."""
    timing = Timing.AFTER_SENT if sent else Timing.INSTEAD_OF_SENT
    return Row(code=code, http=None, title=title, when=when, source=source, sure=sure, timing=timing, **more)


def inbound(code: int, title: str, when: str, source: Source, sure: Sure, **more: Unpack[More]) -> Row:
    """Return a row that stands in a message from a person; injected, it answers with 400."""
    timing = Timing.INBOUND
    return Row(code=code, http=400, title=title, when=when, source=source, sure=sure, timing=timing, **more)


def health(code: int, title: str, when: str, source: Source, sure: Sure, **more: Unpack[More]) -> Row:
    """Return a row that stands in the health status of a number, an account, a business or an app."""
    timing = Timing.HEALTH
    return Row(code=code, http=None, title=title, when=when, source=source, sure=sure, timing=timing, **more)


def managed(
    subcode: int | None, title: str, when: str, source: Source, sure: Sure, **more: Unpack[More]
) -> Row:
    """Return a row about a template as such: code 100, told apart by its subcode."""
    return Row(
        code=100,
        http=400,
        title=title,
        when=when,
        source=source,
        sure=sure,
        subcode=subcode,
        managed=True,
        **more,
    )
