"""The sections about people: ``recipients`` and the ``receivers`` that name them."""

import re
from collections.abc import Collection, Mapping
from typing import Any

import voluptuous as vol

from wa_notify.config.fallback import FALLBACK, WISH
from wa_notify.config.faults import Fault, Faults, kind_of, shown, suggestion
from wa_notify.config.hours import QUIET, QUIET_HOURS
from wa_notify.config.places import Spot
from wa_notify.config.shape import Check, Flaw, by_kind, fitted, listing, section
from wa_notify.config.words import duration, languages, matching, name, phone, text
from wa_notify.core.quiet import QuietHours
from wa_notify.core.recipient import Recipient, Seed
from wa_notify.core.rule import Receiver, Step

RECIPIENTS, RECEIVERS = "recipients", "receivers"


def opt_in(value: Any) -> str:
    """What proves that the person agreed."""
    if not isinstance(value, str) or not value.strip():
        fix = 'Say where and when they agreed, such as "Signed the agreement of 2026-03-01".'
        raise Flaw(f"This takes the evidence of the opt-in, not {kind_of(value)}.", fix)
    return value


_bsuid = matching(re.compile(r"[!-~]{3,128}"), "id of a person", "Copy it as the platform wrote it.")


def person(country: str) -> Check:
    """A recipient; ``country`` is whose local notation the phone number may have."""
    return section(
        "A recipient",
        {
            vol.Optional("phone"): phone(country),
            vol.Optional("bsuid"): _bsuid,
            vol.Optional("name"): text,
            vol.Optional("language"): languages,
            vol.Optional("opt_in"): opt_in,
            vol.Optional(FALLBACK): WISH,
            vol.Optional(QUIET_HOURS): object,  # see `quiet_hours`
        },
    )


_names = by_kind(text=lambda one: [text(one)], list=listing("`to`", text, least=1))
STEP: Check = section("A step of escalation", {vol.Required("after"): duration(), vol.Required("to"): _names})
RECEIVER: Check = section(
    "A receiver",
    {
        vol.Required("to"): _names,
        vol.Optional("escalate", default=list): listing("`escalate`", STEP, most=20),
        vol.Optional(FALLBACK): WISH,
    },
)


def recipients(raw: Any, country: str, faults: Faults) -> tuple[Seed, ...]:
    """Read everybody; who has a fault is left out and the fault noted."""
    seeds: list[Seed] = []
    owners: dict[str, str] = {}
    shape = person(country)
    for person_id, values in table_in(raw, RECIPIENTS, faults):
        spot = (RECIPIENTS, person_id)
        fit = fitted(shape, values, spot, faults)
        if fit is None:
            continue
        evidence = fit.pop("opt_in", "")
        for read_elsewhere in (FALLBACK, QUIET_HOURS):
            fit.pop(read_elsewhere, None)
        someone = Recipient(id=person_id, **fit)
        seeds.append(Seed(recipient=someone, opt_in=evidence))
        address = someone.phone or someone.bsuid  # without one it is somebody whom the database knows
        if address and owners.setdefault(address, person_id) != person_id:
            what = f"`{owners[address]}` has this number already."
            faults.add(Fault(spot=(*spot, "phone"), what=what, fix="A number belongs to one person."))
    return tuple(seeds)


def quiet_hours(raw: Any, time_zone: str, usual: QuietHours | None, faults: Faults) -> dict[str, QuietHours]:
    """Who has quiet hours and which, out of the section ``recipients``: their own, else the usual ones."""
    found: dict[str, QuietHours] = {}
    for person, values in raw.items() if isinstance(raw, Mapping) else ():
        hours = usual
        if isinstance(values, Mapping) and QUIET_HOURS in values:
            spot: Spot = (RECIPIENTS, person, QUIET_HOURS)
            written = fitted(QUIET, values[QUIET_HOURS], spot, faults)
            hours = written.resolved(time_zone) if written else None
        if hours:
            found[person] = hours
    return found


def receivers(raw: Any, known: Collection[str] | None, faults: Faults) -> dict[str, Receiver]:
    """Read all receivers; ``known`` is whom they may name, schedules too, or nothing when nobody can say."""
    found: dict[str, Receiver] = {}
    for receiver, values in table_in(raw, RECEIVERS, faults):
        fit = fitted(RECEIVER, values, (RECEIVERS, receiver), faults)
        if fit is None:
            continue
        spot: Spot = (RECEIVERS, receiver)
        steps = fit["escalate"]
        _check_names(values["to"], fit["to"], (*spot, "to"), known, faults)
        for index, step in enumerate(steps):
            raw_to = values["escalate"][index]["to"]
            _check_names(raw_to, step["to"], (*spot, "escalate", index, "to"), known, faults)
            if index and step["after"] <= steps[index - 1]["after"]:
                fix = (
                    "All are counted from the moment people are first asked, so each is later than the last."
                )
                what = "This step does not come after the one before it."
                faults.add(Fault(spot=(*spot, "escalate", index, "after"), what=what, fix=fix))
        found[receiver] = Receiver(
            to=_once(fit["to"]),
            escalate=tuple(Step(after=step["after"], to=_once(step["to"])) for step in steps),
        )
    return found


def _once(names: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _check_names(
    raw: Any, names: list[str], spot: Spot, known: Collection[str] | None, faults: Faults
) -> None:
    """Whether each is somebody; ``raw`` tells whether they were written as a list."""
    for index, person in enumerate(names):
        if known is not None and person not in known:
            where = (*spot, index) if isinstance(raw, list) else spot
            what, fix = f"There is no recipient {shown(person)}.", suggestion(person, known, "recipient")
            faults.add(Fault(spot=where, what=what, fix=fix))


def names_in(raw: Any) -> tuple[str, ...] | None:
    """The names a table defines, be they in order or not; nothing when the table itself cannot be read."""
    if raw is None:
        return ()
    return tuple(str(key) for key in raw) if isinstance(raw, Mapping) else None


def table_in(raw: Any, title: str, faults: Faults) -> list[tuple[str, Any]]:
    """The entries of a section whose keys are names; what is wrong with it is noted."""
    if raw is None:
        return []
    if not isinstance(raw, Mapping):
        what = f"The section `{title}` is a mapping, not {kind_of(raw)}."
        faults.add(Fault(spot=(title,), what=what, fix="Write it as `name: ...`."))
        return []
    for key in raw:
        try:
            name(key)
        except Flaw as flaw:
            faults.add(Fault(spot=(title, key), what=flaw.msg, fix=flaw.fix, on_key=True))
    return list(raw.items())
