"""Formatting: what WhatsApp would format, told by a small model of it, and what it must not."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wa_notify.core.cleaner import clean
from wa_notify.core.markup import (
    BOLD,
    CODE,
    GUARD,
    ITALIC,
    LINK,
    STRIKE,
    Formatted,
    block,
    code,
    literal,
    styled,
    unguarded,
)

MARKED = st.sampled_from(
    [*"*_~`", "```", "- ", "* ", "> ", ">", "-", " ", "\n", "a", "é", "7", ".", "👍", "**", "__", GUARD]
)
lines = st.lists(MARKED | st.characters(exclude_categories=["Cs", "Cc"]), max_size=25).map("".join)


def shown(text: str) -> tuple[str, list[tuple[str, str]]]:
    """What a phone shows, without marks and guards, and what of it is formatted, by mark."""
    found: list[tuple[str, str]] = []
    found += [("```", inner) for inner in re.findall(r"```(.+?)```", text, flags=re.DOTALL)]
    bare = re.sub(r"```(.+?)```", r"\1", text, flags=re.DOTALL)
    said = []
    for line in bare.split("\n"):
        if sign := re.match(r"[ \t]*(>|[*-](?=[ \t]|$))", line):
            found.append((sign[1], line))
        said.append(_line(line, found))
    return "\n".join(said).replace(GUARD, ""), found


def _line(line: str, found: list[tuple[str, str]]) -> str:
    links = [range(*link.span()) for link in LINK.finditer(line)]
    place, said = 0, ""
    while place < len(line):
        mark = line[place]
        end = -1
        if mark in "*_~`" and not any(place in link for link in links) and _opens(line, place):
            closers = (at for at in range(place + 2, len(line)) if line[at] == mark and _closes(line, at))
            end = next((at for at in closers if not any(at in link for link in links)), -1)
        if end < 0:
            said, place = said + mark, place + 1
            continue
        inner = line[place + 1 : end]
        found.append((mark, inner.replace(GUARD, "")))
        said, place = said + (inner if mark == CODE else _line(inner, found)), end + 1
    return said


def _opens(line: str, place: int) -> bool:
    return (
        _is_edge(line[:place][-1:])
        and not _is_space(line[place + 1 :][:1])
        and line[place + 1] != line[place]
    )


def _closes(line: str, place: int) -> bool:
    return not _is_space(line[place - 1]) and _is_edge(line[place + 1 :][:1])


def _is_edge(char: str) -> bool:
    return char == "" or not (char.isalnum() or char == GUARD)


def _is_space(char: str) -> bool:
    return char == "" or char.isspace()


@given(lines)
@example("*.example.com and *.example.org")
@example("`rm`")
@example("> 90 %")
def test_literal_text_never_formats(text: str) -> None:
    said, found = shown(literal(text))
    assert found == []
    assert said == text.replace(GUARD, "")


@given(st.sampled_from([BOLD, ITALIC, STRIKE]), lines)
def test_marks_of_an_alert_never_pair_with_those_of_the_rule(mark: str, text: str) -> None:
    value = " ".join(text.replace(GUARD, "").split()).replace("http", "")
    said, found = shown(f"Now {mark}{literal(value)}{mark} on {literal(value)}!")
    if value:
        assert found == [(mark, value)]
        assert said == f"Now {value} on {value}!"


@pytest.mark.parametrize(
    "text",
    [
        *("disk_full on db_7_x", "a*b", "0 3 * * 1", "https://ops.example.net/_a_/*b*?c=~d~", "- ", "x - y"),
        *("5 > 3", "snake_case_everywhere", "2*3"),
    ],
)
def test_what_cannot_format_is_left_as_it_is(text: str) -> None:
    assert literal(text).replace(f"{GUARD}-", "-") == text


@given(lines)
def test_making_literal_twice_is_making_it_once(text: str) -> None:
    assert literal(str(literal(text))) == literal(text)
    assert literal(literal(text)) == literal(text)


@given(lines.map(lambda text: text.replace(GUARD, "")))
def test_other_channels_get_the_text_as_it_was(text: str) -> None:
    assert unguarded(literal(text)) == text


@given(lines)
def test_what_is_literal_stays_so_in_a_parameter(text: str) -> None:
    assert not [one for one in shown(clean(literal(text), 1024))[1] if one[0] in "*_~`"]


@given(
    lines.map(lambda text: text.replace("http", "").replace(GUARD, "")),
    st.sampled_from([BOLD, ITALIC, STRIKE]),
)
def test_styled_lines_show_the_same_letters(text: str, mark: str) -> None:
    said, found = shown(styled(text, mark))
    assert said == text
    styles = [(mark, line.strip()) for line in text.split("\n") if line.strip()]
    assert [one for one in found if one[0] == mark] == styles


def test_a_styled_line_that_begins_like_a_list_keeps_its_blanks_outside() -> None:
    assert styled(" - ", BOLD) == " *-* "
    assert styled("  > so", ITALIC) == "  _> so_"
    assert shown(styled("- so", BOLD)) == ("- so", [("*", "- so")])


def test_what_is_styled_is_not_styled_twice() -> None:
    assert styled(Formatted("*x*"), BOLD) == "*x*"
    assert styled(Formatted("*x*"), ITALIC) == "_*x*_"
    assert styled("", BOLD) == ""


def test_code_stands_on_one_line_and_a_block_keeps_its_lines() -> None:
    assert code("a\n *b* `c`") == "`a *b* 'c'`"
    assert block("\n  a\n b*`\n") == "```  a\n b*'```"
    assert (code(" "), block(" \n ")) == ("", "")
