"""Tickets: the life of an alert group, from its first alert until somebody answers and it is over.

One group of one rule has one ticket for good; every time it fires anew an *episode* begins.

=============  ===========  ============
state          event        next state
=============  ===========  ============
open           acknowledge  acknowledged
open           resolve      resolved
open           expire       expired
acknowledged   acknowledge  acknowledged   another person takes it over
acknowledged   release      open           the answer timed out, or was taken back
acknowledged   resolve      resolved
acknowledged   expire       expired
resolved       reopen       open
expired        reopen       open
=============  ===========  ============

What is not in the table cannot happen; `Ticket.can` tells.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from wa_notify.core.alert import Alert, AlertStatus, common, digest, instant
from wa_notify.core.cleaner import clean
from wa_notify.core.markup import literal
from wa_notify.core.wording import Change


class TicketState(StrEnum):
    """Where a ticket stands."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    EXPIRED = "expired"  # nobody spoke of it for too long, the source included


UNRESOLVED = (TicketState.OPEN, TicketState.ACKNOWLEDGED)


class TicketEvent(StrEnum):
    """What can happen to it."""

    ACKNOWLEDGE = "acknowledge"
    RELEASE = "release"
    RESOLVE = "resolve"
    EXPIRE = "expire"
    REOPEN = "reopen"


TRANSITIONS: dict[tuple[TicketState, TicketEvent], TicketState] = {
    (TicketState.OPEN, TicketEvent.ACKNOWLEDGE): TicketState.ACKNOWLEDGED,
    (TicketState.OPEN, TicketEvent.RESOLVE): TicketState.RESOLVED,
    (TicketState.OPEN, TicketEvent.EXPIRE): TicketState.EXPIRED,
    (TicketState.ACKNOWLEDGED, TicketEvent.ACKNOWLEDGE): TicketState.ACKNOWLEDGED,
    (TicketState.ACKNOWLEDGED, TicketEvent.RELEASE): TicketState.OPEN,
    (TicketState.ACKNOWLEDGED, TicketEvent.RESOLVE): TicketState.RESOLVED,
    (TicketState.ACKNOWLEDGED, TicketEvent.EXPIRE): TicketState.EXPIRED,
    (TicketState.RESOLVED, TicketEvent.REOPEN): TicketState.OPEN,
    (TicketState.EXPIRED, TicketEvent.REOPEN): TicketState.OPEN,
}


LONGEST_TITLE = 200  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """One group of alerts under one rule. ``id`` is the number people use; 0 until it is stored."""

    id: int = 0
    rule: str
    group: str
    title: str
    severity: str = ""  # the gravest of its alerts, by their label of that name
    state: TicketState = TicketState.OPEN
    episode: int = 1
    opened_at: datetime
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""
    resolved_at: datetime | None = None
    resolved_by: str = ""  # the person who said so in the chat or on the command line; empty for the source
    reminders_sent: int = 0
    asked_at: datetime | None = None  # since when people are asked: it opened, or was given back
    told_at: datetime | None = None  # when the newest message about firing alerts was planned
    updates: int = 0  # how many further messages told that the group grew
    repeats: int = 0  # how many further messages told that it still fires
    escalations: int = 0  # how many steps of the receiver were taken
    rounds: int = 0  # how often it was given back after somebody had taken it
    # its timers; whoever acts on one sets the next
    remind_at: datetime | None = None
    escalate_at: datetime | None = None
    release_at: datetime | None = None  # until when an answer lasts
    repeat_at: datetime | None = None
    expires_at: datetime | None = None

    @property
    def ref(self) -> str:
        """What a button carries back: number, episode, and a mark no other database would make."""
        mark = digest(self.rule, self.group, instant(self.opened_at))[:6]
        return f"{self.id}.{self.episode}.{mark}"

    @property
    def spoken(self) -> str:
        """Its title in a text that WhatsApp formats, whatever marks the alert brought."""
        return literal(self.title)

    @property
    def next_at(self) -> datetime | None:
        """When the first of its timers is due."""
        timers = (self.remind_at, self.escalate_at, self.release_at, self.repeat_at, self.expires_at)
        return min((at for at in timers if at is not None), default=None)


