"""Templates handed in, edited and deleted: what the platform is asked, and what its answers are."""

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.core.drafts import draft
from wa_notify.core.message import NoAnswer
from wa_notify.whatsapp.management import Declined, Management, TakenIn, Uploaded

from .conftest import TOKEN, Answer, Platform, account_at, answers, resets, sleeps

LIST = "/v26.0/300000000000202/message_templates"
EXISTS = {
    "error": {
        "message": "Invalid parameter",
        "type": "OAuthException",
        "code": 100,
        "error_subcode": 2388024,
        "error_user_title": "Content in This Language Already Exists",
        "error_user_msg": f"A template with this name already exists in English. {TOKEN}",
    }
}
SPENT = {"error": {"message": "(#80007) Rate limit issues", "type": "OAuthException", "code": 80007}}


@pytest.fixture
def management(platform: Platform, http: httpx.AsyncClient) -> Management:
    account = account_at(platform.url, TOKEN)
    return Management(http=http, account=account, app_id="200000000000303", timeout=0.5, deadline=2)


async def test_a_template_is_handed_in_and_the_answer_says_what_became_of_it(
    management: Management, platform: Platform
) -> None:
    platform.will(answers(200, {"id": "9007", "status": "PENDING", "category": "MARKETING"}))
    outcome = await management.create(draft())
    assert outcome == TakenIn(id="9007", status="PENDING", category="MARKETING")
    (asked,) = platform.asked
    assert (asked.method, asked.path) == ("POST", LIST)
    assert asked.headers["authorization"] == f"Bearer {TOKEN}"
    assert asked.json == {
        "name": "ops_alert",
        "language": "en",
        "category": "UTILITY",
        "parameter_format": "POSITIONAL",
        "components": [
            {
                "type": "HEADER",
                "format": "TEXT",
                "text": "Alert: {{1}}",
                "example": {"header_text": ["db-7.png"]},
            },
            {
                "type": "BODY",
                "text": "An alert was raised for a system you are on call for: {{1}}. It is still open.",
                "example": {"body_text": [["example of 1"]]},
            },
            {"type": "FOOTER", "text": "Sent by the operations desk"},
            {
                "type": "BUTTONS",
                "buttons": [
                    {"type": "QUICK_REPLY", "text": "Acknowledge"},
                    {
                        "type": "URL",
                        "text": "Open alert",
                        "url": "https://ops.example.net/{{1}}",
                        "example": ["https://ops.example.net/7"],
                    },
                ],
            },
        ],
    }


async def test_an_edit_names_the_template_by_its_id_and_an_approved_one_no_category(
    management: Management, platform: Platform
) -> None:
    platform.will(answers(200, {"success": True}))
    named = draft(header="", header_format="", body="The system {{ what }} needs you now.", ttl=60)
    assert await management.edit("9007", named, with_category=False) == TakenIn()
    await management.edit("9007", named, with_category=True)
    first, second = platform.asked
    assert (first.method, first.path) == ("POST", "/v26.0/9007")
    assert "category" not in first.json
    assert second.json["category"] == "UTILITY"
    assert (first.json["parameter_format"], first.json["message_send_ttl_seconds"]) == ("NAMED", 60)
    assert first.json["components"][0] == {
        "type": "BODY",
        "text": "The system {{what}} needs you now.",
        "example": {"body_text_named_params": [{"param_name": "what", "example": "example of what"}]},
    }


async def test_one_language_is_deleted_by_its_id_and_all_by_the_name(
    management: Management, platform: Platform
) -> None:
    platform.will(answers(200, {"success": True}))
    await management.delete("ops_alert", "9007")
    await management.delete("ops_alert")
    assert [(asked.method, asked.path) for asked in platform.asked] == [("DELETE", LIST)] * 2
    assert [asked.params for asked in platform.asked] == [
        {"hsm_id": "9007", "name": "ops_alert"},
        {"name": "ops_alert"},
    ]


async def test_a_refusal_is_told_in_the_platforms_words_for_people(
    management: Management, platform: Platform
) -> None:
    platform.will(answers(400, EXISTS))
    outcome = await management.create(draft())
    assert isinstance(outcome, Declined)
    assert outcome.told.startswith("Content in This Language Already Exists. A template with this name")
    assert (outcome.failure.code, outcome.too_fast, outcome.again_in) == (100, False, None)
    assert str(outcome).endswith("(100)")
    assert TOKEN not in f"{outcome} {outcome!r}"


