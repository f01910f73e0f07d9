"""The first door: an alert comes.

Firing opens a ticket, joins the open one of its group, or reopens a resolved one. Resolving closes the
ticket when nothing of its group fires any more. The same word twice changes nothing.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from wa_notify.core.alert import Alert, AlertStatus, group_key
from wa_notify.core.logged import Logged
from wa_notify.core.outbox import Intent, Item, Occasion
from wa_notify.core.reason import SENTENCES, Reason
from wa_notify.core.rule import Rule, Rulebook
from wa_notify.core.ticket import UNRESOLVED, Ticket, reopen, resolve, title_of
from wa_notify.core.timeline import Entry, EntryKind
from wa_notify.core.timers import asked, heard_of
from wa_notify.core.wording import Change
from wa_notify.pipeline.admins import tell_admins
from wa_notify.pipeline.calm import look_again
from wa_notify.pipeline.escalate import escalate
from wa_notify.pipeline.planning import (
    ENDS_WITH_THE_ALERT,
    Plan,
    cancel,
    people_asked,
    plan,
    receiver_of,
    say_again,
    tell_people,
)
from wa_notify.pipeline.silences import note_silence
from wa_notify.pipeline.source import unsilence_at_source
from wa_notify.pipeline.telling import concerned
from wa_notify.ports import Transaction

_LOGGER = logging.getLogger(__name__)

LATE_WORDS = timedelta(minutes=2)  # how long after its end an old word on an alert may still arrive
BY_HAND = timedelta(hours=4)  # how long a person's word that it is over counts for more than the source's


class Outcome(StrEnum):
    """What an alert did."""

    OPENED = "opened"
    REOPENED = "reopened"
    JOINED = "joined"
    WORSE = "worse"  # graver than anything of its group before
    KNOWN = "known"
    STILL_FIRING = "still_firing"
    RESOLVED = "resolved"
    NO_TICKET = "no_ticket"  # it is resolved, and nobody was ever told of it
    NO_RULE = "no_rule"


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """What became of one alert under one rule."""

    fingerprint: str
    outcome: Outcome
    rule: str = ""
    ticket_id: int | None = None


def ingest(tx: Transaction, book: Rulebook, alerts: Iterable[Alert], now: datetime) -> tuple[Admission, ...]:
    """Take alerts in; when this returns and commits, nothing of them can be lost."""
    admissions: list[Admission] = []
    for alert in alerts:
        if alert.status is AlertStatus.RESOLVED:
            admissions += _over(tx, book, alert, now)
        else:
            admissions += _trouble(tx, book, alert, now)
    _tell_of_growth(tx, book, admissions, now)
    _end_silences(tx, book, admissions, now)
    if any(a.outcome in (Outcome.RESOLVED, Outcome.STILL_FIRING) for a in admissions):
        look_again(tx, book, now)
    return tuple(admissions)


def _trouble(tx: Transaction, book: Rulebook, alert: Alert, now: datetime) -> list[Admission]:
    """Each rule that answers the alert has a ticket for its group."""
    admissions = [_fire(tx, book, rule, alert, now) for rule in book.rules_for(alert)]
    return admissions or [Admission(fingerprint=alert.fingerprint, outcome=Outcome.NO_RULE)]


def _fire(tx: Transaction, book: Rulebook, rule: Rule, alert: Alert, now: datetime) -> Admission:
    group = group_key(alert, rule.group_by)
    ticket = tx.ticket_of(rule.name, group)
    if ticket is None:
        opened = Ticket(rule=rule.name, group=group, title=title_of(alert), opened_at=now)
        return _open(tx, book, rule, opened, alert, now)
    if ticket.state not in UNRESOLVED:
        if _comes_late(tx, ticket, alert, now):
            return _admission(alert, Outcome.KNOWN, ticket)
        return _open(tx, book, rule, reopen(ticket, title_of(alert), now), alert, now)
    return _join(tx, book, rule, ticket, alert, now)


def _join(
    tx: Transaction, book: Rulebook, rule: Rule, ticket: Ticket, alert: Alert, now: datetime
) -> Admission:
    """More of what is open already: a further alert, a graver one, or only a sign of life."""
    news = tx.save_alert(ticket, alert)
    worse = book.gravity(_severity(alert)) > book.gravity(ticket.severity)
    if worse:
        ticket = replace(ticket, severity=_severity(alert), title=title_of(alert))
    if worse or rule.expire:
        ticket = tx.save_ticket(heard_of(ticket, rule, now))
    if not (news or worse):
        return _admission(alert, Outcome.KNOWN, ticket)
    text = f"{title_of(alert)} {'makes it worse' if worse else 'joins the group'}."
    tx.note(Entry(ticket_id=ticket.id, at=now, kind=EntryKind.JOINED, actor=alert.source, text=text))
    return _admission(alert, Outcome.WORSE if worse else Outcome.JOINED, ticket)


def _severity(alert: Alert) -> str:
    return alert.labels.get("severity", "")


def _comes_late(tx: Transaction, ticket: Ticket, alert: Alert, now: datetime) -> bool:
    """Whether this is an old word on trouble that has just ended: the same alert with the same start.

    Later than that it is true again: a source that lost its line resolves what it cannot see, and then fires
    with the old start. When a person said that it is over, the source goes on to say that it fires; that
    counts only after a while, or once the source itself has said that it was over (see `_over`).
    """
    over_for = now - (ticket.resolved_at or ticket.opened_at)
    same = [known for known in tx.alerts(ticket) if known.fingerprint == alert.fingerprint]
    known_start = any(known.starts_at == alert.starts_at for known in same)
    if ticket.resolved_by and over_for <= BY_HAND:
        fired_on = any(known.status is AlertStatus.FIRING for known in same)
        return fired_on and (known_start or not alert.start_known)
    return known_start and over_for <= LATE_WORDS


def _open(
    tx: Transaction, book: Rulebook, rule: Rule, ticket: Ticket, alert: Alert, now: datetime
) -> Admission:
    """A new episode: everybody of the receiver is to be told, and reminded until somebody answers."""
    leaves_at = now + rule.group_wait
    ticket = asked(ticket, rule, receiver_of(book, rule), leaves_at)
    ticket = replace(heard_of(ticket, rule, now), severity=_severity(alert), told_at=leaves_at)
    ticket = tx.save_ticket(ticket)
    tx.save_alert(ticket, alert)
    people = people_asked(tx, book, rule, ticket, now)
    anew = ticket.episode > 1
    kind = EntryKind.REOPENED if anew else EntryKind.OPENED
    text = f"{ticket.title} {'fires again' if anew else 'fires'}. Rule {rule.name} tells {rule.receiver}."
    tx.note(Entry(ticket_id=ticket.id, at=now, kind=kind, actor=alert.source, text=text))
    note_silence(tx, book, ticket, now)
    change = Change.AGAIN if anew else Change.NEW
    opening = Plan(occasion=Occasion.OPENED, change=change, due_at=leaves_at)
    tell_people(tx, rule, ticket, people, opening, now)
    if not people:
        _nobody_is_asked(tx, book, rule, ticket, now)
    return _admission(alert, Outcome.REOPENED if anew else Outcome.OPENED, ticket)


def _nobody_is_asked(tx: Transaction, book: Rulebook, rule: Rule, ticket: Ticket, now: datetime) -> None:
    """No shift covers this time: the next step is taken at once, and whoever looks after this hears of it."""
    text = f"Nobody of {rule.receiver} is on call. {SENTENCES[Reason.NOBODY_ON_CALL]}"
    tx.note(
        Entry(ticket_id=ticket.id, at=now, kind=EntryKind.REFUSED, text=text, reason=Reason.NOBODY_ON_CALL)
    )
    event = Logged.TICKET_NOBODY_ON_CALL.of(ticket=ticket.id, receiver=rule.receiver)
    _LOGGER.warning("Ticket %d finds nobody of %s on call", ticket.id, rule.receiver, extra=event)
    instead = escalate(tx, book, rule, ticket, now, Reason.NOBODY_ON_CALL)
    what = f"Ticket #{ticket.id} ({ticket.title}) found nobody of {rule.receiver} on call."
    who = f" Asked instead: {', '.join(instead)}." if instead else " Nobody was asked."
    tell_admins(tx, book, what + who, f"nobody/{ticket.ref}", now)


def _tell_of_growth(tx: Transaction, book: Rulebook, admissions: Iterable[Admission], now: datetime) -> None:
    """Groups grew: what waits speaks of all of it, and who was told already is told once more.

    Once for each ticket, however many alerts came at once.
    """
    changed = [a for a in admissions if a.outcome in (Outcome.JOINED, Outcome.WORSE, Outcome.STILL_FIRING)]
    grown = {a.ticket_id for a in changed if a.outcome is not Outcome.STILL_FIRING}
    worse = {a.ticket_id for a in changed if a.outcome is Outcome.WORSE}
    for ticket_id in dict.fromkeys(a.ticket_id for a in changed):
        ticket = tx.ticket(ticket_id) if ticket_id is not None else None
        rule = book.rule(ticket.rule) if ticket else None
        if ticket is None or rule is None or ticket.state not in UNRESOLVED:
            continue
        informed_soon = say_again(tx, rule, ticket, now)
        if ticket_id in grown:
            change = Change.WORSE if ticket_id in worse else Change.GROWN
            _update(tx, book, rule, ticket, informed_soon, change, now)


def _end_silences(tx: Transaction, book: Rulebook, admissions: Iterable[Admission], now: datetime) -> None:
    """What is over needs no silence at its source."""
    over = [a.ticket_id or 0 for a in admissions if a.outcome in (Outcome.STILL_FIRING, Outcome.RESOLVED)]
    for ticket in filter(None, map(tx.ticket, dict.fromkeys(over))):
        unsilence_at_source(tx, book, ticket, now)


def _update(
    tx: Transaction,
    book: Rulebook,
    rule: Rule,
    ticket: Ticket,
    informed_soon: set[str],
    change: Change,
    now: datetime,
) -> None:
    """Growth waits for the group's interval; what became worse does not."""
    people = [person for person in people_asked(tx, book, rule, ticket, now) if person not in informed_soon]
    if people:
        spaced = (ticket.told_at or now) + rule.group_interval
        leaves_at = now if change is Change.WORSE else max(now + rule.group_wait, spaced)
        ticket = tx.save_ticket(replace(ticket, told_at=leaves_at, updates=ticket.updates + 1))
        update = Plan(occasion=Occasion.UPDATED, change=change, due_at=leaves_at, count=ticket.updates)
        plan(tx, rule, ticket, people, update, now)


