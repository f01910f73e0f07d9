"""Repairs: each trouble that somebody can mend is told while it stands, and mended."""

from http import HTTPStatus
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
from wa_notify.sandbox import CallbackPolicy, Fault, Measure, Sandbox

from custom_components.wa_notify.const import DOMAIN
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component

from .const import ACCOUNT, WEBHOOK_ID
from .home import Home

URL = "/api/repairs/issues/fix"
ALONE = {"Connection": "close"}  # the clock jumps, and connections age with it
NEVER = frozenset({"sent", "delivered", "read", "failed"})
OTHER_ALERT = {
    "name": "other_alert",
    "language": "en",
    "category": "UTILITY",
    "components": [{"type": "BODY", "text": "There is something: {{1}}. Look at it."}],
}

type Client = TestClient[web.Request, web.Application]


@pytest.fixture(autouse=True)
async def repairs(hass: HomeAssistant) -> None:
    """Set up what cannot be set up any more once Home Assistant serves."""
    assert await async_setup_component(hass, "repairs", {})


@pytest.fixture(autouse=True)
def templates(sandbox: Sandbox) -> None:
    """Give the account more templates than it needs."""
    sandbox.account.add_template(OTHER_ALERT)
    sandbox.account.add_template({**OTHER_ALERT, "name": "spring_sale"})


@pytest.fixture
async def client(home: Home, hass_client: ClientSessionGenerator) -> Client:
    """Return the browser of an administrator."""
    client: Client = await hass_client()
    return client


def issues(home: Home) -> dict[str, ir.IssueEntry]:
    """Return what is told, by its kind."""
    return {
        issue.translation_key or "": issue
        for (domain, _), issue in ir.async_get(home.hass).issues.items()
        if domain == DOMAIN and issue.active
    }


def placeholders(home: Home, key: str) -> dict[str, str]:
    """Return what an issue says."""
    found = issues(home)[key].translation_placeholders
    assert found is not None
    return found


async def begin(client: Client, home: Home, key: str) -> dict[str, Any]:
    """Begin to mend an issue."""
    asked = {"handler": DOMAIN, "issue_id": issues(home)[key].issue_id}
    answer = await client.post(URL, json=asked, headers=ALONE)
    assert answer.status == HTTPStatus.OK, await answer.text()
    flow: dict[str, Any] = await answer.json()
    return flow


async def submit(client: Client, flow: dict[str, Any], **data: str) -> dict[str, Any]:
    """Go on with a flow."""
    url = f"{URL}/{flow['flow_id']}"
    answer = await client.post(url, json=data, headers=ALONE)
    assert answer.status == HTTPStatus.OK, await answer.text()
    after: dict[str, Any] = await answer.json()
    return after


async def alert(home: Home, title: str = "Leak") -> None:
    """Raise an alert and wait for what comes of it."""
    await home.act("raise_alert", {"title": title})
    await home.forward(10)


async def test_all_is_well(home: Home) -> None:
    """Without a trouble there is no issue."""
    await alert(home)
    assert issues(home) == {}


async def test_payment(home: Home) -> None:
    """A payment method that is missing is told until there is one."""
    home.sandbox.restrict(Measure.NO_PAYMENT_METHOD)
    await alert(home)
    issue = issues(home)["payment"]
    assert issue.severity is ir.IssueSeverity.ERROR
    assert not issue.is_fixable
    assert placeholders(home, "payment")["account"] == home.entry.title
    home.sandbox.lift(Measure.NO_PAYMENT_METHOD)
    await home.forward(1800)
    assert issues(home) == {}


async def test_account(home: Home) -> None:
    """A measure against the account is told until it is lifted."""
    home.sandbox.restrict(Measure.LOCKED)
    await alert(home)
    assert issues(home).keys() == {"account_trouble"}
    assert placeholders(home, "account_trouble")["what"]
    home.sandbox.lift(Measure.LOCKED)
    await home.forward(1800)
    assert issues(home) == {}


