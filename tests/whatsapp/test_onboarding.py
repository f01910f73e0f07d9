"""Looking a business number up and registering a callback, against the sandbox and against odd answers."""

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypedDict

import httpx
import pytest

from wa_notify.core.errors import PlatformUnreachable, WaNotifyError
from wa_notify.core.secret import Secret
from wa_notify.sandbox import Fault, Refusal, Sandbox
from wa_notify.sandbox.account import BusinessNumber as SandboxNumber
from wa_notify.whatsapp.onboarding import (
    FIELDS,
    AccessRefused,
    AppSecretWrong,
    BusinessNumber,
    InvalidAddress,
    ProofRequired,
    Registered,
    RegistrationRefused,
    UnknownAccount,
    UnknownNumber,
    Why,
    forget_callback,
    look_up,
    register_callback,
)

from .conftest import TOKEN, Platform, answers, resets, sleeps

NUMBER, WABA, APP = "400000000000101", "300000000000202", "200000000000303"
HERE, ELSEWHERE = "http://ops.test/api/webhook/0123abcd", "http://crm.test/whatsapp"
FOUND = BusinessNumber(
    number_id=NUMBER, display_number="+44 1632 960111", verified_name="Example Ops", waba_id=WABA, app_id=APP
)


class Keys(TypedDict, total=False):
    base_url: str
    version: str
    access_token: Secret
    app_secret: Secret


KEYS: Keys = {
    "base_url": "http://graph.test",
    "version": "v26.0",
    "access_token": Secret("sandbox-token"),
    "app_secret": Secret("sandbox-app-secret"),
}


@dataclass
class Site:
    """Whoever the platform calls: it answers the handshake of those who know the word."""

    verify_token: str = "our-word"
    called: list[str] = field(default_factory=list)

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.called.append(str(request.url.copy_with(query=None)))
        query = request.url.params
        if query.get("hub.verify_token") != self.verify_token:
            return httpx.Response(403)
        return httpx.Response(200, text=query["hub.challenge"])


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
async def sandbox(site: Site) -> AsyncIterator[Sandbox]:
    async with httpx.AsyncClient(transport=httpx.MockTransport(site)) as callbacks:
        sandbox = Sandbox(callback_client=callbacks)
        yield sandbox
        await sandbox.aclose()


@pytest.fixture
async def graph(sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(sandbox.app)) as client:
        yield client


async def looked_up(
    http: httpx.AsyncClient, number_id: str = NUMBER, waba_id: str = "", **changed: Any
) -> BusinessNumber:
    keys: Any = {**KEYS, **changed}
    return await look_up(http, number_id=number_id, waba_id=waba_id, **keys)


async def registered(
    http: httpx.AsyncClient, number: BusinessNumber = FOUND, url: str = HERE, mark: str = "", **changed: Any
) -> Registered:
    keys: Any = {**KEYS, **changed}
    word = Secret("our-word")
    return await register_callback(http, number=number, url=url, verify_token=word, mark=mark, **keys)


async def forgotten(
    http: httpx.AsyncClient, number: BusinessNumber = FOUND, url: str = HERE, mark: str = "", **changed: Any
) -> bool:
    keys: Any = {**KEYS, **changed}
    return await forget_callback(http, number=number, url=url, mark=mark, **keys)


def add_number(sandbox: Sandbox, number_id: str, **more: Any) -> None:
    sandbox.account.numbers.append(SandboxNumber(phone_number_id=number_id, **more))


def addresses(sandbox: Sandbox) -> tuple[str | None, str | None]:
    """Where the app and the number are called."""
    return sandbox.account.callback_url, sandbox.account.first.callback_url


# --- looking up ---------------------------------------------------------------------------------------------


async def test_the_keys_tell_number_account_and_app(graph: httpx.AsyncClient) -> None:
    assert await looked_up(graph) == FOUND
    assert await looked_up(graph, base_url="http://graph.test/") == FOUND


