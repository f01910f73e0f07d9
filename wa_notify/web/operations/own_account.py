"""One's own account: who one is, the password, the second factor."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

import msgspec

from wa_notify.core.access import Account, Right, Role, Via
from wa_notify.core.guessing import FREE_TRIES
from wa_notify.ports import Transaction
from wa_notify.web.access import codes, passwords, tries
from wa_notify.web.operations.operation import Asked, Given, Nothing, Shape, operation
from wa_notify.web.refusals import NotAllowed, NotThere, Unfitting

Password = Annotated[str, msgspec.Meta(max_length=1000)]


class NewPassword(Given, frozen=True, kw_only=True):
    """The password of now proves who asks."""

    present: Password
    password: Password


class PasswordGiven(Given, frozen=True, kw_only=True):
    """The password of now."""

    present: Password


class Done(Shape, frozen=True, kw_only=True):
    """What came of it, in a sentence."""

    text: str


class Me(Shape, frozen=True, kw_only=True):
    """Whoever asks."""

    name: str
    role: Role | None
    rights: list[Right]
    via: Via
    second_factor: bool


class SecretShape(Shape, frozen=True, kw_only=True):
    """The secret of an authenticator that is to be set up; it counts once a code of it was shown."""

    secret: str
    uri: str


class Confirmation(Given, frozen=True, kw_only=True):
    """A code that the authenticator shows, for the secret that is set up."""

    secret: Annotated[str, msgspec.Meta(min_length=16, max_length=64, pattern="^[A-Z2-7]+$")]
    code: Annotated[str, msgspec.Meta(max_length=20)]


@operation("GET", "/me", right=Right.SEE, own=True)
async def who_am_i(asked: Asked[Nothing, Nothing]) -> Me:
    """Tell who asks, and what they may do."""
    caller = asked.caller
    account = (
        await asked.look(lambda views: views.account(caller.name)) if caller.via is Via.SESSION else None
    )
    return Me(
        name=caller.name,
        role=caller.role,
        rights=sorted(caller.rights),
        via=caller.via,
        second_factor=bool(account and account.totp_secret),
    )


@operation("POST", "/me/password", right=Right.SEE, own=True)
async def change_password(asked: Asked[NewPassword, Nothing]) -> Done:
    """Change one's own password. All other sessions of the account end."""
    account = await _proven(asked, asked.body.present)
    fit = passwords.fit(asked.body.password, account.name)
    kept = await passwords.beside(passwords.hashed, fit)

    def work(tx: Transaction) -> None:
        tx.save_account(replace(account_of(tx, account.name), password=kept, password_at=asked.now))
        tx.end_sessions(account.name, apart_from=asked.caller.proof)

    await asked.change(f"account {account.name}", work)
    return Done(text="Your password is changed. Other browsers have to log in again.")


@operation("POST", "/me/second-factor/secret", right=Right.SEE, own=True)
async def new_second_factor(asked: Asked[PasswordGiven, Nothing]) -> SecretShape:
    """Make a secret for an authenticator. Nothing changes until a code of it is confirmed."""
    account = await _proven(asked, asked.body.present)
    await asked.change(f"account {account.name}", lambda _: None)
    secret = codes.new_secret(account.password)
    return SecretShape(secret=secret, uri=codes.uri(secret, account.name))


@operation("POST", "/me/second-factor", right=Right.SEE, own=True)
async def confirm_second_factor(asked: Asked[Confirmation, Nothing]) -> Done:
    """Ask for a code of this authenticator at each log-in from now on. Other sessions end."""
    name, given = _own_name(asked), asked.body
    account = await asked.look(lambda views: views.account(name))
    if account is None or not codes.is_ours(given.secret, account.password):
        fix = "Begin again: your password is asked for first."
        raise Unfitting("This secret was not made for you.", where="secret", fix=fix)
    step = codes.step_of(given.secret, given.code, 0, asked.now)
    if step is None:
        raise Unfitting("This code is wrong.", where="code", fix="Type the six digits it shows now.")

    def work(tx: Transaction) -> None:
        tx.save_account(replace(account_of(tx, name), totp_secret=given.secret, totp_step=step))
        tx.end_sessions(name, apart_from=asked.caller.proof)

    await asked.change(f"account {name}", work, lambda tx: account_facts(account_of(tx, name)))
    return Done(text="From now on a code of your authenticator is asked for too.")


@operation("POST", "/me/second-factor/remove", right=Right.SEE, own=True)
async def remove_second_factor(asked: Asked[PasswordGiven, Nothing]) -> Done:
    """Log in with the password alone from now on."""
    account = await _proven(asked, asked.body.present)

    def work(tx: Transaction) -> None:
        tx.save_account(replace(account_of(tx, account.name), totp_secret="", totp_step=0))

    await asked.change(
        f"account {account.name}", work, lambda tx: account_facts(account_of(tx, account.name))
    )
    return Done(text="The password alone is enough now.")


def account_of(tx: Transaction, name: str) -> Account:
    """The account of that name. Raises `NotThere`."""
    account = tx.account(name)
    if account is None:
        raise NotThere(f"There is no account {name[:40]}.", where="name")
    return account


def account_facts(account: Account | None) -> Mapping[str, Any]:
    """What the audit trail keeps of an account."""
    if account is None:
        return {}
    return {"role": account.role.value, "second_factor": bool(account.totp_secret)}


async def _proven(asked: Asked[Any, Any], password: str) -> Account:
    """The account of whoever asks, if that is their password. Raises `NotAllowed`, `TooOften`."""
    name, desk = _own_name(asked), asked.office.engine.desk
    subject = f"present password of {name}"  # not the account itself, whose owner has to get in

    def begin(tx: Transaction) -> Account | None:
        tries.count(tx, {subject: FREE_TRIES}, asked.now)
        return tx.account(name)

    account = await desk.transact(begin)
    if account is None or not await passwords.beside(passwords.matches, account.password, password):
        raise NotAllowed("This is not your password.", where="present", fix="Try again.")
    await desk.transact(lambda tx: tries.forget(tx, [subject]))
    return account


def _own_name(asked: Asked[Any, Any]) -> str:
    if asked.caller.via is not Via.SESSION:
        fix = "Log in on the page with name and password."
        raise NotAllowed("Only an account of this desk has a password.", where="caller", fix=fix)
    return asked.caller.name


OPERATIONS = (
    who_am_i,
    change_password,
    new_second_factor,
    confirm_second_factor,
    remove_second_factor,
)
