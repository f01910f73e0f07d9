"""Who may call, and how often: tokens that end, permissions, a proof, quotas of calls, a number's set-up."""

from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

from wa_notify.sandbox.account import Account
from wa_notify.sandbox.quotas import DOCUMENTED, Quotas
from wa_notify.sandbox.registration import VERIFICATIONS
from wa_notify.sandbox.tokens import SCOPES, Ending
from wa_notify.sandbox.troubles import note_token
from wa_notify.sandbox.view import number_view, token_view

from .operation import WABA, Asked, Operation
from .reading import BadInput, among, any_text, flag, instant, seconds, some_of, text, whole

TOKEN_FIELDS = {
    "token": text,
    "scopes": some_of(SCOPES),
    "ends_as": among(Ending),
    "ends_at": instant,
    "after": seconds,
    "renew": flag,
    "requires_proof": flag,
}
CALLS = whole(0, 100_000_000)
QUOTA_FIELDS = {"documented": flag, "app": CALLS, "management": CALLS, "unregistered": CALLS}
NUMBER_FIELDS = {
    "registered": flag,
    "verification": among(VERIFICATIONS),
    "pin": any_text,
    "deleted": flag,
    "api_key": text,
}


async def tokens(asked: Asked) -> dict[str, Any]:
    """Show what is known of the tokens of an account."""
    return _tokens_view(asked.account)


async def change_token(asked: Asked) -> dict[str, Any]:
    """Make a token, or change one, by default the account's own: what it permits, and when it ends.

    It has these `scopes`; it ends `ends_as` expired, password_changed or invalidated, now, at `ends_at` or
    `after` so many seconds; `renew` lets it work again. `requires_proof` is a setting of the app:
    an appsecret_proof must come with every token.
    """
    values, account = asked.values, asked.account
    if "requires_proof" in values:
        account.requires_proof = values["requires_proof"]
    named = values.get("token", account.access_token)
    if named == account.app_token or any(
        one.token(named) is not None for one in asked.world.portfolio.accounts if one is not account
    ):
        raise BadInput("token: it is that of an app, or of another account.")
    token = account.change_token(named)
    token.scopes = values.get("scopes", token.scopes)
    if values.get("renew", False):
        token.renew()
    elif {"ends_as", "ends_at", "after"} & set(values):
        now = asked.world.clock()
        at = values.get("ends_at", now + values.get("after", timedelta()))
        token.end(at, Ending(values.get("ends_as", Ending.EXPIRED)))
    note_token(asked.world, account, token)
    return _tokens_view(account)


async def quotas(asked: Asked) -> dict[str, Any]:
    """Show how many calls an hour there are; null: as many as one likes."""
    return asdict(asked.world.usage.quotas)


async def change_quotas(asked: Asked) -> dict[str, Any]:
    """Change how many calls an hour there are; 0: as many as one likes.

    Those of an `app`, and those to manage an account with a registered number (`management`) or without one
    (`unregistered`). `documented` true sets those of Meta's reference first.
    """
    given, usage = dict(asked.values), asked.world.usage
    begin = usage.quotas
    if "documented" in given:
        begin = DOCUMENTED if given.pop("documented") else Quotas()
    usage.quotas = replace(begin, **{name: calls or None for name, calls in given.items()})
    asked.world.note("quotas", **asdict(usage.quotas))
    return asdict(usage.quotas)


async def business_number(asked: Asked) -> dict[str, Any]:
    """Show a business number: its registration, the code that was sent to it, its profile, its block list."""
    return number_view(asked.line.number)


async def change_business_number(asked: Asked) -> dict[str, Any]:
    """Change how far the registration of a business number has come; an empty `pin`: it has none.
    `deleted`: it was deleted in the business settings a moment ago and is taken anew from the beginning.
    """
    values, found = asked.values, asked.line.number
    registration = found.registration
    if values.get("deleted", False):
        registration.delete(asked.world.clock())
    registration.registered = values.get("registered", registration.registered)
    registration.verification = values.get("verification", registration.verification)
    if "pin" in values:
        registration.pin = values["pin"] or None
    found.api_key = values.get("api_key", found.api_key)
    asked.world.note("number", business=found.phone_number_id, status=registration.status)
    return number_view(found)


def _tokens_view(account: Account) -> dict[str, Any]:
    own = {account.access_token: account.token(account.access_token), **account.tokens}
    return {
        "tokens": [token_view(text, token) for text, token in own.items() if token is not None],
        "requires_proof": account.requires_proof,
    }


OPERATIONS = (
    Operation(verb="GET", path="/tokens", act=tokens, asks=WABA),
    Operation(verb="POST", path="/tokens", act=change_token, takes=TOKEN_FIELDS, asks=WABA),
    Operation(verb="GET", path="/quotas", act=quotas),
    Operation(verb="POST", path="/quotas", act=change_quotas, takes=QUOTA_FIELDS),
    Operation(verb="GET", path="/numbers/{phone_number_id}", act=business_number),
    Operation(
        verb="POST", path="/numbers/{phone_number_id}", act=change_business_number, takes=NUMBER_FIELDS
    ),
)
