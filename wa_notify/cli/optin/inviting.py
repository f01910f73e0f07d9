"""``wa-notify optin invite``: a link with a one-time code, or a template, that leads to an opt-in."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wa_notify.cli.optin.shared import (
    LanguageOption,
    PurposeOption,
    SourceOption,
    WordingOption,
    whoami,
    write_private,
)
from wa_notify.cli.options import ConfigOption, JsonOption
from wa_notify.cli.problem import ExitCode, Problem
from wa_notify.core.consent import Purpose

if TYPE_CHECKING:
    from wa_notify.cli.place import Place
    from wa_notify.core.template import TemplateWish
    from wa_notify.ports import Transaction
    from wa_notify.store.opening import AnyStore


def invite_somebody(
    who: Annotated[str, typer.Argument(metavar="RECIPIENT", help="Whom to invite.", show_default=False)],
    *,
    new: Annotated[
        bool, typer.Option("--new", help="Somebody nobody knows yet; RECIPIENT is their name.")
    ] = False,
    name: Annotated[str, typer.Option(metavar="TEXT", help="With --new: the name to show.")] = "",
    purpose: PurposeOption = Purpose.UTILITY,
    wording: WordingOption = "",
    language: LanguageOption = "",
    days: Annotated[int, typer.Option(min=1, max=365, metavar="DAYS", help="How long the link works.")] = 7,
    qr: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the QR code there, as .svg or .png.")
    ] = None,
    template: Annotated[
        bool, typer.Option("--template", help="Send the template of `defaults.invite` instead.")
    ] = False,
    evidence: Annotated[
        str, typer.Option(metavar="TEXT", help="With --template: how they asked to be invited.")
    ] = "",
    source: SourceOption = "cli",
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Invite somebody. Only their own answer, from their own phone, is the opt-in.

    The link opens a chat with us that has the words ready to be sent. Its code works once. With --template
    the running service sends an invitation, for which you must say how the person asked for it.

    JSON: recipient, link, code, expires_at, qr; with --template: recipient, template, item.
    """
    if qr is not None and qr.suffix.lower() not in (".svg", ".png"):
        raise typer.BadParameter("The QR code is written as .svg or .png.", param_hint="'--qr'")
    from wa_notify.cli import place

    here = place.read(config)
    if template:
        if purpose is not Purpose.UTILITY:
            raise typer.BadParameter("A template may only ask about alerts, which are utility.")
        wish = _wish(here)
        with place.writing(here) as store:
            _by_template(here, store, who, wish, (source, evidence, wording, language), as_json=as_json)
        return
    number = here.config.whatsapp.display_number or _ask_the_platform(here)
    with place.writing(here) as store:
        if new:
            _introduce(store, who, name, language)
        told = _by_link(here, store, who, number, purpose, wording, language, timedelta(days=days))
    if qr is not None:
        write_private(qr, _drawn(told["link"], qr.suffix.lower()))
    _show(told, here.config.rulebook.time_zone, qr, as_json=as_json)


def _introduce(store: "AnyStore", who: str, name: str, language: str) -> None:
    """Somebody new, of whom only the name is known until they write."""
    from wa_notify.config import words
    from wa_notify.config.shape import Flaw
    from wa_notify.core.recipient import Recipient

    try:
        words.name(who)
    except Flaw as flaw:
        raise typer.BadParameter(f"{flaw.msg} {flaw.fix}") from None

    def introduce(tx: "Transaction") -> bool:
        known = tx.recipient(who) is not None
        if not known:
            tx.save_recipient(Recipient(id=who, name=name, language=language))
        return known

    if store.transact(introduce).result():
        raise Problem(f"{who} is known already.", where="--new", fix="Leave --new out, or take another name.")


