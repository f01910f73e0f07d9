"""Silences: alerts that nobody is told of, until a time that is always named."""

import re
import shlex
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import msgspec

from wa_notify.core.access import Right
from wa_notify.core.matcher import Matcher, read_matcher
from wa_notify.core.reply import LONGEST_SILENCE
from wa_notify.core.silence import Silence
from wa_notify.core.silence import silenced_until as first_heard
from wa_notify.core.ticket import UNRESOLVED, Ticket
from wa_notify.core.wallclock import moment_of, spoken_span, spoken_time
from wa_notify.core.words import bare, without_span
from wa_notify.pipeline.silences import end_silence as end
from wa_notify.ports import Transaction, Views
from wa_notify.web.operations.operation import Asked, Given, Nothing, Shape, operation
from wa_notify.web.refusals import NotNow, NotThere, Unfitting
from wa_notify.web.request import storable

MOST_LOOKED_AT = 200  # open tickets that are held against a silence before it is made
MOST_CONDITIONS = 20
HOW_CONDITIONS = "Write label=value, label!=value, label=~pattern or label!~pattern."

Span = Annotated[
    str, msgspec.Meta(max_length=40, description="How long, such as `30m`, `2h` or `1d`; at most 7 days.")
]
Until = Annotated[
    str,
    msgspec.Meta(
        max_length=40, description="When it ends: `2026-11-21T18:00`, by the house's clock without a zone."
    ),
]
OneCondition = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
Conditions = (
    Annotated[str, msgspec.Meta(max_length=4000)]
    | Annotated[list[OneCondition], msgspec.Meta(max_length=MOST_CONDITIONS)]
)


class SilenceShape(Shape, frozen=True, kw_only=True):
    """A silence. Without conditions it mutes everything; ``ticket`` is the one for which it was asked."""

    number: int
    conditions: list[str]
    starts_at: datetime
    ends_at: datetime
    author: str
    comment: str
    ticket: int | None


class SilenceList(Shape, frozen=True, kw_only=True):
    """The silences that are not over, the soonest end first."""

    items: list[SilenceShape]


class MutedTicket(Shape, frozen=True, kw_only=True):
    """An open ticket of which nothing would be told."""

    number: int
    title: str
    severity: str
    state: str


class SilencePreview(Shape, frozen=True, kw_only=True):
    """What a silence would mute now. ``more`` open tickets were not looked at."""

    conditions: list[str]
    tickets: list[MutedTicket]
    more: bool


class SilenceDone(Shape, frozen=True, kw_only=True):
    """What came of it, in a sentence, and the silence."""

    text: str
    silence: SilenceShape


class Foreseen(Given, frozen=True, kw_only=True):
    """Which silence it would be: conditions apart by spaces, quoted as on a command line."""

    conditions: Annotated[str, msgspec.Meta(max_length=4000)] = ""


class NewSilence(Given, frozen=True, kw_only=True):
    """Which alerts are muted, and how long: for a span, or until a time.

    Conditions are on labels and on ``source``, and all must hold, such as ``severity=warning`` and
    ``alertname=~Disk.*``. They are a list, or one text in which they stand apart by spaces, quoted as on a
    command line. Without any ``everything`` must be said.
    """

    conditions: Conditions = ""
    everything: bool = False
    span: Span = ""
    until: Until = ""
    comment: Annotated[str, msgspec.Meta(max_length=500, description="Why; it stands on timelines.")] = ""


@operation("GET", "/silences", right=Right.SEE)
async def list_silences(asked: Asked[Nothing, Nothing]) -> SilenceList:
    """List the silences that are not over, the soonest end first."""
    found = await asked.look(lambda views: views.silences(asked.now))
    return SilenceList(items=[shape_of(one) for one in found])


@operation("GET", "/silences/preview", right=Right.SEE)
async def preview_silence(asked: Asked[Nothing, Foreseen]) -> SilencePreview:
    """Show which open tickets a silence would mute now. Nothing is silenced."""
    matchers = matchers_of(asked.query.conditions)
    silence = Silence(
        matchers=matchers, starts_at=asked.now, ends_at=asked.now + LONGEST_SILENCE, author=asked.caller.name
    )
    muted, more = await asked.look(lambda views: _muted(views, silence, asked.now))
    return SilencePreview(
        conditions=[str(one) for one in matchers],
        tickets=[
            MutedTicket(number=one.id, title=one.title, severity=one.severity, state=one.state.value)
            for one in muted
        ],
        more=more,
    )


@operation("POST", "/silences", right=Right.TICKETS, status=201)
async def add_silence(asked: Asked[NewSilence, Nothing]) -> SilenceDone:
    """Mute alerts. Their tickets open all the same and say so; what still fires at the end is told then."""
    given, now = asked.body, asked.now
    matchers = matchers_of(given.conditions)
    if not matchers and not given.everything:
        fix = f"{HOW_CONDITIONS} To mute all alerts, say `everything`."
        raise Unfitting("It does not say which alerts to mute.", where="conditions", fix=fix)
    if matchers and given.everything:
        fix = "Leave one of them out."
        raise Unfitting("It names alerts and says everything.", where="conditions", fix=fix)
    wanted = Silence(
        matchers=matchers,
        starts_at=now,
        ends_at=ending(given, asked.book.time_zone, now),
        author=asked.caller.name,
        comment=storable(given.comment.strip()),
    )
    subject = f"silence of {spoken(matchers)[:150]}"
    silence = await asked.change(subject, lambda tx: tx.add_silence(wanted), facts=_facts)
    until = spoken_time(silence.ends_at, asked.book.time_zone)
    return SilenceDone(text=f"Silence {silence.id} holds until {until}.", silence=shape_of(silence))


