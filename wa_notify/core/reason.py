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
    TEMPLATE_PREFERRED = "template_preferred"
    TEMPLATE_CHEAPER = "template_cheaper"
    # why nothing may leave
    NO_CONSENT = "no_consent"
    OPTED_OUT = "opted_out"
    NUMBER_CHANGED = "number_changed"
    NO_ADDRESS = "no_address"
    NO_CHANNEL = "no_channel"
    UNKNOWN_RECIPIENT = "unknown_recipient"
    TEMPLATE_MISSING = "template_missing"
    TEMPLATE_NOT_APPROVED = "template_not_approved"
    TEMPLATE_IS_MARKETING = "template_is_marketing"
    TEMPLATE_MISFIT = "template_misfit"
    MESSAGE_MISFIT = "message_misfit"
    NOTHING_TO_SAY = "nothing_to_say"
    LABEL_MISSING = "label_missing"
    EXPIRED = "expired"
    ERASED = "erased"
    # why it waits
    WAITING_FOR_REPLY = "waiting_for_reply"
    TEMPLATES_NOT_SYNCED = "templates_not_synced"
    QUIET_HOURS = "quiet_hours"
    SILENCED = "silenced"
    INHIBITED = "inhibited"
    TOO_MANY = "too_many"
    REACH_USED_UP = "reach_used_up"
    PACE = "pace"
    PAIR_PACE = "pair_pace"
    BUDGET_SPENT = "budget_spent"
    SENT_ELSEWHERE_FIRST = "sent_elsewhere_first"
    PART_BEFORE = "part_before"
    # why it leaves by another way, or need not
    NOT_DELIVERED = "not_delivered"
    WHATSAPP_FAILED = "whatsapp_failed"
    TOO_LATE_HERE = "too_late_here"
    DELIVERED_ALREADY = "delivered_already"
    DELIVERED_LATE = "delivered_late"
    TOLD_ALREADY = "told_already"
    CHANNEL_FAILED = "channel_failed"
    IN_DIGEST = "in_digest"
    MERGED = "merged"
    NOTHING_HELD = "nothing_held"
    ASKED_ALREADY = "asked_already"
    # what is asked of the source of an alert
    ACKNOWLEDGED = "acknowledged"
    NO_LONGER_ACKNOWLEDGED = "no_longer_acknowledged"
    SILENCE_GONE = "silence_gone"
    SOURCE_FAILED = "source_failed"
    # why the ticket no longer wants it
    TICKET_ACKNOWLEDGED = "ticket_acknowledged"
    TICKET_RESOLVED = "ticket_resolved"
    TICKET_REOPENED = "ticket_reopened"
    TICKET_EXPIRED = "ticket_expired"
    TICKET_SILENCED = "ticket_silenced"
    RULE_REMOVED = "rule_removed"
    WITHDRAWN = "withdrawn"
    DROPPED = "dropped"
    # what the platform said
    HELD_BY_PLATFORM = "held_by_platform"
    RETRY_LATER = "retry_later"
    SLOWED_DOWN = "slowed_down"
    ACCOUNT_BLOCKED = "account_blocked"
    NUMBER_LIMITED = "number_limited"
    COUNTRY_BLOCKED = "country_blocked"
    IDENTITY_CHANGED = "identity_changed"
    SAID_SHORTER = "said_shorter"
    HELD_TOO_LONG = "held_too_long"
    UNREACHABLE_ON_WHATSAPP = "unreachable_on_whatsapp"
    REQUEST_WRONG = "request_wrong"
    FILE_NOT_SENT = "file_not_sent"
    TEMPLATE_UNUSABLE = "template_unusable"
    WINDOW_CLOSED_BY_PLATFORM = "window_closed_by_platform"
    ANSWER_LOST = "answer_lost"
    RESENT_UNCONFIRMED = "resent_unconfirmed"
    UNCONFIRMED = "unconfirmed"
    OUR_FAULT = "our_fault"
    # what people did
    REPLIED = "replied"
    NO_ANSWER = "no_answer"
    NOBODY_ON_CALL = "nobody_on_call"
    ANSWER_TIMED_OUT = "answer_timed_out"
    STILL_FIRING = "still_firing"
    ASKED_TO_ESCALATE = "asked_to_escalate"
    TOO_MANY_ANSWERS = "too_many_answers"
    NOT_A_RECIPIENT = "not_a_recipient"
    PEOPLE_MIND = "people_mind"


