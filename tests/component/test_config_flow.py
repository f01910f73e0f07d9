"""Adding and changing a business phone number in the user interface."""

from collections.abc import AsyncGenerator, Generator
from http import HTTPStatus
import json
from pathlib import Path
import re
from typing import Any
from unittest.mock import AsyncMock, patch

import httpx
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
from starlette.responses import HTMLResponse
from wa_notify.sandbox import Fault, Refusal, Sandbox

from custom_components.wa_notify import config_flow as wa_notify_config_flow
from custom_components.wa_notify.callback import async_answer_handshakes
from custom_components.wa_notify.const import DOMAIN
from homeassistant.config_entries import SOURCE_USER, ConfigFlowResult, FlowType
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.setup import async_setup_component

from .conftest import Serve
from .const import ACCOUNT

TRANSLATIONS = Path(wa_notify_config_flow.__file__).parent / "translations"
EN = json.loads((TRANSLATIONS / "en.json").read_text())
PUBLIC_URL = "https://home.example.com"
CLOUDHOOK_URL = "https://hooks.example.com/abc"
META = "https://graph.facebook.com"
TYPED = {
    "access_token": ACCOUNT.access_token,
    "app_secret": ACCOUNT.app_secret,
    "phone_number_id": ACCOUNT.phone_number_id,
}
KNOWN = {"app_id": ACCOUNT.app_id, "waba_id": ACCOUNT.waba_id}
WEBHOOK_ID = "0123456789abcdef"
MADE = {"verify_token", "webhook_id"}
NO_APP = Fault(refusal=Refusal.PARAMETER_INVALID, path="/debug_token")


def _user_input(cloud_api: str, **changes: str) -> dict[str, Any]:
    """Return what a person types in, with changes."""
    typed = {**TYPED, "base_url": cloud_api, **changes}
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