async def test_an_account_that_is_given_is_confirmed(graph: httpx.AsyncClient) -> None:
    assert await looked_up(graph, waba_id=WABA) == FOUND
    for another in ("300000000000999", APP, "../me", "one"):
        with pytest.raises(UnknownAccount):
            await looked_up(graph, waba_id=another)


async def test_a_number_on_a_later_page_of_the_account_is_found(
    sandbox: Sandbox, graph: httpx.AsyncClient
) -> None:
    for place in range(150):
        add_number(sandbox, f"4000000000{place:05}", display_phone_number=f"+44 1632 96{place:04}")
    assert (await looked_up(graph)).waba_id == WABA


@pytest.mark.parametrize(
    "refusal", [Refusal.PARAMETER_INVALID, Refusal.APP_TOKEN_NEEDED], ids=lambda refusal: refusal.name
)
async def test_a_token_that_may_not_be_looked_at_leaves_account_and_app_open(
    sandbox: Sandbox, graph: httpx.AsyncClient, refusal: Refusal
) -> None:
    sandbox.fail_next(Fault(refusal=refusal, path="/debug_token"))
    found = await looked_up(graph)
    assert (found.waba_id, found.app_id) == ("", "")
    sandbox.fail_next(Fault(refusal=refusal, path="/debug_token"))
    assert (await looked_up(graph, waba_id=WABA)).waba_id == WABA


async def test_an_account_that_may_not_be_read_stays_open(sandbox: Sandbox, graph: httpx.AsyncClient) -> None:
    sandbox.fail_next(Fault(refusal=Refusal.API_PERMISSION, path="/phone_numbers"))
    found = await looked_up(graph)
    assert (found.waba_id, found.app_id) == ("", APP)


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"access_token": Secret("another")}, AccessRefused),
        ({"access_token": Secret("")}, AccessRefused),
        ({"access_token": Secret("“quoted”")}, AccessRefused),
        ({"app_secret": Secret("another")}, AppSecretWrong),
        ({"app_secret": Secret("")}, AppSecretWrong),
        ({"app_secret": Secret("\ud800")}, AppSecretWrong),
        ({"number_id": "400000000000999"}, UnknownNumber),
        ({"number_id": WABA}, UnknownNumber),
        ({"number_id": "+44 1632 960111"}, UnknownNumber),
        ({"number_id": "\ud800"}, UnknownNumber),
        ({"base_url": "graph.facebook.com"}, InvalidAddress),
        ({"base_url": "https://"}, InvalidAddress),
        ({"base_url": "http://[::1"}, InvalidAddress),
        ({"base_url": "ftp://graph.test"}, InvalidAddress),
        ({"base_url": "https://me:word@graph.test"}, InvalidAddress),
        ({"base_url": "https://graph.test?x=1"}, InvalidAddress),
        ({"base_url": "https://graph.test#x"}, InvalidAddress),
        ({"version": "v99.0"}, PlatformUnreachable),
    ],
)
async def test_every_mistake_has_its_error(
    graph: httpx.AsyncClient, changed: dict[str, Any], error: type[WaNotifyError]
) -> None:
    with pytest.raises(WaNotifyError) as raised:
        await looked_up(graph, **changed)
    assert type(raised.value) is error
    for private in ("sandbox-token", "sandbox-app-secret", "another", "1632", "+44", "quoted", NUMBER):
        assert private not in str(raised.value)
    assert raised.value.__cause__ is None


async def test_the_permissions_that_are_missing_are_told_as_refused_access(
    sandbox: Sandbox, graph: httpx.AsyncClient
) -> None:
    for refusal in (Refusal.API_PERMISSION, Refusal.PERMISSION_DENIED, Refusal.TOKEN_EXPIRED):
        sandbox.fail_next(Fault(refusal=refusal, path=NUMBER))
        with pytest.raises(AccessRefused):
            await looked_up(graph)


