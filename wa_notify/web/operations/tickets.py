"""Tickets: what is open, the story of one, and what people do with it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, TypeAlias

import msgspec

from wa_notify.core.access import Right
from wa_notify.core.outbox import Item
from wa_notify.core.rule import Rulebook
from wa_notify.core.ticket import UNRESOLVED, Ticket, TicketState
from wa_notify.core.timeline import LONGEST_COMMENT
from wa_notify.pipeline import handling
from wa_notify.pipeline.handling import Deed
from wa_notify.pipeline.telling import Actor
from wa_notify.ports import Transaction, Views
from wa_notify.ports.lookups import Lookups
from wa_notify.web.operations.operation import Asked, Given, Nothing, Shape, operation
from wa_notify.web.operations.paging import PageAsked, mark_of, next_of
from wa_notify.web.operations.silences import Span, span_of
from wa_notify.web.operations.tickets_shapes import (
    AlertShape,
    EntryShape,
    MessageShape,
    TicketShape,
    alert_shape,
    entry_shape,
    message_shape,
    muted_until,
    ticket_facts,
    ticket_shape,
)
from wa_notify.web.refusals import NotNow, NotThere, Unfitting
from wa_notify.web.request import storable

MOST_ALERTS = 200  # of one ticket that are shown, the newest

Doing: TypeAlias = Callable[[Transaction, Rulebook, Ticket, Actor, datetime], Deed]
Searched = Annotated[str, msgspec.Meta(max_length=200)]


class Wanted(StrEnum):
    """Which tickets are listed: those of one state, those that are not over, or all."""

    UNRESOLVED = "unresolved"
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    EXPIRED = "expired"
    ALL = "all"


class TicketsAsked(PageAsked, frozen=True, kw_only=True):
    """Which tickets. ``search`` finds them by number, title and group."""

    state: Wanted = Wanted.UNRESOLVED
    severity: Searched = ""
    rule: Searched = ""
    search: Searched = ""


class TicketPage(Shape, frozen=True, kw_only=True):
    """The tickets that opened last first."""

    items: list[TicketShape]
    next: str


class EntryPage(Shape, frozen=True, kw_only=True):
    """A ticket's story, the oldest line first."""

    items: list[EntryShape]
    next: str


class AlertList(Shape, frozen=True, kw_only=True):
    """The alerts of the present episode, the newest first. ``more``: there are others before them."""

    items: list[AlertShape]
    more: bool


class MessagePage(Shape, frozen=True, kw_only=True):
    """What was said because of a ticket, the newest first."""

    items: list[MessageShape]
    next: str


class NewOwner(Given, frozen=True, kw_only=True):
    """Who shall have it: a recipient's name; whoever asks when it is empty."""

    to: Annotated[str, msgspec.Meta(max_length=200)] = ""


class NewComment(Given, frozen=True, kw_only=True):
    """What the others of the ticket shall read."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_COMMENT)]


class HowLong(Given, frozen=True, kw_only=True):
    """For how long."""

    span: Span = "1h"


class TicketDone(Shape, frozen=True, kw_only=True):
    """What came of it, in a sentence, and the ticket as it is now."""

    text: str
    ticket: TicketShape


# seeing


@operation("GET", "/tickets", right=Right.SEE)
async def list_tickets(asked: Asked[Nothing, TicketsAsked]) -> TicketPage:
    """List tickets, those that opened last first; without a state those that are not over."""
    query, book, after = asked.query, asked.book, mark_of(asked.query.after)

    def found(views: Views) -> TicketPage:
        page = views.tickets_page(
            _states(query.state),
            search=storable(query.search),
            rules=[storable(query.rule)] if query.rule else None,
            severity=storable(query.severity) or None,
            after=after,
            limit=query.limit,
        )
        shown = [ticket_shape(one, book, muted_until(views, one, asked.now)) for one in page.found]
        return TicketPage(items=shown, next=next_of(page.mark, more=page.more))

    return await asked.look(found)


@operation("GET", "/tickets/{number:int}", right=Right.SEE)
async def show_ticket(asked: Asked[Nothing, Nothing]) -> TicketShape:
    """Show one ticket: how it stands, who has it, and what comes next by itself."""

    def found(views: Views) -> TicketShape:
        ticket = ticket_of(views, asked)
        return ticket_shape(ticket, asked.book, muted_until(views, ticket, asked.now))

    return await asked.look(found)


@operation("GET", "/tickets/{number:int}/timeline", right=Right.SEE)
async def list_timeline(asked: Asked[Nothing, PageAsked]) -> EntryPage:
    """Tell the story of a ticket, the oldest line first, with the reason of each and the path not taken."""
    after, limit = mark_of(asked.query.after), asked.query.limit

    def found(views: Views) -> EntryPage:
        page = views.timeline_page(ticket_of(views, asked).id, after=after, limit=limit)
        numbers = {one.item_id for one in page.found if one.item_id is not None}
        items = [item for item in map(views.item, numbers) if item]
        messages = {one.number: one for one in _messages(asked, views, items)}
        told = [entry_shape(one, messages) for one in page.found]
        return EntryPage(items=told, next=next_of(page.mark, more=page.more))

    return await asked.look(found)


@operation("GET", "/tickets/{number:int}/alerts", right=Right.SEE)
async def list_ticket_alerts(asked: Asked[Nothing, Nothing]) -> AlertList:
    """List the alerts of a ticket's present episode with their labels and links, the newest first."""
    alerts = await asked.look(lambda views: views.alerts(ticket_of(views, asked)))
    newest = list(reversed(alerts[-MOST_ALERTS:]))
    return AlertList(items=list(map(alert_shape, newest)), more=len(alerts) > len(newest))


