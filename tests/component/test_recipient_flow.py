"""Adding and changing recipients in the user interface."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.wa_notify.const import DOMAIN
from homeassistant.config_entries import (
    SOURCE_USER,
    ConfigSubentryData,
    SubentryFlowResult,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
from homeassistant.helpers import entity_registry as er

from .const import ENTRY_DATA

ADA = "+447700900123"
TYPED = {"name": "Ada Lovelace", "phone": ADA, "agreed": False}
FULL = {
    "name": "Ada",
    "phone": ADA,
    "agreed": True,
    "proof": "Told me so on 1 March 2026",
    "language": "en_GB",
    "person": "person.ada",
    "fallback": "notify.ada_mail",
}


def _recipient(name: str, **data: str) -> ConfigSubentryData:
    """Return a recipient as it is stored."""
    return ConfigSubentryData(
        data=data,
        subentry_type="recipient",
        title=name,
        unique_id=data["phone"].removeprefix("+"),
    )


@pytest.fixture
def entry(hass: HomeAssistant) -> MockConfigEntry:
    """Return a business number with one recipient."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        data=ENTRY_DATA,
        subentries_data=[
            _recipient(
                "Bob", recipient_id="bob", phone="+447700900456", opt_in="On paper"
            )
        ],
    )
    entry.add_to_hass(hass)
    return entry


async def _start(hass: HomeAssistant, entry: MockConfigEntry) -> str:
    """Open the form and return the ID of the flow."""
    form = await hass.config_entries.subentries.async_init(
        (entry.entry_id, "recipient"), context={"source": SOURCE_USER}
    )
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == "user"
    assert form["errors"] == {}
    return form["flow_id"]


async def _submit(
    hass: HomeAssistant, flow_id: str, user_input: dict[str, Any]
) -> SubentryFlowResult:
    """Fill in the form."""
    return await hass.config_entries.subentries.async_configure(flow_id, user_input)


async def _added(
    hass: HomeAssistant, entry: MockConfigEntry, **typed: Any
) -> SubentryFlowResult:
    """Add a recipient."""
    result = await _submit(hass, await _start(hass, entry), {**TYPED, **typed})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    return result


