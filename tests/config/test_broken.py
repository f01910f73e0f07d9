"""Every file in ``broken/`` says in its first lines what must be said of it, and nothing else may be."""

import re
from pathlib import Path

import pytest

from wa_notify.config import load
from wa_notify.core.errors import Complaint, ConfigError

FOLDER = Path(__file__).parent / "broken"
RULES_ONLY = re.compile(r"rule_|match_|duration_|priority|continue|remind|resolved|group_by|text_|fit_")
OTHERS = ("note_", "account_")  # see test_compiled
FILES = sorted(path for path in FOLDER.glob("*.yaml") if not path.name.startswith(OTHERS))


def complaints_about(path: Path) -> tuple[Complaint, ...]:
    try:
        return load(path, environ={}).complaints
    except ConfigError as error:
        return error.complaints


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_broken_file_is_told_exactly_what_is_wrong_and_where(path: Path) -> None:
    expected = re.findall(r"^# expect (\S+): (.+)$", path.read_text(), re.MULTILINE)
    complaints = complaints_about(path)
    assert len(complaints) == len(expected) > 0, [str(complaint) for complaint in complaints]
    for (where, part), complaint in zip(expected, complaints, strict=True):
        file = FOLDER / where if where.partition(":")[0].endswith(".yaml") else f"{path}:{where}"
        assert (complaint.where, part in complaint.what) == (str(file), True), str(complaint)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_complaint_says_what_to_do(path: Path) -> None:
    assert all(complaint.fix for complaint in complaints_about(path))


@pytest.mark.parametrize(
    "path", [path for path in FILES if RULES_ONLY.match(path.stem)], ids=lambda path: path.stem
)
def test_a_fault_in_a_rule_does_not_keep_the_service_from_starting(path: Path) -> None:
    config = load(path, environ={})
    assert config.complaints
    assert len(config.rulebook.rules) == (1 if path.stem == "rule_name_twice" else 0)


def test_the_corpus_is_there() -> None:
    assert len(FILES) > 100
