"""Whom a message is for, what it answers, and what the response says; reactions and receipts."""

from typing import Any

import httpx
import pytest

from wa_notify.sandbox import BusinessNumber
from wa_notify.sandbox.phones import Phone

from .conftest import ANNA, START, Bench, button_part, make_bench, open_window, text_body, wamid_of

BERT = "+447700900456"


def code_of(response: httpx.Response) -> int:
    code: int = response.json()["error"]["code"]
    return code


def details_of(response: httpx.Response) -> str:
    return str(response.json()["error"]["error_data"]["details"])


def reaction(wamid: str, **more: Any) -> dict[str, Any]:
    return {
        "messaging_product": "whatsapp",
        "to": ANNA,
        "type": "reaction",
        "reaction": {"message_id": wamid, **more},
    }


@pytest.fixture
def anna(bench: Bench) -> Phone:
    return bench.sandbox.phone(ANNA)


async def test_the_type_is_text_unless_it_says_otherwise(bench: Bench, anna: Phone) -> None:
    body = {"messaging_product": "whatsapp", "to": ANNA, "text": {"body": "plain"}}
    wamid_of(await bench.post({**body, "recipient_type": "individual"}))
    assert [(one.kind, one.body) for one in anna.messages] == [("text", "plain")]


async def test_a_group_is_refused_in_plain_words(bench: Bench) -> None:
    response = await bench.text(recipient_type="group")
    assert (code_of(response), "groups are not imitated" in details_of(response)) == (131009, True)


async def test_a_number_wins_over_a_user_id(bench: Bench, anna: Phone) -> None:
    bert = bench.sandbox.phone(BERT)
    response = await bench.text(recipient=bert.user_id)
    contact = {"input": ANNA, "wa_id": anna.wa_id, "user_id": anna.user_id}
    assert response.json()["contacts"] == [contact]
    assert (len(anna.messages), len(bert.messages)) == (1, 0)


@pytest.mark.parametrize("recipient", ["kim.vale", "gb.1", "GB.", "GB." + "1" * 129, "GB.ENT.1.2", 5])
async def test_what_is_no_user_id_is_refused(bench: Bench, recipient: Any) -> None:
    body = {"messaging_product": "whatsapp", "recipient": recipient, "text": {"body": "x"}}
    response = await bench.post(body)
    assert code_of(response) == 131009
    assert "recipient" in details_of(response)


async def test_an_answer_by_user_id_shows_no_number(bench: Bench, anna: Phone) -> None:
    body = {"messaging_product": "whatsapp", "recipient": anna.user_id, "text": {"body": "x"}}
    answered = (await bench.post(body)).json()
    assert answered["contacts"] == [{"input": anna.user_id, "user_id": anna.user_id}]
    assert set(answered["messages"][0]) == {"id"}, "no message_status but for templates, and no group_id"


async def test_a_template_cannot_be_a_reply(bench: Bench, anna: Phone) -> None:
    wamid = anna.reply("hello")
    response = await bench.template(context={"message_id": wamid})
    assert (code_of(response), "context" in details_of(response)) == (100, True)


async def test_a_context_names_a_message(bench: Bench) -> None:
    assert code_of(await bench.text(context={})) == 131008
    assert code_of(await bench.text(context={"message_id": "wamid.X", "from": "1"})) == 100


async def test_a_quote_of_what_is_gone_or_elsewhere_is_dropped_silently(bench: Bench, anna: Phone) -> None:
    old, deleted = anna.reply("old"), anna.reply("deleted")
    elsewhere = bench.sandbox.phone(BERT).reply("elsewhere")
    anna.delete(deleted)
    for wamid in (old, deleted, elsewhere):
        wamid_of(await bench.text(context={"message_id": wamid}))
    bench.clock.forward(days=30, seconds=1)
    wamid_of(await bench.text(context={"message_id": old}))
    assert [one.quoted for one in anna.messages if one.direction == "out"] == [old, None, None, None]


async def test_a_reaction_has_a_message_of_this_chat_of_the_last_30_days(bench: Bench, anna: Phone) -> None:
    target, theirs = anna.reply("on it"), bench.sandbox.phone(BERT).reply("elsewhere")
    ours = wamid_of(await bench.post(reaction(target, emoji="\u2705")))
    for wamid, why in ((theirs, "not a message of this chat"), (ours, "a reaction itself")):
        response = await bench.post(reaction(wamid, emoji="x"))
        assert (code_of(response), why in details_of(response)) == (131009, True)
    bench.clock.forward(days=30)
    wamid_of(await bench.post(reaction(target, emoji="x")))
    bench.clock.forward(seconds=1)
    response = await bench.post(reaction(target, emoji="x"))
    assert (code_of(response), "30 days" in details_of(response)) == (131009, True)


