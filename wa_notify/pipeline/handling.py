"""What people do with a ticket, in the chat and on the command line: the same deeds, the same rules.

A deed answers with a `Deed`: what to say to the person who did it, and what the others are told. Where it
could not be done nothing is changed.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from wa_notify.core.consent import Purpose, objection
from wa_notify.core.message import Button
from wa_notify.core.outbox import Occasion
from wa_notify.core.reason import Reason
from wa_notify.core.recipient import Recipient, masked
from wa_notify.core.reply import Assign, payload_of
from wa_notify.core.rule import Rule, Rulebook
from wa_notify.core.ticket import UNRESOLVED, Ticket, TicketState, acknowledge, release
from wa_notify.core.timeline import Entry, EntryKind
from wa_notify.core.timers import answered, asked
from wa_notify.core.wallclock import spoken_span, spoken_time
from wa_notify.core.wording import Change
from wa_notify.pipeline.calm import look_again
from wa_notify.pipeline.escalate import escalate
from wa_notify.pipeline.ingest import BY_HAND, close
from wa_notify.pipeline.planning import (
    ENDS_WITH_THE_ANSWER,
    Plan,
    cancel,
    people,
    people_asked,
    plan,
    receiver_of,
)
from wa_notify.pipeline.silences import Request, silence_ticket
from wa_notify.pipeline.source import silence_at_source, unsilence_at_source
from wa_notify.pipeline.telling import COMMENT_ON, Actor, hand_over, name_of, tell_others
from wa_notify.ports import Transaction

OVER = "Ticket #{number} is over already: {title}."
TAKEN = "Ticket #{number} is yours: {title}. Reminders stop."
YOURS_ALREADY = "Ticket #{number} is yours already: {title}."
TAKEN_BY_OTHER = "Ticket #{number} is already with {owner}: {title}. Say assign me to take it over."
CLOSED = "Ticket #{number} is closed: {title}. It stays closed for {span}, unless something new fires."
ASKED = "{people} {verb} asked now about ticket #{number}: {title}."
NOBODY_LEFT = "Nobody is left to ask about ticket #{number}: {title}."
SILENCED = "Ticket #{number} is silenced until {until}: {title}. If it still fires then, you are told again."
GIVEN = "Ticket #{number} is with {owner} now: {title}."
UNKNOWN_NAME = "Nobody here is called {name}. Nothing was changed."
TWO_OF_THEM = "Several people are called {name}. Say one of these names: {ids}. Nothing was changed."
NOT_OPTED_IN = "{name} has not agreed to get messages, so the ticket stays where it is."
NOBODY_HAS_IT = "Nobody has ticket #{number}: {title}."
GIVEN_BACK = "Ticket #{number} is given back: {title}. Everybody is asked anew."
NOTED = "Noted on ticket #{number}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What came of it: ``text`` for who did it, ``told`` for everybody else; empty when nothing was done."""

    text: str
    ticket: Ticket
    told: str = ""
    buttons: tuple[Button, ...] = ()


def take(tx: Transaction, book: Rulebook, ticket: Ticket, actor: Actor, now: datetime) -> Deed:
    """Take a ticket that nobody has. What somebody has already is taken over with other words (`give`)."""
    if ticket.state not in UNRESOLVED:
        return _nothing(OVER, ticket)
    if ticket.state is TicketState.OPEN:
        return _take(tx, book, ticket, actor, now)
    if ticket.acknowledged_by == actor.id:
        return _nothing(YOURS_ALREADY, ticket)
    take_over = Button(payload=payload_of(Assign(), ticket.ref), title="Assign me")
    owner = name_of(tx, ticket.acknowledged_by)
    return replace(_nothing(TAKEN_BY_OTHER, ticket, owner=owner), buttons=(take_over,))


def _take(tx: Transaction, book: Rulebook, ticket: Ticket, actor: Actor, now: datetime) -> Deed:
    told = f"{actor.name} takes the ticket. Reminders stop."
    taken = _give(tx, book, ticket, actor.id, _entry(EntryKind.ACKNOWLEDGED, ticket, actor, told, now))
    tell_others(tx, book, taken, actor, f"{actor.name} takes ticket #{taken.id}: {taken.spoken}.", now)
    return _deed(TAKEN, taken, told)


