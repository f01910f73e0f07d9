"""Templates with codes, rare buttons and headers; many languages at once; how many an account may have."""

from typing import Any

import pytest

from wa_notify.sandbox import Refusal, ReviewPolicy

from .conftest import Bench
from .test_management import BODY, WABA, buttons, create, created, edit, link, new, quick, refused
from .test_review import control

APP = {"package_name": "net.example.app", "signature_hash": "K8a/AINcGX7"}
PLATFORM_BODY = {"type": "BODY", "add_security_recommendation": True}


def otp(kind: str = "COPY_CODE", **more: Any) -> dict[str, Any]:
    return buttons({"type": "OTP", "otp_type": kind, **more})


def code(*components: Any, **special: Any) -> dict[str, Any]:
    parts = components or (PLATFORM_BODY, otp())
    return new(*parts, category="AUTHENTICATION", **special)


async def components_of(bench: Bench, wanted: dict[str, Any]) -> list[Any]:
    answer = await created(bench, wanted)
    node = (await bench.graph.get(f"/v26.0/{answer['id']}?fields=components")).json()
    components: list[Any] = node["components"]
    return components


async def test_the_words_around_a_code_are_the_platforms_own(bench: Bench) -> None:
    body, footer, row = await components_of(
        bench, code(PLATFORM_BODY, {"type": "FOOTER", "code_expiration_minutes": 10}, otp())
    )
    assert body["text"] == ("*{{1}}* is your verification code. For your security, do not share this code.")
    assert footer["text"] == "This code expires in 10 minutes."
    assert row["buttons"] == [{"type": "OTP", "otp_type": "COPY_CODE", "text": "Copy code"}]
    (bare, _) = await components_of(bench, code({"type": "BODY"}, otp(), name="ops_bare"))
    assert bare["text"] == "*{{1}}* is your verification code."
    await bench.pass_time(minutes=1)
    assert bench.account.templates["ops_new", "en"].status == "APPROVED"


async def test_a_code_may_fill_itself_in(bench: Bench) -> None:
    one = otp("ONE_TAP", text="Copy", autofill_text="Fill in", supported_apps=[APP])
    (_, row) = await components_of(bench, code({"type": "BODY"}, one))
    assert row["buttons"][0]["supported_apps"] == [APP]
    assert (row["buttons"][0]["text"], row["buttons"][0]["autofill_text"]) == ("Copy", "Fill in")
    zero = otp("ZERO_TAP", zero_tap_terms_accepted=True, **APP)
    (_, row) = await components_of(bench, code({"type": "BODY"}, zero, name="ops_zero"))
    assert (row["buttons"][0]["otp_type"], row["buttons"][0]["supported_apps"]) == ("ZERO_TAP", [APP])


def minutes(number: Any) -> dict[str, Any]:
    return {"type": "FOOTER", "code_expiration_minutes": number}


WRONG_CODES: dict[str, tuple[dict[str, Any], Refusal]] = {
    "with words of its own": (code(BODY, otp()), Refusal.TEMPLATE_BODY),
    "with a strange recommendation": (
        code({"type": "BODY", "add_security_recommendation": "yes"}, otp()), Refusal.TEMPLATE_BODY,
    ),
    "with a header": (
        code({"type": "HEADER", "format": "TEXT", "text": "Code"}, PLATFORM_BODY, otp()),
        Refusal.TEMPLATE_HEADER,
    ),
    "without a button": (code(PLATFORM_BODY), Refusal.TEMPLATE_BUTTONS),
    "with another button": (code(PLATFORM_BODY, buttons(quick("Yes"))), Refusal.TEMPLATE_BUTTONS),
    "with two buttons": (
        code(PLATFORM_BODY, buttons({"type": "OTP"}, quick("Yes"))), Refusal.TEMPLATE_BUTTONS,
    ),
    "of no kind": (code(PLATFORM_BODY, otp("MAGIC")), Refusal.TEMPLATE_BUTTONS),
    "with a footer of its own": (
        code(PLATFORM_BODY, {"type": "FOOTER", "text": "The desk"}, otp()), Refusal.TEMPLATE_FOOTER,
    ),
    "that lasts no minute": (code(PLATFORM_BODY, minutes(0), otp()), Refusal.TEMPLATE_FOOTER),
    "that lasts 91 minutes": (code(PLATFORM_BODY, minutes(91), otp()), Refusal.TEMPLATE_FOOTER),
    "that fills in nowhere": (code(PLATFORM_BODY, otp("ONE_TAP")), Refusal.TEMPLATE_BUTTONS),
    "that fills in at no app": (
        code(PLATFORM_BODY, otp("ONE_TAP", supported_apps=[{**APP, "package_name": "app"}])),
        Refusal.TEMPLATE_BUTTONS,
    ),
    "with a short signature": (
        code(PLATFORM_BODY, otp("ONE_TAP", supported_apps=[{**APP, "signature_hash": "K8a"}])),
        Refusal.TEMPLATE_BUTTONS,
    ),
    "of zero tap without terms": (
        code(PLATFORM_BODY, otp("ZERO_TAP", supported_apps=[APP])), Refusal.TEMPLATE_BUTTONS,
    ),
    "that lives for an hour": (code(message_send_ttl_seconds=3600), Refusal.TEMPLATE_FIELD),
    "filed as utility": (new(BODY, otp()), Refusal.TEMPLATE_BUTTONS),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG_CODES)