async def _finish(hass: HomeAssistant, result: ConfigFlowResult) -> ConfigFlowResult:
    """Go on from the step about the callback to the entry."""
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] in {"webhook", "webhook_registered"}
    result = await _submit(hass, result["flow_id"], {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == ACCOUNT.first.display_phone_number
    return result


@pytest.fixture(autouse=True)
async def components(hass: HomeAssistant) -> None:
    """Set up what the manifest depends on."""
    assert await async_setup_component(hass, "webhook", {})


@pytest.fixture
async def home(hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator) -> str:
    """Return the address at which the platform reaches Home Assistant."""
    client = await hass_client_no_auth()
    home = str(client.make_url("")).rstrip("/")
    await hass.config.async_update(internal_url=home)
    return home


@pytest.fixture
async def meta(home: str) -> AsyncGenerator[Sandbox]:
    """Return the platform at its public address, which calls public addresses."""

    async def call(request: httpx.Request) -> httpx.Response:
        """Take a call to any public address to Home Assistant."""
        assert request.url.scheme == "https"
        path = f"/api/webhook/{request.url.path.rpartition('/')[2]}"
        async with httpx.AsyncClient() as client:
            return await client.get(f"{home}{path}", params=request.url.params)

    async with httpx.AsyncClient(transport=httpx.MockTransport(call)) as outside:
        sandbox = Sandbox(callback_client=outside)
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(sandbox.app)
        ) as internet:
            with (
                patch(
                    "custom_components.wa_notify.config_flow.get_async_client",
                    return_value=internet,
                ),
                patch(
                    "custom_components.wa_notify.callback.get_async_client",
                    return_value=internet,
                ),
            ):
                yield sandbox
        await sandbox.aclose()


@pytest.fixture
def entry(hass: HomeAssistant, cloud_api: str) -> MockConfigEntry:
    """Return a number that was added before, but is not set up."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title=ACCOUNT.first.display_phone_number,
        unique_id=ACCOUNT.phone_number_id,
        data={
            **TYPED,
            **KNOWN,
            "base_url": cloud_api,
            "verify_token": "our-word",
            "webhook_id": WEBHOOK_ID,
        },
    )
    entry.add_to_hass(hass)
    return entry


async def test_number_is_added(
    hass: HomeAssistant,
    cloud_api: str,
    home: str,
    sandbox: Sandbox,
    mock_setup_entry: AsyncMock,
) -> None:
    """Credentials that work become an entry, and WhatsApp knows whom to call."""
    result = await _submit(hass, await _start(hass), _user_input(cloud_api))
    assert result["step_id"] == "webhook_registered"
    result = await _finish(hass, result)
    data = result["data"]
    assert {key: data[key] for key in data.keys() - MADE} == {
        **TYPED,
        **KNOWN,
        "base_url": cloud_api,
    }
    assert len(data["verify_token"]) >= 32
    assert sandbox.account.callback_url == f"{home}/api/webhook/{data['webhook_id']}"
    assert result["result"].unique_id == ACCOUNT.phone_number_id
    assert len(mock_setup_entry.mock_calls) == 1

    flow_type, flow_id = result["next_flow"]
    assert flow_type is FlowType.CONFIG_SUBENTRIES_FLOW
    recipient = hass.config_entries.subentries.async_get(flow_id)
    assert recipient["handler"] == (result["result"].entry_id, "recipient")


@pytest.mark.usefixtures("home", "mock_setup_entry")
async def test_blanks_of_copying_are_dropped(
    hass: HomeAssistant, cloud_api: str
) -> None:
    """Blanks around a copied value do not count."""
    copied = {key: f" {value}\n" for key, value in TYPED.items()}
    result = await _submit(
        hass, await _start(hass), _user_input(f"{cloud_api}/ ", **copied)
    )
    result = await _finish(hass, result)
    assert result["data"].items() >= {**TYPED, "base_url": f"{cloud_api}/"}.items()
    assert result["result"].unique_id == ACCOUNT.phone_number_id


@pytest.mark.parametrize(
    ("mistake", "errors"),
    [
        ({"access_token": "expired"}, {"access_token": "invalid_auth"}),
        ({"access_token": "“quoted”"}, {"access_token": "invalid_auth"}),
        ({"app_secret": "another"}, {"app_secret": "invalid_app_secret"}),
        ({"phone_number_id": "441632960111"}, {"phone_number_id": "unknown_number"}),
        ({"phone_number_id": "1/2"}, {"phone_number_id": "unknown_number"}),
        ({"base_url": "http://127.0.0.1:9"}, {"base": "cannot_connect"}),
        ({"base_url": "graph.example.com"}, {"advanced": "invalid_base_url"}),
        ({"base_url": "http://graph.example.com"}, {"advanced": "invalid_base_url"}),
        ({"base_url": "https://"}, {"advanced": "invalid_base_url"}),
        ({"base_url": "http://[::1"}, {"advanced": "invalid_base_url"}),
    ],
)
@pytest.mark.usefixtures("home", "mock_setup_entry")
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
    assert result["step_id"] == "user"
    assert result["errors"] == errors

    await _finish(hass, await _submit(hass, flow_id, _user_input(cloud_api)))


@pytest.mark.usefixtures("home", "mock_setup_entry")
async def test_app_that_requires_proofs_has_to_be_changed(
    hass: HomeAssistant, cloud_api: str, sandbox: Sandbox
) -> None:
    """A setting of the app that would refuse every message is told."""
    sandbox.account.requires_proof = True
    flow_id = await _start(hass)
    result = await _submit(hass, flow_id, _user_input(cloud_api))
    assert result["errors"] == {"access_token": "proof_required"}

    sandbox.account.requires_proof = False
    await _finish(hass, await _submit(hass, flow_id, _user_input(cloud_api)))


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=500, path=ACCOUNT.phone_number_id),
        Fault(kind="disconnect", path=ACCOUNT.phone_number_id),
        Fault(kind="timeout", hold_seconds=0.1, path=ACCOUNT.phone_number_id),
    ],
    ids=lambda fault: fault.kind,
)
@pytest.mark.usefixtures("home", "mock_setup_entry")
async def test_outage_can_be_waited_out(
    hass: HomeAssistant, cloud_api: str, sandbox: Sandbox, fault: Fault
) -> None:
    """The same values are good once the platform answers again."""
    sandbox.fail_next(fault)
    flow_id = await _start(hass)
    result = await _submit(hass, flow_id, _user_input(cloud_api))
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {"base": "cannot_connect"}

    await _finish(hass, await _submit(hass, flow_id, _user_input(cloud_api)))


@pytest.mark.usefixtures("home", "mock_setup_entry")
async def test_other_site_is_not_taken_for_the_cloud_api(
    hass: HomeAssistant, cloud_api: str, serve: Serve
) -> None:
    """Something that answers, but not like the Cloud API, is refused."""
    other_site = await serve(HTMLResponse("<title>Welcome</title>"))
    flow_id = await _start(hass)
    result = await _submit(hass, flow_id, _user_input(other_site))
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {"base": "cannot_connect"}

    await _finish(hass, await _submit(hass, flow_id, _user_input(cloud_api)))


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
    assert base_url["default"] == META


async def test_number_is_added_once(
    hass: HomeAssistant, cloud_api: str, entry: MockConfigEntry
) -> None:
    """A number that is already set up is not added again."""
    result = await _submit(hass, await _start(hass), _user_input(cloud_api))
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


@pytest.mark.usefixtures("home", "mock_setup_entry")
async def test_account_is_asked_for(
    hass: HomeAssistant, cloud_api: str, sandbox: Sandbox
) -> None:
    """What the token does not tell is asked for, and checked as well."""
    sandbox.fail_next(NO_APP)
    flow_id = await _start(hass)
    result = await _submit(hass, flow_id, _user_input(cloud_api))
    assert result["step_id"] == "account"
    assert result["errors"] == {}

    for wrong in ("300000000000999", " ", "mine"):
        sandbox.fail_next(NO_APP)
        result = await _submit(hass, flow_id, {"waba_id": wrong})
        assert result["step_id"] == "account"
        assert result["errors"] == {"waba_id": "unknown_account"}

    sandbox.fail_next(
        Fault(refusal=Refusal.TOKEN_EXPIRED, path=ACCOUNT.phone_number_id)
    )
    result = await _submit(hass, flow_id, {"waba_id": ACCOUNT.waba_id})
    assert result["errors"] == {"base": "invalid_auth"}

    result = await _submit(hass, flow_id, {"waba_id": f" {ACCOUNT.waba_id} "})
    assert result["step_id"] == "webhook_registered"
    result = await _finish(hass, result)
    assert result["data"].items() >= KNOWN.items()


def _placeholders(result: ConfigFlowResult) -> dict[str, str]:
    """Return what a form shows in its text, which has to have a place for it."""
    placeholders = dict(result["description_placeholders"] or {})
    text = EN["config"]["step"][result["step_id"]]["description"]
    assert set(re.findall(r"{(\w+)}", text)) == placeholders.keys()
    return placeholders


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (
            Fault(refusal=Refusal.API_PERMISSION, path="/subscribed_apps"),
            "callback_no_access",
        ),
        (
            Fault(refusal=Refusal.PARAMETER_INVALID, path="/subscriptions"),
            "callback_refused",
        ),
        (Fault(status=503, path="/subscriptions"), "callback_cannot_connect"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
@pytest.mark.usefixtures("mock_setup_entry")
async def test_callback_that_is_refused_can_be_registered_by_hand(
    hass: HomeAssistant,
    cloud_api: str,
    home: str,
    sandbox: Sandbox,
    fault: Fault,
    error: str,
) -> None:
    """The form says what stands in the way and what to enter, and goes on."""
    sandbox.fail_next(fault)
    result = await _submit(hass, await _start(hass), _user_input(cloud_api))
    assert result["step_id"] == "webhook"
    assert result["errors"] == {"base": error}
    shown = _placeholders(result)
    data = (await _finish(hass, result))["data"]
    assert shown == {
        "callback_url": f"{home}/api/webhook/{data['webhook_id']}",
        "verify_token": data["verify_token"],
    }


@pytest.mark.usefixtures("home", "mock_setup_entry")
async def test_app_that_is_not_told_is_set_up_by_hand(
    hass: HomeAssistant, cloud_api: str, sandbox: Sandbox
) -> None:
    """Without the app nothing can be registered."""
    flow_id = await _start(hass)
    sandbox.fail_next(NO_APP)
    await _submit(hass, flow_id, _user_input(cloud_api))
    sandbox.fail_next(NO_APP)
    result = await _submit(hass, flow_id, {"waba_id": ACCOUNT.waba_id})
    assert result["errors"] == {"base": "callback_app_unknown"}
    result = await _finish(hass, result)
    assert result["data"]["app_id"] == ""


@pytest.mark.usefixtures("mock_setup_entry")
async def test_registering_is_tried_again_when_the_step_is_opened_again(
    hass: HomeAssistant, cloud_api: str, home: str, sandbox: Sandbox
) -> None:
    """Somebody may put the network right meanwhile and come back."""
    await hass.config.async_update(internal_url="http://127.0.0.1:9")
    result = await _submit(hass, await _start(hass), _user_input(cloud_api))
    assert result["errors"] == {"base": "callback_unreachable"}
    shown = _placeholders(result)

    await hass.config.async_update(internal_url=home)
    result = await hass.config_entries.flow.async_configure(result["flow_id"])
    assert result["step_id"] == "webhook_registered"
    data = (await _finish(hass, result))["data"]
    assert shown["verify_token"] == data["verify_token"]
    assert sandbox.account.callback_url == f"{home}/api/webhook/{data['webhook_id']}"


@pytest.mark.usefixtures("mock_setup_entry")
async def test_callback_of_somebody_else_is_left_alone(
    hass: HomeAssistant, cloud_api: str, home: str, sandbox: Sandbox
) -> None:
    """Another system goes on hearing of the app, and Home Assistant of its number."""
    sandbox.account.callback_url = "https://crm.example.com/whatsapp"
    result = await _submit(hass, await _start(hass), _user_input(cloud_api))
    data = (await _finish(hass, result))["data"]
    assert sandbox.account.callback_url == "https://crm.example.com/whatsapp"
    assert sandbox.account.first.callback_url == (
        f"{home}/api/webhook/{data['webhook_id']}"
    )


@pytest.mark.usefixtures("mock_setup_entry")
async def test_whatsapp_itself_calls_the_public_address(
    hass: HomeAssistant, meta: Sandbox
) -> None:
    """Nothing but an external address with https will do."""
    result = await _submit(hass, await _start(hass), _user_input(META))
    assert result["errors"] == {"base": "no_public_url"}
    shown = _placeholders(result)
    assert re.fullmatch("/api/webhook/[0-9a-f]{64}", shown["callback_url"])

    await hass.config.async_update(external_url=PUBLIC_URL)
    result = await hass.config_entries.flow.async_configure(result["flow_id"])
    data = (await _finish(hass, result))["data"]
    assert data.keys() == {*TYPED, *KNOWN, *MADE, "base_url"}
    assert meta.account.callback_url == f"{PUBLIC_URL}{shown['callback_url']}"


@pytest.fixture
def cloud() -> Generator[AsyncMock]:
    """Have an active subscription of Home Assistant Cloud."""

    async def hook(hass: HomeAssistant, webhook_id: str) -> str:
        """Return an address for the webhook."""
        return f"{CLOUDHOOK_URL}/{webhook_id}"

    flow = "custom_components.wa_notify.config_flow"
    with (
        patch(f"{flow}.async_get_cloudhook", side_effect=hook),
        patch(f"{flow}.async_delete_cloudhook") as delete,
    ):
        yield delete


@pytest.mark.usefixtures("mock_setup_entry")
async def test_whatsapp_calls_by_the_cloud(
    hass: HomeAssistant, meta: Sandbox, cloud: AsyncMock
) -> None:
    """The cloud has an address for us, which the entry remembers."""
    await hass.config.async_update(external_url=PUBLIC_URL)
    result = await _submit(hass, await _start(hass), _user_input(META))
    data = (await _finish(hass, result))["data"]
    assert data["cloudhook_url"] == f"{CLOUDHOOK_URL}/{data['webhook_id']}"
    assert meta.account.callback_url == data["cloudhook_url"]
    assert not cloud.mock_calls


@pytest.mark.parametrize("by_cloud", [False, True])
async def test_flow_that_is_given_up_leaves_nothing_behind(
    hass: HomeAssistant,
    request: pytest.FixtureRequest,
    hass_client_no_auth: ClientSessionGenerator,
    meta: Sandbox,
    by_cloud: bool,
) -> None:
    """WhatsApp is not left with an address that nobody answers."""
    await hass.config.async_update(external_url=PUBLIC_URL)
    cloud = request.getfixturevalue("cloud") if by_cloud else AsyncMock()
    flow_id = await _start(hass)
    await _submit(hass, flow_id, _user_input(META))
    registered = meta.account.callback_url or ""
    assert registered.startswith(CLOUDHOOK_URL if by_cloud else PUBLIC_URL)
    path = f"/api/webhook/{registered.rpartition('/')[2]}"
    client = await hass_client_no_auth()
    assert (await client.post(path)).status == HTTPStatus.SERVICE_UNAVAILABLE
    assert (await client.get(path)).status == HTTPStatus.FORBIDDEN

    hass.config_entries.flow.async_abort(flow_id)
    await hass.async_block_till_done()
    assert meta.account.callback_url is None
    assert (await client.post(path)).status == HTTPStatus.OK
    assert len(cloud.mock_calls) == by_cloud


async def test_flow_that_is_given_up_early_has_nothing_to_take_back(
    hass: HomeAssistant, cloud_api: str
) -> None:
    """Closing the first form is no trouble."""
    flow_id = await _start(hass)
    hass.config_entries.flow.async_abort(flow_id)
    await hass.async_block_till_done()
    assert not hass.config_entries.flow.async_progress()


async def test_token_is_replaced(
    hass: HomeAssistant, entry: MockConfigEntry, sandbox: Sandbox
) -> None:
    """A new token is checked and stored, the app secret stays."""
    sandbox.account.change_token("fresh-token")
    result = await entry.start_reauth_flow(hass)
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "reauth_confirm"
    assert _placeholders(result) == {"name": entry.title}

    for typed, errors in (
        ({"access_token": "expired"}, {"access_token": "invalid_auth"}),
        (
            {"access_token": "fresh-token", "app_secret": "another"},
            {"app_secret": "invalid_app_secret"},
        ),
    ):
        result = await _submit(hass, result["flow_id"], typed)
        assert result["type"] is FlowResultType.FORM
        assert result["errors"] == errors

    before = dict(entry.data)
    result = await _submit(hass, result["flow_id"], {"access_token": " fresh-token "})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reauth_successful"
    assert entry.data == {**before, "access_token": "fresh-token"}


@pytest.mark.parametrize(
    ("changed", "error"),
    [("phone_number_id", "unknown_number"), ("waba_id", "unknown_account")],
)
async def test_token_of_another_business_does_not_do(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    changed: str,
    error: str,
) -> None:
    """A token has to be for the number of the entry."""
    fitting = dict(entry.data)
    hass.config_entries.async_update_entry(
        entry, data={**fitting, changed: "500000000000000"}
    )
    result = await entry.start_reauth_flow(hass)
    token = {"access_token": ACCOUNT.access_token}
    result = await _submit(hass, result["flow_id"], token)
    assert result["errors"] == {"base": error}

    hass.config_entries.async_update_entry(entry, data=fitting)
    result = await _submit(hass, result["flow_id"], token)
    assert result["reason"] == "reauth_successful"


async def test_token_of_another_app_brings_its_callback_along(
    hass: HomeAssistant, entry: MockConfigEntry, home: str, sandbox: Sandbox
) -> None:
    """An app that knows nothing of Home Assistant yet is told."""
    hass.config_entries.async_update_entry(
        entry, data={**entry.data, "app_id": "200000000000999"}
    )
    async_answer_handshakes(hass, entry.data)
    result = await entry.start_reauth_flow(hass)
    result = await _submit(
        hass, result["flow_id"], {"access_token": ACCOUNT.access_token}
    )
    assert result["step_id"] == "webhook_registered"
    assert sandbox.account.callback_url == f"{home}/api/webhook/{WEBHOOK_ID}"
    assert entry.data["app_id"] == "200000000000999"

    result = await _submit(hass, result["flow_id"], {})
    assert result["reason"] == "reauth_successful"
    assert entry.data["app_id"] == ACCOUNT.app_id


def _reconfigured(cloud_api: str, **typed: Any) -> dict[str, Any]:
    """Return what a person types in to change an entry."""
    return {"register_again": False, "advanced": {"base_url": cloud_api}, **typed}


async def test_credentials_are_changed(
    hass: HomeAssistant, cloud_api: str, entry: MockConfigEntry, sandbox: Sandbox
) -> None:
    """What is typed is checked and stored, what is left empty stays."""
    sandbox.account.change_token("fresh-token")
    result = await entry.start_reconfigure_flow(hass)
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "reconfigure"
    flow_id, before = result["flow_id"], dict(entry.data)
    for typed, errors in (
        ({"access_token": "expired"}, {"access_token": "invalid_auth"}),
        ({"app_secret": "another"}, {"app_secret": "invalid_app_secret"}),
        (
            {"advanced": {"base_url": "http://example.com"}},
            {"advanced": "invalid_base_url"},
        ),
        ({"advanced": {"base_url": "http://127.0.0.1:9"}}, {"base": "cannot_connect"}),
    ):
        result = await _submit(hass, flow_id, _reconfigured(cloud_api, **typed))
        assert result["type"] is FlowResultType.FORM
        assert result["errors"] == errors
        assert entry.data == before

    result = await _submit(
        hass, flow_id, _reconfigured(cloud_api, access_token="fresh-token")
    )
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reconfigure_successful"
    assert entry.data == {**before, "access_token": "fresh-token"}
    assert sandbox.account.callback_url is None


async def test_reconfiguring_shows_no_secret(
    hass: HomeAssistant, cloud_api: str, entry: MockConfigEntry
) -> None:
    """Only the address is filled in."""
    result = await entry.start_reconfigure_flow(hass)
    schema = result["data_schema"].schema
    assert {str(key) for key in schema if key.description} == set()
    (base_url,) = schema["advanced"].schema.schema
    assert base_url.description == {"suggested_value": cloud_api}


@pytest.mark.parametrize("reason", ["again", "moved"])
async def test_callback_is_registered_again(
    hass: HomeAssistant,
    cloud_api: str,
    entry: MockConfigEntry,
    home: str,
    sandbox: Sandbox,
    reason: str,
) -> None:
    """On demand, or because the platform is another one, WhatsApp is told anew."""
    sandbox.account.callback_url = f"http://old.example.com/api/webhook/{WEBHOOK_ID}"
    async_answer_handshakes(hass, entry.data)
    result = await entry.start_reconfigure_flow(hass)
    result = await _submit(
        hass,
        result["flow_id"],
        _reconfigured(
            f"{cloud_api}/" if reason == "moved" else cloud_api,
            register_again=reason == "again",
        ),
    )
    assert result["step_id"] == "webhook_registered"
    assert sandbox.account.callback_url == f"{home}/api/webhook/{WEBHOOK_ID}"
    result = await _submit(hass, result["flow_id"], {})
    assert result["reason"] == "reconfigure_successful"


async def test_callback_that_is_refused_keeps_no_change_from_being_stored(
    hass: HomeAssistant, cloud_api: str, entry: MockConfigEntry, sandbox: Sandbox
) -> None:
    """The credentials are good, and the callback can be registered by hand."""
    await hass.config.async_update(internal_url="http://127.0.0.1:9")
    sandbox.account.change_token("fresh-token")
    result = await entry.start_reconfigure_flow(hass)
    result = await _submit(
        hass,
        result["flow_id"],
        _reconfigured(cloud_api, access_token="fresh-token", register_again=True),
    )
    assert result["step_id"] == "webhook"
    assert result["errors"] == {"base": "callback_unreachable"}
    assert _placeholders(result) == {
        "callback_url": f"http://127.0.0.1:9/api/webhook/{WEBHOOK_ID}",
        "verify_token": "our-word",
    }
    result = await _submit(hass, result["flow_id"], {})
    assert result["reason"] == "reconfigure_successful"
    assert entry.data["access_token"] == "fresh-token"


async def test_cloud_that_is_gone_is_forgotten(
    hass: HomeAssistant, meta: Sandbox, entry: MockConfigEntry
) -> None:
    """Without a subscription WhatsApp is told the external address."""
    await hass.config.async_update(external_url=PUBLIC_URL)
    hass.config_entries.async_update_entry(
        entry, data={**entry.data, "base_url": META, "cloudhook_url": CLOUDHOOK_URL}
    )
    async_answer_handshakes(hass, entry.data)
    result = await entry.start_reconfigure_flow(hass)
    result = await _submit(
        hass, result["flow_id"], _reconfigured(META, register_again=True)
    )
    assert result["step_id"] == "webhook_registered"
    result = await _submit(hass, result["flow_id"], {})
    assert result["reason"] == "reconfigure_successful"
    assert "cloudhook_url" not in entry.data
    assert meta.account.callback_url == f"{PUBLIC_URL}/api/webhook/{WEBHOOK_ID}"


async def test_changes_that_are_given_up_change_nothing(
    hass: HomeAssistant,
    cloud_api: str,
    home: str,
    entry: MockConfigEntry,
    sandbox: Sandbox,
) -> None:
    """The callback of an entry that exists is not taken back."""
    async_answer_handshakes(hass, entry.data)
    result = await entry.start_reconfigure_flow(hass)
    before = dict(entry.data)
    result = await _submit(
        hass, result["flow_id"], _reconfigured(cloud_api, register_again=True)
    )
    hass.config_entries.flow.async_abort(result["flow_id"])
    await hass.async_block_till_done()
    assert entry.data == before
    assert sandbox.account.callback_url == f"{home}/api/webhook/{WEBHOOK_ID}"
