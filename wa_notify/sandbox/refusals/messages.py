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
GROUP_UNSUPPORTED = answer(131009, 400, "Parameter value is not valid",
    "`recipient_type` is `group`, and groups are not imitated here.", OURS, GUESS,
    arises="POST a message with the recipient_type group.",
    proof="test_envelope.py::test_a_group_is_refused_in_plain_words")
TEMPLATE_AS_REPLY = answer(100, 400, "Invalid parameter",
    "A template has a `context`: it cannot be sent as a reply.", OURS, GUESS,
    arises="POST a template with a context.",
    proof="test_envelope.py::test_a_template_cannot_be_a_reply")
REACTION_TARGET = answer(131009, 400, "Parameter value is not valid",
    "The message of a reaction is none of this chat, a reaction itself, or older than 30 days.", META, FAIR,
    arises="POST a reaction to a message of more than 30 days ago.",
    proof="test_envelope.py::test_a_reaction_has_a_message_of_this_chat_of_the_last_30_days")
DIRECT_SEND_CONTENT = answer(100, 400, "Invalid parameter",
    "Direct Send takes text up to 1024 characters without preview, reply buttons and links.", META, GUESS,
    arises="POST an image with the category UTILITY from an account with Direct Send.",
    proof="test_direct_send.py::test_direct_send_takes_little_else_than_text")
TYPE_UNSUPPORTED = answer(131051, 400, "Unsupported message type",
    "`type` is not a message type.", META, FIRM,
    arises="POST a message of the type fax.", proof=SHAPE)
UNSUPPORTED_INBOUND = inbound(131051, "Message type unknown",
    "A person sent a kind of message that the API cannot show.", WEBHOOKS, FIRM,
    arises="Let a person send the kind `unsupported` (/_sandbox/phones/NUMBER/reply).",
    proof="test_phones.py::test_what_the_platform_cannot_show_says_so")
SELF_SEND = answer(131021, 400, "Recipient cannot be sender",
    "The recipient is the business number itself.", META, FIRM,
    arises="POST a message to the business number.", proof=SHAPE)
NOT_ALLOWED_RECIPIENT = answer(131030, 400, "Recipient phone number not in allowed list",
    "A test number writes to its five verified recipients only.", META, FIRM,
    arises="Give a number a list `allowed` (/_sandbox/numbers/{id}/standing), and POST to somebody else.",
    proof="test_standing.py::test_a_test_number_writes_to_its_five_people_only")
USER_ID_UNSUPPORTED = answer(131062, 400, "User id recipients are not supported for this message",
    "The message needs a phone number: one-tap, zero-tap and copy-code templates do.", META, FAIR,
    http_sure=GUESS,
    arises="POST an authentication template to a business-scoped user id.",
    proof="test_codes.py::test_a_code_is_not_sent_to_a_user_id")
GENERIC_USER = answer(135000, 400, "Generic user error", "Unknown problem with the parameters.", META, FIRM,
    also=INSTEAD, retry=ONCE)
