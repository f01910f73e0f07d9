"""The shape of a message."""

from .rows import FAIR, FIRM, GUESS, INSTEAD, META, ONCE, OURS, WEBHOOKS, answer, inbound

SHAPE = "test_refusals.py::test_a_message_is_refused"

# fmt: off
JSON_MALFORMED = answer(100, 400, "Invalid parameter", "The body is not a JSON object.", OURS, GUESS,
    arises="POST a body that is not JSON.",
    proof="test_refusals.py::test_a_body_that_is_no_json_object_is_refused")
PRODUCT_MISSING = answer(100, 400, "The parameter messaging_product is required.",
    "`messaging_product` is missing or is not `whatsapp`.", META, FIRM,
    arises="Leave out messaging_product.", proof=SHAPE)
FIELD_UNKNOWN = answer(100, 400, "Invalid parameter", "A field is misspelt or not supported.", META, FIRM,
    arises="POST a message with a misspelt field.", proof=SHAPE)
TEXT_TOO_LONG = answer(100, 400, "Invalid parameter",
    "The text body exceeds 4096 characters.", META, FAIR, seen_as=(131009,),
    arises="POST a text of 4097 characters.", proof=SHAPE)
OPAQUE_TOO_LONG = answer(100, 400, "Invalid parameter",
    "`biz_opaque_callback_data` exceeds 512 characters.", META, FAIR,
    arises="POST a text with 513 characters of opaque data.", proof=SHAPE)
DIRECT_SEND_OFF = answer(100, 400, "Invalid parameter",
    "`category` was given, but the account has no Direct Send: use an approved template.", META, FAIR,
    arises="POST a text with the category UTILITY.", proof=SHAPE)
REQUIRED_MISSING = answer(131008, 400, "Required parameter is missing",
    "A required field is missing or empty.", META, FIRM,
    arises="POST an empty text.", proof=SHAPE)
VALUE_INVALID = answer(131009, 400, "Parameter value is not valid",
    "A field has the wrong type, length or value.", META, FIRM,
    arises="POST a text whose body is a number.", proof=SHAPE)
TYPE_UNSUPPORTED = answer(131051, 400, "Unsupported message type",
    "`type` is not a message type.", META, FIRM,
    arises="POST a message of the type fax.", proof=SHAPE)
UNSUPPORTED_INBOUND = inbound(131051, "Message type unknown",
    "A person sent a kind of message that the API cannot show.", WEBHOOKS, FIRM)
SELF_SEND = answer(131021, 400, "Recipient cannot be sender",
    "The recipient is the business number itself.", META, FIRM,
    arises="POST a message to the business number.", proof=SHAPE)
NOT_ALLOWED_RECIPIENT = answer(131030, 400, "Recipient phone number not in allowed list",
    "A test number writes to its five verified recipients only.", META, FIRM)
USER_ID_UNSUPPORTED = answer(131062, 400, "User id recipients are not supported for this message",
    "The message needs a phone number: one-tap, zero-tap and copy-code templates do.", META, FAIR,
    http_sure=GUESS)
GENERIC_USER = answer(135000, 400, "Generic user error", "Unknown problem with the parameters.", META, FIRM,
    also=INSTEAD, retry=ONCE)
