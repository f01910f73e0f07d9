"""Setting up, unloading, reloading, disabling and removing a business phone number."""

from datetime import timedelta
from pathlib import Path

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
    async_mock_service,
)
from wa_notify.sandbox import BusinessNumber, Fault, Sandbox

from custom_components.wa_notify.const import DOMAIN
from homeassistant.config_entries import (
    SOURCE_REAUTH,
    ConfigEntryDisabler,
    ConfigEntryState,
)
from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.setup import async_setup_component

from .const import ACCOUNT
from .home import Home
from .living import database_of, reload, remove, said, set_up, state_of, until

NO_ANSWER = Fault(status=503, path="", lasts=timedelta(minutes=5))
SECOND_NUMBER = "400000000000102"


@pytest.fixture
def hass_config_dir(tmp_path: Path) -> str:
    """Return a folder that nobody else writes to."""
    return str(tmp_path)


def reauth_flows(hass: HomeAssistant) -> int:
    """Return how often a new token is asked for."""
    flows = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    return sum(flow["context"]["source"] == SOURCE_REAUTH for flow in flows)


async def test_entry_loads_and_unloads(home: Home) -> None:
    """An entry can be loaded, unloaded and loaded again."""
    entries = home.hass.config_entries
    assert await entries.async_unload(home.entry.entry_id)
    assert state_of(home.entry) is ConfigEntryState.NOT_LOADED
    assert await entries.async_setup(home.entry.entry_id)
    assert state_of(home.entry) is ConfigEntryState.LOADED


async def test_message_reaches_the_phone(home: Home) -> None:
    """notify.send_message leaves as a template while the window is closed."""
    await home.hass.services.async_call(
        "notify",
        "send_message",
        {"entity_id": "notify.ada", "message": "The freezer is warm"},
        blocking=True,
    )
    await home.settle()
    assert "The freezer is warm" in home.ada.messages[-1].text


async def test_dead_token_at_first(
    hass: HomeAssistant, config_entry: MockConfigEntry, sandbox: Sandbox
) -> None:
    """An account of which nothing is known needs a token that works."""
    sandbox.end_token()
    await set_up(hass, config_entry)
    assert state_of(config_entry) is ConfigEntryState.SETUP_ERROR
    assert config_entry.error_reason_translation_key == "auth_failed"
    assert reauth_flows(hass) == 1


async def test_silence_at_first(
    hass: HomeAssistant,
    clock: FrozenDateTimeFactory,
    config_entry: MockConfigEntry,
    sandbox: Sandbox,
) -> None:
    """While WhatsApp does not answer it is asked again and again."""
    sandbox.fail_next(NO_ANSWER)
    await set_up(hass, config_entry)
    assert state_of(config_entry) is ConfigEntryState.SETUP_RETRY
    assert config_entry.error_reason_translation_key == "cannot_connect"
    clock.tick(600)
    async_fire_time_changed(hass)
    await until(lambda: state_of(config_entry) is ConfigEntryState.LOADED)
    assert await hass.config_entries.async_unload(config_entry.entry_id)


async def test_silence_later(home: Home) -> None:
    """A known account takes alerts in without WhatsApp, and they leave later."""
    home.sandbox.fail_next(NO_ANSWER)
    await reload(home)
    assert state_of(home.entry) is ConfigEntryState.LOADED
    assert home.state("sensor.example_ops_quality").state == "unavailable"
    await home.act("raise_alert", {"title": "Leak"})
    await home.settle()
    assert said(home, "Leak") == 0
    await home.forward(900)
    assert said(home, "Leak") >= 1
    assert reauth_flows(home.hass) == 0


async def test_dead_token_later(home: Home) -> None:
    """With a dead token alerts go by other channels, and a new one is asked for."""
    calls = async_mock_service(home.hass, "notify", "mail")
    home.hass.config_entries.async_update_entry(
        home.entry, options={"fallback": "notify.mail"}
    )
    home.sandbox.end_token()
    await reload(home)
    assert state_of(home.entry) is ConfigEntryState.LOADED
    assert reauth_flows(home.hass) == 1
    await home.act("raise_alert", {"title": "Leak"})
    await home.forward(60)
    assert calls
    assert all("Leak" in call.data["message"] for call in calls)
    assert reauth_flows(home.hass) == 1


async def test_token_dies(home: Home) -> None:
    """A token that dies while all goes well is noticed with the next message."""
    home.sandbox.end_token()
    await home.act("raise_alert", {"title": "Leak"})
    await home.settle()
    assert reauth_flows(home.hass) == 1
    home.sandbox.renew_token()
    await reload(home)
    await home.forward(120)
    assert said(home, "Leak") == 1


async def test_recipient_that_cannot_be_used(
    hass: HomeAssistant, config_entry: MockConfigEntry
) -> None:
    """An entry that was tampered with says what is wrong with it."""
    config_entry.add_to_hass(hass)
    subentry = config_entry.subentries["01JADA"]
    hass.config_entries.async_update_subentry(
        config_entry, subentry, data={**subentry.data, "phone": "none"}
    )
    await async_setup_component(hass, DOMAIN, {})
    await hass.async_block_till_done()
    assert state_of(config_entry) is ConfigEntryState.SETUP_ERROR
    assert config_entry.error_reason_translation_key == "bad_input"


