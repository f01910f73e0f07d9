"""The business profile of a number."""

from typing import Any

import pytest

from .conftest import Bench

PROFILE = "/v26.0/400000000000101/whatsapp_business_profile"
WHOLE = {
    "about": "Alerts around the clock",
    "address": "1 Example Street",
    "description": "We tell you when something breaks.",
    "email": "ops@example.net",
    "vertical": "PROF_SERVICES",
    "websites": ["https://example.net/", "https://status.example.net/"],
}


async def change(bench: Bench, **body: Any) -> Any:
    return (await bench.graph.post(PROFILE, json={"messaging_product": "whatsapp", **body})).json()


async def profile(bench: Bench, query: str = "") -> dict[str, Any]:
    (found,) = (await bench.graph.get(f"{PROFILE}{query}")).json()["data"]
    return dict(found)


async def test_what_was_set_is_shown_and_what_was_not_stays(bench: Bench) -> None:
    assert await change(bench, **WHOLE) == {"success": True}
    assert await profile(bench) == {"messaging_product": "whatsapp", **WHOLE}
    await change(bench, about="Back soon", websites=[], email="")
    shown = await profile(bench, "?fields=about,websites,email,address")
    assert shown == {
        "messaging_product": "whatsapp", "about": "Back soon", "address": "1 Example Street",
    }  # fmt: skip


async def test_a_number_begins_with_a_profile(bench: Bench) -> None:
    assert (await profile(bench))["vertical"] == "OTHER"


async def test_a_picture_is_shown_by_an_address(bench: Bench) -> None:
    await change(bench, profile_picture_handle="4::abc")
    assert (await profile(bench, "?fields=profile_picture_url"))["profile_picture_url"].endswith("/4::abc")


@pytest.mark.parametrize(
    "body",
    [
        {"about": "x" * 140},
        {"about": ""},
        {"address": "x" * 257},
        {"description": "x" * 513},
        {"email": "x" * 129},
        {"email": "nobody"},
        {"email": 5},
        {"vertical": "SPACE"},
        {"websites": ["https://example.net/"] * 3},
        {"websites": ["example.net"]},
        {"websites": "https://example.net/"},
        {"colour": "red"},
        {"messaging_product": "sms"},
    ],
)
async def test_a_profile_that_does_not_fit_is_refused_and_nothing_changes(
    bench: Bench, body: dict[str, Any]
) -> None:
    before = await profile(bench)
    assert (await change(bench, **body))["error"]["code"] == 100
    assert await profile(bench) == before


async def test_a_field_that_a_profile_does_not_have_is_not_read(bench: Bench) -> None:
    response = await bench.graph.get(f"{PROFILE}?fields=about,colour")
    assert (response.status_code, response.json()["error"]["code"]) == (400, 100)