async def test_a_code_is_refused(bench: Bench, case: str) -> None:
    wanted, row = WRONG_CODES[case]
    refused(await create(bench, wanted), row)


async def test_every_kind_of_button_is_taken(bench: Bench) -> None:
    rare = buttons(
        {"type": "FLOW", "text": "Fill in", "flow_id": "71", "navigate_screen": "FIRST"},
        {"type": "CATALOG"},
        {"type": "MPM"},
        {"type": "SPM"},
        {"type": "VOICE_CALL", "text": "Call us"},
        {"type": "REQUEST_CONTACT_INFO"},
        quick("Yes"),
    )
    (_, row) = await components_of(bench, new(BODY, rare))
    assert [one["text"] for one in row["buttons"]] == [
        "Fill in", "View catalog", "View items", "View", "Call us", "Share Contact Info", "Yes",
    ]  # fmt: skip
    assert row["buttons"][0] == {
        "type": "FLOW", "text": "Fill in", "flow_id": "71", "navigate_screen": "FIRST",
    }  # fmt: skip


WRONG_ROWS: dict[str, list[dict[str, Any]]] = {
    "quick replies in the middle": [link(), quick("Yes"), {"type": "VOICE_CALL", "text": "Call"}],
    "two catalogs": [{"type": "CATALOG"}, {"type": "CATALOG", "text": "More"}],
    "a flow of no name": [{"type": "FLOW", "text": "Fill in"}],
    "a flow of two names": [{"type": "FLOW", "text": "Fill in", "flow_id": "7", "flow_name": "a"}],
    "a flow that does nothing": [{"type": "FLOW", "text": "x", "flow_id": "7", "flow_action": "wait"}],
    "a call without words": [{"type": "VOICE_CALL"}],
    "eleven buttons": [quick(str(number)) for number in range(11)],
}


@pytest.mark.parametrize("case", WRONG_ROWS)
async def test_a_row_of_buttons_is_refused(bench: Bench, case: str) -> None:
    refused(await create(bench, new(BODY, buttons(*WRONG_ROWS[case]))), Refusal.TEMPLATE_BUTTONS)


async def uploaded(bench: Bench, mime_type: str) -> str:
    app = f"/v26.0/{bench.account.app_id}/uploads"
    query = f"?file_name=a&file_length=3&file_type={mime_type}"
    session = (await bench.graph.post(f"{app}{query}")).json()["id"]
    taken = await bench.graph.post(f"/v26.0/{session}", content=b"abc", headers={"file_offset": "0"})
    handle: str = taken.json()["h"]
    return handle


async def test_the_example_of_a_header_is_a_file_of_its_kind(bench: Bench) -> None:
    handle = await uploaded(bench, "video/mp4")
    for number, (shape, row) in enumerate(
        [("VIDEO", None), ("IMAGE", Refusal.EXAMPLE_MISSING), ("DOCUMENT", Refusal.EXAMPLE_MISSING)]
    ):
        top = {"type": "HEADER", "format": shape, "example": {"header_handle": [handle]}}
        response = await create(bench, new(top, BODY, name=f"ops_{number}"))
        if row is None:
            assert response.status_code == 200
        else:
            refused(response, row)


async def test_a_moving_picture_is_for_marketing_alone(bench: Bench) -> None:
    handle = await uploaded(bench, "video/mp4")
    top = {"type": "HEADER", "format": "GIF", "example": {"header_handle": [handle]}}
    refused(await create(bench, new(top, BODY)), Refusal.TEMPLATE_HEADER)
    assert (await create(bench, new(top, BODY, category="MARKETING"))).status_code == 200


# many languages at once


async def upsert(bench: Bench, **fields: Any) -> Any:
    parts = [PLATFORM_BODY, otp()]
    wanted = {"name": "code", "languages": ["en", "de"], "category": "AUTHENTICATION", "components": parts}
    return await bench.graph.post(f"{WABA}/upsert_message_templates", json={**wanted, **fields})


