"""A business number as such."""

from typing import Any

from . import nodes
from .call import Call, Operations


async def show(call: Call) -> dict[str, Any]:
    """Answer `GET /{phone_number_id}`."""
    return nodes.number_node(call.world.portfolio, call.line, call.query)


OPERATIONS: Operations = {("number", ""): {"GET": show}}
