"""The sections `canary` and `dead_man`: what they come to, with and without all they may say."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.config.writing import NOON, PEOPLE, WHATSAPP, refusal, written
from wa_notify.cli.serve import secrets_of
from wa_notify.config import Secret, compile_mapping
from wa_notify.config.settings import DeadManSettings
from wa_notify.core.template import TemplateWish

HOUSE = WHATSAPP + PEOPLE
CANARY = HOUSE + "defaults: {time_zone: Europe/London}\n"
CANARY += "canary:\n  to: alice\n  template: {name: ops_canary, parameters: ['{{ at | clock }}']}\n"
SWITCH = HOUSE + "dead_man:\n  url: https://hc-ping.com/a-long-secret-key\n"


def test_without_the_sections_there_is_neither(tmp_path: Path) -> None:
    config = written(tmp_path, HOUSE)
    assert (config.rulebook.canary, config.dead_man) == (None, None)


def test_a_canary_needs_a_recipient_and_a_template(tmp_path: Path) -> None:
    config = written(tmp_path, CANARY)
    canary = config.rulebook.canary
    assert canary is not None
    assert (canary.to, canary.every, canary.within) == ("alice", timedelta(hours=1), timedelta(minutes=1))
    assert (canary.misses, canary.objective, canary.over) == (2, 0.99, timedelta(days=7))
    assert canary.free_form is None
    wish = canary.template.render({"at": NOON.replace(month=7), "title": "x"})
    assert wish == TemplateWish(name="ops_canary", body=(("", "21 Jul 13:00 BST"),))
    (use,) = config.uses
    assert (use.owner, use.audience, use.vital) == ("canary", ("alice",), False)


def test_a_canary_may_say_all_of_it(tmp_path: Path) -> None:
    rest = "  free_form: '{{ title }}'\n  every: 10m\n  within: 2m\n  misses: 3\n"
    rest += "  objective: 99.95%\n  over: 1d\n"
    canary = written(tmp_path, CANARY + rest).rulebook.canary
    assert canary is not None
    assert (canary.every, canary.within) == (timedelta(minutes=10), timedelta(minutes=2))
    assert (canary.misses, canary.objective, canary.over) == (3, 0.9995, timedelta(days=1))
    assert canary.free_form is not None
    assert canary.free_form({"at": NOON, "title": "Tweet"}) == "Tweet"


@pytest.mark.parametrize(("text", "share"), [("100%", 1.0), ("99.5 %", 0.995), ("1%", 0.01)])
def test_the_objective_is_a_share(tmp_path: Path, text: str, share: float) -> None:
    canary = written(tmp_path, f"{CANARY}  objective: {text}\n").rulebook.canary
    assert canary is not None
    assert canary.objective == share


def test_a_host_that_loads_its_yaml_by_itself_has_a_canary_and_no_switch() -> None:
    wish = {"to": "alice", "template": {"name": "ops_canary", "parameters": ["{{ at | clock }}"]}}
    mapping = {"canary": wish, "dead_man": {"url": "https://hc-ping.com/key"}}
    compiled = compile_mapping(mapping, people={"alice": {"phone": "+447700900123"}})
    assert compiled.rulebook.canary is not None
    assert any("`dead_man` is for the service" in note.what for note in compiled.notes)


def test_a_switch_needs_an_address_which_is_secret(tmp_path: Path) -> None:
    config = written(tmp_path, SWITCH)
    assert config.dead_man == DeadManSettings(url=Secret("https://hc-ping.com/a-long-secret-key"))
    assert config.dead_man.every == timedelta(seconds=60)
    assert "secret-key" not in repr(config)
    assert "a-long-secret-key" in secrets_of(config)  # to be blanked, should a library log it


def test_a_switch_may_say_all_of_it(tmp_path: Path) -> None:
    rest = "  failing_url: http://uptime.local:3001/api/push/key?status=down\n  every: 30s\n  method: POST\n"
    switch = written(tmp_path, SWITCH + rest).dead_man
    assert switch is not None
    assert switch.failing_url == Secret("http://uptime.local:3001/api/push/key?status=down")
    assert (switch.every, switch.method) == (timedelta(seconds=30), "POST")


def test_no_complaint_says_the_address(tmp_path: Path) -> None:
    said = refusal(tmp_path, HOUSE + "dead_man: {url: 'http://example.net/secret-key'}\n")
    assert "secret-key" not in said
