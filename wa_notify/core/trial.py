"""Trial: which rules an alert was held against, and on which condition each of them did not answer it."""

from collections.abc import Iterator
from dataclasses import dataclass

from wa_notify.core.alert import Alert
from wa_notify.core.matcher import Matcher
from wa_notify.core.rule import Rule, Rulebook


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """One condition, the word of the alert that it was held against, and whether it holds.

    ``actual`` is nothing when the alert does not have the label.
    """

    matcher: Matcher
    actual: str | None
    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One rule. It is not ``reached`` when one before it answered and does not say ``continue``."""

    rule: Rule
    tested: tuple[Tested, ...]
    reached: bool = True

    @property
    def answers(self) -> bool:
        """Whether this rule answers the alert."""
        return self.reached and all(one.holds for one in self.tested)


def trials(book: Rulebook, alert: Alert) -> Iterator[Trial]:
    """All rules in their order; what `Rulebook.rules_for` gives are those that answer."""
    reached = True
    for rule in book.rules:
        trial = Trial(rule=rule, tested=tuple(_tested(rule, alert)), reached=reached)
        yield trial
        reached = reached and (rule.goes_on or not trial.answers)


def _tested(rule: Rule, alert: Alert) -> Iterator[Tested]:
    for matcher in rule.matchers:
        actual = alert.labels.get(matcher.label)
        yield Tested(matcher=matcher, actual=actual, holds=matcher.matches(alert.labels))
