"""What the platform says of our number, in our words."""

from typing import Any

import httpx
import pytest

from wa_notify.core.errors import PlatformUnreachable, TokenRefused
from wa_notify.core.secret import Secret
from wa_notify.sandbox import Ending
from wa_notify.sandbox.testing import LocalSandbox
from wa_notify.whatsapp.account import Account
from wa_notify.whatsapp.client import CloudApi
from wa_notify.whatsapp.number import QUALITIES, STATUSES, read_standing


def api_of(local: LocalSandbox) -> CloudApi:
    settings = local.settings
    account = Account(
        number_id=settings.phone_number_id,
        waba_id=settings.waba_id,
        base_url=settings.base_url,
        access_token=Secret(settings.access_token),
        app_secret=Secret(settings.app_secret),
        verify_token=Secret(settings.verify_token),
    )
    return CloudApi(http=httpx.AsyncClient(transport=local.transport), account=account)


async def test_the_number_of_the_sandbox_is_read(whatsapp_sandbox: LocalSandbox) -> None:
    whatsapp_sandbox.sandbox.rate("YELLOW")
    whatsapp_sandbox.sandbox.set_tier("TIER_1K")
    standing = read_standing(await api_of(whatsapp_sandbox).number())
    first = whatsapp_sandbox.sandbox.account.first
    assert standing.display_number == first.display_phone_number
    assert (standing.quality, standing.status, standing.limit) == ("yellow", "connected", "TIER_1K")


@pytest.mark.parametrize("word", ["NA", "PURPLE", "", None, 5])
def test_a_word_that_is_not_known_counts_as_unknown(word: Any) -> None:
    standing = read_standing({"quality_rating": word, "status": word})
    assert (standing.quality, standing.status) == ("unknown", "unknown")
    assert standing.quality in QUALITIES
    assert standing.status in STATUSES


@pytest.mark.parametrize(
    ("said", "limit"), [("TIER_250", "TIER_250"), (2000, "2000"), (True, ""), (None, ""), ({}, "")]
)
def test_the_limit_is_the_word_of_the_platform(said: Any, limit: str) -> None:
    assert read_standing({"whatsapp_business_manager_messaging_limit": said}).limit == limit


async def test_a_dead_token_is_told_apart_from_an_outage(whatsapp_sandbox: LocalSandbox) -> None:
    api = api_of(whatsapp_sandbox)
    whatsapp_sandbox.sandbox.end_token(Ending.EXPIRED)
    with pytest.raises(TokenRefused, match="Read the business number"):
        await api.number()
    whatsapp_sandbox.sandbox.renew_token()
    wrong = CloudApi(
        http=httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(500))),
        account=api._account,
    )
    with pytest.raises(PlatformUnreachable) as outage:
        await wrong.number()
    assert not isinstance(outage.value, TokenRefused)
