"""Each refusal comes with its exact code, HTTP status and shape."""

from typing import Any

import pytest

from wa_notify.sandbox import Account, Limits, Sandbox

from .conftest import ANNA, Bench, alert_parts, body_part, button_part, header_part, template_body, text_body

WRONG_MESSAGES: dict[str, tuple[dict[str, Any], int, int]] = {
    "without messaging_product": ({"to": ANNA, "type": "text", "text": {"body": "x"}}, 100, 400),
    "with another product": (text_body(messaging_product="sms"), 100, 400),
    "with a misspelt field": (text_body(recipent_type="individual"), 100, 400),
    "with a misspelt field inside": ({**text_body(), "text": {"body": "x", "prevew_url": True}}, 100, 400),
    "with the content of another type": ({**text_body(), "image": {"id": "1"}}, 100, 400),
    "without recipient": ({"messaging_product": "whatsapp", "text": {"body": "x"}}, 131008, 400),
    "without content": ({"messaging_product": "whatsapp", "to": ANNA, "type": "text"}, 131008, 400),
    "with an empty text": (text_body(""), 131008, 400),
    "with a text that is a number": ({**text_body(), "text": {"body": 5}}, 131009, 400),
    "with a flag that is a text": ({**text_body(), "text": {"body": "x", "preview_url": "yes"}}, 131009, 400),
    "to something that is no number": (text_body(to="anna"), 131009, 400),
    "to a group": (text_body(recipient_type="group"), 131009, 400),
    "of an unknown type": (
        {"messaging_product": "whatsapp", "to": ANNA, "type": "fax", "fax": {}}, 131051, 400,
    ),
    "of a type that is no text": ({**text_body(), "type": {"a": 1}}, 131051, 400),
    "to itself": (text_body(to="+44 1632 960111"), 131021, 400),
    "longer than 4096": (text_body("x" * 4097), 100, 400),
    "with too much opaque data": (text_body(biz_opaque_callback_data="x" * 513), 100, 400),
    "with Direct Send": (text_body(category="UTILITY"), 100, 400),
    "to an unknown user id": (
        {"messaging_product": "whatsapp", "recipient": "GB.1", "text": {"body": "x"}}, 131009, 400,
    ),
    "of an image from nowhere": (
        {"messaging_product": "whatsapp", "to": ANNA, "type": "image", "image": {"caption": "x"}},
        131008, 400,
    ),
    "of an image from two places": (
        {"messaging_product": "whatsapp", "to": ANNA, "type": "image",
         "image": {"id": "1", "link": "https://e.net/a.png"}}, 131009, 400,
    ),
    "of an image behind ftp": (
        {"messaging_product": "whatsapp", "to": ANNA, "type": "image", "image": {"link": "ftp://e.net/a"}},
        131009, 400,
    ),
    "of a reaction to nothing": (
        {"messaging_product": "whatsapp", "to": ANNA, "type": "reaction",
         "reaction": {"message_id": "wamid.X", "emoji": "x"}}, 131009, 400,
    ),
}  # fmt: skip

