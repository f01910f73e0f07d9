"""Who may look and act at the desk, and what they changed.

A part of `wa_notify.ports.transaction` and of `wa_notify.ports.views`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from wa_notify.core.access import Account, ApiKey, EntryLink, Session
from wa_notify.core.audit import AuditEntry
from wa_notify.core.guessing import Guesses


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """What was answered to a request that carried an idempotency key, so that it can be answered again.

    ``asked`` is a digest of the request: the same key for something else is a mistake. While ``status`` is 0
    the first request is still at work.
    """

    key: str
    asked: str
    status: int = 0
    answer: str = ""
    at: datetime


class AccessViews(Protocol):
    """Who there is, and what they changed."""

    def account(self, name: str) -> Account | None:
        """The account of that name."""

    def accounts(self) -> Sequence[Account]:
        """All accounts, by name."""

    def session(self, digest: str) -> Session | None:
        """The session of the cookie with that digest."""

    def sessions_of(self, account: str) -> Sequence[Session]:
        """All sessions of an account, the newest first."""

    def api_key(self, digest: str) -> ApiKey | None:
        """The key with that digest, whether it still works or not."""

    def api_key_by_id(self, key_id: int) -> ApiKey | None:
        """The key of that number."""

    def api_keys(self) -> Sequence[ApiKey]:
        """All keys, the newest first."""

    def entry_link(self, digest: str) -> EntryLink | None:
        """The link with that digest."""

    def guesses(self, subject: str) -> Guesses:
        """The failures in a row against an account or from an address."""

    def audit_page(
        self, *, subject: str = "", actor: str = "", before: int = 0, limit: int
    ) -> Sequence[AuditEntry]:
        """The newest lines, of those with a number below ``before`` if one is given."""

    def remembered(self, key: str) -> Remembered | None:
        """What was answered to the request with this key."""


class AccessKeeping(AccessViews, Protocol):
    """Accounts, sessions, keys, links, guesses; and the audit trail."""

    def save_account(self, account: Account) -> None:
        """Add or change an account."""

    def remove_account(self, name: str) -> None:
        """The account is gone, with its sessions and links; its keys are revoked by whoever removes it."""

    def save_session(self, session: Session) -> None:
        """Add or change a session."""

    def end_session(self, digest: str) -> None:
        """Nobody is logged in by this cookie any more."""

    def end_sessions(self, account: str, apart_from: str = "") -> None:
        """Nobody is logged in to this account any more, but for one session."""

    def forget_sessions(self, unseen_since: datetime, created_before: datetime) -> None:
        """Sessions that are over."""

    def add_api_key(self, key: ApiKey) -> ApiKey:
        """Keep a new key; the answer carries its number."""

    def save_api_key(self, key: ApiKey) -> None:
        """Change a key."""

    def add_entry_link(self, link: EntryLink) -> None:
        """Keep a new link; an older one for the same account works no more."""

    def remove_entry_link(self, digest: str) -> None:
        """The link was used."""

    def save_guesses(self, guesses: Guesses) -> None:
        """Keep them."""

    def forget_guesses(self, subject: str) -> None:
        """Somebody got it right."""

    def forget_old_guesses(self, failed_before: datetime) -> None:
        """Failures of long ago."""

    def audit(self, entry: AuditEntry) -> None:
        """Add a line to the audit trail; lines are never changed."""

    def forget_audit(self, before: datetime, limit: int) -> int:
        """Lines of long ago; how many."""

    def remember(self, remembered: Remembered) -> None:
        """Keep what was answered."""

    def forget_remembered(self, before: datetime) -> None:
        """Answers of long ago."""
