"""Everything a decision about an item depends on, gathered as it is now."""

from datetime import datetime

from wa_notify.core.consent import Purpose, invitation, objection
from wa_notify.core.outbox import MUTED, Item
from wa_notify.core.reason import Reason
from wa_notify.core.rule import Rulebook
from wa_notify.core.situation import Situation
from wa_notify.core.template import TemplateShape
from wa_notify.core.window import Window
from wa_notify.pipeline.calm import is_inhibited, quiet_until, room_for
from wa_notify.pipeline.charges import money_of
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
    shapes = _shapes(tx, book, item, synced=synced)
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
        languages=tuple(code for code in (recipient.language if recipient else "", book.language) if code),
        detour=detour_of(tx, book, item, ticket),
        errand=errand_of(tx, book, item, ticket),
        silenced_until=silenced_until(tx, ticket, now) if ticket and _can_be_muted(item) else None,
        quiet_until=quiet_until(book, item, ticket, now),
        inhibited=is_inhibited(tx, book, item, ticket),
        room_at=room_for(tx, book, item, now),
        holds=held_for(tx, item, now),
        money=money_of(tx, book, number_id, item, recipient, ticket, window, shapes, now),
    )


def _can_be_muted(item: Item) -> bool:
    """What is said unasked; long text that follows because the person has just written is their wish."""
    return item.occasion in MUTED and item.reason is not Reason.REPLIED


def _shapes(tx: Transaction, book: Rulebook, item: Item, *, synced: bool) -> tuple[TemplateShape, ...]:
    """The account's word counts; until it has been read, the configuration's word does."""
    if item.intent.template is None:
        return ()
    name = item.intent.template.name
    return tuple(tx.shapes(name)) if synced else tuple(s for s in book.templates if s.name == name)
