"""Who may call the webhook."""

import hashlib
import hmac
import json

import pytest

from wa_notify.core.secret import Secret
from wa_notify.whatsapp.webhook import handshake, verify_signature

SECRET = Secret("sesame-5f1d")
BODY = rb'{"text":"caf\u00e9 \ud83d\udc4d","url":"https:\/\/ops.example.net"}'
HEX = hmac.new(b"sesame-5f1d", BODY, hashlib.sha256).hexdigest()


def test_the_platforms_own_signature_is_genuine() -> None:
    assert verify_signature(SECRET, BODY, f"sha256={HEX}")


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "sha256=",
        HEX,
        f"sha256={HEX[:-1]}",
        f"sha256={HEX}0",
        f"sha256={HEX.upper()}",
        f"SHA256={HEX}",
        f" sha256={HEX}",
        f"sha1={HEX}",
        "sha1=" + hmac.new(b"sesame-5f1d", BODY, hashlib.sha1).hexdigest(),
        f"sha256={HEX[:-1]}\u00e9",
        f"sha256={HEX[:-1]}\udcff",
    ],
)
def test_any_other_signature_is_forged(header: str | None) -> None:
    assert not verify_signature(SECRET, BODY, header)


def test_a_reserialised_body_does_not_bear_the_signature() -> None:
    again = json.dumps(json.loads(BODY), ensure_ascii=False).encode()
    assert not verify_signature(SECRET, again, f"sha256={HEX}")


def test_another_secret_makes_another_signature() -> None:
    assert not verify_signature(Secret("sesame-5f1e"), BODY, f"sha256={HEX}")


def test_without_an_app_secret_nothing_is_genuine() -> None:
    unsigned = hmac.new(b"", BODY, hashlib.sha256).hexdigest()
    assert not verify_signature(Secret(""), BODY, f"sha256={unsigned}")


ASKED = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "our-word"}


def test_the_handshake_answers_the_bare_challenge() -> None:
    assert handshake(ASKED, Secret("our-word")) == "1158201444"


@pytest.mark.parametrize(
    "changed",
    [
        {"hub.mode": "unsubscribe"},
        {"hub.mode": ""},
        {"hub.verify_token": "another word"},
        {"hub.verify_token": "our-w\u00f6rd"},
        {"hub.verify_token": ""},
        {"hub.challenge": ""},
    ],
)
def test_the_handshake_refuses_whoever_does_not_know_our_word(changed: dict[str, str]) -> None:
    assert handshake(ASKED | changed, Secret("our-word")) is None


@pytest.mark.parametrize("missing", list(ASKED))
def test_the_handshake_refuses_half_a_question(missing: str) -> None:
    params = {key: value for key, value in ASKED.items() if key != missing}
    assert handshake(params, Secret("our-word")) is None


def test_without_a_verify_token_nobody_shakes_hands() -> None:
    assert handshake(ASKED | {"hub.verify_token": ""}, Secret("")) is None