def _give(tx: Transaction, book: Rulebook, ticket: Ticket, owner: str, entry: Entry) -> Ticket:
    """Nobody else needs to answer any more, for as long as the rule lets an answer last."""
    now = entry.at
    given = tx.save_ticket(answered(acknowledge(ticket, owner, now), book.rule(ticket.rule), now))
    tx.note(entry)
    cancel(tx, given, (*ENDS_WITH_THE_ANSWER, Occasion.ASSIGNED), Reason.TICKET_ACKNOWLEDGED, now)
    silence_at_source(tx, book, given, now)
    return given


def give(tx: Transaction, book: Rulebook, ticket: Ticket, actor: Actor, to: str, now: datetime) -> Deed:
    """Give a ticket to somebody, by id or name in lower case; to oneself when empty, whoever has it."""
    if ticket.state not in UNRESOLVED:
        return _nothing(OVER, ticket)
    if not to:
        if ticket.acknowledged_by == actor.id:
            return _nothing(YOURS_ALREADY, ticket)
        return _take(tx, book, ticket, actor, now)
    found = _called(tx, to)
    if not found:
        is_number = sum(char.isdigit() for char in to) > 5
        return _nothing(UNKNOWN_NAME, ticket, name=masked(to) if is_number else to)
    if len(found) > 1:
        return _nothing(TWO_OF_THEM, ticket, name=to, ids=", ".join(one.id for one in found))
    whom = found[0]
    if whom.id == actor.id:
        return give(tx, book, ticket, actor, "", now)
    name = whom.spoken
    if objection(tx.consents(whom.id), Purpose.UTILITY):
        return _nothing(NOT_OPTED_IN, ticket, name=name)
    told = f"{actor.name} gives the ticket to {name}. Reminders stop."
    given = _give(tx, book, ticket, whom.id, _entry(EntryKind.ASSIGNED, ticket, actor, told, now))
    hand_over(tx, book, given, actor, whom.id, now)
    news = f"{actor.name} gives ticket #{given.id} to {name}: {given.spoken}."
    tell_others(tx, book, given, actor, news, now, apart_from=whom.id)
    return _deed(GIVEN, given, told, owner=name)


def _called(tx: Transaction, name: str) -> list[Recipient]:
    """The person of that id, else everybody of that name, in upper or lower case."""
    people = tx.people()
    return [one for one in people if one.id.casefold() == name.casefold()] or [
        one for one in people if one.name.casefold() == name.casefold()
    ]


def give_back(tx: Transaction, book: Rulebook, ticket: Ticket, actor: Actor, now: datetime) -> Deed:
    """Nobody has it any more, so everybody else is asked anew at once."""
    if ticket.state is not TicketState.ACKNOWLEDGED:
        return _nothing(NOBODY_HAS_IT if ticket.state is TicketState.OPEN else OVER, ticket)
    told = f"{actor.name} gives the ticket back. Everybody is asked anew."
    open_again = _open_again(tx, book, ticket, _entry(EntryKind.RELEASED, ticket, actor, told, now))
    if rule := book.rule(ticket.rule):
        others = [one for one in people_asked(tx, book, rule, open_again, now) if one != actor.id]
        again = Plan(occasion=Occasion.REPEATED, change=Change.UNANSWERED, due_at=now)
        plan(tx, rule, open_again, others, again, now)
    return _deed(GIVEN_BACK, open_again, told)


def _open_again(tx: Transaction, book: Rulebook, ticket: Ticket, entry: Entry) -> Ticket:
    rule, given_back = book.rule(ticket.rule), release(ticket)
    tx.note(entry)
    after = asked(given_back, rule, receiver_of(book, rule), entry.at) if rule else given_back
    open_again = tx.save_ticket(after)
    unsilence_at_source(tx, book, open_again, entry.at)
    return open_again


