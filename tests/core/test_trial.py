"""Which rules an alert is held against."""

from tests.core.builders import alert, rule
from wa_notify.core.matcher import parse_matcher
from wa_notify.core.rule import Rulebook
from wa_notify.core.trial import trials

DISK = (parse_matcher("alertname", "=~Disk.*"), parse_matcher("severity", "critical"))


def test_the_condition_that_fails_is_told_with_the_alerts_word() -> None:
    book = Rulebook(rules=(rule(name="disk", matchers=DISK),))
    (trial,) = trials(book, alert())
    assert [(one.actual, one.holds) for one in trial.tested] == [("DiskFull", True), (None, False)]
    assert (trial.answers, trial.reached) == (False, True)


def test_a_rule_behind_one_that_answers_is_reached_only_when_that_goes_on() -> None:
    book = Rulebook(
        rules=(
            rule(name="all", matchers=(), goes_on=True),
            rule(name="disk", matchers=DISK[:1]),
            rule(name="late", matchers=()),
        )
    )
    found = list(trials(book, alert()))
    assert [(one.rule.name, one.answers, one.reached) for one in found] == [
        ("all", True, True),
        ("disk", True, True),
        ("late", False, False),
    ]
    assert [one.rule for one in found if one.answers] == list(book.rules_for(alert()))
