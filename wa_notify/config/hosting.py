"""The entry for a host that has loaded its YAML by itself and knows the people, such as Home Assistant.

It may be the very file that the service reads: what only the service needs is left aside and noted.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import voluptuous as vol

from wa_notify.config.account import DEFAULTS
from wa_notify.config.fallback import FALLBACK, Judge
from wa_notify.config.faults import Fault, Faults, shown, suggestion
from wa_notify.config.loading import SECTIONS, SERVICE_ONLY, judged, media_of, priced, root_of, settled
from wa_notify.config.people import RECEIVERS, RECIPIENTS, names_in, recipients
from wa_notify.config.places import Annotations, Spot
from wa_notify.config.retention import RETENTION, RETENTIONS
from wa_notify.config.rulebook import rulebook
from wa_notify.config.rules import RULES, names_of_rules
from wa_notify.config.schedules import SCHEDULES
from wa_notify.config.settings import CompiledRules, Defaults
from wa_notify.config.shape import Check, fitted, section
from wa_notify.config.usual import Usual, usual_nudge, with_usual_rule
from wa_notify.core.recipient import Seed
from wa_notify.core.rule import Rulebook
from wa_notify.core.schedule import members

DEFAULTS_SECTION = "defaults"
_ROOT: Check = section("The configuration", {vol.Optional(key): object for key in (*SERVICE_ONLY, *SECTIONS)})


def compile_mapping(
    mapping: Mapping[str, Any] | None,
    *,
    people: Mapping[str, Mapping[str, Any]] | None = None,
    said_in: str = "config",
    defaults: Mapping[str, Any] | None = None,
    usual: Usual | None = None,
    fallback: str = "",
    beside: Path | None = None,
    judge: Judge | None = None,
) -> CompiledRules:
    """Read everything but what only the service needs out of a mapping that is loaded already.

    ``people`` are those whom the host knows, as the section ``recipients`` would write them; with the file's
    own they are all there are. ``said_in`` is the source of their opt-ins. A receiver that names anybody else
    still works for the others, and `CompiledRules.strangers` tell of it. ``defaults`` hold where the section
    of that name says nothing, ``usual`` is the rule behind all others, ``fallback`` the address of receivers
    that name none, and files that are named lie beside ``beside``. Values that know their file and line, as
    Home Assistant's loader makes them, are found again in complaints. Raises `ConfigError` like `load`.
    """
    faults, notes = Faults(), Faults()
    written = _readable(root_of(_ROOT, mapping, faults))
    values = _falling_back(_completed(written, people or {}, defaults or {}, usual), fallback)
    path = (beside or Path()) / "configuration"
    general = fitted(DEFAULTS, values.get(DEFAULTS_SECTION), (DEFAULTS_SECTION,), faults) or Defaults()
    judged(values, judge, faults)
    seeds = _from_host(recipients(values.get(RECIPIENTS), general.country, faults), people or (), said_in)
    compiled = rulebook(values, None, general, seeds, faults, path)
    retention = fitted(RETENTIONS, values.get(RETENTION), (RETENTION,), faults)
    media = media_of(path, values, faults)
    book = replace(priced(compiled.book, values, path, faults), received=media.received)
    places = Annotations(root=mapping)
    complaints = settled(faults, places)
    _note_what_has_no_effect(written, people or {}, notes)
    for fault in compiled.notes.found:
        notes.add(fault)
    nobody_wrote = (RULES, len(written.get(RULES) or ()))  # the usual rule
    return CompiledRules(
        rulebook=book,
        recipients=seeds,
        retention=retention,
        media=media,
        complaints=complaints,
        notes=notes.complaints(places, lambda fault: fault.spot[:2] != nobody_wrote),
        strangers=_strangers(book, names_in(values.get(RECIPIENTS)) or ()).complaints(places, lambda _: True),
        uses=tuple(use.located(places) for use in compiled.uses),
        rules_written=names_of_rules(values.get(RULES)),
    )


def _completed(
    written: Mapping[str, Any],
    people: Mapping[str, Mapping[str, Any]],
    defaults: Mapping[str, Any],
    usual: Usual | None,
) -> Mapping[str, Any]:
    """What is written, with what the host adds; of a section that is no mapping nothing is made."""
    values = dict(written)
    own, general = written.get(RECIPIENTS), written.get(DEFAULTS_SECTION)
    if isinstance(own, Mapping | None):
        values[RECIPIENTS] = {**(own or {}), **people}
    if isinstance(general, Mapping | None):
        nudge = usual_nudge(usual) if usual else {}
        values[DEFAULTS_SECTION] = {**nudge, **defaults, **(general or {})}
    return with_usual_rule(values, names_in(values[RECIPIENTS]) or (), usual) if usual else values


def _falling_back(values: Mapping[str, Any], address: str) -> Mapping[str, Any]:
    """With this address for every receiver that has none; what is shared by people is told once."""
    receivers = values.get(RECEIVERS)
    if not address or not isinstance(receivers, Mapping):
        return values
    completed = {
        name: {FALLBACK: address, **one} if isinstance(one, Mapping) else one
        for name, one in receivers.items()
    }
    return {**values, RECEIVERS: completed}


def _note_what_has_no_effect(
    written: Mapping[str, Any], people: Mapping[str, Mapping[str, Any]], notes: Faults
) -> None:
    for name in SERVICE_ONLY:
        if name in written:
            what = f"The section `{name}` is for the service; here it has no effect."
            notes.add(Fault(spot=(name,), what=what, on_key=True))
    for name in names_in(written.get(RECIPIENTS)) or ():
        if name in people:
            what = f"`{name}` is known from elsewhere, so what is written here of them has no effect."
            notes.add(Fault(spot=(RECIPIENTS, name), what=what, on_key=True))


def _from_host(seeds: Iterable[Seed], people: Collection[str], source: str) -> tuple[Seed, ...]:
    return tuple(replace(seed, source=source) if seed.recipient.id in people else seed for seed in seeds)


def _strangers(book: Rulebook, people: Collection[str]) -> Faults:
    """Whom receivers and schedules name, and nobody knows: they may have been removed since."""
    found, with_schedules = Faults(), {*people, *book.schedules}
    for receiver, one in book.receivers.items():
        names = (*one.to, *(name for step in one.escalate for name in step.to))
        _add_strangers((RECEIVERS, receiver), names, with_schedules, found)
    for name, schedule in book.schedules.items():  # which may name people only
        _add_strangers((SCHEDULES, name), members(schedule), people, found)
    return found


def _add_strangers(spot: Spot, names: Iterable[str], known: Collection[str], found: Faults) -> None:
    for name in dict.fromkeys(name for name in names if name not in known):
        what = f"There is no recipient {shown(name)}; the others are told."
        found.add(Fault(spot=spot, what=what, fix=suggestion(name, known, "recipient")))


def _readable(value: Any) -> Any:
    """Without the dates that other loaders make of texts; ours leaves them as they are written."""
    if isinstance(value, Mapping):
        return {key: _readable(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_readable(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value
