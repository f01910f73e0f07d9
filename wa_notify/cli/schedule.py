"""``wa-notify schedule``: who is on call now, and who comes next."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from wa_notify.cli import schedule_overrides
from wa_notify.cli.options import ConfigOption, JsonOption
from wa_notify.cli.schedule_overrides import chosen, said
from wa_notify.core.schedule import Schedule, Shift, next_change, on_call, overridden, shifts
from wa_notify.core.wallclock import instant

if TYPE_CHECKING:
    from wa_notify.cli.place import Place

commands = typer.Typer(help="Who is on call, and when.", no_args_is_help=True)

commands.command("override")(schedule_overrides.add_override)
commands.command("overrides")(schedule_overrides.list_overrides)
commands.command("end-override")(schedule_overrides.end_override)

MOST_DAYS = 366
NOBODY = "nobody"
DATE = "%Y-%m-%d"


@commands.command("show")
def show_schedules(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Only this schedule.", show_default=False)
    ] = None,
    *,
    start: Annotated[
        datetime | None,
        typer.Option(
            "--from",
            formats=[DATE],
            metavar="DATE",
            help="The first day; else from now on.",
            show_default=False,
        ),
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=MOST_DAYS, metavar="COUNT", help="How many days.")] = 14,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show who is on call now, and the shifts to come. Times are on the clock of the schedule.

    JSON: schedules [name, time_zone, on_call, until, shifts [person, starts_at, ends_at]].
    """
    from wa_notify.cli import place, terminal
    from wa_notify.clock import system_clock

    here, now = place.read(config), system_clock()
    found = [_with_overrides(here, one, start, now) for one in chosen(here, name)]
    if as_json:
        told = [_as_answer(one, _coming(one, start, days, now), now) for one in found]
        terminal.answer({"schedules": told})
    elif not found:
        terminal.note(f"There is no schedule. Add `schedules` to {here.path}.")
    for number, one in enumerate(() if as_json else found):
        if number:
            terminal.write()
        _show(one, _coming(one, start, days, now), now)


def _with_overrides(here: "Place", found: Schedule, start: datetime | None, now: datetime) -> Schedule:
    """The schedule with what was changed by hand, as far back as is shown."""
    from wa_notify.cli import place

    since = min(now, _on_the_wall(start, found)) if start else now
    with place.reading(here) as store:
        made = store.read(lambda views: views.overrides(since)).result() if store else ()
    return overridden(found, made)


def _on_the_wall(shown: datetime, found: Schedule) -> datetime:
    """The instant at which the clock of the schedule shows this."""
    return instant(shown, ZoneInfo(found.time_zone))


def _coming(found: Schedule, start: datetime | None, days: int, now: datetime) -> tuple[Shift, ...]:
    """The shifts of so many days, the last one with its real end."""
    begins = _on_the_wall(start, found) if start else now
    ends = begins + timedelta(days=days)
    coming = shifts(found, begins, ends)
    if coming and coming[-1].ends_at == ends:
        last = coming[-1]
        coming = (*coming[:-1], replace(last, ends_at=next_change(found, last.starts_at) or ends))
    return coming


def _as_answer(found: Schedule, coming: Iterable[Shift], now: datetime) -> dict[str, Any]:
    from wa_notify.cli.answers import moment

    return {
        "name": found.name,
        "time_zone": found.time_zone,
        "on_call": on_call(found, now),
        "until": moment(next_change(found, now)),
        "shifts": [
            {
                "person": shift.person,
                "starts_at": moment(shift.starts_at),
                "ends_at": moment(shift.ends_at),
            }
            for shift in coming
        ],
    }


def _show(found: Schedule, coming: Sequence[Shift], now: datetime) -> None:
    from rich.text import Text

    from wa_notify.cli.spoken import relative
    from wa_notify.cli.terminal import ACCENT, QUIET, STRONG, table, write

    person, change = on_call(found, now), next_change(found, now)
    until = f" until {said(change, found)}, {relative(change, now)}" if change else ""
    write(Text.assemble((found.name, ACCENT), (f"  {found.time_zone}", QUIET)))
    write(Text.assemble("On call now: ", (person or NOBODY, STRONG), f"{until}."))
    write()
    rows = [
        (
            shift.person,
            "now" if shift.starts_at == now else said(shift.starts_at, found),
            said(shift.ends_at, found),
            _length(shift),
        )
        for shift in _without_gaps(coming)
    ]
    if rows:
        table(("person", "from", "until", "length"), rows)


def _without_gaps(coming: Sequence[Shift]) -> Iterable[Shift]:
    """The shifts with nobody in between where nobody is on call."""
    for number, shift in enumerate(coming):
        before = coming[number - 1] if number else shift
        if number and before.ends_at < shift.starts_at:
            yield Shift(person=NOBODY, starts_at=before.ends_at, ends_at=shift.starts_at)
        yield shift


def _length(shift: Shift) -> str:
    from wa_notify.cli.spoken import span

    return span(shift.ends_at - shift.starts_at)
