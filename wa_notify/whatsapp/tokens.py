"""What the platform tells of an access token: whose it is, what it may, and until when.

Source: Meta's reference of access tokens (``debug_token``). Times are Unix seconds; 0 is never.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from wa_notify.core.secret import Secret
from wa_notify.whatsapp.asking import Asking
from wa_notify.whatsapp.reading import pieces, word

MESSAGING, MANAGEMENT = "whatsapp_business_messaging", "whatsapp_business_management"
SCOPES = (MANAGEMENT, MESSAGING)  # without either the service cannot work
ID = re.compile(r"[0-9]{1,32}")
LATEST = 253_402_300_799  # seconds; the end of the year 9999


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenFacts:
    """A token. ``targets`` are the objects it is for, ``ends_at`` is nothing when it lives for ever.

    What was not told is empty, and a token of which nothing else is told is taken to be valid.
    """

    app_id: str = ""
    valid: bool = True
    scopes: frozenset[str] = frozenset()
    targets: tuple[str, ...] = ()
    ends_at: datetime | None = None


async def token_facts(asking: Asking, token: Secret) -> TokenFacts:
    """What is told of the token; not every token may be looked at.

    Raises `wa_notify.whatsapp.asking.Refused` and `PlatformUnreachable`.
    """
    answer = await asking.get("the token", "debug_token", input_token=token.reveal())
    about = answer.get("data")
    return read_token(about if isinstance(about, dict) else {})


def read_token(about: dict[str, Any]) -> TokenFacts:
    """Read what is told of a token. It ends with the right to data, should that end sooner."""
    app_id, scopes = word(about, "app_id"), about.get("scopes")
    ends = [end for key in ("expires_at", "data_access_expires_at") if (end := _instant(about.get(key)))]
    return TokenFacts(
        app_id=app_id if ID.fullmatch(app_id) else "",
        valid=about.get("is_valid") is not False,
        scopes=frozenset(one for one in scopes if isinstance(one, str))
        if isinstance(scopes, list)
        else frozenset(),
        targets=_targets(about),
        ends_at=min(ends, default=None),
    )


def _targets(about: dict[str, Any]) -> tuple[str, ...]:
    scopes = {word(one, "scope"): one.get("target_ids") for one in pieces(about, "granular_scopes")}
    targets = [id_ for scope in SCOPES if isinstance(ids := scopes.get(scope), list) for id_ in ids]
    return tuple(dict.fromkeys(id_ for id_ in targets if isinstance(id_, str) and ID.fullmatch(id_)))


def _instant(seconds: object) -> datetime | None:
    if not isinstance(seconds, int) or isinstance(seconds, bool) or not 0 < seconds <= LATEST:
        return None
    return datetime.fromtimestamp(seconds, UTC)
