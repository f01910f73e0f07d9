"""What keeps messages back: storms and digests, nudges, and the section ``inhibit``."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import voluptuous as vol

from wa_notify.config.beside import text_of
from wa_notify.config.faults import Fault, Faults, kind_of, shown
from wa_notify.config.places import Spot
from wa_notify.config.rules import RULES, conditions, template_text, use
from wa_notify.config.shape import Check, Flaw, by_kind, fitted, listing, section
from wa_notify.config.text import Role, in_zone, jinja
from wa_notify.config.words import duration, label, whole
from wa_notify.core.inhibit import Inhibit
from wa_notify.core.matcher import Comparison, Matcher
from wa_notify.core.rule import Rule
from wa_notify.core.storm import Storm

INHIBIT = "inhibit"
FACTS = ("count", "titles", "numbers", "more", "since", "title")  # see `wa_notify.core.digest.facts`
MOST_AT_ONCE = 1000


def _no_storm(value: str) -> None:
    if value != "none":
        raise Flaw(f"{shown(value)} says not how many.", "Write {most: 5, within: 10m}, or none.")


_STORM = section(
    "The section `storm`",
    {
        vol.Optional("most"): whole(1, MOST_AT_ONCE),
        vol.Optional("within"): duration(),
        vol.Optional("most_critical"): whole(1, MOST_AT_ONCE),
    },
)
STORM: Check = by_kind(text=_no_storm, mapping=lambda value: Storm(**_STORM(value)))
DIGEST: Check = section(
    "The section `digest`",
    {vol.Optional("template"): use(FACTS), vol.Optional("free_form"): jinja(Role.WHOLE, FACTS)},
)
NUDGE: Check = section("The section `nudge`", {vol.Required("template"): use(FACTS)})
_INHIBIT: Check = section(
    "A rule of `inhibit`",
    {
        vol.Required("when"): conditions("`when`", least=1),
        vol.Required("mute"): conditions("`mute`", least=1),
        vol.Optional("equal", default=list): listing("`equal`", label),
    },
)


def calmed(values: dict[str, Any]) -> dict[str, Any]:
    """The defaults with what they say of storms, digests, nudges and time to live in its final shape."""
    zone = values["time_zone"]
    digest, nudge = in_zone(values.pop("digest", {}), zone), in_zone(values.pop("nudge", {}), zone)
    ttls = values.pop("ttl", {})
    return {
        **values,
        "ttls": ttls,
        "digest": template_text(digest["template"], "of digest") if "template" in digest else None,
        "digest_free_form": text_of(digest, "free_form", "of digest"),
        "nudge": template_text(nudge["template"], "of nudge") if nudge else None,
    }


def inhibits(raw: Any, rules: Sequence[Rule], faults: Faults) -> tuple[Inhibit, ...]:
    """Read the section; one with a fault is left out: in doubt too much is told rather than too little."""
    if raw is not None and not isinstance(raw, list):
        what = f"The section `inhibit` is a list, not {kind_of(raw)}."
        faults.add(Fault(spot=(INHIBIT,), what=what, fix="Begin each with `- when: {...}`."))
    found = []
    for index, values in enumerate(raw if isinstance(raw, list) else ()):
        spot: Spot = (INHIBIT, index)
        fit = fitted(_INHIBIT, values, spot, faults)
        if fit is None:
            continue
        if not faults.touch((RULES,)) and not any(_may_meet(fit["when"], rule.matchers) for rule in rules):
            what = "No rule answers such an alert, so nobody here would know that it fires."
            faults.add(Fault(spot=(*spot, "when"), what=what, fix="Add a rule for it, or ask for less."))
            continue
        found.append(Inhibit(when=fit["when"], mute=fit["mute"], equal=tuple(fit["equal"])))
    return tuple(found)


def _may_meet(one: Iterable[Matcher], other: Iterable[Matcher]) -> bool:
    """Whether an alert could match both, as far as the labels tell that are compared with one value."""
    both = (*one, *other)
    fixed: Mapping[str, str] = {m.label: m.value for m in both if m.comparison is Comparison.EQUAL}
    return all(matcher.matches(fixed) for matcher in both if matcher.label in fixed)
