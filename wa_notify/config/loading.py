"""From a file to a configuration: all sections are looked at, then all faults told."""

import ipaddress
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import voluptuous as vol

from wa_notify.config.account import DEFAULTS, WHATSAPP, ingest, listen, store
from wa_notify.config.account import SOURCES as BUILT_IN
from wa_notify.config.admin import ADMIN, ADMINISTRATION
from wa_notify.config.alert_sources import SOURCES, alert_sources
from wa_notify.config.alertmanager import ALERTMANAGER, asked_for, settings_of
from wa_notify.config.calm import INHIBIT
from wa_notify.config.canary import CANARY
from wa_notify.config.check_in import ADMINS
from wa_notify.config.dead_man import DEAD_MAN, DEAD_MANS_SWITCH
from wa_notify.config.document import Document, read
from wa_notify.config.fallback import Judge, judge_addresses
from wa_notify.config.faults import Fault, Faults
from wa_notify.config.limits import LIMITS
from wa_notify.config.log import LOG, LOGGING
from wa_notify.config.media import MEDIA, SETTINGS
from wa_notify.config.people import RECEIVERS, RECIPIENTS, names_in, recipients
from wa_notify.config.places import Places
from wa_notify.config.prices import BUDGET, PRICES, budget, card_of, prices
from wa_notify.config.replies import REPLIES
from wa_notify.config.retention import RETENTION, RETENTIONS
from wa_notify.config.rulebook import rulebook
from wa_notify.config.rules import RULES, names_of_rules
from wa_notify.config.schedules import SCHEDULES
from wa_notify.config.settings import LISTEN, STORE, STORE_FILE, Config, Defaults, Listen, MediaSettings
from wa_notify.config.shape import Check, fitted, section
from wa_notify.config.sources import Stamp, stamp
from wa_notify.config.starter import STARTER
from wa_notify.config.templates import TEMPLATES
from wa_notify.core.errors import Complaint, ConfigError
from wa_notify.core.rule import Rulebook

SERVICE_ONLY = ("whatsapp", "store", "listen", "ingest", SOURCES, ALERTMANAGER, ADMIN, LOG, DEAD_MAN)
SECTIONS = (
    *("defaults", RECIPIENTS, REPLIES, SCHEDULES, RECEIVERS, ADMINS, TEMPLATES, STARTER, INHIBIT),
    *(LIMITS, RULES, CANARY, RETENTION, MEDIA, PRICES, BUDGET),
)  # each of these is looked at part by part
_ROOT: Check = section(
    "The configuration",
    {
        vol.Required("whatsapp"): object,
        **{vol.Optional(key): object for key in (*SERVICE_ONLY, *SECTIONS) if key != "whatsapp"},
    },
)


def load(path: Path, *, environ: Mapping[str, str], judge: Judge | None = None) -> Config:
    """Read the configuration of the service. ``judge`` knows which addresses of other channels are possible.

    A rule with a fault is left out, and `Config.complaints` tell why. Raises `ConfigError` with every
    complaint, those about rules too, when anything else is wrong.
    """
    document = read(path, environ)
    files = _files(path, document)
    faults, places = document.faults, document.marks
    values = root_of(_ROOT, document.value, faults)
    defaults = fitted(DEFAULTS, values.get("defaults"), ("defaults",), faults) or Defaults()
    own = _sections(path, values, faults)
    sources = alert_sources(values.get(SOURCES), faults)
    judged(values, judge, faults)
    seeds = recipients(values.get(RECIPIENTS), defaults.country, faults)
    compiled = rulebook(values, names_in(values.get(RECIPIENTS)), defaults, seeds, faults, path)
    book = replace(
        priced(compiled.book, values, path, faults),
        heartbeats=sources.heartbeats,
        silences_last=asked_for(own["alertmanager"]),
        received=own["media"].received,
    )
    complaints = settled(faults, places)
    return Config(
        **own,
        sources=sources.mapped,
        defaults=defaults,
        recipients=seeds,
        rulebook=book,
        complaints=complaints,
        notes=compiled.notes.complaints(places, lambda _: True),
        uses=tuple(use.located(places) for use in compiled.uses),
        files=files,
        rules_written=names_of_rules(values.get(RULES)),
    )


