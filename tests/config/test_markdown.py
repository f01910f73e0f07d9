"""Markdown in WhatsApp's formatting."""

import re

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from tests.config.writing import some_facts
from tests.core.test_markup import shown
from wa_notify.config.markdown import whatsapp
from wa_notify.config.text import Role, jinja
from wa_notify.core.markup import GUARD, Formatted


@pytest.mark.parametrize(
    ("markdown", "reads"),
    [
        ("**bold** *it* __bold__ _it_ ~~gone~~", "*bold* _it_ *bold* _it_ ~gone~"),
        ("# Disk **full**\n\nText", "*Disk full*\n\nText"),
        ("**a _b_ c**", "*a _b_ c*"),
        ("**bo**ld, **a**\n**b\nc**", "bold, *a*\n*b c*"),
        ("`a *b*` and ``c ` d``", "`a *b*` and `c ' d`"),
        ("```sh\nrm *\n```\n\n    indented\n", "```rm *```\n\n```indented```"),
        ("~~~ Disk full", "Disk full"),
        ("- a\n- b\n  - c\n", "- a\n- b\n  - c"),
        ("3. a\n4. b", "3. a\n4. b"),
        ("- a\n\n  more\n", "- a\n  more"),
        ("> quoted **text**\n> more", "> quoted *text*\n> more"),
        ("[runbook](https://x.org/a_b_) now", "runbook (https://x.org/a_b_) now"),
        ("<https://x.org/_a_> <ops@x.org>", "https://x.org/_a_ ops@x.org"),
        ("[](https://x.org) ![graph](https://x.org/g.png)", "https://x.org https://x.org/g.png"),
        ("[there](_a_)", f"there ({GUARD}_a_{GUARD})"),
        ("| a | b |\n|---|---|\n| 1 | **2** |", "*a* | *b*\n1 | *2*"),
        ("one\n\n---\n\ntwo", "one\n\n———\n\ntwo"),
        ("<b>not</b> html & \\*escaped\\*", f"<b>not</b> html & {GUARD}*escaped*{GUARD}"),
        ("<div>\nnot\n</div>", "<div>\nnot\n</div>"),
        ("db_7_x and a * b", "db_7_x and a * b"),
        ("", ""),
    ],
)
def test_markdown_as_whatsapp_formats(markdown: str, reads: str) -> None:
    assert whatsapp(markdown) == reads


def test_the_text_of_a_grafana_alert_reads_well() -> None:
    grafana = (
        "**Firing**\n\nValue: A=96\nLabels:\n - alertname = disk_full_\n - instance = *:9100\n"
        "Annotations:\n - summary = Disk full\nSource: https://grafana.example.net/alerting/_x_/view?orgId=1\n"
    )
    assert whatsapp(grafana).replace(GUARD, "") == (
        "*Firing*\n\nValue: A=96\nLabels:\n\n- alertname = disk_full_\n- instance = *:9100\n  Annotations:\n"
        "- summary = Disk full\n  Source: https://grafana.example.net/alerting/_x_/view?orgId=1"
    )
    assert shown(whatsapp(grafana))[1] == [("*", "Firing"), *[("-", line) for line in _items(grafana)]]


def _items(text: str) -> list[str]:
    return [line for line in whatsapp(text).split("\n") if line.startswith("- ")]


WORDS = st.lists(
    st.sampled_from([*"*_~`#>|-\n() ", "**", "~~", "``", "a", "b c", "é.", "- ", "\n\n", "db", "\\*", "<b>"]),
    max_size=30,
).map("".join)


LANGUAGE = re.compile(r"(~~~|```)[^\n]*[^\s~`][^\n]*\n")  # the word for the language of a block is left out


@settings(deadline=None)
@given(WORDS)
@example("~~~a")
def test_the_letters_of_any_markdown_reach_the_phone(text: str) -> None:
    assume(not LANGUAGE.search(text))
    said, _ = shown(whatsapp(text))
    assert re.sub(r"[\W_]", "", said) == re.sub(r"[\W_]", "", text)


