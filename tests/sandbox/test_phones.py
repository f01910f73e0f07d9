"""What people do with their phones, and how it reaches the business."""

from datetime import timedelta

import pytest

from wa_notify.sandbox import ButtonKind, CallbackPolicy, Sandbox, Status

from .conftest import ANNA, Bench, alert_parts, open_window, wamid_of


async def test_a_button_tap_opens_the_window_and_reading_does_not(bench: Bench) -> None:
    await bench.template()
    await bench.pass_time(seconds=5)
    phone = bench.sandbox.phone(ANNA)
    assert phone.messages[-1].status is Status.READ
    assert not phone.window_open
    phone.tap("Details")
    assert phone.window_left == timedelta(hours=24)


@pytest.mark.parametrize("opens", [True, False])
async def test_whether_a_reaction_opens_the_window_is_a_matter_of_policy(bench: Bench, opens: bool) -> None:
    bench.sandbox.policy = CallbackPolicy(reaction_opens_window=opens)
    wamid = wamid_of(await bench.template())
    await bench.pass_time(seconds=5)
    bench.sandbox.phone(ANNA).react("\U0001f44d", to=wamid)
    await bench.sandbox.run_due()
    assert bench.service.inbound[0]["reaction"] == {"message_id": wamid, "emoji": "\U0001f44d"}
    assert bench.sandbox.phone(ANNA).window_open is opens


async def test_a_tap_on_a_template_comes_back_as_button_with_its_payload(bench: Bench) -> None:
    wamid = wamid_of(await bench.template(*alert_parts("ack:7f1c"), name="ops_alert"))
    await bench.pass_time(seconds=5)
    inbound = bench.sandbox.phone(ANNA).tap("Acknowledge")
    await bench.sandbox.run_due()
    message = bench.service.inbound[0]
    assert message["type"] == "button"
    assert message["button"] == {"payload": "ack:7f1c", "text": "Acknowledge"}
    assert message["context"] == {"from": "441632960111", "id": wamid}
    assert (message["from"], message["id"]) == ("447700900123", inbound)


async def test_a_tap_on_an_interactive_button_comes_back_as_button_reply(bench: Bench) -> None:
    await open_window(bench)
    action = {"buttons": [{"type": "reply", "reply": {"id": "ack:1", "title": "Take it"}}]}
    content = {"type": "button", "body": {"text": "What now?"}, "action": action}
    await bench.post(
        {"messaging_product": "whatsapp", "to": ANNA, "type": "interactive", "interactive": content}
    )
    await bench.pass_time(seconds=5)
    bench.sandbox.phone(ANNA).tap("Take it")
    await bench.sandbox.run_due()
    assert bench.service.inbound[0]["interactive"] == {
        "type": "button_reply", "button_reply": {"id": "ack:1", "title": "Take it"},
    }  # fmt: skip


async def test_a_choice_from_a_list_comes_back_with_its_description(bench: Bench) -> None:
    await open_window(bench)
    rows = [{"id": "esc", "title": "Escalate", "description": "Page the next"}]
    action = {"button": "Choose", "sections": [{"rows": rows}]}
    content = {"type": "list", "body": {"text": "What now?"}, "action": action}
    await bench.post(
        {"messaging_product": "whatsapp", "to": ANNA, "type": "interactive", "interactive": content}
    )
    await bench.pass_time(seconds=5)
    bench.sandbox.phone(ANNA).tap("Escalate")
    await bench.sandbox.run_due()
    assert bench.service.inbound[0]["interactive"] == {"type": "list_reply", "list_reply": rows[0]}


async def test_the_newest_message_with_the_button_is_tapped_unless_another_is_named(bench: Bench) -> None:
    first = wamid_of(await bench.template(*alert_parts("ack:1"), name="ops_alert"))
    await bench.pass_time(seconds=5)
    await bench.template(*alert_parts("ack:2"), name="ops_alert")
    await bench.pass_time(seconds=5)
    phone = bench.sandbox.phone(ANNA)
    phone.tap("Acknowledge")
    phone.tap("Acknowledge", on=first)
    await bench.sandbox.run_due()
    assert [message["button"]["payload"] for message in bench.service.inbound] == ["ack:2", "ack:1"]


