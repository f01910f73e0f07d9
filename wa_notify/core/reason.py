"""Why something happened or did not: one vocabulary for decision, timeline, log, metric, page and API.

The value is what is stored, logged and translated; it never changes once released.
"""

from enum import StrEnum, unique


@unique
class Reason(StrEnum):
    """A named cause. `SENTENCES` says each of them to a person."""

    # the form that was chosen
    WINDOW_OPEN = "window_open"
    WINDOW_CLOSED = "window_closed"
    NO_FREE_FORM = "no_free_form"
    # why nothing may leave
    NO_CONSENT = "no_consent"
    OPTED_OUT = "opted_out"
    NO_ADDRESS = "no_address"
    UNKNOWN_RECIPIENT = "unknown_recipient"
    TEMPLATE_MISSING = "template_missing"
    TEMPLATE_NOT_APPROVED = "template_not_approved"
    TEMPLATE_IS_MARKETING = "template_is_marketing"
    TEMPLATE_MISFIT = "template_misfit"
    NOTHING_TO_SAY = "nothing_to_say"
    EXPIRED = "expired"
    # why it waits
    WAITING_FOR_REPLY = "waiting_for_reply"
    TEMPLATES_NOT_SYNCED = "templates_not_synced"
    # why the ticket no longer wants it
    TICKET_ACKNOWLEDGED = "ticket_acknowledged"
    TICKET_RESOLVED = "ticket_resolved"
    TICKET_REOPENED = "ticket_reopened"
    RULE_REMOVED = "rule_removed"
    # what the platform said
    HELD_BY_PLATFORM = "held_by_platform"
    RETRY_LATER = "retry_later"
    SLOWED_DOWN = "slowed_down"
    ACCOUNT_BLOCKED = "account_blocked"
    UNREACHABLE_ON_WHATSAPP = "unreachable_on_whatsapp"
    REQUEST_WRONG = "request_wrong"
    TEMPLATE_UNUSABLE = "template_unusable"
    WINDOW_CLOSED_BY_PLATFORM = "window_closed_by_platform"
    ANSWER_LOST = "answer_lost"
    RESENT_UNCONFIRMED = "resent_unconfirmed"
    UNCONFIRMED = "unconfirmed"
    OUR_FAULT = "our_fault"
    # what people did
    REPLIED = "replied"
    NO_ANSWER = "no_answer"


SENTENCES: dict[Reason, str] = {
    Reason.WINDOW_OPEN: "The 24-hour window is open.",
    Reason.WINDOW_CLOSED: "The 24-hour window is closed, so only a template may go out.",
    Reason.NO_FREE_FORM: "There is no free-form text for this.",
    Reason.NO_CONSENT: "This person never opted in. Record the opt-in before anything is sent.",
    Reason.OPTED_OUT: "This person opted out. Nothing is sent until they opt in again.",
    Reason.NO_ADDRESS: "No phone number is known for this person.",
    Reason.UNKNOWN_RECIPIENT: "The receiver names somebody who is not a recipient.",
    Reason.TEMPLATE_MISSING: "The account has no such template in a language that fits.",
    Reason.TEMPLATE_NOT_APPROVED: "The template is not approved at the moment.",
    Reason.TEMPLATE_IS_MARKETING: "The template is classed as marketing; alerts must not use it.",
    Reason.TEMPLATE_MISFIT: "What is to be said does not fit the template.",
    Reason.NOTHING_TO_SAY: "There is neither a template nor free-form text for this.",
    Reason.EXPIRED: "It waited longer than the rule allows, so it would have come too late.",
    Reason.WAITING_FOR_REPLY: "Held until the person replies, which opens the window.",
    Reason.TEMPLATES_NOT_SYNCED: "The account's templates are not known yet.",
    Reason.TICKET_ACKNOWLEDGED: "Somebody acknowledged the ticket first.",
    Reason.TICKET_RESOLVED: "The alert was resolved first.",
    Reason.TICKET_REOPENED: "It belongs to an earlier episode of the ticket.",
    Reason.RULE_REMOVED: "The rule that asked for it is no longer in the configuration.",
    Reason.HELD_BY_PLATFORM: "WhatsApp holds the message while it judges the template.",
    Reason.RETRY_LATER: "WhatsApp could not take it just now. It is tried again.",
    Reason.SLOWED_DOWN: "WhatsApp asked to slow down. It is tried again.",
    Reason.ACCOUNT_BLOCKED: "The WhatsApp account cannot send. An administrator must act.",
    Reason.UNREACHABLE_ON_WHATSAPP: "WhatsApp cannot reach this person.",
    Reason.REQUEST_WRONG: "WhatsApp refused the request as wrong.",
    Reason.TEMPLATE_UNUSABLE: "WhatsApp refused the template.",
    Reason.WINDOW_CLOSED_BY_PLATFORM: "WhatsApp says the window is closed. The same goes out as a template.",
    Reason.ANSWER_LOST: "No answer came back, so it may or may not have been sent.",
    Reason.RESENT_UNCONFIRMED: "No sign of the first try arrived, so it is sent again. It may be a repeat.",
    Reason.UNCONFIRMED: "Several tries had no answer. It may have arrived; it is not sent again.",
    Reason.OUR_FAULT: "This failed by a fault of wa_notify itself. The log says how.",
    Reason.REPLIED: "The person wrote, which opened the 24-hour window.",
    Reason.NO_ANSWER: "Nobody has answered yet.",
}
