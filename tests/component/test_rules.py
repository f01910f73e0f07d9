"""Rules: what is written in YAML, the options of an entry, and the usual rule behind all others."""

from collections.abc import Awaitable, Callable
from pathlib import Path
import sqlite3
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockUser
from wa_notify.sandbox import Sandbox

from custom_components.wa_notify.const import DOMAIN
from homeassistant.config import async_hass_config_yaml
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import (
    HomeAssistantError,
    ServiceValidationError,
    Unauthorized,
)
from homeassistant.helpers import issue_registry as ir

from .home import Home

EXAMPLE = Path(__file__).parents[2] / "examples" / "wa-notify.yaml"
TO_ADA = "receivers: {oncall: {to: [ada]}}\n"
KITCHEN = """\
rules:
  - name: kitchen
    match: {room: kitchen}
    receiver: oncall
    template:
      name: ops_alert
      header: "{{ labels.room }}"
      parameters: [urgent, "{{ title }}", now]
      url: "{{ ticket.number }}"
"""
CELLAR = KITCHEN.replace("kitchen", "cellar").removeprefix("rules:\n")
LATER = {
    "name": "later",
    "language": "en",
    "category": "UTILITY",
    "status": "PENDING",
    "components": [{"type": "BODY", "text": "There is something: {{1}}. Look at it."}],
}

type Write = Callable[[str], Awaitable[None]]


@pytest.fixture
def hass_config_dir(tmp_path: Path) -> str:
    """Return a folder that nobody else writes to."""
    return str(tmp_path)


@pytest.fixture
def write(hass: HomeAssistant) -> Write:
    """Return a function that writes the file with the rules."""

    def work(text: str) -> None:
        """Write it, and the file that includes it."""
        main = Path(hass.config.path("configuration.yaml"))
        main.write_text("wa_notify: !include wa_notify.yaml\n")
        main.with_name("wa_notify.yaml").write_text(text)

    async def write(text: str) -> None:
        """Write it as an editor would."""
        await hass.async_add_executor_job(work, text)

    return write


@pytest.fixture
def written() -> str:
    """Return what is in the file at first."""
    return TO_ADA + KITCHEN


@pytest.fixture
async def rules(hass: HomeAssistant, write: Write, written: str) -> dict[str, Any]:
    """Return the rules as Home Assistant reads them."""
    await write(written)
    config = await async_hass_config_yaml(hass)
    rules: dict[str, Any] = config[DOMAIN]
    return rules


async def reload(home: Home, **options: Any) -> None:
    """Read the rules again."""
    await home.hass.services.async_call(DOMAIN, "reload", blocking=True, **options)
    await home.settle()


async def change(home: Home, **options: Any) -> None:
    """Give the entry other options."""
    home.hass.config_entries.async_update_entry(home.entry, options=options)
    await home.settle()


async def alert(home: Home, title: str, room: str = "attic") -> None:
    """Raise an alert."""
    await home.act("raise_alert", {"title": title, "labels": {"room": room}})
    await home.forward(5)


def said(home: Home, title: str) -> list[str]:
    """Return what Ada read of an alert."""
    return [text for text in home.shown(home.ada) if title in text]


def faults(home: Home, key: str) -> str:
    """Return what an issue says of the rules, nothing if there is none."""
    issue_id = f"{key}_{home.entry.entry_id}"
    issue = ir.async_get(home.hass).async_get_issue(DOMAIN, issue_id)
    if issue is None:
        return ""
    assert issue.translation_placeholders is not None
    assert issue.translation_placeholders["account"] == home.entry.title
    return issue.translation_placeholders["faults"]


async def test_included_rules(home: Home) -> None:
    """A rule in another file answers what it matches, the usual one everything else."""
    await alert(home, "Leak", "kitchen")
    (text,) = said(home, "Leak")
    assert "Alert: kitchen" in text
    assert "A urgent alert" in text
    await alert(home, "Wind")
    assert "A warning alert" in said(home, "Wind")[0]
    for key in ("rule_refused", "rules_refused", "rule_note"):
        assert faults(home, key) == ""


