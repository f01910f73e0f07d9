"""Access tokens: what each may do, and when and why it stops working.

Meta's reference: a system user's token lives for ever or 60 days and carries permissions; one that is over is
answered with 190, told apart by the subcode.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .refusals import Refusal

MESSAGING = "whatsapp_business_messaging"  # send, files, block list, profile
MANAGEMENT = "whatsapp_business_management"  # templates, numbers, subscriptions
SCOPES = frozenset({MESSAGING, MANAGEMENT})


class Ending(StrEnum):
    """Why a token stopped working."""

    EXPIRED = "expired"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a reason, no password
    INVALIDATED = "invalidated"


REFUSALS: Mapping[Ending, Refusal] = {
    Ending.EXPIRED: Refusal.TOKEN_EXPIRED,
    Ending.PASSWORD_CHANGED: Refusal.TOKEN_PASSWORD_CHANGED,
    Ending.INVALIDATED: Refusal.TOKEN_INVALIDATED,
}


@dataclass(slots=True, kw_only=True, eq=False)
class Token:
    """What is known of a token, whose text is its key in `Account.tokens`.

    scopes: its permissions. ends_at: from which instant on it does not work, None: it lives for ever.
    ends_as: why it does not work then.
    """

    scopes: frozenset[str] = SCOPES
    ends_at: datetime | None = None
    ends_as: Ending = Ending.EXPIRED

    def end(self, at: datetime, why: Ending = Ending.EXPIRED) -> None:
        """Let it stop working at that instant, which may be the present one."""
        self.ends_at, self.ends_as = at, why

    def renew(self) -> None:
        """Let it work again, for ever."""
        self.ends_at = None

    def refusal(self, now: datetime) -> Refusal | None:
        """Return how a request with it is refused, None while it works."""
        return None if self.ends_at is None or now < self.ends_at else REFUSALS[self.ends_as]
