"""The command: what is typed, what is printed, and the exit code."""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from wa_notify.cli.options import ConfigOption, JsonOption
from wa_notify.cli.problem import ExitCode

if TYPE_CHECKING:
    from wa_notify.cli.place import Place
    from wa_notify.core.examination import Finding

OfflineOption: TypeAlias = Annotated[
    bool, typer.Option("--offline", help="Ask only this machine: files, disk, database, and a service on it.")
]


def doctor(
    *, config: ConfigOption = None, offline: OfflineOption = False, as_json: JsonOption = False
) -> None:
    """Look whether everything is right for alerts to reach people. What is wrong has its next step.

    Looked at: configuration, files, database, disk; token, app, account, number, callback, templates, clock;
    the service, whether it runs or not. Nothing is sent or changed. A running service logs that somebody
    called with a wrong signature: that was the test.

    Exit codes: 0 all is well, or there are only notes; 1 faults; 2 the configuration cannot be used;
    3 WhatsApp does not answer, and nothing else is wrong.

    JSON: config, database, at, offline, grade (ok, note, fault), counts {ok, note, fault}, findings [{check,
    grade, found, to_do}].
    """
    from wa_notify.cli.place import config_path, read
    from wa_notify.clock import system_clock
    from wa_notify.config.examination import complaints
    from wa_notify.core.errors import ConfigError

    path, now = config_path(config), system_clock()
    place: Place | None = None
    try:
        place = read(path)
        found = _discreet(place, _gathered(place, now, offline=offline))
    except ConfigError as error:
        found = tuple(complaints(error.complaints, (), 0))
    if as_json:
        _answer(found, str(path), str(place.database) if place else None, now, offline=offline)
    else:
        _show(found, offline=offline)
    raise typer.Exit(exit_code(found) if place else ExitCode.WRONG)


def exit_code(found: "Iterable[Finding]") -> ExitCode:
    """What a script can tell from it."""
    from wa_notify.core.examination import Check, Grade

    faults = {finding.check for finding in found if finding.grade is Grade.FAULT}
    if not faults:
        return ExitCode.DONE
    return ExitCode.UNREACHABLE if faults == {Check.PLATFORM} else ExitCode.NO


def _gathered(place: "Place", now: datetime, *, offline: bool) -> "Sequence[Finding]":
    import asyncio

    from wa_notify.cli.doctor.gathering import gather
    from wa_notify.cli.serve import secrets_of
    from wa_notify.whatsapp.transport import service_client

    async def look() -> "list[Finding]":
        async with service_client() as http:
            steps = gather(place, http, secrets=secrets_of(place.config), now=now, offline=offline)
            return [finding async for finding in steps]

    with _under_way():
        return asyncio.run(look())


def _under_way() -> AbstractContextManager[object]:
    """On a terminal somebody waits, and questions may take a while."""
    from wa_notify.cli import terminal

    console = terminal.screen(stderr=True)
    return console.status("Everything is looked at.") if console.is_terminal else nullcontext()


def _discreet(place: "Place", found: "Iterable[Finding]") -> "tuple[Finding, ...]":
    """Foreign words stand in findings too, so what is private is blanked as in the log."""
    from dataclasses import replace

    from wa_notify.cli.logs import Discretion
    from wa_notify.cli.serve import secrets_of

    hide = Discretion(secrets_of(place.config))
    return tuple(replace(one, found=hide(one.found), to_do=hide(one.to_do)) for one in found)


def _answer(
    found: "Sequence[Finding]", path: str, database: str | None, now: datetime, *, offline: bool
) -> None:
    from wa_notify.cli import terminal
    from wa_notify.cli.answers import moment
    from wa_notify.core.examination import worst

    told: list[dict[str, Any]] = [
        {"check": one.check.value, "grade": one.grade.value, "found": one.found, "to_do": one.to_do or None}
        for one in found
    ]
    terminal.answer(
        {
            "config": path,
            "database": database,
            "at": moment(now),
            "offline": offline,
            "grade": worst(found).value,
            "counts": {grade.value: count for grade, count in _counted(found).items()},
            "findings": told,
        }
    )


def _counted(found: "Sequence[Finding]") -> "dict[Any, int]":
    from wa_notify.core.examination import Grade

    return {grade: sum(one.grade is grade for one in found) for grade in Grade}


def _show(found: "Sequence[Finding]", *, offline: bool) -> None:
    from wa_notify.cli import terminal
    from wa_notify.cli.spoken import count
    from wa_notify.core.examination import Grade

    glyphs = {Grade.OK: terminal.DONE, Grade.NOTE: terminal.NOTE, Grade.FAULT: terminal.NO}
    for one in found:
        terminal.say(glyphs[one.grade], one.found)
        if one.to_do:
            terminal.quiet(f"To do: {one.to_do}")
    terminal.write()
    counts = _counted(found)
    notes = f", {count(range(counts[Grade.NOTE]), 'note')}" if counts[Grade.NOTE] else ""
    asked = " WhatsApp was not asked." if offline else ""
    if counts[Grade.FAULT]:
        terminal.no(f"{count(range(counts[Grade.FAULT]), 'fault')}{notes}.{asked}")
    else:
        terminal.done(f"No fault{notes}.{asked}")
