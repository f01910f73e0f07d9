"""``wa-notify optin import``: people and their opt-ins out of a file."""

from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wa_notify.cli.asking import YesOption, in_batches, sure
from wa_notify.cli.optin.shared import read_whole, whoami
from wa_notify.cli.options import ConfigOption, JsonOption
from wa_notify.cli.problem import ExitCode, Problem

if TYPE_CHECKING:
    from datetime import datetime

    from wa_notify.pipeline.importing import Verdict
    from wa_notify.ports import Transaction
    from wa_notify.store.opening import AnyStore
    from wa_notify.web.operations.imports_roster import Line

AT_ONCE = 200  # lines in one transaction; the service gets its turn in between
MOST_SHOWN = 200  # lines of a report on the screen
SAID = {
    "opted_in": "opted in",
    "added": "added without opt-in",
    "known": "known already",
    "refused": "refused",
}


def import_people(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="CSV with a head line, UTF-8.")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    yes: YesOption = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Import people and their opt-ins from a CSV file.

    First the report of a dry run is shown, then it asks. Good lines go in, bad ones are reported. Exit code 1
    when any line is bad.

    Columns, in any order: name, phone, display_name, language, purpose, source, wording, evidence,
    granted_at. Without evidence the person is known afterwards, and nothing is sent to them. A second import
    of the same file adds nothing.

    JSON: file, dry_run, counts {opted_in, added, known, refused}, lines [line, recipient, outcome, why].
    """
    from wa_notify.cli import place, terminal
    from wa_notify.clock import system_clock

    here = place.read(config)
    now = system_clock()
    lines = _read(file, here.config.defaults.country, now)
    with place.writing(here) as store:
        verdicts = _judge(store, lines, now, rehearsal=True, quiet=as_json)
        if not as_json:
            _show(lines, verdicts)
        good = sum(_is_news(verdict) for verdict in verdicts)
        if good and not dry_run:
            question = f"Import {good} of {len(lines)} lines?"
            sure(question, yes=yes, as_json=as_json, where=str(file))
            verdicts = _judge(store, lines, now, rehearsal=False, quiet=as_json)
            if not as_json:
                terminal.done(f"{len(lines)} lines: {_summed_up(verdicts)}.")
    if as_json:
        terminal.answer(_answer(file, lines, verdicts, dry_run=dry_run))
    bad = any(verdict.outcome == "refused" for verdict in verdicts)
    raise typer.Exit(ExitCode.NO if bad else ExitCode.DONE)


def _read(path: Path, country: str, now: "datetime") -> "list[Line]":
    """All lines of the file.

    Raises `Problem` when the file as a whole cannot be read.
    """
    from wa_notify.web.operations.imports_roster import NoRoster, read_roster

    try:
        text = read_whole(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        where = f"{path}, byte {error.start}"
        raise Problem("The file is no UTF-8.", where=where, fix="Save it as CSV UTF-8.") from error
    try:
        return read_roster(text, str(path), country=country, actor=whoami(), now=now)
    except NoRoster as error:
        (fault,) = error.complaints
        raise Problem(fault.what, where=fault.where, fix=fault.fix) from error


def _judge(
    store: "AnyStore", lines: "Sequence[Line]", now: "datetime", *, rehearsal: bool, quiet: bool
) -> "list[Verdict]":
    """What becomes of each line, batch by batch."""
    title = "Looking at it" if rehearsal else "Importing"
    run = store.rehearse if rehearsal else store.transact
    return [
        verdict
        for batch in in_batches(lines, AT_ONCE, title, quiet=quiet)
        for verdict in run(partial(_admit_all, batch, now)).result()
    ]


def _admit_all(lines: "Sequence[Line]", now: "datetime", tx: "Transaction") -> "list[Verdict]":
    from wa_notify.web.operations.imports_roster import admit_all

    return admit_all(tx, lines, now)


def _is_news(verdict: "Verdict") -> bool:
    return verdict.outcome in ("opted_in", "added")


def _show(lines: "Sequence[Line]", verdicts: "Sequence[Verdict]") -> None:
    from wa_notify.cli import terminal

    if not lines:
        terminal.note("There is no line below the head line.")
        return
    glyphs = {"opted_in": terminal.DONE, "added": terminal.DONE, "known": " ", "refused": terminal.NO}
    told = [
        (
            str(line.number),
            f"{glyphs[one.outcome]} {one.outcome.replace('_', ' ')}",
            one.recipient_id,
            one.why,
        )
        for line, one in zip(lines, verdicts, strict=True)
    ]
    told.sort(key=lambda row: not row[1].startswith(terminal.NO))  # what needs somebody first
    terminal.table(
        ("line", "outcome", "recipient", "why"), told[:MOST_SHOWN], right=("line",), flexible=("why",)
    )
    if len(told) > MOST_SHOWN:
        terminal.note(f"{len(told) - MOST_SHOWN} more lines; --json shows all.")
    terminal.write()
    terminal.note(f"{len(lines)} lines, if imported: {_summed_up(verdicts)}.")


def _summed_up(verdicts: "Sequence[Verdict]") -> str:
    counts = Counter(verdict.outcome.value for verdict in verdicts)
    return ", ".join(f"{counts[word]} {said}" for word, said in SAID.items() if counts[word])


def _answer(
    file: Path, lines: "Sequence[Line]", verdicts: "Sequence[Verdict]", *, dry_run: bool
) -> dict[str, Any]:
    counts = Counter(verdict.outcome.value for verdict in verdicts)
    return {
        "file": str(file),
        "dry_run": dry_run,
        "counts": {word: counts[word] for word in SAID},
        "lines": [
            {
                "line": line.number,
                "recipient": one.recipient_id or None,
                "outcome": one.outcome.value,
                "why": one.why,
            }
            for line, one in zip(lines, verdicts, strict=True)
        ],
    }
