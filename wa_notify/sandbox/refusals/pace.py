"""Too much in too short a time."""

from .rows import FAIR, FIELD, FIRM, GUESS, META, answer, late

# fmt: off
THROUGHPUT = answer(130429, 429, "Rate limit hit",
    "The business number sent too many messages within a second.", META, FIRM, throttle=True)
PAIR_RATE = answer(131056, 429, "(Business Account, Consumer Account) pair rate limit hit",
    "Too many messages to this person in a short time.", META, FIRM, throttle=True)
APP_CALLS = answer(4, 429, "API Too Many Calls", "The app calls too often.", META, FAIR, throttle=True)
CALLS_TOO_OFTEN = answer(613, 400, "Calls have exceeded the rate limit", "Too often.", META, FAIR)
ACCOUNT_RATE = answer(80007, 429, "Rate limit issues", "Calls of the account.", META, FAIR, throttle=True)
SPAM_RATE = late(131048, "Spam rate limit hit",
    "The number is restricted because of quality or reports.", META, FIRM, sent=False)
REACH_AS_SPAM = late(131048, "Spam rate limit hit",
    "More people were written to in 24 hours than the messaging limit allows.", FIELD, GUESS, sent=True)
REACH_AS_RATE = late(130429, "Rate limit hit",
    "The same, as it was told in earlier days.", FIELD, GUESS, sent=True)
