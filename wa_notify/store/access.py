"""The verbs about who may come in, and what they changed (see `wa_notify.ports.access`)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, literal_column, select
from sqlalchemy.sql.dml import ReturningDelete

from wa_notify.core.access import Account, ApiKey, EntryLink, Session
from wa_notify.core.audit import AuditEntry
from wa_notify.core.guessing import Guesses
from wa_notify.ports.access import Remembered
from wa_notify.store.access_tables import (
    accounts,
    api_keys,
    audit,
    entry_links,
    guesses,
    remembered,
    sessions,
)
from wa_notify.store.clauses import LIMIT, adding, adding_or_changing, changing, matching, reading, removing
from wa_notify.store.columns import INSTANT
from wa_notify.store.connection import Connection
from wa_notify.store.rows import Record

ACCOUNT = Record(Account)
SESSION = Record(Session)
API_KEY = Record(ApiKey)
ENTRY_LINK = Record(EntryLink)
GUESSES = Record(Guesses)
AUDIT = Record(AuditEntry)
REMEMBERED = Record(Remembered)

ACCOUNT_OF = reading(ACCOUNT, accounts).where(*matching(accounts, "name"))
ACCOUNTS = reading(ACCOUNT, accounts).order_by(accounts.c.name)
SAVE_ACCOUNT = adding_or_changing(accounts)
REMOVE_ACCOUNT = removing(accounts, "name")

SESSION_OF = reading(SESSION, sessions).where(*matching(sessions, "digest"))
SESSIONS_OF = (
    reading(SESSION, sessions).where(*matching(sessions, "account")).order_by(sessions.c.created_at.desc())
)
SAVE_SESSION = adding_or_changing(sessions)
END_SESSION = removing(sessions, "digest")
END_SESSIONS = removing(sessions, "account").where(sessions.c.digest != bindparam("apart_from"))
FORGET_SESSIONS = delete(sessions).where(
    (sessions.c.seen_at <= bindparam("unseen_since", type_=INSTANT))
    | (sessions.c.created_at <= bindparam("created_before", type_=INSTANT))
)

KEY_OF = reading(API_KEY, api_keys).where(*matching(api_keys, "digest"))
KEY_BY_ID = reading(API_KEY, api_keys).where(*matching(api_keys, "id"))
KEYS = reading(API_KEY, api_keys).order_by(api_keys.c.id.desc())
ADD_KEY = adding(api_keys).returning(api_keys.c.id)
SAVE_KEY = changing(api_keys, "name", "expires_at", "used_at", "revoked_at", by=["id"])

LINK_OF = reading(ENTRY_LINK, entry_links).where(*matching(entry_links, "digest"))
ADD_LINK = adding(entry_links)
REMOVE_LINK = removing(entry_links, "digest")
REMOVE_LINKS_OF = removing(entry_links, "account")

GUESSES_OF = reading(GUESSES, guesses).where(*matching(guesses, "subject"))
SAVE_GUESSES = adding_or_changing(guesses)
FORGET_GUESSES = removing(guesses, "subject")
FORGET_OLD_GUESSES = delete(guesses).where(guesses.c.failed_at < bindparam("failed_before", type_=INSTANT))

ADD_AUDIT = adding(audit)
NEWEST = (
    reading(AUDIT, audit).where(audit.c.id < bindparam("before")).order_by(audit.c.id.desc()).limit(LIMIT)
)
AUDIT_PAGES = {
    (bool(subject), bool(actor)): NEWEST.where(*matching(audit, *subject, *actor))
    for subject in ((), ("subject",))
    for actor in ((), ("actor",))
}
OLD_LINES = (
    select(audit.c.id).where(audit.c.at < bindparam("until", type_=INSTANT)).order_by(audit.c.at).limit(LIMIT)
)
FORGET_AUDIT: ReturningDelete[Any] = (
    delete(audit).where(audit.c.id.in_(OLD_LINES)).returning(literal_column("1"))
)

REMEMBERED_OF = reading(REMEMBERED, remembered).where(*matching(remembered, "key"))
REMEMBER = adding_or_changing(remembered)
FORGET_REMEMBERED = delete(remembered).where(remembered.c.at < bindparam("until", type_=INSTANT))

NEWEST_OF_ALL = 2**62  # no line has this number


class AccessQuestions:
    """A part of `wa_notify.store.views.SqlViews`."""

    _connection: Connection

    def account(self, name: str) -> Account | None:
        """The account of that name."""
        row = self._connection.row(ACCOUNT_OF, name=name)
        return None if row is None else ACCOUNT.value(row)

    def accounts(self) -> Sequence[Account]:
        """All accounts, by name."""
        return [ACCOUNT.value(row) for row in self._connection.rows(ACCOUNTS)]

    def session(self, digest: str) -> Session | None:
        """The session of the cookie with that digest."""
        row = self._connection.row(SESSION_OF, digest=digest)
        return None if row is None else SESSION.value(row)

    def sessions_of(self, account: str) -> Sequence[Session]:
        """All sessions of an account, the newest first."""
        return [SESSION.value(row) for row in self._connection.rows(SESSIONS_OF, account=account)]

    def api_key(self, digest: str) -> ApiKey | None:
        """The key with that digest, whether it still works or not."""
        row = self._connection.row(KEY_OF, digest=digest)
        return None if row is None else API_KEY.value(row)

    def api_key_by_id(self, key_id: int) -> ApiKey | None:
        """The key of that number."""
        row = self._connection.row(KEY_BY_ID, id=key_id)
        return None if row is None else API_KEY.value(row)

    def api_keys(self) -> Sequence[ApiKey]:
        """All keys, the newest first."""
        return [API_KEY.value(row) for row in self._connection.rows(KEYS)]

    def entry_link(self, digest: str) -> EntryLink | None:
        """The link with that digest."""
        row = self._connection.row(LINK_OF, digest=digest)
        return None if row is None else ENTRY_LINK.value(row)

    def guesses(self, subject: str) -> Guesses:
        """The failures in a row against an account or from an address."""
        row = self._connection.row(GUESSES_OF, subject=subject)
        return Guesses(subject=subject) if row is None else GUESSES.value(row)

    def audit_page(
        self, *, subject: str = "", actor: str = "", before: int = 0, limit: int
    ) -> Sequence[AuditEntry]:
        """The newest lines, of those with a number below ``before`` if one is given."""
        chosen = {name: value for name, value in (("subject", subject), ("actor", actor)) if value}
        statement = AUDIT_PAGES[bool(subject), bool(actor)]
        rows = self._connection.rows(statement, **chosen, before=before or NEWEST_OF_ALL, limit=limit)
        return [AUDIT.value(row) for row in rows]

    def remembered(self, key: str) -> Remembered | None:
        """What was answered to the request with this key."""
        row = self._connection.row(REMEMBERED_OF, key=key)
        return None if row is None else REMEMBERED.value(row)


class Access(AccessQuestions):
    """A part of `wa_notify.store.transaction.SqlTransaction`."""

    def save_account(self, account: Account) -> None:
        """Add or change an account."""
        self._connection.run(SAVE_ACCOUNT, **ACCOUNT.values(account))

    def remove_account(self, name: str) -> None:
        """The account is gone, with its sessions and links."""
        self._connection.run(REMOVE_LINKS_OF, account=name)
        self._connection.run(REMOVE_ACCOUNT, name=name)

    def save_session(self, session: Session) -> None:
        """Add or change a session."""
        self._connection.run(SAVE_SESSION, **SESSION.values(session))

    def end_session(self, digest: str) -> None:
        """Nobody is logged in by this cookie any more."""
        self._connection.run(END_SESSION, digest=digest)

    def end_sessions(self, account: str, apart_from: str = "") -> None:
        """Nobody is logged in to this account any more, but for one session."""
        self._connection.run(END_SESSIONS, account=account, apart_from=apart_from)

    def forget_sessions(self, unseen_since: datetime, created_before: datetime) -> None:
        """Sessions that are over."""
        self._connection.run(FORGET_SESSIONS, unseen_since=unseen_since, created_before=created_before)

    def add_api_key(self, key: ApiKey) -> ApiKey:
        """Keep a new key; the answer carries its number."""
        values = API_KEY.values(key)
        del values["id"]
        return replace(key, id=self._connection.cell(ADD_KEY, **values))

    def save_api_key(self, key: ApiKey) -> None:
        """Change a key."""
        values = API_KEY.values(key)
        changed = {name: values[name] for name in ("id", "name", "expires_at", "used_at", "revoked_at")}
        self._connection.run(SAVE_KEY, **changed)

    def add_entry_link(self, link: EntryLink) -> None:
        """Keep a new link; an older one for the same account works no more."""
        self._connection.run(REMOVE_LINKS_OF, account=link.account)
        self._connection.run(ADD_LINK, **ENTRY_LINK.values(link))

    def remove_entry_link(self, digest: str) -> None:
        """The link was used."""
        self._connection.run(REMOVE_LINK, digest=digest)

    def save_guesses(self, guesses: Guesses) -> None:
        """Keep them."""
        self._connection.run(SAVE_GUESSES, **GUESSES.values(guesses))

    def forget_guesses(self, subject: str) -> None:
        """Somebody got it right."""
        self._connection.run(FORGET_GUESSES, subject=subject)

    def forget_old_guesses(self, failed_before: datetime) -> None:
        """Failures of long ago."""
        self._connection.run(FORGET_OLD_GUESSES, failed_before=failed_before)

    def audit(self, entry: AuditEntry) -> None:
        """Add a line to the audit trail."""
        values = AUDIT.values(entry)
        del values["id"]
        self._connection.run(ADD_AUDIT, **values)

    def forget_audit(self, before: datetime, limit: int) -> int:
        """Lines of long ago; how many."""
        return len(self._connection.rows(FORGET_AUDIT, until=before, limit=limit))

    def remember(self, remembered: Remembered) -> None:
        """Keep what was answered."""
        self._connection.run(REMEMBER, **REMEMBERED.values(remembered))

    def forget_remembered(self, before: datetime) -> None:
        """Answers of long ago."""
        self._connection.run(FORGET_REMEMBERED, until=before)
