"""Windows and prices."""

from .facts import Area, imitated, missing, on_demand

WINDOW = "test_messages.py::test_the_window_is_open_for_24_hours_to_the_second"
TAP = "test_phones.py::test_a_button_tap_opens_the_window_and_reading_does_not"
ENTRY = "test_pricing.py::test_whoever_comes_from_an_advertisement_makes_three_days_free_once_answered"

# fmt: off
MONEY = Area(name="money", title="Windows and prices", facts=(
    imitated("window", "24 hours from the person's last message", WINDOW),
    imitated("restart", "every message of the person restarts it",
        "test_messages.py::test_every_message_of_the_person_restarts_the_window"),
    imitated("taps", "open the window; reading does not", TAP),
    imitated("reactions", "whether they open it is not documented",
        "test_phones.py::test_whether_a_reaction_opens_the_window_is_a_matter_of_policy",
        "A setting: no, or yes."),
    missing("calls", "a call of the person opens the window", "Nobody calls here."),
    imitated("closed window", "free-form is accepted and fails with 131047",
        "test_messages.py::test_free_form_outside_the_window_is_accepted_and_fails_later"),
    on_demand("hiccup", "131047 although the window is open",
        "test_messages.py::test_a_fault_of_the_kind_failed_is_accepted_and_fails_later", "By a fault."),
    missing("opt-in", "needed before the business writes first",
        "That is between business and person; the platform does not see it either."),
    imitated("read receipts", "whoever turns them off stays at delivered",
        "test_messages.py::test_without_read_receipts_a_message_ends_as_delivered"),
    imitated("conversations, 2022", "begun by business or person, one at a time",
        "test_pricing.py::test_a_conversation_was_begun_by_business_or_person_and_one_was_open_at_a_time"),
    imitated("conversations, June 2023", "one for each category",
        "test_pricing.py::test_from_june_2023_each_category_had_its_own_and_utility_in_a_window_began_none"),
    imitated("free conversations", "1,000 of service a month, from November 2024 all",
        "test_pricing.py::test_a_thousand_service_conversations_a_month_were_free_then_all"),
    imitated("conversation object", "before v24.0 with every status, since then at entry points only",
        "test_pricing.py::test_older_callbacks_show_a_conversation_for_each_message"),
    imitated("price of a message", "since 1 July 2025", "test_pricing.py::test_the_day_decides_the_model",
        "Counted when it is sent instead of delivered, because `pricing` comes with that status."),
    imitated("price of a template", "marketing, authentication and utility outside a window are billed",
        "test_pricing.py::test_templates_outside_a_window_are_billed_in_their_category"),
    imitated("utility in a window", "free until September 2026, then billed",
        "test_messages.py::test_a_utility_template_in_an_open_window_is_billed_since_october_2026"),
    imitated("service messages", "1,000 free a month since October 2026, then billed",
        "test_messages.py::test_service_messages_are_free_a_thousand_times_a_month_and_then_billed",
        "Months are counted in UTC, which is our deduction."),
    imitated("entry point", "72 hours are free, from the answer on", ENTRY),
    imitated("pricing object", "with sent, and with delivered or read, not with failed",
        "test_messages.py::test_the_longest_plain_story_uses_the_shapes_of_the_platform"),
    missing("rates and volume tiers", "amounts in money, steps of volume", "No money is counted."),
    missing("other categories", "authentication_international, marketing_lite, groups, AI",
        "A template's own category is told."),
))
