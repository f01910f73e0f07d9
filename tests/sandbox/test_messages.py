"""What a person sees, what becomes of a message, and when the window is open."""

from datetime import timedelta

import pytest

from wa_notify.sandbox import CallbackPolicy, Fault, Refusal, Status

from .conftest import (
    ANNA,
    START,
    Bench,
    alert_parts,
    body_part,
    make_bench,
    open_window,
    template_body,
    text_body,
    wamid_of,
)

HOUR = 3600


async def test_an_accepted_template_answers_in_the_platforms_shape(bench: Bench) -> None:
    body = (await bench.template(to="+44 7700 900123")).json()
    assert body["messaging_product"] == "whatsapp"
    assert body["contacts"][0]["input"] == "+44 7700 900123", "the input is echoed untouched"
    assert body["contacts"][0]["wa_id"] == "447700900123"
    assert body["messages"][0]["message_status"] == "accepted"
    assert body["messages"][0]["id"].startswith("wamid.HBgM")


async def test_only_templates_carry_a_message_status(bench: Bench) -> None:
    assert "message_status" not in (await bench.text()).json()["messages"][0]


async def test_a_template_is_shown_filled_with_its_buttons(bench: Bench) -> None:
    await bench.template(*alert_parts(), name="ops_alert")
    shown = bench.sandbox.phone(ANNA).messages[-1]
    assert (shown.direction, shown.kind, shown.template) == ("out", "template", ("ops_alert", "en"))
    assert shown.header == "Alert: db-7"
    assert shown.body.startswith("A P1 alert was raised for a system you are on call for: Disk usage 96%.")
    assert shown.footer == "Sent by the operations desk"
    assert shown.text == f"{shown.header}\n{shown.body}\n{shown.footer}"
    assert shown.buttons == ("Acknowledge", "Details", "Open alert")
    assert [action.payload for action in shown.actions] == ["ack:7f1c", "Details", ""]
    assert shown.actions[2].url == "https://ops.example.net/alerts/7f1c"


async def test_named_parameters_go_where_their_names_stand(bench: Bench) -> None:
    await bench.template(body_part(summary="Disk full", severity="P1"), name="ops_alert_named")
    assert "A P1 alert" in bench.sandbox.phone(ANNA).messages[-1].text
    assert "on call for: Disk full." in bench.sandbox.phone(ANNA).messages[-1].text


async def test_a_message_climbs_from_accepted_to_read(bench: Bench) -> None:
    await bench.template(biz_opaque_callback_data="alert:7f1c;attempt:1")
    phone = bench.sandbox.phone(ANNA)
    seen = [phone.messages[-1].status]
    for seconds in (0.2, 0.6, 1.2):
        await bench.pass_time(seconds=seconds)
        seen.append(phone.messages[-1].status)
    assert seen == [Status.ACCEPTED, Status.SENT, Status.DELIVERED, Status.READ]
    assert bench.service.ladder == ["sent", "delivered", "read"]
    assert {status["biz_opaque_callback_data"] for status in bench.service.statuses} == {
        "alert:7f1c;attempt:1"
    }
    assert bench.sandbox.next_due() is None


async def test_statuses_tell_when_things_happened_and_not_when_they_were_told(bench: Bench) -> None:
    bench.sandbox.policy = CallbackPolicy(
        delivered_after=timedelta(seconds=10), read_after=timedelta(seconds=60)
    )
    await bench.template()
    await bench.pass_time(hours=1)
    start = int(START.timestamp())
    assert [status["timestamp"] for status in bench.service.statuses] == [
        str(start), str(start + 10), str(start + 60),
    ]  # fmt: skip


async def test_free_form_outside_the_window_is_accepted_and_fails_later(bench: Bench) -> None:
    wamid = wamid_of(await bench.text())
    await bench.pass_time(seconds=5)
    assert bench.service.ladder == ["failed"], "it never was on its way"
    failed = bench.service.statuses[0]
    assert failed["id"] == wamid
    assert failed["errors"][0]["code"] == 131047
    assert failed["errors"][0]["title"] == failed["errors"][0]["message"]
    assert "pricing" not in failed
    assert "contacts" not in bench.service.callbacks[0].value
    shown = bench.sandbox.phone(ANNA).messages[-1]
    assert shown.failure is not None
    assert (shown.status, shown.failure["code"], shown.on_screen) == (Status.FAILED, 131047, False)