@operation("GET", "/tickets/{number:int}/messages", right=Right.SEE)
async def list_ticket_messages(asked: Asked[Nothing, PageAsked]) -> MessagePage:
    """List what was said because of a ticket and to whom, the newest first, as people see it."""
    after, limit = mark_of(asked.query.after), asked.query.limit

    def found(views: Views) -> MessagePage:
        number = ticket_of(views, asked).id
        page = views.items_page(ticket_id=number, after=after, limit=limit)
        messages = _messages(asked, views, page.found)
        return MessagePage(items=messages, next=next_of(page.mark, more=page.more))

    return await asked.look(found)


def _messages(asked: Asked[Any, Any], views: Views, items: Sequence[Item]) -> list[MessageShape]:
    templates = views.templates() if items else ()
    return [message_shape(item, templates, asked.book.languages) for item in items]


# doing


@operation("POST", "/tickets/{number:int}/acknowledge", right=Right.TICKETS, sends=True)
async def acknowledge_ticket(asked: Asked[Nothing, Nothing]) -> TicketDone:
    """Take a ticket: reminders and escalation stop, and the others hear of it."""
    return await _do(asked, handling.take)


@operation("POST", "/tickets/{number:int}/resolve", right=Right.TICKETS, sends=True)
async def resolve_ticket(asked: Asked[Nothing, Nothing]) -> TicketDone:
    """Say that a ticket is over. Everybody who was told of it hears so."""
    return await _do(asked, handling.close_by_hand)


@operation("POST", "/tickets/{number:int}/escalate", right=Right.TICKETS, sends=True)
async def escalate_ticket(asked: Asked[Nothing, Nothing]) -> TicketDone:
    """Ask the next people of the receiver now. Whoever had the ticket has it no more."""
    return await _do(asked, handling.ask_next)


@operation("POST", "/tickets/{number:int}/release", right=Right.TICKETS, sends=True)
async def release_ticket(asked: Asked[Nothing, Nothing]) -> TicketDone:
    """Give a ticket back. Nobody has it any more, and people are asked anew."""
    return await _do(asked, handling.give_back)


@operation("POST", "/tickets/{number:int}/assign", right=Right.TICKETS, sends=True)
async def assign_ticket(asked: Asked[NewOwner, Nothing]) -> TicketDone:
    """Give a ticket to somebody, who is told, or take it over. They must have opted in."""
    to = storable(asked.body.to.strip())

    def give(tx: Transaction, book: Rulebook, ticket: Ticket, actor: Actor, now: datetime) -> Deed:
        return handling.give(tx, book, ticket, actor, to, now)

    return await _do(asked, give, where="to")


@operation("POST", "/tickets/{number:int}/comment", right=Right.TICKETS, sends=True)
async def comment_ticket(asked: Asked[NewComment, Nothing]) -> TicketDone:
    """Say something to the others of a ticket. Who has no open window reads it on their next reply."""
    text = storable(asked.body.text.strip())
    if not text:
        raise Unfitting("The comment is empty.", where="text", fix="Write a word.")

    def say(tx: Transaction, book: Rulebook, ticket: Ticket, actor: Actor, now: datetime) -> Deed:
        return handling.comment(tx, book, ticket, actor, text, now)

    return await _do(asked, say, where="text")


@operation("POST", "/tickets/{number:int}/silence", right=Right.TICKETS, sends=True)
async def silence_ticket(asked: Asked[HowLong, Nothing]) -> TicketDone:
    """Mute the alerts of a ticket for a while. What still fires then is told."""
    span = span_of(asked.body.span)

    def hush(tx: Transaction, book: Rulebook, ticket: Ticket, actor: Actor, now: datetime) -> Deed:
        return handling.hush(tx, book, ticket, actor, span, now)

    return await _do(asked, hush)


async def _do(asked: Asked[Any, Any], doing: Doing, where: str = "number") -> TicketDone:
    """One deed in one transaction. Raises `NotNow` with the deed's own words when it cannot be done."""
    number, book, now = asked.path["number"], asked.book, asked.now

    def work(tx: Transaction) -> Deed:
        deed = doing(tx, book, ticket_of(tx, asked), asked.actor(tx), now)
        if not deed.told:
            raise NotNow(deed.text, where=where)
        return deed

    deed = await asked.change(f"ticket {number}", work, lambda tx: ticket_facts(ticket_of(tx, asked)))
    until = await asked.look(lambda views: muted_until(views, deed.ticket, now))
    return TicketDone(text=f"#{number}: {deed.told}", ticket=ticket_shape(deed.ticket, book, until))


def ticket_of(facts: Lookups, asked: Asked[Any, Any]) -> Ticket:
    """The ticket that the path names. Raises `NotThere`."""
    number = asked.path["number"]
    ticket = facts.ticket(number)
    if ticket is None:
        raise NotThere(f"There is no ticket #{number}.", where="number")
    return ticket


def _states(wanted: Wanted) -> Sequence[TicketState] | None:
    match wanted:
        case Wanted.ALL:
            return None
        case Wanted.UNRESOLVED:
            return UNRESOLVED
        case _:
            return (TicketState(wanted.value),)


OPERATIONS = (
    list_tickets,
    show_ticket,
    list_timeline,
    list_ticket_alerts,
    list_ticket_messages,
    acknowledge_ticket,
    resolve_ticket,
    escalate_ticket,
    release_ticket,
    assign_ticket,
    comment_ticket,
    silence_ticket,
)