async def test_token(home: Home) -> None:
    """A dead token is no issue: a new one is asked for instead."""
    home.sandbox.end_token()
    await alert(home)
    assert home.entry.runtime_data.board.overview.troubles
    assert issues(home) == {}


@pytest.mark.parametrize("rules", [{"limits": {"reach": 2, "reserve": 1}}])
async def test_limit(home: Home) -> None:
    """It is told while only so many people may be written to as are kept for emergencies."""
    message = {"entity_id": "notify.ada", "message": "The freezer is warm"}
    await home.hass.services.async_call(
        "notify", "send_message", message, blocking=True
    )
    await home.forward(10)
    assert issues(home).keys() == {"limit_near"}
    said = placeholders(home, "limit_near")
    assert (said["used"], said["limit"]) == ("1", "2")
    await home.forward(24 * 3600)
    assert issues(home) == {}


async def test_webhook(home: Home, client: Client) -> None:
    """When WhatsApp takes messages and tells nothing of them, the callback can be registered again."""
    home.sandbox.policy = CallbackPolicy(drop=NEVER)
    await alert(home)
    await home.forward(1200)
    assert issues(home).keys() == {"webhook_silent"}

    address = str(client.make_url("")).rstrip("/")
    await home.hass.config.async_update(internal_url=address)
    flow = await begin(client, home, "webhook_silent")
    assert flow["step_id"] == "confirm"
    assert WEBHOOK_ID in flow["description_placeholders"]["callback_url"]
    home.sandbox.account.subscribe("http://127.0.0.1:1/elsewhere")
    home.sandbox.fail_next(Fault(status=500, path=""))
    flow = await submit(client, flow)
    assert flow["errors"] == {"base": "not_registered"}

    flow = await submit(client, flow)
    assert flow["type"] == "create_entry", flow
    assert issues(home) == {}
    home.sandbox.policy = CallbackPolicy()
    home.ada.reply("Hello")
    await home.forward(10)
    assert home.state("event.ada_message").attributes["text"] == "Hello"
    assert home.state("binary_sensor.example_ops_webhook").state == "off"


async def test_webhook_speaks_again(home: Home) -> None:
    """The issue goes by itself when WhatsApp calls."""
    home.sandbox.policy = CallbackPolicy(drop=NEVER)
    await alert(home)
    await home.forward(1200)
    assert "webhook_silent" in issues(home)
    home.ada.reply("Hello")
    await home.settle()
    assert issues(home) == {}


async def test_paused_template_is_replaced(home: Home, client: Client) -> None:
    """Another template takes the place of the usual one, and the issue is over."""
    home.sandbox.review("ops_alert", "en", status="PAUSED")
    await home.settle()
    issue = issues(home)["template"]
    assert issue.is_fixable
    said = placeholders(home, "template")
    assert (said["template"], said["language"]) == ("ops_alert", "en")

    flow = await begin(client, home, "template")
    assert flow["step_id"] == "choose"
    assert flow["description_placeholders"] == said
    (field,) = flow["data_schema"]
    assert "other_alert" in field["selector"]["select"]["options"]
    assert "ops_alert" not in field["selector"]["select"]["options"]
    flow = await submit(client, flow, template="other_alert")
    assert flow["type"] == "create_entry"
    await home.settle()
    assert home.entry.options["alert_template"] == "other_alert"
    assert issues(home) == {}
    await alert(home)
    assert any("There is something: Leak" in text for text in home.shown(home.ada))


