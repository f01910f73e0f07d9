"""Accounts: who may log in, and what they may do."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

import msgspec

from wa_notify.core.access import RIGHTS, Account, Right, Role
from wa_notify.ports import Transaction
from wa_notify.web.access.entering import NAME, NAME_FIX, link_of
from wa_notify.web.access.proofs import new_proof
from wa_notify.web.operations.operation import Asked, Given, Nothing, Shape, operation
from wa_notify.web.operations.own_account import Done, account_facts, account_of
from wa_notify.web.refusals import NotNow, Unfitting

AccountName = Annotated[
    str,
    msgspec.Meta(min_length=1, max_length=40, pattern="^[A-Za-z0-9][A-Za-z0-9._-]*$", description=NAME_FIX),
]


class AccountShape(Shape, frozen=True, kw_only=True):
    """Somebody who may log in. ``ready`` is false until they chose a password."""

    name: str
    role: Role
    ready: bool
    second_factor: bool
    created_at: datetime
    created_by: str
    logged_in_at: datetime | None
    sessions: int


class AccountList(Shape, frozen=True, kw_only=True):
    """All accounts, by name."""

    items: list[AccountShape]


class LinkShape(Shape, frozen=True, kw_only=True):
    """A link by which somebody sets their password: once, within a day. It is shown here and never again."""

    account: str
    path: str
    expires_at: datetime


class NewAccount(Given, frozen=True, kw_only=True):
    """Who shall be able to log in."""

    name: AccountName
    role: Role


class NewRole(Given, frozen=True, kw_only=True):
    """What an account may do from now on."""

    role: Role


@operation("GET", "/accounts", right=Right.ACCESS)
async def list_accounts(asked: Asked[Nothing, Nothing]) -> AccountList:
    """List everybody who may log in."""
    found = await asked.look(
        lambda views: [(one, len(views.sessions_of(one.name))) for one in views.accounts()]
    )
    return AccountList(items=[_shape(account, sessions) for account, sessions in found])


@operation("POST", "/accounts", right=Right.ACCESS, status=201)
async def add_account(asked: Asked[NewAccount, Nothing]) -> LinkShape:
    """Make an account. The link in the answer lets its owner choose a password, once and within a day."""
    name = asked.body.name.casefold()
    if not NAME.fullmatch(name):
        raise Unfitting("This is no name for an account.", where="name", fix=NAME_FIX)
    _may_make(asked, asked.body.role)
    proof = new_proof()

    def work(tx: Transaction) -> None:
        if tx.account(name):
            raise NotNow(f"There is an account {name} already.", where="name", fix="Choose another name.")
        made = Account(name=name, role=asked.body.role, created_at=asked.now, created_by=asked.caller.name)
        tx.save_account(made)
        tx.add_entry_link(link_of(proof, name, asked.now))

    await asked.change(f"account {name}", work, lambda tx: account_facts(tx.account(name)))
    return _link(proof, name, asked.now)


@operation("POST", "/accounts/{name}/link", right=Right.ACCESS)
async def renew_account_link(asked: Asked[Nothing, Nothing]) -> LinkShape:
    """Make a link by which somebody chooses a new password; until then the old one works."""
    name, proof = asked.path["name"], new_proof()

    def work(tx: Transaction) -> None:
        account = account_of(tx, name)
        _may_make(asked, account.role)  # whoever has the link can log in as them
        tx.add_entry_link(link_of(proof, account.name, asked.now))

    await asked.change(f"account {name}", work)
    return _link(proof, name, asked.now)


@operation("POST", "/accounts/{name}/role", right=Right.ACCESS)
async def change_role(asked: Asked[NewRole, Nothing]) -> AccountShape:
    """Give an account another role. Keys it made that may do more are revoked."""
    name, role = asked.path["name"], asked.body.role
    _may_make(asked, role)

    def work(tx: Transaction) -> AccountShape:
        before = account_of(tx, name)
        account = replace(before, role=role)
        tx.save_account(account)
        _keep_an_administrator(tx, before)
        revoke_beyond(tx, name, RIGHTS[role], asked.now)
        return _shape(account, len(tx.sessions_of(name)))

    return await asked.change(f"account {name}", work, lambda tx: _facts(tx, name, asked.now))


@operation("POST", "/accounts/{name}/log-out", right=Right.ACCESS)
async def log_account_out(asked: Asked[Nothing, Nothing]) -> Done:
    """End all sessions of an account."""
    name = asked.path["name"]
    await asked.change(f"account {name}", lambda tx: tx.end_sessions(account_of(tx, name).name))
    return Done(text=f"{name} is logged out everywhere.")


@operation("DELETE", "/accounts/{name}", right=Right.ACCESS)
async def remove_account(asked: Asked[Nothing, Nothing]) -> Done:
    """Remove an account, its sessions and the keys it made."""
    name = asked.path["name"]

    def work(tx: Transaction) -> None:
        account = account_of(tx, name)
        revoke_beyond(tx, name, frozenset(), asked.now)
        tx.remove_account(name)
        _keep_an_administrator(tx, account)

    await asked.change(f"account {name}", work, lambda tx: _facts(tx, name, asked.now))
    return Done(text=f"The account {name} is gone.")


def revoke_beyond(tx: Transaction, name: str, rights: frozenset[Right], now: datetime) -> None:
    """Keys that this account made and that may do more than this work no more."""
    for key in tx.api_keys():
        if key.created_by == name and key.works(now) and not rights >= set(key.rights):
            tx.save_api_key(replace(key, revoked_at=now))


def _may_make(asked: Asked[Any, Any], role: Role) -> None:
    """Nobody makes somebody who may do more than they, and so becomes them. Raises `NotAllowed`."""
    for right in sorted(RIGHTS[role]):
        asked.need(right)


def _facts(tx: Transaction, name: str, now: datetime) -> Mapping[str, Any]:
    """What the audit trail keeps of an account, with the keys it made."""
    keys = sorted(key.id for key in tx.api_keys() if key.created_by == name and key.works(now))
    return {**account_facts(tx.account(name)), **({"keys": keys} if keys else {})}


def _keep_an_administrator(tx: Transaction, was: Account) -> None:
    """Whoever was one is not the last: somebody has to be able to undo this. Raises `NotNow`."""
    if _can_administer(was) and not any(map(_can_administer, tx.accounts())):
        fix = "Make another one first."
        raise NotNow("This is the last administrator who can log in.", where="name", fix=fix)


def _can_administer(account: Account) -> bool:
    return account.role is Role.ADMIN and bool(account.password)


def _shape(account: Account, sessions: int) -> AccountShape:
    return AccountShape(
        name=account.name,
        role=account.role,
        ready=bool(account.password),
        second_factor=bool(account.totp_secret),
        created_at=account.created_at,
        created_by=account.created_by,
        logged_in_at=account.logged_in_at,
        sessions=sessions,
    )


def _link(proof: str, name: str, now: datetime) -> LinkShape:
    link = link_of(proof, name, now)
    return LinkShape(account=name, path=f"/admin/setup/{proof}", expires_at=link.expires_at)


OPERATIONS = (
    list_accounts,
    add_account,
    renew_account_link,
    change_role,
    log_account_out,
    remove_account,
)
