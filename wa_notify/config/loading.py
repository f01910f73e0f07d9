"""From a file or a mapping to a configuration: all sections are looked at, then all faults told."""

import ipaddress
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import voluptuous as vol

from wa_notify.config.account import DEFAULTS, WHATSAPP, ingest, listen, store
from wa_notify.config.account import SOURCES as BUILT_IN
from wa_notify.config.alert_sources import SOURCES, alert_sources
from wa_notify.config.alertmanager import ALERTMANAGER, asked_for, settings_of
from wa_notify.config.calm import INHIBIT, check_calm, inhibits
from wa_notify.config.check_in import ADMINS, check_ins, notice
from wa_notify.config.compiler import misfits
from wa_notify.config.document import read
from wa_notify.config.fallback import Judge, Wishes, judge_addresses, wishes_in, wishes_of_rules
from wa_notify.config.faults import Fault, Faults
from wa_notify.config.limits import LIMITS, limits
from wa_notify.config.people import RECEIVERS, RECIPIENTS, names_in, quiet_hours, receivers, recipients
from wa_notify.config.places import Annotations, Places
from wa_notify.config.replies import REPLIES, WORDS
from wa_notify.config.retention import RETENTION, RETENTIONS
from wa_notify.config.rules import RULES, Surroundings, rules
from wa_notify.config.schedules import SCHEDULES, schedules
from wa_notify.config.settings import (
    LANGUAGE,
    LISTEN,
    STORE,
    CompiledRules,
    Config,
    Defaults,
    Listen,
)
from wa_notify.config.shape import Check, fitted, section
from wa_notify.config.templates import TEMPLATES, templates
from wa_notify.core.errors import Complaint, ConfigError
from wa_notify.core.reply import NO_OTHERS
from wa_notify.core.rule import Rulebook, TemplateText
from wa_notify.core.template import TemplateShape, TemplateWish
from wa_notify.core.wallclock import TIME_ZONE

_ANYTHING: dict[Any, Any] = {
    vol.Optional(key): object
    for key in (REPLIES, SCHEDULES, RECEIVERS, ADMINS, TEMPLATES, INHIBIT, LIMITS, RULES)
}  # each of these is looked at part by part
SQLITE = "sqlite:///"  # and the path of the file
_ROOT: Check = section(
    "The configuration",
    {
        vol.Required("whatsapp"): object,
        **{vol.Optional(key): object for key in ("store", "listen", "ingest", "defaults", RECIPIENTS)},
        **{vol.Optional(key): object for key in (RETENTION, SOURCES, ALERTMANAGER)},
        **_ANYTHING,
    },
)
_LOWER_ROOT: Check = section("The configuration", _ANYTHING)


def load(path: Path, *, environ: Mapping[str, str], judge: Judge | None = None) -> Config:
    """Read the configuration of the service. ``judge`` knows which addresses of other channels are possible.

    A rule with a fault is left out, and `Config.complaints` tell why. Raises `ConfigError` with every
    complaint, those about rules too, when anything else is wrong.
    """
    document = read(path, environ)
    faults, places = document.faults, document.marks
    values = _root(_ROOT, document.value, faults)
    raw_store, raw_listen = values.get("store", STORE), values.get("listen", LISTEN)
    whatsapp: Any = (
        fitted(WHATSAPP, values["whatsapp"], ("whatsapp",), faults) if "whatsapp" in values else None
    )
    defaults = fitted(DEFAULTS, values.get("defaults"), ("defaults",), faults) or Defaults()
    address = fitted(store, raw_store, ("store",), faults)
    listening = fitted(listen, raw_listen, ("listen",), faults)
    retention = fitted(RETENTIONS, values.get(RETENTION), (RETENTION,), faults)
    alertmanager = settings_of(values, faults)
    sources = alert_sources(values.get(SOURCES), faults)
    guarded = (*BUILT_IN, *(names_in(values.get(SOURCES)) or ()))
    doors = fitted(ingest(guarded), values.get("ingest"), ("ingest",), faults)
    if judge:
        for title in (RECIPIENTS, RECEIVERS, RULES):
            judge_addresses(values.get(title), (title,), judge, faults)
    seeds = recipients(values.get(RECIPIENTS), defaults.country, faults)
    rulebook = _rulebook(values, names_in(values.get(RECIPIENTS)), defaults, faults)
    if address:
        address = _beside(path, address, faults)
    if listening and doors:
        _require_keys(listening, guarded, doors["keys"], faults)
    complaints = _settled(faults, places)
    return Config(
        whatsapp=whatsapp,
        store=address,
        listen=listening,
        ingest=doors["keys"],
        sources=sources.mapped,
        defaults=defaults,
        recipients=seeds,
        rulebook=replace(rulebook, heartbeats=sources.heartbeats, silences_last=asked_for(alertmanager)),
        alertmanager=alertmanager,
        retention=retention,
        complaints=complaints,
    )


