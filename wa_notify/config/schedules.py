"""The section ``schedules``: who is on call when."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import voluptuous as vol

from wa_notify.config.faults import Fault, Faults, shown, suggestion
from wa_notify.config.hours import SPANS, moment, zone
from wa_notify.config.people import table_in
from wa_notify.config.places import Spot
from wa_notify.config.shape import Check, Flaw, by_kind, fitted, listing, section
from wa_notify.config.words import text
from wa_notify.core.schedule import Override, Rotation, Schedule
from wa_notify.core.wallclock import instant

SCHEDULES, CHECK_IN = "schedules", "check_in"
TURN = re.compile(r"(\d{1,4})([hdw])")
UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
TURN_FIX = "Write whole hours, days or weeks, such as 12h, 1d or 2w; at most 52w."
LONGEST_TURN = timedelta(weeks=52)
LONGEST_OVERRIDE = timedelta(days=366)
A_MONDAY = datetime.fromisoformat("2001-01-01")  # where the turns of one person alone begin


def turn(value: Any) -> timedelta:
    """How long a turn lasts on the clock on the wall."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise Flaw(f"{value} has no unit.", TURN_FIX)
    word = text(value)
    found = TURN.fullmatch(word)
    length = int(found[1]) * UNITS[found[2]] if found else timedelta(0)
    if not timedelta(0) < length <= LONGEST_TURN:
        raise Flaw(f"{shown(word)} is no length of a turn.", TURN_FIX)
    return length


def _rotation(values: dict[str, Any]) -> Rotation:
    people = tuple(values["people"])
    if "starts" not in values and len({*people}) > 1:
        fix = 'Add `starts:`, the first hand-over, such as "2026-01-05 09:00".'
        raise Flaw("A rotation of several people lacks the key `starts`.", fix)
    return Rotation(
        people=people,
        starts=values.get("starts", A_MONDAY),
        every=values["every"],
        restricted=tuple(values.get("hours", ())),
    )


def _override(values: dict[str, Any]) -> dict[str, Any]:
    if not timedelta(0) < values["to"] - values["from"] <= LONGEST_OVERRIDE:
        raise Flaw("An override ends later than it begins, within a year.", "Mend `from` or `to`.", ["to"])
    return values


_names = listing("`people`", text, least=1)
_ROTATION: Check = vol.All(
    section(
        "A rotation",
        {
            vol.Required("people"): by_kind(text=lambda one: [text(one)], list=_names),
            vol.Optional("every", default="1w"): turn,
            vol.Optional("starts"): moment,
            vol.Optional("hours"): SPANS,
        },
    ),
    _rotation,
)
_OVERRIDE: Check = vol.All(
    section(
        "An override",
        {vol.Required("person"): text, vol.Required("from"): moment, vol.Required("to"): moment},
    ),
    _override,
)
SCHEDULE: Check = section(
    "A schedule",
    {
        vol.Optional("time_zone"): zone,
        vol.Required("rotations"): listing("`rotations`", _ROTATION, least=1),
        vol.Optional("overrides", default=list): listing("`overrides`", _OVERRIDE),
        vol.Optional(CHECK_IN): object,  # see `wa_notify.config.check_in`
    },
)


def schedules(
    raw: Any, people: Collection[str] | None, time_zone: str, faults: Faults
) -> dict[str, Schedule]:
    """Read all schedules; ``people`` are those they may name, or nothing when nobody can say yet.

    ``time_zone`` is that of a schedule without one of its own.
    """
    found: dict[str, Schedule] = {}
    for name, values in table_in(raw, SCHEDULES, faults):
        spot: Spot = (SCHEDULES, name)
        if name in (people or ()):
            what = f"A schedule cannot be called like the recipient `{name}`."
            faults.add(Fault(spot=spot, what=what, fix="Rename it; receivers name both.", on_key=True))
        _check_people(values, spot, people, faults)
        fit = fitted(SCHEDULE, values, spot, faults)
        if fit is not None:
            found[name] = _schedule(name, fit, fit.get("time_zone", time_zone))
    return found


def _schedule(name: str, fit: Mapping[str, Any], time_zone: str) -> Schedule:
    clock = ZoneInfo(time_zone)
    overrides = tuple(
        Override(
            person=one["person"],
            starts_at=instant(one["from"], clock),
            ends_at=instant(one["to"], clock),
        )
        for one in fit["overrides"]
    )
    return Schedule(name=name, time_zone=time_zone, rotations=tuple(fit["rotations"]), overrides=overrides)


def _check_people(values: Any, spot: Spot, known: Collection[str] | None, faults: Faults) -> None:
    """Everybody named is there. Looks at what was written, whatever else is wrong with it."""
    if known is None:
        return
    for place, person in _people_in(values):
        if person not in known:
            what, fix = f"There is no recipient {shown(person)}.", suggestion(person, known, "recipient")
            faults.add(Fault(spot=(*spot, *place), what=what, fix=fix))


def _people_in(values: Any) -> list[tuple[Spot, str]]:
    """Every name that a schedule mentions, and where."""
    found: list[tuple[Spot, Any]] = []
    for index, one in enumerate(_mappings(values, "rotations")):
        people, way = one.get("people"), ("rotations", index, "people")
        if isinstance(people, list):
            found += [((*way, place), person) for place, person in enumerate(people)]
        else:
            found.append((way, people))
    for index, one in enumerate(_mappings(values, "overrides")):
        found.append((("overrides", index, "person"), one.get("person")))
    return [(way, person) for way, person in found if isinstance(person, str) and person.strip()]


def _mappings(values: Any, key: str) -> list[Mapping[str, Any]]:
    listed = values.get(key) if isinstance(values, Mapping) else None
    return [one if isinstance(one, Mapping) else {} for one in listed] if isinstance(listed, list) else []