async def test_a_reaction_is_taken_back_by_an_empty_emoji_and_quotes_nothing(
    bench: Bench, anna: Phone
) -> None:
    target = anna.reply("on it")
    wamid_of(await bench.post({**reaction(target, emoji="x"), "context": {"message_id": target}}))
    wamid_of(await bench.post(reaction(target, emoji="")))
    shown = anna.messages[1:]
    assert [(one.body, one.target, one.quoted) for one in shown] == [("x", target, None), ("", target, None)]


@pytest.mark.parametrize("kind", ["unknown", "of our own", "a field too many", "without a message"])
async def test_only_a_message_of_a_person_can_be_marked_as_read(bench: Bench, anna: Phone, kind: str) -> None:
    inbound = anna.reply("hello")
    own = wamid_of(await bench.text())
    bodies = {
        "unknown": ({"message_id": "wamid.X"}, 131009),
        "of our own": ({"message_id": own}, 131009),
        "a field too many": ({"message_id": inbound, "to": ANNA}, 100),
        "without a message": ({}, 131008),
    }
    body, code = bodies[kind]
    response = await bench.post({"messaging_product": "whatsapp", "status": "read", **body})
    assert code_of(response) == code


async def test_another_number_cannot_mark_a_message_as_read(bench: Bench, anna: Phone) -> None:
    bench.account.numbers.append(BusinessNumber(phone_number_id="400000000000102"))
    receipt = {"messaging_product": "whatsapp", "status": "read", "message_id": anna.reply("hello")}
    assert code_of(await bench.graph.post("/v26.0/400000000000102/messages", json=receipt)) == 131009
    assert (await bench.post(receipt)).json() == {"success": True}


async def test_typing_ends_with_the_answer_or_after_25_seconds(bench: Bench, anna: Phone) -> None:
    receipt = {"messaging_product": "whatsapp", "status": "read", "message_id": anna.reply("hello")}
    typing = {**receipt, "typing_indicator": {"type": "text"}}
    assert (await bench.post(typing)).json() == {"success": True}
    assert anna.chat().is_typing(START)
    bench.clock.forward(seconds=25)
    assert not anna.chat().is_typing(bench.clock())
    await bench.post(typing)
    await bench.text()
    assert not anna.chat().is_typing(bench.clock())
    assert code_of(await bench.post({**receipt, "typing_indicator": {"type": "audio"}})) == 131009


async def test_a_paused_template_may_be_answered_as_paused_and_fail_later() -> None:
    bench = make_bench()
    controls = "http://sandbox/_sandbox/sending"
    assert (await bench.graph.post(controls, json={"answers_paused": True})).status_code == 200
    part = {"type": "body", "parameters": [{"type": "text", "text": "the rack"}]}
    answered = (await bench.template(part, name="ops_paused")).json()
    assert answered["messages"][0]["message_status"] == "paused"
    await bench.pass_time(seconds=5)
    assert [one["errors"][0]["code"] for one in bench.service.statuses] == [132015]


async def test_every_state_of_a_template_but_the_good_ones_is_refused(bench: Bench) -> None:
    codes = {}
    for status in ("PENDING", "REJECTED", "PAUSED", "DISABLED", "IN_APPEAL", "PENDING_DELETION", "DELETED",
                   "LIMIT_EXCEEDED", "ARCHIVED", "LOCKED", "FLAGGED", "REINSTATED"):  # fmt: skip
        bench.sandbox.review("ops_nudge", "en", status=status)
        response = await bench.template()
        codes[status] = response.json().get("error", {}).get("code")
    assert (codes.pop("PAUSED"), codes.pop("DISABLED")) == (132015, 132016)
    assert (codes.pop("FLAGGED"), codes.pop("REINSTATED")) == (None, None)
    assert set(codes.values()) == {132001}


async def test_a_button_of_a_template_has_its_index_as_text_or_number(bench: Bench, anna: Phone) -> None:
    body = {"type": "body", "parameters": [{"type": "text", "text": "Disk full"}]}
    for index in ("0", 0):
        tap = {**button_part(0, "quick_reply", type="payload", payload=f"own {index!r}"), "index": index}
        wamid_of(await bench.template(body, tap))
    wamid_of(await bench.template(body))
    assert [one.actions[0].payload for one in anna.messages] == ["own '0'", "own 0", "Details"]


async def test_a_card_is_shown_for_the_first_link_where_it_is_asked_for(bench: Bench, anna: Phone) -> None:
    await open_window(bench)
    body = "See ftp://a.test, https://ops.example.net/7 and http://b.test"
    for preview in (True, False):
        await bench.post({**text_body(), "text": {"body": body, "preview_url": preview}})
    assert [one.preview for one in anna.messages[1:]] == ["https://ops.example.net/7", ""]
