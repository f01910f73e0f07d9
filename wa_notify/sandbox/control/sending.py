"""How sending is looked at: Direct Send, marketing, paused templates, and whether links are fetched."""

from typing import Any

from wa_notify.sandbox.account import DIRECT_SEND

from .operation import WABA, Asked, Operation
from .reading import among, flag

OF_THE_ACCOUNT = {
    "direct_send": among(DIRECT_SEND),
    "disable_marketing_messages_on_cloud_api": flag,
    "answers_paused": flag,
}


async def sending(asked: Asked) -> dict[str, Any]:
    """Show what an account may send, and whether links in messages are really fetched."""
    shown = {name: getattr(asked.account, name) for name in OF_THE_ACCOUNT}
    return {**shown, "fetch_links": asked.world.links.fetches}


async def change_sending(asked: Asked) -> dict[str, Any]:
    """Change what an account may send.

    `answers_paused`: whether its paused templates are answered as `paused`. `fetch_links`: whether links are
    really fetched, for all accounts.
    """
    for name in OF_THE_ACCOUNT.keys() & asked.values.keys():
        setattr(asked.account, name, asked.values[name])
    asked.world.links.fetches = asked.values.get("fetch_links", asked.world.links.fetches)
    asked.world.note("sending", **asked.values)
    return await sending(asked)


OPERATIONS = (
    Operation(verb="GET", path="/sending", act=sending, asks=WABA),
    Operation(
        verb="POST", path="/sending", act=change_sending, takes={**OF_THE_ACCOUNT, "fetch_links": flag},
        asks=WABA,
    ),
)  # fmt: skip