def _over(tx: Transaction, book: Rulebook, alert: Alert, now: datetime) -> list[Admission]:
    """Tickets are found by the alert itself, so that a changed rule never leaves one open for good."""
    tickets = tx.open_tickets_with(alert)
    admissions = [_resolve(tx, book, ticket, alert, now) for ticket in tickets]
    if not admissions:
        _note_end(tx, book, alert)
    return admissions or [Admission(fingerprint=alert.fingerprint, outcome=Outcome.NO_TICKET)]


def _note_end(tx: Transaction, book: Rulebook, alert: Alert) -> None:
    """A person had said before that it is over; when it fires again, that is news."""
    for rule in book.rules_for(alert):
        ticket = tx.ticket_of(rule.name, group_key(alert, rule.group_by))
        known = tx.alerts(ticket) if ticket and ticket.resolved_by else ()
        if ticket and any(one.fingerprint == alert.fingerprint for one in known):
            tx.save_alert(ticket, alert)


def _resolve(tx: Transaction, book: Rulebook, ticket: Ticket, alert: Alert, now: datetime) -> Admission:
    if not tx.save_alert(ticket, alert):
        return _admission(alert, Outcome.KNOWN, ticket)
    firing = tx.firing(ticket)
    if firing:
        text = f"{title_of(alert)} is over, {firing} of the group still {'fires' if firing == 1 else 'fire'}."
        tx.note(Entry(ticket_id=ticket.id, at=now, kind=EntryKind.RESOLVED, actor=alert.source, text=text))
        return _admission(alert, Outcome.STILL_FIRING, ticket)
    close(tx, book.rule(ticket.rule), ticket, now, actor=alert.source)
    return _admission(alert, Outcome.RESOLVED, ticket)