WRONG_TEMPLATES: dict[str, tuple[dict[str, Any], int, int]] = {
    "of an unknown name": (template_body(name="nope"), 132001, 404),
    "in another language": (template_body(language="en_US"), 132001, 404),
    "that was rejected": (template_body(name="ops_rejected"), 132001, 404),
    "that is paused": (template_body(name="ops_paused"), 132015, 400),
    "without language": (
        {**template_body(), "template": {"name": "ops_nudge", "language": {}}}, 131008, 400,
    ),
    "with too few parameters": (template_body(body_part()), 132000, 400),
    "with too many parameters": (template_body(body_part("a", "b")), 132000, 400),
    "with a parameter for a header it lacks": (template_body(header_part("x"), body_part("a")), 132000, 400),
    "with a parameter of another kind": (
        template_body({"type": "body", "parameters": [{"type": "image", "image": {"id": "1"}}]}), 132012, 400,
    ),
    "with a name where numbers stand": (template_body(body_part(summary="x")), 132012, 400),
    "without a name where names stand": (
        template_body(body_part("a", "b"), name="ops_alert_named"), 100, 400,
    ),
    "with an unknown name": (
        template_body(body_part(severity="a", sumary="b"), name="ops_alert_named"), 132012, 400,
    ),
    "with a newline": (template_body(body_part("a\nb")), 132018, 400),
    "with a tab": (template_body(body_part("a\tb")), 132018, 400),
    "with five spaces": (template_body(body_part("a     b")), 132018, 400),
    "with an empty parameter": (template_body(body_part("")), 131008, 400),
    "that becomes too long": (template_body(body_part("x" * 1000)), 132005, 400),
    "whose header becomes too long": (
        template_body(header_part("x" * 60), *alert_parts()[1:], name="ops_alert"), 132005, 400,
    ),
    "without the parameter of its link": (template_body(*alert_parts()[:2], name="ops_alert"), 131008, 400),
    "with a button it lacks": (
        template_body(body_part("a"), button_part(1, "quick_reply", type="payload", payload="p")),
        132012, 400,
    ),
    "with another kind of button": (
        template_body(body_part("a"), button_part(0, "url", type="text", text="p")), 132012, 400,
    ),
    "with a button without index": (
        template_body(body_part("a"), {"type": "button", "sub_type": "quick_reply"}), 131008, 400,
    ),
    "with an unknown component": (template_body({"type": "tail", "parameters": []}), 131009, 400),
}  # fmt: skip


def reply(id: str, title: str) -> dict[str, Any]:  # noqa: A002
    return {"type": "reply", "reply": {"id": id, "title": title}}


BUTTON = reply("a", "A")


def interactive(action: Any, kind: str = "button", **more: Any) -> dict[str, Any]:
    content = {"type": kind, "body": {"text": "choose"}, "action": action, **more}
    return {"messaging_product": "whatsapp", "to": ANNA, "type": "interactive", "interactive": content}


def rows(count: int, prefix: str = "row") -> list[dict[str, str]]:
    return [{"id": f"{prefix}{place}", "title": f"row {place}"} for place in range(count)]


WRONG_INTERACTIVES: dict[str, tuple[dict[str, Any], int]] = {
    "with four buttons": (interactive({"buttons": [BUTTON] * 4}), 131009),
    "with two buttons of one title": (interactive({"buttons": [BUTTON, reply("b", "A")]}), 131009),
    "with two buttons of one id": (interactive({"buttons": [BUTTON, reply("a", "B")]}), 131009),
    "with no buttons": (interactive({"buttons": []}), 131008),
    "with a long title": (
        interactive({"buttons": [{"type": "reply", "reply": {"id": "a", "title": "x" * 21}}]}), 131009,
    ),
    "with eleven rows": (
        interactive({"button": "Choose", "sections": [
            {"title": "a", "rows": rows(6)}, {"title": "b", "rows": rows(5, "other")}]}, "list"), 131009,
    ),
    "with sections without titles": (
        interactive({"button": "Choose", "sections": [{"rows": rows(1)}, {"rows": rows(1)}]}, "list"), 131008,
    ),
    "with a body of 1025": (interactive({"buttons": [BUTTON]}, body={"text": "x" * 1025}), 131009),
    "with a link to nowhere": (
        interactive({"name": "cta_url", "parameters": {"display_text": "go", "url": "example"}}, "cta_url"),
        131009,
    ),
    "of an unknown kind": (interactive({}, "hologram"), 131009),
    "with a header of a medium from nowhere": (
        interactive({"buttons": [BUTTON]}, header={"type": "image", "image": {}}), 131008,
    ),
}  # fmt: skip


def assert_refused(response: Any, code: int, http: int) -> None:
    assert response.status_code == http, response.text
    error = response.json()["error"]
    assert error["code"] == code
    assert error["message"].startswith(f"(#{code}) ")
    assert error["type"] == "OAuthException"
    assert set(error) == {"message", "type", "code", "error_data", "fbtrace_id"}
    assert error["error_data"]["messaging_product"] == "whatsapp"
    assert error["error_data"]["details"]


