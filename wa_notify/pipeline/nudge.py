"""Nudges: a template that asks for a reply, so that the text which is held may follow.

One for each person and closed window, whatever is held. A template with a button to tap asks as well.
"""

from datetime import datetime

from wa_notify.core.digest import facts
from wa_notify.core.message import ButtonKind, Message, TemplateMessage
from wa_notify.core.outbox import Channel, Intent, Item, Occasion
from wa_notify.core.rule import Rulebook
from wa_notify.core.window import Window
from wa_notify.pipeline.digest import lines_about
from wa_notify.ports import Transaction

ASKS = (Occasion.MESSAGE, Occasion.DETAILS, Occasion.DIGEST)  # what is worth a question
BY_HAND = {"count": 1, "title": "a message"}  # what is held belongs to no ticket


def ask(tx: Transaction, book: Rulebook, held: Item, window: Window, now: datetime) -> None:
    """An item is held now: ask for a reply, unless the person was asked already."""
    if (
        book.nudge is None
        or held.occasion not in ASKS
        or held.channel is not Channel.WHATSAPP
        or window.asked
    ):
        return
    lines = lines_about(tx, [held])
    spoken = facts(lines, held.created_at) if lines else {**facts((), held.created_at), **BY_HAND}
    tx.enqueue(
        Item(
            key=f"nudge/{held.id}/{held.attempts}",
            ticket_id=held.ticket_id,
            episode=held.episode,
            recipient_id=held.recipient_id,
            occasion=Occasion.NUDGE,
            intent=Intent(template=book.nudge.render(spoken), ticket_ref=held.intent.ticket_ref),
            priority=held.priority,
            due_at=now,
            planned_at=now,
            expires_at=held.expires_at,
            created_at=now,
        )
    )


def held_for(tx: Transaction, item: Item, now: datetime) -> int:
    """How much text that is still worth reading a nudge would bring."""
    if item.occasion is not Occasion.NUDGE:
        return 0
    held = [one for one in tx.held_items(item.recipient_id) if one.occasion in ASKS]
    return sum(one.expires_at is None or now < one.expires_at for one in held)


def asks(message: Message) -> bool:
    """Whether a tap answers this message."""
    if not isinstance(message, TemplateMessage):
        return False
    return any(button.kind is ButtonKind.QUICK_REPLY for button in message.buttons)
