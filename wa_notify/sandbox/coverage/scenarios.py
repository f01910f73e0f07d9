"""What a world keeps when it is saved as a scenario and loaded: no facts of the platform, but ours."""

from .facts import Area, imitated, missing

LIVED = "It can only be lived through."

# fmt: off
SCENARIOS = Area(name="scenarios", title="Saved worlds", facts=(
    imitated("saved and loaded", "the same state, which goes on alike",
        "test_scenario_saving.py::test_a_saved_world_is_the_same_when_loaded_and_goes_on_alike",
        "What stays behind is told in a comment at the head, but for the next lines."),
    imitated("measures", "end at their time",
        "test_scenario_saving.py::test_a_measure_ends_at_its_time_in_the_loaded_world"),
    imitated("pauses and notices", "come to their end",
        "test_scenario_saving.py::test_a_pause_and_a_notice_come_to_their_end_in_the_loaded_world"),
    imitated("tokens", "expire at their time",
        "test_scenario_saving.py::test_tokens_expire_at_their_time_in_the_loaded_world"),
    imitated("reach", "who was reached is remembered",
        "test_scenario_saving.py::test_whom_the_business_reached_is_remembered_in_the_loaded_world",
        "Up to 20,000 people."),
    missing("saved files", "files of business and people, and uploads under way", "Bytes stay behind."),
    missing("saved pace", "messages of the last seconds, a maintenance, calls of the last hour", LIVED),
    missing("saved bills", "free messages of the month, and conversations of older days", LIVED),
    missing("saved batches", "statuses that wait for others of their callback", LIVED),
    missing("saved log", "log and traffic", "Those of the sandbox that loads it go on."),
))
