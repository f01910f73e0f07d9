"""From a file or a mapping to a configuration: all sections are looked at, then all faults told."""

import ipaddress
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import voluptuous as vol

from wa_notify.config.account import DEFAULTS, WHATSAPP, ingest, listen, store
from wa_notify.config.account import SOURCES as BUILT_IN
from wa_notify.config.alert_sources import SOURCES, alert_sources
from wa_notify.config.alertmanager import ALERTMANAGER, asked_for, settings_of
from wa_notify.config.calm import INHIBIT, inhibits
from wa_notify.config.check_in import ADMINS, check_ins, notice
from wa_notify.config.compiler import hold
from wa_notify.config.document import read
from wa_notify.config.fallback import (
    Judge,
    Wishes,
    judge_addresses,
    wishes_in,
    wishes_of_admins,
    wishes_of_rules,
)
from wa_notify.config.faults import Fault, Faults
from wa_notify.config.findings import Readers, Severity
from wa_notify.config.limits import LIMITING, LIMITS
from wa_notify.config.media import MEDIA, SETTINGS
from wa_notify.config.people import RECEIVERS, RECIPIENTS, names_in, quiet_hours, receivers, recipients
from wa_notify.config.places import Annotations, Places, Spot
from wa_notify.config.prices import BUDGET, PRICES, budget, prices, shipped
from wa_notify.config.replies import REPLIES, REPLIES_CHECK, Replies
from wa_notify.config.retention import RETENTION, RETENTIONS
from wa_notify.config.rules import RULES, Surroundings, names_of_rules, rules
from wa_notify.config.schedules import SCHEDULES, schedules
from wa_notify.config.settings import (
    LANGUAGE,
    LISTEN,
    STORE,
    CompiledRules,
    Config,
    Defaults,
    Listen,
    MediaSettings,
)
from wa_notify.config.shape import Check, fitted, section
from wa_notify.config.sources import Stamp
from wa_notify.config.starter import STARTER, approved, declared
from wa_notify.config.templates import TEMPLATES, with_files_beside
from wa_notify.config.uses import Use, uses_in
from wa_notify.core.errors import Complaint, ConfigError
from wa_notify.core.recipient import Seed
from wa_notify.core.rule import Rulebook
from wa_notify.core.wallclock import TIME_ZONE

