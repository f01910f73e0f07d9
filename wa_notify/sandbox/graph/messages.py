"""Messages of a number: send one, mark one as read."""

from typing import Any

from wa_notify.sandbox.sending import accept, answer_to, mark_read

from .call import Call, Operations


async def send(call: Call) -> dict[str, Any]:
    """Answer `POST /{phone_number_id}/messages`."""
    world, line, body = call.world, call.line, await call.body()
    if "status" in body:
        return mark_read(world, line, body)
    message = accept(world, line, body, version=call.version, fate=call.fate)
    if world.courier.policy.before_answer and not message.held:
        await world.network.step_at_once(message)
    return answer_to(message, body, world.people.of(message))


OPERATIONS: Operations = {("number", "messages"): {"POST": send}}