def _by_link(
    here: "Place",
    store: "AnyStore",
    who: str,
    number: str,
    purpose: Purpose,
    wording: str,
    language: str,
    lasts: timedelta,
) -> dict[str, Any]:
    from wa_notify.cli import answers
    from wa_notify.cli.whom import known
    from wa_notify.clock import system_clock, system_token
    from wa_notify.core.invite import code_of, link
    from wa_notify.pipeline.invites import invite

    code, now = code_of(int(system_token(), 16)), system_clock()
    with known(here, who):
        made = store.transact(
            lambda tx: invite(
                tx,
                who,
                code=code,
                now=now,
                purpose=purpose,
                wording=wording,
                language=language,
                lasts=lasts,
            )
        ).result()
    return {
        "recipient": made.recipient_id,
        "link": link(number, code),
        "code": code,
        "expires_at": answers.moment(made.expires_at),
        "qr": None,
    }


def _show(told: dict[str, Any], time_zone: str, qr: Path | None, *, as_json: bool) -> None:
    from rich.text import Text

    from wa_notify.cli import terminal
    from wa_notify.cli.spoken import minute

    if as_json:
        terminal.answer({**told, "qr": str(qr) if qr else None})
        return
    until = minute(datetime.fromisoformat(told["expires_at"]), time_zone)
    terminal.done(f"An invitation for {told['recipient']}. It works once, until {until}.")
    terminal.write(Text.assemble("  ", (told["link"], terminal.ACCENT)))
    terminal.quiet("Give it to nobody else: whoever sends the code is taken for them.")
    if qr is not None:
        terminal.done(f"QR code written to {qr}.")
    if terminal.screen().is_terminal:
        import segno

        segno.make(told["link"], error="m").terminal(compact=True)


def _drawn(link: str, suffix: str) -> bytes:
    import io

    import segno

    drawn = io.BytesIO()
    segno.make(link, error="m").save(drawn, kind=suffix.removeprefix("."), scale=8, border=4)
    return drawn.getvalue()


def _ask_the_platform(here: "Place") -> str:
    """Our number as people see it.

    Raises `Problem` when the platform cannot be asked, or does not say.
    """
    from wa_notify.core.errors import PlatformUnreachable
    from wa_notify.service import account_of
    from wa_notify.whatsapp.client import CloudApi
    from wa_notify.whatsapp.transport import service_client

    async def ask() -> dict[str, Any]:
        async with service_client() as http:
            return await CloudApi(http=http, account=account_of(here.config)).number()

    fix = "Add `display_number` to the section `whatsapp`, or try again when the platform answers."
    try:
        said = str(asyncio.run(ask()).get("display_phone_number", ""))
    except PlatformUnreachable as error:
        what = f"The platform was asked for our number: {error}"
        raise Problem(what, where=str(here.path), fix=fix, code=ExitCode.UNREACHABLE) from error
    if not any(char.isdigit() for char in said):
        raise Problem("The platform does not say what our number is.", where=str(here.path), fix=fix)
    return said


def _wish(here: "Place") -> "TemplateWish":
    wish = here.config.defaults.invite
    if wish is None:
        raise Problem(
            "No template for invitations is named.",
            where=f"`defaults` of {here.path}",
            fix="Add `invite: {template: name}` there, with a template the account has approved.",
        )
    return wish


def _by_template(
    here: "Place",
    store: "AnyStore",
    who: str,
    wish: "TemplateWish",
    asked: tuple[str, str, str, str],
    *,
    as_json: bool,
) -> None:
    from wa_notify.cli import place, terminal
    from wa_notify.cli.whom import known
    from wa_notify.clock import system_clock
    from wa_notify.pipeline.invites import InviteRefused, invite_by_template
    from wa_notify.pipeline.people import Said

    source, evidence, wording, language = asked
    said = Said(
        source=source,
        evidence=evidence,
        actor=whoami(),
        at=system_clock(),
        wording=wording,
        language=language,
    )
    try:
        with known(here, who):
            item = store.transact(lambda tx: invite_by_template(tx, who, wish, said)).result()
    except InviteRefused as error:
        fix = "Nothing was sent or recorded."
        raise Problem(str(error), where=who, fix=fix, code=ExitCode.NO) from error
    if as_json:
        terminal.answer({"recipient": item.recipient_id, "template": wish.name, "item": item.id})
        return
    terminal.done(f"Item {item.id} of the outbox invites {item.recipient_id} with template {wish.name}.")
    if not place.service_runs(here.database):
        terminal.note("No service works here just now; it leaves once one does, within a day.")