def close(
    tx: Transaction, rule: Rule | None, ticket: Ticket, now: datetime, *, actor: str, by: str = ""
) -> Ticket:
    """Pending messages and reminders die; whoever may have heard of the trouble hears that it is over.

    ``by`` is the person who says so, who need not be told; nobody when the source does.
    """
    told = [person for person in concerned(tx, ticket) if person != by]
    closed = tx.save_ticket(resolve(ticket, now, by))
    tx.note(
        Entry(
            ticket_id=ticket.id,
            at=now,
            kind=EntryKind.RESOLVED,
            actor=actor,
            text=f"{ticket.title} is over.",
        )
    )
    cancel(tx, closed, ENDS_WITH_THE_ALERT, Reason.TICKET_RESOLVED, now)
    if rule and (rule.resolved or rule.resolved_free_form):
        plan(tx, rule, closed, told, Plan(occasion=Occasion.RESOLVED, due_at=now), now)
    return closed


def say(
    tx: Transaction, recipient_id: str, intent: Intent, key: str, now: datetime, ttl: timedelta
) -> Item | None:
    """Something is said by hand, outside any ticket; the key makes a second try harmless."""
    return tx.enqueue(
        Item(
            key=f"hand/{key}",
            recipient_id=recipient_id,
            occasion=Occasion.MESSAGE,
            intent=intent,
            due_at=now,
            expires_at=now + ttl,
            created_at=now,
        )
    )


def _admission(alert: Alert, outcome: Outcome, ticket: Ticket) -> Admission:
    return Admission(fingerprint=alert.fingerprint, outcome=outcome, rule=ticket.rule, ticket_id=ticket.id)
