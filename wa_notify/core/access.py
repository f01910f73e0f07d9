"""Who may do what at the desk: rights and roles, accounts, their sessions, and keys for programs.

Whatever opens a door (a password, a session, a key, a link) is kept as a digest only.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

SESSION_IDLE = timedelta(hours=12)  # a shift, and nobody is thrown out in the middle of it
SESSION_LASTS = timedelta(days=7)
LINK_LASTS = timedelta(hours=24)
SEEN_EVERY = timedelta(minutes=1)  # how exactly it is known when a session or a key was last used


class Right(StrEnum):
    """One thing that somebody may do."""

    SEE = "see"  # look at everything, with numbers masked
    TICKETS = "tickets"  # acknowledge, resolve, hand over, comment, silence; fire a test alert
    SEND = "send"  # say something by hand; try again or drop what is in the outbox
    SCHEDULES = "schedules"  # change who is on call
    REVEAL = "reveal"  # numbers in clear, files with them
    PEOPLE = "people"  # consent, invitations, import, edit, erase
    TEMPLATES = "templates"  # read them anew, hand them in for review
    ACCESS = "access"  # accounts and keys
    AUDIT = "audit"  # who changed what


class Role(StrEnum):
    """What sort of account it is."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    ADMIN = "admin"


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.VIEWER: frozenset({Right.SEE}),
    Role.OPERATOR: frozenset({Right.SEE, Right.TICKETS, Right.SEND, Right.SCHEDULES}),
    Role.ADMIN: frozenset(Right),
}


class Via(StrEnum):
    """How somebody came in."""

    SESSION = "session"  # logged in on the page
    KEY = "key"  # a program with a key of the API
    PROXY = "proxy"  # vouched for by a proxy that the configuration names
    TERMINAL = "terminal"  # on the machine itself, by the command line


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Whoever asks. ``proof`` is the digest of the session or key they came with; empty behind a proxy."""

    name: str
    role: Role | None = None
    rights: frozenset[Right]
    via: Via
    proof: str = ""

    def may(self, right: Right) -> bool:
        """Whether they may do this."""
        return right in self.rights


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody who may log in. ``totp_secret`` is empty while there is no second factor.

    ``totp_step`` is the last half minute whose code was used, so that no code works twice.
    """

    name: str
    role: Role
    password: str = ""  # as argon2 writes it; empty until somebody chose one
    totp_secret: str = ""
    totp_step: int = 0
    created_at: datetime
    created_by: str
    password_at: datetime | None = None
    logged_in_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One browser that is logged in. ``digest`` is that of the cookie's value."""

    digest: str
    account: str
    created_at: datetime
    seen_at: datetime
    agent: str = ""  # what the browser calls itself, so that people recognise their own

    def is_over(self, now: datetime) -> bool:
        """Whether it was left alone for too long, or is too old however busy it was."""
        return now - self.seen_at >= SESSION_IDLE or now - self.created_at >= SESSION_LASTS


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """What a program proves itself with. It may do less than who made it, never more."""

    id: int = 0
    digest: str
    name: str
    rights: tuple[Right, ...]
    created_by: str
    created_at: datetime
    expires_at: datetime | None = None
    used_at: datetime | None = None
    revoked_at: datetime | None = None

    def works(self, now: datetime) -> bool:
        """Whether it opens anything now."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryLink:
    """A link by which somebody sets their password, once.

    The first of all has no ``account``: whoever opens it chooses the name, and becomes an administrator.
    """

    digest: str
    account: str = ""
    created_at: datetime
    expires_at: datetime
