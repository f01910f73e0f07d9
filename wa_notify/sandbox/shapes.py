"""What the body of a send may look like, as tables: the envelope, and every type but interactive ones.

The limits are those of Meta's message reference and of its OpenAPI; the names of a contact card's fields are
those that API clients send.
"""

from collections.abc import Mapping

from .components import TEMPLATE
from .fields import Field, Shape, choice, flag, items, number, obj, pattern, text
from .pieces import AUDIO, DOCUMENT, IMAGE, LOCATION, STICKER, VIDEO
from .refusals import Refusal

NAME: Shape = {
    "formatted_name": text(required=True),
    "first_name": text(),
    "last_name": text(),
    "middle_name": text(),
    "suffix": text(),
    "prefix": text(),
}
ADDRESS: Shape = {
    "street": text(),
    "city": text(),
    "state": text(),
    "zip": text(),
    "country": text(),
    "country_code": text(),
    "type": text(),
}
CARD: Shape = {
    "name": obj(NAME, required=True),
    "phones": items({"phone": text(), "type": text(), "wa_id": pattern(r"\d*", "digits only")}, least=0),
    "emails": items({"email": text(), "type": text()}, least=0),
    "addresses": items(ADDRESS, least=0),
    "urls": items({"url": text(), "type": text()}, least=0),
    "org": obj({"company": text(), "department": text(), "title": text()}),
    "birthday": pattern(r"\d{4}-\d{2}-\d{2}", "a date such as 1990-12-31"),
}
CARDS_MOST = 5

# What stands under the name of the type.
MESSAGES: Mapping[str, Field] = {
    "text": obj({"body": text(4096, required=True, too_long=Refusal.TEXT_TOO_LONG), "preview_url": flag()}),
    "template": obj(TEMPLATE),
    "interactive": obj(None),  # its shape depends on its own type
    "reaction": obj({"message_id": text(required=True), "emoji": text(32)}),
    "image": obj(IMAGE),
    "video": obj(VIDEO),
    "document": obj(DOCUMENT),
    "audio": obj(AUDIO),
    "sticker": obj(STICKER),
    "location": obj(LOCATION),
    "contacts": items(CARD, CARDS_MOST),
}

USER_ID = r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}"
ENVELOPE: Shape = {
    "messaging_product": text(required=True),
    "recipient_type": choice("individual", "group", required=False),
    "to": text(64),
    "recipient": pattern(USER_ID, "a business-scoped user id, such as GB.48209173655120481"),
    "type": text(),
    "context": obj({"message_id": text(required=True)}),
    "biz_opaque_callback_data": text(512, too_long=Refusal.OPAQUE_TOO_LONG),
    "recipient_identity_key_hash": text(),
}
# Only for an account with Direct Send
DIRECT_SEND: Shape = {
    "category": text(),
    "ttl_seconds": number(30, 43_200),
    "direct_send_config": obj({
        "template_name": pattern(r"[a-z0-9_]{1,512}", "1 to 512 of a-z, 0-9 and _"),
    }),
}  # fmt: skip
# Only at the endpoint of marketing messages
MARKETING: Shape = {
    "product_policy": choice("CLOUD_API_FALLBACK", "STRICT", required=False),
    "message_activity_sharing": flag(),
}

READ_RECEIPT: Shape = {
    "messaging_product": text(required=True),
    "status": choice("read"),
    "message_id": text(required=True),
    "typing_indicator": obj({"type": choice("text")}),
}
