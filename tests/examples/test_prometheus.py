"""The alert rules about wa_notify itself: valid, played, complete, about metrics that are really there."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.examples.queries import labels_missing, metrics_in
from tests.web.scrape import Page

FOLDER = Path(__file__).parents[2] / "examples" / "prometheus"
RULES, TESTS = FOLDER / "wa-notify.rules.yml", FOLDER / "tests.yml"


def rules() -> list[dict[str, Any]]:
    return [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]


def judged(*command: str) -> str:
    done = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_promtool_takes_the_rules(promtool: str) -> None:
    assert f"{len(rules())} rules found" in judged(promtool, "check", "rules", RULES.name)


def test_each_rule_fires_when_it_should_and_stays_quiet_when_not(promtool: str) -> None:
    assert "SUCCESS" in judged(promtool, "test", "rules", TESTS.name)


def test_each_rule_is_played() -> None:
    played = set(re.findall(r'alertname="(\w+)"', TESTS.read_text()))
    assert {rule["alert"] for rule in rules()} == played


def test_promtool_finds_a_rule_that_is_not_as_it_was_played(promtool: str, tmp_path: Path) -> None:
    (tmp_path / RULES.name).write_text(RULES.read_text().replace("> 120", "> 99999"))
    (tmp_path / TESTS.name).write_text(TESTS.read_text())
    command = [promtool, "test", "rules", TESTS.name]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode != 0
    assert "WaNotifyOutboxLate" in done.stdout + done.stderr


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: str(rule["alert"]))
def test_each_alert_says_how_bad_what_and_what_to_do(rule: dict[str, Any]) -> None:
    assert rule["alert"].startswith("WaNotify")
    assert rule["labels"]["severity"] in ("critical", "warning")
    said = rule["annotations"]
    assert said.keys() == {"summary", "description", "action"}
    assert not said["summary"].endswith(".")
    assert said["description"].endswith(".")
    assert said["action"].endswith(".")


def test_every_metric_that_a_rule_asks_for_is_in_a_real_scrape(page: Page) -> None:
    asked = {name for rule in rules() for name in metrics_in(rule["expr"])}
    assert len(asked) > 20
    assert asked <= page.names()
    assert [gap for rule in rules() for gap in labels_missing(rule["expr"], page)] == []


def test_every_command_that_an_alert_names_exists() -> None:
    named = {
        line for rule in rules() for line in re.findall(r"`wa-notify ([a-z ]+)", str(rule["annotations"]))
    }
    readme = (FOLDER.parents[1] / "README.md").read_text()
    for command in named:
        first, *rest = command.split()
        assert re.search(rf"`[^`\n]*\b{first}\b[^`\n]*`", readme), command
        assert all(re.search(rf"\b{word}\b", readme) for word in rest), command


def test_what_wa_notify_cannot_send_is_not_sent_by_it() -> None:
    assert "by a way that does not need wa_notify" in RULES.read_text()


async def test_promtool_has_nothing_against_the_names_of_the_metrics(
    promtool: str, page: Page, tmp_path: Path
) -> None:
    raw = tmp_path / "page.txt"
    raw.write_text(page.text)
    with raw.open() as metrics:
        done = subprocess.run(
            [promtool, "check", "metrics"],
            stdin=metrics,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert (done.returncode, done.stderr) == (0, "")
