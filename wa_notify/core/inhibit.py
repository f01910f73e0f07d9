"""Inhibition: an alert keeps others back that it explains, as Alertmanager's inhibit rules do.

While an alert that matches ``when`` fires, alerts that match ``mute`` and agree with it in the labels of
``equal`` are not told. A missing label counts as the empty text. An alert that matches both sides is not kept
back by alerts for which the same is true, so none can keep itself back.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from wa_notify.core.matcher import Matcher

Labels: TypeAlias = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inhibit:
    """One rule of the configuration."""

    when: tuple[Matcher, ...]
    mute: tuple[Matcher, ...]
    equal: tuple[str, ...] = ()

    def may_mute(self, labels: Labels) -> bool:
        """Whether an alert with these labels is one that it keeps back, if another fires."""
        return _all_match(self.mute, labels)

    def mutes(self, labels: Labels, firing: Iterable[Labels]) -> bool:
        """Whether one of the firing alerts keeps back the alert with these labels."""
        if not self.may_mute(labels):
            return False
        on_both_sides = _all_match(self.when, labels)
        return any(
            _all_match(self.when, other)
            and all(labels.get(name, "") == other.get(name, "") for name in self.equal)
            and not (on_both_sides and self.may_mute(other))
            for other in firing
        )


def may_be_muted(rules: Collection[Inhibit], alerts: Collection[Labels]) -> bool:
    """Whether it is worth looking for what fires: each of these alerts is one that some rule keeps back."""
    return bool(alerts) and all(any(rule.may_mute(labels) for rule in rules) for labels in alerts)


def muted(rules: Collection[Inhibit], alerts: Collection[Labels], firing: Collection[Labels]) -> bool:
    """Whether every one of these alerts is kept back by something that fires."""
    return bool(alerts) and all(any(rule.mutes(labels, firing) for rule in rules) for labels in alerts)


def _all_match(matchers: Iterable[Matcher], labels: Labels) -> bool:
    return all(matcher.matches(labels) for matcher in matchers)