def acknowledge(ticket: Ticket, by: str, at: datetime) -> Ticket:
    """Somebody takes it, or takes it over; what waits for an answer ends. The caller sets `release_at`."""
    state = TRANSITIONS[ticket.state, TicketEvent.ACKNOWLEDGE]
    taken = replace(without_timers(ticket), expires_at=ticket.expires_at)
    return replace(taken, state=state, acknowledged_at=at, acknowledged_by=by)


def release(ticket: Ticket) -> Ticket:
    """Nobody has it any more: it waits for an answer anew. The caller sets the timers of reminding."""
    return replace(
        ticket,
        state=TRANSITIONS[ticket.state, TicketEvent.RELEASE],
        acknowledged_at=None,
        acknowledged_by="",
        reminders_sent=0,
        escalations=0,
        rounds=ticket.rounds + 1,
        release_at=None,
    )


def resolve(ticket: Ticket, at: datetime, by: str = "") -> Ticket:
    """The trouble is over, as the source says or the person ``by``; all timers end."""
    state = TRANSITIONS[ticket.state, TicketEvent.RESOLVE]
    return replace(without_timers(ticket), state=state, resolved_at=at, resolved_by=by)


def expire(ticket: Ticket, at: datetime) -> Ticket:
    """Nothing was heard of it for too long; all timers end."""
    state = TRANSITIONS[ticket.state, TicketEvent.EXPIRE]
    return replace(without_timers(ticket), state=state, resolved_at=at)


def without_timers(ticket: Ticket) -> Ticket:
    """Time alone sets nothing in motion any more."""
    return replace(ticket, remind_at=None, escalate_at=None, release_at=None, repeat_at=None, expires_at=None)


def reopen(ticket: Ticket, title: str, at: datetime) -> Ticket:
    """The trouble is back: a new episode with a clean slate."""
    return replace(
        without_timers(ticket),
        state=TRANSITIONS[ticket.state, TicketEvent.REOPEN],
        episode=ticket.episode + 1,
        title=title,
        opened_at=at,
        acknowledged_at=None,
        acknowledged_by="",
        resolved_at=None,
        resolved_by="",
        reminders_sent=0,
        asked_at=None,
        told_at=None,
        updates=0,
        repeats=0,
        escalations=0,
        rounds=0,
    )


def title_of(alert: Alert) -> str:
    """What to call the trouble in one line."""
    return clean(alert.annotations.get("summary") or alert.name, LONGEST_TITLE)


def facts(
    ticket: Ticket,
    alerts: Sequence[Alert],
    now: datetime,
    *,
    reminder: int = 0,
    change: Change = Change.NEW,
    title: str = "",
) -> dict[str, Any]:
    """What the texts of a rule may speak of.

    ``change`` says why it is said now (see `Change`), ``title`` replaces the ticket's own;
    ``labels`` and ``annotations`` are those that all alerts of the episode share; ``alerts`` holds each of
    them; ``firing`` counts those not yet resolved; ``duration`` is how long the episode has lasted;
    ``reminder`` counts the reminders from 1.
    """
    newest = alerts[-1]
    return {
        "status": ticket.state.value,
        "source": newest.source,
        "name": newest.name,
        "title": title or ticket.title,
        "change": change.value,
        "labels": common(alert.labels for alert in alerts),
        "annotations": common(alert.annotations for alert in alerts),
        "alerts": [_spoken(alert) for alert in alerts],
        "firing": sum(alert.status is AlertStatus.FIRING for alert in alerts),
        "starts_at": min(alert.starts_at for alert in alerts),
        "url": newest.url,
        "duration": now - ticket.opened_at,
        "reminder": reminder,
        "ticket": {
            "number": ticket.id,
            "rule": ticket.rule,
            "group": ticket.group,
            "episode": ticket.episode,
        },
    }


def _spoken(alert: Alert) -> dict[str, Any]:
    return {
        "name": alert.name,
        "status": alert.status.value,
        "labels": dict(alert.labels),
        "annotations": dict(alert.annotations),
        "starts_at": alert.starts_at,
        "url": alert.url,
    }
