"""What a message's JSON may look like, as tables, and the one function that holds them against a body.

Lengths count Unicode code points (Meta does not say what it counts). A field that is not in a table is
refused as unknown, because that is how the platform treats misspelt fields.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .refusals import Refusal, Refused

NAMES = {str: "a text", dict: "an object", list: "a list", bool: "true or false", int: "a whole number"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field: the JSON types it may have, its limits, and the shape of the object or items inside.

    any_case: a text of `among` may be written in capitals, too.
    """

    kinds: tuple[type, ...] = (str,)
    required: bool = False
    least: int = 0
    most: int | None = None
    among: frozenset[str] | None = None
    any_case: bool = False
    inside: Mapping[str, "Field"] | None = None
    too_long: Refusal = Refusal.VALUE_INVALID


Shape = Mapping[str, Field]


def _text(
    most: int | None = None, *, required: bool = False, too_long: Refusal = Refusal.VALUE_INVALID
) -> Field:
    return Field(required=required, most=most, too_long=too_long)


def _choice(*values: str, required: bool = True, any_case: bool = False) -> Field:
    return Field(required=required, among=frozenset(values), any_case=any_case)


def _object(inside: Shape | None, *, required: bool = False) -> Field:
    return Field(kinds=(dict,), inside=inside, required=required)


def _list(inside: Shape | None, most: int | None = None, *, required: bool = False, least: int = 1) -> Field:
    return Field(kinds=(list,), inside=inside, most=most, required=required, least=least)


def _media(**more: Field) -> Shape:
    return {"id": _text(), "link": _text(2048), **more}


CAPTION = _text(1024)
LOCATION: Shape = {
    "latitude": Field(kinds=(str, float, int), required=True),
    "longitude": Field(kinds=(str, float, int), required=True),
    "name": _text(),
    "address": _text(),
}
IMAGE, VIDEO = _media(caption=CAPTION), _media(caption=CAPTION)
DOCUMENT = _media(caption=CAPTION, filename=_text(240))

HEADER: Shape = {
    "type": _choice("text", "image", "video", "document"),
    "text": _text(60),
    "image": _object(IMAGE),
    "video": _object(VIDEO),
    "document": _object(DOCUMENT),
}
FOOTER: Shape = {"text": _text(60, required=True)}
REPLY: Shape = {"id": _text(256, required=True), "title": _text(20, required=True)}
LIST_ROW: Shape = {
    "id": _text(200, required=True),
    "title": _text(24, required=True),
    "description": _text(72),
}
SECTION: Shape = {"title": _text(24), "rows": _list(LIST_ROW, 10, required=True)}


def _interactive(kind: str, action: Shape, *, body: int = 1024) -> Shape:
    return {
        "type": _choice(kind),
        "header": _object(HEADER),
        "body": _object({"text": _text(body, required=True)}, required=True),
        "footer": _object(FOOTER),
        "action": _object(action, required=True),
    }


INTERACTIVE: Mapping[str, Shape] = {
    "button": _interactive(
        "button",
        {
            "buttons": _list(
                {"type": _choice("reply"), "reply": _object(REPLY, required=True)}, 3, required=True
            )
        },
    ),
    "list": _interactive(
        "list", {"button": _text(20, required=True), "sections": _list(SECTION, 10, required=True)}, body=4096
    ),
    "cta_url": _interactive(
        "cta_url",
        {
            "name": _choice("cta_url"),
            "parameters": _object(
                {"display_text": _text(20, required=True), "url": _text(2000, required=True)}, required=True
            ),
        },
    ),
    "location_request_message": _interactive("location_request_message", {"name": _choice("send_location")}),
}

# Widely used clients write these types in capitals, as the template list does; the platform takes both.
PARAMETER_TYPES = (
    "text", "currency", "date_time", "image", "video", "document", "location", "payload", "coupon_code",
)  # fmt: skip
SUB_TYPES = ("quick_reply", "url", "copy_code", "flow", "catalog", "mpm", "voice_call")

