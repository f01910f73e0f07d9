"""Too much in too short a time."""

from .rows import ANSWERED, FAIR, FIELD, FIRM, GUESS, INSTEAD, LATER, META, SOON, answer, late

# fmt: off
THROUGHPUT = answer(130429, 429, "Rate limit hit",
    "The business number sent too many messages within a second.", META, FIRM,
    throttle=True, retry=SOON, also=INSTEAD, arises="POST 81 messages within a second.",
    proof="test_refusals.py::test_the_81st_message_within_a_second_is_refused")
PAIR_RATE = answer(131056, 429, "(Business Account, Consumer Account) pair rate limit hit",
    "Too many messages to this person in a short time; wait before trying again.", META, FIRM,
    throttle=True, retry=SOON, also=INSTEAD, arises="POST 46 messages to one person at once.",
    proof="test_refusals.py::test_one_person_gets_45_at_once_and_then_one_every_six_seconds")
APP_CALLS = answer(4, 429, "API Too Many Calls", "The app calls too often.", META, FAIR,
    throttle=True, retry=SOON,
    arises="Set a quota for the app (/_sandbox/quotas), and use it up.",
    proof="test_quotas.py::test_an_app_has_so_many_calls_an_hour")
CALLS_TOO_OFTEN = answer(613, 400, "Calls have exceeded the rate limit", "This API is called too often.",
    META, FAIR, http_sure=GUESS, retry=SOON)
ACCOUNT_RATE = answer(80007, 429, "Rate limit issues",
    "Too much was asked of the account within an hour.", META, FAIR,
    throttle=True, retry=LATER, arises="Create 101 templates within an hour.",
    proof="test_management.py::test_an_account_has_so_many_templates_and_creates_so_many_an_hour")
SPAM_RATE = late(131048, "Spam rate limit hit",
    "The number is restricted because of quality or reports.", META, FIRM, sent=False,
    also=ANSWERED, retry=LATER,
    arises="Set the number's status RESTRICTED (/_sandbox/numbers/{id}/standing), and POST.",
    proof="test_standing.py::test_a_restricted_number_fails_as_a_spammer")
REACH_AS_SPAM = late(131048, "Spam rate limit hit",
    "More people were written to in 24 hours than the messaging limit allows.", FIELD, GUESS, sent=True,
    retry=LATER, arises="Set the tier TIER_250, and write to 251 people in a day.",
    proof="test_reach.py::test_who_is_one_too_many_fails_later_and_counts_again_after_a_day")
REACH_AS_RATE = late(130429, "Rate limit hit",
    "More people were written to in 24 hours than the limit allows, as told in earlier days.",
    FIELD, GUESS, sent=True, retry=LATER,
    arises="Ask for the code 130429 when setting the tier, and write to one person too many.",
    proof="test_reach.py::test_the_older_code_can_be_asked_for")
