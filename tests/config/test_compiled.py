"""Rules held against templates: the files ``note_*`` against what they declare, ``account_*`` against others.

The account of the latter has what ``parts/shapes.yaml`` declares, changed as ``# account`` lines say.
"""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from wa_notify.config import Severity, hold, load, readers_of
from wa_notify.config.faults import Faults
from wa_notify.config.lengths import fixed, sensible
from wa_notify.config.starter import approved
from wa_notify.config.templates import templates
from wa_notify.config.text import Role, jinja
from wa_notify.core.errors import Complaint
from wa_notify.core.template import TemplateShape

FOLDER = Path(__file__).parent / "broken"
NOTED = sorted(FOLDER.glob("note_*.yaml"))
HELD = sorted(FOLDER.glob("account_*.yaml"))


def expected(path: Path, kind: str) -> list[tuple[str, str]]:
    lines = re.findall(rf"^# {kind} (\S+): (.+)$", path.read_text(), re.MULTILINE)
    return [(f"{path}:{where}", what) for where, what in lines]


def same(complaints: list[Complaint], wanted: list[tuple[str, str]]) -> None:
    assert len(complaints) == len(wanted), [str(complaint) for complaint in complaints]
    for complaint, (where, what) in zip(complaints, wanted, strict=True):
        assert (complaint.where, what in complaint.what) == (where, True), str(complaint)
        assert complaint.fix


def account_of(path: Path) -> list[TemplateShape]:
    changes = {
        (name, language): dict(word.split("=") for word in words.split())
        for name, language, words in re.findall(
            r"^# account (\S+) (\S+) (.+)$", path.read_text(), re.MULTILINE
        )
    }
    drafts = templates(yaml.safe_load((FOLDER / "parts" / "shapes.yaml").read_text()), Faults())
    declared = approved(drafts)
    return [_changed(shape, changes.get((shape.name, shape.language), {})) for shape in declared]


def _changed(shape: TemplateShape, change: dict[str, str]) -> TemplateShape:
    values: dict[str, Any] = {**change}
    return replace(shape, **{**values, "ttl": int(change["ttl"])} if "ttl" in change else values)


@pytest.mark.parametrize("path", NOTED, ids=lambda path: path.stem)
def test_what_is_worth_knowing_is_noted_at_its_place_and_leaves_nothing_out(path: Path) -> None:
    config = load(path, environ={})
    assert config.complaints == ()
    assert len(config.rulebook.rules) == 1
    same(list(config.notes), expected(path, "note"))


@pytest.mark.parametrize("path", HELD, ids=lambda path: path.stem)
def test_what_the_account_says_otherwise_is_found_at_its_place(path: Path) -> None:
    config = load(path, environ={})
    findings = hold(config.uses, account_of(path), readers_of(config), account=True)
    faults = [one.complaint for one in findings if one.severity is Severity.FAULT]
    notes = [one.complaint for one in findings if one.severity is Severity.NOTE]
    same(faults, expected(path, "fault"))
    same(notes, expected(path, "note"))
    assert findings


def test_a_rule_that_works_with_the_account_says_nothing() -> None:
    path = FOLDER / "account_nothing_follows.yaml"
    config = load(path, environ={})
    account = [replace(shape, ttl=4 * 3600) for shape in account_of(path)]
    assert hold(config.uses, account, readers_of(config), account=True) == ()


def test_a_language_that_nobody_gets_may_be_as_it_likes_in_the_account() -> None:
    path = FOLDER / "account_nothing_follows.yaml"
    config = load(path, environ={})
    account = [replace(shape, ttl=4 * 3600) for shape in account_of(path)]
    english = next(shape for shape in account if shape.name == "only_english")
    foreign = replace(english, language="fr", body="{{1}} et {{2}}", category="MARKETING", ttl=30)
    assert hold(config.uses, [*account, foreign], readers_of(config), account=True) == ()


def test_a_page_that_another_channel_takes_over_may_be_dropped_in_silence(tmp_path: Path) -> None:
    path = FOLDER / "account_nothing_follows.yaml"
    text = path.read_text().replace("!include parts/", f"!include {tmp_path.name}_")
    for part in ("whatsapp", "readers"):
        (tmp_path / f"{tmp_path.name}_{part}.yaml").write_text(
            (FOLDER / "parts" / f"{part}.yaml").read_text()
        )
    (tmp_path / "wa-notify.yaml").write_text(
        f"{text}    fallback: {{to: ['mailto://example.net'], after: 5m}}\n"
    )
    config = load(tmp_path / "wa-notify.yaml", environ={})
    assert hold(config.uses, account_of(path), readers_of(config), account=True) == ()


@pytest.mark.parametrize(
    ("source", "least", "good"),
    [
        ("plain words", 11, 11),
        ("{{ title }}", 0, 10),
        ("on  {{ title }}\n", 2, 12),
        ("{% if status %}abc{% elif name %}abcd{% else %}abcde{% endif %}", 3, 13),
        ("{% if status %}abc{% endif %}", 0, 10),
        ("{% for alert in alerts %}abc{% endfor %}", 0, 10),
        ("\u200f", 0, 0),
    ],
)
def test_what_stands_in_a_text_whatever_the_facts_are_is_counted(source: str, least: int, good: int) -> None:
    text = jinja(Role.PART)(source)
    assert (fixed(text), sensible(text)) == (least, good)
    assert (fixed(str), sensible(str)) == (0, 1)


def test_the_corpus_is_there() -> None:
    assert len(NOTED) >= 5
    assert len(HELD) >= 12