@pytest.mark.parametrize(
    "written",
    [TO_ADA + KITCHEN + CELLAR.replace("receiver: oncall", "receiver: noone")],
)
async def test_rule_with_a_fault(home: Home, write: Write) -> None:
    """It is said where the fault is, and the other rules work."""
    lines = faults(home, "rule_refused").splitlines()
    assert len(lines) == 1
    path = home.hass.config.path("wa_notify.yaml")
    assert lines[0].startswith(f"- {path}:13: ")
    assert "noone" in lines[0]
    await alert(home, "Leak", "kitchen")
    assert "A urgent alert" in said(home, "Leak")[0]

    await write(TO_ADA + KITCHEN + CELLAR)
    await reload(home)
    assert faults(home, "rule_refused") == ""
    await alert(home, "Flood", "cellar")
    assert "Alert: cellar" in said(home, "Flood")[0]


async def test_rule_that_was_right(home: Home, write: Write) -> None:
    """A rule goes on as it was when a fault comes into it."""
    await write(TO_ADA + KITCHEN.replace("oncall", "noone"))
    await reload(home)
    assert "noone" in faults(home, "rule_refused")
    await alert(home, "Leak", "kitchen")
    assert "A urgent alert" in said(home, "Leak")[0]


async def test_many_faults(home: Home, write: Write) -> None:
    """The first faults are told, and how many more there are."""
    broken = "".join(
        CELLAR.replace("cellar", f"room_{place}").replace("oncall", "noone")
        for place in range(7)
    )
    await write(TO_ADA + KITCHEN + broken)
    await reload(home)
    *told, rest = faults(home, "rule_refused").splitlines()
    assert (len(told), rest) == (5, "- … (+2)")


async def test_only_administrators_reload(
    home: Home, write: Write, hass_read_only_user: MockUser
) -> None:
    """Who may only look at things may not change the rules."""
    await write(TO_ADA + KITCHEN + CELLAR)
    with pytest.raises(Unauthorized):
        await reload(home, context=Context(user_id=hass_read_only_user.id))
    await alert(home, "Flood", "cellar")
    assert "Alert: cellar" not in said(home, "Flood")[0]


@pytest.mark.parametrize("text", ["rules: [", "- a list", "7"])
async def test_file_that_cannot_be_read(home: Home, write: Write, text: str) -> None:
    """Whoever reloads it hears of it, and all goes on as it was."""
    await write(text)
    with pytest.raises(HomeAssistantError):
        await reload(home)
    await alert(home, "Leak", "kitchen")
    assert "A urgent alert" in said(home, "Leak")[0]


async def test_empty_file(home: Home, write: Write) -> None:
    """Without any rule the usual one answers."""
    await write("")
    await reload(home)
    await alert(home, "Leak", "kitchen")
    assert "A warning alert" in said(home, "Leak")[0]


async def test_section_with_a_fault(home: Home, write: Write) -> None:
    """A fault that concerns everything leaves everything as it was."""
    await write("defaults: {language: klingon}\n" + TO_ADA + KITCHEN)
    await reload(home)
    assert "klingon" in faults(home, "rules_refused")
    assert "wa_notify.yaml:1" in faults(home, "rules_refused")
    await alert(home, "Leak", "kitchen")
    assert "A urgent alert" in said(home, "Leak")[0]
    await write(TO_ADA + KITCHEN)
    await reload(home)
    assert faults(home, "rules_refused") == ""


@pytest.mark.parametrize("written", ["receivers: 7\n" + KITCHEN])
async def test_fault_at_the_start(home: Home) -> None:
    """Even then alerts reach people, by the usual rule."""
    assert "wa_notify.yaml:1" in faults(home, "rules_refused")
    await alert(home, "Leak", "kitchen")
    assert "A warning alert" in said(home, "Leak")[0]


@pytest.mark.parametrize(
    "written", [TO_ADA.replace("[ada]", "[ada, adda, zoe]") + KITCHEN]
)
async def test_receiver_with_strangers(home: Home, write: Write) -> None:
    """Whom nobody knows is told, and the others are told of alerts."""
    told = faults(home, "rule_note")
    assert "adda" in told
    assert "zoe" in told
    await alert(home, "Leak", "kitchen")
    assert said(home, "Leak")
    await write(TO_ADA + KITCHEN)
    await reload(home)
    assert faults(home, "rule_note") == ""


async def test_example_of_the_service(home: Home, write: Write) -> None:
    """The file that the service reads may be included as it is."""
    example = await home.hass.async_add_executor_job(EXAMPLE.read_text)
    await write(example.replace("+447700900123", "+447700900777"))
    await reload(home)
    for key in ("rule_refused", "rules_refused", "rule_note"):
        assert faults(home, key) == ""
    labels = {"alertname": "DiskFull", "instance": "nas"}
    found = await home.act(
        "explain",
        {"title": "Disk full", "severity": "critical", "labels": labels},
        return_response=True,
    )
    assert "disk" in str(found)


