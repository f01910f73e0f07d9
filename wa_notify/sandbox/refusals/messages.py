"""The shape of a message."""

from .rows import FAIR, FIRM, GUESS, META, OURS, answer

# fmt: off
JSON_MALFORMED = answer(100, 400, "Invalid parameter", "The body is not a JSON object.", OURS, GUESS)
PRODUCT_MISSING = answer(100, 400, "The parameter messaging_product is required.",
    "`messaging_product` is missing or is not `whatsapp`.", META, FIRM)
FIELD_UNKNOWN = answer(100, 400, "Invalid parameter", "A field is misspelt or not supported.", META, FIRM)
TEXT_TOO_LONG = answer(100, 400, "Invalid parameter", "The text body exceeds 4096 characters.", META, FAIR)
OPAQUE_TOO_LONG = answer(100, 400, "Invalid parameter",
    "`biz_opaque_callback_data` exceeds 512 characters.", META, FAIR)
DIRECT_SEND_OFF = answer(100, 400, "Invalid parameter",
    "`category` was given, but the account has no Direct Send: use an approved template.", META, FAIR)
REQUIRED_MISSING = answer(131008, 400, "Required parameter is missing",
    "A required field is missing or empty.", META, FIRM)
VALUE_INVALID = answer(131009, 400, "Parameter value is not valid",
    "A field has the wrong type, length or value.", META, FIRM)
TYPE_UNSUPPORTED = answer(131051, 400, "Unsupported message type",
    "`type` is not a message type.", META, FIRM)
SELF_SEND = answer(131021, 400, "Recipient cannot be sender",
    "The recipient is the business number itself.", META, FIRM)
NOT_ALLOWED_RECIPIENT = answer(131030, 400, "Recipient phone number not in allowed list",
    "A test number writes to its five verified recipients only.", META, FIRM)
USER_ID_UNSUPPORTED = answer(131062, 400, "User id recipients are not supported for this message",
    "The message needs a phone number.", META, GUESS)
GENERIC_USER = answer(135000, 400, "Generic user error", "Unknown problem of parameters.", META, FIRM)
