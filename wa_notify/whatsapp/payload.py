"""Our values as the platform's JSON, and its templates as our values.

Source: Meta's reference of ``POST /{number}/messages`` and of the template list. Phone numbers go out in
``+E.164``, since without the plus the platform may prepend the business number's own country code.
``components`` is left out when the template takes nothing; a button's ``index`` is a text.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from wa_notify.core.enclosed import MediaLink, Place
from wa_notify.core.message import ButtonKind, ButtonParameter, Outgoing, Parameter, TemplateMessage
from wa_notify.core.template import ButtonShape, TemplateShape
from wa_notify.whatsapp.contents import Json, content_of, file_json, place_json
from wa_notify.whatsapp.reading import word

# What may stand in the ending of a link as it is; "%" because the ending may be encoded already.
URL_SAFE = "/:?#[]@!$&'()*+,;=%~-._"

# Where a button of the template list says what it leads to.
BUTTON_TARGETS = ("url", "phone_number", "example")


def request_body(outgoing: Outgoing) -> Json:
    """The body of the request that sends this message."""
    message = outgoing.message
    address = {"to": outgoing.to} if outgoing.to else {"recipient": outgoing.bsuid}
    content = (
        {"type": "template", "template": _template(message)}
        if isinstance(message, TemplateMessage)
        else content_of(message)
    )
    body = {"messaging_product": "whatsapp", "recipient_type": "individual", **address, **content}
    if outgoing.quotes:
        body["context"] = {"message_id": outgoing.quotes}
    if outgoing.callback_data:
        body["biz_opaque_callback_data"] = outgoing.callback_data
    return body


def _template(message: TemplateMessage) -> Json:
    template: Json = {"name": message.name, "language": {"code": message.language}}
    components = list(_components(message))
    if components:
        template["components"] = components
    return template


def _components(message: TemplateMessage) -> Iterable[Json]:
    if message.header is not None:
        yield {"type": "header", "parameters": [_header(message.header)]}
    if message.body:
        yield {"type": "body", "parameters": [_parameter(parameter) for parameter in message.body]}
    for button in message.buttons:
        yield _button(button)


def _header(header: Parameter | MediaLink | Place) -> Json:
    match header:
        case Parameter():
            return _parameter(header)
        case MediaLink(kind=kind):
            return {"type": kind.value, kind.value: file_json(header)}
        case Place():
            return {"type": "location", "location": place_json(header)}


def _parameter(parameter: Parameter) -> Json:
    name = {"parameter_name": parameter.name} if parameter.name else {}
    return {"type": "text", **name, "text": parameter.text}


def _button(button: ButtonParameter) -> Json:
    return {
        "type": "button",
        "sub_type": button.kind.value,
        "index": str(button.index),
        "parameters": [_button_parameter(button)],
    }


def _button_parameter(button: ButtonParameter) -> Json:
    match button.kind:
        case ButtonKind.QUICK_REPLY:
            return {"type": "payload", "payload": button.text}
        case ButtonKind.URL:
            return {"type": "text", "text": quote(button.text, safe=URL_SAFE)}
        case ButtonKind.COPY_CODE:
            return {"type": "coupon_code", "coupon_code": button.text}


def shape_from(template: object) -> TemplateShape | None:
    """Read one template of the list; nothing when it has no name or language and so cannot be sent.

    Components that are unknown or odd are left out. Every button keeps its place, whatever its kind, since
    a send names buttons by their position.
    """
    if not isinstance(template, Mapping):
        return None
    name, language = word(template, "name"), word(template, "language")
    if not name or not language:
        return None
    parts = {word(part, "type").upper(): part for part in _mappings(template.get("components"))}
    header, body = parts.get("HEADER", {}), parts.get("BODY", {})
    return TemplateShape(
        name=name,
        language=language,
        status=word(template, "status").upper(),
        category=word(template, "category").upper(),
        header=word(header, "text"),
        header_format=word(header, "format").upper() or ("TEXT" if header else ""),
        body=word(body, "text"),
        footer=word(parts.get("FOOTER", {}), "text"),
        buttons=tuple(_button_shapes(parts.get("BUTTONS", {}).get("buttons"))),
        id=_id(template),
        ttl=_seconds(template.get("message_send_ttl_seconds")),
        quality=word(_mapping(template.get("quality_score")), "score").upper(),
        why_rejected=_rejection(template),
        upcoming_category=_upcoming(template),
    )


def _button_shapes(buttons: object) -> Iterable[ButtonShape]:
    for button in buttons if isinstance(buttons, list) else ():
        known = button if isinstance(button, Mapping) else {}
        yield ButtonShape(
            kind=word(known, "type").upper() or "UNKNOWN",
            text=word(known, "text"),
            target=next(filter(None, (word(known, key) for key in BUTTON_TARGETS)), ""),
        )


def _id(template: Mapping[str, Any]) -> str:
    value = template.get("id")
    return str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""


def _seconds(value: object) -> int | None:
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _rejection(template: Mapping[str, Any]) -> str:
    said = word(template, "rejected_reason").upper()
    return "" if said == "NONE" else said


def _upcoming(template: Mapping[str, Any]) -> str:
    announced = word(template, "correct_category").upper()
    return "" if announced == word(template, "category").upper() else announced


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _mappings(value: object) -> Iterable[Mapping[str, Any]]:
    return [part for part in value if isinstance(part, Mapping)] if isinstance(value, list) else []
