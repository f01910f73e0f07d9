"""The section ``sources``: sources of alerts of the user's own, with JSON to be mapped or a heartbeat."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import voluptuous as vol

from wa_notify.config.account import SOURCES as BUILT_IN
from wa_notify.config.expression import MappedSource, expression, words
from wa_notify.config.faults import Faults, kind_of
from wa_notify.config.shape import Check, Flaw, fitted, section, table
from wa_notify.config.words import duration, label, name, text
from wa_notify.core.heartbeat import Heartbeat

SOURCES = "sources"
GRACE = "5m"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertSources:
    """What the section says, by the name of the source."""

    mapped: Mapping[str, MappedSource] = field(default_factory=dict)
    heartbeats: Mapping[str, Heartbeat] = field(default_factory=dict)


def source_name(value: Any) -> str:
    """A name that no source of ours has."""
    word: str = name(value)
    if word in BUILT_IN:
        raise Flaw(f"`{word}` is built in.", "Choose another name.")
    return word


_MAPPED = section(
    "A source",
    {
        vol.Optional("alerts"): expression,
        vol.Optional("status"): words,
        vol.Required("labels"): table("`labels`", label, words, least=1),
        vol.Optional("annotations", default=dict): table("`annotations`", label, words),
        vol.Optional("fingerprint"): words,
        vol.Optional("starts_at"): words,
        vol.Optional("url"): words,
    },
)
_HEARTBEAT = section(
    "The section `heartbeat`",
    {
        vol.Required("every"): duration(),
        vol.Optional("grace", default=GRACE): duration(),
        vol.Optional("labels", default=dict): table("`labels`", label, text),
        vol.Optional("summary", default=""): vol.Any("", text),
    },
)
_BEATING = section("A source with a heartbeat", {vol.Required("heartbeat"): _HEARTBEAT})


def source(value: Any) -> dict[str, Any]:
    """One source, of either kind."""
    if not isinstance(value, Mapping):
        raise Flaw(f"A source is a mapping, not {kind_of(value)}.", "Give it `labels` or a `heartbeat`.")
    fit: dict[str, Any] = (_BEATING if "heartbeat" in value else _MAPPED)(value)
    return fit


CHECK: Check = table("The section `sources`", source_name, source)


def alert_sources(raw: Any, faults: Faults) -> AlertSources:
    """Read all of them; when one has a fault it is noted and there are none."""
    found: dict[str, dict[str, Any]] = fitted(CHECK, raw, (SOURCES,), faults) or {}
    return AlertSources(
        mapped={
            name: MappedSource(name=name, **values)
            for name, values in found.items()
            if "heartbeat" not in values
        },
        heartbeats={
            name: _heartbeat(name, values["heartbeat"])
            for name, values in found.items()
            if "heartbeat" in values
        },
    )


def _heartbeat(source: str, values: dict[str, Any]) -> Heartbeat:
    labels = {"alertname": source, **values.pop("labels")}
    return Heartbeat(source=source, labels=labels, **values)
