"""What notifications about templates, number and account mean for messages: dated tables, sign by sign.

Source: Meta's webhook reference and the changelog of pywa, as of November 2026. A template that is paused,
disabled or rejected cannot be sent; a restriction says what is forbidden, and often until when. What is only
worth knowing (a violation, a changed PIN, a low quality) is a warning. Words newer than these tables mean
nothing here; the raw notification stays in the inbox.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

from wa_notify.core.condition import (
    FIRST_PAUSE,
    SECOND_PAUSE,
    Effect,
    Recovery,
    Scope,
    Sign,
    template_subject,
)
from wa_notify.core.inbound import Raw
from wa_notify.whatsapp.reading import OddItem, piece, pieces, text

WEEK = timedelta(days=7)  # for which a warning that nothing ends is shown
BACK = frozenset({"APPROVED", "REINSTATED", "UNARCHIVED"})
REASONS_GIVEN_AS_NONE = ("", "NONE")
PAUSES: Mapping[str, timedelta] = {"FIRST_PAUSE": FIRST_PAUSE, "SECOND_PAUSE": SECOND_PAUSE}
# State of a template: the cause, what it is, what to do, whether administrators hear of it.
STATES: Mapping[str, tuple[str, str, str, bool]] = {
    "PAUSED": ("paused", "The template is paused", "People blocked or reported it: look at its words.", True),
    "DISABLED": ("disabled", "The template is disabled", "It never comes back: make another one.", True),
    "REJECTED": ("rejected", "The template is rejected", "Change it and submit it again, or appeal.", True),
    "PENDING": ("pending", "The template is in review", "Wait for the review.", False),
    "IN_APPEAL": ("in_appeal", "The template is in appeal", "Wait for the appeal.", False),
    "PENDING_DELETION": ("deleted", "The template is being deleted", "Give the rules another one.", True),
    "DELETED": ("deleted", "The template is deleted", "Give the rules another one.", True),
    "LIMIT_EXCEEDED": ("limit", "The account has too many templates", "Delete some.", True),
    "ARCHIVED": ("archived", "The template is archived", "Unarchive it within 28 days, or it is gone.", True),
    "LOCKED": ("locked", "The template is locked", "Give the rules another one.", True),
}
RESTRICTIONS: Mapping[str, tuple[Effect, str]] = {
    "RESTRICTED_BIZ_INITIATED_MESSAGING": (Effect.NO_TEMPLATES, "The account may not begin conversations"),
    "RESTRICTED_CUSTOMER_INITIATED_MESSAGING": (Effect.NO_FREE_FORM, "The account may not answer people"),
    "RESTRICTED_UTILITY_TEMPLATES": (Effect.NO_TEMPLATES, "The account may not send utility templates"),
    "RESTRICTED_ADD_PHONE_NUMBER_ACTION": (Effect.WARNS, "The account may not add numbers"),
    "RESTRICTED_DIRECT_SEND_UTILITY_TEMPLATES": (Effect.WARNS, "The account may not use Direct Send"),
}
QUALITY_PAGE = "See the account's quality page in WhatsApp Manager."


def template_signs(field: str, value: Raw) -> tuple[Sign, ...]:
    """What news of one language of a template mean; nothing when they are not shaped as documented."""
    reader = TEMPLATE_READERS.get(field)
    if reader is None:
        return ()
    name, language = text(value, "message_template_name"), text(value, "message_template_language")
    try:
        return tuple(reader(value, template_subject(name, language)))
    except OddItem:  # what the news itself says counts all the same
        return ()


def account_signs(field: str, value: Raw) -> tuple[Sign, ...]:
    """What news of number or account mean; nothing when they are not shaped as documented."""
    reader = ACCOUNT_READERS.get(field)
    try:
        return tuple(reader(value)) if reader else ()
    except OddItem:
        return ()


def _state(value: Raw, subject: str) -> Iterator[Sign]:
    state = text(value, "event").upper()
    if state in BACK:
        yield Sign(scope=Scope.TEMPLATE, subject=subject, effect=Effect.BLOCKS, over=True)
    if state not in STATES:
        return
    cause, what, advice, tells = STATES[state]
    info = piece(value, "other_info")
    why = text(piece(value, "rejection_info"), "reason") or text(info, "description")
    reason = text(value, "reason")
    said = why.rstrip(".") or ("" if reason in REASONS_GIVEN_AS_NONE else reason)
    yield Sign(
        scope=Scope.TEMPLATE,
        subject=subject,
        cause=cause,
        effect=Effect.BLOCKS,
        tells=tells,
        recovery=Recovery.STATE,
        what=f"{what}: {said}" if said else what,
        advice=text(piece(value, "rejection_info"), "recommendation") or advice,
        lasts=PAUSES.get(text(info, "title")),
    )


def _quality(value: Raw, subject: str) -> Iterator[Sign]:
    yield Sign(
        scope=Scope.TEMPLATE,
        subject=subject,
        cause="quality",
        what="The quality of the template is red",
        advice="WhatsApp may pause it soon: send it less often, and look at its words.",
        over=text(value, "new_quality_score").upper() != "RED",
    )


def _category(value: Raw, subject: str) -> Iterator[Sign]:
    now, tomorrow = text(value, "new_category").upper(), text(value, "correct_category").upper()
    announced = tomorrow == "MARKETING" and now != "MARKETING"
    advice = "Alerts do not use marketing templates: give the rules a spare one, or ask for a review."
    yield Sign(
        scope=Scope.TEMPLATE,
        subject=subject,
        cause="upcoming_category",
        recovery=Recovery.TIME,
        lasts=timedelta(days=2),
        what="WhatsApp will class the template as marketing within a day",
        advice=advice,
        over=not announced,
    )
    yield Sign(
        scope=Scope.TEMPLATE,
        subject=subject,
        cause="category",
        what="WhatsApp classes the template as marketing, so no alert leaves by it",
        advice=advice,
        over=now != "MARKETING",
    )


def _account_update(value: Raw) -> Iterator[Sign]:
    match text(value, "event"):
        case "ACCOUNT_RESTRICTION":
            yield from map(_restriction, pieces(value, "restriction_info"))
        case "ACCOUNT_VIOLATION":
            kind = text(piece(value, "violation_info"), "violation_type")
            yield _warning(Scope.ACCOUNT, f"violation/{kind}", f"The account broke a policy ({kind})")
        case "DISABLED_UPDATE":
            yield from _ban(piece(value, "ban_info"))
        case "ACCOUNT_DELETED" | "ACCOUNT_OFFBOARDED":
            yield _out("offboarded", "The account was removed from the app", "Connect it again.")
        case "ACCOUNT_RECONNECTED":
            yield Sign(scope=Scope.ACCOUNT, cause="offboarded", over=True)
        case _:
            pass


def _restriction(info: Raw) -> Sign:
    kind = text(info, "restriction_type")
    effect, what = RESTRICTIONS.get(kind, (Effect.WARNS, f"The account is restricted ({kind})"))
    expires = text(info, "expiration")
    until = datetime.fromtimestamp(int(expires), UTC) if expires.isdecimal() and len(expires) < 12 else None
    return Sign(
        scope=Scope.ACCOUNT,
        cause=kind,
        effect=effect,
        recovery=Recovery.TIME if until else Recovery.NEWS,
        what=what,
        advice=QUALITY_PAGE,
        until=until,
    )


def _ban(info: Raw) -> Iterator[Sign]:
    day = text(info, "waba_ban_date")
    match text(info, "waba_ban_state"):
        case "DISABLE":
            yield _out("ban", "The account is disabled", "Ask for a review in Business Support.")
        case "SCHEDULE_FOR_DISABLE":
            when = f" on {day}" if day else ""
            what = f"WhatsApp will disable the account{when}"
            yield Sign(scope=Scope.ACCOUNT, cause="ban_scheduled", what=what, advice=QUALITY_PAGE)
        case "REINSTATE":
            yield from (
                Sign(scope=Scope.ACCOUNT, cause=cause, over=True) for cause in ("ban", "ban_scheduled")
            )
        case _:
            pass


def _alert(value: Raw) -> Iterator[Sign]:
    info = piece(value, "alert_info") or value  # older payloads had the keys flat
    kind = text(info, "alert_type")
    if text(info, "alert_severity") in ("CRITICAL", "WARNING"):
        what = text(info, "alert_description").rstrip(".") or f"WhatsApp warns of {kind}"
        yield _warning(Scope.ACCOUNT, f"alert/{kind}", what)


def _review(value: Raw) -> Iterator[Sign]:
    yield _decided(Scope.ACCOUNT, "review", "The review of the account ended badly", text(value, "decision"))


def _name(value: Raw) -> Iterator[Sign]:
    wanted = text(value, "requested_verified_name")
    what = f"The display name {wanted} was rejected".replace("  ", " ")
    yield _decided(Scope.NUMBER, "display_name", what, text(value, "decision"))


def _number_quality(value: Raw) -> Iterator[Sign]:
    event = text(value, "event")
    if event in ("FLAGGED", "UNFLAGGED"):
        what = "People block or report the number: its quality is low"
        over = event == "UNFLAGGED"
        yield Sign(scope=Scope.NUMBER, cause="quality", what=what, advice=QUALITY_PAGE, over=over)


def _security(value: Raw) -> Iterator[Sign]:
    event = text(value, "event")
    if event in ("PIN_CHANGED", "PIN_RESET_REQUEST", "PIN_RESET_SUCCESS"):
        spoken = event.removeprefix("PIN_").replace("_", " ").lower()
        what = f"The two-step PIN of the number: {spoken}"
        yield _warning(
            Scope.NUMBER, f"security/{event}", what, "If none of you did that, secure the account."
        )


def _warning(scope: Scope, cause: str, what: str, advice: str = QUALITY_PAGE) -> Sign:
    return Sign(scope=scope, cause=cause, recovery=Recovery.TIME, lasts=WEEK, what=what, advice=advice)


def _out(cause: str, what: str, advice: str) -> Sign:
    return Sign(
        scope=Scope.ACCOUNT,
        cause=cause,
        effect=Effect.BLOCKS,
        recovery=Recovery.PROBE,
        what=what,
        advice=advice,
    )


def _decided(scope: Scope, cause: str, what: str, decision: str) -> Sign:
    return Sign(scope=scope, cause=cause, what=what, advice=QUALITY_PAGE, over=decision != "REJECTED")


TEMPLATE_READERS: Mapping[str, Callable[[Raw, str], Iterator[Sign]]] = {
    "message_template_status_update": _state,
    "message_template_quality_update": _quality,
    "template_category_update": _category,
}
ACCOUNT_READERS: Mapping[str, Callable[[Raw], Iterator[Sign]]] = {
    "account_update": _account_update,
    "account_alerts": _alert,
    "account_review_update": _review,
    "phone_number_name_update": _name,
    "phone_number_quality_update": _number_quality,
    "security": _security,
}
