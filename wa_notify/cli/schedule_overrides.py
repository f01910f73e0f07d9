"""``wa-notify schedule override``: somebody is on call for a while instead of whoever the schedule has."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from wa_notify.cli.options import ConfigOption, JsonOption
from wa_notify.cli.problem import ExitCode
from wa_notify.core.schedule import ManualOverride, Schedule
from wa_notify.core.wallclock import instant

if TYPE_CHECKING:
    from wa_notify.cli.place import Place

MINUTES = ["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d"]


def chosen(here: "Place", name: str | None) -> list[Schedule]:
    """The schedule of that name, or all of them."""
    from wa_notify.cli.problem import Problem
    from wa_notify.config.faults import suggestion

    known = here.config.rulebook.schedules
    if name is None:
        return list(known.values())
    if name not in known:
        fix = suggestion(name, known, "schedule")
        raise Problem(f"There is no schedule {name}.", where=f"`schedules` of {here.path}", fix=fix)
    return [known[name]]


def add_override(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The schedule.", show_default=False)],
    person: Annotated[str, typer.Argument(metavar="PERSON", help="Who is on call.", show_default=False)],
    *,
    start: Annotated[
        datetime | None,
        typer.Option("--from", formats=MINUTES, metavar="TIME", help="Since when; else now."),
    ] = None,
    end: Annotated[datetime, typer.Option("--to", formats=MINUTES, metavar="TIME", help="Until when.")],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why.")] = "",
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put somebody on call for a while. Times are on the clock of the schedule: 2026-12-24 18:00.

    Of several overrides the newest wins. Exit code 1 when nobody would be on call by it.

    JSON: override [id, schedule, person, starts_at, ends_at, author, reason, made_at].
    """
    from wa_notify.cli import place, terminal
    from wa_notify.cli.optin import whoami
    from wa_notify.clock import system_clock
    from wa_notify.pipeline.overrides import OverrideRefused, Wanted, override

    here, now = place.read(config), system_clock()
    (schedule,) = chosen(here, name)
    zone = ZoneInfo(schedule.time_zone)
    wanted = Wanted(
        schedule=name,
        person=person,
        starts_at=instant(start, zone) if start else now,
        ends_at=instant(end, zone),
        by=whoami(),
        reason=reason.strip(),
    )
    with place.writing(here) as store:
        try:
            made = store.transact(lambda tx: override(tx, here.config.rulebook, wanted, now)).result()
        except OverrideRefused as refused:
            terminal.note(str(refused), stderr=True)
            raise typer.Exit(ExitCode.NO) from None
    if as_json:
        terminal.answer({"override": _as_answer(made)})
        return
    span = f"from {said(made.starts_at, schedule)} until {said(made.ends_at, schedule)}"
    terminal.done(f"Override {made.id}: {made.person} is on call for {name} {span}.")
    terminal.quiet(f"End it sooner with `wa-notify schedule end-override {made.id}`")


def list_overrides(
    *,
    past: Annotated[bool, typer.Option("--past", help="Those that are over, too; the newest 200.")] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """List who is on call by hand.

    The soonest end stands first; with --past those that were made last.

    JSON: overrides [id, schedule, person, starts_at, ends_at, author, reason, made_at].
    """
    from wa_notify.cli import place, terminal
    from wa_notify.clock import system_clock
    from wa_notify.ports.pages import MOST

    here, now = place.read(config), system_clock()
    with place.reading(here) as store:
        found: Sequence[ManualOverride] = ()
        if store and past:
            found = store.read(lambda views: views.overrides_page(limit=MOST)).result().found
        elif store:
            found = store.read(lambda views: views.overrides(now)).result()
    if as_json:
        terminal.answer({"overrides": [_as_answer(one) for one in found]})
    elif store is None:
        terminal.note(place.NOTHING_YET.format(path=here.database))
    elif not found:
        terminal.done("Nobody is on call by hand.")
    else:
        _show_all(here, found)


def end_override(
    number: Annotated[int, typer.Argument(min=1, metavar="OVERRIDE", help="As `schedule overrides` has it.")],
    *,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """End an override now: the schedule holds again. Exit code 1 when it is over already.

    JSON: override [id, schedule, person, starts_at, ends_at, author, reason, made_at].
    """
    from wa_notify.cli import place, terminal
    from wa_notify.clock import system_clock
    from wa_notify.pipeline.overrides import end_override as end

    here, now = place.read(config), system_clock()
    with place.writing(here) as store:
        ended = store.transact(lambda tx: end(tx, here.config.rulebook, number, now)).result()
    if ended is None:
        terminal.note(f"There is no override {number}, or it is over.", stderr=True)
        raise typer.Exit(ExitCode.NO)
    if as_json:
        terminal.answer({"override": _as_answer(ended)})
    else:
        terminal.done(f"Override {number} has ended. {ended.schedule} is as it was planned.")


def _show_all(here: "Place", found: Sequence[ManualOverride]) -> None:
    from wa_notify.cli.terminal import table

    known = here.config.rulebook.schedules
    rows = [
        (
            str(one.id),
            one.schedule,
            one.person,
            said(one.starts_at, known.get(one.schedule)),
            said(one.ends_at, known.get(one.schedule)),
            one.author,
            one.reason,
        )
        for one in found
    ]
    columns = ("override", "schedule", "person", "from", "until", "author", "reason")
    table(columns, rows, flexible=("reason",))


def _as_answer(made: ManualOverride) -> dict[str, Any]:
    from wa_notify.cli.answers import moment

    return {
        "id": made.id,
        "schedule": made.schedule,
        "person": made.person,
        "starts_at": moment(made.starts_at),
        "ends_at": moment(made.ends_at),
        "author": made.author,
        "reason": made.reason,
        "made_at": moment(made.made_at),
    }


def said(at: datetime, schedule: Schedule | None) -> str:
    """An instant on the clock of the schedule; in UTC when the configuration has it no more."""
    return f"{at.astimezone(ZoneInfo(schedule.time_zone if schedule else 'UTC')):%a %Y-%m-%d %H:%M %Z}"