async def test_a_token_that_dies_before_the_proof_is_not_taken_for_a_wrong_secret(
    platform: Platform, http: httpx.AsyncClient
) -> None:
    expired = {"error": {"code": 190, "message": TOKEN}}
    platform.will(answers(200, {"display_phone_number": "+44 1632 960111"}), answers(401, expired))
    with pytest.raises(AccessRefused) as raised:
        await looked_up(http, base_url=platform.url)
    assert TOKEN not in str(raised.value)


async def test_an_app_that_requires_proofs_is_told_apart(sandbox: Sandbox, graph: httpx.AsyncClient) -> None:
    sandbox.account.requires_proof = True
    with pytest.raises(ProofRequired):
        await looked_up(graph)
    with pytest.raises(AccessRefused) as raised:
        await looked_up(graph, app_secret=Secret("another"))
    assert type(raised.value) is AccessRefused


@pytest.mark.parametrize("path", [NUMBER, "/debug_token", "/phone_numbers"])
@pytest.mark.parametrize(
    "how",
    [
        {"status": 500},
        {"refusal": Refusal.ACCOUNT_RATE},
        {"kind": "disconnect"},
        {"kind": "timeout"},
    ],
    ids=["fault", "busy", "cut off", "silent"],
)
async def test_an_outage_is_told_as_such_at_every_step(
    sandbox: Sandbox, graph: httpx.AsyncClient, path: str, how: dict[str, Any]
) -> None:
    sandbox.fail_next(Fault(path=path, **how))
    with pytest.raises(PlatformUnreachable):
        await looked_up(graph)
    assert await looked_up(graph) == FOUND


async def test_nobody_waits_longer_than_told(platform: Platform, http: httpx.AsyncClient) -> None:
    platform.will(sleeps())
    with pytest.raises(PlatformUnreachable):
        await looked_up(http, base_url=platform.url, deadline=0.1)
    platform.will(resets())
    with pytest.raises(PlatformUnreachable):
        await looked_up(http, base_url=platform.url)


@pytest.mark.parametrize(
    "answer",
    [
        answers(200, body=b"<title>Welcome</title>"),
        answers(200, []),
        answers(200, {"id": NUMBER}),
        answers(200, {"display_phone_number": ""}),
        answers(302, Location="http://evil.test/"),
        answers(404, body=b"not found"),
    ],
)
async def test_another_site_is_not_taken_for_the_platform(
    platform: Platform, http: httpx.AsyncClient, answer: Any
) -> None:
    platform.will(answer)
    with pytest.raises(PlatformUnreachable):
        await looked_up(http, base_url=platform.url)
    assert {asked.path for asked in platform.asked} == {f"/v26.0/{NUMBER}"}


NODE = {"display_phone_number": "+44 1632 960111"}


@pytest.mark.parametrize(
    "token",
    [
        {"odd": 1},
        {"data": []},
        {"data": {"app_id": "x/../y", "granular_scopes": {}}},
        {"data": {"app_id": 7, "granular_scopes": [{"scope": "whatsapp_business_management"}]}},
        {"data": {"granular_scopes": [{"scope": "whatsapp_business_messaging", "target_ids": ["..", 7]}]}},
        {"data": {"granular_scopes": [{"scope": "email", "target_ids": [WABA]}]}},
        {"data": {"granular_scopes": [{"scope": "whatsapp_business_messaging", "target_ids": [NUMBER]}]}},
    ],
)
async def test_odd_words_about_a_token_tell_nothing(
    platform: Platform, http: httpx.AsyncClient, token: dict[str, Any]
) -> None:
    platform.will(answers(200, NODE), answers(200, NODE), answers(200, token))
    found = await looked_up(http, base_url=platform.url)
    assert found == BusinessNumber(number_id=NUMBER, display_number=NODE["display_phone_number"])
    assert len(platform.asked) == 3


