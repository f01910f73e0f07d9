"""Numbers, access and versions."""

from .facts import Area, imitated, missing, on_demand

NUMBERS_BECOME = "test_messages.py::test_numbers_become_the_platforms_ids"
TOKEN = "test_refusals.py::test_a_request_without_the_right_token_is_refused"  # noqa: S105 - a test's name

# fmt: off
NUMBERS = Area(name="numbers", title="Numbers, access and versions", facts=(
    imitated("written numbers", "+, spaces, hyphens, parentheses", NUMBERS_BECOME),
    imitated("without +", "the business number's country may be put in front", NUMBERS_BECOME,
        "At most ten digits or a leading zero, which is our deduction."),
    imitated("wa_id", "may differ from the input, which is echoed", NUMBERS_BECOME),
    imitated("Brazil", "some mobiles lose the extra 9", NUMBERS_BECOME,
        "By area code; their age counts at Meta."),
    imitated("Mexico", "521 in front", NUMBERS_BECOME, "Newer accounts have 52 only."),
    imitated("Argentina", "549 in front", NUMBERS_BECOME),
    imitated("number", "its default fields, or those asked for",
        "test_reads.py::test_the_number_shows_its_default_fields"),
    imitated("numbers of an account", "a list", "test_reads.py::test_the_account_lists_its_number"),
    imitated("health status", "that of the worst entity",
        "test_troubles.py::test_the_health_is_that_of_the_worst_entity"),
    on_demand("health errors", "141006, 141010, 141014, 138024",
        "test_troubles.py::test_the_health_is_that_of_the_worst_entity",
        "A control sets entity, state and error."),
    imitated("token", "in the header, or in the query",
        "test_reads.py::test_the_token_may_come_in_the_query"),
    imitated("wrong token", "401 and 190", TOKEN),
    missing("several tokens", "each with its permissions and objects", "One token may do everything."),
    imitated("unknown object", "100 with subcode 33",
        "test_refusals.py::test_an_unknown_number_is_a_graph_method_exception"),
    imitated("wrong path, verb, field", "2500 or 100",
        "test_refusals.py::test_what_does_not_exist_is_refused_in_the_platforms_shape"),
    imitated("versions", "v21.0 to v26.0; older ones are served as the oldest",
        "test_reads.py::test_old_versions_are_served", "The latter is our deduction."),
    imitated("versions of errors", "132018 from v23.0, 100 before",
        "test_refusals.py::test_bad_characters_have_another_code_before_version_23"),
    on_demand("outage", "5xx, time-outs, cut connections",
        "test_control.py::test_faults_meet_the_next_requests_and_then_stop", "By faults."),
    missing("On-Premises API", "the host of one's own, with its paths",
        "Switched off in October 2025; only its codes can be injected."),
    missing("calls, flows, catalogues, payments", "whole products beside messages", "Of no use for alerts."),
))
