"""Adding a business phone number in the user interface."""

from http import HTTPStatus
from typing import Any
from unittest.mock import AsyncMock, patch

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
from starlette.responses import HTMLResponse
from wa_notify.sandbox import Fault, Sandbox

from custom_components.wa_notify.const import DOMAIN
from homeassistant.config_entries import SOURCE_USER, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.setup import async_setup_component

from .conftest import Serve
from .const import ACCOUNT, ENTRY_DATA


def _user_input(cloud_api: str, **changes: str) -> dict[str, Any]:
    """Return what a person types in, with changes."""
    typed = {**ENTRY_DATA, "base_url": cloud_api, **changes}
    return {"advanced": {"base_url": typed.pop("base_url")}, **typed}


async def _start(hass: HomeAssistant) -> str:
    """Open the form and return the ID of the flow."""
    form = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == "user"
    assert form["errors"] == {}
    return form["flow_id"]


async def _submit(
    hass: HomeAssistant, flow_id: str, user_input: dict[str, Any]
) -> ConfigFlowResult:
    """Fill in the form."""
    return await hass.config_entries.flow.async_configure(flow_id, user_input)


async def test_number_is_added(
    hass: HomeAssistant, cloud_api: str, mock_setup_entry: AsyncMock
) -> None:
    """Credentials that work become an entry named after the number."""
    result = await _submit(hass, await _start(hass), _user_input(cloud_api))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == ACCOUNT.first.display_phone_number
    assert result["data"] == {**ENTRY_DATA, "base_url": cloud_api}
    assert result["result"].unique_id == ACCOUNT.phone_number_id
    assert len(mock_setup_entry.mock_calls) == 1


@pytest.mark.usefixtures("mock_setup_entry")
async def test_blanks_of_copying_are_dropped(
    hass: HomeAssistant, cloud_api: str
) -> None:
    """Blanks around a copied value do not count."""
    copied = {key: f" {value}\n" for key, value in ENTRY_DATA.items()}
    result = await _submit(
        hass, await _start(hass), _user_input(f"{cloud_api}/ ", **copied)
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"] == {**ENTRY_DATA, "base_url": f"{cloud_api}/"}
    assert result["result"].unique_id == ACCOUNT.phone_number_id


@pytest.mark.parametrize(
    ("mistake", "errors"),
    [
        ({"access_token": "expired"}, {"access_token": "invalid_auth"}),
        ({"access_token": "“quoted”"}, {"access_token": "invalid_auth"}),
        ({"phone_number_id": "441632960111"}, {"phone_number_id": "unknown_number"}),
        ({"phone_number_id": "1/2"}, {"phone_number_id": "unknown_number"}),
        ({"base_url": "http://127.0.0.1:9"}, {"base": "cannot_connect"}),
        ({"base_url": "graph.example.com"}, {"base": "invalid_base_url"}),
        ({"base_url": "https://"}, {"base": "invalid_base_url"}),
        ({"base_url": "http://[::1"}, {"base": "invalid_base_url"}),
    ],
)
@pytest.mark.usefixtures("mock_setup_entry")
async def test_mistake_can_be_corrected(
    hass: HomeAssistant,
    cloud_api: str,
    mistake: dict[str, str],
    errors: dict[str, str],
) -> None:
    """The form says what is wrong, and takes the corrected values."""
    flow_id = await _start(hass)
    result = await _submit(hass, flow_id, _user_input(cloud_api, **mistake))
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == errors

    result = await _submit(hass, flow_id, _user_input(cloud_api))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == ACCOUNT.first.display_phone_number


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=500, path=ACCOUNT.phone_number_id),
        Fault(kind="disconnect", path=ACCOUNT.phone_number_id),
        Fault(kind="timeout", hold_seconds=0.3, path=ACCOUNT.phone_number_id),
    ],
    ids=lambda fault: fault.kind,
)
@pytest.mark.usefixtures("mock_setup_entry")
async def test_outage_can_be_waited_out(
    hass: HomeAssistant, cloud_api: str, sandbox: Sandbox, fault: Fault
) -> None:
    """The same values are good once the platform answers again."""
    sandbox.fail_next(fault)
    flow_id = await _start(hass)
    with patch("custom_components.wa_notify.cloud_api.TIMEOUT", 0.1):
        result = await _submit(hass, flow_id, _user_input(cloud_api))
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {"base": "cannot_connect"}

    result = await _submit(hass, flow_id, _user_input(cloud_api))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == ACCOUNT.first.display_phone_number


@pytest.mark.usefixtures("mock_setup_entry")
async def test_other_site_is_not_taken_for_the_cloud_api(
    hass: HomeAssistant, cloud_api: str, serve: Serve
) -> None:
    """Something that answers, but not like the Cloud API, is refused."""
    other_site = await serve(HTMLResponse("<title>Welcome</title>"))
    flow_id = await _start(hass)
    result = await _submit(hass, flow_id, _user_input(other_site))
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {"base": "cannot_connect"}

    result = await _submit(hass, flow_id, _user_input(cloud_api))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == ACCOUNT.first.display_phone_number


async def test_form_reaches_the_browser(
    hass: HomeAssistant, hass_client: ClientSessionGenerator
) -> None:
    """The form is sent as the frontend draws it: secrets hidden, the address folded."""
    assert await async_setup_component(hass, "config", {})
    client = await hass_client()
    answer = await client.post(
        "/api/config/config_entries/flow", json={"handler": DOMAIN}
    )
    assert answer.status == HTTPStatus.OK
    fields = {field["name"]: field for field in (await answer.json())["data_schema"]}
    assert list(fields) == ["phone_number_id", "access_token", "app_secret", "advanced"]
    for secret in ("access_token", "app_secret"):
        assert fields[secret]["selector"]["text"]["type"] == "password"
    assert fields["advanced"]["expanded"] is False
    (base_url,) = fields["advanced"]["schema"]
    assert base_url["default"] == "https://graph.facebook.com"


async def test_number_is_added_once(
    hass: HomeAssistant, cloud_api: str, config_entry: MockConfigEntry
) -> None:
    """A number that is already set up is not added again."""
    config_entry.add_to_hass(hass)
    result = await _submit(hass, await _start(hass), _user_input(cloud_api))
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
