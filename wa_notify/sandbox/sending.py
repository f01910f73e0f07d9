"""`POST /{phone_number_id}/messages`: from the body of a request to an accepted message, or a refusal.

What is wrong with the request itself is refused at once. What is wrong with the situation (closed window,
person not on WhatsApp, medium that cannot be fetched) is accepted with 200 and fails later as a callback, as
on the platform. The order of the checks is ours.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from .account import Account, Line
from .content import free_form
from .hydration import hydrate
from .media import KINDS
from .messages import Content, Message
from .numbers import wa_id_of
from .phones import Phone
from .refusals import Refusal, Refused
from .shapes import ENVELOPE, MESSAGES, READ_RECEIPT, check_object
from .world import World

TYPING_LASTS = timedelta(seconds=25)
JsonObject = Mapping[str, Any]


def require_product(body: JsonObject) -> None:
    """Raise Refused unless `messaging_product` is `whatsapp`."""
    if body.get("messaging_product") != "whatsapp":
        raise Refused(Refusal.PRODUCT_MISSING)


def accept(
    world: World, line: Line, body: JsonObject, *, version: int, fate: Refusal | None = None
) -> Message:
    """Check a message against every rule and hand it to the network. Raises Refused.

    `fate`: the refusal that it shall meet later in any case.
    """
    require_product(body)
    kind = _check_shape(body)
    phone = _recipient(world, line, body)
    content = _content(line.account, kind, body[kind], version)
    content = _with_medium(world, line, content, {kind: body[kind]})
    _require_known_target(world, line, content, phone)
    quoted = (body.get("context") or {}).get("message_id")
    world.pace_of(line).take(phone.wa_id, world.clock(), world.limits)
    message = Message(
        wamid=world.chance.wamid(phone.wa_id, inbound=False),
        direction="out",
        line=line,
        wa_id=phone.wa_id,
        content=content,
        at=world.clock(),
        quoted=quoted if quoted in world.people.messages else None,  # an unknown quote is silently dropped
        opaque=body.get("biz_opaque_callback_data"),
        by_user_id=not body.get("to"),
        fate=fate,
        held=_is_paced(line.account, content),
    )
    world.network.accept(message, phone)
    return message


def answer_to(message: Message, body: JsonObject, phone: Phone) -> dict[str, Any]:
    """Return the response to an accepted message. `message_status` comes with templates only."""
    contact = {"input": body.get("to") or body["recipient"]}
    if not message.by_user_id:
        contact["wa_id"] = phone.wa_id
    shown = {"id": message.wamid}
    if message.content.template is not None:
        shown["message_status"] = "held_for_quality_assessment" if message.held else "accepted"
    return {
        "messaging_product": "whatsapp",
        "contacts": [{**contact, "user_id": phone.user_id}],
        "messages": [shown],
    }


def mark_read(world: World, line: Line, body: JsonObject) -> dict[str, Any]:
    """Handle a read receipt, with or without typing indicator. Raises Refused."""
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


def _check_shape(body: JsonObject) -> str:
    """Check envelope and content, and return the type."""
    kind = body.get("type") or "text"
    if not isinstance(kind, str) or kind not in MESSAGES:
        raise Refused(Refusal.TYPE_UNSUPPORTED, f"type must be one of {', '.join(MESSAGES)}.")
    check_object(body, {**ENVELOPE, kind: MESSAGES[kind]})
    if body.get(kind) is None:
        raise Refused(Refusal.REQUIRED_MISSING, f"The field {kind} is required.")
    if (body.get("category") or "SERVICE").upper() != "SERVICE":
        raise Refused(Refusal.DIRECT_SEND_OFF)
    return kind


def _recipient(world: World, line: Line, body: JsonObject) -> Phone:
    """Find the person; if both kinds of address are given, `to` wins."""
    if body.get("to"):
        wa_id = wa_id_of(body["to"], home=line.number.country_code)
        if wa_id is None:
            raise Refused(Refusal.VALUE_INVALID, "The field to must be a telephone number.")
        if wa_id == line.number.digits:
            raise Refused(Refusal.SELF_SEND)
        return world.people.phone(wa_id)
    if not body.get("recipient"):
        raise Refused(Refusal.REQUIRED_MISSING, "The field to (or recipient) is required.")
    phone = world.people.by_user_id(body["recipient"])
    if phone is None:
        raise Refused(Refusal.VALUE_INVALID, "No person has this business-scoped user id here.")
    return phone


def _content(account: Account, kind: str, value: Any, version: int) -> Content:
    if kind != "template":
        return free_form(kind, value)
    name, language = value["name"], value["language"]["code"]
    template = account.templates.get((name, language))
    if template is None:
        raise Refused(Refusal.TEMPLATE_UNKNOWN, f"There is no template {name} in {language}.")
    return hydrate(template, value.get("components") or (), version=version)


def _with_medium(world: World, line: Line, content: Content, value: Any) -> Content:
    """The content with the uploaded file that it names. Raises Refused when there is no such file."""
    found = list(_media_ids(value))
    for media_id in found:
        if not world.media.has(media_id, line.account):
            raise Refused(Refusal.MEDIUM_ID_INVALID, f"There is no medium with the id {media_id}.")
    content = replace(content, given=value)
    return replace(content, media_id=found[0], file=world.media.find(found[0])) if found else content


def _media_ids(value: Any) -> Iterator[str]:
    """Ids below the name of a kind of file, wherever in the message."""
    if isinstance(value, list):
        for item in value:
            yield from _media_ids(item)
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in KINDS and isinstance(inner, dict) and isinstance(inner.get("id"), str):
                yield inner["id"]
            yield from _media_ids(inner)


def _is_paced(account: Account, content: Content) -> bool:
    template = content.template
    return template is not None and f"{template.name}/{template.language}" in account.pacing


def _require_known_target(world: World, line: Line, content: Content, phone: Phone) -> None:
    if content.target is None:
        return
    target = world.people.messages.get(content.target)
    same_chat = target is not None and (target.line, target.wa_id) == (line, phone.wa_id)
    if target is None or not same_chat or target.content.kind == "reaction":
        raise Refused(Refusal.VALUE_INVALID, "reaction.message_id is not a message of this chat.")
