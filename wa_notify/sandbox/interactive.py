"""What an interactive message may look like: a table for each of its types.

Buttons, lists, links and requests of a location are in Meta's message reference with all their limits. Of the
other types the reference known here says little more than their names: their fields and limits are those
that API clients send, and what these do not say is our deduction.
"""

from collections.abc import Mapping

from .components import PRODUCT_SECTION
from .fields import Field, Shape, choice, items, number, obj, pattern, text
from .pieces import DOCUMENT, IMAGE, VIDEO

LIST_BODY, CARD_BODY = 4096, 160
FILES = ("image", "video", "document")

REPLY: Shape = {"id": text(256, required=True), "title": text(20, required=True)}
LIST_ROW: Shape = {
    "id": text(200, required=True),
    "title": text(24, required=True),
    "description": text(72),
}
LINK = obj({"display_text": text(20, required=True), "url": text(2000, required=True)}, required=True)
IDENTIFIER = Field(kinds=(str, int))


def _header(*kinds: str, required: bool = False) -> Field:
    """Return a header of one of these kinds; the object of another is no unknown field, but a wrong type."""
    shapes = {"text": text(60), "image": obj(IMAGE), "video": obj(VIDEO), "document": obj(DOCUMENT)}
    return obj({"type": choice(*kinds), **shapes}, required=required)


def _shape(
    kind: str, action: Shape, *, header: Field | None = None, body: int = 1024, needs_body: bool = True
) -> Shape:
    return {
        "type": choice(kind),
        **({"header": header} if header else {}),
        "body": obj({"text": text(body, required=True)}, required=needs_body),
        "footer": obj({"text": text(60, required=True)}),
        "action": obj(action, required=True),
    }


def _named(kind: str, parameters: Field | None = None, *, name: str = "") -> Shape:
    return _shape(
        kind,
        {"name": choice(name or kind), **({"parameters": parameters} if parameters else {})},
        header=_header("text", *FILES) if kind in ("cta_url", "flow") else None,
        needs_body=kind != "call_permission_request",
    )


BUTTONS: Shape = {
    "buttons": items({"type": choice("reply"), "reply": obj(REPLY, required=True)}, 3, required=True)
}
SECTIONS: Shape = {
    "button": text(20, required=True),
    "sections": items({"title": text(24), "rows": items(LIST_ROW, 10, required=True)}, 10, required=True),
}
FLOW: Shape = {
    "flow_message_version": text(required=True),
    "flow_cta": text(20, required=True),
    "flow_id": IDENTIFIER,
    "flow_name": text(),
    "flow_token": text(),
    "mode": choice("draft", "published", required=False),
    "flow_action": choice("navigate", "data_exchange", required=False),
    "flow_action_payload": obj({"screen": text(required=True), "data": obj(None)}),
}
CALL: Shape = {
    "display_text": text(20),
    "ttl_minutes": number(1, 43_200, kinds=(int, float)),
    "payload": text(512),
}
ADDRESS: Shape = {
    "country": pattern(r"[A-Z]{2}", "a country of two capital letters", required=True),
    "values": obj(None),
    "saved_addresses": items({"id": text(required=True), "value": obj(None, required=True)}),
    "validation_errors": obj(None),
}
CATALOGUE, PRODUCT_ID = {"catalog_id": text(required=True)}, {"product_retailer_id": text(required=True)}
QUICK_REPLY: Shape = {"type": choice("quick_reply"), "quick_reply": obj(REPLY, required=True)}
CARD: Shape = {
    "card_index": number(0, 9, required=True),
    "type": choice("cta_url", "product"),
    "header": _header("image", "video"),
    "body": obj({"text": text(CARD_BODY, required=True)}),
    "action": obj({
        "name": choice("cta_url", required=False), "parameters": obj(dict(LINK.inside or {})),
        "buttons": items(QUICK_REPLY, 3), "catalog_id": text(), "product_retailer_id": text(),
    }, required=True),
}  # fmt: skip

INTERACTIVE: Mapping[str, Shape] = {
    "button": _shape("button", BUTTONS, header=_header("text", *FILES)),
    "list": _shape("list", SECTIONS, header=_header("text"), body=LIST_BODY),
    "cta_url": _named("cta_url", LINK),
    "location_request_message": _named("location_request_message", name="send_location"),
    "flow": _named("flow", obj(FLOW, required=True)),
    "product": _shape("product", {**CATALOGUE, **PRODUCT_ID}, needs_body=False),
    "product_list": _shape(
        "product_list",
        {**CATALOGUE, "sections": items(PRODUCT_SECTION, 10, required=True)},
        header=_header("text", required=True),
    ),
    "catalog_message": _named("catalog_message", obj({"thumbnail_product_retailer_id": text()})),
    "carousel": _shape("carousel", {"cards": items(CARD, 10, required=True, least=2)}),
    "address_message": _named("address_message", obj(ADDRESS, required=True)),
    "voice_call": _named("voice_call", obj(CALL)),
    "call_permission_request": _named("call_permission_request"),
    "request_contact_info": _named("request_contact_info"),
}
