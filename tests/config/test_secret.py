"""The type that keeps secrets out of sight."""

import copy

from wa_notify.config import Secret


def test_a_secret_is_shown_nowhere_but_where_it_is_asked_for() -> None:
    secret = Secret("canary")
    assert "canary" not in f"{secret} {secret!r} {[secret]} {copy.copy(secret)}"
    assert secret.reveal() == "canary"


def test_secrets_are_compared_by_what_they_hold() -> None:
    assert Secret("a") == Secret("a") != Secret("b")
    assert Secret("ä") != "ä"
    assert len({Secret("a"), Secret("a")}) == 1
    assert not Secret("")
