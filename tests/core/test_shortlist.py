"""Rules are found by the labels of an alert, and it makes no difference to who answers."""

from hypothesis import given
from hypothesis import strategies as st

from wa_notify.core.matcher import Matcher, parse_matcher
from wa_notify.core.shortlist import shortlist

LABELS = st.sampled_from(["team", "severity", "job"])
VALUES = st.sampled_from(["", "a", "b", "c"])
PATTERNS = st.sampled_from(["a", "b", "=c", "=", "!=a", "=~a|b", "!~b.*", "*", "!*"])
RULES = st.lists(
    st.dictionaries(LABELS, PATTERNS, max_size=3).map(
        lambda match: tuple(parse_matcher(label, text) for label, text in match.items())
    ),
    max_size=12,
)


@given(rules=RULES, labels=st.dictionaries(LABELS, VALUES, max_size=3))
def test_no_rule_that_fits_is_missed_and_their_order_stays(
    rules: list[tuple[Matcher, ...]], labels: dict[str, str]
) -> None:
    fitting = [place for place, matchers in enumerate(rules) if all(one.matches(labels) for one in matchers)]
    candidates = list(shortlist(rules).candidates(labels))
    assert candidates == sorted(set(candidates))
    assert [place for place in candidates if all(one.matches(labels) for one in rules[place])] == fitting


def test_of_a_thousand_rules_for_a_team_each_only_its_own_is_looked_at() -> None:
    rules = [
        (parse_matcher("severity", "critical"), parse_matcher("team", f"t{number}")) for number in range(1000)
    ]
    listed = shortlist(rules)
    assert list(listed.candidates({"severity": "critical", "team": "t7"})) == [7]
    assert list(listed.candidates({"severity": "critical", "team": "somebody"})) == []


def test_a_rule_that_wants_no_certain_text_is_always_looked_at() -> None:
    patterns = (("team", "=~a.*"), ("team", "b"), ("job", "!=x"), ("job", "="))
    rules = [(parse_matcher(label, text),) for label, text in patterns]
    listed = shortlist(rules)
    assert list(listed.candidates({"team": "b"})) == [0, 1, 2, 3]
    assert list(listed.candidates({})) == [0, 2, 3]
