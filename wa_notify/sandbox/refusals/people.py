"""What a person did, or where the person cannot be reached."""

from .rows import ANSWERED, FIRM, LATER, META, late

# fmt: off
WINDOW_CLOSED = late(131047, "Re-engagement message",
    "The person has not written within the last 24 hours.", META, FIRM, sent=False, also=ANSWERED,
    arises="POST a text to somebody who has not written for 24 hours.",
    proof="test_messages.py::test_free_form_outside_the_window_is_accepted_and_fails_later")
UNDELIVERABLE = late(131026, "Message Undeliverable",
    "The number is not on WhatsApp, or cannot be reached for another reason.", META, FIRM, sent=True,
    also=ANSWERED, arises="Take a phone off WhatsApp (on_whatsapp: false), and POST to it.",
    proof="test_messages.py::test_somebody_who_is_not_on_whatsapp_cannot_be_reached")
USER_BLOCKED = late(130403, "User is blocked", "The business has blocked this person.", META, FIRM,
    sent=False)
EXPERIMENT = late(130472, "User's number is part of an experiment",
    "Marketing only: the person takes part in an experiment.", META, FIRM, sent=False)
MARKETING_CAP = late(131049, "Not delivered to maintain healthy ecosystem engagement",
    "The person has reached the cap of marketing messages; not again within 24 hours.", META, FIRM,
    sent=True, retry=LATER)
MARKETING_STOPPED = late(131050, "User stopped marketing messages",
    "The person turned marketing of this business off.", META, FIRM, sent=True)
IDENTITY_CHANGED = late(137000, "Identity key hash mismatch",
    "The person's identity key is not the expected one any more.", META, FIRM, sent=False)
COUNTRY_RESTRICTED = late(130497, "Business account is restricted from messaging users in this country",
    "The account may not message that country.", META, FIRM, sent=False)
