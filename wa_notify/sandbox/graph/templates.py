"""Templates: list, read, hand in, edit, unpause, archive, delete; and uploads of files for their examples."""

from typing import Any

from wa_notify.sandbox.templates import Template

from .call import Call, Operations
from .template_nodes import template_list, template_node


async def listed(call: Call) -> dict[str, Any]:
    """Answer `GET /{waba_id}/message_templates`."""
    most = call.world.reviewers.most()
    return template_list(call.world.portfolio, call.account, call.query, call.url, most=most)


async def create(call: Call) -> dict[str, Any]:
    """Answer `POST /{waba_id}/message_templates`."""
    return call.world.desk.create(call.account, await call.body())


async def delete(call: Call) -> dict[str, Any]:
    """Answer `DELETE /{waba_id}/message_templates`."""
    return call.world.desk.delete(call.account, call.query)


async def upsert(call: Call) -> dict[str, Any]:
    """Answer `POST /{waba_id}/upsert_message_templates`."""
    return call.world.desk.upsert(call.account, await call.body())


async def archive(call: Call) -> dict[str, Any]:
    """Answer `POST /{waba_id}/message_templates/archive`, which Meta serves on another host."""
    return call.world.desk.archive(call.account, await call.body_or_query())


async def unarchive(call: Call) -> dict[str, Any]:
    """Answer `POST /{waba_id}/message_templates/unarchive`, which Meta serves on another host."""
    return call.world.desk.unarchive(call.account, await call.body_or_query())


async def show(call: Call) -> dict[str, Any]:
    """Answer `GET /{template_id}`."""
    return template_node(call.world.portfolio, call.account, _meant(call), call.query)


async def edit(call: Call) -> dict[str, Any]:
    """Answer `POST /{template_id}`."""
    return call.world.desk.edit(call.account, _meant(call), await call.body())


async def unpause(call: Call) -> dict[str, Any]:
    """Answer `POST /{template_id}/unpause`."""
    return call.world.desk.unpause(call.account, _meant(call))


async def open_upload(call: Call) -> dict[str, Any]:
    """Answer `POST /{app_id}/uploads`."""
    return call.world.desk.uploads.open(call.account.app_id, call.query)


async def show_upload(call: Call) -> dict[str, Any]:
    """Answer `GET /{upload_session}`: how far a file came."""
    return dict(call.world.desk.uploads.show(call.account.app_id, call.object_id))


async def take_upload(call: Call) -> dict[str, Any]:
    """Answer `POST /{upload_session}`: the bytes of a file, from an offset on."""
    content, offset = await call.request.body(), call.request.headers.get("file_offset")
    return dict(call.world.desk.uploads.take(call.account.app_id, call.object_id, content, offset))


def _meant(call: Call) -> Template:
    return next(item for item in call.account.templates.values() if item.id == call.object_id)


OPERATIONS: Operations = {
    ("waba", "message_templates"): {"GET": listed, "POST": create, "DELETE": delete},
    ("waba", "message_templates/archive"): {"POST": archive},
    ("waba", "message_templates/unarchive"): {"POST": unarchive},
    ("waba", "upsert_message_templates"): {"POST": upsert},
    ("template", ""): {"GET": show, "POST": edit},
    ("template", "unpause"): {"POST": unpause},
    ("app", "uploads"): {"POST": open_upload},
    ("upload", ""): {"GET": show_upload, "POST": take_upload},
}
