"""Every way in which the platform says no. The sandbox can refuse only by naming a row of this table.

A row tells the code and title, the HTTP status of a synchronous refusal, when it comes, who says so and how
sure that is. Clients decide on the code alone: titles, details, HTTP statuses and subcodes change without
notice, and all explanations here are in our own words.

`None` as HTTP status: this refusal never answers a POST, it comes later as a `failed` callback.
"""

from dataclasses import dataclass
from datetime import timedelta
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
    """One refusal. `plain` rows are bare Graph errors: no `error_data`, no code in front of the message.

    `managed` rows are about templates as such: their title and details are meant to be read by people.
    """

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
    managed: bool = False


META, GRAPH, FIELD, OURS = Source.META, Source.GRAPH, Source.FIELD, Source.OURS
FIRM, FAIR, GUESS = Sure.FIRM, Sure.FAIR, Sure.GUESS


def _row(code: int, http: int, title: str, when: str, source: Source, sure: Sure, **more: Any) -> Row:
    return Row(code=code, http=http, title=title, when=when, source=source, sure=sure, **more)


def _late(code: int, title: str, when: str, source: Source, sure: Sure, *, sent: bool) -> Row:
    timing = Timing.AFTER_SENT if sent else Timing.INSTEAD_OF_SENT
    return Row(code=code, http=None, title=title, when=when, source=source, sure=sure, timing=timing)


