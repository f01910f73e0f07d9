"""Everything a decision about an item depends on, gathered as it is now, and what would be decided of it."""

from collections.abc import Sequence
from datetime import datetime

from wa_notify.core.condition import Condition
from wa_notify.core.consent import Purpose, invitation, objection
from wa_notify.core.decision import decide
from wa_notify.core.outbox import MUTED, Item
from wa_notify.core.progress import claimed
from wa_notify.core.rule import Rulebook
from wa_notify.core.situation import Decision, Situation
from wa_notify.core.template import TemplateShape
from wa_notify.core.window import Window
from wa_notify.pipeline.calm import is_inhibited, quiet_until, room_for
from wa_notify.pipeline.charges import money_of
from wa_notify.pipeline.conditions import as_usable, concerning
from wa_notify.pipeline.limits import leeway
from wa_notify.pipeline.nudge import held_for
from wa_notify.pipeline.silences import silenced_until
from wa_notify.pipeline.source import errand_of
from wa_notify.pipeline.twins import detour_of
from wa_notify.ports import Transaction


def situate(tx: Transaction, book: Rulebook, number_id: str, item: Item, now: datetime) -> Situation:
    """Gather everything the decision depends on, as it is now."""
    recipient = tx.recipient(item.recipient_id)
    ledger = tx.consents(item.recipient_id)
    ticket = None if item.ticket_id is None else tx.ticket(item.ticket_id)
    synced = tx.templates_synced_at() is not None
    conditions = tx.open_conditions()
    shapes = _shapes(tx, book, item, conditions, synced=synced)
    window = tx.window(number_id, item.recipient_id) if recipient else Window()
    return Situation(
        now=now,
        item=item,
        ticket=ticket,
        recipient=recipient,
        objection=objection(ledger, Purpose.UTILITY) if recipient else None,
        invited=invitation(ledger, Purpose.UTILITY) is not None,
        window=window,
        shapes=shapes,
        synced=synced,
        languages=(*(recipient.languages if recipient else ()), *book.languages),
        troubles=concerning(conditions, item.recipient_id, recipient),
        detour=detour_of(tx, book, item, ticket),
        errand=errand_of(tx, book, item, ticket),
        silenced_until=silenced_until(tx, ticket, now) if ticket and _can_be_muted(item) else None,
        quiet_until=quiet_until(book, item, ticket, now),
        inhibited=is_inhibited(tx, book, item, ticket),
        room_at=room_for(tx, book, item, now),
        holds=held_for(tx, item, now),
        before=None if item.intent.behind is None else tx.item(item.intent.behind),
        most_parts=book.most_parts,
        leeway=leeway(tx, book, number_id, item, window, now),
        money=money_of(tx, book, number_id, item, recipient, ticket, window, shapes, now),
    )


def foreseen(tx: Transaction, book: Rulebook, number_id: str, item: Item, now: datetime) -> Decision:
    """What would be decided of the item if it were its turn now."""
    return decide(situate(tx, book, number_id, claimed(item, now), now))


def _can_be_muted(item: Item) -> bool:
    """What is said unasked; long text that follows because the person has just written is their wish."""
    return item.occasion in MUTED and not item.follows_reply


def _shapes(
    tx: Transaction, book: Rulebook, item: Item, conditions: Sequence[Condition], *, synced: bool
) -> tuple[TemplateShape, ...]:
    """The account's word counts; until it has been read, the configuration's word does."""
    if item.intent.template is None:
        return ()
    names = dict.fromkeys(wish.name for wish in item.intent.template.ways)
    declared = [shape for shape in book.templates if shape.name in names]
    shapes = [shape for name in names for shape in tx.shapes(name)] if synced else declared
    return tuple(as_usable(conditions, shape) for shape in shapes)
