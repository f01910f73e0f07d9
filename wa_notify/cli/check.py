"""``wa-notify check``: every fault of the configuration in one run."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from wa_notify.cli.options import ConfigOption, JsonOption
from wa_notify.cli.place import config_path, flaw_of_address
from wa_notify.cli.problem import ExitCode
from wa_notify.cli.spoken import count
from wa_notify.core.errors import Complaint, ConfigError, StoreError

if TYPE_CHECKING:
    from wa_notify.config import Config

MOVED = (
    "{who} has changed to another address than `recipients` lists. The new one counts: `wa-notify optin list "
    "--show-numbers` shows it."
)
PLACE = re.compile(r"(?P<file>.*?)(:(?P<line>\d+))?(:(?P<column>\d+))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What was found. Without a configuration nothing can start; with one, some rules may be left out."""

    path: Path
    config: "Config | None"
    complaints: tuple[Complaint, ...]
    rules: int  # as written, with those that are refused
    moved: tuple[str, ...] = ()  # people who changed the address that the configuration lists


def check(*, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Find every fault of the configuration. Exit code 1 when there is any.

    A rule with a fault is left out and the others work; any other fault keeps the service from starting.

    JSON: config, usable, rules, refused, recipients, receivers, templates, complaints [{where, file, line,
    column, what, fix}], moved [recipients who have changed the address that is listed].
    """
    from wa_notify.cli import terminal

    found = look(config_path(config))
    if as_json:
        terminal.answer(as_answer(found))
    else:
        _show(found)
    raise typer.Exit(ExitCode.NO if found.complaints else ExitCode.DONE)


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
    )


def _moved(config: "Config") -> tuple[str, ...]:
    """Whom the database knows under another address since WhatsApp told of it; without one, nobody."""
    from wa_notify.core.recipient import seeded
    from wa_notify.store.sqlite import open_store

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
        "complaints": [_complaint(one) for one in found.complaints],
        "moved": list(found.moved),
    }


def _refused(found: Findings) -> int | None:
    return found.rules - len(found.config.rulebook.rules) if found.config else None


def _complaint(complaint: Complaint) -> dict[str, object]:
    place = PLACE.fullmatch(complaint.where)
    line, column = (place["line"], place["column"]) if place else (None, None)
    return {
        "where": complaint.where,
        "file": place["file"] if place else complaint.where,
        "line": int(line) if line else None,
        "column": int(column) if column else None,
        "what": complaint.what,
        "fix": complaint.fix or None,
    }


def _show(found: Findings) -> None:
    from rich.text import Text

    from wa_notify.cli.terminal import ACCENT, QUIET, in_one_line, note, write

    for complaint in found.complaints:
        write(
            Text.assemble(
                (in_one_line(complaint.where), ACCENT),
                "  ",
                in_one_line(complaint.what),
                "  ",
                (in_one_line(complaint.fix), QUIET),
            )
        )
    for who in found.moved:
        note(MOVED.format(who=in_one_line(who)))
    if found.complaints or found.moved:
        write()
    _sum_up(found)


def _sum_up(found: Findings) -> None:
    from wa_notify.cli.templates.linting import remark_on_templates
    from wa_notify.cli.terminal import done, no

    config, faults = found.config, count(found.complaints, "fault")
    if config is None:
        no(f"{found.path} cannot be used: {faults}. Mend them all; the service does not start before.")
    elif found.complaints:
        rules = count(range(found.rules), "rule")
        left = "The other rules work." if config.rulebook.rules else "No rule is left."
        no(f"{rules}, {_refused(found)} refused, {faults}. {left}")
    else:
        book = config.rulebook
        parts = (
            count(book.rules, "rule"),
            count(book.receivers, "receiver"),
            count(config.recipients, "recipient"),
            count({shape.name for shape in book.templates}, "template"),
        )
        done(f"{found.path} is in order: {', '.join(parts)}.")
        remark_on_templates(book)