@operation("POST", "/silences/{number:int}/end", right=Right.TICKETS)
async def end_silence(asked: Asked[Nothing, Nothing]) -> SilenceDone:
    """End a silence now. What waited for it and still fires is told."""
    number, now = asked.path["number"], asked.now

    def work(tx: Transaction) -> Silence:
        known = tx.silence(number)
        if known is None:
            raise NotThere(f"There is no silence {number}.", where="number")
        ended = end(tx, number, asked.caller.name, now)
        if ended is None:
            raise NotNow(f"Silence {number} is over already.", where="number")
        return ended

    ended = await asked.change(f"silence {number}", work, lambda tx: _facts(tx.silence(number)))
    text = f"Silence {number} has ended. What waited for it is told now if it still fires."
    return SilenceDone(text=text, silence=shape_of(ended))


def matchers_of(given: str | Sequence[str]) -> tuple[Matcher, ...]:
    """The conditions as they are typed. Raises `Unfitting`."""
    return tuple(_matcher(one) for one in (_apart(given) if isinstance(given, str) else given))


def _apart(text: str) -> list[str]:
    try:
        found = shlex.split(storable(text))
    except ValueError:
        fix = "Close it, or leave it out."
        raise Unfitting("A quotation mark is open.", where="conditions", fix=fix) from None
    if len(found) > MOST_CONDITIONS:
        fix = f"At most {MOST_CONDITIONS}."
        raise Unfitting(f"There are {len(found)} conditions.", where="conditions", fix=fix)
    return found


def _matcher(text: str) -> Matcher:
    try:
        return read_matcher(storable(text))
    except ValueError:
        raise Unfitting(f"'{text[:100]}' is no condition.", where="conditions", fix=HOW_CONDITIONS) from None
    except (re.error, OverflowError, RecursionError) as error:
        what = f"'{text[:100]}' holds no regular expression: {error}."
        raise Unfitting(what, where="conditions", fix="Mend it, or compare with = instead.") from None


def span_of(text: str, where: str = "span") -> timedelta:
    """How long it shall be. Raises `Unfitting`."""
    span, rest = without_span(bare(text))
    if not span or rest.strip():
        raise Unfitting(f"'{text}' is no span of time.", where=where, fix="Write it as 30m, 2h or 1d.")
    if span > LONGEST_SILENCE:
        raise Unfitting(f"'{text}' is too long.", where=where, fix=f"At most {spoken_span(LONGEST_SILENCE)}.")
    return span


def ending(given: NewSilence, time_zone: str, now: datetime) -> datetime:
    """When it shall end. Raises `Unfitting`."""
    if not given.until:
        return now + span_of(given.span)
    if given.span:
        raise Unfitting("It names a span and an end.", where="until", fix="Leave one of them out.")
    until = _moment(given.until, ZoneInfo(time_zone))
    if not now < until <= now + LONGEST_SILENCE:
        fix = f"At most {spoken_span(LONGEST_SILENCE)} from now."
        raise Unfitting("This is no end for a silence.", where="until", fix=fix)
    return until


def _moment(text: str, zone: ZoneInfo) -> datetime:
    try:
        return moment_of(text, zone)
    except ValueError:
        fix = "Write it as 2026-11-21T18:00."
        raise Unfitting(f"'{storable(text)}' is no time.", where="until", fix=fix) from None


def spoken(matchers: Sequence[Matcher]) -> str:
    """The conditions as one text."""
    return " ".join(str(one) for one in matchers) or "everything"


def shape_of(silence: Silence) -> SilenceShape:
    """A silence as it is shown."""
    return SilenceShape(
        number=silence.id,
        conditions=[str(one) for one in silence.matchers],
        starts_at=silence.starts_at,
        ends_at=silence.ends_at,
        author=silence.author,
        comment=silence.comment,
        ticket=silence.ticket_id,
    )


def _muted(views: Views, silence: Silence, now: datetime) -> tuple[list[Ticket], bool]:
    """The open tickets of which all that fires would be muted, and whether there are more to look at."""
    page = views.tickets_page(UNRESOLVED, limit=MOST_LOOKED_AT)
    muted = [ticket for ticket in page.found if first_heard([silence], views.alerts(ticket), now)]
    return muted, page.more


def _facts(silence: Silence | None) -> dict[str, Any]:
    """What the audit trail keeps of a silence."""
    if silence is None:
        return {}
    return {
        "silence": silence.id,
        "conditions": spoken(silence.matchers),
        "ends_at": silence.ends_at.isoformat(),
        "comment": silence.comment,
    }


OPERATIONS = (list_silences, preview_silence, add_silence, end_silence)
