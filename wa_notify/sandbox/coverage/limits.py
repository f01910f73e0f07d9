"""How fast, and how many people."""

from .facts import Area, imitated, missing, on_demand

FAULT = "test_messages.py::test_a_fault_of_the_kind_failed_is_accepted_and_fails_later"
ANSWER = "test_control.py::test_faults_meet_the_next_requests_and_then_stop"
REACH = "test_reach.py::test_who_is_one_too_many_fails_later_and_counts_again_after_a_day"

# fmt: off
LIMITS = Area(name="limits", title="Limits of pace and reach", facts=(
    imitated("throughput", "80 a second, then 130429",
        "test_refusals.py::test_the_81st_message_within_a_second_is_refused",
        "Inbound messages are not counted."),
    imitated("throughput HIGH", "1,000 a second, after up to a minute of 131057",
        "test_reach.py::test_the_upgrade_of_the_throughput_takes_a_minute_without_messages",
        "A control upgrades it; nothing does so of itself."),
    missing("number of the app", "20 a second where the Business app shares the number",
        "Set the limit to 20."),
    imitated("one person", "one in 6 s, 45 at once, then 131056",
        "test_refusals.py::test_one_person_gets_45_at_once_and_then_one_every_six_seconds",
        "The model of a bucket is our deduction."),
    imitated("refused messages", "take nothing of the quota",
        "test_refusals.py::test_a_refused_message_costs_no_quota",
        "Our deduction."),
    imitated("HTTP of throttles", "429, or 400 as on older pages",
        "test_refusals.py::test_throttles_can_answer_with_the_older_http_status", "A setting."),
    imitated("messaging limit", "different people in 24 hours outside windows", REACH),
    imitated("open windows", "count for nothing", "test_reach.py::test_an_open_window_counts_for_nothing"),
    imitated("only what is delivered", "is counted",
        "test_reach.py::test_what_is_not_delivered_is_not_counted"),
    imitated("code beyond the limit", "131048, earlier 130429",
        "test_reach.py::test_the_older_code_can_be_asked_for",
        "No document names it: a setting."),
    imitated("tiers", "50, 250, 1K, 2K, 10K, 100K, unlimited; told by a callback",
        "test_reach.py::test_the_tier_is_set_shown_and_announced"),
    imitated("raise", "half of the limit in 7 days and good quality: the next step in 6 h",
        "test_reach.py::test_half_of_the_limit_within_a_week_earns_the_next_step_six_hours_later"),
    missing("first raise", "250 to 2,000 by verification, or 2,000 people in 30 days",
        "Half of 250 in a week is enough here."),
    missing("exceptions of marketing", "caps not everywhere, no marketing to +1", "No country is looked at."),
    on_demand("calls of the app", "200 an hour for each user, then 4", ANSWER, "By a fault."),
    on_demand("calls of management", "200 or 5,000 an hour, then 80007", ANSWER,
        "By a fault; templates created are counted."),
    missing("numbers in a portfolio", "2, then 20", "Nothing counts them."),
    imitated("header of usage", "how long until a used-up quota is there again",
        "test_management.py::test_an_account_has_so_many_templates_and_creates_so_many_an_hour",
        "X-Business-Use-Case-Usage with 80007; X-App-Usage never comes."),
    on_demand("spam", "131048 by quality and reports", FAULT, "By a fault."),
    on_demand("cap of marketing", "131049 for people with too much of it", FAULT, "By a fault."),
))
