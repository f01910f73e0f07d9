"""Templates are handed in, edited and deleted as at Meta, with each refusal that its rules know."""

import json
from typing import Any

import httpx
import pytest

from wa_notify.sandbox import Refusal, ReviewPolicy

from .conftest import Bench

WABA = "/v26.0/300000000000202"
TEMPLATES = f"{WABA}/message_templates"
LINK = "https://ops.example.net/"
BODY = {
    "type": "BODY",
    "text": "An alert was raised for a system you are on call for: {{1}}. It is still open.",
    "example": {"body_text": [["Disk 96 % full"]]},
}


def new(*components: Any, **special: Any) -> dict[str, Any]:
    ordinary = {
        "name": "ops_new",
        "language": "en",
        "category": "UTILITY",
        "components": list(components) or [BODY],
    }
    return {**ordinary, **special}


def body(text: str, *examples: str) -> dict[str, Any]:
    return {"type": "BODY", "text": text, "example": {"body_text": [list(examples)]}}


def header(text: str, *examples: str) -> dict[str, Any]:
    return {"type": "HEADER", "format": "TEXT", "text": text, "example": {"header_text": list(examples)}}


def buttons(*rows: Any) -> dict[str, Any]:
    return {"type": "BUTTONS", "buttons": list(rows)}


def quick(text: str) -> dict[str, Any]:
    return {"type": "QUICK_REPLY", "text": text}


def link(url: str = LINK, **more: Any) -> dict[str, Any]:
    return {"type": "URL", "text": "Open", "url": url, **more}


async def create(bench: Bench, wanted: dict[str, Any]) -> httpx.Response:
    return await bench.graph.post(TEMPLATES, json=wanted)


async def created(bench: Bench, wanted: dict[str, Any]) -> dict[str, Any]:
    response = await create(bench, wanted)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def refused(response: httpx.Response, row: Refusal) -> None:
    assert response.status_code == 400, response.text
    error = response.json()["error"]
    assert (error["code"], error.get("error_subcode")) == (100, row.value.subcode), error
    assert (error["message"], error["error_user_title"]) == ("Invalid parameter", row.value.title)
    assert error["error_user_msg"]
    assert "error_data" not in error


