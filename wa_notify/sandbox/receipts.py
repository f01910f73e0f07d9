"""Read receipts of the business, and its typing indicator; both go to the endpoint of messages."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from .account import Line
from .fields import check_object, require_product
from .refusals import Refusal, Refused
from .shapes import READ_RECEIPT
from .world import World

TYPING_LASTS = timedelta(seconds=25)


def mark_read(world: World, line: Line, body: Mapping[str, Any]) -> dict[str, Any]:
    """Mark that message and all earlier ones of the chat; typing is shown until an answer. Raises Refused."""
    require_product(body)
    check_object(body, READ_RECEIPT)
    message = world.people.messages.get(body["message_id"])
    if message is None or message.direction != "in" or message.line != line:
        raise Refused(Refusal.VALUE_INVALID, "There is no inbound message with this message_id.")
    world.network.mark_read(message)
    if body.get("typing_indicator"):
        chat = world.people.of(message).chat(line.id)
        chat.typing_until = world.clock() + TYPING_LASTS
    world.note("marked_read", wamid=message.wamid)
    return {"success": True}
