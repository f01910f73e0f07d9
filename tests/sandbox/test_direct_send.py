"""Direct Send: utility messages without a template made beforehand."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from wa_notify.sandbox import Account, Measure, Status, Template

from .conftest import ANNA, Bench, text_body, wamid_of

CONTROLS = "http://sandbox/_sandbox/sending"
LINK = "https://ops.example.net/7"
Json = dict[str, Any]


@pytest.fixture
def direct(bench: Bench) -> Bench:
    """A bench whose account may use Direct Send."""
    bench.account.direct_send = "utility"
    return bench


async def send(
    bench: Bench, text: str = "Incident 2041: disk usage on db-7 reached 96 percent.", **more: Any
) -> httpx.Response:
    return await bench.post(text_body(text, category="utility", **more))


def made(bench: Bench) -> list[Template]:
    return [one for one in bench.account.templates.values() if one.source == "AUTO_GENERATED"]


async def test_a_text_goes_out_without_window_and_template(direct: Bench) -> None:
    answered = await send(direct)
    assert "message_status" not in answered.json()["messages"][0]
    await direct.pass_time(seconds=5)
    assert direct.service.ladder == ["sent", "delivered", "read"]
    first = direct.service.statuses[0]
    assert first["pricing"] == {
        "billable": True, "pricing_model": "PMP", "type": "regular", "category": "utility",
    }  # fmt: skip
    assert {one["template_id"] for one in direct.service.statuses} == {made(direct)[0].id}


async def test_an_account_that_is_kept_from_it_may_send_everything_else(direct: Bench) -> None:
    direct.sandbox.restrict(Measure.NO_DIRECT_SEND, lasts=timedelta(days=7))
    assert (await send(direct)).json()["error"]["code"] == 139200
    assert (await direct.template()).status_code == 200
    await direct.pass_time(days=7)
    assert (await send(direct)).status_code == 200


@pytest.mark.parametrize("category", ["SERVICE", "service", None])
async def test_other_messages_need_their_window_as_ever(direct: Bench, category: str | None) -> None:
    wamid_of(await direct.post(text_body(category=category)))
    await direct.pass_time(seconds=5)
    assert direct.service.statuses[0]["errors"][0]["code"] == 131047
    assert "template_id" not in direct.service.statuses[0]


@pytest.mark.parametrize(
    ("state", "category", "code"),
    [
        ("off", "UTILITY", 100),
        ("off", "AUTHENTICATION", 100),
        ("utility", "UTILITY", None),
        ("utility", "AUTHENTICATION", 100),
        ("all", "AUTHENTICATION", None),
        ("blocked", "UTILITY", 139200),
        ("limited", "UTILITY", 131064),
        ("all", "MARKETING", 131009),
    ],
)
async def test_whether_it_may_be_used_is_a_matter_of_the_account(
    bench: Bench, state: str, category: str, code: int | None
) -> None:
    assert (await bench.graph.post(CONTROLS, json={"direct_send": state})).status_code == 200
    assert (await bench.graph.get(CONTROLS)).json()["direct_send"] == state
    response = await bench.post(text_body(category=category))
    assert response.json().get("error", {}).get("code") == code


def test_an_account_can_be_declared_with_it() -> None:
    declared = {"direct_send": "all", "disable_marketing_messages_on_cloud_api": True}
    account = Account.from_mapping(declared)
    assert (account.direct_send, account.disable_marketing_messages_on_cloud_api) == ("all", True)
    for wrong in ({"direct_send": "maybe"}, {"answers_paused": "yes"}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            Account.from_mapping(wrong)


async def test_without_it_the_details_point_to_a_template(bench: Bench) -> None:
    error = (await send(bench)).json()["error"]
    assert error["code"] == 100
    assert "Direct Send" in error["error_data"]["details"]
    assert "approved template" in error["error_data"]["details"]


def interactive(kind: str, **parts: Any) -> Json:
    content = {"type": kind, "body": {"text": "Disk full"}, **parts}
    return {"type": "interactive", "interactive": content}


BUTTONS = {"buttons": [{"type": "reply", "reply": {"id": "ack:1", "title": "Acknowledge"}}]}
OPEN = {"name": "cta_url", "parameters": {"display_text": "Open", "url": LINK}}
ROWS = {"button": "Choose", "sections": [{"rows": [{"id": "a", "title": "A"}]}]}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({"text": {"body": "x" * 1024}}, None),
        (interactive("button", action=BUTTONS, footer={"text": "ops"}), None),
        (interactive("cta_url", action=OPEN, header={"type": "text", "text": "db-7"}), None),
        ({"text": {"body": "x" * 1025}}, 100),
        ({"text": {"body": "x", "preview_url": True}}, 100),
        ({"type": "image", "image": {"link": LINK}}, 100),
        (interactive("list", action=ROWS), 100),
        ({"type": "template", "template": {"name": "hello_world", "language": {"code": "en_US"}}}, 100),
    ],
)
async def test_direct_send_takes_little_else_than_text(
    direct: Bench, content: Json, code: int | None
) -> None:
    body = {"messaging_product": "whatsapp", "to": ANNA, "category": "UTILITY", **content}
    response = await direct.post(body)
    assert response.json().get("error", {}).get("code") == code, response.text
    assert len(made(direct)) == (1 if code is None else 0)


async def test_the_template_behind_a_message_has_its_parts(direct: Bench) -> None:
    parts = interactive(
        "button", action=BUTTONS, footer={"text": "ops"}, header={"type": "text", "text": "P1"}
    )
    wamid_of(await direct.post({
        "messaging_product": "whatsapp", "to": ANNA, "category": "UTILITY", **parts,
        "direct_send_config": {"template_name": "disk_alert"},
    }))  # fmt: skip
    waba = f"/v26.0/{direct.account.waba_id}/message_templates"
    listed = (
        await direct.graph.get(waba, params={"name": "disk_alert", "fields": "name,source,category"})
    ).json()
    assert [(one["name"], one["source"], one["category"]) for one in listed["data"]] == [
        ("disk_alert", "AUTO_GENERATED", "UTILITY"),
    ]  # fmt: skip
    assert [part["type"] for part in made(direct)[0].components] == ["HEADER", "BODY", "FOOTER", "BUTTONS"]
    await direct.pass_time(seconds=5)
    direct.sandbox.phone(ANNA).tap("Acknowledge")
    await direct.sandbox.run_due()
    assert direct.service.inbound[-1]["interactive"]["button_reply"]["id"] == "ack:1"


async def test_messages_that_differ_in_numbers_share_a_template(direct: Bench) -> None:
    for text in ("Disk at 96 percent.", "Disk at 97 percent.", "Disk is full."):
        wamid_of(await send(direct, text))
    assert [one.component("BODY")["text"] for one in made(direct)] == ["Disk at 96 percent.", "Disk is full."]
    assert all(one.name.startswith("auto_generated_") for one in made(direct))


async def test_a_template_that_nobody_uses_for_a_day_vanishes(direct: Bench) -> None:
    await send(direct)
    await direct.pass_time(hours=23)
    await send(direct)
    await direct.pass_time(hours=23, minutes=59)
    assert len(made(direct)) == 1
    await direct.pass_time(minutes=1)
    assert not made(direct)
    await send(direct)
    assert len(made(direct)) == 1
    await direct.pass_time(hours=24)
    assert (len(made(direct)), direct.sandbox.next_due()) == (0, None)


async def test_the_template_behind_it_is_nobodys_to_use_edit_or_delete(direct: Bench) -> None:
    await send(direct, direct_send_config={"template_name": "disk_alert"})
    template = made(direct)[0]
    used = await direct.template(name="disk_alert")
    assert used.json()["error"]["code"] == 132018
    edit = await direct.graph.post(f"/v26.0/{template.id}", json={"category": "MARKETING"})
    assert edit.json()["error"]["error_subcode"] == 2388318
    waba = f"/v26.0/{direct.account.waba_id}/message_templates"
    delete = await direct.graph.delete(waba, params={"name": "disk_alert"})
    assert delete.json()["error"]["error_subcode"] == 2388330
    assert made(direct) == [template]


async def test_a_name_that_is_taken_and_a_text_like_a_variable_fail_later(direct: Bench) -> None:
    wamid_of(await send(direct, direct_send_config={"template_name": "ops_alert"}))
    wamid_of(await send(direct, "Disk {{name}} is full."))
    await direct.pass_time(seconds=5)
    failed = [one["errors"][0]["code"] for one in direct.service.statuses if one["status"] == "failed"]
    assert (failed, made(direct)) == ([132021, 131000], [])


@pytest.mark.parametrize(
    ("category", "seconds", "code"),
    [
        ("UTILITY", 29, 131009), ("UTILITY", 30, None), ("UTILITY", 43_200, None),
        ("UTILITY", 43_201, 131009),
        ("AUTHENTICATION", 900, None), ("AUTHENTICATION", 901, 131009), ("SERVICE", 60, 100),
        ("UTILITY", "60", 131009),
    ],
)  # fmt: skip
async def test_the_time_to_live_has_bounds(
    bench: Bench, category: str, seconds: Any, code: int | None
) -> None:
    bench.account.direct_send = "all"
    response = await bench.post(text_body(category=category, ttl_seconds=seconds))
    assert response.json().get("error", {}).get("code") == code


@pytest.mark.parametrize(
    ("category", "more", "lives"),
    [("UTILITY", {"ttl_seconds": 900}, 900), ("UTILITY", {}, 30 * 86400), ("AUTHENTICATION", {}, 600)],
)
async def test_past_its_time_a_message_is_dropped_without_a_word(
    bench: Bench, category: str, more: Json, lives: int
) -> None:
    bench.account.direct_send = "all"
    anna = bench.sandbox.phone(ANNA)
    for late in (0, 1):
        anna.online = False
        wamid_of(await bench.post(text_body(category=category, **more)))
        await bench.pass_time(seconds=lives + late)
        anna.online = True
        await bench.sandbox.run_due()
    assert [one.status for one in anna.messages] == [Status.READ, Status.SENT]
    assert [one.expired for one in anna.messages] == [False, True]
    assert "failed" not in bench.service.ladder


@pytest.mark.parametrize("name", ["Disk Alert", "x" * 513, ""])
async def test_the_name_of_a_template_has_small_letters(direct: Bench, name: str) -> None:
    response = await send(direct, direct_send_config={"template_name": name})
    assert response.json()["error"]["code"] == 131009


async def test_an_account_may_lose_direct_send_for_a_while(direct: Bench) -> None:
    direct.sandbox.restrict(Measure.NO_DIRECT_SEND, lasts=timedelta(days=7))
    refused = await send(direct)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, 139200)
    assert (await direct.template()).status_code == 200, "a template of one's own may be sent"
    direct.clock.forward(days=7)
    assert (await send(direct)).status_code == 200