def ask_next(tx: Transaction, book: Rulebook, ticket: Ticket, actor: Actor, now: datetime) -> Deed:
    """Ask the next people of the receiver. Whoever had the ticket has it no more."""
    if ticket.state not in UNRESOLVED:
        return _nothing(OVER, ticket)
    rule = book.rule(ticket.rule)
    steps = receiver_of(book, rule).escalate[ticket.escalations :] if rule else ()
    if rule is None or not any(people(tx, book, step.to, now) for step in steps):
        return _nothing(NOBODY_LEFT, ticket)
    if ticket.state is TicketState.ACKNOWLEDGED:
        told = f"{actor.name} gives the ticket on."
        after = _open_again(tx, book, ticket, _entry(EntryKind.RELEASED, ticket, actor, told, now))
        ticket = replace(after, escalations=ticket.escalations)
    asked_now = _ask_somebody(tx, book, rule, ticket, actor, now)
    names = spoken_list([name_of(tx, one) for one in asked_now])
    verb = "is" if len(asked_now) == 1 else "are"
    said = ASKED.format(people=names, verb=verb, number=ticket.id, title=ticket.spoken)
    return Deed(text=said, ticket=tx.ticket(ticket.id) or ticket, told=f"{actor.name} asks {names}.")


def _ask_somebody(
    tx: Transaction, book: Rulebook, rule: Rule, ticket: Ticket, actor: Actor, now: datetime
) -> tuple[str, ...]:
    """The next step, and those behind it as long as nobody is on call for them."""
    asked_now = escalate(tx, book, rule, ticket, now, Reason.ASKED_TO_ESCALATE, actor.id)
    if asked_now == ():
        return _ask_somebody(tx, book, rule, tx.ticket(ticket.id) or ticket, actor, now)
    return asked_now or ()


def close_by_hand(tx: Transaction, book: Rulebook, ticket: Ticket, actor: Actor, now: datetime) -> Deed:
    """Somebody says that it is over; the others who were told of it hear so."""
    if ticket.state not in UNRESOLVED:
        return _nothing(OVER, ticket)
    rule = book.rule(ticket.rule)
    closed = close(tx, rule, ticket, now, actor=actor.id, by=actor.id)
    unsilence_at_source(tx, book, closed, now)
    look_again(tx, book, now)
    if rule is None or not (rule.resolved or rule.resolved_free_form):
        news = f"{actor.name} closes ticket #{closed.id}: {closed.spoken}."
        tell_others(tx, book, closed, actor, news, now, occasion=Occasion.RESOLVED)
    return _deed(CLOSED, closed, f"{actor.name} closes the ticket.", span=spoken_span(BY_HAND))


def hush(
    tx: Transaction, book: Rulebook, ticket: Ticket, actor: Actor, span: timedelta, now: datetime
) -> Deed:
    """Nothing more is said about these alerts for a while, to anybody."""
    if ticket.state not in UNRESOLVED:
        return _nothing(OVER, ticket)
    silence = silence_ticket(tx, book, ticket, Request(author=actor.id, span=span), now)
    until = spoken_time(silence.ends_at, book.time_zone)
    news = f"{actor.name} silences ticket #{ticket.id} until {until}: {ticket.spoken}."
    tell_others(tx, book, ticket, actor, news, now)
    return _deed(SILENCED, ticket, f"{actor.name} silences the ticket until {until}.", until=until)


def comment(tx: Transaction, book: Rulebook, ticket: Ticket, actor: Actor, text: str, now: datetime) -> Deed:
    """A word for the others of the ticket; it waits until they write, and is never worth a template."""
    if ticket.state not in UNRESOLVED:
        return _nothing(OVER, ticket)
    tx.note(replace(_entry(EntryKind.COMMENTED, ticket, actor, text, now), wamid=actor.wamid))
    said = actor.name + COMMENT_ON.format(number=ticket.id) + text
    others = tell_others(tx, book, ticket, actor, said, now, only_now=False)
    seen_by = f" {spoken_list([name_of(tx, one) for one in others])} will see it." if others else ""
    return Deed(text=NOTED.format(number=ticket.id) + seen_by, ticket=ticket, told=f"{actor.name} comments.")


def spoken_list(names: list[str]) -> str:
    """``Alice``, ``Alice and Bob``, ``Alice, Bob and Carol``."""
    *first, last = names or ["nobody"]
    return f"{', '.join(first)} and {last}" if first else last


def _entry(kind: EntryKind, ticket: Ticket, actor: Actor, text: str, now: datetime) -> Entry:
    return Entry(ticket_id=ticket.id, at=now, kind=kind, actor=actor.id, text=text)


def _deed(text: str, ticket: Ticket, told: str, **more: str) -> Deed:
    return Deed(text=text.format(number=ticket.id, title=ticket.spoken, **more), ticket=ticket, told=told)


def _nothing(text: str, ticket: Ticket, **more: str) -> Deed:
    return _deed(text, ticket, "", **more)