def _check_invite(wish: TemplateWish | None, shapes: Sequence[TemplateShape], faults: Faults) -> None:
    """The template that invites people has to fit what the account is said to have."""
    if wish is None:
        return
    blanks = tuple((name, str) for name, _ in wish.body)
    for key, what, fix in misfits(TemplateText(name=wish.name, body=blanks), shapes):
        spot = ("defaults", "invite", "parameters" if key == "parameters" else "template")
        faults.add(Fault(spot=spot, what=what, fix=fix))


def _beside(path: Path, address: str, faults: Faults) -> str:
    """A relative database file lies beside the configuration, from wherever a command is called."""
    file = path.resolve().parent / address.removeprefix(SQLITE)
    if not file.parent.is_dir():
        what = f"The database cannot be there: there is no folder {file.parent}."
        faults.add(Fault(spot=("store",), what=what, fix="Create it, or name another file."))
    return f"{SQLITE}{file}"


def _require_keys(
    listening: Listen, sources: Collection[str], keys: Mapping[str, Any], faults: Faults
) -> None:
    """Beyond loopback every source of alerts needs a key."""
    unguarded = [source for source in sources if not keys.get(source)]
    if unguarded and not _is_loopback(listening.host):
        what = f"Anybody could send alerts: there is no key for {' and '.join(unguarded)}."
        faults.add(Fault(spot=("listen",), what=what, fix="Add ingest.keys, or listen on 127.0.0.1."))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def compile_mapping(
    mapping: Mapping[str, Any] | None,
    *,
    recipients: Collection[str] | None = None,
    language: str = LANGUAGE,
    time_zone: str = TIME_ZONE,
) -> CompiledRules:
    """Read the sections from ``schedules`` down out of a mapping that is loaded already.

    ``recipients`` are the people that receivers and schedules may name; without them any name will do.
    ``time_zone`` is that of schedules without their own and of the times in texts. Values that know their
    file and line, as Home Assistant's loader makes them, are found again in complaints. Raises `ConfigError`
    like `load`.
    """
    faults = Faults()
    values = _root(_LOWER_ROOT, mapping, faults)
    defaults = Defaults(language=language, time_zone=time_zone)
    rulebook = _rulebook(values, recipients, defaults, faults)
    return CompiledRules(rulebook=rulebook, complaints=_settled(faults, Annotations(root=mapping)))


def _root(check: Check, value: Any, faults: Faults) -> Mapping[str, Any]:
    """The sections, whatever is wrong with their names; each is looked at all the same."""
    fitted(check, value, (), faults)
    return value if isinstance(value, Mapping) else {}


def _rulebook(
    values: Mapping[str, Any], people: Collection[str] | None, defaults: Defaults, faults: Faults
) -> Rulebook:
    time_zone = defaults.time_zone
    shapes = templates(values.get(TEMPLATES), faults)
    rosters, roster_names = values.get(SCHEDULES), names_in(values.get(SCHEDULES))
    known = None if people is None or roster_names is None else (*people, *roster_names)
    found = receivers(values.get(RECEIVERS), known, faults)
    around = Surroundings(
        receivers=names_in(values.get(RECEIVERS)), shapes=shapes, time_zone=time_zone, ttls=defaults.ttls
    )
    wishes = Wishes(
        people=wishes_in(values.get(RECIPIENTS)),
        receivers=wishes_in(values.get(RECEIVERS)),
        rules=wishes_of_rules(values.get(RULES)),
    )
    check_calm(defaults, values.get("defaults"), shapes, faults)
    _check_invite(defaults.invite, shapes, faults)
    read_rules = rules(values.get(RULES), around, faults)
    return Rulebook(
        words=fitted(WORDS, values.get(REPLIES), (REPLIES,), faults) or NO_OTHERS,
        rules=tuple(wishes.completed(rule) for rule in read_rules),
        inhibits=inhibits(values.get(INHIBIT), read_rules, faults),
        storm=defaults.storm,
        digest=defaults.digest,
        digest_free_form=defaults.digest_free_form,
        nudge=defaults.nudge,
        limits=limits(values.get(LIMITS), faults),
        receivers=found,
        templates=shapes,
        language=defaults.language,
        time_zone=time_zone,
        channels=wishes.channels(),
        severities=defaults.severities,
        schedules=schedules(rosters, people, time_zone, faults),
        check_ins=check_ins(rosters, time_zone, shapes, faults),
        notice=notice(values.get(ADMINS), names_in(values.get(RECEIVERS)), shapes, faults),
        quiet_hours=quiet_hours(values.get(RECIPIENTS), time_zone, defaults.quiet_hours, faults),
    )


def _settled(faults: Faults, places: Places) -> tuple[Complaint, ...]:
    """The complaints about rules that were left out; raises when there are others."""
    if any(not _is_about_a_rule(fault) for fault in faults.found):
        raise ConfigError(faults.complaints(places, lambda _: True))
    return faults.complaints(places, _is_about_a_rule)


def _is_about_a_rule(fault: Fault) -> bool:
    return fault.spot[:1] in ((RULES,), (INHIBIT,)) and len(fault.spot) > 1
