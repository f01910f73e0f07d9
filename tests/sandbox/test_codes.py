"""Authentication templates: one code in two places, and what the phone does with it."""

from typing import Any

import httpx
import pytest

from wa_notify.sandbox import ButtonKind

from .conftest import ANNA, Bench, body_part, button_part, wamid_of

Json = dict[str, Any]
KINDS = {
    "COPY_CODE": (ButtonKind.COPY_CODE, "Copy it"),
    "ONE_TAP": (ButtonKind.AUTOFILL, "Autofill"),
    "ZERO_TAP": (ButtonKind.COPY_CODE, "Copy it"),
}
SHOWN = "https://www.example.net/otp/code/?otp_type={}&code=otp{{{{1}}}}"


def button(otp_type: str, *, as_listed: bool) -> Json:
    if as_listed:
        return {"type": "URL", "text": "Copy it", "url": SHOWN.format(otp_type)}
    return {"type": "OTP", "otp_type": otp_type, "text": "Copy it"}


def add_template(bench: Bench, otp_type: str = "COPY_CODE", *, as_listed: bool = False) -> None:
    parts = [
        {"type": "BODY", "add_security_recommendation": True},
        {"type": "FOOTER", "code_expiration_minutes": 5},
        {"type": "BUTTONS", "buttons": [button(otp_type, as_listed=as_listed)]},
    ]
    mapping = {"name": "login", "language": "en", "category": "AUTHENTICATION", "components": parts}
    bench.account.add_template(mapping)


async def send_code(bench: Bench, code: str = "493027", again: str | None = None) -> httpx.Response:
    copied = button_part(0, "url", type="text", text=code if again is None else again)
    return await bench.template(body_part(code), copied, name="login")


@pytest.mark.parametrize("as_listed", [False, True])
@pytest.mark.parametrize("otp_type", KINDS)
async def test_a_code_is_shown_and_copied_or_filled_in(bench: Bench, otp_type: str, as_listed: bool) -> None:
    add_template(bench, otp_type, as_listed=as_listed)
    wamid_of(await send_code(bench))
    shown = bench.sandbox.phone(ANNA).messages[-1]
    assert shown.body == "*493027* is your verification code. For your security, do not share this code."
    assert shown.footer == "This code expires in 5 minutes."
    kind, title = KINDS[otp_type]
    assert [(one.kind, one.title, one.payload) for one in shown.actions] == [(kind, title, "493027")]


async def test_the_words_of_the_template_come_first(bench: Bench) -> None:
    button = {"type": "OTP", "otp_type": "ONE_TAP", "text": "Copy it", "autofill_text": "Fill it in"}
    parts = [
        {"type": "BODY", "text": "{{1}} is your code."},
        {"type": "FOOTER", "text": "This code expires in 1 minute.", "code_expiration_minutes": 1},
        {"type": "BUTTONS", "buttons": [button]},
    ]
    mapping = {"name": "login", "language": "en", "category": "AUTHENTICATION", "components": parts}
    bench.account.add_template(mapping)
    wamid_of(await send_code(bench))
    shown = bench.sandbox.phone(ANNA).messages[-1]
    assert shown.text == "493027 is your code.\nThis code expires in 1 minute."
    assert shown.buttons == ("Fill it in",)


@pytest.mark.parametrize(
    ("code", "again", "refusal"),
    [
        ("123456789012345", None, None),
        ("1234567890123456", None, 131009),
        ("493027", "493028", 132008),
        ("493027", "", 132008),
    ],
)
async def test_a_code_has_at_most_15_characters_and_is_the_same_twice(
    bench: Bench, code: str, again: str | None, refusal: int | None
) -> None:
    add_template(bench)
    response = await send_code(bench, code, again)
    assert response.json().get("error", {}).get("code") == refusal


async def test_the_button_needs_its_code(bench: Bench) -> None:
    add_template(bench)
    response = await bench.template(body_part("493027"), name="login")
    assert response.json()["error"]["code"] == 131008


async def test_a_code_is_not_sent_to_a_user_id(bench: Bench) -> None:
    add_template(bench)
    recipient: Json = {"to": None, "recipient": bench.sandbox.phone(ANNA).user_id}
    copied = button_part(0, "url", type="text", text="493027")
    response = await bench.template(body_part("493027"), copied, name="login", **recipient)
    assert response.json()["error"]["code"] == 131062
    assert (await bench.template(body_part("x"), **recipient)).status_code == 200, "other templates are"