async def test_paused_template_is_looked_at_again(home: Home, client: Client) -> None:
    """Where nothing can replace it, the account is read until it is over."""
    home.sandbox.review("ops_reminder", "en", status="PAUSED")
    await home.settle()
    flow = await begin(client, home, "template")
    assert flow["step_id"] == "confirm"
    flow = await submit(client, flow)
    assert flow["errors"] == {"base": "still_there"}
    assert "template" in issues(home)

    home.sandbox.fail_next(Fault(status=503, path=ACCOUNT.phone_number_id))
    flow = await submit(client, flow)
    assert flow["errors"] == {"base": "cannot_connect"}

    home.sandbox.policy = CallbackPolicy(unreachable=True)
    home.sandbox.review("ops_reminder", "en", status="APPROVED")
    flow = await submit(client, flow)
    assert flow["type"] == "create_entry", flow
    assert issues(home) == {}


async def test_template_becomes_an_advert(home: Home) -> None:
    """A template that alerts must not use any more is told until it is what it was."""
    home.sandbox.review("ops_alert", "en", category="MARKETING")
    await home.settle()
    assert issues(home).keys() == {"template"}
    home.sandbox.review("ops_alert", "en", category="UTILITY")
    await home.settle()
    assert issues(home) == {}


async def test_template_of_somebody_else(home: Home) -> None:
    """What no rule uses keeps nothing from anybody."""
    home.sandbox.review("spring_sale", "en", status="PAUSED")
    await home.settle()
    assert issues(home) == {}


async def test_reload_keeps_what_stands(home: Home) -> None:
    """Over a reload an issue stays as it is, ignored or not, and goes when it is over."""
    home.sandbox.review("ops_reminder", "en", status="PAUSED")
    await home.settle()
    issue_id = issues(home)["template"].issue_id
    ir.async_ignore_issue(home.hass, DOMAIN, issue_id, True)
    await home.hass.config_entries.async_reload(home.entry.entry_id)
    await home.settle()
    assert issues(home)["template"].dismissed_version
    await home.hass.config_entries.async_unload(home.entry.entry_id)
    home.sandbox.review("ops_reminder", "en", status="APPROVED")
    await home.settle()
    await home.hass.config_entries.async_setup(home.entry.entry_id)
    await home.forward(600)
    assert issues(home) == {}


async def test_issues_go_with_the_number(home: Home, client: Client) -> None:
    """Of a number that is disabled there is nothing to mend."""
    home.sandbox.review("ops_reminder", "en", status="PAUSED")
    home.sandbox.policy = CallbackPolicy(drop=NEVER)
    await home.forward(60)
    await alert(home)
    await home.forward(1200)
    found = issues(home).keys()
    assert found == {"template", "webhook_silent"}
    flows = [await begin(client, home, key) for key in found]
    entries, entry_id = home.hass.config_entries, home.entry.entry_id
    await entries.async_set_disabled_by(entry_id, ConfigEntryDisabler.USER)
    assert issues(home) == {}
    for flow in flows:
        after = await submit(client, flow)
        assert (after["type"], after["reason"]) == ("abort", "entry_removed")


async def test_choice_that_nobody_needs_any_more(home: Home, client: Client) -> None:
    """Whoever chose another template meanwhile is only asked whether it is over."""
    home.sandbox.review("ops_alert", "en", status="PAUSED")
    await home.settle()
    flows = [await begin(client, home, "template") for _ in range(2)]
    await submit(client, flows[0], template="other_alert")
    await home.settle()
    after = await submit(client, flows[1], template="other_alert")
    assert after["step_id"] == "confirm"


async def test_number_that_is_not_loaded(home: Home, client: Client) -> None:
    """While a number is not loaded nothing of it can be mended."""
    home.sandbox.policy = CallbackPolicy(drop=NEVER)
    home.sandbox.review("ops_reminder", "en", status="PAUSED")
    await home.forward(60)
    await alert(home)
    await home.forward(1200)
    found = issues(home).keys()
    await home.hass.config_entries.async_unload(home.entry.entry_id)
    assert issues(home).keys() == found
    for key in found:
        flow = await begin(client, home, key)
        assert (flow["type"], flow["reason"]) == ("abort", "entry_removed")
