"""Codes of the On-Premises API and of early days, which some providers still use."""

from .rows import FAIR, FIELD, LATER, SOON, late

OVER = "2025-10"  # when the On-Premises API was switched off

# fmt: off
OLD_WINDOW = late(470, "Message failed",
    "More than 24 hours since the person's last message.", FIELD, FAIR, sent=False, as_of=OVER, today=131047)
OLD_SPAM = late(471, "Spam rate limit hit", "Quality or reports.", FIELD, FAIR, sent=False,
    retry=LATER, as_of=OVER, today=131048)
OLD_EXPERIMENT = late(472, "User in experiment", "Marketing only.", FIELD, FAIR, sent=False,
    as_of=OVER, today=130472)
OLD_IDENTITY = late(480, "Identity changed", "The person has another key.", FIELD, FAIR,
    sent=False, as_of=OVER, today=137000)
OLD_CONTACT = late(1006, "Unknown contact", "The contact was never checked.", FIELD, FAIR,
    sent=False, as_of=OVER, today=131026)
OLD_USER = late(1013, "User is not valid", "Not on WhatsApp.", FIELD, FAIR, sent=False,
    as_of=OVER, today=131026)
OLD_RATE = late(1015, "Too many requests", "Wait.", FIELD, FAIR, sent=False, retry=SOON,
    as_of=OVER, today=130429)
OLD_RECEIVER = late(1026, "Receiver incapable", "The person's app is old.", FIELD, FAIR,
    sent=False, as_of=OVER, today=131026)
OLD_COUNT = late(2000, "Template parameter count mismatch", "More or fewer parameters than variables.",
    FIELD, FAIR, sent=False, as_of=OVER, today=132000)
OLD_TEMPLATE = late(2001, "Template missing", "No such template.", FIELD, FAIR, sent=False,
    as_of=OVER, today=132001)
OLD_FETCH = late(2002, "Template fetch failed", "No such template.", FIELD, FAIR, sent=False,
    as_of=OVER, today=132001)
OLD_PACK = late(2003, "Template pack missing", "No such template.", FIELD, FAIR, sent=False,
    as_of=OVER, today=132001)
