"""What keeps a house in order: rules that change, faults that are told, backups, diagnostics, and the end."""

import json
import shutil
import sqlite3
import subprocess
import tarfile
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from scripts.hass_home import ADA, BEN, Home
from scripts.hass_house import HASS, ROOT, until

pytestmark = pytest.mark.hass

BLUEPRINTS = ROOT / "blueprints/automation/wa_notify"
RULES = """
  - name: post
    match: {kind: post}
    receiver: second
    template: {name: TEMPLATE, parameters: ["{{ title }}", "{{ duration }}"]}
"""


@pytest.fixture(scope="module", autouse=True)
def people(home: Home) -> None:
    home.set_up(ADA, BEN)


def raise_alert(home: Home, title: str, kind: str) -> Any:
    data = {"config_entry_id": home.entry_id, "title": title, "labels": {"kind": kind}}
    return home.house.api.service("wa_notify.raise_alert", data, returns=True)


def repairs(home: Home) -> list[str]:
    issues = home.house.api.ask("repairs/list_issues")["issues"]
    return [str(issue["translation_key"]) for issue in issues if issue["domain"] == "wa_notify"]


def reload_with(home: Home, rules: str) -> None:
    file = home.house.folder / "wa_notify.yaml"
    written = (Path(__file__).parent / "house/wa_notify.yaml").read_text()
    file.write_text(written.replace("receivers:", "receivers:\n  second: {to: [ben]}") + rules)
    home.house.api.service("wa_notify.reload")


def unpacked(backup: Path, name: str) -> bytes:
    """A file of Home Assistant's, which lies packed in its backup."""
    with tarfile.open(backup) as outer:
        inner = outer.extractfile("homeassistant.tar.gz")
        assert inner
        with tarfile.open(fileobj=BytesIO(inner.read())) as files:
            found = files.extractfile(name)
            assert found
            return found.read()


def test_what_no_rule_answers_goes_to_everybody(home: Home) -> None:
    assert repairs(home) == []
    raise_alert(home, "The post is here", "post")
    for person in (ADA, BEN):
        assert home.shows(person, "The post is here").template == ("ops_alert", "en")


def test_rules_change_without_a_restart(home: Home) -> None:
    reload_with(home, RULES.replace("TEMPLATE", "ops_resolved"))
    raise_alert(home, "A parcel is here", "post")
    assert home.shows(BEN, "A parcel is here").template == ("ops_resolved", "en")
    assert not home.received(ADA, "A parcel is here")


def test_a_rule_with_a_fault_is_told_and_the_others_go_on(home: Home) -> None:
    reload_with(home, RULES.replace("TEMPLATE", "ops_resolved").replace("receiver:", "reciever:"))
    until(lambda: repairs(home) == ["rule_refused"])
    home.switch("leak", on=True)
    home.shows(ADA, "Water in the kitchen")
    reload_with(home, "")
    until(lambda: repairs(home) == [])


def test_the_blueprints_are_good_and_one_of_them_is_used(home: Home) -> None:
    folder = home.house.folder / "blueprints/automation/wa_notify"
    shutil.copytree(BLUEPRINTS, folder)
    listed = home.house.api.ask("blueprint/list", domain="automation")
    assert {f"wa_notify/{file.name}" for file in folder.iterdir()} <= listed.keys()
    assert [blueprint["error"] for blueprint in listed.values() if "error" in blueprint] == []
    inputs = {"config_entry": home.entry_id, "sensors": ["input_boolean.seen"]}
    automation = {"id": "wet", "use_blueprint": {"path": "wa_notify/leak.yaml", "input": inputs}}
    (home.house.folder / "automations.yaml").write_text(json.dumps([automation]))
    home.house.api.service("automation.reload")
    home.switch("seen", on=True)
    home.shows(BEN, "Water leak: Seen")


def test_what_would_happen_is_explained(home: Home) -> None:
    data = {"config_entry_id": home.entry_id, "title": "Water in the attic", "labels": {"kind": "leak"}}
    explained = home.house.api.service("wa_notify.explain", data, returns=True)
    assert explained["rules"] == ["leak"]
    assert {message["recipient"] for message in explained["messages"]} == {"ada"}
    assert not home.received(ADA, "attic")


def test_a_backup_holds_a_whole_database(home: Home, tmp_path: Path) -> None:
    asked = {"agent_ids": ["backup.local"], "include_database": False, "include_homeassistant": True}
    home.house.api.ask("backup/generate", **asked)
    (backup,) = until(lambda: list((home.house.folder / "backups").glob("*.tar")), 60)
    until(lambda: home.house.api.ask("backup/info")["state"] == "idle", 60)
    database = tmp_path / "restored.db"
    database.write_bytes(unpacked(backup, f"data/.storage/wa_notify/{home.entry_id}.db"))
    with closing(sqlite3.connect(database)) as restored:
        assert restored.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert ("The post is here",) in restored.execute("SELECT title FROM tickets").fetchall()
    raise_alert(home, "All is well", "post")
    home.shows(ADA, "All is well")


def test_diagnostics_and_log_keep_what_is_private(home: Home) -> None:
    settings = home.platform.settings
    secrets = {settings.access_token, settings.app_secret, ADA.number.lstrip("+"), BEN.number.lstrip("+")}
    diagnostics = home.house.api.call("GET", f"/api/diagnostics/config_entry/{home.entry_id}")
    told = json.dumps(diagnostics["data"])
    assert "rules" in diagnostics["data"]
    assert [secret for secret in {*secrets, ADA.name, "Water"} if secret in told] == []
    assert [secret for secret in secrets if secret in home.house.log] == []


def test_the_manifest_asks_for_what_is_there() -> None:
    manifest = json.loads((ROOT / "custom_components/wa_notify/manifest.json").read_text())
    asking = (
        "import sys; from homeassistant.util import package as p; sys.exit(not p.is_installed(sys.argv[1]))"
    )
    for requirement in manifest["requirements"]:
        subprocess.run([HASS.parent / "python", "-c", asking, requirement], check=True)


def test_what_is_removed_is_gone(home: Home) -> None:
    assert home.house.complaints() == []
    assert callbacks(home)
    home.house.api.call("DELETE", f"/api/config/config_entries/entry/{home.entry_id}")
    devices = home.house.api.ask("config/device_registry/list")
    assert not [device for device in devices if home.entry_id in device["config_entries"]]
    assert "wa-notify" not in home.house.api.ask("get_panels")
    assert list((home.house.folder / ".storage/wa_notify").iterdir()) == []
    until(lambda: not callbacks(home))


def callbacks(home: Home) -> list[str]:
    """Where WhatsApp calls."""
    account = home.platform.do(lambda sandbox: sandbox.account)
    addresses = [account.callback_url, account.override_url, *(one.callback_url for one in account.numbers)]
    return [address for address in addresses if address]