async def test_options_reload(home: Home) -> None:
    """Other options take effect at once."""
    before = home.entry.runtime_data
    home.hass.config_entries.async_update_entry(home.entry, options={"language": "de"})
    await home.settle()
    assert home.entry.runtime_data is not before


async def test_disabled_and_enabled(home: Home) -> None:
    """A disabled number keeps what it knows."""
    entries, entry_id = home.hass.config_entries, home.entry.entry_id
    await home.act("raise_alert", {"title": "Leak"})
    await entries.async_set_disabled_by(entry_id, ConfigEntryDisabler.USER)
    await home.settle()
    assert state_of(home.entry) is ConfigEntryState.NOT_LOADED
    assert database_of(home).exists()
    await entries.async_set_disabled_by(entry_id, None)
    await home.settle()
    assert state_of(home.entry) is ConfigEntryState.LOADED
    assert home.state("sensor.example_ops_open_tickets").state == "1"


@pytest.mark.parametrize("answers", [True, False])
async def test_removed(home: Home, answers: bool) -> None:
    """Nothing is left of a number, and WhatsApp does not call any more if it can be told."""
    path = database_of(home)
    assert path.exists()
    if not answers:
        home.sandbox.fail_next(NO_ANSWER)
    await remove(home)
    assert not list(path.parent.glob(f"{home.entry.entry_id}*"))
    assert (home.sandbox.account.address is None) is answers


async def test_restart_in_the_middle_of_a_reminder(home: Home) -> None:
    """A reminder that was due meanwhile leaves once, and the others in their time."""
    await home.act("raise_alert", {"title": "Leak"})
    await home.forward(120)
    entries = home.hass.config_entries
    assert await entries.async_unload(home.entry.entry_id)
    home.clock.tick(timedelta(minutes=11))
    assert await entries.async_setup(home.entry.entry_id)
    await home.settle()
    await home.forward(5)
    assert said(home, "Leak") == 2
    assert said(home, "Reminder 1") == 1
    await home.forward(60)
    assert said(home, "Leak") == 2
    await home.forward(15 * 60)
    assert said(home, "Reminder 2") == 1


async def test_nothing_leaves_before_home_assistant_has_started(home: Home) -> None:
    """What other channels need may not be there earlier."""
    home.hass.set_state(CoreState.starting)
    await reload(home)
    await home.act("raise_alert", {"title": "Leak"})
    await home.forward(30)
    assert said(home, "Leak") == 0
    home.hass.set_state(CoreState.running)
    home.hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await home.forward(1)
    assert said(home, "Leak") == 1


@pytest.mark.usefixtures("home")
async def test_two_numbers_of_one_account(
    home: Home, config_entry: MockConfigEntry
) -> None:
    """What people write to one number is told by that one, whichever is called."""
    number = BusinessNumber(
        phone_number_id=SECOND_NUMBER,
        display_phone_number="+44 1632 960112",
        verified_name="Second Ops",
    )
    home.sandbox.account.numbers.append(number)
    second = MockConfigEntry(
        domain=DOMAIN,
        title="+44 1632 960112",
        unique_id=SECOND_NUMBER,
        data={
            **config_entry.data,
            "phone_number_id": SECOND_NUMBER,
            "webhook_id": "fedcba9876543210",
        },
        subentries_data=[
            {
                "data": {"recipient_id": "zoe", "phone": "+447700900123"},
                "subentry_type": "recipient",
                "title": "Zoe",
                "unique_id": "447700900123",
            }
        ],
    )
    second.add_to_hass(home.hass)
    assert await home.hass.config_entries.async_setup(second.entry_id)
    await home.settle()
    home.ada.reply("For the second", business=SECOND_NUMBER)
    await home.settle()
    assert home.state("event.zoe_message").attributes["text"] == "For the second"
    assert home.state("event.ada_message").state == "unknown"
    home.ada.reply("For the first", business=ACCOUNT.phone_number_id)
    await home.settle()
    assert home.state("event.zoe_message").attributes["text"] == "For the second"
    assert home.state("event.ada_message").attributes["text"] == "For the first"

    # What concerns the account waits until both have heard of it
    assert await home.hass.config_entries.async_unload(second.entry_id)
    home.sandbox.review("ops_alert", "en", status="PAUSED")
    await home.settle()
    answers = [entry.facts.get("answer") for entry in home.sandbox.log]
    assert [answer for answer in answers if answer][-1] == 503
    troubles = home.entry.runtime_data.board.overview.troubles
    assert [trouble.subject for trouble in troubles] == ["ops_alert/en"]
    assert await home.hass.config_entries.async_setup(second.entry_id)
    await home.forward(3600)
    assert second.runtime_data.board.overview.troubles
    assert await home.hass.config_entries.async_unload(second.entry_id)


async def test_removed_with_the_cloud_away(home: Home) -> None:
    """A number that was called over the cloud can be removed without it."""
    home.hass.config_entries.async_update_entry(
        home.entry,
        data={**home.entry.data, "cloudhook_url": "https://hooks.example.com/1"},
    )
    await home.settle()
    await remove(home)
    assert not database_of(home).exists()