def test_the_language_of_code_is_not_shown_unless_it_is_all_there_is() -> None:
    assert shown(whatsapp("```json\n{}\n```"))[0] == "{}"
    assert shown(whatsapp("~~~a"))[0] == "a"


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["**", "*", "~~"]), st.sampled_from(["a", "b c", "é7"])), max_size=5)
)
def test_what_is_formatted_there_is_formatted_here(styles: list[tuple[str, str]]) -> None:
    marks = {"**": "*", "*": "_", "~~": "~"}
    markdown = " and ".join(f"{mark}{text}{mark}" for mark, text in styles)
    assert shown(whatsapp(markdown))[1] == [(marks[mark], text) for mark, text in styles]


def said(source: str, role: Role = Role.WHOLE, **more: object) -> str:
    text: str = jinja(role)(source)({**some_facts(), **more})
    return text.replace(GUARD, "¦")


EVIL = "*x* _y"


@pytest.mark.parametrize(
    ("source", "reads"),
    [
        ("*{{ title }}*", "*¦*x*¦ ¦_y*"),
        ("{{ title | bold }}", "*¦*x*¦ ¦_y*"),
        ("{{ '*' ~ title ~ '*' }}", "*¦*x*¦ ¦_y*"),
        ("{{ '*!*' if firing else title }} {{ title if firing else '*!*' }}", "*!* ¦*x*¦ ¦_y"),
        ("{{ title if not firing }}.", "."),
        ("{{ title | whatsapp }}", "_x_ ¦_y"),
        ("{{ title | whatsapp | shorten(3) }}", "_x…"),
        ("{{ title | upper | shorten(5) }}", "¦*X*¦…"),
        ("{{ title | literal }}", "¦*x*¦ ¦_y"),
        ("{{ title | code }} {{ title | mono }}", "`*x* _y` ```*x* _y```"),
        ("{{ [title, 'b'] | join('\\n- ') }}", "¦*x*¦ ¦_y\n- b"),
        ("{{ [title | bold] | join(', ') }}", "*¦*x*¦ ¦_y*"),
        ("{{ 6 * 7 }} {{ none }}", "42"),
    ],
)
def test_marks_of_the_rule_count_and_those_of_the_alert_do_not(source: str, reads: str) -> None:
    assert said(source, title=EVIL) == reads
    assert said(source, Role.PARAMETER, title=EVIL) == reads


@pytest.mark.parametrize("role", [Role.PART, Role.HEADER])
def test_where_nothing_is_formatted_nothing_is_guarded(role: Role) -> None:
    assert (
        said("{{ title }} {{ [title] | join('-') }} {{ '*' ~ title }}", role, title=EVIL)
        == f"{EVIL} {EVIL} *{EVIL}"
    )
    assert said("{{ url }}", role, url="https://x.org/_a_") == "https://x.org/_a_"


WIDE = "|a" * 2000 + "\n" + "|-" * 2000 + "\n" + "|\n" * 4000
NESTED = "**a *b " * 2000 + "c* d**" * 2000


@pytest.mark.parametrize("bomb", [WIDE, NESTED, "*_" * 4000 + "a" + "_*" * 4000, ">" * 16_000, "- " * 8000])
def test_a_bomb_of_markdown_neither_grows_nor_fails(bomb: str) -> None:
    shown_there = whatsapp(bomb)
    assert len(shown_there) <= 3 * len(bomb)
    assert "failed" not in said("{{ title | whatsapp }}", title=bomb)


def test_a_link_is_never_touched() -> None:
    assert said("{{ url }}", url="https://x.org/_a_/*b*") == "https://x.org/_a_/*b*"
    assert said("{{ title }}", Role.LINK, title="_a_") == "_a_"


def test_the_title_that_stands_in_for_a_text_does_not_format_either() -> None:
    assert said("{{ 1 / 0 }}", title=EVIL) == "¦*x*¦ ¦_y [text failed: division by zero]"


def test_what_a_filter_made_is_formatted_and_says_so() -> None:
    assert isinstance(whatsapp("x"), Formatted)