@pytest.mark.parametrize(
    ("paging", "pages"),
    [
        ({"next": "http://evil.test/", "cursors": {"after": "a"}}, 20),
        ({"next": "http://evil.test/", "cursors": []}, 1),
        ({"next": "http://evil.test/"}, 1),
        ({"cursors": {"after": "a"}}, 1),
        ([], 1),
    ],
)
async def test_odd_pages_come_to_an_end(
    platform: Platform, http: httpx.AsyncClient, paging: Any, pages: int
) -> None:
    page = {"data": [{"id": "1"}, "odd"], "paging": paging}
    platform.will(answers(200, NODE), answers(200, NODE), answers(200, {"odd": 1}), answers(200, page))
    with pytest.raises(UnknownAccount):
        await looked_up(http, waba_id=WABA, base_url=platform.url)
    assert len(platform.asked) == 3 + pages


async def test_the_platform_is_asked_as_documented(platform: Platform, http: httpx.AsyncClient) -> None:
    platform.will(answers(200, NODE), answers(200, NODE), answers(200, {"data": {}}))
    await looked_up(http, base_url=platform.url)
    plain, proved, token = platform.asked
    assert "appsecret_proof" not in plain.params
    assert proved.params["appsecret_proof"] == (
        "1b6da06614b46940143cddb599881fa839a8968a679ba837ff0596e07113acd7"
    )
    assert token.params == {"input_token": "sandbox-token"}
    assert {asked.headers["authorization"] for asked in platform.asked} == {"Bearer sandbox-token"}


# --- registering --------------------------------------------------------------------------------------------


async def test_a_free_app_calls_us_from_then_on(
    sandbox: Sandbox, graph: httpx.AsyncClient, site: Site
) -> None:
    sandbox.account.subscribed = False
    assert await registered(graph) is Registered.APP
    account = sandbox.account
    assert (account.callback_url, account.subscribed, account.webhook_fields) == (HERE, True, FIELDS)
    assert account.first.callback_url is None
    assert site.called == [HERE]


async def test_registering_again_changes_nothing(sandbox: Sandbox, graph: httpx.AsyncClient) -> None:
    await registered(graph)
    sandbox.account.webhook_fields = frozenset({"messages", "security"})
    assert await registered(graph) is Registered.APP
    assert sandbox.account.webhook_fields == FIELDS | {"security"}


async def test_an_address_of_ours_that_has_moved_is_replaced(
    sandbox: Sandbox, graph: httpx.AsyncClient
) -> None:
    await registered(graph, url="http://old.test/api/webhook/0123abcd")
    assert await registered(graph, mark="0123abcd") is Registered.APP
    assert sandbox.account.callback_url == HERE


async def test_somebody_elses_callback_stays_and_the_number_gets_its_own(
    sandbox: Sandbox, graph: httpx.AsyncClient
) -> None:
    account = sandbox.account
    account.callback_url, account.webhook_fields = ELSEWHERE, frozenset({"messages", "calls"})
    assert await registered(graph, mark="0123abcd") is Registered.NUMBER
    assert (account.callback_url, account.webhook_fields) == (ELSEWHERE, FIELDS | {"calls"})
    assert account.first.callback_url == HERE


async def test_an_address_of_the_account_stays_and_the_number_gets_its_own(
    sandbox: Sandbox, graph: httpx.AsyncClient
) -> None:
    sandbox.account.override_url, sandbox.account.subscribed = ELSEWHERE, True
    assert await registered(graph) is Registered.NUMBER
    assert sandbox.account.override_url == ELSEWHERE
    assert sandbox.account.first.callback_url == HERE


async def test_a_foreign_subscription_that_takes_no_more_fields_is_good_enough_if_it_tells_messages(
    sandbox: Sandbox, graph: httpx.AsyncClient
) -> None:
    account = sandbox.account
    account.callback_url, account.webhook_fields = ELSEWHERE, frozenset({"messages"})
    refused = Refusing(graph, "POST", f"/v26.0/{APP}/subscriptions")
    async with httpx.AsyncClient(transport=refused) as http:
        assert await registered(http) is Registered.NUMBER
        account.first.callback_url, account.webhook_fields = None, frozenset({"calls"})
        with pytest.raises(RegistrationRefused) as raised:
            await registered(http)
    assert raised.value.why is Why.REFUSED
    assert sandbox.account.first.callback_url is None


