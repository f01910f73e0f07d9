"""What reviewers make of a template, and what the business is told of it."""

from datetime import timedelta
from typing import Any

import pytest

from wa_notify.sandbox import ReviewPolicy

from .conftest import Bench
from .test_management import BODY, body, buttons, create, created, edit, header, link, new, quick


def told(bench: Bench) -> list[tuple[str, dict[str, Any]]]:
    """The news of templates so far, which are then forgotten."""
    changes = [callback.whole["entry"][0]["changes"][0] for callback in bench.service.callbacks]
    bench.service.callbacks.clear()
    return [(change["field"], change["value"]) for change in changes]


async def control(bench: Bench, path: str, body: Any) -> Any:
    response = await bench.graph.post(f"/_sandbox/{path}", json=body)
    assert response.status_code == 200, response.text
    return response.json()


async def test_a_new_template_waits_for_its_review_and_is_then_approved(bench: Bench) -> None:
    await control(bench, "policy", {"reviews": {"after": 3600}})
    answer = await created(bench, new())
    await bench.pass_time(minutes=59)
    assert told(bench) == []
    assert (await bench.template(name="ops_new")).json()["error"]["code"] == 132001
    await bench.pass_time(minutes=1)
    ((field, value),) = told(bench)
    assert (field, value["event"], value["message_template_id"]) == (
        "message_template_status_update",
        "APPROVED",
        int(answer["id"]),
    )
    assert (value["message_template_category"], value["reason"]) == ("UTILITY", "NONE")
    assert (await bench.template(name="ops_new")).status_code == 200


async def test_a_review_may_be_over_at_once(bench: Bench) -> None:
    bench.sandbox.reviews = ReviewPolicy(after=timedelta())
    assert (await created(bench, new()))["status"] == "APPROVED"
    sale = await created(bench, new(body("A discount for {{1}} ends today.", "you"), name="ops_sale"))
    assert (sale["status"], sale["category"]) == ("APPROVED", "MARKETING")


@pytest.mark.parametrize(
    "parts",
    [
        (body("There is a special offer for {{1}} today.", "you"),),
        (BODY, {"type": "FOOTER", "text": "Buy now"}),
        (BODY, buttons(quick("Get my coupon"))),
    ],
)
async def test_what_sounds_like_an_offer_is_approved_as_marketing(
    bench: Bench, parts: tuple[Any, ...]
) -> None:
    await created(bench, new(*parts))
    await bench.pass_time(minutes=1)
    (status, category) = told(bench)
    assert (status[1]["event"], status[1]["message_template_category"]) == ("APPROVED", "MARKETING")
    assert category[0] == "template_category_update"
    assert (category[1]["previous_category"], category[1]["new_category"]) == ("UTILITY", "MARKETING")


async def test_an_edit_tells_the_new_words_without_quick_replies(bench: Bench) -> None:
    template = bench.account.templates["ops_alert", "en"]
    await edit(bench, template.id, components=[header("News"), BODY, buttons(quick("Ack"), link())])
    await bench.sandbox.run_due()
    ((field, value),) = told(bench)
    assert field == "message_template_components_update"
    assert (value["message_template_title"], value["message_template_element"]) == ("News", BODY["text"])
    assert "message_template_footer" not in value
    assert value["message_template_buttons"] == [
        {
            "message_template_button_type": "URL",
            "message_template_button_text": "Open",
            "message_template_button_url": "https://ops.example.net/",
        }
    ]
    await bench.pass_time(days=2)
    told(bench)
    await edit(bench, template.id, components=[BODY, {"type": "FOOTER", "text": "The desk"}])
    await bench.sandbox.run_due()
    ((_, bare),) = told(bench)
    assert "message_template_buttons" not in bare
    assert bare["message_template_footer"] == "The desk"


async def test_the_review_of_what_was_edited_or_judged_meanwhile_counts_no_more(bench: Bench) -> None:
    bench.sandbox.reviews = ReviewPolicy(after=timedelta(hours=1))
    answer = await created(bench, new())
    await bench.pass_time(minutes=30)
    bench.sandbox.review("ops_new", "en", status="REJECTED", reason="SCAM")
    await edit(bench, answer["id"], components=[BODY])
    await bench.pass_time(minutes=30)
    assert bench.account.templates["ops_new", "en"].status == "PENDING"
    await bench.pass_time(minutes=30)
    assert bench.account.templates["ops_new", "en"].status == "APPROVED"
    await created(bench, new(name="ops_gone"))
    await bench.graph.delete("/v26.0/300000000000202/message_templates", params={"name": "ops_gone"})
    await bench.pass_time(hours=1)
    assert [value["event"] for _, value in told(bench)[-2:]] == ["PENDING_DELETION", "DELETED"]


async def test_a_rejection_names_its_reason_and_what_to_do(bench: Bench) -> None:
    rejection = {"status": "REJECTED", "reason": "INVALID_FORMAT", "recommendation": "Number them from 1."}
    await control(bench, "templates/ops_nudge/en", rejection)
    await bench.sandbox.run_due()
    ((_, value),) = told(bench)
    assert (value["event"], value["reason"]) == ("REJECTED", "INVALID_FORMAT")
    assert value["rejection_info"]["recommendation"] == "Number them from 1."
    await control(bench, "templates/ops_nudge/en", {"status": "APPROVED"})
    await bench.sandbox.run_due()
    ((_, value),) = told(bench)
    assert (value["reason"], "rejection_info" in value) == ("NONE", False)


async def test_a_category_is_announced_a_day_ahead_and_quality_changes_are_told(bench: Bench) -> None:
    path = "templates/ops_nudge/en"
    shown = await control(bench, path, {"correct_category": "MARKETING"})
    assert shown["category"] == "UTILITY"
    await control(bench, path, {"correct_category": "MARKETING"})
    await control(bench, path, {"category": "MARKETING"})
    await control(bench, path, {"quality": "RED"})
    await bench.sandbox.run_due()
    announced, changed, quality, paused = told(bench)
    assert (announced[1]["new_category"], announced[1]["correct_category"]) == ("UTILITY", "MARKETING")
    assert (changed[1]["new_category"], "correct_category" in changed[1]) == ("MARKETING", False)
    assert quality[0] == "message_template_quality_update"
    assert (quality[1]["previous_quality_score"], quality[1]["new_quality_score"]) == ("GREEN", "RED")
    query = "/v26.0/300000000000202/message_templates?name=ops_nudge&fields=quality_score"
    (listed,) = (await bench.graph.get(query)).json()["data"]
    assert listed["quality_score"] == {"score": "RED", "date": int(bench.clock.now.timestamp())}
    assert paused[1]["event"] == "PAUSED"


async def test_the_list_tells_an_announced_category_until_it_is_true(bench: Bench) -> None:
    query = "/v26.0/300000000000202/message_templates?name=ops_nudge&fields=correct_category"
    bench.sandbox.review("ops_nudge", "en", correct_category="MARKETING")
    assert (await bench.graph.get(query)).json()["data"][0]["correct_category"] == "MARKETING"
    bench.sandbox.review("ops_nudge", "en", category="MARKETING")
    assert "correct_category" not in (await bench.graph.get(query)).json()["data"][0]


async def test_ids_are_never_given_twice(bench: Bench) -> None:
    first = await created(bench, new())
    await bench.graph.delete("/v26.0/300000000000202/message_templates", params={"name": "ops_new"})
    second = (await create(bench, new(name="ops_other"))).json()
    assert first["id"] != second["id"]
