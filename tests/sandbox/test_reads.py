"""What may be read from the Graph, and the subscription of callbacks."""

from typing import Any

import pytest

from wa_notify.sandbox import ReviewPolicy

from .conftest import CALLBACK_URL, Bench

NUMBER = "/v26.0/400000000000101"
WABA = "/v26.0/300000000000202"
TEMPLATES = f"{WABA}/message_templates"


async def names(bench: Bench, query: str = "") -> list[tuple[str, str]]:
    response = await bench.graph.get(f"{TEMPLATES}{query}")
    assert response.status_code == 200, response.text
    return [(item["name"], item["language"]) for item in response.json()["data"]]


@pytest.mark.parametrize("limit", [1, 3, 4, 100])
async def test_following_next_shows_every_template_once(bench: Bench, limit: int) -> None:
    seen: list[tuple[str, str]] = []
    pages, url = 0, f"{TEMPLATES}?limit={limit}&fields=name,language"
    while url:
        page = (await bench.graph.get(url)).json()
        assert 0 < len(page["data"]) <= limit
        seen += [(item["name"], item["language"]) for item in page["data"]]
        assert "sandbox-token" not in str(page["paging"])
        url, pages = page["paging"].get("next", ""), pages + 1
    assert seen == list(bench.account.templates)
    assert pages == -(-len(seen) // limit)


async def test_cursors_lead_forth_and_back(bench: Bench) -> None:
    first = (await bench.graph.get(f"{TEMPLATES}?limit=2")).json()
    second = (
        await bench.graph.get(f"{TEMPLATES}?limit=2&after={first['paging']['cursors']['after']}")
    ).json()
    back = (
        await bench.graph.get(f"{TEMPLATES}?limit=2&before={second['paging']['cursors']['before']}")
    ).json()
    assert back["data"] == first["data"] != second["data"]
    again = (await bench.graph.get(second["paging"]["previous"])).json()
    assert (again["data"], "previous" in first["paging"]) == (first["data"], False)


async def test_a_page_is_25_long_unless_asked_otherwise(bench: Bench) -> None:
    for place in range(30):
        bench.account.add_template(
            {"name": f"more_{place}", "language": "en", "components": [{"type": "BODY", "text": "More."}]}
        )
    assert len(await names(bench)) == 25


async def test_templates_are_filtered_by_name_status_category_and_language(bench: Bench) -> None:
    alerts = [("ops_alert", "en"), ("ops_alert", "de"), ("ops_alert_named", "en")]
    assert await names(bench, "?name=ops_alert") == alerts
    assert await names(bench, "?name=ops_alert&language=de") == [("ops_alert", "de")]
    assert await names(bench, "?name=ops_alert&language=de,en") == alerts
    assert await names(bench, "?status=PAUSED") == [("ops_paused", "en")]
    assert await names(bench, "?status=PAUSED,REJECTED") == [("ops_paused", "en"), ("ops_rejected", "en")]
    assert await names(bench, "?content=need not do") == [("ops_paused", "en")]
    assert await names(bench, "?name_or_content=paused") == [("ops_paused", "en")]
    assert await names(bench, "?category=MARKETING") == [("ops_newsletter", "en")]
    assert await names(bench, "?name=nothing") == []


async def test_only_asked_fields_are_shown(bench: Bench) -> None:
    page = (await bench.graph.get(f"{TEMPLATES}?fields=name,quality_score&limit=1")).json()
    quality = {"score": "GREEN", "date": 1795100000}
    assert page["data"] == [{"id": "900000000000701", "name": "ops_alert", "quality_score": quality}]
    default = (await bench.graph.get(f"{TEMPLATES}?limit=1")).json()["data"][0]
    assert set(default) == {"id", "name", "language", "status", "category", "parameter_format", "components"}
    one = (await bench.graph.get("/v26.0/900000000000701?fields=status,message_send_ttl_seconds")).json()
    assert one == {"id": "900000000000701", "status": "APPROVED", "message_send_ttl_seconds": 1800}


async def test_parts_of_a_field_are_asked_of_a_template_as_of_any_node(bench: Bench) -> None:
    asked = "name,quality_score{score}"
    shown = {"id": "900000000000701", "name": "ops_alert", "quality_score": {"score": "GREEN"}}
    assert (await bench.graph.get(f"{TEMPLATES}?fields={asked}&limit=1")).json()["data"] == [shown]
    assert (await bench.graph.get(f"/v26.0/900000000000701?fields={asked}")).json() == shown
    torn = await bench.graph.get(f"{TEMPLATES}?fields=quality_score{{score")
    assert torn.json()["error"]["code"] == 100


async def test_the_account_says_whether_its_business_is_verified(bench: Bench) -> None:
    path = f"{WABA}?fields=business_verification_status"
    assert (await bench.graph.get(path)).json()["business_verification_status"] == "verified"
    bench.sandbox.portfolio.verified = False
    assert (await bench.graph.get(path)).json()["business_verification_status"] == "not_verified"


@pytest.mark.parametrize(
    "query", ["?limit=0", "?limit=x", "?limit=-1", "?limit=9999999999", "?after=%00", "?after=eA"]
)
async def test_paging_that_makes_no_sense_is_refused(bench: Bench, query: str) -> None:
    response = await bench.graph.get(f"{TEMPLATES}{query}")
    assert (response.status_code, response.json()["error"]["code"]) == (400, 131009)


async def test_the_number_shows_its_default_fields(bench: Bench) -> None:
    number = (await bench.graph.get(NUMBER)).json()
    assert number["id"] == "400000000000101"
    assert number["display_phone_number"] == "+44 1632 960111"
    assert number["quality_rating"] == "GREEN"
    assert "health_status" not in number
    asked = (await bench.graph.get(f"{NUMBER}?fields=whatsapp_business_manager_messaging_limit")).json()
    assert asked == {"id": "400000000000101", "whatsapp_business_manager_messaging_limit": "TIER_2K"}


async def test_the_list_counts_its_templates_when_it_is_asked_to(bench: Bench) -> None:
    bench.sandbox.reviews = ReviewPolicy(most=6000)
    asked = "total_count,message_template_count,message_template_limit,are_translations_complete"
    page = (await bench.graph.get(f"{TEMPLATES}?category=MARKETING&summary={asked}")).json()
    assert page["summary"] == {
        "total_count": 1,
        "message_template_count": len(bench.account.templates),
        "message_template_limit": 6000,
        "are_translations_complete": True,
    }
    assert "summary" not in (await bench.graph.get(TEMPLATES)).json()


@pytest.mark.parametrize(
    ("path", "field"),
    [(NUMBER, "certificate"), (WABA, "on_behalf_of_business_info"), (TEMPLATES, "degrees_of_freedom_spec")],
)
async def test_a_field_without_a_value_is_left_out_and_an_unknown_one_is_refused(
    bench: Bench, path: str, field: str
) -> None:
    known = await bench.graph.get(f"{path}?fields=id,{field}")
    assert (known.status_code, field in known.text) == (200, False)
    assert (await bench.graph.get(f"{path}?fields=id,{field}s")).json()["error"]["code"] == 100


async def test_the_health_of_the_number_names_every_entity(bench: Bench) -> None:
    health = (await bench.graph.get(f"{NUMBER}?fields=health_status")).json()["health_status"]
    assert health["can_send_message"] == "AVAILABLE"
    assert [item["entity_type"] for item in health["entities"]] == ["PHONE_NUMBER", "WABA", "BUSINESS", "APP"]


async def test_the_account_lists_its_number(bench: Bench) -> None:
    listed = (await bench.graph.get(f"{WABA}/phone_numbers?fields=verified_name")).json()["data"]
    assert listed == [{"id": "400000000000101", "verified_name": "Example Ops"}]
    assert (await bench.graph.get(WABA)).json()["id"] == "300000000000202"


@pytest.mark.parametrize("version", ["v18.0", "v21.0", "v26.0"])
async def test_old_versions_are_served(bench: Bench, version: str) -> None:
    assert (await bench.graph.get(f"/{version}/400000000000101")).status_code == 200


async def test_the_token_may_come_in_the_query(bench: Bench) -> None:
    bench.graph.headers.pop("Authorization")
    assert (await bench.graph.get(f"{NUMBER}?access_token=sandbox-token")).status_code == 200
    assert (await bench.graph.get(f"{NUMBER}?access_token=wrong")).status_code == 401


async def subscribe(bench: Bench, body: dict[str, Any]) -> Any:
    return (await bench.graph.post(f"{WABA}/subscribed_apps", json=body)).json()


async def test_an_override_is_taken_only_after_its_handshake(bench: Bench) -> None:
    bench.account.callback_url = None
    assert (await bench.graph.get(f"{WABA}/subscribed_apps")).json() == {"data": []}
    wrong = await subscribe(bench, {"override_callback_uri": CALLBACK_URL, "verify_token": "wrong"})
    assert wrong["error"]["code"] == 2200
    assert (await subscribe(bench, {"override_callback_uri": CALLBACK_URL}))["error"]["code"] == 131008
    assert bench.account.callback_url is None
    right = await subscribe(bench, {"override_callback_uri": CALLBACK_URL, "verify_token": "sandbox-verify"})
    assert right == {"success": True}
    listed = (await bench.graph.get(f"{WABA}/subscribed_apps")).json()["data"]
    assert [app["override_callback_uri"] for app in listed] == [CALLBACK_URL]
    await bench.graph.delete(f"{WABA}/subscribed_apps")
    assert bench.account.callback_url is None


async def test_an_answer_that_is_not_the_bare_challenge_fails_the_handshake(bench: Bench) -> None:
    bench.service.challenge_prefix = "challenge: "
    answer = await subscribe(bench, {"override_callback_uri": CALLBACK_URL, "verify_token": "sandbox-verify"})
    assert answer["error"]["code"] == 2200