def _sections(path: Path, values: Mapping[str, Any], faults: Faults) -> dict[str, Any]:
    """The sections about the service itself, by the names under which `Config` keeps them."""
    address = fitted(store, values.get("store", STORE), ("store",), faults)
    listening = fitted(listen, values.get("listen", LISTEN), ("listen",), faults)
    guarded = (*BUILT_IN, *(names_in(values.get(SOURCES)) or ()))
    doors = fitted(ingest(guarded), values.get("ingest"), ("ingest",), faults)
    if listening and doors:
        _require_keys(listening, guarded, doors["keys"], faults)
    whatsapp = values.get("whatsapp")
    return {
        "whatsapp": fitted(WHATSAPP, whatsapp, ("whatsapp",), faults) if "whatsapp" in values else None,
        "store": _beside(path, address, faults),
        "listen": listening,
        "ingest": doors["keys"] if doors else {},
        "alertmanager": settings_of(values, faults),
        "retention": fitted(RETENTIONS, values.get(RETENTION), (RETENTION,), faults),
        "media": media_of(path, values, faults),
        "dead_man": fitted(DEAD_MANS_SWITCH, values[DEAD_MAN], (DEAD_MAN,), faults)
        if DEAD_MAN in values
        else None,
        "admin": fitted(ADMINISTRATION, values.get(ADMIN), (ADMIN,), faults),
        "log": fitted(LOGGING, values.get(LOG), (LOG,), faults),
    }


def media_of(path: Path, values: Mapping[str, Any], faults: Faults) -> MediaSettings:
    """The settings about files; a relative folder lies beside the configuration."""
    media: MediaSettings = fitted(SETTINGS, values.get(MEDIA), (MEDIA,), faults) or MediaSettings()
    return replace(media, folder=path.resolve().parent / media.folder)


def judged(values: Mapping[str, Any], judge: Judge | None, faults: Faults) -> None:
    """Ask about every address of another channel, if somebody knows."""
    if judge:
        for title in (RECIPIENTS, RECEIVERS, RULES):
            judge_addresses(values.get(title), (title,), judge, faults)
        judge_addresses({ADMINS: values.get(ADMINS)}, (), judge, faults)


def _beside(path: Path, address: str | None, faults: Faults) -> str:
    """A relative database file lies beside the configuration, from wherever a command is called."""
    if not address:
        return ""  # which was told already
    if not address.startswith(STORE_FILE):
        return address  # at a server
    file = path.resolve().parent / address.removeprefix(STORE_FILE)
    if not file.parent.is_dir():
        what = f"The database cannot be there: there is no folder {file.parent}."
        faults.add(Fault(spot=("store",), what=what, fix="Create it, or name another file."))
    return f"{STORE_FILE}{file}"


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


def root_of(check: Check, value: Any, faults: Faults) -> Mapping[str, Any]:
    """The sections, whatever is wrong with their names; each is looked at all the same."""
    fitted(check, value, (), faults)
    return value if isinstance(value, Mapping) else {}


def files_of(path: Path, environ: Mapping[str, str]) -> Mapping[Path, Stamp]:
    """All files that a configuration is made of, whatever is wrong with it, as they were just before."""
    return _files(path, read(path, environ))


def _files(path: Path, document: Document) -> Mapping[Path, Stamp]:
    """What its tags asked for, and the table of prices, which it names in a section."""
    values = document.value if isinstance(document.value, Mapping) else {}
    card = card_of(values.get(PRICES), path.resolve().parent)
    return {**document.files, **({card: stamp(card)} if card else {})}


def priced(book: Rulebook, values: Mapping[str, Any], path: Path, faults: Faults) -> Rulebook:
    """The rules with what messages cost, and how much that may be."""
    priced = prices(values.get(PRICES), path, book.time_zone, faults)
    return replace(book, prices=priced, budget=budget(values.get(BUDGET), priced.table, faults))


def settled(faults: Faults, places: Places) -> tuple[Complaint, ...]:
    """The complaints about rules that were left out; raises when there are others."""
    if any(not is_about_a_rule(fault) for fault in faults.found):
        raise ConfigError(faults.complaints(places, lambda _: True))
    return faults.complaints(places, is_about_a_rule)


def is_about_a_rule(fault: Fault) -> bool:
    """Whether only one rule is at fault, which is left out then."""
    return fault.spot[:1] in ((RULES,), (INHIBIT,)) and len(fault.spot) > 1