def _managed(subcode: int | None, title: str, when: str, source: Source, sure: Sure) -> Row:
    return _row(100, 400, title, when, source, sure, subcode=subcode, managed=True)


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

    # Files
    MEDIUM_UNKNOWN = _row(100, 400, "Unsupported request: the object does not exist or may not be seen.",
        "There is no medium with this id, or it has expired (uploaded 30 days, received 7).", FIELD, FAIR,
        plain=True, kind=Kind.METHOD, subcode=33)
    MEDIUM_ID_INVALID = _row(131009, 400, "Parameter value is not valid",
        "A message names a media id that does not exist or has expired.", META, FAIR)
    MEDIUM_TYPE = _row(100, 400, "Invalid parameter", "The type of an uploaded file is not supported.",
        META, FAIR)
    MEDIUM_SIZE = _row(100, 400, "Invalid parameter", "An uploaded file is too large for its kind.",
        META, FAIR)

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

    # Templates handed in, edited and deleted; where no subcode is documented there is none
    TEMPLATE_FIELD = _managed(None, "Invalid parameter",
        "A field of the template is missing, unknown, or has the wrong type or value.", OURS, GUESS)
    TEMPLATE_NAME = _managed(None, "Invalid name",
        "A name has a-z, 0-9 and `_`, and at most 512 of them.", META, FAIR)
    TEMPLATE_EXISTS = _managed(2388024, "Content in This Language Already Exists",
        "The account has a template of this name in this language.", META, FIRM)
    TEMPLATE_NAME_BLOCKED = _managed(None, "Name not available",
        "A deleted template's name is blocked for 30 days.", META, FAIR)
    TEMPLATE_LIMIT = _managed(2388019, "Template limit exceeded",
        "The account has as many templates as it may.", META, FIRM)
    VARIABLE_AT_EDGE = _managed(2388299, "Leading or trailing variables",
        "A body neither begins nor ends with a variable.", META, FIRM)
    TOO_MANY_VARIABLES = _managed(2388293, "Too many variables for the length",
        "Few words around the variables (the formula is not published; ours: 6 characters each).",
        FIELD, GUESS)
    TEMPLATE_TOO_LONG = _managed(2388040, "Too many characters",
        "A text is longer than it may be: body 1024, header and footer 60, button 25, link 2000.", META, FIRM)
    TEMPLATE_HEADER = _managed(2388047, "Header format incorrect",
        "A header has one variable at most, no line break and no markdown.", META, FIRM)
    TEMPLATE_BODY = _managed(2388072, "Body format incorrect",
        "Variables are malformed, side by side, or not numbered from 1 without gaps.", META, FIRM)
    TEMPLATE_FOOTER = _managed(2388073, "Footer format incorrect",
        "A footer has no variable and no line break.", META, FIRM)
    TEMPLATE_BUTTONS = _managed(None, "Invalid buttons",
        "There are too many buttons of a kind, quick replies apart from each other, or a wrong link.",
        META, FAIR)
    EXAMPLE_MISSING = _managed(None, "Missing example",
        "Every variable needs an example, and a media header the handle of an uploaded file.", META, FAIR)
    EDIT_STATUS = _managed(2388039, "Template cannot be edited",
        "Only approved, rejected and paused templates can be edited.", META, FIRM)
    EDIT_LIMIT = _managed(None, "Edited too often",
        "An approved template is edited once in 24 hours, and ten times in 30 days.", META, FAIR)
    EDIT_CATEGORY = _managed(None, "Category cannot be edited",
        "The category of an approved template cannot be edited.", META, FAIR)
    TEMPLATE_GONE = _managed(None, "Template not found",
        "The account has no template of that name, or none with that id and name.", OURS, GUESS)
    DELETE_DISABLED = _managed(None, "Template cannot be deleted",
        "A disabled template cannot be deleted.", META, FAIR)
    UPLOAD_WRONG = _managed(None, "Upload failed",
        "The file's length, type or offset is not as announced, or the session is over.", OURS, GUESS)

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

    # To be injected: what the other corners of the platform say, in case that a message ever meets it
    PROOF_MISSING = _row(104, 401, "Missing or incorrect access token", "It asks for a proof.", META, GUESS)
    API_PERMISSION_LAST = _row(299, 403, "API Permission", "The last code of the range 200.", META, FIRM)
    OBJECT_MISSING = _row(803, 404, "Some of the aliases do not exist", "The id is unknown.", META, FAIR)
    GROUP_ERROR = _row(131020, 400, "Group error", "Only groups produce this.", META, GUESS)
    GROUP_STATE = _row(131041, 400, "Group error", "Only groups produce this.", META, GUESS)
    CALL_PAYMENT = _row(131044, 400, "Business eligibility payment issue", "Calls.", META, GUESS)
    INBOUND_MEDIA = _row(131052, 400, "Media download error", "A person's file cannot be loaded.", META, FIRM)
    METHOD_NOT_ALLOWED = _row(131055, 400, "Method not allowed", "Marketing Messages API only.", META, GUESS)
    GROUP_GONE = _row(131059, 400, "Group error", "Only groups produce this.", META, GUESS)
    USER_ID_UNSUPPORTED = _row(131062, 400, "User id recipients are not supported for this message",
        "The message needs a phone number.", META, GUESS)
    MARKETING_OFF = _row(131063, 400, "Marketing templates are disabled", "By another API.", META, GUESS)
    GROUP_FIRST = _row(131201, 400, "Group error", "The first code of the groups.", META, GUESS)
    GROUP_LAST = _row(131215, 400, "Group error", "The last code of the groups.", META, GUESS)
    PARAMETER_VALUE = _row(132008, 400, "Template parameter value invalid", "A value.", META, GUESS)
    DIRECT_SEND_NAME = _late(132021, "Template name conflict", "Direct Send.", META, GUESS, sent=False)
    FLOW_BLOCKED = _row(132068, 400, "Flow is blocked", "The flow is blocked.", META, FIRM)
    FLOW_THROTTLED = _row(132069, 400, "Flow is throttled", "Ten messages an hour.", META, FIRM)
    TEMPLATE_NEW_CODE = _row(132999, 400, "Template error", "A code that nobody knows yet.", OURS, GUESS)
    DEREGISTRATION = _row(133000, 500, "Incomplete Deregistration", "Deregister again.", META, FIRM)
    PIN_MISMATCH = _row(133005, 400, "Two step verification PIN mismatch", "Another PIN.", META, FIRM)
    NOT_VERIFIED = _row(133006, 400, "Phone number re-verification needed", "Verify it.", META, FIRM)
    PIN_GUESSES = _row(133008, 400, "Too many two step verification PIN guesses", "Wait.", META, FIRM)
    PIN_TOO_FAST = _row(133009, 400, "Two step verification PIN guessed too fast", "Wait.", META, FIRM)
    JUST_DELETED = _row(133015, 400, "Please wait a few minutes", "The number was deleted.", META, FIRM)
    REGISTERED_TOO_OFTEN = _row(133016, 400, "Account register deregister limit", "72 hours.", META, FIRM)
    REGISTRATION_NEW_CODE = _row(133999, 400, "Registration error", "A code nobody knows yet.", OURS, GUESS)
    CODE_REQUEST = _row(136024, 400, "Request code error", "Setup of a number only.", META, GUESS)
    CODE_VERIFY = _row(136025, 400, "Verify code error", "Setup of a number only.", META, GUESS)
    CALL_FIRST = _row(138000, 400, "Calling error", "The first code of calls.", META, GUESS)
    CALL_LAST = _row(138999, 400, "Calling error", "The last code of calls.", META, GUESS)
    BLOCK_LIST_PARTLY = _row(139100, 400, "Failed to block some users", "Block lists only.", META, GUESS)
    BLOCK_LIST_FULL = _row(139101, 400, "Block list limit reached", "Block lists only.", META, GUESS)
    BLOCK_LIST_BUSY = _row(139102, 400, "Block list concurrent update", "Block lists only.", META, GUESS)
    BLOCK_LIST_FAILED = _row(139103, 500, "Block list internal error", "Block lists only.", META, GUESS)
    DIRECT_SEND_BLOCKED = _row(139200, 403, "Direct Send blocked", "The account misused it.", META, GUESS)
    USERNAME_FIRST = _row(147001, 400, "Username error", "Setup of a username only.", META, GUESS)
    USERNAME_LAST = _row(147005, 400, "Username error", "Setup of a username only.", META, GUESS)
    MANAGEMENT_FIRST = _row(2388000, 400, "Template management error", "First of its range.", META, GUESS)
    MANAGEMENT_LAST = _row(2388999, 400, "Template management error", "Last of its range.", META, GUESS)
    MIGRATING = _row(2494100, 500, "Account in maintenance mode", "The number is moved.", META, GUESS)

    # To be injected: codes of the On-Premises API and of early days, which some providers still use
    OLD_WINDOW = _late(470, "Message failed", "More than 24 hours since the reply.", FIELD, FAIR, sent=False)
    OLD_SPAM = _late(471, "Spam rate limit hit", "Quality or reports.", FIELD, FAIR, sent=False)
    OLD_EXPERIMENT = _late(472, "User in experiment", "Marketing only.", FIELD, FAIR, sent=False)
    OLD_IDENTITY = _late(480, "Identity changed", "Another key.", FIELD, FAIR, sent=False)
    OLD_CONTACT = _late(1006, "Unknown contact", "The contact was never checked.", FIELD, FAIR, sent=False)
    OLD_USER = _late(1013, "User is not valid", "Not on WhatsApp.", FIELD, FAIR, sent=False)
    OLD_RATE = _late(1015, "Too many requests", "Wait.", FIELD, FAIR, sent=False)
    OLD_RECEIVER = _late(1026, "Receiver incapable", "An old app.", FIELD, FAIR, sent=False)
    OLD_COUNT = _late(2000, "Template parameter count mismatch", "Count.", FIELD, FAIR, sent=False)
    OLD_TEMPLATE = _late(2001, "Template missing", "No such template.", FIELD, FAIR, sent=False)
    OLD_FETCH = _late(2002, "Template fetch failed", "No such template.", FIELD, FAIR, sent=False)
    OLD_PACK = _late(2003, "Template pack missing", "No such template.", FIELD, FAIR, sent=False)
    # fmt: on


class Refused(Exception):
    """Ends a request with a row of the table; `details` says in particular what was wrong.

    http: the HTTP status instead of the row's. wait: when a used-up quota is there again.
    """

    def __init__(
        self, refusal: Refusal, details: str = "", *, http: int | None = None, wait: timedelta | None = None
    ) -> None:
        super().__init__(details or refusal.value.when)
        self.refusal = refusal
        self.details = details or refusal.value.when
        self.http = http
        self.wait = wait


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
    if row.managed:
        told = {"error_user_title": row.title, "error_user_msg": refused.details}
        error = {**error, "message": "Invalid parameter", "is_transient": False, **told}
    elif not row.plain:
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
