"""Tokens: how they end, what they permit, and the proof that an app may want beside them."""

import hashlib
import hmac
from datetime import timedelta
from typing import Any

import httpx
import pytest

from wa_notify.sandbox import Ending, Token
from wa_notify.sandbox.tokens import MANAGEMENT, MESSAGING

from .conftest import Bench

NUMBER = "/v26.0/400000000000101"
TEMPLATES = "/v26.0/300000000000202/message_templates"


def error_of(response: httpx.Response) -> dict[str, Any]:
    error: dict[str, Any] = response.json()["error"]
    return error


def use(bench: Bench, token: str) -> None:
    bench.graph.headers["Authorization"] = f"Bearer {token}"


@pytest.mark.parametrize(
    ("why", "subcode"), [("expired", 463), ("invalidated", 467), ("password_changed", 460)]
)
async def test_a_token_ends_at_its_instant_for_its_reason(bench: Bench, why: str, subcode: int) -> None:
    bench.sandbox.end_token(why, after=timedelta(hours=1))
    bench.clock.forward(minutes=59, seconds=59)
    assert (await bench.template()).status_code == 200
    bench.clock.forward(seconds=1)
    refused = await bench.template()
    assert (refused.status_code, error_of(refused)["code"]) == (401, 190)
    assert error_of(refused)["error_subcode"] == subcode
    assert "error_data" not in error_of(refused), "a plain error of the Graph"
    bench.sandbox.renew_token()
    assert (await bench.template()).status_code == 200


async def test_a_dead_token_opens_no_file_either(bench: Bench) -> None:
    form = {"messaging_product": "whatsapp"}
    files = {"file": ("a.pdf", b"%PDF-1.7", "application/pdf")}
    uploaded = await bench.graph.post(f"{NUMBER}/media", data=form, files=files)
    url = (await bench.graph.get(f"/v26.0/{uploaded.json()['id']}")).json()["url"]
    assert (await bench.graph.get(url)).status_code == 200
    bench.sandbox.end_token("invalidated")
    assert (await bench.graph.get(url)).status_code == 401


async def test_another_token_of_the_account_lives_on(bench: Bench) -> None:
    bench.account.tokens["second"] = Token()
    bench.sandbox.end_token()
    assert (await bench.template()).status_code == 401
    use(bench, "second")
    assert (await bench.template()).status_code == 200


async def test_without_the_permission_to_message_nothing_is_sent(bench: Bench) -> None:
    bench.account.tokens["managing"] = Token(scopes=frozenset({MANAGEMENT}))
    use(bench, "managing")
    refused = await bench.template()
    assert (refused.status_code, error_of(refused)["code"]) == (403, 10)
    assert (await bench.graph.get(f"{NUMBER}/block_users")).status_code == 403
    assert (await bench.graph.get(TEMPLATES)).status_code == 200


async def test_without_the_permission_to_manage_templates_are_not_read(bench: Bench) -> None:
    bench.account.tokens["sending"] = Token(scopes=frozenset({MESSAGING}))
    use(bench, "sending")
    refused = await bench.graph.get(TEMPLATES)
    assert (refused.status_code, error_of(refused)["code"]) == (403, 200)
    assert MANAGEMENT in error_of(refused)["error_data"]["details"]
    assert (await bench.template()).status_code == 200


async def test_the_token_of_the_app_reaches_no_account(bench: Bench) -> None:
    use(bench, bench.account.app_token)
    assert error_of(await bench.graph.get(NUMBER))["code"] == 200
    assert error_of(await bench.template())["code"] == 10


async def test_a_token_in_the_query_comes_before_the_one_in_the_header(bench: Bench) -> None:
    bench.sandbox.end_token()
    bench.account.tokens["second"] = Token()
    assert (await bench.graph.get(f"{NUMBER}?access_token=second")).status_code == 200


def proof(token: str, secret: str = "sandbox-app-secret") -> str:
    return hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()


async def test_an_app_may_require_a_proof(bench: Bench) -> None:
    bench.account.requires_proof = True
    refused = await bench.graph.get(NUMBER)
    assert (refused.status_code, error_of(refused)["code"]) == (401, 104)
    params = {"appsecret_proof": proof("sandbox-token")}
    assert (await bench.graph.get(NUMBER, params=params)).status_code == 200
    assert (await bench.post({}, params=params)).json()["error"]["code"] == 100


async def test_a_proof_that_was_given_must_be_right(bench: Bench) -> None:
    params = {"appsecret_proof": proof("sandbox-token", "another")}
    refused = await bench.graph.get(NUMBER, params=params)
    assert (refused.status_code, error_of(refused)["code"]) == (400, 100)
    assert error_of(refused)["type"] == "GraphMethodException"


async def control(bench: Bench, **body: Any) -> dict[str, Any]:
    answer: dict[str, Any] = (await bench.graph.post("/_sandbox/tokens", json=body)).json()
    return answer


async def test_tokens_are_made_ended_and_renewed_by_control(bench: Bench) -> None:
    made = await control(bench, token="second", scopes=[MESSAGING])
    assert [token["token"] for token in made["tokens"]] == ["sandbox-token", "second"]
    assert made["tokens"][1]["scopes"] == [MESSAGING]
    await control(bench, ends_as="invalidated", after=60)
    assert (await bench.template()).status_code == 200
    bench.clock.forward(seconds=60)
    assert error_of(await bench.template())["error_subcode"] == 467
    await control(bench, renew=True)
    assert (await bench.template()).status_code == 200
    await control(bench, requires_proof=True)
    assert error_of(await bench.template())["code"] == 104
    listed = (await bench.graph.get("/_sandbox/tokens")).json()
    assert listed["requires_proof"] is True
    assert "second" not in str([entry.as_json() for entry in bench.sandbox.log]), "secrets are not logged"


async def test_the_token_of_an_app_is_none_that_could_be_changed(bench: Bench) -> None:
    assert "error" in await control(bench, token=bench.account.app_token, ends_as="expired")


def test_a_reason_that_there_is_not_is_refused(bench: Bench) -> None:
    with pytest.raises(ValueError, match="bored"):
        bench.sandbox.end_token("bored")
    assert {*Ending} == {"expired", "invalidated", "password_changed"}
