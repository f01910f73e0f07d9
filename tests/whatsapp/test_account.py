"""Secrets stay secret."""

import dataclasses

import pytest

from wa_notify.core.errors import ConfigError
from wa_notify.core.secret import Secret
from wa_notify.whatsapp.account import Account

ACCOUNT = Account(
    number_id="400000000000101",
    waba_id="300000000000202",
    access_token=Secret("EAAG-token"),
    app_secret=Secret("app-secret"),
    verify_token=Secret("verify-token"),
)


@pytest.mark.parametrize(
    "shown",
    [
        repr(ACCOUNT),
        str(ACCOUNT),
        f"{ACCOUNT.access_token} {ACCOUNT.access_token!r} {ACCOUNT.app_secret!s}",
        str(dataclasses.asdict(ACCOUNT)),
        "%s %r" % (ACCOUNT.verify_token, ACCOUNT.verify_token),  # noqa: UP031 - an old logging call does this
    ],
)
def test_no_way_of_showing_an_account_shows_its_secrets(shown: str) -> None:
    assert "token" not in shown.replace("access_token", "").replace("verify_token", "")
    assert "app-secret" not in shown


@pytest.mark.parametrize("token", ["", " ", "EAAG token", "EAAG-token\n", "EAAG\u2028", "\u0442\u043e\u043a"])
def test_a_token_that_no_request_could_carry_is_refused_unseen(token: str) -> None:
    with pytest.raises(ConfigError, match="Copy it again") as caught:
        dataclasses.replace(ACCOUNT, access_token=Secret(token))
    assert "EAAG" not in str(caught.value)