WRONG: dict[str, tuple[dict[str, Any], Refusal]] = {
    "with a capital in its name": (new(name="Ops"), Refusal.TEMPLATE_NAME),
    "with a name that is too long": (new(name="a" * 513), Refusal.TEMPLATE_NAME),
    "without a name": (new(name=None), Refusal.TEMPLATE_NAME),
    "in no language": (new(language="english"), Refusal.TEMPLATE_FIELD),
    "of no category": (new(category="ALERT"), Refusal.TEMPLATE_FIELD),
    "with a strange field": (new(colour="red"), Refusal.TEMPLATE_FIELD),
    "of no format": (new(parameter_format="MIXED"), Refusal.TEMPLATE_FIELD),
    "that lives too long": (new(message_send_ttl_seconds=43_201), Refusal.TEMPLATE_FIELD),
    "without components": (new(components="none"), Refusal.TEMPLATE_FIELD),
    "with two bodies": (new(BODY, BODY), Refusal.TEMPLATE_FIELD),
    "without a body": (new({"type": "FOOTER", "text": "x"}), Refusal.TEMPLATE_BODY),
    "that is there": (new(name="ops_alert"), Refusal.TEMPLATE_EXISTS),
    "that begins with a variable": (new(body("{{1}} is full, please look.", "x")), Refusal.VARIABLE_AT_EDGE),
    "that ends with a variable": (new(body("Please look at this: {{1}}", "x")), Refusal.VARIABLE_AT_EDGE),
    "with few words": (new(body("See {{1}}.", "x")), Refusal.TOO_MANY_VARIABLES),
    "with variables side by side": (new(body("Look at {{1}} {{2}} now.", "x", "y")), Refusal.TEMPLATE_BODY),
    "with a gap in its numbers": (new(body("Look at {{2}} now please.", "x")), Refusal.TEMPLATE_BODY),
    "with broken braces": (new(body("Look at {{1} now please.", "x")), Refusal.TEMPLATE_BODY),
    "with a name among numbers": (new(body("Look at {{what}} now please.", "x")), Refusal.TEMPLATE_BODY),
    "with an empty body": (new(body(" ")), Refusal.TEMPLATE_BODY),
    "with a long body": (new(body("x" * 1025)), Refusal.TEMPLATE_TOO_LONG),
    "without an example": (new({"type": "BODY", "text": BODY["text"]}), Refusal.EXAMPLE_MISSING),
    "with too few examples": (new(body(str(BODY["text"]), "a", "b")), Refusal.EXAMPLE_MISSING),
    "with a named body without examples": (
        new({"type": "BODY", "text": "The system {{what}} is down."}, parameter_format="NAMED"),
        Refusal.EXAMPLE_MISSING,
    ),
    "with a long header": (new(header("x" * 61), BODY), Refusal.TEMPLATE_TOO_LONG),
    "with two variables in the header": (
        new(header("{{1}} and {{2}}", "a", "b"), BODY), Refusal.TEMPLATE_HEADER,
    ),
    "with markdown in the header": (new(header("*Alert*"), BODY), Refusal.TEMPLATE_HEADER),
    "with a header of no kind": (new({"type": "HEADER", "format": "GIF"}, BODY), Refusal.TEMPLATE_HEADER),
    "with a header without example": (new(header("On {{1}}"), BODY), Refusal.EXAMPLE_MISSING),
    "with a picture without handle": (
        new({"type": "HEADER", "format": "IMAGE"}, BODY), Refusal.EXAMPLE_MISSING,
    ),
    "with a picture that nobody uploaded": (
        new({"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["4::x"]}}, BODY),
        Refusal.EXAMPLE_MISSING,
    ),
    "with a variable in the footer": (
        new(BODY, {"type": "FOOTER", "text": "By {{1}}"}), Refusal.TEMPLATE_FOOTER,
    ),
    "with a long footer": (new(BODY, {"type": "FOOTER", "text": "x" * 61}), Refusal.TEMPLATE_TOO_LONG),
    "with an empty row of buttons": (new(BODY, buttons()), Refusal.TEMPLATE_BUTTONS),
    "with a strange button": (new(BODY, buttons({"type": "FAX"})), Refusal.TEMPLATE_BUTTONS),
    "with three links": (
        new(BODY, buttons(*(link(text=str(number)) for number in range(3)))), Refusal.TEMPLATE_BUTTONS,
    ),
    "with scattered replies": (new(BODY, buttons(quick("a"), link(), quick("b"))), Refusal.TEMPLATE_BUTTONS),
    "with the same button twice": (new(BODY, buttons(quick("a"), quick("a"))), Refusal.TEMPLATE_BUTTONS),
    "with a long button": (new(BODY, buttons(quick("x" * 26))), Refusal.TEMPLATE_TOO_LONG),
    "with a variable inside a link": (
        new(BODY, buttons(link(f"{LINK}{{{{1}}}}/x"))), Refusal.TEMPLATE_BUTTONS,
    ),
    "with a link without example": (new(BODY, buttons(link(f"{LINK}{{{{1}}}}"))), Refusal.EXAMPLE_MISSING),
    "with a long link": (new(BODY, buttons(link(LINK + "x" * 2000))), Refusal.TEMPLATE_TOO_LONG),
    "with no number to call": (
        new(BODY, buttons({"type": "PHONE_NUMBER", "text": "Call", "phone_number": "us"})),
        Refusal.TEMPLATE_BUTTONS,
    ),
    "with no code to copy": (new(BODY, buttons({"type": "COPY_CODE"})), Refusal.EXAMPLE_MISSING),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
async def test_what_the_platform_does_not_take_is_refused(bench: Bench, case: str) -> None:
    wanted, row = WRONG[case]
    before = dict(bench.account.templates)
    refused(await create(bench, wanted), row)
    assert bench.account.templates == before


async def test_every_kind_of_component_is_taken_and_kept_as_the_platform_writes_it(bench: Bench) -> None:
    answer = await created(
        bench,
        new(
            header("On {{ 1 }} ", "db-7"),
            body(" Look at {{ 1 }} now please.\n", "x"),
            {"type": "FOOTER", "text": "The desk "},
            buttons(
                quick("Acknowledge"),
                link(f"{LINK}{{{{1}}}}", example=[f"{LINK}7"]),
                {"type": "PHONE_NUMBER", "text": "Call", "phone_number": "+44 1632 960 111"},
                {"type": "COPY_CODE", "example": "INC-2041"},
            ),
            message_send_ttl_seconds=1800,
        ),
    )
    assert answer["status"] == "PENDING"
    node = (await bench.graph.get(f"/v26.0/{answer['id']}")).json()
    top, text, footer, row = node["components"]
    assert (top["text"], text["text"], footer["text"]) == (
        "On {{1}}",
        "Look at {{1}} now please.",
        "The desk",
    )
    assert [one["type"] for one in row["buttons"]] == ["QUICK_REPLY", "URL", "PHONE_NUMBER", "COPY_CODE"]
    assert row["buttons"][2]["phone_number"] == "+441632960111"
    listed = (
        await bench.graph.get(f"{TEMPLATES}?name=ops_new&status=PENDING&fields=message_send_ttl_seconds")
    ).json()
    assert listed["data"] == [{"id": answer["id"], "message_send_ttl_seconds": 1800}]


async def test_named_variables_and_a_place_in_the_header_are_taken(bench: Bench) -> None:
    params = [{"param_name": "what", "example": "Disk"}]
    named = {
        "type": "BODY",
        "text": "The system {{what}} is down.",
        "example": {"body_text_named_params": params},
    }
    place = {"type": "HEADER", "format": "LOCATION"}
    assert (await created(bench, new(place, named, parameter_format="NAMED")))["status"] == "PENDING"


async def test_an_example_file_is_uploaded_and_named_by_its_handle(bench: Bench) -> None:
    app = f"/v26.0/{bench.account.app_id}/uploads"
    query = "?file_name=a.png&file_length=3&file_type=image/png"
    session = (await bench.graph.post(f"{app}{query}")).json()["id"]
    assert session.startswith("upload:")
    taken = await bench.graph.post(f"/v26.0/{session}", content=b"PNG", headers={"file_offset": "0"})
    picture = {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": [taken.json()["h"]]}}
    assert (await created(bench, new(picture, BODY)))["status"] == "PENDING"
    again = await bench.graph.post(f"/v26.0/{session}", content=b"PNG", headers={"file_offset": "0"})
    refused(again, Refusal.UPLOAD_WRONG)


@pytest.mark.parametrize(
    "query", ["", "?file_length=0&file_type=image/png", "?file_length=3&file_type=text/x"]
)
async def test_a_session_for_no_file_is_refused(bench: Bench, query: str) -> None:
    refused(await bench.graph.post(f"/v26.0/{bench.account.app_id}/uploads{query}"), Refusal.UPLOAD_WRONG)


@pytest.mark.parametrize(("content", "offset"), [(b"PN", "0"), (b"PNG", "1"), (b"PNG", "")])
async def test_a_file_that_is_not_as_announced_is_refused(bench: Bench, content: bytes, offset: str) -> None:
    query = "?file_name=a.png&file_length=3&file_type=image/png"
    session = (await bench.graph.post(f"/v26.0/{bench.account.app_id}/uploads{query}")).json()["id"]
    headers = {"file_offset": offset} if offset else {}
    response = await bench.graph.post(f"/v26.0/{session}", content=content, headers=headers)
    refused(response, Refusal.UPLOAD_WRONG)


async def edit(bench: Bench, template_id: str, **changes: Any) -> httpx.Response:
    return await bench.graph.post(f"/v26.0/{template_id}", json=changes)


async def test_an_approved_template_is_edited_once_a_day_and_goes_back_to_review(bench: Bench) -> None:
    template = bench.account.templates["ops_nudge", "en"]
    other = body("There is something more about the alert {{1}} for you now.", "x")
    answer = await edit(bench, template.id, components=[other])
    assert answer.json() == {"success": True, "id": template.id, "name": "ops_nudge", "category": "UTILITY"}
    assert (await bench.template()).json()["error"]["code"] == 132001, "it is in review"
    refused(await edit(bench, template.id, components=[other]), Refusal.EDIT_STATUS)
    await bench.pass_time(minutes=1)
    assert (await bench.template()).status_code == 200
    refused(await edit(bench, template.id, components=[BODY]), Refusal.EDIT_LIMIT)
    await bench.pass_time(hours=24)
    assert (await edit(bench, template.id, components=[BODY])).status_code == 200


async def test_an_approved_template_is_edited_ten_times_in_thirty_days(bench: Bench) -> None:
    template = bench.account.templates["ops_nudge", "en"]
    for _ in range(10):
        assert (await edit(bench, template.id, components=[BODY])).status_code == 200
        await bench.pass_time(hours=25)
    refused(await edit(bench, template.id, components=[BODY]), Refusal.EDIT_LIMIT)
    await bench.pass_time(days=20)
    assert (await edit(bench, template.id, components=[BODY])).status_code == 200


async def test_the_category_of_an_approved_template_cannot_be_edited_that_of_a_rejected_one_can(
    bench: Bench,
) -> None:
    approved, rejected = (bench.account.templates[name, "en"] for name in ("ops_nudge", "ops_rejected"))
    refused(await edit(bench, approved.id, category="MARKETING"), Refusal.EDIT_CATEGORY)
    answer = await edit(bench, rejected.id, category="MARKETING", components=[BODY])
    assert answer.json()["category"] == "MARKETING"
    ttl = {"message_send_ttl_seconds": 30}
    refused(
        await edit(bench, bench.account.templates["ops_paused", "en"].id, category="NONE"),
        Refusal.TEMPLATE_FIELD,
    )
    refused(
        await edit(bench, bench.account.templates["ops_newsletter", "en"].id, **ttl), Refusal.TEMPLATE_FIELD
    )
    refused(await edit(bench, approved.id, colour="red"), Refusal.TEMPLATE_FIELD)
    refused(await edit(bench, approved.id), Refusal.TEMPLATE_FIELD)
    assert (await edit(bench, approved.id, **ttl)).status_code == 200


async def delete(bench: Bench, **query: str) -> httpx.Response:
    return await bench.graph.delete(TEMPLATES, params=query)


async def test_a_deleted_name_is_gone_and_blocked_for_thirty_days(bench: Bench) -> None:
    assert (await delete(bench, name="ops_alert")).json() == {"success": True}
    assert not [name for name, _ in bench.account.templates if name == "ops_alert"]
    refused(await create(bench, new(name="ops_alert")), Refusal.TEMPLATE_NAME_BLOCKED)
    refused(await create(bench, new(name="ops_alert", language="fr")), Refusal.TEMPLATE_NAME_BLOCKED)
    await bench.pass_time(days=30)
    assert (await create(bench, new(name="ops_alert"))).status_code == 200
    refused(await delete(bench, name="ops_nothing"), Refusal.TEMPLATE_GONE)


async def test_one_language_is_deleted_alone(bench: Bench) -> None:
    german = bench.account.templates["ops_alert", "de"]
    refused(await delete(bench, name="ops_nudge", hsm_id=german.id), Refusal.TEMPLATE_GONE)
    await delete(bench, name="ops_alert", hsm_id=german.id)
    assert ("ops_alert", "en") in bench.account.templates
    refused(await create(bench, new(name="ops_alert", language="de")), Refusal.TEMPLATE_NAME_BLOCKED)
    assert (await create(bench, new(name="ops_alert", language="fr"))).status_code == 200


async def test_a_rejected_template_leaves_its_name_free_and_a_disabled_one_stays(bench: Bench) -> None:
    await delete(bench, name="ops_rejected")
    assert (await create(bench, new(name="ops_rejected"))).status_code == 200
    bench.sandbox.review("ops_nudge", "en", status="DISABLED")
    refused(await delete(bench, name="ops_nudge"), Refusal.DELETE_DISABLED)


async def test_an_account_has_so_many_templates_and_creates_so_many_an_hour(bench: Bench) -> None:
    bench.sandbox.reviews = ReviewPolicy(most=len(bench.account.templates) + 3, an_hour=2)
    for number in range(2):
        await created(bench, new(name=f"ops_{number}"))
    bench.clock.forward(minutes=20)
    response = await create(bench, new())
    assert (response.status_code, response.json()["error"]["code"]) == (429, 80007)
    (use,) = json.loads(response.headers["x-business-use-case-usage"]).values()
    assert use[0]["estimated_time_to_regain_access"] == 40
    await bench.pass_time(minutes=40)
    await created(bench, new())
    refused(await create(bench, new(name="ops_more")), Refusal.TEMPLATE_LIMIT)
