"""People change: their number, their id, what they wrote, what they wish; the business is told as by Meta."""

import re
from base64 import b64decode
from typing import Any

import pytest

from .conftest import ANNA, START, Bench, template_body, wamid_of

NEW = "+447700900321"
NUMBERS = (b"7700900123", b"7700900321")
TEXT = {"body": "hello"}


async def told(bench: Bench) -> dict[str, Any]:
    """The one item that the last act made."""
    await bench.sandbox.run_due()
    callback = bench.service.callbacks.pop()
    assert not bench.service.callbacks
    value = callback.value
    (item,) = next(value[name] for name in ("messages", "statuses", "user_preferences") if name in value)
    return {**item, "beside": sorted(value)}


async def control(bench: Bench, path: str, body: Any) -> Any:
    response = await bench.graph.post(f"/_sandbox/phones/{ANNA}/{path}", json=body)
    assert response.status_code == 200, response.text
    return response.json()


async def test_a_new_number_is_told_with_the_old_names_and_without_a_contact(bench: Bench) -> None:
    anna = bench.sandbox.phone(ANNA)
    anna.reply("hello")
    await bench.sandbox.run_due()
    bench.service.callbacks.clear()
    before = anna.user_id
    wamid = anna.change_number(NEW)
    assert await told(bench) == {
        "from": "447700900123",
        "id": wamid,
        "timestamp": str(int(START.timestamp())),
        "type": "system",
        "system": {
            "type": "user_changed_number",
            "body": "Person 0123 changed from 447700900123 to 447700900321",
            "wa_id": "447700900321",
            "user_id": anna.user_id,
            "previous_user_id": before,
        },
        "beside": ["messages", "messaging_product", "metadata"],
    }
    assert anna.user_id != before
    assert not anna.window_open
    assert bench.sandbox.phone(NEW) is anna
    anna.reply("from here")
    item = await told(bench)
    assert (item["from"], item["from_user_id"]) == ("447700900321", anna.user_id)


async def test_the_next_holder_of_a_number_is_another_person(bench: Bench) -> None:
    anna = bench.sandbox.phone(ANNA)
    hers = anna.user_id
    anna.change_number(NEW)
    other = bench.sandbox.phone(ANNA)
    assert other is not anna
    assert other.messages == ()
    assert len({hers, anna.user_id, other.user_id}) == 3
    other.change_number("+447700900777")
    anna.change_number(ANNA)
    assert len({hers, anna.user_id, other.user_id}) == 3


async def test_a_message_under_way_moves_with_the_person(bench: Bench) -> None:
    wamid = wamid_of(await bench.post(template_body(to=ANNA)))
    anna = bench.sandbox.phone(ANNA)
    anna.change_number(NEW)
    await bench.pass_time(seconds=10)
    assert [message.wamid for message in anna.messages if message.on_screen] == [wamid]
    assert bench.service.ladder[-1] == "read"


@pytest.mark.parametrize("number", ["+447700900456", "the business's", "", "abc"])
async def test_a_number_that_is_not_free_is_refused(bench: Bench, number: str) -> None:
    bench.sandbox.phone("+447700900456")
    wished = bench.account.first.digits if number == "the business's" else number
    with pytest.raises(ValueError, match="not a free telephone number"):
        bench.sandbox.phone(ANNA).change_number(wished)


async def test_a_hidden_number_stays_hidden_when_it_changes(bench: Bench) -> None:
    anna = bench.sandbox.phone(ANNA)
    anna.hides_number = True
    before = anna.user_id
    anna.change_number(NEW)
    item = await told(bench)
    assert "from" not in item
    assert item["from_user_id"] == before, "or nobody could tell whom it is about"
    assert "wa_id" not in item["system"]
    assert item["system"]["body"] == "Person 0123 has a new number"
    assert item["system"]["user_id"] == anna.user_id


async def test_a_hidden_number_stands_in_nothing_that_the_business_gets(bench: Bench) -> None:
    anna = bench.sandbox.phone(ANNA)
    anna.hides_number = bench.account.first.welcomes = True
    anna.open_chat()
    wamid = anna.reply("hello")
    anna.reply("and", to=wamid)
    anna.edit(wamid, "good day")
    anna.delete(wamid)
    anna.prefer("stop")
    anna.change_user_id()
    anna.change_identity()
    wamid_of(await bench.post({"messaging_product": "whatsapp", "recipient": anna.user_id, "text": TEXT}))
    anna.change_number(NEW)
    await bench.pass_time(seconds=3)
    assert len(bench.service.callbacks) == 11
    for callback in bench.service.callbacks:
        plain = callback.body.replace(b"\\/", b"/")
        ids = [b64decode(found) for found in re.findall(rb"wamid\.([\w+/]+=*)", plain)]
        assert ids or "user_preferences" in callback.value
        assert not any(number in text for number in NUMBERS for text in (plain, *ids))


async def test_a_new_id_at_the_same_number_is_told(bench: Bench) -> None:
    anna = bench.sandbox.phone(ANNA)
    before = anna.user_id
    anna.change_user_id()
    system = (await told(bench))["system"]
    assert system["type"] == "user_changed_user_id"
    assert (system["previous_user_id"], system["user_id"]) == (before, anna.user_id)
    assert "wa_id" not in system
    assert bench.sandbox.phone(ANNA) is anna


@pytest.mark.parametrize(("kind", "field"), [("text", "body"), ("image", "caption")])
async def test_an_edit_is_a_message_of_its_own_that_names_the_first(
    bench: Bench, kind: str, field: str
) -> None:
    anna = bench.sandbox.phone(ANNA)
    wamid = anna.send(kind, {field: "one"})
    await told(bench)
    notice = anna.edit(wamid, "two")
    item = await told(bench)
    assert (item["id"], item["type"]) == (notice, "edit")
    assert item["edit"] == {"original_message_id": wamid, "message": {"type": kind, kind: {field: "two"}}}
    (shown,) = anna.messages
    assert shown.body == "two"