async def test_a_code_is_written_in_many_languages_at_once_and_then_changed(bench: Bench) -> None:
    bench.sandbox.reviews = ReviewPolicy(after=ReviewPolicy().after * 0)
    first = (await upsert(bench)).json()["data"]
    assert [(one["language"], one["status"]) for one in first] == [("en", "APPROVED"), ("de", "APPROVED")]
    short = [{"type": "BODY"}, otp()]
    second = (await upsert(bench, languages=["de", "fr"], components=short)).json()["data"]
    assert second[0]["id"] == first[1]["id"]
    texts = {
        language: bench.account.templates["code", language].component("BODY")["text"]
        for language in ("en", "de", "fr")
    }
    assert texts["en"] != texts["de"] == texts["fr"]


@pytest.mark.parametrize(
    ("fields", "row"),
    [
        ({"category": "UTILITY"}, Refusal.TEMPLATE_FIELD),
        ({"languages": []}, Refusal.TEMPLATE_FIELD),
        ({"languages": ["en", "en"]}, Refusal.TEMPLATE_FIELD),
        ({"languages": ["english"]}, Refusal.TEMPLATE_FIELD),
        ({"components": [PLATFORM_BODY]}, Refusal.TEMPLATE_BUTTONS),
        ({"language": "en"}, Refusal.TEMPLATE_FIELD),
        ({"message_send_ttl_seconds": 3600}, Refusal.TEMPLATE_FIELD),
    ],
)
async def test_what_is_wrong_in_bulk_changes_nothing(
    bench: Bench, fields: dict[str, Any], row: Refusal
) -> None:
    refused(await upsert(bench, **fields), row)
    assert not [name for name, _ in bench.account.templates if name == "code"]


# limits and fields


async def test_a_verified_business_has_six_thousand_templates(bench: Bench) -> None:
    bench.sandbox.portfolio.verified = False
    for number in range(250 - len(bench.account.templates)):
        text = {"type": "BODY", "text": "More."}
        bench.account.add_template({"name": f"more_{number}", "language": "en", "components": [text]})
    refused(await create(bench, new()), Refusal.TEMPLATE_LIMIT)
    assert (await control(bench, "limits", {"verified": True}))["templates_allowed"] == 6000
    assert (await create(bench, new())).status_code == 200


async def test_an_edit_may_say_name_and_language_again_but_not_others(bench: Bench) -> None:
    template = bench.account.templates["ops_nudge", "en"]
    refused(await edit(bench, template.id, name="ops_nudge"), Refusal.TEMPLATE_FIELD)
    refused(await edit(bench, template.id, name="other", components=[BODY]), Refusal.TEMPLATE_FIELD)
    same = {"name": "ops_nudge", "language": "en"}
    assert (await edit(bench, template.id, **same, components=[BODY])).status_code == 200


async def test_an_edit_that_needs_other_components_must_bring_them(bench: Bench) -> None:
    rejected, nudge = (bench.account.templates[name, "en"].id for name in ("ops_rejected", "ops_nudge"))
    refused(await edit(bench, nudge, parameter_format="NAMED"), Refusal.TEMPLATE_FIELD)
    refused(await edit(bench, rejected, category="AUTHENTICATION"), Refusal.TEMPLATE_FIELD)
    await edit(bench, rejected, message_send_ttl_seconds=3600)
    bench.sandbox.review("ops_rejected", "en", status="REJECTED")
    refused(await edit(bench, rejected, category="MARKETING", components=[BODY]), Refusal.TEMPLATE_FIELD)
    parts = [PLATFORM_BODY, otp()]
    changes = {"category": "AUTHENTICATION", "components": parts, "message_send_ttl_seconds": 60}
    assert (await edit(bench, rejected, **changes)).json()["category"] == "AUTHENTICATION"


@pytest.mark.parametrize("score", ["GREEN", {"score": "GREEN", "date": "today"}])
async def test_a_declared_quality_that_cannot_be_read_is_refused(bench: Bench, score: Any) -> None:
    text = {"type": "BODY", "text": "More."}
    with pytest.raises(ValueError, match="quality_score"):
        bench.account.add_template(
            {"name": "more", "language": "en", "components": [text], "quality_score": score}
        )


async def test_link_tracking_and_sub_category_are_kept(bench: Bench) -> None:
    wanted = new(cta_url_link_tracking_opted_out=True, sub_category="CUSTOM")
    answer = await created(bench, wanted)
    query = "fields=sub_category,cta_url_link_tracking_opted_out"
    shown = (await bench.graph.get(f"/v26.0/{answer['id']}?{query}")).json()
    assert shown == {
        "id": answer["id"], "sub_category": "CUSTOM", "cta_url_link_tracking_opted_out": True,
    }  # fmt: skip
    refused(await create(bench, new(name="x", cta_url_link_tracking_opted_out="yes")), Refusal.TEMPLATE_FIELD)
    refused(await create(bench, new(name="x", sub_category=7)), Refusal.TEMPLATE_FIELD)
