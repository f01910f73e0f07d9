"""Back at the source of an alert: the silence that is asked for there, and its end.

Whoever acknowledges a ticket has heard the alert, so its source need not go on about it. One silence stands
for one alert. It ends with the answer or with the alert, whichever comes first; and should we never come back
to end it, it ends by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from wa_notify.core.alert import Alert, AlertStatus, digest, instant
from wa_notify.core.outbox import Item, ItemState, Occasion
from wa_notify.core.reason import Reason
from wa_notify.core.ticket import Ticket, TicketState, title_of
from wa_notify.core.wallclock import spoken_time

ALERTMANAGER = "alertmanager"  # the source that knows silences
MOST_SILENCES = 50  # for one ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class Silencing:
    """A silence that is wished: for the alert with exactly these labels and for nothing else.

    ``mark`` stands in the comment; by it a silence is found again whose id never came back. ``tried`` tells
    that an earlier try may have made it. ``known`` is the id of one that is to last longer.
    """

    labels: Mapping[str, str]
    now: datetime
    ends_at: datetime
    author: str
    comment: str
    mark: str
    known: str = ""
    tried: bool = False
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsilencing:
    """The end of a silence, which is known by its id or only by its mark."""

    known: str
    mark: str
    title: str


Request: TypeAlias = Silencing | Unsilencing


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What a look at the source shows.

    ``firing`` holds the fingerprints of all alerts that are active there, silenced or not, ``silences`` the
    ids of all silences that have not ended. Just after its start a source has not heard of all alerts again;
    it is ``settled`` once it had the time to.
    """

    firing: frozenset[str]
    silences: frozenset[str]
    settled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """What the decision about an item for the source needs to know beside the item."""

    lasts: timedelta | None  # how long a silence may be; nothing when none is wanted any more
    alert: Alert | None  # the one it is about, as last heard of in the present episode
    silence: Item | None  # of an end: what it ends


def silence_key(ticket: Ticket, fingerprint: str) -> str:
    """Name a silence so that planning it twice makes one."""
    return f"{ticket.id}.{ticket.episode}/{Occasion.SILENCED}-{ticket.rounds}/{fingerprint}"


def end_key(silence: Item) -> str:
    """Name the end of a silence."""
    return f"{silence.key}/{Occasion.UNSILENCED}"


def mark_of(silence: Item) -> str:
    """What tells this silence from all others at the source, those of other databases included."""
    return f"wa_notify {silence.id}.{digest(silence.key, instant(silence.created_at))[:8]}"


def is_there(silence: Item) -> bool:
    """Whether the source may have it, although perhaps its answer never came."""
    return bool(silence.wamid) or (
        silence.attempts > 0 and silence.state not in (ItemState.FAILED, ItemState.CANCELLED)
    )


def is_wanted(silence: Item, ticket: Ticket, errand: Errand) -> bool:
    """Whether somebody has the ticket, and the alert still fires."""
    taken = ticket.state is TicketState.ACKNOWLEDGED and ticket.episode == silence.episode
    firing = errand.alert is not None and errand.alert.status is AlertStatus.FIRING
    return taken and firing and errand.lasts is not None


def is_over(silence: Item, now: datetime) -> bool:
    """Whether it has ended by itself, since nobody could prolong or end it."""
    return silence.expires_at is not None and silence.expires_at <= now


def wants_longer(silence: Item, lasts: timedelta, now: datetime) -> bool:
    """Whether more than half of its time is over."""
    return silence.expires_at is None or silence.expires_at - now < lasts / 2


def request_for(item: Item, ticket: Ticket, errand: Errand, now: datetime) -> Request | Reason:
    """What is to be asked of the source now, or why there is nothing to ask."""
    title = title_of(errand.alert) if errand.alert else ticket.title
    if item.occasion is not Occasion.SILENCED:
        silence = errand.silence
        if silence is None or is_over(silence, now) or is_over(item, now):
            return Reason.SILENCE_GONE
        return Unsilencing(known=silence.wamid, mark=mark_of(silence), title=title)
    if errand.alert is None or errand.lasts is None or not is_wanted(item, ticket, errand):
        return Reason.NO_LONGER_ACKNOWLEDGED
    mark, owner = mark_of(item), ticket.acknowledged_by
    return Silencing(
        labels=errand.alert.labels,
        now=now,
        ends_at=now + errand.lasts,
        author=f"wa_notify ({owner})",
        comment=f"Ticket #{ticket.id}, acknowledged by {owner} [{mark}]",
        mark=mark,
        known=item.wamid,
        tried=item.attempts > 1,  # this one is counted already
        title=title,
    )


def asking(request: Request, source: str, time_zone: str) -> str:
    """The sentence of the timeline when it leaves."""
    name = source.capitalize()
    if isinstance(request, Unsilencing):
        return f"{name} is asked to end its silence of {request.title}."
    until = spoken_time(request.ends_at, time_zone)
    return f"{name} is asked to silence {request.title} until {until}, longer while somebody has the ticket."
