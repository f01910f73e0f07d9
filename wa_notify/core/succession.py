"""Succession: what stays of a rulebook when it is written anew with faults.

A rule that is written with a fault goes on as it was, with everything it leans on; one that was never right,
or is no longer written at all, is gone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from wa_notify.core.rule import Rule, Rulebook

T = TypeVar("T")


def succeed(new: Rulebook, old: Rulebook, written: Iterable[str]) -> Rulebook:
    """The new rulebook, with the old version of each rule that is ``written`` and missing in the new one.

    The rules stand in the order in which they are written, since the first that matches answers.
    """
    kept = tuple(rule for name in kept_rules(new, old, written) if (rule := old.rule(name)))
    if not kept:
        return new
    rules = {rule.name: rule for rule in (*kept, *new.rules)}
    order = [name for name in dict.fromkeys(written) if name in rules]
    receivers = {rule.receiver for rule in kept}
    return replace(
        new,
        rules=tuple(rules[name] for name in order),
        receivers=_with(new.receivers, old.receivers, receivers),
        schedules=_with(new.schedules, old.schedules, _named(old, receivers)),
        channels=_with(new.channels, old.channels, _targets(kept)),
    )


def kept_rules(new: Rulebook, old: Rulebook, written: Iterable[str]) -> tuple[str, ...]:
    """The names of the rules that go on as they were."""
    return tuple(name for name in dict.fromkeys(written) if new.rule(name) is None and old.rule(name))


def _with(new: Mapping[str, T], old: Mapping[str, T], names: Iterable[str]) -> dict[str, T]:
    """What the kept rules name and the new rulebook no longer has comes along."""
    return {**{name: old[name] for name in names if name in old}, **new}


def _named(old: Rulebook, receivers: Iterable[str]) -> set[str]:
    """Everybody and everything that these receivers ask."""
    known = [old.receivers[name] for name in receivers if name in old.receivers]
    return {name for one in known for name in (*one.to, *(to for step in one.escalate for to in step.to))}


def _targets(rules: Iterable[Rule]) -> set[str]:
    """The addresses of other channels that these rules use."""
    return {target for rule in rules for way in rule.other_ways.values() for target in way.targets}