SENTENCES: dict[Reason, str] = {
    Reason.WINDOW_OPEN: "The 24-hour window is open.",
    Reason.WINDOW_CLOSED: "The 24-hour window is closed, so only a template may go out.",
    Reason.NO_FREE_FORM: "There is no free-form text for this.",
    Reason.TEMPLATE_PREFERRED: "The window is open, and the configuration prefers the template.",
    Reason.TEMPLATE_CHEAPER: "The window is open, and the template costs less.",
    Reason.NO_CONSENT: "This person never opted in. Record the opt-in before anything is sent.",
    Reason.OPTED_OUT: "This person opted out. Nothing is sent until they opt in again.",
    Reason.NUMBER_CHANGED: "This person has a new number. Nothing is sent to it until they say START there.",
    Reason.NO_CHANNEL: "The configuration names no other channel for this any more.",
    Reason.NO_ADDRESS: "No phone number is known for this person.",
    Reason.UNKNOWN_RECIPIENT: "The receiver names somebody who is not a recipient.",
    Reason.TEMPLATE_MISSING: "The account has no such template in a language that fits.",
    Reason.TEMPLATE_NOT_APPROVED: "The template is not approved at the moment.",
    Reason.TEMPLATE_IS_MARKETING: "The template is classed as marketing; alerts must not use it.",
    Reason.TEMPLATE_MISFIT: "What is to be said does not fit the template.",
    Reason.MESSAGE_MISFIT: "What is to be said is more than a message can hold.",
    Reason.NOTHING_TO_SAY: "There is neither a template nor free-form text for this.",
    Reason.LABEL_MISSING: "The alert lacks a label or an annotation without which the rule says nothing.",
    Reason.EXPIRED: "It waited longer than the rule allows, so it would have come too late.",
    Reason.ERASED: "The person was erased at their own wish.",
    Reason.WAITING_FOR_REPLY: "Held until the person replies, which opens the window.",
    Reason.TEMPLATES_NOT_SYNCED: "The account's templates are not known yet.",
    Reason.QUIET_HOURS: "These are quiet hours for this person. It waits for their end.",
    Reason.SILENCED: "The alert is silenced. It waits for the end of the silence.",
    Reason.INHIBITED: "Another alert that explains this one is firing. It waits for its end.",
    Reason.TOO_MANY: "This person got many messages just now. It waits, and joins others in a digest.",
    Reason.REACH_USED_UP: "No more people may be written to first for now. It waits for a free place.",
    Reason.PACE: "WhatsApp asked to slow down, so nothing leaves for a while.",
    Reason.PAIR_PACE: "This person got as many messages as WhatsApp takes at once. It waits.",
    Reason.BUDGET_SPENT: "The budget of the month is spent. It waits for the next month.",
    Reason.SENT_ELSEWHERE_FIRST: "It is sent another way if WhatsApp does not deliver it in time.",
    Reason.PART_BEFORE: "The part before it has not arrived yet. It follows then, or after a moment.",
    Reason.NOT_DELIVERED: "WhatsApp has not delivered it in time, so it goes another way.",
    Reason.WHATSAPP_FAILED: "WhatsApp cannot deliver it, so it goes another way.",
    Reason.TOO_LATE_HERE: "WhatsApp would bring it too late, so it goes another way.",
    Reason.DELIVERED_ALREADY: "WhatsApp delivered it, so no other way is needed.",
    Reason.DELIVERED_LATE: "WhatsApp delivered it after all, once it had gone another way.",
    Reason.TOLD_ALREADY: "The same address was told already.",
    Reason.CHANNEL_FAILED: "The other channel did not take it.",
    Reason.IN_DIGEST: "It is told together with others in a digest.",
    Reason.MERGED: "It is told together with others in one message.",
    Reason.NOTHING_HELD: "Nothing waits for a reply of this person any more.",
    Reason.ASKED_ALREADY: "This person was asked for a reply already.",
    Reason.ACKNOWLEDGED: "Somebody has acknowledged the ticket.",
    Reason.NO_LONGER_ACKNOWLEDGED: "The alert is over, or nobody has the ticket any more.",
    Reason.SILENCE_GONE: "The silence is gone there: it ran out, or somebody ended it.",
    Reason.SOURCE_FAILED: "The source of the alert did not take it.",
    Reason.TICKET_ACKNOWLEDGED: "Somebody acknowledged the ticket first.",
    Reason.TICKET_RESOLVED: "The alert was resolved first.",
    Reason.TICKET_REOPENED: "It belongs to an earlier episode of the ticket.",
    Reason.TICKET_EXPIRED: "Nothing was heard of the alert for too long.",
    Reason.TICKET_SILENCED: "Somebody silenced the alert.",
    Reason.RULE_REMOVED: "The rule that asked for it is no longer in the configuration.",
    Reason.WITHDRAWN: "Whoever wrote it took it back.",
    Reason.DROPPED: "Somebody who looks after the messages dropped it.",
    Reason.HELD_BY_PLATFORM: "WhatsApp holds the message while it judges the template.",
    Reason.RETRY_LATER: "WhatsApp could not take it just now. It is tried again.",
    Reason.SLOWED_DOWN: "WhatsApp asked to slow down. It is tried again.",
    Reason.ACCOUNT_BLOCKED: "The WhatsApp account cannot send. An administrator must act.",
    Reason.NUMBER_LIMITED: "WhatsApp limits the number or account for a while. It waits.",
    Reason.COUNTRY_BLOCKED: "The account may not message people of that country for a while.",
    Reason.IDENTITY_CHANGED: "This person has a new phone or key. They write, or an administrator confirms.",
    Reason.SAID_SHORTER: "WhatsApp refused the text. It leaves once more, shorter and in plain characters.",
    Reason.HELD_TOO_LONG: "WhatsApp has held it for too long, so it leaves by a spare template too.",
    Reason.UNREACHABLE_ON_WHATSAPP: "WhatsApp cannot reach this person.",
    Reason.REQUEST_WRONG: "WhatsApp refused the request as wrong.",
    Reason.FILE_NOT_SENT: "The file cannot be sent with it, so it goes out without, and says so.",
    Reason.TEMPLATE_UNUSABLE: "WhatsApp refused the template.",
    Reason.WINDOW_CLOSED_BY_PLATFORM: "WhatsApp says the window is closed. The same goes out as a template.",
    Reason.ANSWER_LOST: "No answer came back, so it may or may not have been sent.",
    Reason.RESENT_UNCONFIRMED: "No sign of the first try arrived, so it is sent again. It may be a repeat.",
    Reason.UNCONFIRMED: "Several tries had no answer. It may have arrived; it is not sent again.",
    Reason.OUR_FAULT: "This failed by a fault of wa_notify itself. The log says how.",
    Reason.REPLIED: "The person wrote, which opened the 24-hour window.",
    Reason.NOBODY_ON_CALL: "No shift covers this time, so the next people are asked at once.",
    Reason.NO_ANSWER: "Nobody has answered yet.",
    Reason.ANSWER_TIMED_OUT: "It was taken, but it is still not over.",
    Reason.STILL_FIRING: "It still fires.",
    Reason.ASKED_TO_ESCALATE: "Somebody asked for the next people.",
    Reason.TOO_MANY_ANSWERS: "This person got many answers just now. No more of them for a while.",
    Reason.NOT_A_RECIPIENT: "Only people who opted in can command.",
    Reason.PEOPLE_MIND: "People mind these messages, so reminders come at half the pace.",
}