async def test_issues_go_with_the_number(home: Home, write: Write) -> None:
    """Of a number that was removed nothing is told."""
    await write(TO_ADA + KITCHEN.replace("oncall", "noone"))
    await reload(home)
    assert faults(home, "rule_refused")
    await home.hass.config_entries.async_remove(home.entry.entry_id)
    assert faults(home, "rule_refused") == ""
    home.entry.add_to_hass(home.hass)


async def test_language(home: Home) -> None:
    """Templates leave in the language of the options."""
    await change(home, language="de")
    await alert(home, "Leck")
    assert "Ein Alarm der Stufe warning" in said(home, "Leck")[0]


@pytest.mark.parametrize(
    ("language", "written_as"),
    [
        ("de", "de"),
        ("pt-BR", "pt_BR"),
        ("sv-FI", "sv"),
        ("zh-Hans", "zh_CN"),
        ("x", "en"),
    ],
)
async def test_language_of_home_assistant(
    home: Home, language: str, written_as: str
) -> None:
    """Without that option it is the language of Home Assistant, as WhatsApp writes it."""
    await home.hass.config.async_update(language=language, country="GB")
    await reload(home)
    assert home.entry.runtime_data.engine.book.language == written_as


async def test_quiet_hours(home: Home) -> None:
    """At night alerts wait for the morning."""
    await home.hass.config.async_update(time_zone="Europe/London")
    await change(home, quiet_from="08:30:00", quiet_to="10:00:00")
    await alert(home, "Wind")
    await home.forward(1800)
    assert said(home, "Wind") == []
    await home.forward(1800)
    assert len(said(home, "Wind")) >= 1


@pytest.mark.parametrize("times", [0, 1, 2])
async def test_reminders(home: Home, times: int) -> None:
    """Reminders come as often as the options say."""
    await change(home, remind_after=1, remind_every=2, remind_times=times)
    await alert(home, "Wind")
    await home.forward(62)
    assert len(said(home, "Reminder")) == min(times, 1)
    await home.forward(3600)
    assert len(said(home, "Reminder")) == times


async def test_no_template_for_alerts(home: Home) -> None:
    """Where no template can carry an alert, whoever raises it hears of it."""
    await change(home, alert_template="not_there")
    with pytest.raises(ServiceValidationError) as error:
        await alert(home, "Wind")
    assert error.value.translation_key == "no_rule"


async def test_template_that_arrives_later(home: Home, sandbox: Sandbox) -> None:
    """As soon as a template is approved the usual rule uses it."""
    await change(home, alert_template="later")
    sandbox.account.add_template(LATER)
    with pytest.raises(ServiceValidationError):
        await alert(home, "Wind")
    sandbox.review("later", "en", status="APPROVED")
    await home.settle()
    await alert(home, "Wind")
    assert said(home, "Wind") == ["There is something: Wind. Look at it."]


async def test_database_fails_meanwhile(
    home: Home, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    """If the rules cannot be made anew it is said, and they stay as they were."""
    path = home.hass.config.path(".storage", DOMAIN, f"{home.entry.entry_id}.db")

    def rename(table: str, name: str) -> None:
        """Let a table be away, or back."""
        with sqlite3.connect(path) as driver:
            driver.execute(f"ALTER TABLE {table} RENAME TO {name}")

    sandbox.account.add_template(LATER)
    await home.hass.async_add_executor_job(rename, "recipients", "elsewhere")
    await home.entry.runtime_data.coordinator.async_refresh()
    await home.hass.async_block_till_done()
    assert "The rules could not be made anew" in caplog.text
    await home.hass.async_add_executor_job(rename, "elsewhere", "recipients")
    await alert(home, "Leak", "kitchen")
    assert said(home, "Leak")


async def test_template_that_is_gone(home: Home, sandbox: Sandbox) -> None:
    """A refusal that shows it has the templates read anew."""
    for language in ("en", "de"):
        del sandbox.account.templates["ops_alert", language]
    await alert(home, "Wind")
    assert said(home, "Wind") == []
    templates = home.entry.runtime_data.board.overview.templates
    usable = [one for one in templates if one.name == "ops_alert" and one.sendable]
    assert usable == []
