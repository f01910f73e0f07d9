"""Several free-form messages to one person as one, word for word, so that they cost once.

Nothing may get lost by it: text that would not fit, files and lists leave by themselves, and so does what has
other buttons than the rest.
"""

from collections.abc import Sequence

from wa_notify.core.message import TEXT_LIMIT, TEXT_WITH_BUTTONS_LIMIT
from wa_notify.core.outbox import NEWS, Channel, Intent, Item, Occasion

# What may be told together. Text written by hand leaves by itself, since somebody waits to see it leave.
MERGES = (
    *NEWS,
    Occasion.DETAILS,
    Occasion.COMMENT,
    Occasion.CONFIRMATION,
    Occasion.ASSIGNED,
    Occasion.LATE,
)
BETWEEN = "\n\n"


def may_merge(item: Item) -> bool:
    """Whether it is plain text of ours, perhaps with buttons."""
    intent = item.intent
    plain = intent.free_form is not None and not (intent.rows or intent.media or intent.in_parts)
    return plain and item.occasion in MERGES and item.channel is Channel.WHATSAPP and not item.unconfirmed


def joined(parts: Sequence[Item]) -> Intent | None:
    """All of them as one text with the buttons that one of them has; nothing when that loses something."""
    buttons = {part.intent.buttons for part in parts if part.intent.buttons}
    body = BETWEEN.join(part.intent.free_form or "" for part in parts)
    if len(buttons) > 1 or len(body) > (TEXT_WITH_BUTTONS_LIMIT if buttons else TEXT_LIMIT):
        return None
    return Intent(
        free_form=body,
        buttons=next(iter(buttons), ()),
        answers=all(part.intent.answers for part in parts),
        only_now=all(part.intent.only_now for part in parts),
    )
