"""The outbox: everything that left, waits, or was kept back; and what can be done with it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import msgspec

from wa_notify.core.access import Right
from wa_notify.core.outbox import ARRIVED, Item, ItemState
from wa_notify.core.outbox import WAITING as WAITING_STATES
from wa_notify.core.template import TemplateShape
from wa_notify.pipeline import outbox_deeds
from wa_notify.pipeline.outbox_deeds import TRIED_AGAIN, OutboxDeed
from wa_notify.ports import Transaction
from wa_notify.web.operations.operation import LARGEST_NUMBER, Asked, Nothing, Shape, operation
from wa_notify.web.operations.paging import PageAsked, mark_of, next_of
from wa_notify.web.operations.tickets_shapes import MessageShape, message_shape
from wa_notify.web.refusals import NotNow, NotThere

Name = Annotated[str, msgspec.Meta(max_length=200)]


class Sort(StrEnum):
    """What people look for."""

    TROUBLE = "trouble"  # what failed, was refused, or may be lost: somebody should look
    WAITING = "waiting"
    LEFT = "left"  # taken by WhatsApp or another channel, and not arrived as far as we know
    ARRIVED = "arrived"
    CANCELLED = "cancelled"
    ALL = "all"


STATES: Mapping[Sort, tuple[ItemState, ...] | None] = {
    Sort.TROUBLE: TRIED_AGAIN,
    Sort.WAITING: (*WAITING_STATES, ItemState.SENDING),
    Sort.LEFT: (ItemState.ACCEPTED, ItemState.SENT),
    Sort.ARRIVED: ARRIVED,
    Sort.CANCELLED: (ItemState.CANCELLED,),
    Sort.ALL: None,
}


class OutboxAsked(PageAsked, frozen=True, kw_only=True):
    """Which messages: of a sort, of a person, of a ticket."""

    sort: Sort = Sort.ALL
    recipient: Name = ""
    ticket: Annotated[int, msgspec.Meta(ge=1, le=LARGEST_NUMBER)] | None = None


class OutboxItem(Shape, frozen=True, kw_only=True):
    """A message of the outbox. ``again`` and ``droppable`` say what may be done with it."""

    ticket: int | None
    priority: str
    expires_at: datetime | None
    again: bool
    droppable: bool
    message: MessageShape


class OutboxPage(Shape, frozen=True, kw_only=True):
    """Those that were planned last first. ``counts`` are of all there are."""

    items: list[OutboxItem]
    next: str
    counts: Mapping[Sort, int]
    oldest_due_at: datetime | None


class OutboxDone(Shape, frozen=True, kw_only=True):
    """What came of it, in a sentence."""

    text: str
    item: OutboxItem


@operation("GET", "/outbox", right=Right.SEE)
async def list_outbox(asked: Asked[Nothing, OutboxAsked]) -> OutboxPage:
    """List the messages of the outbox, those that were planned last first."""
    query, after = asked.query, mark_of(asked.query.after)
    found, counts, shapes = await asked.look(
        lambda views: (
            views.items_page(
                STATES[query.sort],
                recipient_id=query.recipient or None,
                ticket_id=query.ticket,
                after=after,
                limit=query.limit,
            ),
            views.counts(),
            views.templates(),
        )
    )
    return OutboxPage(
        items=[_shape(item, shapes) for item in found.found],
        next=next_of(found.mark, more=found.more),
        counts=_counts(counts.items),
        oldest_due_at=counts.oldest_due_at,
    )


@operation("GET", "/outbox/{number:int}", right=Right.SEE)
async def show_outbox_item(asked: Asked[Nothing, Nothing]) -> OutboxItem:
    """Show a message of the outbox as its person sees it, and how far it got."""
    number = asked.path["number"]
    item, shapes = await asked.look(lambda views: (views.item(number), views.templates()))
    if item is None:
        raise NotThere(f"There is no message {number} in the outbox.", where="number")
    return _shape(item, shapes)


@operation("POST", "/outbox/{number:int}/retry", right=Right.SEND, sends=True)
async def retry_outbox_item(asked: Asked[Nothing, Nothing]) -> OutboxDone:
    """Try a message again that failed, was refused, or is uncertain. It is decided anew, at once."""
    number_id = asked.office.account.number_id

    def work(tx: Transaction) -> OutboxDeed:
        by = asked.actor(tx).name
        return outbox_deeds.retry(tx, asked.book, number_id, asked.path["number"], by, asked.now)

    return await _done(asked, work)


@operation("POST", "/outbox/{number:int}/drop", right=Right.SEND)
async def drop_outbox_item(asked: Asked[Nothing, Nothing]) -> OutboxDone:
    """Cancel a message that waits. Nobody is told instead."""

    def work(tx: Transaction) -> OutboxDeed:
        return outbox_deeds.drop(tx, asked.path["number"], asked.actor(tx).name, asked.now)

    return await _done(asked, work)


async def _done(asked: Asked[Any, Any], work: Callable[[Transaction], OutboxDeed]) -> OutboxDone:
    number = asked.path["number"]

    def done(tx: Transaction) -> OutboxDeed:
        deed = work(tx)
        if deed.item is None:
            raise NotThere(deed.text, where="number")
        if not deed.done:
            raise NotNow(deed.text, where="number")
        return deed

    deed = await asked.change(f"message {number}", done, lambda tx: _facts(tx.item(number)))
    shapes = await asked.look(lambda views: views.templates())
    assert deed.item is not None  # noqa: S101 - refused above otherwise
    return OutboxDone(text=deed.text, item=_shape(deed.item, shapes))


def _facts(item: Item | None) -> Mapping[str, Any]:
    return {"state": item.state.value, "recipient": item.recipient_id} if item else {}


def _counts(items: Mapping[ItemState, int]) -> dict[Sort, int]:
    return {
        sort: sum(number for state, number in items.items() if states is None or state in states)
        for sort, states in STATES.items()
    }


def _shape(item: Item, shapes: Sequence[TemplateShape]) -> OutboxItem:
    return OutboxItem(
        ticket=item.ticket_id,
        priority=item.priority.name.lower(),
        expires_at=item.expires_at,
        again=item.state in TRIED_AGAIN,
        droppable=item.state in WAITING_STATES,
        message=message_shape(item, shapes),
    )


OPERATIONS = (list_outbox, show_outbox_item, retry_outbox_item, drop_outbox_item)
