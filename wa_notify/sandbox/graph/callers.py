"""Who asks the Graph: whose token a request carries, whether it still works, and what it permits.

A token in the query or in a form comes before the one in the header: clients that manage an app send its
token so, beside their own (seen in API clients). A token that lacks a permission is refused with 10 for
messages and with 200 for everything else (our deduction from the error-code reference, which knows both).
"""

import hmac
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request

from wa_notify.sandbox.account import Account, Portfolio
from wa_notify.sandbox.refusals import Refusal, Refused
from wa_notify.sandbox.tokens import MANAGEMENT, MESSAGING, Token

from .bodies import form_of, is_form

# Kind of object and edge behind it: what belongs to messages and people, and what needs no permission.
MESSAGES = frozenset({
    ("number", "messages"), ("number", "marketing_messages"), ("number", "media"), ("medium", ""),
    ("number", "block_users"), ("number", "whatsapp_business_profile"),
})  # fmt: skip
OPEN = frozenset({"app", "upload", "me", "debug_token", "oauth"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Whoever asks. `is_app`: with the token of the app itself, which has no permission of an account."""

    account: Account
    token: Token
    text: str = ""
    is_app: bool = False

    def require(self, kind: str, edge: str) -> None:
        """Raise Refused unless the token permits what is asked of that kind of object."""
        scope = scope_of(kind, edge)
        if scope is None or (scope in self.token.scopes and not self.is_app):
            return
        missing = Refusal.PERMISSION_DENIED if scope == MESSAGING else Refusal.API_PERMISSION
        raise Refused(missing, f"The token lacks the permission {scope}.")


def scope_of(kind: str, edge: str) -> str | None:
    """Return the permission that an operation needs, None when it needs none."""
    if kind in OPEN:
        return None
    return MESSAGING if (kind, edge) in MESSAGES else MANAGEMENT


async def caller_of(portfolio: Portfolio, request: Request, now: datetime) -> Caller:
    """Return whose token the request carries. Raises Refused when there is none, or none that works."""
    form = await form_of(request) if is_form(request) else {}
    given = {**form, **request.query_params}
    scheme, _, header = request.headers.get("authorization", "").partition(" ")
    text = given.get("access_token") or (header.strip() if scheme.lower() in ("bearer", "oauth") else "")
    if not text:
        raise Refused(Refusal.TOKEN_MISSING)
    caller = known(portfolio, text)
    if caller is None:
        raise Refused(Refusal.TOKEN_INVALID)
    if (over := caller.token.refusal(now)) is not None:
        raise Refused(over)
    _require_proof(caller, given.get("appsecret_proof", ""))
    return caller


def known(portfolio: Portfolio, text: str) -> Caller | None:
    """Return whose token that is, whether it works or not; None when it is nobody's."""
    for account in portfolio.accounts:
        if (token := account.token(text)) is not None:
            return Caller(account=account, token=token, text=text)
        if text == account.app_token:
            return Caller(account=account, token=Token(scopes=frozenset()), text=text, is_app=True)
    return None


def _require_proof(caller: Caller, proof: str) -> None:
    """A proof that was given must be right; one must be given where the app requires it (not of the app)."""
    secret = caller.account.app_secret
    if proof and not hmac.compare_digest(
        proof.encode(), hmac.digest(secret.encode(), caller.text.encode(), "sha256").hex().encode()
    ):
        raise Refused(Refusal.PROOF_WRONG)
    if not proof and caller.account.requires_proof and not caller.is_app:
        raise Refused(Refusal.PROOF_MISSING, "The app requires an appsecret_proof.")
