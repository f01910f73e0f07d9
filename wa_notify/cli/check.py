"""``wa-notify check``: every fault of the configuration in one run."""

import os
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from wa_notify.cli.against import Against, standard
from wa_notify.cli.options import ConfigOption, JsonOption
from wa_notify.cli.place import config_path, flaw_of_address
from wa_notify.cli.problem import ExitCode
from wa_notify.cli.spoken import count
from wa_notify.core.errors import Complaint, ConfigError, StoreError

if TYPE_CHECKING:
    from datetime import datetime

    from wa_notify.config import Config

MOVED = (
    "{who} has changed to another address than `recipients` lists. The new one counts: `wa-notify optin list "
    "--show-numbers` shows it."
)
OnlineOption: TypeAlias = Annotated[
    bool, typer.Option("--online", help="Hold the rules against the templates that the account has now.")
]
SyncedOption: TypeAlias = Annotated[
    bool,
    typer.Option("--synced", help="Hold them against the account's templates as the service last read them."),
]
StrictOption: TypeAlias = Annotated[bool, typer.Option("--strict", help="Notes count as faults do.")]
PLACE = re.compile(r"(?P<file>.*?)(:(?P<line>\d+))?(:(?P<column>\d+))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What was found. Without a configuration nothing can start; with one, some rules may be left out."""

    path: Path
    config: "Config | None"
    complaints: tuple[Complaint, ...]
    rules: int  # as written, with those that are refused
    moved: tuple[str, ...] = ()  # people who changed the address that the configuration lists
    notes: tuple[Complaint, ...] = ()  # worth knowing; nothing is left out for them
    against: Against = Against.DECLARED  # whose templates the rules were held against
    read_at: "datetime | None" = None  # when those were read; nothing when it was just now
    at_fault: frozenset[str] = frozenset()  # rules that are obeyed, and that those templates do not suit

    def are_bad(self, *, strict: bool) -> bool:
        """Whether the answer is no."""
        return bool(self.complaints or (strict and self.notes))


def check(
    *,
    config: ConfigOption = None,
    online: OnlineOption = False,
    synced: SyncedOption = False,
    strict: StrictOption = False,
    as_json: JsonOption = False,
) -> None:
    """Find every fault of the configuration. Exit code 1 when there is any.

    A rule with a fault is left out and the others work; any other fault keeps the service from starting. A
    note is worth knowing and changes nothing. Rules are held against the templates that the configuration
    declares; with --online or --synced against those of the account too.

    JSON: config, usable, rules, refused, recipients, receivers, templates, complaints [{where, file, line,
    column, severity, what, fix}], notes [the same], against (declared, account, synced), read_at, moved
    [recipients who have changed the address that is listed].
    """
    from wa_notify.cli import terminal

    if online and synced:
        raise typer.BadParameter("Choose one of --online and --synced.", param_hint="--synced")
    path = config_path(config)
    found = look(path)
    if found.config and (online or synced):
        found = _held(found, found.config, Against.ACCOUNT if online else Against.SYNCED)
    if as_json:
        terminal.answer(as_answer(found))
    else:
        _show(found, strict=strict)
    raise typer.Exit(ExitCode.NO if found.are_bad(strict=strict) else ExitCode.DONE)


def _held(found: Findings, config: "Config", against: Against) -> Findings:
    """Hold what is left of the rules against the account's templates, whose word counts when it is sent."""
    from wa_notify.config import Severity, hold, readers_of

    had = standard(config, found.path, against)
    findings = hold(config.uses, had.shapes, readers_of(config), account=True)
    wrong = [one for one in findings if one.severity is Severity.FAULT]
    notes = tuple(one.complaint for one in findings if one.severity is Severity.NOTE)
    return replace(
        found,
        complaints=tuple(
            dict.fromkeys((*found.complaints, *(one.complaint for one in wrong)))
        ),  # anchors repeat themselves
        notes=tuple(dict.fromkeys(notes)),
        against=against,
        read_at=had.read_at,
        at_fault=frozenset(one.use.rule for one in wrong if one.use.rule),
    )


def look(path: Path) -> Findings:
    """Read the configuration and count."""
    from wa_notify.config import load

    try:
        config = load(path, environ=os.environ, judge=flaw_of_address)
    except ConfigError as error:
        return Findings(path=path, config=None, complaints=error.complaints, rules=_rules_written(path))
    return Findings(
        path=path,
        config=config,
        complaints=config.complaints,
        rules=_rules_written(path),
        moved=_moved(config),
        notes=config.notes,
    )


def _moved(config: "Config") -> tuple[str, ...]:
    """Whom the database knows under another address since WhatsApp told of it; without one, nobody."""
    from wa_notify.core.recipient import seeded
    from wa_notify.store.opening import open_store

    try:
        store = open_store(config.store, exclusive=False)
    except StoreError:
        return ()
    try:
        people = store.read(lambda views: views.people(config.whatsapp.number_id)).result()
    finally:
        store.close()
    known = {person.recipient.id: person.recipient for person in people}
    given = [seed.recipient for seed in config.recipients]
    return tuple(one.id for one in given if seeded(one, known.get(one.id)).former)


def _rules_written(path: Path) -> int:
    from wa_notify.config.document import read

    value = read(path, os.environ).value
    rules = value.get("rules") if isinstance(value, dict) else None
    return len(rules) if isinstance(rules, list) else 0


def as_answer(found: Findings) -> dict[str, object]:
    """The findings for programs."""
    config = found.config
    return {
        "config": str(found.path),
        "usable": config is not None,
        "rules": found.rules,
        "refused": _refused(found),
        "recipients": len(config.recipients) if config else None,
        "receivers": len(config.rulebook.receivers) if config else None,
        "templates": len({shape.name for shape in config.rulebook.templates}) if config else None,
        "complaints": [_complaint(one, "fault") for one in found.complaints],
        "notes": [_complaint(one, "note") for one in found.notes],
        "against": found.against.value,
        "read_at": found.read_at.isoformat() if found.read_at else None,
        "moved": list(found.moved),
    }


def _refused(found: Findings) -> int | None:
    return found.rules - len(found.config.rulebook.rules) if found.config else None


def _complaint(complaint: Complaint, severity: str) -> dict[str, object]:
    place = PLACE.fullmatch(complaint.where)
    line, column = (place["line"], place["column"]) if place else (None, None)
    return {
        "where": complaint.where,
        "file": place["file"] if place else complaint.where,
        "line": int(line) if line else None,
        "column": int(column) if column else None,
        "severity": severity,
        "what": complaint.what,
        "fix": complaint.fix or None,
    }


def _show(found: Findings, *, strict: bool) -> None:
    from wa_notify.cli.templates.linting import remark_on_templates
    from wa_notify.cli.terminal import in_one_line, note, quiet, write

    for complaint in found.complaints:
        _tell(complaint, "")
    for complaint in found.notes:
        _tell(complaint, "note: ")
    for who in found.moved:
        note(MOVED.format(who=in_one_line(who)))
    if found.complaints or found.notes or found.moved:
        write()
    _sum_up(found, strict=strict)
    if found.config:
        quiet(_standard(found, found.config))
        remark_on_templates(found.config.rulebook)


def _tell(complaint: Complaint, kind: str) -> None:
    from rich.text import Text

    from wa_notify.cli.terminal import ACCENT, QUIET, in_one_line, write

    write(
        Text.assemble(
            (in_one_line(complaint.where), ACCENT),
            "  ",
            kind,
            in_one_line(complaint.what),
            "  ",
            (in_one_line(complaint.fix), QUIET),
        )
    )


def _what_works(found: Findings, config: "Config") -> str:
    rules = [rule.name for rule in config.rulebook.rules]
    if not rules:
        return "No rule is left."
    if found.at_fault.issuperset(rules):
        return "No rule is without one."
    return "The other rules work."


def _standard(found: Findings, config: "Config") -> str:
    """Whose templates the rules were held against."""
    from wa_notify.cli.spoken import minute

    if found.against is Against.ACCOUNT:
        return "Held against the templates that the account has now."
    if found.read_at:
        at = minute(found.read_at, config.rulebook.time_zone)
        return f"Held against the account's templates as they were read at {at}."
    return "Held against the templates that it declares. --online asks the account."


def _sum_up(found: Findings, *, strict: bool) -> None:
    from wa_notify.cli.terminal import done, no

    config, faults = found.config, count(found.complaints, "fault")
    notes = f" {count(found.notes, 'note')}." if found.notes else ""
    if config is None:
        no(f"{found.path} cannot be used: {faults}. Mend them all; the service does not start before.")
    elif found.complaints:
        rules = count(range(found.rules), "rule")
        no(f"{rules}, {_refused(found)} refused, {faults}. {_what_works(found, config)}{notes}")
    else:
        book = config.rulebook
        parts = (
            count(book.rules, "rule"),
            count(book.receivers, "receiver"),
            count(config.recipients, "recipient"),
            count({shape.name for shape in book.templates}, "template"),
        )
        if strict and found.notes:
            no(f"{found.path} works: {', '.join(parts)}. With --strict its notes count.{notes}")
        else:
            done(f"{found.path} is in order: {', '.join(parts)}.{notes}")
