"""What is handed in is found at the account as it was declared, whatever is in it."""

import asyncio

import httpx
from hypothesis import HealthCheck, given, settings

from tests.core.builders import NOW
from tests.core.drafts import drafts
from wa_notify.core.draft import TemplateDraft
from wa_notify.core.plan import History, plan
from wa_notify.core.template import TemplateShape
from wa_notify.sandbox import ReviewPolicy, Sandbox
from wa_notify.whatsapp.client import CloudApi
from wa_notify.whatsapp.management import Management, TakenIn, Uploaded

from .conftest import account_at

EXAMPLES = {"IMAGE": "image/png", "VIDEO": "video/mp4", "DOCUMENT": "application/pdf"}


async def handed_in(made: TemplateDraft) -> list[TemplateShape]:
    """The account after the draft was handed in to a real sandbox."""
    sandbox = Sandbox(clock=lambda: NOW)
    sandbox.reviews = ReviewPolicy()
    sandbox.account.templates.clear()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(sandbox.app)) as http:
        account = account_at("http://graph.test", sandbox.account.access_token)
        management = Management(http=http, account=account, app_id=sandbox.account.app_id)
        handle = ""
        if made.shape.header_format in EXAMPLES:
            mime_type = EXAMPLES[made.shape.header_format]
            uploaded = await management.upload(b"PNG", mime_type, made.header_example)
            assert isinstance(uploaded, Uploaded), uploaded
            handle = uploaded.handle
        outcome = await management.create(made, handle)
        assert isinstance(outcome, TakenIn), outcome
        found = [shape async for shape in CloudApi(http=http, account=account).templates()]
        edited = await management.edit(outcome.id, made, handle, with_category=True)
        assert not isinstance(edited, TakenIn), "it is in review"
    await sandbox.aclose()
    return found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(drafts())
def test_after_a_draft_was_handed_in_there_is_nothing_left_to_do(made: TemplateDraft) -> None:
    found = plan([made], asyncio.run(handed_in(made)), History(now=NOW))
    assert found.in_order, found
