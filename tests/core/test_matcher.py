"""The grammar of matchers, and what each of them takes for a match."""

import re

import pytest

from wa_notify.core.matcher import Comparison, Matcher, parse_matcher, read_matcher


@pytest.mark.parametrize(
    ("text", "comparison", "value"),
    [
        ("critical", Comparison.EQUAL, "critical"),
        ("=critical", Comparison.EQUAL, "critical"),
        ("==critical", Comparison.EQUAL, "=critical"),
        ("=*", Comparison.EQUAL, "*"),
        ("=!*", Comparison.EQUAL, "!*"),
        ("", Comparison.EQUAL, ""),
        ("!", Comparison.EQUAL, "!"),
        ("!low", Comparison.EQUAL, "!low"),
        ("!=low", Comparison.UNEQUAL, "low"),
        ("=~Disk.*", Comparison.MATCHES, "Disk.*"),
        ("!~Test.*", Comparison.MATCHES_NOT, "Test.*"),
        ("*", Comparison.EXISTS, ""),
        ("!*", Comparison.MISSING, ""),
        ("**", Comparison.EQUAL, "**"),
        (" critical", Comparison.EQUAL, " critical"),
    ],
)
def test_a_pattern_is_read_as_the_table_says(text: str, comparison: Comparison, value: str) -> None:
    matcher = parse_matcher("severity", text)
    assert (matcher.label, matcher.comparison, matcher.value) == ("severity", comparison, value)


@pytest.mark.parametrize(
    ("text", "matching", "other"),
    [
        ("low", ["low"], ["Low", "lower", " low", ""]),
        ("", [""], ["low"]),
        ("!=low", ["high", "", "lower"], ["low"]),
        ("*", ["low", " "], [""]),
        ("!*", [""], ["low", " "]),
        ("=~Disk.*", ["Disk", "DiskFull"], ["RaidDisk", "disk", "", "Disk\nFull"]),
        ("=~low|high", ["low", "high"], ["lowest", "too high"]),
        ("=~.*", ["", "low"], ["low\n"]),
        ("=~.+", ["low"], [""]),
        ("!~Test.*", ["", "MyTest", "test"], ["Test", "TestRun"]),
        ("!~low|high", ["lowest", "too high"], ["low", "high"]),
    ],
)
def test_a_whole_label_is_compared(text: str, matching: list[str], other: list[str]) -> None:
    matcher = parse_matcher("severity", text)
    assert [actual for actual in matching if not matcher.matches({"severity": actual})] == []
    assert [actual for actual in other if matcher.matches({"severity": actual})] == []


@pytest.mark.parametrize("text", ["low", "", "!=low", "*", "!*", "=~.*", "=~.+", "!~.*", "!~.+"])
def test_a_missing_label_counts_as_the_empty_text(text: str) -> None:
    matcher = parse_matcher("severity", text)
    assert matcher.matches({"team": "low"}) == matcher.matches({"severity": ""})


def test_a_broken_regular_expression_is_refused_when_it_is_read() -> None:
    with pytest.raises(re.error):
        parse_matcher("severity", "=~(low")


@pytest.mark.parametrize(
    ("text", "comparison", "value"),
    [
        ("severity=warning", Comparison.EQUAL, "warning"),
        ("severity!=warning", Comparison.UNEQUAL, "warning"),
        ("severity=~warn.*", Comparison.MATCHES, "warn.*"),
        ("severity!~warn.*", Comparison.MATCHES_NOT, "warn.*"),
        ("severity=", Comparison.EQUAL, ""),
        ("severity=a=b c", Comparison.EQUAL, "a=b c"),
    ],
)
def test_a_condition_is_read_as_people_type_it(text: str, comparison: Comparison, value: str) -> None:
    found = read_matcher(text)
    assert (found.label, found.comparison, found.value) == ("severity", comparison, value)
    assert str(found) == text


@pytest.mark.parametrize("text", ["", "severity", "=warning", "a b=c", "!x"])
def test_what_is_no_condition_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no condition"):
        read_matcher(text)


def test_a_text_that_looks_like_a_regular_expression_is_taken_literally() -> None:
    assert parse_matcher("severity", "(low").matches({"severity": "(low"})


def test_a_matcher_without_its_pattern_matches_nothing() -> None:
    assert not Matcher(label="a", comparison=Comparison.MATCHES, value=".*").matches({"a": "x"})


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("critical", "severity=critical"),
        ("!=low", "severity!=low"),
        ("=~Disk.*", "severity=~Disk.*"),
        ("!~Test.*", "severity!~Test.*"),
        ("*", "severity: *"),
        ("!*", "severity: !*"),
    ],
)
def test_a_matcher_is_shown_as_a_person_would_write_it(text: str, written: str) -> None:
    assert str(parse_matcher("severity", text)) == written
