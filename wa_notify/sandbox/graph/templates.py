"""Templates: list, read, hand in, edit, delete; and uploads of files for their examples."""

from typing import Any

from wa_notify.sandbox.templates import Template

from . import nodes
from .call import Call, Operations


async def listed(call: Call) -> dict[str, Any]:
    """Answer `GET /{waba_id}/message_templates`."""
    return nodes.template_list(call.account, call.query, call.url)


async def create(call: Call) -> dict[str, Any]:
    """Answer `POST /{waba_id}/message_templates`."""
    return call.world.desk.create(call.account, await call.body())


async def delete(call: Call) -> dict[str, Any]:
    """Answer `DELETE /{waba_id}/message_templates`."""
    return call.world.desk.delete(call.account, call.query)


async def show(call: Call) -> dict[str, Any]:
    """Answer `GET /{template_id}`."""
    return nodes.template_node(call.world.portfolio, call.account, _meant(call), call.query)


async def edit(call: Call) -> dict[str, Any]:
    """Answer `POST /{template_id}`."""
    return call.world.desk.edit(call.account, _meant(call), await call.body())


async def open_upload(call: Call) -> dict[str, Any]:
    """Answer `POST /{app_id}/uploads`."""
    return call.world.desk.uploads.open(call.query)


async def take_upload(call: Call) -> dict[str, Any]:
    """Answer `POST /{upload_session}`: the bytes of a file."""
    content, offset = await call.request.body(), call.request.headers.get("file_offset")
    return call.world.desk.uploads.take(call.object_id, content, offset)


def _meant(call: Call) -> Template:
    return next(item for item in call.account.templates.values() if item.id == call.object_id)


OPERATIONS: Operations = {
    ("waba", "message_templates"): {"GET": listed, "POST": create, "DELETE": delete},
    ("template", ""): {"GET": show, "POST": edit},
    ("app", "uploads"): {"POST": open_upload},
    ("upload", ""): {"POST": take_upload},
}
