"""The list of templates: pages that stay right while it changes, filters, fields, a summary."""

from typing import Any

import pytest

from .conftest import Bench
from .test_management import TEMPLATES, created, new

ONE = {"type": "BODY", "text": "More."}


async def listed(bench: Bench, query: str) -> dict[str, Any]:
    response = await bench.graph.get(f"{TEMPLATES}?{query}")
    assert response.status_code == 200, response.text
    page: dict[str, Any] = response.json()
    return page


def names(page: dict[str, Any]) -> list[str]:
    return [item["name"] for item in page["data"]]


async def test_a_page_goes_on_where_it_stopped_though_templates_came_and_went(bench: Bench) -> None:
    everything = [item["id"] for item in (await listed(bench, "limit=100"))["data"]]
    first = await listed(bench, "limit=4")
    # the last one of the page goes, another changes, a new one comes
    bench.account.templates.pop(list(bench.account.templates)[3])
    bench.account.templates.pop(next(iter(bench.account.templates)))
    answer = await created(bench, new())
    bench.account.add_template({"id": "7", "name": "first", "language": "en", "components": [ONE]})
    rest = await listed(bench, f"limit=100&after={first['paging']['cursors']['after']}")
    assert [item["id"] for item in rest["data"]] == [*everything[4:], answer["id"]]
    back = await listed(bench, f"limit=100&before={rest['paging']['cursors']['before']}")
    assert [item["id"] for item in back["data"]] == ["7", *everything[1:3]]


async def test_the_links_lead_forth_and_back_and_end_where_the_list_ends(bench: Bench) -> None:
    first = await listed(bench, "limit=10&fields=name")
    assert "previous" not in first["paging"]
    second = (await bench.graph.get(first["paging"]["next"])).json()
    assert "next" not in second["paging"]
    back = (await bench.graph.get(second["paging"]["previous"])).json()
    assert back["data"] == first["data"]
    assert await listed(bench, f"after={second['paging']['cursors']['after']}") == {"data": []}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("status=paused,REJECTED", ["ops_paused", "ops_rejected"]),
        ("quality_score=RED", ["ops_paused"]),
        ("language=de,en_US", ["ops_alert", "ops_reminder", "hello_world"]),
        ("category=MARKETING&name=ops_newsletter", ["ops_newsletter"]),
        ("name=ops_nud", ["ops_nudge"]),
        ("content=nothing+like+it", []),
        ("name=OPS_NUDGE", ["ops_nudge"]),
    ],
)
async def test_filters_take_several_values_or_parts_of_a_text(
    bench: Bench, query: str, expected: list[str]
) -> None:
    assert names(await listed(bench, query)) == expected


@pytest.mark.parametrize(
    "query", ["status=GOOD", "category=ALERT", "quality_score=BLUE", "summary=sum", "before=eDp5"]
)
async def test_what_a_filter_cannot_be_is_refused(bench: Bench, query: str) -> None:
    response = await bench.graph.get(f"{TEMPLATES}?{query}")
    assert (response.status_code, response.json()["error"]["code"]) == (400, 131009)


async def test_a_summary_counts_what_was_found_what_is_there_and_what_may_be(bench: Bench) -> None:
    page = await listed(
        bench, "name=ops_alert_&summary=total_count,message_template_count,message_template_limit"
    )
    total = len(bench.account.templates)
    assert page["summary"] == {
        "total_count": 1, "message_template_count": total, "message_template_limit": 6000,
    }  # fmt: skip
    assert (await listed(bench, "summary=total_count"))["summary"] == {"total_count": total}


async def test_every_field_of_a_template_can_be_asked_for(bench: Bench) -> None:
    everything = {
        "id": "7", "name": "full", "language": "en", "status": "REJECTED", "category": "MARKETING",
        "sub_category": "CUSTOM", "parameter_format": "POSITIONAL", "components": [ONE],
        "quality_score": {"score": "YELLOW", "date": 1795100000}, "rejected_reason": "PROMOTIONAL",
        "previous_category": "UTILITY", "correct_category": "UTILITY", "message_send_ttl_seconds": 86400,
        "library_template_name": "shipped", "cta_url_link_tracking_opted_out": False, "source": "LIBRARY",
    }  # fmt: skip
    bench.account.add_template(everything)
    fields = ",".join([*everything, "health_status"])
    shown = (await bench.graph.get(f"/v26.0/7?fields={fields}")).json()
    health = shown.pop("health_status")
    assert shown == everything
    assert health["can_send_message"] == "BLOCKED"
    entities = [entity["entity_type"] for entity in health["entities"]]
    assert entities == ["MESSAGE_TEMPLATE", "WABA", "BUSINESS", "APP"]
    (again,) = (await listed(bench, f"name=full&fields={fields}"))["data"]
    assert again == {**everything, "health_status": health}
    well = await listed(bench, "name=ops_nudge&fields=health_status")
    assert well["data"][0]["health_status"]["can_send_message"] == "AVAILABLE"
