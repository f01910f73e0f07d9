"""What an alert does not have: a word stands for it, or nothing is sent, but never an empty blank."""

from pathlib import Path

import pytest

from tests.config.writing import PEOPLE, WHATSAPP, alert, some_facts, written
from wa_notify.config.text import CompiledText, Role, in_zone, jinja
from wa_notify.core.incomplete import Incomplete, lacking
from wa_notify.core.rule import Rule

RULE = """
rules:
  - name: disk
    receiver: oncall
    template:
      name: ops
      header: "{{ labels.rack }}"
      parameters: ["{{ labels.owner }}"]
      url: "{{ labels.site }}"
    free_form: "{{ title }} belongs to {{ labels.owner }}."
"""


def text(source: str, role: Role = Role.PARAMETER, missing: str = "unknown") -> CompiledText:
    compiled = in_zone(jinja(role)(source), "UTC", missing)
    assert isinstance(compiled, CompiledText)
    return compiled


@pytest.mark.parametrize("role", [Role.HEADER, Role.PARAMETER, Role.WHOLE])
@pytest.mark.parametrize(
    ("source", "reads", "lacks"),
    [
        ("Of {{ labels.owner }}.", "Of nobody.", ["owner"]),
        ("Of {{ labels['owner'] }}, {{ annotations.note }}.", "Of nobody, nobody.", ["owner", "note"]),
        ("Of {{ labels.owner.first }}.", "Of nobody.", ["owner"]),
        ("Of {{ labels.owner | upper }}.", "Of NOBODY.", ["owner"]),
        ("Of {{ labels.owner | shorten(3) }}.", "Of no….", ["owner"]),
        ("Of {{ labels.owner ~ '!' }}", "Of nobody!", ["owner"]),
        ("Of {{ labels.empty }}.", "Of nobody.", ["empty"]),
        (
            "{% for a in alerts %}{{ a.labels.owner }}: {{ a.labels.instance }}{% endfor %}",
            "nobody: db-7",
            ["owner"],
        ),
        (
            "{{ alerts | map(attribute='labels.owner') | join('+') }} on {{ name }}",
            "nobody on DiskFull",
            ["owner"],
        ),
        ("{% if labels.owner %}Of {{ labels.owner }}.{% else %}Free.{% endif %}", "Free.", []),
        ("{% if labels.owner is defined %}Of.{% else %}Free.{% endif %}", "Free.", []),
        ("{{ 'Of' if labels.owner == 'bob' else 'Not' }}", "Not", []),
        ("Of {{ labels.owner | default('x') }}{{ labels.owner | d('y') }}.", "Of xy.", []),
        ("{% for one in labels.owner %}{{ one }}{% endfor %}None.", "None.", []),
    ],
)
def test_a_word_stands_for_what_is_said_and_not_there(
    role: Role, source: str, reads: str, lacks: list[str]
) -> None:
    said = text(source, role, "nobody")(some_facts(alert(empty="")))
    assert said == reads
    assert list(lacking(said)) == lacks
    assert isinstance(said, Incomplete) == bool(lacks)


def test_a_text_of_nothing_but_what_is_missing_is_the_word_in_a_blank_and_the_title_in_a_message() -> None:
    facts = some_facts()
    assert text("{{ labels.owner }}")(facts) == "unknown"
    assert text("{{ annotations.description }}", Role.WHOLE)(facts) == "Disk usage 96% on db-7"
    assert text("{{ labels.site }}", Role.LINK)(facts) == "12"
    assert text("of/{{ labels.site }}", Role.LINK)(facts) == "of/unknown"
    assert lacking(text("{{ labels.site }}", Role.LINK)(facts)) == ("site",)


def test_a_file_that_is_not_there_is_no_file() -> None:
    assert text("{{ annotations.graph }}", Role.PART)(some_facts()) == ""


def test_one_text_lacks_nothing_because_another_did() -> None:
    assert lacking(text("{{ labels.owner }}")(some_facts())) == ("owner",)
    assert lacking(text("{{ labels.owner }}")(some_facts(alert(owner="bob"))), None, "x") == ()


def rule(folder: Path, more: str = "", defaults: str = "") -> Rule:
    (one,) = written(folder, f"{WHATSAPP}{PEOPLE}{defaults}{RULE}{more}").rulebook.rules
    return one


def test_without_a_word_of_its_own_a_rule_says_unknown(tmp_path: Path) -> None:
    wish = rule(tmp_path).template.render(some_facts())
    assert (wish.header, wish.body, wish.url_suffix) == ("unknown", (("", "unknown"),), "12")
    assert lacking(*wish.texts) == ("rack", "owner", "site")


def test_a_rule_has_a_word_of_its_own_or_that_of_the_defaults(tmp_path: Path) -> None:
    defaults = 'defaults: {missing: "—"}\n'
    assert rule(tmp_path, defaults=defaults).template.render(some_facts()).header == "—"
    own = rule(tmp_path, '    missing: "?"\n', defaults)
    assert own.template.render(some_facts()).header == "?"
    assert not own.refuses_missing


@pytest.mark.parametrize("defaults", ["", "defaults: {missing: refuse}\n"])
def test_a_rule_may_refuse_instead(tmp_path: Path, defaults: str) -> None:
    one = rule(tmp_path, "" if defaults else "    missing: refuse\n", defaults)
    assert one.refuses_missing
    assert one.template.render(some_facts()).header == "unknown"


def test_an_empty_word_is_refused(tmp_path: Path) -> None:
    config = written(tmp_path, f'{WHATSAPP}{PEOPLE}{RULE}    missing: ""\n')
    assert "wa-notify.yaml:" in str(config.complaints[0])
    assert config.rulebook.rules == ()