async def test_recipient_is_added(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """A name and a number are enough."""
    result = await _added(hass, entry)
    assert result["title"] == "Ada Lovelace"
    assert result["unique_id"] == "447700900123"
    assert result["data"] == {"recipient_id": "ada_lovelace", "phone": ADA}
    assert {subentry.title for subentry in entry.subentries.values()} == {
        "Ada Lovelace",
        "Bob",
    }


async def test_everything_about_a_recipient_is_kept(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    """Agreement, language, person and fallback are stored as they were typed."""
    result = await _added(hass, entry, **FULL)
    assert result["data"] == {
        "recipient_id": "ada",
        "phone": ADA,
        "opt_in": "Told me so on 1 March 2026",
        "language": "en_GB",
        "person": "person.ada",
        "fallback": "notify.ada_mail",
    }


@pytest.mark.parametrize(
    ("country", "typed"),
    [
        ("GB", "07700 900123"),
        ("GB", "+44 (0)7700 900-123"),
        ("US", "+44 7700 900123"),
        (None, " +44 7700 900123 "),
    ],
)
async def test_number_is_read_as_people_write_it(
    hass: HomeAssistant, entry: MockConfigEntry, country: str | None, typed: str
) -> None:
    """The country of Home Assistant stands in where none is written."""
    hass.config.country = country
    result = await _added(hass, entry, phone=typed)
    assert result["data"]["phone"] == ADA


@pytest.mark.parametrize(
    ("mistake", "errors"),
    [
        ({"phone": "Ada"}, {"phone": "invalid_number"}),
        ({"phone": "07700 900123"}, {"phone": "invalid_number"}),
        ({"phone": "+44 1"}, {"phone": "invalid_number"}),
        ({"phone": ""}, {"phone": "invalid_number"}),
        ({"phone": "+44 7700 900456"}, {"phone": "already_configured"}),
        ({"name": " "}, {"name": "name_missing"}),
        ({"agreed": True}, {"proof": "proof_missing"}),
        ({"agreed": True, "proof": " \n"}, {"proof": "proof_missing"}),
        ({"proof": "On paper"}, {"agreed": "not_agreed"}),
        (
            {"name": "", "phone": "x", "agreed": True},
            {
                "name": "name_missing",
                "phone": "invalid_number",
                "proof": "proof_missing",
            },
        ),
    ],
)
async def test_mistake_can_be_corrected(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    mistake: dict[str, Any],
    errors: dict[str, str],
) -> None:
    """The form says everything that is wrong, and takes the corrected values."""
    hass.config.country = None
    flow_id = await _start(hass, entry)
    result = await _submit(hass, flow_id, {**TYPED, **mistake})
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == errors

    result = await _submit(hass, flow_id, TYPED)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_ids_are_not_given_twice(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    """Rules can tell people of the same name apart."""
    ids = [
        (await _added(hass, entry, name=name, phone=f"+44770090020{place}"))["data"][
            "recipient_id"
        ]
        for place, name in enumerate(["Bob", "bob!", "Bob 2", "🙂", "x" * 80, "x" * 80])
    ]
    assert ids == ["bob_2", "bob_3", "bob_2_2", "unknown", "x" * 56, f"{'x' * 56}_2"]


async def test_recipient_is_changed(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    """Everything can be changed but the ID that rules name."""
    (subentry,) = entry.subentries.values()
    result = await entry.start_subentry_reconfigure_flow(hass, subentry.subentry_id)
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "reconfigure"
    assert {
        str(key): key.description["suggested_value"]
        for key in result["data_schema"].schema
        if key.description
    } == {
        "name": "Bob",
        "phone": "+447700900456",
        "agreed": True,
        "proof": "On paper",
    }

    result = await _submit(hass, result["flow_id"], {**FULL, "phone": "x"})
    assert result["errors"] == {"phone": "invalid_number"}

    result = await _submit(hass, result["flow_id"], FULL)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reconfigure_successful"
    (subentry,) = entry.subentries.values()
    assert (subentry.title, subentry.unique_id) == ("Ada", "447700900123")
    assert subentry.data["recipient_id"] == "bob"
    assert subentry.data["opt_in"] == FULL["proof"]


async def test_agreement_can_be_withdrawn(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    """The number of the recipient itself is not in the way."""
    (subentry,) = entry.subentries.values()
    result = await entry.start_subentry_reconfigure_flow(hass, subentry.subentry_id)
    result = await _submit(
        hass,
        result["flow_id"],
        {"name": "Bob", "phone": "+447700900456", "agreed": False},
    )
    assert result["reason"] == "reconfigure_successful"
    (subentry,) = entry.subentries.values()
    assert subentry.data == {"recipient_id": "bob", "phone": "+447700900456"}

    result = await entry.start_subentry_reconfigure_flow(hass, subentry.subentry_id)
    suggested = {str(key) for key in result["data_schema"].schema if key.description}
    assert "proof" not in suggested


async def test_number_of_another_is_not_taken_over(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    """A number belongs to one person."""
    bob = next(iter(entry.subentries))
    await _added(hass, entry)
    result = await entry.start_subentry_reconfigure_flow(hass, bob)
    result = await _submit(hass, result["flow_id"], {**TYPED, "name": "Bob"})
    assert result["errors"] == {"phone": "already_configured"}

    result = await _submit(hass, result["flow_id"], {**TYPED, "phone": "+447700900789"})
    assert result["reason"] == "reconfigure_successful"


async def test_fallback_does_not_go_over_whatsapp_itself(
    hass: HomeAssistant, entry: MockConfigEntry, entity_registry: er.EntityRegistry
) -> None:
    """Another notify entity has to stand in."""
    own = entity_registry.async_get_or_create("notify", DOMAIN, "1", config_entry=entry)
    flow_id = await _start(hass, entry)
    for fallback in (own.entity_id, "light.lamp"):
        with pytest.raises(InvalidData):
            await _submit(hass, flow_id, {**TYPED, "fallback": fallback})
    result = await _submit(hass, flow_id, {**TYPED, "fallback": "notify.mail"})
    assert result["type"] is FlowResultType.CREATE_ENTRY
