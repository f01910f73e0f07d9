"""What the `template` of a message may look like: its components with their parameters.

Types may be written in capitals, as widely used clients do; the platform takes both.
"""

from .fields import Field, Shape, choice, items, obj, text
from .pieces import DOCUMENT, IMAGE, LOCATION, VIDEO

PARAMETER_TYPES = (
    "text", "currency", "date_time", "image", "video", "gif", "document", "location", "payload",
    "coupon_code", "action",
)  # fmt: skip
SUB_TYPES = ("quick_reply", "url", "copy_code", "flow", "catalog", "mpm", "voice_call")

PRODUCT: Shape = {"product_retailer_id": text(required=True)}
PRODUCT_SECTION: Shape = {"title": text(24), "product_items": items(PRODUCT, 30, required=True)}
# What a button of a form, a catalogue or products is told, in the names that API clients send.
ACTION: Shape = {
    "flow_token": text(),
    "flow_action_data": obj(None),
    "thumbnail_product_retailer_id": text(),
    "sections": items(PRODUCT_SECTION, 10),
}
CURRENCY: Shape = {
    "fallback_value": text(required=True),
    "code": text(required=True),
    "amount_1000": Field(kinds=(int,), required=True),
}
PARAMETER: Shape = {
    "type": choice(*PARAMETER_TYPES, any_case=True),
    "parameter_name": text(),
    "text": text(),
    "currency": obj(CURRENCY),
    "date_time": obj({"fallback_value": text(required=True)}),
    "image": obj(IMAGE),
    "video": obj(VIDEO),
    "gif": obj(VIDEO),
    "document": obj(DOCUMENT),
    "location": obj(LOCATION),
    "payload": text(),
    "coupon_code": text(20),
    "action": obj(ACTION),
}
COMPONENT: Shape = {
    "type": choice("header", "body", "button", any_case=True),
    "sub_type": choice(*SUB_TYPES, required=False, any_case=True),
    "index": Field(kinds=(str, int)),
    "parameters": items(PARAMETER, least=0),
}
LANGUAGE: Shape = {"code": text(required=True), "policy": choice("deterministic", required=False)}

TEMPLATE: Shape = {
    "name": text(512, required=True),
    "language": obj(LANGUAGE, required=True),
    "components": items(COMPONENT, least=0),
}