@pytest.mark.parametrize("what", WRONG_MESSAGES)
async def test_a_message_is_refused(bench: Bench, what: str) -> None:
    body, code, http = WRONG_MESSAGES[what]
    assert_refused(await bench.post(body), code, http)
    assert not list(bench.sandbox.phone(ANNA).messages)


@pytest.mark.parametrize("what", WRONG_TEMPLATES)
async def test_a_template_is_refused(bench: Bench, what: str) -> None:
    body, code, http = WRONG_TEMPLATES[what]
    assert_refused(await bench.post(body), code, http)


@pytest.mark.parametrize("what", WRONG_INTERACTIVES)
async def test_an_interactive_message_is_refused(bench: Bench, what: str) -> None:
    body, code = WRONG_INTERACTIVES[what]
    assert_refused(await bench.post(body), code, 400)


async def test_a_disabled_template_is_refused(bench: Bench) -> None:
    bench.sandbox.review("ops_nudge", "en", status="DISABLED")
    assert_refused(await bench.template(), 132016, 400)


@pytest.mark.parametrize("status", ["APPROVED", "FLAGGED", "REINSTATED"])
async def test_a_template_that_was_warned_of_or_reinstated_can_be_sent(bench: Bench, status: str) -> None:
    bench.sandbox.review("ops_nudge", "en", status=status)
    assert (await bench.template()).status_code == 200


@pytest.mark.parametrize(
    "status",
    [
        "PENDING", "REJECTED", "IN_APPEAL", "PENDING_DELETION", "DELETED", "LIMIT_EXCEEDED", "ARCHIVED",
        "LOCKED",
    ],
)  # fmt: skip
async def test_a_template_in_any_other_state_is_as_good_as_none(bench: Bench, status: str) -> None:
    bench.sandbox.review("ops_nudge", "en", status=status)
    assert_refused(await bench.template(), 132001, 404)


async def test_bad_characters_have_another_code_before_version_23(bench: Bench) -> None:
    assert_refused(await bench.post(template_body(body_part("a\nb")), version="v22.0"), 100, 400)
    assert_refused(await bench.post(template_body(body_part("a\nb")), version="v23.0"), 132018, 400)


async def test_a_message_with_a_file_that_nobody_uploaded_is_refused(bench: Bench) -> None:
    image = {"messaging_product": "whatsapp", "to": ANNA, "type": "image", "image": {"id": "123"}}
    assert_refused(await bench.post(image), 131009, 400)


async def test_four_spaces_and_the_longest_texts_pass(bench: Bench) -> None:
    assert (await bench.template(body_part("a    b"))).status_code == 200
    fixed = len("There is more about the alert  for you. Reply to this message to receive the details.")
    assert (await bench.template(body_part("x" * (1024 - fixed)))).status_code == 200
    assert_refused(await bench.template(body_part("x" * (1025 - fixed))), 132005, 400)
    assert (await bench.text("x" * 4096, biz_opaque_callback_data="y" * 512)).status_code == 200


@pytest.mark.parametrize(("header", "subcode"), [("", None), ("Bearer wrong", None), ("Basic x", None)])
async def test_a_request_without_the_right_token_is_refused(
    bench: Bench, header: str, subcode: int | None
) -> None:
    response = await bench.post(text_body(), headers={"Authorization": header})
    error = response.json()["error"]
    assert (response.status_code, error["code"], error.get("error_subcode")) == (401, 190, subcode)
    assert "error_data" not in error


