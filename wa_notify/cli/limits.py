"""``wa-notify limits``: how many people and messages the platform allows, and what of it is used."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import typer

from wa_notify.cli.options import ConfigOption, JsonOption
from wa_notify.cli.problem import ExitCode

if TYPE_CHECKING:
    from wa_notify.core.limits import Allowance, Reach
    from wa_notify.core.rule import Rulebook
    from wa_notify.pipeline.limits import Headroom

WIDTH = 40  # of the bar
USED, FREE, KEPT = "█", "·", "▒"


def limits(*, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Show how much may leave to how many people, and who waits.

    What the service last read from the account counts; commands ask nobody. Exit code 1 when only critical
    messages may reach more people.

    JSON: reach {scope, used, limit, reserve, reserve_reached, said, source, at, next_free_at, waiting}, pace
    {per_second, said, source, at}, slowdowns [scope, paused_until, share], paused [recipient, until].
    A limit that is null is none.
    """
    from wa_notify.cli import place, terminal
    from wa_notify.clock import system_clock
    from wa_notify.pipeline.limits import headroom

    here, now = place.read(config), system_clock()
    book, number_id = here.config.rulebook, here.config.whatsapp.number_id
    with place.reading(here) as store:
        query = store.read(lambda views: headroom(views, book, number_id, now)) if store else None
        found = query.result() if query else None
    if found is None:
        if as_json:
            terminal.answer({"reach": None, "pace": None, "slowdowns": [], "paused": []})
        else:
            terminal.note(place.NOTHING_YET.format(path=here.database))
        return
    if as_json:
        terminal.answer(_as_answer(found, book))
    else:
        _show(found, book, now)
    raise typer.Exit(ExitCode.NO if found.reach.into_reserve else ExitCode.DONE)


def _as_answer(found: "Headroom", book: "Rulebook") -> dict[str, Any]:
    from wa_notify.cli.answers import moment

    return {
        "reach": {
            "scope": book.limits.scope.value,
            "used": found.reach.used,
            "limit": found.reach.limit,
            "reserve": found.reach.reserve,
            "reserve_reached": found.reach.into_reserve,
            **_told(found.reach_told),
            "next_free_at": [moment(at) for at in found.places],
            "waiting": found.waiting,
        },
        "pace": {"per_second": found.pace, **_told(found.pace_told)},
        "slowdowns": [
            {"scope": one.scope.value, "paused_until": moment(one.paused_until), "share": one.share / 1000}
            for one in found.slowdowns
        ],
        "paused": [{"recipient": who, "until": moment(until)} for who, until in found.paused],
    }


def _told(allowance: "Allowance | None") -> dict[str, Any]:
    from wa_notify.cli.answers import moment

    if allowance is None:
        return {"said": None, "source": None, "at": None}
    return {"said": allowance.said, "source": allowance.source, "at": moment(allowance.at)}


def _show(found: "Headroom", book: "Rulebook", now: datetime) -> None:
    from wa_notify.cli.terminal import note, quiet, write

    write(f"Reach  {spoken_reach(found.reach)}")
    if found.reach.limit:
        quiet(bar(found.reach), indent=7)
        quiet(f"{USED} used  {FREE} free  {KEPT} kept for critical messages", indent=7)
    lowered = (
        f" The configuration lowers it to {book.limits.reach}."
        if book.limits.reach == found.reach.limit
        else ""
    )
    quiet(f"{_source(found.reach_told, now, 'TIER_250 is assumed')}{lowered}", indent=7)
    if found.reach.limit is not None and found.places:
        times = ", ".join(_instant(at, book, now) for at in found.places)
        quiet(f"The next places become free at {times}.", indent=7)
    write(f"Pace   {found.pace} messages a second, and to one person one in 6 s after a burst of 45.")
    configured = "Set by the configuration." if book.limits.per_second else ""
    quiet(configured or _source(found.pace_told, now, "80 are assumed"), indent=7)
    for one in found.slowdowns:
        until = _instant(one.paused_until, book, now)
        note(f"WhatsApp asked this {one.scope} to slow down: nothing leaves before {until}, then ever more.")
    for who, paused_until in found.paused:
        note(f"Nothing leaves for {who} before {_instant(paused_until, book, now)}: too much at once.")
    if found.waiting:
        waits = "1 message waits" if found.waiting == 1 else f"{found.waiting} messages wait"
        note(f"{waits} until one more person may be reached.")


def spoken_reach(reach: "Reach") -> str:
    """``150 of 250 people in the last 24 hours; 25 places are kept for critical messages.``"""
    if reach.limit is None:
        return f"{reach.used} people in the last 24 hours; there is no limit."
    places = "1 place is" if reach.reserve == 1 else f"{reach.reserve} places are"
    kept = f"{places} kept for critical messages."
    return f"{reach.used} of {reach.limit} people in the last 24 hours; {kept}"


def bar(reach: "Reach") -> str:
    """Used, free and kept as one bar; whatever there is of each is seen."""
    limit = max(reach.limit or 1, 1)
    used = min(-(-WIDTH * reach.used // limit), WIDTH)
    kept = min(-(-WIDTH * reach.reserve // limit), WIDTH - used)
    return USED * used + FREE * (WIDTH - used - kept) + KEPT * kept


def _source(told: "Allowance | None", now: datetime, assumed: str) -> str:
    from wa_notify.cli.spoken import relative

    if told is None:
        return f"The account has not been read yet, so {assumed}. The service reads it when it starts."
    return f"{told.said}, read from the {told.source} {relative(told.at, now)}."


def _instant(at: datetime, book: "Rulebook", now: datetime) -> str:
    from wa_notify.cli.spoken import relative
    from wa_notify.core.wallclock import spoken_time

    return f"{spoken_time(at, book.time_zone)} ({relative(at, now)})"
