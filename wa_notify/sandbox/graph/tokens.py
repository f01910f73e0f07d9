"""Tokens: who one is with it, what it is worth, and how an app gets its own.

The answers are those of the Graph's reference of access tokens. Tokens are those of a system user.
"""

from datetime import datetime
from typing import Any

from wa_notify.sandbox.account import Account
from wa_notify.sandbox.refusals import Refusal, Refused, error_body
from wa_notify.sandbox.tokens import MESSAGING, Token

from .asked import fields_in, shown
from .call import Call, Operations
from .callers import known

NEVER = 0  # how the Graph writes that something has no end


async def me(call: Call) -> dict[str, Any]:
    """Answer `GET /me`: the system user, or the app, whose token it is."""
    account = call.account
    id_ = account.app_id if call.caller.is_app else account.system_user_id
    asked = fields_in(call.query.get("fields", ""))
    return shown({"id": id_, "name": f"{account.name} system"}, asked, ("name",), frozenset(), "User")


async def debug(call: Call) -> dict[str, Any]:
    """Answer `GET /debug_token`: what the token `input_token` is worth."""
    given = call.query.get("input_token", "")
    if not given:
        raise Refused(Refusal.PARAMETER_MISSING, "The parameter input_token is required.")
    found, now = known(call.world.portfolio, given), call.world.clock()
    if found is None:
        return {"data": {"error": _error(Refusal.TOKEN_INVALID), "is_valid": False, "scopes": []}}
    if found.account.app_id != call.account.app_id:
        raise Refused(Refusal.PARAMETER_INVALID, "The app of input_token is not the one that asks.")
    if found.is_app:
        return {"data": {**_about(found.account, "APP"), "is_valid": True, "scopes": []}}
    return {"data": {**_about(found.account, "SYSTEM_USER"), **_worth(found.account, found.token, now)}}


async def app_token(call: Call) -> dict[str, Any]:
    """Answer `GET /oauth/access_token`: the token of the app, for its id and secret."""
    query = call.query
    if query.get("grant_type") != "client_credentials":
        raise Refused(Refusal.PARAMETER_INVALID, "grant_type must be client_credentials.")
    for account in call.world.portfolio.accounts:
        if (query.get("client_id"), query.get("client_secret")) == (account.app_id, account.app_secret):
            return {"access_token": account.app_token, "token_type": "bearer"}
    raise Refused(Refusal.CLIENT_WRONG)


def _about(account: Account, kind: str) -> dict[str, Any]:
    return {"app_id": account.app_id, "type": kind, "application": "wa_notify sandbox"}


def _worth(account: Account, token: Token, now: datetime) -> dict[str, Any]:
    """Permissions, and for which objects: messages are a matter of numbers, the rest of accounts."""
    numbers = [account.waba_id, *(number.phone_number_id for number in account.numbers)]
    granular = [
        {"scope": scope, "target_ids": numbers if scope == MESSAGING else [account.waba_id]}
        for scope in sorted(token.scopes)
    ]
    refusal = token.refusal(now)
    error = {} if refusal is None else {"error": _error(refusal)}
    return {
        **error,
        "data_access_expires_at": NEVER,
        "expires_at": NEVER if token.ends_at is None else int(token.ends_at.timestamp()),
        "is_valid": refusal is None,
        "scopes": sorted(token.scopes),
        "granular_scopes": granular,
        "user_id": account.system_user_id,
    }


def _error(refusal: Refusal) -> dict[str, Any]:
    """Return the error in the short form in which it stands beside a token."""
    error = error_body(Refused(refusal), "")["error"]
    subcode = {"subcode": error["error_subcode"]} if "error_subcode" in error else {}
    return {"code": error["code"], "message": error["message"], **subcode}


OPERATIONS: Operations = {
    ("me", ""): {"GET": me},
    ("debug_token", ""): {"GET": debug},
    ("oauth", "access_token"): {"GET": app_token},
}
