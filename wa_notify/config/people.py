"""The sections about people: ``recipients`` and the ``receivers`` that name them."""

import re
from collections.abc import Collection, Mapping
from typing import Any

import voluptuous as vol

from wa_notify.config.faults import Fault, Faults, kind_of, shown, suggestion
from wa_notify.config.places import Spot
from wa_notify.config.shape import Check, Flaw, by_kind, fitted, listing, section
from wa_notify.config.words import language, matching, name, phone, text
from wa_notify.core.recipient import Recipient, Seed
from wa_notify.core.rule import Receiver

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
            vol.Optional("language"): language,
            vol.Optional("opt_in"): opt_in,
        },
    )


_names = listing("`to`", text, least=1)
RECEIVER: Check = section(
    "A receiver", {vol.Required("to"): by_kind(text=lambda one: [text(one)], list=_names)}
)


def recipients(raw: Any, country: str, faults: Faults) -> tuple[Seed, ...]:
    """Read everybody; who has a fault is left out and the fault noted."""
    seeds: list[Seed] = []
    owners: dict[str, str] = {}
    shape = person(country)
    for person_id, values in _table(raw, RECIPIENTS, faults):
        spot = (RECIPIENTS, person_id)
        fit = fitted(shape, values, spot, faults)
        if fit is None:
            continue
        evidence = fit.pop("opt_in", "")
        someone = Recipient(id=person_id, **fit)
        seeds.append(Seed(recipient=someone, opt_in=evidence))
        address = someone.phone or someone.bsuid  # without one it is somebody whom the database knows
        if address and owners.setdefault(address, person_id) != person_id:
            what = f"`{owners[address]}` has this number already."
            faults.add(Fault(spot=(*spot, "phone"), what=what, fix="A number belongs to one person."))
    return tuple(seeds)


def receivers(raw: Any, known: Collection[str] | None, faults: Faults) -> dict[str, Receiver]:
    """Read all receivers; ``known`` are the people they may name, or nothing when nobody can say yet."""
    found: dict[str, Receiver] = {}
    for receiver, values in _table(raw, RECEIVERS, faults):
        fit = fitted(RECEIVER, values, (RECEIVERS, receiver), faults)
        if fit is None:
            continue
        listed = isinstance(values["to"], list)
        for index, person in enumerate(fit["to"]):
            if known is not None and person not in known:
                spot: Spot = (RECEIVERS, receiver, "to", *([index] if listed else []))
                what, fix = f"There is no recipient {shown(person)}.", suggestion(person, known, "recipient")
                faults.add(Fault(spot=spot, what=what, fix=fix))
        found[receiver] = Receiver(to=tuple(dict.fromkeys(fit["to"])))
    return found


def names_in(raw: Any) -> tuple[str, ...] | None:
    """The names a table defines, be they in order or not; nothing when the table itself cannot be read."""
    if raw is None:
        return ()
    return tuple(str(key) for key in raw) if isinstance(raw, Mapping) else None


def _table(raw: Any, title: str, faults: Faults) -> list[tuple[str, Any]]:
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
