"""What the platform's error codes mean and what to do about each: one dated table.

Source: Meta's error code reference for the Cloud API and the Graph API, as of `TABLE_OF`, completed by what
integrators report. The law: decide by the code alone; titles, HTTP statuses and subcodes change. A code
that is not listed is read by its range, and one of no known range is tried again: the core ends that after
a limited number of tries and goes to another channel, while giving up at once could lose an alert to a
hiccup that Meta has just given a new number.

Codes that only calling, groups, block lists or the setup of a number can produce are our mistake when a
message meets them, hence `Remedy.FIX`.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeAlias

from wa_notify.core.condition import Consequence
from wa_notify.core.message import Failure, Remedy
from wa_notify.whatsapp.consequences import (
    ACCOUNT_OUT,
    ACCOUNT_PACE,
    APP_OUT,
    APP_PACE,
    CAPPED,
    COUNTRY_OUT,
    DISABLED,
    DOUBTFUL,
    IDENTITY,
    MISFILED,
    MISSING,
    NO_MARKETING,
    NUMBER_OUT,
    NUMBER_PACE,
    OUTDATED,
    PAIR,
    PAUSED,
    PAYMENT,
    PERSON,
    REFUSED_TEXT,
    SPAM,
    STOPPED,
    THIS,
    TO_MEND,
    TOKEN,
    WINDOW,
)

TABLE_OF = date(2026, 11, 21)
DETAILS_LIMIT = 500  # characters of the platform's words that we keep

RETRY, SLOW, TEMPLATE = Remedy.RETRY, Remedy.SLOW, Remedy.TEMPLATE
CHANNEL, ADMIN, SPARE, FIX = Remedy.CHANNEL, Remedy.ADMIN, Remedy.SPARE, Remedy.FIX

Row: TypeAlias = tuple[str, Remedy, str, Consequence]  # title, remedy, meaning, and what it means beyond

CODES: Mapping[int, Row] = {
    0: ("Cannot authenticate the app user", ADMIN, "The token is not accepted: make a new one.", TOKEN),
    1: ("API unknown error", RETRY, "A bad request or a fault on the platform's side.", THIS),
    2: ("API service unavailable", RETRY, "The platform is down or overloaded.", THIS),
    3: ("API method not allowed", ADMIN, "The app lacks a capability or permission.", APP_OUT),
    4: ("API too many calls", SLOW, "The app's hourly limit of calls is used up.", APP_PACE),
    10: ("Permission denied", ADMIN, "The token lacks a permission or was not given this account.", APP_OUT),
    33: ("Number id unknown", ADMIN, "The business number was deleted, or its id is wrong.", NUMBER_OUT),
    100: ("Invalid parameter", FIX, "The request has a wrong, unknown or too long field.", THIS),
    104: ("Access token missing", ADMIN, "No token, or the app asks for a proof of its secret.", TOKEN),
    190: ("Access token expired or invalid", ADMIN, "Make a new system-user token and configure it.", TOKEN),
    368: ("Temporarily blocked for policy violations", ADMIN, "See the account's quality page.", ACCOUNT_OUT),
    613: ("Calling this API too often", SLOW, "A limit of calls is used up.", APP_PACE),
    803: ("Object does not exist", FIX, "The request names an id that the platform does not know.", THIS),
    80007: ("Account rate limit", SLOW, "The WhatsApp Business Account makes too many calls.", ACCOUNT_PACE),
    130403: ("You have blocked this user", CHANNEL, "The person is on the number's block list.", TO_MEND),
    130429: (
        "Throughput limit hit",
        SLOW,
        "The number sends more messages a second than it may.",
        NUMBER_PACE,
    ),
    130472: (
        "User is part of an experiment",
        CHANNEL,
        "Marketing to this person is withheld; do not repeat.",
        PERSON,
    ),
    130497: (
        "Restricted in this country",
        CHANNEL,
        "The account may not message people of that country.",
        COUNTRY_OUT,
    ),
    131000: ("Something went wrong", RETRY, "An unknown fault on the platform's side.", THIS),
    131005: ("Access denied", ADMIN, "A permission is missing or was revoked.", APP_OUT),
    131008: ("Required parameter missing", FIX, "The request lacks a field or has an empty one.", THIS),
    131009: ("Parameter value not valid", FIX, "A field of the request has a value it may not have.", THIS),
    131016: ("Service unavailable", RETRY, "A part of the platform is down for a while.", THIS),
    131020: ("Group error", FIX, "Only groups produce this; we send to people.", THIS),
    131021: ("Recipient cannot be sender", FIX, "The recipient is the business number itself.", TO_MEND),
    131026: (
        "Undeliverable",
        CHANNEL,
        "No WhatsApp, an old app, terms not accepted, or privacy settings.",
        DOUBTFUL,
    ),
    131030: (
        "Recipient not in allowed list",
        CHANNEL,
        "A test number reaches only its five listed people.",
        TO_MEND,
    ),
    131031: (
        "Business account locked",
        ADMIN,
        "The account broke a policy or its data needs checking.",
        ACCOUNT_OUT,
    ),
    131037: (
        "Display name needs approval",
        ADMIN,
        "The number cannot send before its name is approved.",
        NUMBER_OUT,
    ),
    131041: ("Group error", FIX, "Only groups produce this; we send to people.", THIS),
    131042: ("Payment problem", ADMIN, "The account has no valid payment method: add one.", PAYMENT),
    131044: ("Payment problem for calls", ADMIN, "The account cannot pay for calls.", PAYMENT),
    131045: (
        "Number not registered properly",
        ADMIN,
        "The number's certificate is wrong: register it again.",
        NUMBER_OUT,
    ),
    131047: ("Window closed", TEMPLATE, "More than 24 hours since the person wrote.", WINDOW),
    131048: (
        "Spam rate limit hit",
        ADMIN,
        "People block or report this number; it is held back for hours.",
        SPAM,
    ),
    131049: (
        "Held back for healthy engagement",
        CHANNEL,
        "The person's cap of marketing; not within 24 hours.",
        CAPPED,
    ),
    131050: (
        "User stopped marketing",
        CHANNEL,
        "The person opted out of marketing from this business.",
        STOPPED,
    ),
    131051: ("Message type not supported", FIX, "The platform does not know this type of message.", THIS),
    131052: (
        "Inbound media not available",
        FIX,
        "A file that a person sent cannot be loaded; ask again.",
        THIS,
    ),
    131053: (
        "Media cannot be uploaded",
        FIX,
        "The platform could not fetch our file, or refuses its type.",
        THIS,
    ),
    131055: ("Method not allowed", FIX, "The Marketing Messages API does not take this.", THIS),
    131056: ("Pair rate limit hit", SLOW, "Too many messages to this person within a short time.", PAIR),
    131057: (
        "Account in maintenance",
        RETRY,
        "The number's throughput is being raised; a minute or so.",
        NUMBER_PACE,
    ),
    131059: ("Group error", FIX, "Only groups produce this; we send to people.", THIS),
    131062: (
        "Needs a phone number",
        CHANNEL,
        "This message cannot go to a business-scoped user id.",
        TO_MEND,
    ),
    131063: (
        "Marketing templates disabled",
        SPARE,
        "The account sends marketing only by another API.",
        NO_MARKETING,
    ),
    131064: ("Limited for misused templates", ADMIN, "Templates were filed in the wrong category.", MISFILED),
    132000: (
        "Template parameter count differs",
        FIX,
        "The template changed: read the templates anew.",
        OUTDATED,
    ),
    132001: ("Template does not exist", SPARE, "Not in this language, not approved, or deleted.", MISSING),
    132005: (
        "Template text too long",
        FIX,
        "With its parameters filled in, the text is too long.",
        REFUSED_TEXT,
    ),
    132007: (
        "Template breaks a character policy",
        FIX,
        "The text holds characters that are not allowed.",
        OUTDATED,
    ),
    132008: ("Template parameter not valid", FIX, "A parameter has a value it may not have.", OUTDATED),
    132012: (
        "Template parameter format differs",
        FIX,
        "A parameter is of another kind than the template's.",
        OUTDATED,
    ),
    132015: ("Template paused", SPARE, "Low quality or pacing; it comes back by itself or by hand.", PAUSED),
    132016: (
        "Template disabled",
        SPARE,
        "Paused too often, or against a policy; it never comes back.",
        DISABLED,
    ),
    132018: (
        "Template parameter text refused",
        FIX,
        "A newline, tab or long run of spaces in a parameter.",
        REFUSED_TEXT,
    ),
    132021: ("Direct Send template name conflict", TEMPLATE, "Send an approved template instead.", THIS),
    132068: ("Flow blocked", FIX, "The form behind the button is blocked.", THIS),
    132069: ("Flow throttled", SLOW, "The form behind the button may open ten times an hour.", THIS),
    133000: (
        "Deregistration incomplete",
        ADMIN,
        "Deregister the number again, then register it.",
        NUMBER_OUT,
    ),
    133004: ("Server temporarily unavailable", RETRY, "Registration is down for a while.", THIS),
    133005: ("Two-step PIN mismatch", ADMIN, "The PIN of the number is another one.", NUMBER_OUT),
    133006: ("Number must be verified again", ADMIN, "Verify the number before registering it.", NUMBER_OUT),
    133008: ("Too many PIN guesses", ADMIN, "Wait for the time named in the details.", NUMBER_OUT),
    133009: ("PIN guessed too fast", ADMIN, "Wait for the time named in the details.", NUMBER_OUT),
    133010: ("Number not registered", ADMIN, "Register the number with the platform.", NUMBER_OUT),
    133015: ("Number was just deleted", ADMIN, "Wait five minutes, then register again.", NUMBER_OUT),
    133016: ("Registered too often", ADMIN, "The number is locked for 72 hours.", NUMBER_OUT),
    135000: ("Generic user error", FIX, "An unknown problem with the request's parameters.", THIS),
    136024: ("Verification code problem", FIX, "Only the setup of a number produces this.", THIS),
    136025: ("Verification code problem", FIX, "Only the setup of a number produces this.", THIS),
    137000: (
        "Identity key differs",
        CHANNEL,
        "The person has a new phone or key: make sure who it is.",
        IDENTITY,
    ),
    139100: ("Block list partly changed", FIX, "Only block lists produce this.", THIS),
    139101: ("Block list full", FIX, "Only block lists produce this.", THIS),
    139102: ("Block list changed at the same time", RETRY, "Only block lists produce this.", THIS),
    139103: ("Block list failed", RETRY, "Only block lists produce this.", THIS),
    139200: ("Direct Send blocked", TEMPLATE, "Send an approved template instead.", THIS),
    2494100: ("Account in maintenance", RETRY, "The number is being moved.", NUMBER_PACE),
}

# Asked from the top for a code without a row of its own; both ends belong to the range.
RANGES: tuple[tuple[int, int, Row], ...] = (
    (200, 299, ("API permission missing", ADMIN, "The token lacks a permission.", APP_OUT)),
    (131201, 131215, ("Group error", FIX, "Only groups produce this; we send to people.", THIS)),
    (
        132000,
        132999,
        ("Template problem", SPARE, "This template cannot be sent; reason unknown to us.", MISSING),
    ),
    (
        133000,
        133999,
        ("Registration problem", ADMIN, "The number cannot send; reason unknown to us.", NUMBER_OUT),
    ),
    (138000, 138999, ("Calling error", FIX, "Only calls produce this.", THIS)),
    (147001, 147005, ("Business username problem", FIX, "Only the setup of a username produces this.", THIS)),
    (2388000, 2388999, ("Template management error", FIX, "Creating or changing a template failed.", THIS)),
)
UNLISTED: Row = ("Unknown error", RETRY, "A code newer than this table; tried again a few times.", THIS)

# Codes of the On-Premises API and of early days; old logs and some providers still show them.
LEGACY: Mapping[int, int] = {
    470: 131047,
    471: 131048,
    472: 130472,
    480: 137000,
    1006: 131026,
    1013: 131026,
    1015: 130429,
    1026: 131026,
    2000: 132000,
    2001: 132001,
    2002: 132001,
    2003: 132001,
}


def failure(code: int, title: str = "", details: str = "") -> Failure:
    """Judge a code. Any number is judged; a legacy code becomes its successor.

    ``title`` and ``details`` are the platform's words; its title is used only for codes unknown to us.
    """
    today = LEGACY.get(code, code)
    known, remedy, meant, consequence = _row(today)
    return Failure(
        code=today,
        title=title[:DETAILS_LIMIT] if title and known is UNLISTED[0] else known,
        details=details[:DETAILS_LIMIT],
        remedy=remedy,
        consequence=consequence,
        advice=meant,
    )


def meaning(code: int) -> str:
    """What a code says, in a sentence for an administrator."""
    return _row(LEGACY.get(code, code))[2]


def read_failure(error: object) -> Failure | None:
    """Judge an error object of an answer or a webhook; nothing when it has no readable code.

    The code may be a number or a text of digits. ``error_data`` is an object with ``details``, or was seen
    as a bare text.
    """
    if not isinstance(error, Mapping):
        return None
    code = _code(error.get("code"))
    if code is None:
        return None
    message = _words(error.get("message"))
    return failure(code, _words(error.get("title")) or message, _details(error) or message)


def _row(code: int) -> Row:
    if code in CODES:
        return CODES[code]
    return next((row for first, last, row in RANGES if first <= code <= last), UNLISTED)


def _code(value: Any) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 12:
        return int(value)
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and abs(value) < 10**12 else None


def _details(error: Mapping[str, Any]) -> str:
    data = error.get("error_data")
    details = data.get("details") if isinstance(data, Mapping) else data
    return _words(details) or _words(error.get("error_user_msg"))


def _words(value: Any) -> str:
    return value if isinstance(value, str) else ""
