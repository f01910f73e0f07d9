"""Texts: what they can say, and what nobody can make them do."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import voluptuous as vol
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.config.writing import alert, some_facts
from wa_notify.config.filters import LONGEST, clock, duration
from wa_notify.config.text import FACTS, MAY_BE_EMPTY, TICKET, CompiledText, Role, jinja


def text(source: str, role: Role = Role.PART) -> CompiledText:
    compiled = jinja(role)(source)
    assert isinstance(compiled, CompiledText)
    return compiled


def said(source: str, role: Role = Role.PART, **more: Any) -> str:
    return text(source, role)({**some_facts(), **more})


def test_texts_know_exactly_the_facts_of_a_ticket() -> None:
    facts = some_facts()
    assert set(FACTS) == set(facts)
    assert set(TICKET) == set(facts["ticket"])


@pytest.mark.parametrize(
    ("source", "reads"),
    [
        ("{{ labels.severity | upper }} {{ title | shorten(10) }}", "CRITICAL Disk usag…"),
        ("{{ starts_at | clock }} {{ duration | duration }}", "21 Nov 09:30 UTC 1 h 5 min"),
        ("{{ starts_at }} {{ duration }}", "21 Nov 09:30 UTC 1 h 5 min"),
        ("[{{ labels.missing }}{{ labels.missing.deeper }}{{ annotations['none'] }}]", "[]"),
        ("{{ labels.missing | default('x') }}", "x"),
        ("{% for name, value in labels | items %}{{ name }}={{ value }} {% endfor %}", "alertname=DiskFull"),
        ("{% for a in alerts %}{{ loop.index }} {{ a.labels.instance }}{% endfor %}", "1 db-7"),
        ("{{ alerts | map(attribute='name') | join(', ') }}", "DiskFull"),
        ("{{ firing }} of {{ alerts | length }}", "1 of 1"),
        ("{% if labels.severity == 'critical' %}!{% else %}-{% endif %}", "!"),
        ("{{ title[:4] ~ '…' }}", "Disk…"),
        ("{{ 'a' if firing > 5 else 'b' }} {{ 7 / 2 | round }} {{ 3.14159 | round(2) }}", "b 3.5 3.14"),
        ("{{ title | replace('Disk', 'Drive') }}", "Drive usage 96% on db-7"),
        ("{{ none }}", ""),
        ("{{ 6 * 7 }} {{ 7 % 4 }}", "42 3"),
    ],
)
def test_what_texts_can_say(source: str, reads: str) -> None:
    assert said(source).startswith(reads)


@pytest.mark.parametrize("label", ["items", "keys", "get", "values", "copy", "pop"])
def test_a_label_wins_against_a_method_of_that_name(label: str) -> None:
    assert text(f"{{{{ labels.{label} }}}}")(some_facts(alert(**{label: "mine"}))) == "mine"


def test_what_an_alert_brings_is_never_compiled() -> None:
    evil = alert(instance="{{ ''.__class__ }}{% for a in alerts %}")
    assert text("{{ labels.instance }}")(some_facts(evil)) == "{{ ''.__class__ }}{% for a in alerts %}"


REFUSED = [
    "{{ ''.__class__.__mro__ }}",
    "{{ labels.__class__ }}",
    "{{ labels['x'].__init__.__globals__ }}",
    "{{ labels|attr('__class__') }}",
    "{{ ''['__class__'].mro() }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ lipsum.__globals__ }}",
    "{{ self.__init__ }}",
    "{{ namespace() }}",
    "{{ joiner }}",
    "{{ config }}",
    "{{ range(10**9) }}",
    "{{ '{0.__class__}'.format(title) }}",
    "{{ '%999999999d'|format(1) }}",
    "{{ 'x'|center(10**9) }}",
    "{{ 2 ** 9999999999 }}",
    "{{ title|pprint }}",
    "{{ title|safe }}",
    "{{ alerts.append(1) }}",
    "{% set x = 1 %}",
    "{% set x %}a{% endset %}",
    "{% macro f() %}{{ f() }}{% endmacro %}",
    "{% call f() %}{% endcall %}",
    "{% filter upper %}a{% endfilter %}",
    "{% with a = 1 %}{% endwith %}",
    "{% block a %}{% endblock %}",
    "{% include 'x' %}",
    "{% import 'x' as y %}",
    "{% from 'x' import y %}",
    "{% extends 'x' %}",
    "{% autoescape true %}{% endautoescape %}",
    "{% for a in alerts recursive %}{{ loop(a) }}{% endfor %}",
    "{{ 'x'|first rounds }}",
    "{{ title" + " | upper" * 100 + " }}",
    "{{ " + "(" * 2000 + "1" + ")" * 2000 + " }}",
    "{{ " + "-" * 4000 + "1 }}",
    "{{ 1" + " + 1" * 1500 + " }}",
    "{% if 1 %}" * 300 + "{% endif %}" * 300,
]


@pytest.mark.parametrize("source", REFUSED)
def test_what_texts_shall_not_do_is_refused_when_they_are_read(source: str) -> None:
    with pytest.raises(vol.Invalid):
        text(source)


BOMBS = [
    "{{ 'a' * 10000000000 }}",
    "{{ [1] * 10000000000 }}",
    "{{ '%9999999999d' % 1 }}",
    "{{ ''['__class__'] }}",
    "{{ ''['__class__']['__mro__'] }}",
    "{{ title['__class__']['__base__'] }}",
    "{{ alerts | map(attribute='__class__') | list }}",
    "{{ labels['__class__'] }}",
    "{{ labels['items'] }}{{ title.upper }}{{ alerts.append }}",
    f"{{% for a in '{'x' * 3000}' %}}{{% for b in '{'x' * 3000}' %}}xxxxxxxxxx{{% endfor %}}{{% endfor %}}",
    f"{{% for a in '{'x' * 3000}' %}}{{% for b in '{'x' * 3000}' %}}{{% endfor %}}{{% endfor %}}",
    "{{ title" + " | replace('', 'xxxxxxxxxxxxxxxxxxxxxxxxxx')" * 20 + " }}",
    "{{ title" + " | list | join(title)" * 10 + " }}",
    "{{ 1 / 0 }}",
    "{{ 1.5 | round(999999999) }}",
    "{{ labels.missing + 1 }}",
    "{{ alerts + 1 }}",
    "{{ alerts | map('nothing') | list }}",
    "{{ alerts | sort }}",
    "{{ title | int(default=title) / 2 }}",
]


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("source", BOMBS)
def test_a_text_that_fails_or_explodes_loses_nothing(source: str, role: Role) -> None:
    started = time.process_time()
    out = said(source, role)
    assert time.process_time() - started < 1
    assert len(out) <= LONGEST
    assert "<class" not in out
    assert "method" not in out
    assert out or role in MAY_BE_EMPTY


def test_a_text_that_fails_says_the_title_and_what_failed() -> None:
    failing = text("{{ 1 / 0 }}", Role.WHOLE)
    assert failing(some_facts()) == "Disk usage 96% on db-7 [text failed: division by zero]"


def test_a_message_that_would_be_empty_says_the_title() -> None:
    assert said("{{ annotations.description }}", Role.WHOLE) == "Disk usage 96% on db-7"


def test_a_link_is_encoded_and_never_empty() -> None:
    evil = alert(instance="a b\n#?x='\"<>é")
    link = text("alerts/{{ labels.instance }}", Role.LINK)
    assert link(some_facts(evil)) == "alerts/a%20b%0A%23?x=%27%22%3C%3E%C3%A9"
    assert said("{{ labels.missing }}", Role.LINK) == "12"
    assert said("{{ 1 / 0 }}", Role.LINK) == "12"
    assert len(said("{{ title }}", Role.LINK, title="é" * 9000)) <= 2000


@pytest.mark.parametrize("role", [Role.PART, Role.WHOLE])
def test_a_huge_fact_is_cut(role: Role) -> None:
    assert len(said("{{ title }}{{ title }}", role, title="x" * 100_000)) <= LONGEST


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_source_is_compiled_or_refused(source: str) -> None:
    try:
        compiled = text(source)
    except vol.Invalid:
        return
    assert isinstance(compiled(some_facts()), str)


JINJA = st.sampled_from(
    [
        *("{{", "}}", "{%", "%}", "for", "in", "if", "else", "endif", "endfor", "title", "labels", "alerts"),
        *("loop", ".", "__class__", "|", "join", "(", ")", "[", "]", "'", ",", "*", "%", "9", "a", "~", "-"),
    ]
)


@settings(deadline=None)
@given(st.lists(JINJA, max_size=25).map(" ".join), st.sampled_from(Role))
def test_any_jinja_is_compiled_or_refused_and_never_fails(source: str, role: Role) -> None:
    try:
        compiled = text(source, role)
    except vol.Invalid:
        return
    assert len(compiled(some_facts())) <= LONGEST


@pytest.mark.parametrize(
    ("span", "reads"),
    [
        (timedelta(0), "0 s"),
        (timedelta(seconds=-5), "0 s"),
        (timedelta(seconds=42), "42 s"),
        (timedelta(minutes=65), "1 h 5 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(days=2, hours=3, minutes=4), "2 d 3 h"),
        (timedelta(days=2, minutes=4), "2 d"),
    ],
)
def test_spans_of_time(span: timedelta, reads: str) -> None:
    assert duration(span) == reads


def test_what_is_no_time_passes_the_filters_for_time() -> None:
    assert (clock("soon"), clock(None), duration("long")) == ("soon", "", "long")
    assert clock(datetime(2026, 1, 5, 7, 3, tzinfo=UTC)) == "5 Jan 07:03 UTC"


def test_no_text_of_the_examples_is_slow() -> None:
    source = (Path(__file__).parents[2] / "examples" / "wa-notify.yaml").read_text().split("details: |")[1]
    compiled = text(source.split("{{ url }}")[0].partition("\n")[2])
    facts = some_facts(*(alert(mountpoint=f"/{number}") for number in range(500)))
    started = time.process_time()
    compiled(facts)
    assert time.process_time() - started < 0.5
