"""Changing the options of a business phone number."""

from types import SimpleNamespace
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.wa_notify.const import DOMAIN
from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData, section

from .const import ENTRY_DATA

NOTHING: dict[str, Any] = {
    "silence_minutes": 60,
    "quiet_hours": {},
    "reminders": {},
    "templates": {},
}
EVERYTHING = {
    "language": "pt_BR",
    "fallback": "notify.mail",
    "silence_minutes": 30,
    "quiet_hours": {"quiet_from": "22:00:00", "quiet_to": "07:00:00"},
    "reminders": {"remind_after": 10, "remind_every": 15, "remind_times": 3},
    "templates": {"message_template": " notice ", "alert_template": "ops_alert"},
}
STORED = {
    "language": "pt_BR",
    "fallback": "notify.mail",
    "silence_minutes": 30,
    "quiet_from": "22:00:00",
    "quiet_to": "07:00:00",
    "remind_after": 10,
    "remind_every": 15,
    "remind_times": 3,
    "message_template": "notice",
    "alert_template": "ops_alert",
}


@pytest.fixture
def entry(hass: HomeAssistant) -> MockConfigEntry:
    """Return a business number."""
    entry = MockConfigEntry(domain=DOMAIN, data=ENTRY_DATA)
    entry.add_to_hass(hass)
    return entry


async def _start(hass: HomeAssistant, entry: MockConfigEntry) -> ConfigFlowResult:
    """Open the form."""
    form = await hass.config_entries.options.async_init(entry.entry_id)
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == "init"
    assert form["errors"] == {}
    return form


async def _submit(
    hass: HomeAssistant, flow_id: str, user_input: dict[str, Any]
) -> ConfigFlowResult:
    """Fill in the form."""
    return await hass.config_entries.options.async_configure(flow_id, user_input)


def _fields(form: ConfigFlowResult) -> dict[Any, Any]:
    """Return the fields of a form."""
    schema = form["data_schema"]
    assert schema is not None
    fields: dict[Any, Any] = schema.schema
    return fields


def _suggested(form: ConfigFlowResult) -> dict[str, Any]:
    """Return what is filled in, by section."""
    filled: dict[str, Any] = {}
    for key, field in _fields(form).items():
        if isinstance(field, section):
            filled[str(key)] = {
                str(inner): inner.description["suggested_value"]
                for inner in field.schema.schema
                if inner.description
            }
        elif key.description:
            filled[str(key)] = key.description["suggested_value"]
    return filled


def _offered(form: ConfigFlowResult) -> list[str]:
    """Return the templates that can be chosen."""
    selector = _fields(form)["templates"].schema.schema["alert_template"]
    offered: list[str] = selector.config["options"]
    return offered


async def test_options_are_stored_and_shown_again(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    """What is typed is stored flat, and filled in the next time."""
    result = await _submit(hass, (await _start(hass, entry))["flow_id"], EVERYTHING)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options == STORED

    templates = {"message_template": "notice", "alert_template": "ops_alert"}
    form = await _start(hass, entry)
    assert _suggested(form) == {**EVERYTHING, "templates": templates}

    result = await _submit(hass, form["flow_id"], NOTHING)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options == {"silence_minutes": 60}


@pytest.mark.parametrize(
    ("mistake", "errors"),
    [
        (
            {"quiet_hours": {"quiet_from": "22:00:00"}},
            {"quiet_hours": "quiet_incomplete"},
        ),
        (
            {"quiet_hours": {"quiet_to": "07:00:00"}},
            {"quiet_hours": "quiet_incomplete"},
        ),
        (
            {"quiet_hours": {"quiet_from": "07:00", "quiet_to": "07:00:00"}},
            {"quiet_hours": "quiet_always"},
        ),
        (
            {"templates": {"alert_template": "Ops alert"}},
            {"templates": "invalid_template"},
        ),
    ],
)
async def test_mistake_can_be_corrected(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    mistake: dict[str, Any],
    errors: dict[str, str],
) -> None:
    """The form says what is wrong, and takes the corrected values."""
    flow_id = (await _start(hass, entry))["flow_id"]
    result = await _submit(hass, flow_id, {**NOTHING, **mistake})
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == errors
    assert entry.options == {}

    result = await _submit(hass, flow_id, EVERYTHING)
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    "impossible",
    [
        {"fallback": "light.lamp"},
        {"language": "Klingon"},
        {"silence_minutes": 0},
        {"reminders": {"remind_after": 0}},
        {"reminders": {"remind_times": 21}},
        {"quiet_hours": {"quiet_from": "25:00"}},
    ],
)
async def test_what_no_form_lets_one_type_is_refused(
    hass: HomeAssistant, entry: MockConfigEntry, impossible: dict[str, Any]
) -> None:
    """The limits of the fields hold as well for whoever sends the form by hand."""
    flow_id = (await _start(hass, entry))["flow_id"]
    with pytest.raises(InvalidData):
        await _submit(hass, flow_id, {**NOTHING, **impossible})
    result = await _submit(hass, flow_id, NOTHING)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_templates_of_the_account_are_offered(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    """Those that WhatsApp would not take, or takes for adverts, are left out."""
    assert _offered(await _start(hass, entry)) == []

    def template(name: str, status: str, category: str) -> SimpleNamespace:
        """Return a template as the coordinator has it."""
        return SimpleNamespace(name=name, status=status, category=category)

    coordinator = SimpleNamespace(data=None)
    entry.mock_state(hass, ConfigEntryState.LOADED)
    entry.runtime_data = SimpleNamespace(coordinator=coordinator)
    assert _offered(await _start(hass, entry)) == []

    coordinator.data = SimpleNamespace(
        templates=[
            template("ops_alert", "APPROVED", "UTILITY"),
            template("code", "APPROVED", "AUTHENTICATION"),
            template("ops_alert", "REJECTED", "UTILITY"),
            template("waiting", "PENDING", "UTILITY"),
            template("sale", "APPROVED", "MARKETING"),
            template("notice", "FLAGGED", "UTILITY"),
        ]
    )
    assert _offered(await _start(hass, entry)) == ["code", "notice", "ops_alert"]
    entry.mock_state(hass, ConfigEntryState.NOT_LOADED)