@pytest.mark.parametrize(("seconds", "arrives"), [(24 * HOUR - 1, True), (24 * HOUR, False)])
async def test_the_window_is_open_for_24_hours_to_the_second(
    bench: Bench, seconds: int, arrives: bool
) -> None:
    await open_window(bench)
    bench.clock.forward(seconds=seconds)
    assert bench.sandbox.phone(ANNA).window_open is arrives
    assert bench.sandbox.phone(ANNA).window_left == timedelta(seconds=24 * HOUR - seconds)
    await bench.text()
    await bench.pass_time(seconds=5)
    assert bench.service.ladder == (["sent", "delivered", "read"] if arrives else ["failed"])


async def test_a_window_that_is_over_has_nothing_left(bench: Bench) -> None:
    await open_window(bench)
    bench.clock.forward(hours=30)
    assert bench.sandbox.phone(ANNA).window_left == timedelta()


async def test_every_message_of_the_person_restarts_the_window(bench: Bench) -> None:
    await open_window(bench)
    bench.clock.forward(hours=23)
    await open_window(bench)
    assert bench.sandbox.phone(ANNA).window_left == timedelta(hours=24)


async def test_a_message_whose_time_to_live_ran_out_vanishes_without_a_word(bench: Bench) -> None:
    phone = bench.sandbox.phone(ANNA)
    phone.online = False
    await bench.template(*alert_parts(), name="ops_alert")  # lives for 30 minutes
    await bench.pass_time(minutes=31)
    phone.online = True
    await bench.pass_time(hours=1)
    assert bench.service.ladder == ["sent"]
    assert (phone.messages[-1].expired, phone.messages[-1].on_screen) == (True, False)


async def test_without_read_receipts_a_message_ends_as_delivered(bench: Bench) -> None:
    bench.sandbox.phone(ANNA).reads = False
    await bench.template()
    await bench.pass_time(hours=1)
    assert bench.service.ladder == ["sent", "delivered"]


async def test_somebody_who_is_not_on_whatsapp_cannot_be_reached(bench: Bench) -> None:
    bench.sandbox.phone(ANNA).on_whatsapp = False
    await bench.template()
    await bench.pass_time(hours=1)
    assert bench.service.ladder == ["sent", "failed"]
    assert bench.service.statuses[1]["errors"][0]["code"] == 131026


async def test_a_medium_that_cannot_be_fetched_fails_later(bench: Bench) -> None:
    await open_window(bench)
    image = {"link": "https://graphs.invalid/a.png"}
    response = await bench.post(
        {"messaging_product": "whatsapp", "to": ANNA, "type": "image", "image": image}
    )
    assert response.status_code == 200
    await bench.pass_time(seconds=5)
    assert [status["errors"][0]["code"] for status in bench.service.statuses] == [131053]


async def test_reactions_of_the_business_are_sent_and_no_more(bench: Bench) -> None:
    wamid = bench.sandbox.phone(ANNA).reply("on it")
    await bench.sandbox.run_due()
    reaction = {"message_id": wamid, "emoji": "\u2705"}
    await bench.post({"messaging_product": "whatsapp", "to": ANNA, "type": "reaction", "reaction": reaction})
    await bench.pass_time(hours=1)
    assert bench.service.ladder == ["sent"]


async def test_the_business_can_mark_messages_as_read_and_show_that_it_types(bench: Bench) -> None:
    phone = bench.sandbox.phone(ANNA)
    phone.reply("one")
    wamid = phone.reply("two")
    later = phone.reply("three")
    body = {"messaging_product": "whatsapp", "status": "read", "message_id": wamid}
    response = await bench.post({**body, "typing_indicator": {"type": "text"}})
    assert response.json() == {"success": True}
    assert [message.status.value for message in phone.messages] == ["read", "read", "delivered"]
    assert phone.messages[-1].wamid == later
    assert phone.chat().typing_until == START + timedelta(seconds=25)
    unknown = await bench.post({**body, "message_id": "wamid.X"})
    assert unknown.json()["error"]["code"] == 131009


