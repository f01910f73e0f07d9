"""Every way in which the platform says no. The sandbox can refuse only by naming a row of this table.

A row tells the code and title, the HTTP status of a synchronous refusal, when it comes, who says so and how
sure that is. Clients decide on the code alone: titles, details, HTTP statuses and subcodes change without
notice, and all explanations here are in our own words.

`None` as HTTP status: this refusal never answers a POST, it comes later as a `failed` callback.
"""

from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any

HREF = "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/"


class Source(StrEnum):
    """Who says so."""

    META = "Meta's error-code reference"
    GRAPH = "general behaviour of the Graph API"
    FIELD = "observed by API clients"
    OURS = "our deduction"


class Sure(StrEnum):
    """How sure the row is: `firm` documented, `fair` seen in practice, `guess` to be checked."""

    FIRM = "firm"
    FAIR = "fair"
    GUESS = "guess"


class Timing(StrEnum):
    """When the refusal comes: with the answer, or as a callback after or instead of `sent`."""

    ANSWER = "answer"
    AFTER_SENT = "after_sent"
    INSTEAD_OF_SENT = "instead_of_sent"


class Kind(StrEnum):
    """The `type` of an error object."""

    OAUTH = "OAuthException"
    METHOD = "GraphMethodException"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One refusal. `plain` rows are bare Graph errors: no `error_data`, no code in front of the message."""

    code: int
    http: int | None
    title: str
    when: str
    source: Source
    sure: Sure
    timing: Timing = Timing.ANSWER
    kind: Kind = Kind.OAUTH
    subcode: int | None = None
    plain: bool = False
    throttle: bool = False


META, GRAPH, FIELD, OURS = Source.META, Source.GRAPH, Source.FIELD, Source.OURS
FIRM, FAIR, GUESS = Sure.FIRM, Sure.FAIR, Sure.GUESS


def _row(code: int, http: int, title: str, when: str, source: Source, sure: Sure, **more: Any) -> Row:
    return Row(code=code, http=http, title=title, when=when, source=source, sure=sure, **more)


def _late(code: int, title: str, when: str, source: Source, sure: Sure, *, sent: bool) -> Row:
    timing = Timing.AFTER_SENT if sent else Timing.INSTEAD_OF_SENT
    return Row(code=code, http=None, title=title, when=when, source=source, sure=sure, timing=timing)


class Refusal(Enum):
    """The table. Rows that no rule of the sandbox uses are there to be injected as faults."""

    # fmt: off
    # Who is asking, and for what
    TOKEN_MISSING = _row(190, 401, "An access token is required to request this resource.",
        "The request carries no access token.", FIELD, FAIR, plain=True)
    TOKEN_INVALID = _row(190, 401, "Invalid OAuth access token.",
        "The access token is not the account's.", META, FIRM, plain=True)
    TOKEN_EXPIRED = _row(190, 401, "Error validating access token: the session has expired.",
        "The access token has expired.", META, FIRM, plain=True, subcode=463)
    OBJECT_UNKNOWN = _row(100, 400, "Unsupported request: the object does not exist or may not be seen.",
        "The id in the path is neither the account's nor its number's.", FIELD, FAIR,
        plain=True, kind=Kind.METHOD, subcode=33)
    VERB_UNSUPPORTED = _row(100, 400, "Unsupported request: this object does not support the operation.",
        "The path exists, the HTTP verb does not.", GRAPH, FAIR, plain=True, kind=Kind.METHOD, subcode=33)
    PATH_UNKNOWN = _row(2500, 400, "Unknown path components.",
        "The version, or what follows the id in the path, does not exist.", GRAPH, FAIR, plain=True)
    FIELD_NOT_READABLE = _row(100, 400, "Tried accessing a nonexisting field.",
        "`fields` or a filter of a GET names something the object does not have.", GRAPH, FAIR)
    CALLBACK_UNVERIFIED = _row(2200, 400, "Callback verification failed.",
        "The override callback did not answer the challenge.", GRAPH, FAIR)

    # The shape of a message
    JSON_MALFORMED = _row(100, 400, "Invalid parameter", "The body is not a JSON object.", OURS, GUESS)
    PRODUCT_MISSING = _row(100, 400, "The parameter messaging_product is required.",
        "`messaging_product` is missing or is not `whatsapp`.", META, FIRM)
    FIELD_UNKNOWN = _row(100, 400, "Invalid parameter", "A field is misspelt or not supported.", META, FIRM)
    TEXT_TOO_LONG = _row(100, 400, "Invalid parameter", "The text body exceeds 4096 characters.", META, FAIR)
    OPAQUE_TOO_LONG = _row(100, 400, "Invalid parameter",
        "`biz_opaque_callback_data` exceeds 512 characters.", META, FAIR)
    DIRECT_SEND_OFF = _row(100, 400, "Invalid parameter",
        "`category` was given, but the account has no Direct Send: use an approved template.", META, FAIR)
    REQUIRED_MISSING = _row(131008, 400, "Required parameter is missing",
        "A required field is missing or empty.", META, FIRM)
    VALUE_INVALID = _row(131009, 400, "Parameter value is not valid",
        "A field has the wrong type, length or value.", META, FIRM)
    TYPE_UNSUPPORTED = _row(131051, 400, "Unsupported message type",
        "`type` is not a message type.", META, FIRM)
    SELF_SEND = _row(131021, 400, "Recipient cannot be sender",
        "The recipient is the business number itself.", META, FIRM)

    # Templates
    TEMPLATE_UNKNOWN = _row(132001, 404, "Template does not exist",
        "No approved template has this name in this language.", META, FIRM)
    TEMPLATE_PAUSED = _row(132015, 400, "Template is Paused", "The template is paused.", META, FIRM)
    TEMPLATE_DISABLED = _row(132016, 400, "Template is Disabled", "The template is disabled.", META, FIRM)
    PARAMETER_COUNT = _row(132000, 400, "Template Param Count Mismatch",
        "There are more or fewer parameters than variables.", META, FIRM)
    PARAMETER_EMPTY = _row(131008, 400, "Required parameter is missing",
        "The text of a template parameter is empty, or a button's parameter is missing.", FIELD, FAIR)
    PARAMETER_UNNAMED = _row(100, 400, "Invalid parameter",
        "The template's variables are named and a parameter is not.", FIELD, FAIR)
    PARAMETER_FORMAT = _row(132012, 400, "Template Parameter Format Mismatch",
        "A parameter has another kind, name or place than the template's variable.", META, FIRM)
    PARAMETER_TEXT = _row(132018, 400, "Template validation failed",
        "A parameter contains a newline, a tab or more than four spaces running (since v23.0).", FIELD, FAIR)
    PARAMETER_TEXT_OLD = _row(100, 400, "Invalid parameter",
        "A parameter contains a newline, a tab or more than four spaces running (before v23.0).", FIELD, FAIR)
    HYDRATED_TOO_LONG = _row(132005, 400, "Template Hydrated Text Too Long",
        "With its parameters the template exceeds 1024 characters (header 60).", META, FIRM)

    # Pace
    THROUGHPUT = _row(130429, 429, "Rate limit hit",
        "The business number sent too many messages within a second.", META, FIRM, throttle=True)
    PAIR_RATE = _row(131056, 429, "(Business Account, Consumer Account) pair rate limit hit",
        "Too many messages to this person in a short time.", META, FIRM, throttle=True)

    # Later, as a `failed` callback
    WINDOW_CLOSED = _late(131047, "Re-engagement message",
        "The person has not written within the last 24 hours.", META, FIRM, sent=False)
    UNDELIVERABLE = _late(131026, "Message Undeliverable",
        "The number is not on WhatsApp, or cannot be reached for another reason.", META, FIRM, sent=True)
    MEDIA_UNFETCHABLE = _late(131053, "Media upload error",
        "The link could not be fetched (here: its host ends in .invalid).", META, FIRM, sent=False)
    HELD_BY_PACING = _late(132015, "Template is Paused",
        "The template was paused while the message was held for quality assessment.", META, FIRM, sent=False)
    EXPERIMENT = _late(130472, "User's number is part of an experiment",
        "Marketing only: the person takes part in an experiment.", META, FIRM, sent=False)
    COUNTRY_RESTRICTED = _late(130497, "Business account is restricted from messaging users in this country",
        "The account may not message that country.", META, FIRM, sent=False)
    MARKETING_CAP = _late(131049, "Not delivered to maintain healthy ecosystem engagement",
        "The person has reached the cap of marketing messages.", META, FIRM, sent=True)
    MARKETING_STOPPED = _late(131050, "User stopped marketing messages",
        "The person turned marketing of this business off.", META, FIRM, sent=True)
    SPAM_RATE = _late(131048, "Spam rate limit hit",
        "The number is restricted because of quality or reports.", META, FIRM, sent=False)
    REACH_AS_SPAM = _late(131048, "Spam rate limit hit",
        "More people were written to in 24 hours than the messaging limit allows.", FIELD, GUESS, sent=True)
    REACH_AS_RATE = _late(130429, "Rate limit hit",
        "The same, as it was told in earlier days.", FIELD, GUESS, sent=True)
    USER_BLOCKED = _late(130403, "User is blocked",
        "The business has blocked this person.", META, FIRM, sent=False)
    IDENTITY_CHANGED = _late(137000, "Identity key hash mismatch",
        "The person's identity key is not the expected one any more.", META, FIRM, sent=False)

    # To be injected
    AUTH_EXCEPTION = _row(0, 401, "AuthException", "The app user cannot be authenticated.", META, FIRM)
    API_UNKNOWN = _row(1, 400, "API Unknown", "Bad request or server fault.", META, FIRM)
    API_SERVICE = _row(2, 503, "API Service", "Down or overloaded.", META, FIRM)
    API_METHOD = _row(3, 500, "API Method", "Capability or permission problem.", META, FIRM)
    APP_CALLS = _row(4, 429, "API Too Many Calls", "The app calls too often.", META, FAIR, throttle=True)
    PERMISSION_DENIED = _row(10, 403, "Permission Denied", "A permission is missing.", META, FIRM)
    NUMBER_UNKNOWN = _row(33, 400, "Parameter value is not valid", "The number was deleted.", META, FIRM)
    API_PERMISSION = _row(200, 403, "API Permission", "A permission is missing.", META, FIRM)
    POLICY_BLOCK = _row(368, 403, "Temporarily blocked for policies violations", "Violations.", META, FIRM)
    CALLS_TOO_OFTEN = _row(613, 400, "Calls have exceeded the rate limit", "Too often.", META, FAIR)
    ACCOUNT_RATE = _row(80007, 429, "Rate limit issues", "Calls of the account.", META, FAIR, throttle=True)
    SOMETHING_WRONG = _row(131000, 500, "Something went wrong", "Unknown fault of the platform.", META, FIRM)
    ACCESS_DENIED = _row(131005, 403, "Access denied", "A permission is missing.", META, FIRM)
    UNAVAILABLE = _row(131016, 500, "Service unavailable", "Temporarily unavailable.", META, FIRM)
    NOT_ALLOWED_RECIPIENT = _row(131030, 400, "Recipient phone number not in allowed list",
        "A test number writes to its five verified recipients only.", META, FIRM)
    ACCOUNT_LOCKED = _row(131031, 403, "Business Account locked", "Violation or wrong data.", META, FIRM)
    NAME_UNAPPROVED = _row(131037, 400, "Display name approval needed", "Name not approved.", META, FIRM)
    PAYMENT_ISSUE = _row(131042, 400, "Business eligibility payment issue", "No payment method.", META, FAIR)
    CERTIFICATE = _row(131045, 500, "Incorrect certificate", "Number not properly registered.", META, FIRM)
    MAINTENANCE = _row(131057, 500, "Account in maintenance mode", "Throughput upgrade.", META, FIRM)
    MISCLASSIFICATION = _row(131064, 400, "Messaging limit because of misclassification",
        "Templates were filed under the wrong category.", META, FAIR)
    TEMPLATE_CHARACTERS = _row(132007, 400, "Template Format Character Policy Violated", "Text.", META, FIRM)
    SERVER_UNAVAILABLE = _row(133004, 503, "Server Temporarily Unavailable", "Down.", META, FIRM)
    NOT_REGISTERED = _row(133010, 400, "Phone number Not Registered", "Number not registered.", META, FIRM)
    GENERIC_USER = _row(135000, 400, "Generic user error", "Unknown problem of parameters.", META, FIRM)
    # fmt: on


class Refused(Exception):
    """Ends a request with a row of the table; `details` says in particular what was wrong.

    http: the HTTP status instead of the row's.
    """

    def __init__(self, refusal: Refusal, details: str = "", *, http: int | None = None) -> None:
        super().__init__(details or refusal.value.when)
        self.refusal = refusal
        self.details = details or refusal.value.when
        self.http = http


def by_code(code: int) -> Refusal | None:
    """Return the first row with that code."""
    return next((refusal for refusal in Refusal if refusal.value.code == code), None)


def error_body(refused: Refused, trace_id: str) -> dict[str, Any]:
    """Return the body of a synchronous refusal, in the platform's shape."""
    row = refused.refusal.value
    error: dict[str, Any] = {
        "message": f"(#{row.code}) {row.title}",
        "type": row.kind.value,
        "code": row.code,
    }
    if row.plain:
        error["message"] = row.title if refused.details == row.when else f"{row.title} {refused.details}"
    if row.subcode is not None:
        error["error_subcode"] = row.subcode
    if not row.plain:
        error["error_data"] = {"messaging_product": "whatsapp", "details": refused.details}
    return {"error": {**error, "fbtrace_id": trace_id}}


def failure_item(refusal: Refusal) -> dict[str, Any]:
    """Return the item of `errors[]` in a `failed` status."""
    row = refusal.value
    return {
        "code": row.code,
        "title": row.title,
        "message": row.title,
        "error_data": {"details": row.when},
        "href": HREF,
    }
