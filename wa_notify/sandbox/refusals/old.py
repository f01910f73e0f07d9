"""Codes of the On-Premises API and of early days, which some providers still use."""

from .rows import FAIR, FIELD, late

# fmt: off
OLD_WINDOW = late(470, "Message failed", "More than 24 hours since the reply.", FIELD, FAIR, sent=False)
OLD_SPAM = late(471, "Spam rate limit hit", "Quality or reports.", FIELD, FAIR, sent=False)
OLD_EXPERIMENT = late(472, "User in experiment", "Marketing only.", FIELD, FAIR, sent=False)
OLD_IDENTITY = late(480, "Identity changed", "Another key.", FIELD, FAIR, sent=False)
OLD_CONTACT = late(1006, "Unknown contact", "The contact was never checked.", FIELD, FAIR, sent=False)
OLD_USER = late(1013, "User is not valid", "Not on WhatsApp.", FIELD, FAIR, sent=False)
OLD_RATE = late(1015, "Too many requests", "Wait.", FIELD, FAIR, sent=False)
OLD_RECEIVER = late(1026, "Receiver incapable", "An old app.", FIELD, FAIR, sent=False)
OLD_COUNT = late(2000, "Template parameter count mismatch", "Count.", FIELD, FAIR, sent=False)
OLD_TEMPLATE = late(2001, "Template missing", "No such template.", FIELD, FAIR, sent=False)
OLD_FETCH = late(2002, "Template fetch failed", "No such template.", FIELD, FAIR, sent=False)
OLD_PACK = late(2003, "Template pack missing", "No such template.", FIELD, FAIR, sent=False)
