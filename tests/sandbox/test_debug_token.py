"""What a token is worth, and who one is with it."""

from datetime import timedelta
from typing import Any

from wa_notify.sandbox import Account, BusinessNumber, Token
from wa_notify.sandbox.tokens import MESSAGING

from .conftest import START, Bench
from .test_tokens import use


async def debug(bench: Bench, token: str) -> dict[str, Any]:
    response = await bench.graph.get("/v26.0/debug_token", params={"input_token": token})
    data: dict[str, Any] = response.json()["data"]
    return data


async def test_a_living_token_tells_permissions_and_what_they_are_for(bench: Bench) -> None:
    data = await debug(bench, "sandbox-token")
    assert data["is_valid"] is True
    assert (data["app_id"], data["type"], data["expires_at"]) == ("200000000000303", "SYSTEM_USER", 0)
    assert data["scopes"] == ["whatsapp_business_management", "whatsapp_business_messaging"]
    targets = {one["scope"]: one["target_ids"] for one in data["granular_scopes"]}
    assert targets["whatsapp_business_management"] == ["300000000000202"]
    assert "400000000000101" in targets["whatsapp_business_messaging"]


async def test_a_dead_token_tells_why(bench: Bench) -> None:
    bench.account.tokens["old"] = Token(scopes=frozenset({MESSAGING}), ends_at=START + timedelta(minutes=1))
    assert (await debug(bench, "old"))["is_valid"] is True
    assert (await debug(bench, "old"))["expires_at"] == int(START.timestamp()) + 60
    bench.clock.forward(minutes=1)
    data = await debug(bench, "old")
    assert data["is_valid"] is False
    assert (data["error"]["code"], data["error"]["subcode"]) == (190, 463)
    assert data["scopes"] == [MESSAGING]


async def test_a_text_that_is_no_token_is_not_valid(bench: Bench) -> None:
    data = await debug(bench, "nonsense")
    assert (data["is_valid"], data["error"]["code"]) == (False, 190)


async def test_the_app_may_ask_about_a_token_too_and_has_no_permissions(bench: Bench) -> None:
    use(bench, bench.account.app_token)
    assert (await debug(bench, "sandbox-token"))["is_valid"] is True
    own = await debug(bench, bench.account.app_token)
    assert (own["type"], own["scopes"]) == ("APP", [])


async def test_without_a_token_to_look_at_it_is_refused(bench: Bench) -> None:
    response = await bench.graph.get("/v26.0/debug_token")
    assert (response.status_code, response.json()["error"]["code"]) == (400, 100)


async def test_the_token_of_another_app_is_not_looked_at(bench: Bench) -> None:
    bench.sandbox.portfolio.accounts.append(
        Account(
            waba_id="300000000000302", app_id="200000000000503", access_token="other-token",
            numbers=[BusinessNumber(phone_number_id="400000000000201")],
        )
    )  # fmt: skip
    response = await bench.graph.get("/v26.0/debug_token", params={"input_token": "other-token"})
    assert (response.status_code, response.json()["error"]["code"]) == (400, 100)


async def test_the_token_that_is_looked_at_is_not_logged(bench: Bench) -> None:
    await debug(bench, "very-secret")
    assert "very-secret" not in str([entry.as_json() for entry in bench.sandbox.log])


async def test_me_is_the_system_user_or_the_app(bench: Bench) -> None:
    mine = (await bench.graph.get("/v26.0/me")).json()
    assert mine == {"id": "200000000000909", "name": "Example Ops system"}
    assert (await bench.graph.get("/v26.0/me?fields=id")).json() == {"id": "200000000000909"}
    use(bench, bench.account.app_token)
    assert (await bench.graph.get("/v26.0/me")).json()["id"] == bench.account.app_id