async def test_an_unknown_number_is_a_graph_method_exception(bench: Bench) -> None:
    response = await bench.graph.post("/v26.0/400000000000999/messages", json=text_body())
    error = response.json()["error"]
    assert (response.status_code, error["code"], error["error_subcode"]) == (400, 100, 33)
    assert error["type"] == "GraphMethodException"


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/v26.0/400000000000101/nothing", 2500),
        ("GET", "/v27.0/400000000000101", 2500),
        ("GET", "/nothing/at/all/here", 2500),
        ("POST", "/", 2500),
        ("DELETE", "/v26.0/400000000000101/messages", 100),
        ("GET", "/v26.0/400000000000101/messages", 100),
        ("GET", "/v26.0/400000000000101?fields=favourite_colour", 100),
        ("GET", "/v26.0/300000000000202/message_templates?colour=red", 100),
    ],
)
async def test_what_does_not_exist_is_refused_in_the_platforms_shape(
    bench: Bench, method: str, path: str, code: int
) -> None:
    response = await bench.graph.request(method, path)
    assert response.status_code == 400
    assert response.json()["error"]["code"] == code
    assert response.json()["error"]["fbtrace_id"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"\xff\xfe", b"[" * 100_000, b'{"a": NaN}'])
async def test_a_body_that_is_no_json_object_is_refused(bench: Bench, body: bytes) -> None:
    response = await bench.graph.post("/v26.0/400000000000101/messages", content=body)
    assert_refused(response, 100, 400)


async def test_text_that_is_broken_unicode_is_echoed_and_not_fatal(bench: Bench) -> None:
    response = await bench.graph.post(
        "/v26.0/400000000000101/messages",
        content=b'{"messaging_product": "whatsapp", "to": "+447700900123", "\\ud800": 1}',
    )
    assert_refused(response, 100, 400)


async def test_the_81st_message_within_a_second_is_refused(bench: Bench) -> None:
    answers = [await bench.template(to=f"+4477009{place:05}") for place in range(80)]
    assert {answer.status_code for answer in answers} == {200}
    assert_refused(await bench.template(), 130429, 429)
    bench.clock.forward(seconds=0.999)
    assert_refused(await bench.template(), 130429, 429)
    bench.clock.forward(seconds=0.001)
    assert (await bench.template()).status_code == 200


async def test_one_person_gets_45_at_once_and_then_one_every_six_seconds(bench: Bench) -> None:
    answers = [await bench.template() for _ in range(46)]
    assert [answer.status_code for answer in answers] == [200] * 45 + [429]
    assert_refused(answers[-1], 131056, 429)
    assert (await bench.template(to="+447700900456")).status_code == 200, "another person is not affected"
    bench.clock.forward(seconds=5.999)
    assert_refused(await bench.template(), 131056, 429)
    bench.clock.forward(seconds=0.001)
    assert (await bench.template()).status_code == 200
    assert_refused(await bench.template(), 131056, 429)
    bench.clock.forward(seconds=6 * 45)
    again = [(await bench.template()).status_code for _ in range(46)]
    assert again == [200] * 45 + [429], "after the whole time the whole burst is back"


async def test_throttles_can_answer_with_the_older_http_status(bench: Bench) -> None:
    bench.sandbox.limits = Limits(per_second=1, throttle_http=400)
    await bench.template()
    assert_refused(await bench.template(), 130429, 400)


async def test_a_refused_message_costs_no_quota(bench: Bench) -> None:
    bench.sandbox.limits = Limits(per_second=1)
    assert_refused(await bench.template(body_part("a", "b")), 132000, 400)
    assert (await bench.template()).status_code == 200


def test_an_account_can_be_declared_as_a_mapping() -> None:
    parts = [{"type": "BODY", "text": "Only {{1}} here."}]
    account = Account.from_mapping(
        {"access_token": "mine", "templates": [{"name": "one", "language": "fr", "components": parts}]}
    )
    assert list(Sandbox(account=account).account.templates) == [("one", "fr")]
    assert account.phone_number_id == "400000000000101"


@pytest.mark.parametrize(
    "mapping",
    [
        {"colour": "red"},
        {"access_token": ""},
        {"templates": [{"name": "one"}]},
        {
            "templates": [
                {"name": "one", "language": "en", "components": [{"type": "BODY"}], "status": "GREAT"}
            ]
        },
        {
            "templates": [
                {"name": "one", "language": "en", "components": [{"type": "BODY", "text": "{{name}}"}]}
            ]
        },
        {"templates": [{"name": "one", "language": "en", "components": ["x"]}]},
    ],
)
def test_an_account_that_makes_no_sense_is_refused(mapping: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Account.from_mapping(mapping)
