"""The block list of a number."""

from typing import Any

import httpx
import pytest

from .conftest import ANNA, Bench

LIST = "/v26.0/400000000000101/block_users"
BERT = "+447700900456"


async def block(bench: Bench, *users: dict[str, Any], method: str = "POST", **more: Any) -> httpx.Response:
    body = {"messaging_product": "whatsapp", "block_users": list(users), **more}
    return await bench.graph.request(method, LIST, json=body)


async def blocked(bench: Bench, query: str = "") -> list[str]:
    data = (await bench.graph.get(f"{LIST}{query}")).json()["data"]
    assert all(one["messaging_product"] == "whatsapp" for one in data)
    return [one["wa_id"] for one in data]


async def test_people_are_blocked_listed_and_let_in_again(bench: Bench) -> None:
    answer = (await block(bench, {"user": "+44 7700 900123"}, {"user": BERT})).json()
    assert answer == {
        "messaging_product": "whatsapp",
        "block_users": {
            "added_users": [
                {"input": "+44 7700 900123", "wa_id": "447700900123"},
                {"input": BERT, "wa_id": "447700900456"},
            ]
        },
    }
    assert await blocked(bench) == ["447700900123", "447700900456"]
    answer = (await block(bench, {"user": ANNA}, method="DELETE")).json()
    assert answer["block_users"] == {"removed_users": [{"input": ANNA, "wa_id": "447700900123"}]}
    assert await blocked(bench) == ["447700900456"]


async def test_a_person_may_be_named_by_their_business_scoped_id(bench: Bench) -> None:
    anna = bench.sandbox.phone(ANNA)
    answer = (await block(bench, {"user_id": anna.user_id})).json()
    assert answer["block_users"]["added_users"] == [{"input": anna.user_id, "user_id": anna.user_id}]
    assert await blocked(bench) == ["447700900123"]


async def test_a_hidden_number_is_not_told_by_the_list(bench: Bench) -> None:
    anna = bench.sandbox.phone(ANNA)
    anna.hides_number = True
    await block(bench, {"user_id": anna.user_id})
    shown = {"messaging_product": "whatsapp", "input": anna.user_id, "user_id": anna.user_id}
    assert (await bench.graph.get(LIST)).json()["data"] == [shown]


async def test_what_a_blocked_person_writes_does_not_arrive_and_opens_nothing(bench: Bench) -> None:
    anna = bench.sandbox.phone(ANNA)
    await block(bench, {"user": ANNA})
    anna.reply("let me in")
    await bench.sandbox.run_due()
    assert bench.service.callbacks == []
    assert not anna.window_open
    assert anna.messages[-1].status == "sent"
    await block(bench, {"user": ANNA}, method="DELETE")
    anna.reply("thank you")
    await bench.sandbox.run_due()
    assert [message["text"]["body"] for message in bench.service.inbound] == ["thank you"]


@pytest.mark.parametrize("legacy", [False, True])
async def test_what_a_blocked_person_changes_is_not_told_either(bench: Bench, *, legacy: bool) -> None:
    anna = bench.sandbox.phone(ANNA)
    wamid = anna.reply("hello")
    await bench.sandbox.run_due()
    await block(bench, {"user": ANNA})
    bench.service.callbacks.clear()
    anna.edit(wamid, "you there")
    anna.delete(wamid, legacy=legacy)
    await bench.sandbox.run_due()
    assert bench.service.callbacks == []
    assert anna.messages[0].kind == "deleted"


async def test_who_cannot_be_blocked_is_told_beside_who_was(bench: Bench) -> None:
    bench.sandbox.phone(BERT).on_whatsapp = False
    response = await block(bench, {"user": ANNA}, {"user": BERT}, {"user": "nobody"})
    assert response.status_code == 200
    told = response.json()
    assert [one["input"] for one in told["block_users"]["failed_users"]] == [BERT, "nobody"]
    assert told["block_users"]["failed_users"][0]["errors"][0]["code"] == 139100
    assert told["errors"]["code"] == 139100
    assert await blocked(bench) == ["447700900123"]


async def test_nobody_of_them_could_be_blocked(bench: Bench) -> None:
    bench.sandbox.phone(BERT).on_whatsapp = False
    response = await block(bench, {"user": BERT})
    assert (response.status_code, response.json()["error"]["code"]) == (400, 139100)
    assert await blocked(bench) == []


async def test_the_block_list_ends_at_64000_people(bench: Bench) -> None:
    bench.account.first.blocked.update(f"4477{place:08}" for place in range(63_999))
    assert (await block(bench, {"user": ANNA})).status_code == 200
    assert (await block(bench, {"user": ANNA})).status_code == 200, "they are on it already"
    response = await block(bench, {"user": BERT})
    assert (response.status_code, response.json()["error"]["code"]) == (400, 139101)


@pytest.mark.parametrize(
    "body",
    [
        {"messaging_product": "sms", "block_users": [{"user": ANNA}]},
        {"messaging_product": "whatsapp"},
        {"messaging_product": "whatsapp", "block_users": []},
        {"messaging_product": "whatsapp", "block_users": ["x"]},
        {"messaging_product": "whatsapp", "block_users": [{"user": 5}]},
    ],
)
async def test_a_list_that_cannot_be_read_is_refused(bench: Bench, body: dict[str, Any]) -> None:
    response = await bench.graph.post(LIST, json=body)
    assert (response.status_code, response.json()["error"]["code"]) == (400, 100)


async def test_a_page_keeps_its_place_while_the_list_changes(bench: Bench) -> None:
    bench.account.first.blocked.update(f"44770090010{place}" for place in range(5))
    first = (await bench.graph.get(f"{LIST}?limit=2")).json()
    assert [one["wa_id"][-1] for one in first["data"]] == ["0", "1"]
    bench.account.first.blocked -= {"447700900100", "447700900101"}
    bench.account.first.blocked.add("447700900099")
    second = (await bench.graph.get(first["paging"]["next"])).json()
    assert [one["wa_id"][-1] for one in second["data"]] == ["2", "3"]
    back = (await bench.graph.get(second["paging"]["previous"])).json()
    assert [one["wa_id"][-2:] for one in back["data"]] == ["99"]
    assert "previous" not in back["paging"]


@pytest.mark.parametrize("query", ["?limit=0", "?limit=x", "?after=eA", "?before=%00"])
async def test_paging_that_makes_no_sense_is_refused(bench: Bench, query: str) -> None:
    bench.account.first.blocked.add("447700900123")
    response = await bench.graph.get(f"{LIST}{query}")
    assert (response.status_code, response.json()["error"]["code"]) == (400, 131009)