async def test_a_reply_quotes_and_an_unknown_quote_is_dropped_silently(bench: Bench) -> None:
    wamid = bench.sandbox.phone(ANNA).reply("what is db-7 doing")
    await bench.text(context={"message_id": wamid})
    await bench.text(context={"message_id": "wamid.GONE"})
    assert [message.quoted for message in bench.sandbox.phone(ANNA).messages[1:]] == [wamid, None]


async def test_service_messages_are_free_a_thousand_times_a_month_and_then_billed() -> None:
    bench = make_bench()
    prices = []
    for _ in range(1001):
        await open_window(bench)
        await bench.text()
        await bench.pass_time(seconds=6)
        prices.append(bench.service.statuses[0]["pricing"])
    free = {"billable": False, "pricing_model": "PMP", "type": "free_customer_service", "category": "service"}
    assert prices[:1000] == [free] * 1000
    assert prices[1000] == {
        "billable": True,
        "pricing_model": "PMP",
        "type": "regular",
        "category": "service",
    }
    bench.service.callbacks.clear()
    await bench.pass_time(days=20)
    await open_window(bench)
    await bench.text()
    await bench.pass_time(seconds=6)
    assert bench.service.statuses[0]["pricing"]["type"] == "free_customer_service", "a new month"


async def test_a_utility_template_in_an_open_window_is_billed_since_october_2026(bench: Bench) -> None:
    await open_window(bench)
    await bench.template()
    await bench.pass_time(seconds=5)
    sent, delivered, read = bench.service.statuses
    regular = {"billable": True, "pricing_model": "PMP", "type": "regular", "category": "utility"}
    assert (sent["pricing"], delivered["pricing"]) == (regular, regular)
    assert "pricing" not in read


async def test_a_utility_template_in_an_open_window_was_free_before(bench: Bench) -> None:
    bench.clock.now = START.replace(month=9)
    await open_window(bench)
    await bench.template()
    await bench.pass_time(seconds=5)
    assert bench.service.statuses[0]["pricing"]["type"] == "free_customer_service"


@pytest.mark.parametrize(
    ("written", "wa_id"),
    [
        ("+44 (7700) 900-123", "447700900123"),
        ("7700900123", "447700900123"),  # the country code of the business is put in front
        ("+55 31 98765-4321", "553187654321"),
        ("+55 11 98765-4321", "5511987654321"),
        ("+52 55 1234 5678", "5215512345678"),
        ("+54 9 11 1234 5678", "5491112345678"),
    ],
)
async def test_numbers_become_the_platforms_ids(bench: Bench, written: str, wa_id: str) -> None:
    contact = (await bench.template(to=written)).json()["contacts"][0]
    assert (contact["input"], contact["wa_id"]) == (written, wa_id)
    assert [phone.wa_id for phone in bench.sandbox.phones] == [wa_id]


async def test_a_fault_of_the_kind_failed_is_accepted_and_fails_later(bench: Bench) -> None:
    bench.sandbox.fail_next(Fault(kind="failed", refusal=Refusal.MARKETING_CAP))
    assert (await bench.template()).status_code == 200
    await bench.pass_time(seconds=5)
    assert bench.service.ladder == ["sent", "failed"]
    assert bench.service.statuses[1]["errors"][0]["code"] == 131049
    bench.sandbox.fail_next(Fault(kind="failed", refusal=Refusal.PAYMENT_ISSUE))
    await bench.template()
    await bench.pass_time(seconds=5)
    assert bench.service.ladder == ["sent", "failed", "failed"]


async def test_the_longest_plain_story_uses_the_shapes_of_the_platform(bench: Bench) -> None:
    await bench.post(template_body(name="hello_world", language="en_US") | {"template": {
        "name": "hello_world", "language": {"code": "en_US", "policy": "deterministic"}}})  # fmt: skip
    await bench.pass_time(seconds=5)
    await bench.post(text_body())
    assert [message.kind for message in bench.sandbox.phone(ANNA).messages] == ["template", "text"]
