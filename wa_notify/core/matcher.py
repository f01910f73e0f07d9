"""Matchers: which alerts a rule is for. Labels only, compared as Alertmanager does.

A pattern in the configuration is one string:

=============  ==================================================
``critical``   the label equals it (``=critical`` says the same)
``!=low``      the label differs, or is not there
``=~Disk.*``   the whole label matches the regular expression
``!~Test.*``   the whole label does not match
``*``          the label is there and not empty
``!*``         the label is missing or empty
=============  ==================================================
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

CONDITION = re.compile(r"([^\s=!~]+)(=~|!~|!=|=)(.*)", re.DOTALL)


class Comparison(StrEnum):
    """How a label is held against the pattern."""

    EQUAL = "="
    UNEQUAL = "!="
    MATCHES = "=~"
    MATCHES_NOT = "!~"
    EXISTS = "*"
    MISSING = "!*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Matcher:
    """One condition on one label."""

    label: str
    comparison: Comparison
    value: str = ""
    pattern: re.Pattern[str] | None = None

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether these labels fulfil the condition. A missing label counts as the empty text."""
        actual = labels.get(self.label, "")
        match self.comparison:
            case Comparison.EQUAL:
                return actual == self.value
            case Comparison.UNEQUAL:
                return actual != self.value
            case Comparison.EXISTS:
                return actual != ""
            case Comparison.MISSING:
                return actual == ""
            case Comparison.MATCHES:
                return self._fits(actual)
            case Comparison.MATCHES_NOT:
                return not self._fits(actual)
            case _:
                assert_never(self.comparison)

    def _fits(self, actual: str) -> bool:
        return self.pattern is not None and self.pattern.fullmatch(actual) is not None

    def __str__(self) -> str:
        """As a person would write it."""
        if self.comparison in (Comparison.EXISTS, Comparison.MISSING):
            return f"{self.label}: {self.comparison}"
        return f"{self.label}{self.comparison}{self.value}"


def parse_matcher(label: str, text: str) -> Matcher:
    """Read one pattern of the configuration.

    Raises `re.error` when a regular expression is not one.
    """
    if text in (Comparison.EXISTS, Comparison.MISSING):
        return Matcher(label=label, comparison=Comparison(text))
    for comparison in (Comparison.MATCHES, Comparison.MATCHES_NOT, Comparison.UNEQUAL, Comparison.EQUAL):
        if text.startswith(comparison):
            return matcher(label, comparison, text.removeprefix(comparison))
    return matcher(label, Comparison.EQUAL, text)


def read_matcher(text: str) -> Matcher:
    """Read a condition as people type it: ``severity=warning``, ``alertname=~Disk.*``.

    Raises `ValueError` when it is none, `re.error` when its regular expression is not one.
    """
    found = CONDITION.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no condition on a label.")
    return matcher(found[1], Comparison(found[2]), found[3])


def matcher(label: str, comparison: Comparison, value: str) -> Matcher:
    """A condition of these parts.

    Raises `re.error` when a regular expression is not one.
    """
    regular = comparison in (Comparison.MATCHES, Comparison.MATCHES_NOT)
    return Matcher(
        label=label, comparison=comparison, value=value, pattern=re.compile(value) if regular else None
    )