_ANYTHING: dict[Any, Any] = {
    vol.Optional(key): object
    for key in (REPLIES, SCHEDULES, RECEIVERS, ADMINS, TEMPLATES, STARTER, INHIBIT, RULES)
}  # each of these is looked at part by part
SQLITE = "sqlite:///"  # and the path of the file
_ROOT: Check = section(
    "The configuration",
    {
        vol.Required("whatsapp"): object,
        **{vol.Optional(key): object for key in ("store", "listen", "ingest", "defaults", RECIPIENTS)},
        **{vol.Optional(key): object for key in (RETENTION, SOURCES, ALERTMANAGER, MEDIA, LIMITS)},
        **{vol.Optional(key): object for key in (PRICES, BUDGET)},
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
    whatsapp: Any = (
        fitted(WHATSAPP, values["whatsapp"], ("whatsapp",), faults) if "whatsapp" in values else None
    )
    defaults = fitted(DEFAULTS, values.get("defaults"), ("defaults",), faults) or Defaults()
    address = fitted(store, values.get("store", STORE), ("store",), faults)
    listening = fitted(listen, values.get("listen", LISTEN), ("listen",), faults)
    retention = fitted(RETENTIONS, values.get(RETENTION), (RETENTION,), faults)
    media = _media(path, values, faults)
    limits = fitted(LIMITING, values.get(LIMITS), (LIMITS,), faults)
    alertmanager = settings_of(values, faults)
    sources = alert_sources(values.get(SOURCES), faults)
    guarded = (*BUILT_IN, *(names_in(values.get(SOURCES)) or ()))
    doors = fitted(ingest(guarded), values.get("ingest"), ("ingest",), faults)
    _judge(values, judge, faults)
    seeds = recipients(values.get(RECIPIENTS), defaults.country, faults)
    compiled = _rulebook(values, names_in(values.get(RECIPIENTS)), defaults, seeds, faults, path)
    address = _beside(path, address, faults)
    if listening and doors:
        _require_keys(listening, guarded, doors["keys"], faults)
    book = replace(
        _priced(compiled.book, values, path, faults),
        heartbeats=sources.heartbeats,
        silences_last=asked_for(alertmanager),
        received=media.received,
        limits=limits,
    )
    complaints = _settled(faults, places)
    return Config(
        whatsapp=whatsapp,
        store=address,
        listen=listening,
        ingest=doors["keys"],
        sources=sources.mapped,
        defaults=defaults,
        recipients=seeds,
        rulebook=book,
        media=media,
        alertmanager=alertmanager,
        retention=retention,
        complaints=complaints,
        notes=compiled.notes.complaints(places, lambda _: True),
        uses=tuple(use.located(places) for use in compiled.uses),
        files=document.files,
        rules_written=names_of_rules(values.get(RULES)),
    )


def _media(path: Path, values: Mapping[str, Any], faults: Faults) -> MediaSettings:
    """The settings about files; a relative folder lies beside the configuration."""
    media: MediaSettings = fitted(SETTINGS, values.get(MEDIA), (MEDIA,), faults) or MediaSettings()
    return replace(media, folder=path.resolve().parent / media.folder)


def _judge(values: Mapping[str, Any], judge: Judge | None, faults: Faults) -> None:
    """Ask about every address of another channel, if somebody knows."""
    if judge:
        for title in (RECIPIENTS, RECEIVERS, RULES):
            judge_addresses(values.get(title), (title,), judge, faults)
        judge_addresses({ADMINS: values.get(ADMINS)}, (), judge, faults)


def _beside(path: Path, address: str | None, faults: Faults) -> str:
    """A relative database file lies beside the configuration, from wherever a command is called."""
    if not address:
        return ""  # which was told already
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
    compiled, places = _rulebook(values, recipients, defaults, (), faults), Annotations(root=mapping)
    return CompiledRules(
        rulebook=compiled.book,
        complaints=_settled(faults, places),
        notes=compiled.notes.complaints(places, lambda _: True),
        uses=tuple(use.located(places) for use in compiled.uses),
    )


def _root(check: Check, value: Any, faults: Faults) -> Mapping[str, Any]:
    """The sections, whatever is wrong with their names; each is looked at all the same."""
    fitted(check, value, (), faults)
    return value if isinstance(value, Mapping) else {}


def files_of(path: Path, environ: Mapping[str, str]) -> Mapping[Path, Stamp]:
    """All files that a configuration is made of, whatever is wrong with it, as they were just before."""
    return read(path, environ).files


@dataclass(frozen=True, slots=True, kw_only=True)
class _Compiled:
    """A rulebook without the rules that cannot work, all uses of templates in it, and notes on them."""

    book: Rulebook
    uses: tuple[Use, ...]
    notes: Faults


def _rulebook(
    values: Mapping[str, Any],
    people: Collection[str] | None,
    defaults: Defaults,
    seeds: Iterable[Seed],
    faults: Faults,
    path: Path | None = None,
) -> _Compiled:
    time_zone = defaults.time_zone
    drafts = declared(values, faults)
    shapes = approved(drafts)
    rosters, roster_names = values.get(SCHEDULES), names_in(values.get(SCHEDULES))
    known = None if people is None or roster_names is None else (*people, *roster_names)
    found = receivers(values.get(RECEIVERS), known, faults)
    around = _surroundings(values, defaults)
    wishes = Wishes(
        people=wishes_in(values.get(RECIPIENTS)),
        receivers=wishes_in(values.get(RECEIVERS)),
        rules=wishes_of_rules(values.get(RULES)),
        admins=wishes_of_admins(values.get(ADMINS)),
    )
    read_rules = rules(values.get(RULES), around, faults)
    replies = fitted(REPLIES_CHECK, values.get(REPLIES), (REPLIES,), faults) or Replies()
    book = Rulebook(
        words=replies.words,
        courtesy=replies.courtesy,
        rules=tuple(wishes.completed(rule) for rule in read_rules.values()),
        storm=defaults.storm,
        digest=defaults.digest,
        digest_free_form=defaults.digest_free_form,
        nudge=defaults.nudge,
        most_parts=defaults.most_parts,
        held_for=defaults.held_for,
        prices=shipped(time_zone),
        prefer=defaults.prefer,
        receivers=found,
        templates=shapes,
        drafts=with_files_beside(path, drafts) if path else drafts,
        language=defaults.language,
        time_zone=time_zone,
        channels=wishes.channels(),
        severities=defaults.severities,
        schedules=schedules(rosters, people, time_zone, faults),
        check_ins=check_ins(rosters, time_zone, faults),
        notice=notice(values.get(ADMINS), names_in(values.get(RECEIVERS)), faults),
        quiet_hours=quiet_hours(values.get(RECIPIENTS), time_zone, defaults.quiet_hours, faults),
    )
    spots = {rule.name: spot for spot, rule in read_rules.items()}
    return _compiled(book, values, spots, defaults, seeds, faults)


def _compiled(
    book: Rulebook,
    values: Mapping[str, Any],
    spots: Mapping[str, Spot],
    defaults: Defaults,
    seeds: Iterable[Seed],
    faults: Faults,
) -> _Compiled:
    """Hold everything that sends a template against what is declared."""
    own = {seed.recipient.id: seed.recipient.languages for seed in seeds}
    uses, notes = uses_in(book, values, spots, defaults.invite), Faults()
    findings = hold(uses, book.templates, Readers(own=own, house=book.languages), account=False)
    for finding in findings:
        said = notes if finding.severity is Severity.NOTE else faults
        said.add(Fault(spot=finding.use.spot_of(finding.key), what=finding.what, fix=finding.fix))
    refused = {name for name, spot in spots.items() if faults.touch(spot)}
    working = tuple(rule for rule in book.rules if rule.name not in refused)
    muting = inhibits(values.get(INHIBIT), working, faults)
    return _Compiled(
        book=replace(book, rules=working, inhibits=muting),
        uses=tuple(use for use in uses if use.rule not in refused),
        notes=notes,
    )


def _priced(book: Rulebook, values: Mapping[str, Any], path: Path, faults: Faults) -> Rulebook:
    """The rules with what messages cost, and how much that may be."""
    priced = prices(values.get(PRICES), path.resolve().parent, book.time_zone, faults)
    return replace(book, prices=priced, budget=budget(values.get(BUDGET), priced.table, faults))


def _surroundings(values: Mapping[str, Any], defaults: Defaults) -> Surroundings:
    return Surroundings(
        receivers=names_in(values.get(RECEIVERS)),
        time_zone=defaults.time_zone,
        missing=defaults.missing,
        ttls=defaults.ttls,
    )


def _settled(faults: Faults, places: Places) -> tuple[Complaint, ...]:
    """The complaints about rules that were left out; raises when there are others."""
    if any(not _is_about_a_rule(fault) for fault in faults.found):
        raise ConfigError(faults.complaints(places, lambda _: True))
    return faults.complaints(places, _is_about_a_rule)


def _is_about_a_rule(fault: Fault) -> bool:
    return fault.spot[:1] in ((RULES,), (INHIBIT,)) and len(fault.spot) > 1
