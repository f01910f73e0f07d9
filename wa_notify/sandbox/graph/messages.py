"""Messages of a number: send one, by the Marketing Messages API as well, or mark one as read."""

from typing import Any

from wa_notify.sandbox.receipts import mark_read
from wa_notify.sandbox.sending import Request, accept, answer_to

from .call import Call, Operations


async def send(call: Call) -> dict[str, Any]:
    """Answer `POST /{phone_number_id}/messages`."""
    body = await call.body()
    if "status" in body:
        return mark_read(call.world, call.line, body)
    return await _sent(call, Request(body=body, version=call.version, fate=call.fate))


async def send_marketing(call: Call) -> dict[str, Any]:
    """Answer `POST /{phone_number_id}/marketing_messages`."""
    body = await call.body()
    return await _sent(call, Request(body=body, version=call.version, fate=call.fate, to_marketing_api=True))


async def _sent(call: Call, request: Request) -> dict[str, Any]:
    world = call.world
    message = await accept(world, call.line, request)
    answer = answer_to(message, request.body, world.people.of(message))
    if world.courier.policy.before_answer and not message.held:
        await world.network.step_at_once(message)
    return answer


OPERATIONS: Operations = {
    ("number", "messages"): {"POST": send},
    ("number", "marketing_messages"): {"POST": send_marketing},
}