async def test_a_refusal_without_words_for_people_says_what_the_code_means(
    management: Management, platform: Platform
) -> None:
    platform.will(answers(403, {"error": {"code": 10, "message": "no"}}))
    assert "Permission denied" in str(await management.create(draft()))
    platform.will(answers(500, body=b"<html>"))
    assert isinstance(await management.create(draft()), Declined)


def usage(*minutes: object) -> str:
    uses = [{"type": "messaging", "estimated_time_to_regain_access": minute} for minute in minutes]
    return json.dumps({"300000000000202": uses})


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        (usage(0, 37, 2), timedelta(minutes=37)),
        (usage(10_000), timedelta(days=1)),
        (usage(0), None),
        (usage("soon", -3, 10**9), None),
        ("", None),
        ("{", None),
        ("[1]", None),
        ('{"a": 1, "b": [1]}', None),
    ],
)
@pytest.mark.parametrize("code", [80007, 4, 613])
async def test_a_used_up_quota_says_when_it_is_there_again(
    management: Management, platform: Platform, header: str, wait: timedelta | None, code: int
) -> None:
    refusal = {"error": {**SPENT["error"], "code": code}}
    platform.will(answers(429, refusal, X_Business_Use_Case_Usage=header))
    outcome = await management.create(draft())
    assert isinstance(outcome, Declined)
    assert (outcome.too_fast, outcome.again_in) == (True, wait)


@pytest.mark.parametrize(
    "answer",
    [
        resets(),
        sleeps(),
        answers(200, body=b"<html>"),
        answers(504, body=b"Gateway Timeout"),
        answers(200, {"success": False}),
    ],
    ids=["torn down", "silent", "no JSON", "gateway", "no success"],
)
async def test_a_lost_answer_is_told_as_one(
    management: Management, platform: Platform, answer: Answer
) -> None:
    platform.will(answer)
    outcome = await management.create(draft())
    assert isinstance(outcome, NoAnswer)
    assert outcome.left


async def test_what_never_left_is_told_too(http: httpx.AsyncClient) -> None:
    nowhere = Management(http=http, account=account_at("http://127.0.0.1:1", TOKEN))
    outcome = await nowhere.delete("ops_alert")
    assert isinstance(outcome, NoAnswer)
    assert not outcome.left


async def test_an_example_file_goes_up_in_two_requests(management: Management, platform: Platform) -> None:
    platform.will(answers(200, {"id": "upload:MTphd==?sig=ARZ"}), answers(200, {"h": "4::aW1hZ2U="}))
    outcome = await management.upload(b"PNG...", "image/png", "chart.png")
    assert outcome == Uploaded(handle="4::aW1hZ2U=")
    opened, sent = platform.asked
    assert (opened.method, opened.path) == ("POST", "/v26.0/200000000000303/uploads")
    assert opened.params == {"file_name": "chart.png", "file_length": "6", "file_type": "image/png"}
    assert sent.target == "/v26.0/upload:MTphd==?sig=ARZ"
    assert (sent.headers["file_offset"], sent.headers["authorization"]) == ("0", f"OAuth {TOKEN}")
    assert (sent.body, sent.headers["content-type"]) == (b"PNG...", "image/png")


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        ((answers(400, EXISTS),), Declined),
        ((answers(200, {"id": "elsewhere"}),), NoAnswer),
        ((answers(200, {"id": "upload:a"}), answers(400, EXISTS)), Declined),
        ((answers(200, {"id": "upload:a"}), answers(200, {})), NoAnswer),
    ],
)
async def test_an_upload_that_fails_says_so(
    management: Management, platform: Platform, script: tuple[Answer, ...], kind: type
) -> None:
    platform.will(*script)
    assert isinstance(await management.upload(b"x", "image/png", "a.png"), kind)


@pytest.mark.parametrize(
    ("page", "total"),
    [({"summary": {"total_count": 117}}, 117), ({}, None), ({"summary": []}, None), ({"summary": {}}, None)],
)
async def test_the_account_tells_how_many_templates_it_has(
    management: Management, platform: Platform, page: dict[str, Any], total: int | None
) -> None:
    platform.will(answers(200, page))
    assert await management.how_many() == total
    assert platform.asked[0].params["summary"] == "total_count"