PARAMETER: Shape = {
    "type": _choice(*PARAMETER_TYPES, any_case=True),
    "parameter_name": _text(),
    "text": _text(),
    "currency": _object(
        {
            "fallback_value": _text(required=True),
            "code": _text(required=True),
            "amount_1000": Field(kinds=(int,), required=True),
        }
    ),
    "date_time": _object({"fallback_value": _text(required=True)}),
    "image": _object(IMAGE),
    "video": _object(VIDEO),
    "document": _object(DOCUMENT),
    "location": _object(LOCATION),
    "payload": _text(),
    "coupon_code": _text(20),
}
COMPONENT: Shape = {
    "type": _choice("header", "body", "button", any_case=True),
    "sub_type": _choice(*SUB_TYPES, required=False, any_case=True),
    "index": Field(kinds=(str, int)),
    "parameters": _list(PARAMETER, least=0),
}

LANGUAGE: Shape = {"code": _text(required=True), "policy": _choice("deterministic", required=False)}

# What stands under the name of the type.
MESSAGES: Mapping[str, Field] = {
    "text": _object(
        {
            "body": _text(4096, required=True, too_long=Refusal.TEXT_TOO_LONG),
            "preview_url": Field(kinds=(bool,)),
        }
    ),
    "template": _object({
        "name": _text(512, required=True),
        "language": _object(LANGUAGE, required=True),
        "components": _list(COMPONENT, least=0),
    }),
    "interactive": _object(None),  # its shape depends on its own type, see INTERACTIVE
    "reaction": _object({"message_id": _text(required=True), "emoji": _text(32)}),
    "image": _object(IMAGE),
    "video": _object(VIDEO),
    "document": _object(DOCUMENT),
    "audio": _object(_media(voice=Field(kinds=(bool,)))),
    "sticker": _object(_media()),
    "location": _object(LOCATION),
    "contacts": _list(None, 5),
}  # fmt: skip

ENVELOPE: Shape = {
    "messaging_product": _text(required=True),
    "recipient_type": _choice("individual", required=False),
    "to": _text(64),
    "recipient": _text(160),
    "type": _text(),
    "context": _object({"message_id": _text(required=True)}),
    "biz_opaque_callback_data": _text(512, too_long=Refusal.OPAQUE_TOO_LONG),
    "recipient_identity_key_hash": _text(),
    "category": _text(),
    "ttl_seconds": Field(kinds=(int,)),
    "direct_send_config": _object({"template_name": _text(512)}),
}

READ_RECEIPT: Shape = {
    "messaging_product": _text(required=True),
    "status": _choice("read"),
    "message_id": _text(required=True),
    "typing_indicator": _object({"type": _choice("text")}),
}


def check_object(value: Mapping[str, Any], shape: Shape, where: str = "") -> None:
    """Hold an object against a shape. Raises Refused naming the first field that does not fit."""
    for name in value:
        if name not in shape:
            raise Refused(Refusal.FIELD_UNKNOWN, f"Unexpected field {_path(where, name)}.")
    for name, field in shape.items():
        path = _path(where, name)
        if value.get(name) in (None, "") and field.required:
            raise Refused(Refusal.REQUIRED_MISSING, f"The field {path} is required.")
        if value.get(name) is not None:
            _check_value(value[name], field, path)


def _check_value(value: Any, field: Field, path: str) -> None:
    if not isinstance(value, field.kinds) or (isinstance(value, bool) and bool not in field.kinds):
        wanted = " or ".join(NAMES.get(kind, "a number") for kind in field.kinds)
        raise Refused(Refusal.VALUE_INVALID, f"The field {path} must be {wanted}.")
    word = value.lower() if field.any_case and isinstance(value, str) else value
    if field.among is not None and word not in field.among:
        raise Refused(
            Refusal.VALUE_INVALID, f"The field {path} must be one of {', '.join(sorted(field.among))}."
        )
    length = len(value) if isinstance(value, str | list) else 0
    if field.most is not None and length > field.most:
        raise Refused(field.too_long, f"The field {path} is longer than {field.most}: {length}.")
    if isinstance(value, list) and length < field.least:
        raise Refused(Refusal.REQUIRED_MISSING, f"The list {path} must not be empty.")
    if field.inside is not None:
        _check_inside(value, field.inside, path)


def _check_inside(value: Any, inside: Shape, path: str) -> None:
    if isinstance(value, dict):
        check_object(value, inside, path)
        return
    for place, item in enumerate(value):
        if not isinstance(item, dict):
            raise Refused(Refusal.VALUE_INVALID, f"The item {path}[{place}] must be an object.")
        check_object(item, inside, f"{path}[{place}]")


def _path(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name