async def test_a_deletion_leaves_a_note_on_the_screen(bench: Bench) -> None:
    anna = bench.sandbox.phone(ANNA)
    wamid = anna.reply("one")
    await told(bench)
    notice = anna.delete(wamid)
    item = await told(bench)
    assert (item["id"], item["type"], item["revoke"]) == (notice, "revoke", {"original_message_id": wamid})
    (shown,) = anna.messages
    assert "one" not in shown.text
    with pytest.raises(ValueError, match="can change"):
        anna.delete(wamid)


@pytest.mark.parametrize("hidden", [False, True])
async def test_the_older_way_to_tell_of_a_deletion_is_a_status(bench: Bench, *, hidden: bool) -> None:
    anna = bench.sandbox.phone(ANNA)
    anna.hides_number = hidden
    wamid = anna.reply("one")
    await told(bench)
    assert anna.delete(wamid, legacy=True) == wamid
    item = await told(bench)
    assert (item["id"], item["status"]) == (wamid, "deleted")
    assert ("recipient_id" in item) is not hidden


async def test_only_ones_own_messages_can_be_changed_from_a_phone_that_is_on(bench: Bench) -> None:
    out = wamid_of(await bench.post(template_body(to=ANNA)))
    await bench.pass_time(seconds=10)
    anna = bench.sandbox.phone(ANNA)
    own = anna.reply("one")
    for wamid in (out, "wamid.unknown"):
        with pytest.raises(ValueError, match="wamid"):
            anna.edit(wamid, "two")
    with pytest.raises(ValueError, match="empty"):
        anna.edit(own, "")
    anna.online = False
    with pytest.raises(ValueError, match="is off"):
        anna.edit(own, "two")
    with pytest.raises(ValueError, match="is off"):
        anna.delete(own)


@pytest.mark.parametrize("choice", ["stop", "resume", "signup"])
@pytest.mark.parametrize("hidden", [False, True])
async def test_a_choice_about_marketing_is_told_as_a_preference(
    bench: Bench, choice: str, *, hidden: bool
) -> None:
    anna = bench.sandbox.phone(ANNA)
    anna.hides_number = hidden
    anna.prefer(choice)
    await bench.sandbox.run_due()
    change = bench.service.callbacks[-1].whole["entry"][0]["changes"][0]
    assert change["field"] == "user_preferences"
    (item,) = change["value"]["user_preferences"]
    assert (item["value"], item["user_id"]) == (choice, anna.user_id)
    assert item["timestamp"] == int(START.timestamp())
    assert ("wa_id" in item) is not hidden


async def test_no_other_choice_exists(bench: Bench) -> None:
    with pytest.raises(ValueError, match="stop, resume, signup"):
        bench.sandbox.phone(ANNA).prefer("maybe")


async def test_all_of_it_can_be_done_by_control(bench: Bench) -> None:
    anna = bench.sandbox.phone(ANNA)
    wamid = anna.reply("one")
    await bench.sandbox.run_due()
    edited = await control(bench, "edit", {"wamid": wamid, "text": "two"})
    assert edited["message"]["text"] == "two"
    deleted = await control(bench, "delete", {"wamid": wamid, "legacy": True})
    assert (deleted["wamid"], deleted["message"]["kind"]) == (wamid, "deleted")
    assert await control(bench, "prefer", {"value": "stop"}) == {"value": "stop"}
    before = anna.user_id
    renamed = await control(bench, "user_id", {})
    assert renamed["phone"]["user_id"] == anna.user_id != before
    moved = await control(bench, "number", {"to": NEW})
    assert moved["phone"]["number"] == NEW
    await bench.sandbox.run_due()
    changes = [callback.whole["entry"][0]["changes"][0] for callback in bench.service.callbacks]
    assert [change["field"] for change in changes].count("user_preferences") == 1
    assert [item["type"] for item in bench.service.inbound] == ["text", "edit", "system", "system"]


@pytest.mark.parametrize(
    ("path", "body", "complaint"),
    [
        ("edit", {"wamid": "w"}, "Give text"),
        ("edit", {"wamid": "w", "text": "x"}, "no message w"),
        ("delete", {}, "Give wamid"),
        ("delete", {"wamid": "w", "legacy": 1}, "legacy: must be true or false"),
        ("prefer", {"value": "maybe"}, "must be one of"),
        ("prefer", {}, "Give value"),
        ("number", {"to": "abc"}, "telephone number"),
        ("number", {"to": ANNA}, "not a free"),
        ("user_id", {"x": 1}, "Unknown field"),
    ],
)
async def test_what_cannot_be_done_by_control_is_said(
    bench: Bench, path: str, body: Any, complaint: str
) -> None:
    bench.sandbox.phone(ANNA)
    response = await bench.graph.post(f"/_sandbox/phones/{ANNA}/{path}", json=body)
    assert response.status_code == 400
    assert complaint in response.json()["error"]


async def test_these_acts_create_nobody(bench: Bench) -> None:
    response = await bench.graph.post(f"/_sandbox/phones/{ANNA}/prefer", json={"value": "stop"})
    assert response.status_code == 400
    assert "Nobody has used that number" in response.json()["error"]


async def test_only_what_has_words_in_it_can_be_edited(bench: Bench) -> None:
    anna = bench.sandbox.phone(ANNA)
    wamid = anna.send("location", {"latitude": 51.5, "longitude": -0.1})
    with pytest.raises(ValueError, match="no text that could be changed"):
        anna.edit(wamid, "over there")
    anna.delete(wamid)