async def test_a_tap_without_such_a_button_names_those_on_offer(bench: Bench) -> None:
    await bench.template(*alert_parts(), name="ops_alert")
    phone = bench.sandbox.phone(ANNA)
    with pytest.raises(ValueError, match=r"on offer: none.*accepted, not on the screen"):
        phone.tap("Acknowledge")
    await bench.pass_time(seconds=5)
    with pytest.raises(ValueError, match="'Acknowledge', 'Details'") as refusal:
        phone.tap("Open alert")
    assert "Open alert'," not in str(refusal.value).split("on offer")[1], (
        "a link cannot be tapped as an answer"
    )
    assert not phone.window_open


async def test_a_phone_that_is_off_gets_everything_when_it_comes_back(bench: Bench) -> None:
    phone = bench.sandbox.phone(ANNA)
    phone.online = False
    await bench.template()
    await bench.pass_time(hours=2)
    assert bench.service.ladder == ["sent"]
    with pytest.raises(ValueError, match="is off"):
        phone.reply("hello")
    phone.online = True
    await bench.pass_time(seconds=5)
    assert bench.service.ladder == ["sent", "delivered", "read"]


async def test_a_person_who_hides_the_number_appears_by_user_id_alone(bench: Bench) -> None:
    phone = bench.sandbox.phone(ANNA)
    phone.hides_number = True
    phone.reply("hello")
    await bench.sandbox.run_due()
    message = {"messaging_product": "whatsapp", "recipient": phone.user_id, "text": {"body": "hi"}}
    contact = (await bench.post(message)).json()["contacts"][0]
    assert contact == {"input": phone.user_id, "user_id": phone.user_id}
    await bench.pass_time(seconds=5)
    for callback in bench.service.callbacks:
        assert b"447700900123" not in callback.body.replace(b"wamid.", b"")
    assert {status["recipient_user_id"] for status in bench.service.statuses} == {phone.user_id}


async def test_media_and_unheard_of_kinds_reach_the_business(bench: Bench) -> None:
    phone = bench.sandbox.phone(ANNA)
    phone.send("image", {"id": "7100000000000031", "mime_type": "image/jpeg", "caption": "rack"})
    phone.send("poll", {"question": "?"})
    phone.send("contacts", [{"name": {"formatted_name": "Ravi"}}])
    await bench.sandbox.run_due()
    assert [message["type"] for message in bench.service.inbound] == ["image", "poll", "contacts"]
    assert bench.service.inbound[2]["contacts"] == [{"name": {"formatted_name": "Ravi"}}]
    with pytest.raises(ValueError, match="field of every message"):
        phone.send("timestamp", {})


async def test_what_the_platform_cannot_show_says_so(bench: Bench) -> None:
    bench.sandbox.phone(ANNA).send("unsupported", {"type": "poll_creation"})
    await bench.sandbox.run_due()
    (message,) = bench.service.inbound
    assert (message["type"], message["unsupported"]) == ("unsupported", {"type": "poll_creation"})
    (error,) = message["errors"]
    assert (error["code"], error["title"]) == (131051, "Message type unknown")


def test_only_a_persons_number_makes_a_phone() -> None:
    sandbox = Sandbox()
    for wrong in ("anna", "+44", "+441632960111", "+44770090012345678"):
        with pytest.raises(ValueError, match="not the telephone number of a person"):
            sandbox.phone(wrong)
    assert sandbox.phone(ANNA) is sandbox.phone("447700900123")


async def test_the_buttons_know_what_they_are(bench: Bench) -> None:
    await bench.template(*alert_parts(), name="ops_alert")
    kinds = [action.kind for action in bench.sandbox.phone(ANNA).messages[-1].actions]
    assert kinds == [ButtonKind.QUICK_REPLY, ButtonKind.QUICK_REPLY, ButtonKind.URL]


async def test_a_phone_that_goes_off_before_reading_reads_when_it_comes_back(bench: Bench) -> None:
    phone = bench.sandbox.phone(ANNA)
    await bench.template()
    await bench.pass_time(seconds=1)
    phone.online = False
    await bench.pass_time(hours=1)
    assert bench.service.ladder == ["sent", "delivered"]
    phone.online = True
    await bench.sandbox.run_due()
    assert bench.service.ladder == ["sent", "delivered", "read"]


async def test_receipts_that_are_turned_off_in_time_are_not_sent(bench: Bench) -> None:
    await bench.template()
    await bench.pass_time(seconds=1)
    bench.sandbox.phone(ANNA).reads = False
    await bench.pass_time(hours=1)
    assert bench.service.ladder == ["sent", "delivered"]