class Refusing(httpx.AsyncBaseTransport):
    """The sandbox, but requests of this kind are refused: its own faults do not look at the method."""

    def __init__(self, graph: httpx.AsyncClient, method: str, path: str) -> None:
        self._graph, self._method, self._path = graph, method, path

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if (request.method, request.url.path) == (self._method, self._path):
            return httpx.Response(400, json={"error": {"code": 100, "message": "Invalid parameter"}})
        passed = httpx.Request(
            request.method, request.url, headers=request.headers, content=await request.aread()
        )
        return await self._graph.send(passed)


async def test_a_foreign_subscription_of_all_our_fields_is_left_as_it_is(
    sandbox: Sandbox, graph: httpx.AsyncClient
) -> None:
    sandbox.account.callback_url, sandbox.account.webhook_fields = ELSEWHERE, None
    refused = Refusing(graph, "POST", f"/v26.0/{APP}/subscriptions")
    async with httpx.AsyncClient(transport=refused) as http:
        assert await registered(http) is Registered.NUMBER


@pytest.mark.parametrize("unknown", [{"app_id": ""}, {"waba_id": ""}])
async def test_what_is_not_known_cannot_be_registered(
    graph: httpx.AsyncClient, unknown: dict[str, str]
) -> None:
    ids = {"waba_id": WABA, "app_id": APP, **unknown}
    with pytest.raises(RegistrationRefused) as raised:
        await registered(graph, BusinessNumber(number_id=NUMBER, **ids))
    assert raised.value.why is Why.APP_UNKNOWN


@pytest.mark.parametrize("callback_url", [None, ELSEWHERE])
async def test_an_address_that_does_not_answer_the_handshake_is_refused(
    sandbox: Sandbox, graph: httpx.AsyncClient, site: Site, callback_url: str | None
) -> None:
    sandbox.account.callback_url = callback_url
    site.verify_token = "another word"
    with pytest.raises(RegistrationRefused) as raised:
        await registered(graph)
    assert raised.value.why is Why.HANDSHAKE
    assert sandbox.account.callback_url == callback_url
    assert sandbox.account.first.callback_url is None


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (Fault(refusal=Refusal.API_PERMISSION, path="/subscribed_apps"), Why.ACCESS),
        (Fault(refusal=Refusal.TOKEN_INVALID, path="/subscriptions"), Why.ACCESS),
        (Fault(refusal=Refusal.PARAMETER_INVALID, path="/subscriptions"), Why.REFUSED),
        (Fault(status=503, path="/subscriptions"), Why.UNREACHABLE),
        (Fault(kind="disconnect", path="/subscribed_apps"), Why.UNREACHABLE),
    ],
)
async def test_what_stands_in_the_way_is_told(
    sandbox: Sandbox, graph: httpx.AsyncClient, fault: Fault, why: Why
) -> None:
    sandbox.fail_next(fault)
    with pytest.raises(RegistrationRefused) as raised:
        await registered(graph)
    assert raised.value.why is why
    assert "sandbox" not in str(raised.value)
    assert await registered(graph) is Registered.APP


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"access_token": Secret("a b")}, Why.ACCESS),
        ({"app_secret": Secret("a b")}, Why.ACCESS),
        ({"app_secret": Secret("another")}, Why.ACCESS),
        ({"base_url": "graph"}, Why.UNREACHABLE),
    ],
)
async def test_keys_that_no_longer_fit_are_told(
    graph: httpx.AsyncClient, changed: dict[str, Any], why: Why
) -> None:
    with pytest.raises(RegistrationRefused) as raised:
        await registered(graph, **changed)
    assert raised.value.why is why


