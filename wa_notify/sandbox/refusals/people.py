"""What a person did, or where the person cannot be reached."""

from .rows import ANSWERED, FAIR, FIRM, GUESS, LATER, META, OURS, late

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
    sent=False,
    arises="Block a person (POST /{phone_number_id}/block_users), and POST to them.",
    proof="test_fates.py::test_whom_the_business_blocked_gets_nothing")
EXPERIMENT = late(130472, "User's number is part of an experiment",
    "Marketing only: the person takes part in an experiment.", META, FIRM, sent=False,
    arises="Let a person take part (/_sandbox/phones/NUMBER, in_experiment), and POST a marketing template.",
    proof="test_fates.py::test_an_experiment_takes_part_of_marketing_only")
MARKETING_CAP = late(131049, "Not delivered to maintain healthy ecosystem engagement",
    "The person has reached the cap of marketing messages; not again within 24 hours.", META, FIRM,
    sent=True, retry=LATER,
    arises="Give a person outside Europe a marketing_cap (/_sandbox/phones/NUMBER), and POST more marketing.",
    proof="test_fates.py::test_a_person_gets_so_much_marketing_a_day_and_less_if_one_insists")
MARKETING_STOPPED = late(131050, "User stopped marketing messages",
    "The person turned marketing of this business off.", META, FIRM, sent=True,
    arises="Let a person prefer `stop` (/_sandbox/phones/NUMBER/prefer), and POST a marketing template.",
    proof="test_fates.py::test_who_stopped_marketing_gets_everything_else")
IDENTITY_CHANGED = late(137000, "Identity key hash mismatch",
    "The person's identity key is not the expected one any more.", META, FIRM, sent=False,
    arises="POST a recipient_identity_key_hash that is not the person's.",
    proof="test_fates.py::test_an_expected_identity_is_compared_and_told")
COUNTRY_RESTRICTED = late(130497, "Business account is restricted from messaging users in this country",
    "The account may not message that country.", META, FIRM, sent=False,
    arises="Close a country (/_sandbox/standing), and POST to one of its people.",
    proof="test_fates.py::test_an_account_may_be_kept_from_a_country")
WINDOW_HICCUP = late(131047, "Re-engagement message",
    "The platform took the open window for closed, as it rarely does.", META, FAIR, sent=False,
    arises="Set `hiccups` of a chat (/_sandbox/phones/NUMBER/chat), and POST a text in an open window.",
    proof="test_fates.py::test_an_open_window_may_be_taken_for_closed")
BLOCKED_BY_PERSON = late(131026, "Message Undeliverable",
    "The person blocked the business; the code does not tell.", OURS, GUESS, sent=True,
    arises="Let a person block the number (/_sandbox/phones/NUMBER/chat), and POST to them.",
    proof="test_fates.py::test_who_blocked_the_business_gets_nothing_until_they_unblock_it")
MARKETING_TO_US = late(131049, "Not delivered to maintain healthy ecosystem engagement",
    "Numbers of the United States (+1) get no marketing templates since 1 April 2025.", META, FAIR, sent=True,
    arises="POST a marketing template to a number of +1.",
    proof="test_fates.py::test_nobody_in_the_united_states_gets_marketing_since_april_2025")
