"""``wa-notify optin history``, ``verify`` and ``export``: the ledger as proof."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wa_notify.cli.optin.shared import WHO, WhoArgument, write_private
from wa_notify.cli.options import ConfigOption, JsonOption, NumbersOption
from wa_notify.cli.problem import ExitCode, Problem

if TYPE_CHECKING:
    from wa_notify.cli.place import Place
    from wa_notify.core.ledger import Head, Page
    from wa_notify.core.recipient import Recipient
    from wa_notify.store.opening import AnyStore


def history(
    who: WhoArgument,
    *,
    show_numbers: NumbersOption = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show all that somebody ever said about being written to.

    JSON: recipient, name, phone, standing {utility, marketing}, entries [number, at, purpose, act, source,
    wording, language, evidence, actor, digest].
    """
    from wa_notify.cli import answers, place, terminal
    from wa_notify.cli.spoken import minute
    from wa_notify.web.operations.exports_proof import entry_of, standing_by

    here = place.read(config)
    recipient, pages = _pages_of(here, who)
    if as_json:
        terminal.answer(
            {
                "recipient": recipient.id,
                "name": recipient.name or None,
                "phone": answers.phone(recipient, in_full=show_numbers) or None,
                "standing": standing_by(recipient, pages),
                "entries": [entry_of(page) for page in pages],
            }
        )
        return
    if not pages:
        terminal.note(f"{recipient.spoken} was never asked, and never said anything.")
        return
    rows = [
        (
            str(page.entry.number),
            minute(page.entry.at, here.config.rulebook.time_zone),
            page.entry.act.value,
            page.entry.purpose.value,
            page.entry.source,
            page.entry.wording,
            (page.proof.actor if page.proof else None) or "",
            (page.proof.evidence if page.proof else None) or "",
        )
        for page in pages
    ]
    titles = ("entry", "when", "act", "purpose", "source", "wording", "recorded by", "evidence")
    terminal.table(titles, rows, right=("entry",), flexible=("evidence",))


def verify_ledger(
    *,
    noted: Annotated[
        str,
        typer.Option(metavar="DIGEST", help="A head that you noted earlier; it must still be in the ledger."),
    ] = "",
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check that the ledger is whole. Exit code 1 when an entry was changed, removed, added or moved.

    Note the head it prints somewhere else: it is what even a forger with the database in hand cannot keep.

    JSON: whole, entries, head, broken {number, breach, sentence}.
    """
    from wa_notify.cli import place, terminal
    from wa_notify.cli.spoken import count
    from wa_notify.core.ledger import verify
    from wa_notify.web.operations.exports_proof import verified

    here = place.read(config)
    pages, head = _ledger(here)
    found = verify(pages, head, noted.strip().lower())
    if as_json:
        terminal.answer(verified(pages, found))
    elif found:
        terminal.no(f"The ledger is broken. {found}")
        terminal.quiet("Keep this database as it is, and compare it with a backup.")
    else:
        entries = count(pages, "entry") if len(pages) == 1 else f"{len(pages)} entries"
        terminal.done(f"The ledger is whole: {entries}.")
        if pages:
            terminal.quiet(f"Head {pages[-1].entry.digest}")
    raise typer.Exit(ExitCode.NO if found else ExitCode.DONE)


def export(
    who: Annotated[str | None, typer.Argument(metavar="[RECIPIENT]", help=WHO, show_default=False)] = None,
    *,
    everybody: Annotated[bool, typer.Option("--all", help="Everybody, with the whole ledger.")] = False,
    page: Annotated[
        bool, typer.Option("--page", help="As a page to read and print, instead of JSON.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to write it; else it is printed.")
    ] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Hand out the proof of somebody's consent, or of everybody's. It holds numbers in full.

    JSON: exported_at, ledger {whole, entries, head, broken}, how_to_verify, people [recipient, name, phone,
    bsuid, language, subject, standing, entries [...]]; with --all also chain [...]. With --out: file, people,
    whole.
    """
    if bool(who) == everybody:
        raise typer.BadParameter("Say of whom: a RECIPIENT, or --all.")
    if page and as_json and out is None:
        raise typer.BadParameter("A page cannot be printed as JSON. Name a file with --out.")
    from wa_notify.cli import place, terminal
    from wa_notify.clock import system_clock

    here = place.read(config)
    told = _proof(here, who, system_clock())
    if page:
        from wa_notify.web.operations.exports_page import page_of

        text = page_of(told)
    else:
        text = json.dumps(told, indent=2, ensure_ascii=False) + "\n"
    if out is None:
        typer.echo(text, nl=False)
        return
    write_private(out, text.encode())
    if as_json:
        terminal.answer({"file": str(out), "people": len(told["people"]), "whole": told["ledger"]["whole"]})
    else:
        terminal.done(f"Written to {out}, which only you may read.")


def _proof(here: "Place", who: str | None, now: datetime) -> dict[str, Any]:
    from wa_notify.cli import place
    from wa_notify.web.operations.exports_proof import gather, proof_of

    with place.reading(here) as store:
        if store is None:
            raise _nothing(here)
        people = _everybody(store) if who is None else [_find(here, store, who)]
        evidence = store.read(lambda views: gather(views, people)).result()
    return proof_of(evidence, now, everybody=who is None)


def _ledger(here: "Place") -> "tuple[Sequence[Page], Head | None]":
    from wa_notify.cli import place

    with place.reading(here) as store:
        if store is None:
            return [], None
        pages, head = store.read(lambda views: (views.ledger(), views.ledger_head())).result()
    return pages, head


def _pages_of(here: "Place", who: str) -> "tuple[Recipient, Sequence[Page]]":
    from wa_notify.cli import place

    with place.reading(here) as store:
        if store is None:
            raise _nothing(here)
        recipient = _find(here, store, who)
        return recipient, store.read(lambda views: views.ledger(recipient.id)).result()


def _find(here: "Place", store: "AnyStore", who: str) -> "Recipient":
    from wa_notify.cli.whom import known
    from wa_notify.pipeline.people import find

    with known(here, who):
        return store.rehearse(lambda tx: find(tx, who)).result()


def _everybody(store: "AnyStore") -> "list[Recipient]":
    return [person.recipient for person in store.read(lambda views: views.people("")).result()]


def _nothing(here: "Place") -> Problem:
    what = f"There is no database {here.database} yet, so there is no ledger."
    return Problem(what, where=here.where, fix="`wa-notify serve` makes it and starts the service.")