async def test_an_answer_that_denies_success_is_none(platform: Platform, http: httpx.AsyncClient) -> None:
    platform.will(answers(200, {"data": ["odd", {}]}), answers(200, {"success": False}))
    with pytest.raises(RegistrationRefused) as raised:
        await registered(http, base_url=platform.url)
    assert raised.value.why is Why.UNREACHABLE


async def test_subscriptions_to_other_objects_are_not_ours(
    platform: Platform, http: httpx.AsyncClient
) -> None:
    page = {"object": "page", "callback_url": ELSEWHERE, "fields": []}
    done = answers(200, {"success": True})
    platform.will(
        answers(200, {"data": [{"whatsapp_business_api_data": {"id": APP}}]}),
        answers(200, {"data": [page]}),
        done,
        answers(200, {"webhook_configuration": "odd"}),
    )
    assert await registered(http, base_url=platform.url) is Registered.APP
    assert platform.asked[2].json["callback_url"] == HERE


# --- forgetting ---------------------------------------------------------------------------------------------


async def test_what_was_registered_at_the_app_is_taken_back(
    sandbox: Sandbox, graph: httpx.AsyncClient
) -> None:
    await registered(graph)
    assert await forgotten(graph) is True
    assert sandbox.account.callback_url is None
    assert await forgotten(graph) is True


async def test_what_was_registered_at_the_number_is_taken_back_and_the_app_left_alone(
    sandbox: Sandbox, graph: httpx.AsyncClient
) -> None:
    sandbox.account.callback_url = ELSEWHERE
    await registered(graph)
    assert await forgotten(graph, url="", mark="0123abcd") is True
    assert sandbox.account.first.callback_url is None
    assert sandbox.account.callback_url == ELSEWHERE


async def test_an_address_that_is_not_ours_stays(sandbox: Sandbox, graph: httpx.AsyncClient) -> None:
    sandbox.account.callback_url = sandbox.account.first.callback_url = ELSEWHERE
    assert await forgotten(graph) is True
    assert (sandbox.account.callback_url, sandbox.account.first.callback_url) == (ELSEWHERE, ELSEWHERE)


async def test_the_app_goes_on_while_another_number_leans_on_it(
    sandbox: Sandbox, graph: httpx.AsyncClient
) -> None:
    await registered(graph)
    add_number(sandbox, "400000000000102", callback_url=ELSEWHERE)
    assert await forgotten(graph) is False
    assert sandbox.account.callback_url == HERE
    sandbox.account.numbers[1].callback_url = None
    assert await forgotten(graph) is True


async def test_without_an_account_or_an_app_only_what_is_known_is_taken_back(
    sandbox: Sandbox, graph: httpx.AsyncClient
) -> None:
    sandbox.account.callback_url = sandbox.account.first.callback_url = HERE
    assert await forgotten(graph, BusinessNumber(number_id=NUMBER)) is False
    assert addresses(sandbox) == (HERE, None)
    assert await forgotten(graph, BusinessNumber(number_id=NUMBER, app_id=APP)) is True
    assert addresses(sandbox) == (None, None)


async def test_forgetting_never_raises(sandbox: Sandbox, graph: httpx.AsyncClient) -> None:
    for changed in (
        {"access_token": Secret("another")},
        {"access_token": Secret("a b")},
        {"app_secret": Secret("another")},
        {"base_url": ""},
    ):
        assert await forgotten(graph, **changed) is False
    sandbox.fail_next(Fault(kind="disconnect", path="/", lasts=timedelta(minutes=1)))
    assert await forgotten(graph) is False


async def test_nothing_private_is_logged(
    sandbox: Sandbox, graph: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="wa_notify")
    await looked_up(graph)
    await registered(graph)
    await forgotten(graph)
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("wa_notify.whatsapp")]
    assert not any("sandbox" in message or "our-word" in message for message in ours)
