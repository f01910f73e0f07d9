"""Which rules may answer an alert, found without asking each of them.

Most rules want some label to be one certain text, and an alert has a handful of labels. So each rule stands
on the list of one such text, and only the lists of the alert's own labels have to be read. A rule that wants
no certain text is on every list.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from wa_notify.core.matcher import Comparison, Matcher

Literal: TypeAlias = tuple[str, str]  # a label and the text it has to be


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortlist:
    """The places of rules in their order: of those that want a literal, and of the others."""

    wanting: Mapping[Literal, tuple[int, ...]]
    others: tuple[int, ...]

    def candidates(self, labels: Mapping[str, str]) -> list[int]:
        """The places of all rules that may fit these labels, in order, and of few that do not."""
        found = list(self.others)
        for literal in labels.items():
            found.extend(self.wanting.get(literal, ()))
        return sorted(found)


def shortlist(rules: Sequence[Sequence[Matcher]]) -> Shortlist:
    """Put each rule, given by its matchers, on the list of the literal that the fewest rules want."""
    literals = [_literals(matchers) for matchers in rules]
    wanted = Counter(literal for of_rule in literals for literal in of_rule)
    wanting: dict[Literal, list[int]] = {}
    others = []
    for place, of_rule in enumerate(literals):
        if of_rule:
            wanting.setdefault(min(of_rule, key=wanted.__getitem__), []).append(place)
        else:
            others.append(place)
    return Shortlist(
        wanting={literal: tuple(places) for literal, places in wanting.items()}, others=tuple(others)
    )


def _literals(matchers: Sequence[Matcher]) -> list[Literal]:
    """That a label be the empty text is no literal: the label may be missing then, and lead to no list."""
    return [(one.label, one.value) for one in matchers if one.comparison is Comparison.EQUAL and one.value]
