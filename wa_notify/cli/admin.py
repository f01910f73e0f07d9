"""``wa-notify admin``: who may log in to the page, for whoever runs the service and has no way in."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from wa_notify.cli.options import ConfigOption, JsonOption
from wa_notify.cli.problem import ExitCode, Problem

if TYPE_CHECKING:
    from wa_notify.core.access import Account, Role
    from wa_notify.ports import Transaction

commands = typer.Typer(no_args_is_help=True, help="Who may log in to the admin page.")
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The account's name.")]


@commands.command("list")
def list_accounts(*, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """List the accounts of the page. Exit code 1 when there is none.

    JSON: a list of name, role, ready, second_factor, logged_in_at.
    """
    from wa_notify.cli import place, terminal

    here = place.read(config)
    with place.reading(here) as store:
        found = store.read(lambda views: views.accounts()).result() if store else ()
    if as_json:
        terminal.answer([_told(one) for one in found])
    else:
        for one in found:
            factor = ", second factor" if one.totp_secret else ""
            terminal.write(f"{one.name:<20} {one.role.value:<9}{_last(one)}{factor}")
    if not found:
        if not as_json:
            terminal.note("Nobody has an account. `wa-notify admin link` makes a link for the first one.")
        raise typer.Exit(ExitCode.NO)


@commands.command()
def link(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="Whose; without, the first account.")] = "",
    *,
    role: Annotated[
        str, typer.Option(help="Make the account if there is none: viewer, operator or admin.")
    ] = "",
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a link by which somebody chooses a password, once and within a day. Failed log-ins are forgotten.

    For the first account, for somebody new (with --role), and for whoever forgot theirs or lost the telephone
    with the second factor, which ends too.

    JSON: account, link, expires_at.
    """
    from wa_notify.cli import place, terminal
    from wa_notify.clock import system_clock
    from wa_notify.core.wallclock import spoken_time
    from wa_notify.web.access.entering import link_of
    from wa_notify.web.access.proofs import new_proof

    here, proof, now = place.read(config), new_proof(), system_clock()
    wanted = _role(role)
    with place.writing(here) as store:
        store.transact(lambda tx: _prepare(tx, name.casefold(), wanted, proof, now)).result()
    made = link_of(proof, name.casefold(), now)
    listen = here.config.listen
    host = f"[{listen.host}]" if ":" in listen.host else listen.host
    url = f"{here.config.admin.url or f'http://{host}:{listen.port}'}/admin/setup/{proof}"
    if as_json:
        terminal.answer({"account": made.account, "link": url, "expires_at": made.expires_at.isoformat()})
        return
    terminal.done(
        f"Whoever opens this chooses the password{f' of {name}' if name else ' of the first account'}:"
    )
    terminal.write(f"  {url}")
    terminal.quiet(f"It works once, until {spoken_time(made.expires_at, here.config.rulebook.time_zone)}.")


@commands.command()
def remove(name: NameArgument, *, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Remove an account, its sessions and the keys it made. Exit code 1 when there is none.

    JSON: removed.
    """
    from wa_notify.cli import place, terminal
    from wa_notify.clock import system_clock
    from wa_notify.web.operations.accounts import revoke_beyond

    here, now = place.read(config), system_clock()

    def work(tx: "Transaction") -> bool:
        account = tx.account(name.casefold())
        if account is None:
            return False
        revoke_beyond(tx, account.name, frozenset(), now)
        tx.remove_account(account.name)
        _note(tx, "remove_account", account, None, now)
        return True

    with place.writing(here) as store:
        removed = store.transact(work).result()
    if as_json:
        terminal.answer({"removed": removed})
    elif removed:
        terminal.done(f"The account {name} is gone.")
    else:
        terminal.no(f"There is no account {name}.")
    if not removed:
        raise typer.Exit(ExitCode.NO)


def _prepare(tx: "Transaction", name: str, role: "Role | None", proof: str, now: datetime) -> None:
    """Whoever can write to the database may do this, whatever the page says. Raises `Problem`."""
    from dataclasses import replace

    from wa_notify.cli.optin import whoami
    from wa_notify.core.access import RIGHTS, Account
    from wa_notify.web.access.entering import NAME, NAME_FIX, link_of
    from wa_notify.web.operations.accounts import revoke_beyond

    account = tx.account(name)
    if name and account is None:
        if role is None:
            fix = "Give --role to make it, or see `wa-notify admin list`."
            raise Problem(f"There is no account {name}.", where="NAME", fix=fix, code=ExitCode.NO)
        if not NAME.fullmatch(name):
            raise Problem(f"{name} is no name for an account.", where="NAME", fix=NAME_FIX)
        tx.save_account(Account(name=name, role=role, created_at=now, created_by=whoami()))
    elif account is not None:
        role = role or account.role
        tx.save_account(replace(account, role=role, totp_secret="", totp_step=0))
        revoke_beyond(tx, name, RIGHTS[role], now)
    elif tx.accounts():
        fix = "Name it: `wa-notify admin link NAME`; `wa-notify admin list` shows them."
        raise Problem("There is an account already.", where="NAME", fix=fix, code=ExitCode.NO)
    tx.forget_guesses(f"account {name}")
    tx.add_entry_link(link_of(proof, name, now))
    _note(tx, "make_link", account, tx.account(name), now)


def _role(word: str) -> "Role | None":
    from wa_notify.core.access import Role

    if not word:
        return None
    try:
        return Role(word)
    except ValueError:
        raise typer.BadParameter("One of viewer, operator, admin.", param_hint="'--role'") from None


def _note(
    tx: "Transaction", action: str, before: "Account | None", after: "Account | None", now: datetime
) -> None:
    from wa_notify.cli.optin import whoami
    from wa_notify.core.access import Via
    from wa_notify.core.audit import AuditEntry, differing
    from wa_notify.web.operations.own_account import account_facts

    about = before or after
    was, became = differing(account_facts(before), account_facts(after))
    line = AuditEntry(
        at=now,
        actor=f"{whoami()} (command line)",
        via=Via.TERMINAL,
        action=action,
        subject=f"account {about.name if about else '(the first)'}",
        before=was,
        after=became,
    )
    tx.audit(line)


def _told(account: "Account") -> dict[str, object]:
    return {
        "name": account.name,
        "role": account.role.value,
        "ready": bool(account.password),
        "second_factor": bool(account.totp_secret),
        "logged_in_at": account.logged_in_at.isoformat() if account.logged_in_at else None,
    }


def _last(account: "Account") -> str:
    if account.logged_in_at:
        return f"last log-in {account.logged_in_at:%Y-%m-%d %H:%M} UTC"
    return "never logged in" if account.password else "waits for a password"
