"""Logging in and out, and the links by which people set their first or a new password.

What went wrong is told in the same words whatever it was, so that nobody learns who has an account.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from wa_notify.core.access import (
    LINK_LASTS,
    SESSION_IDLE,
    SESSION_LASTS,
    Account,
    EntryLink,
    Role,
    Session,
    Via,
)
from wa_notify.core.audit import AuditEntry
from wa_notify.core.guessing import FREE_FROM_ANYWHERE, FREE_TRIES
from wa_notify.engine import Engine
from wa_notify.ports import Clock, Transaction
from wa_notify.web.access import passwords, tries
from wa_notify.web.access.codes import step_of
from wa_notify.web.access.proofs import digest_of, new_proof
from wa_notify.web.refusals import NotLoggedIn, NotThere, Unfitting

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
NAME_FIX = "Small letters, digits, dots and hyphens, at most 40."
WRONG = "Name, password or code is wrong."
SOMEBODY = "somebody"  # who tried to log in; nobody knows who
LONGEST_AGENT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What somebody types in, and from where."""

    name: str
    password: str
    code: str = ""
    address: str = ""
    agent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """Somebody is in. ``cookie`` is what their browser keeps; empty when their code is still to be shown."""

    cookie: str
    account: Account


class Entrance:
    """The door of the page. Every method raises `StoreError`."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    async def log_in(self, given: Credentials) -> Entered:
        """Let somebody in. Raises `NotLoggedIn`, `TooOften`."""
        now, name = self._clock(), given.name.strip().casefold()
        subjects = {f"account {name[:40]}": FREE_FROM_ANYWHERE, f"address {given.address}": FREE_TRIES}

        def begin(tx: Transaction) -> Account | None:
            tries.count(tx, subjects, now)
            return tx.account(name)

        account = await self._engine.desk.transact(begin)
        right = await passwords.beside(passwords.matches, account.password if account else "", given.password)
        if account is None or not right:
            await self._note_failure(account, given, now)
            raise NotLoggedIn(WRONG, where="name and password", fix="Try again.")
        if account.totp_secret and not given.code.strip():
            raise NotLoggedIn(
                "The code of your authenticator is needed too.", where="code", fix="Type it in."
            )
        fresh = await self._rehashed(account, given.password)
        cookie = new_proof()
        entered = await self._engine.desk.transact(
            lambda tx: _enter(tx, replace(account, password=fresh), given, digest_of(cookie), subjects, now)
        )
        if entered is None:
            await self._note_failure(account, given, now)
            raise NotLoggedIn(WRONG, where="code", fix="Wait for the next code and try again.")
        return Entered(cookie=cookie, account=entered)

    async def log_out(self, cookie: str) -> None:
        """The browser is not logged in any more."""
        now, digest = self._clock(), digest_of(cookie)

        def leave(tx: Transaction) -> None:
            session = tx.session(digest)
            if session:
                tx.end_session(digest)
                _note(tx, "log_out", session.account, now)

        await self._engine.desk.transact(leave)

    async def _note_failure(self, account: Account | None, given: Credentials, now: datetime) -> None:
        """The trail tells that somebody tried. Names that nobody has are not kept: they may be passwords."""

        def note(tx: Transaction) -> None:
            tx.save_guesses(tx.guesses(f"address {given.address}"))  # takes as long for a name nobody has
            if account:
                _note(tx, "fail_to_log_in", account.name, now, actor=SOMEBODY)

        await self._engine.desk.transact(note)

    async def _rehashed(self, account: Account, password: str) -> str:
        if not passwords.is_outdated(account.password):
            return account.password
        return await passwords.beside(passwords.hashed, password)

    # links

    async def first_link(self) -> str:
        """The proof of a link that makes the first account; empty when there is an account already."""
        proof, now = new_proof(), self._clock()

        def add(tx: Transaction) -> str:
            if tx.accounts():
                return ""
            tx.add_entry_link(link_of(proof, "", now))
            return proof

        return await self._engine.desk.transact(add)

    async def link(self, proof: str) -> EntryLink:
        """The link of somebody who opens it. Raises `NotThere`."""
        now, digest = self._clock(), digest_of(proof)
        link = await self._engine.desk.look(lambda views: views.entry_link(digest))
        return _working(link, now)

    async def set_password(self, proof: str, given: Credentials) -> Entered:
        """Use a link: the account has this password now, and its other sessions end.

        Whoever has a second factor logs in with it afterwards: a link alone is no way around it.
        Raises `NotThere`, `Unfitting`.
        """
        link, now = await self.link(proof), self._clock()
        name = link.account or given.name.strip().casefold()
        if not NAME.fullmatch(name):
            raise Unfitting("This is no name for an account.", where="name", fix=NAME_FIX)
        kept = await passwords.beside(passwords.hashed, passwords.fit(given.password, name))
        cookie = new_proof()

        def work(tx: Transaction) -> Account:
            _working(tx.entry_link(link.digest), now)
            ready = replace(_prepared(tx, link, name, now), password=kept, password_at=now)
            tx.save_account(ready)
            tx.remove_entry_link(link.digest)
            tx.end_sessions(name)
            tx.forget_guesses(f"account {name}")
            _note(tx, "set_password", name, now)
            if not ready.totp_secret:
                ready = replace(ready, logged_in_at=now)
                tx.save_account(ready)
                tx.save_session(_session(digest_of(cookie), ready, given, now))
            return ready

        account = await self._engine.desk.transact(work)
        return Entered(cookie="" if account.totp_secret else cookie, account=account)


def link_of(proof: str, account: str, now: datetime) -> EntryLink:
    """A link that works once, for a day."""
    return EntryLink(digest=digest_of(proof), account=account, created_at=now, expires_at=now + LINK_LASTS)


def _working(link: EntryLink | None, now: datetime) -> EntryLink:
    if link is None or now >= link.expires_at:
        fix = "Links work once and for a day. Ask for a new one: `wa-notify admin link`."
        raise NotThere("This link does not work any more.", where="link", fix=fix)
    return link


def _prepared(tx: Transaction, link: EntryLink, name: str, now: datetime) -> Account:
    """The account that is to get a password. Raises `NotThere`."""
    account = tx.account(name)
    if link.account:
        if account is None:
            raise NotThere("This account is gone.", where="link", fix="Ask an administrator.")
        return account
    if tx.accounts():  # somebody else was first
        raise NotThere("There is an account already.", where="link", fix="Log in, or ask who set it up.")
    return Account(name=name, role=Role.ADMIN, created_at=now, created_by=name)


def _enter(
    tx: Transaction,
    account: Account,
    given: Credentials,
    digest: str,
    subjects: Mapping[str, int],
    now: datetime,
) -> Account | None:
    """Nothing when the second factor is wrong. The code is looked at here, so that none works twice."""
    present = tx.account(account.name)
    if present is None or present.password_at != account.password_at:
        return None  # it was changed or removed while the password was looked at
    step = present.totp_step
    if present.totp_secret:
        used = step_of(present.totp_secret, given.code, step, now)
        if used is None:
            return None
        step = used
    ready = replace(present, password=account.password, totp_step=step, logged_in_at=now)
    tx.save_account(ready)
    tries.forget(tx, subjects)
    tx.forget_sessions(now - SESSION_IDLE, now - SESSION_LASTS)
    tx.save_session(_session(digest, ready, given, now))
    _note(tx, "log_in", ready.name, now)
    return ready


def _session(digest: str, account: Account, given: Credentials, now: datetime) -> Session:
    agent = given.agent[:LONGEST_AGENT]
    return Session(digest=digest, account=account.name, created_at=now, seen_at=now, agent=agent)


def _note(tx: Transaction, action: str, name: str, now: datetime, *, actor: str = "") -> None:
    line = AuditEntry(at=now, actor=actor or name, via=Via.SESSION, action=action, subject=f"account {name}")
    tx.audit(line)
