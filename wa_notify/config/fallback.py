"""The key ``fallback`` of recipients, receivers and rules: other channels, for when WhatsApp cannot.

A person's own addresses come before the rule's, and those before the receiver's. Its other words are those of
the rule, else of the receiver, else of the person.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, TypeAlias

import voluptuous as vol

from wa_notify.config.faults import Fault, Faults
from wa_notify.config.places import Spot
from wa_notify.config.shape import Check, Flaw, by_kind, listing, section
from wa_notify.config.words import duration, flag, text
from wa_notify.core.fallback import ENTITY
from wa_notify.core.rule import OtherWay, Rule
from wa_notify.core.secret import Secret

FALLBACK = "fallback"
MOST_ADDRESSES = 20
ALL_ADMINS = "all"
ADDRESS_FIX = "Write it as Apprise does, such as mailto://user:password@example.net?to=ops@example.net."

Judge: TypeAlias = Callable[[Secret], tuple[str, str]]  # what is wrong with an address, and the remedy


def address(value: Any) -> Secret:
    """An address as Apprise writes it, or an entity of Home Assistant. Nothing of it is ever quoted."""
    word = text(value)
    if ENTITY.fullmatch(word):
        return Secret(word)
    schema, found, rest = word.partition("://")
    if not schema.isalnum() or not found or not rest or any(char.isspace() for char in word):
        raise Flaw("This is no address of another channel.", ADDRESS_FIX)
    return Secret(word)


def _one(value: Any) -> dict[str, Any]:
    return {"to": [address(value)]}


def _several(value: Any) -> dict[str, Any]:
    return {"to": _addresses(value)}


_addresses = listing("`to`", address, least=1, most=MOST_ADDRESSES)
_mapping = section(
    "The section `fallback`",
    {
        vol.Optional("to"): by_kind(text=lambda one: [address(one)], list=_addresses),
        vol.Optional("after"): duration(),
        vol.Optional("tell_late"): flag,
    },
)
WISH: Check = by_kind(text=_one, list=_several, mapping=_mapping)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the people, the receivers and the rules of a configuration ask for, by name."""

    people: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    receivers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    rules: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    admins: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def channels(self) -> dict[str, Secret]:
        """The address of each target."""
        named = {
            "recipient": self.people,
            "receiver": self.receivers,
            "rule": self.rules,
            "admins": self.admins,
        }
        return {
            target: to
            for kind, wishes in named.items()
            for name, wish in wishes.items()
            for target, to in _targets(kind, name, wish).items()
        }

    def completed(self, rule: Rule) -> Rule:
        """The rule with the other ways of everybody who may hear of it."""
        ways = {name: self._way(rule, name) for name in ("", *self.people)}
        return replace(rule, other_ways={name: way for name, way in ways.items() if way.targets})

    def _way(self, rule: Rule, person: str) -> OtherWay:
        own = self.people.get(person, {})
        of_rule, of_receiver = self.rules.get(rule.name, {}), self.receivers.get(rule.receiver, {})
        targets = (
            _targets("recipient", person, own)
            or _targets("rule", rule.name, of_rule)
            or _targets("receiver", rule.receiver, of_receiver)
        )
        said = {**own, **of_receiver, **of_rule}
        after: timedelta = said.get("after", OtherWay(targets=()).after)
        return OtherWay(targets=tuple(targets), after=after, tell_late=said.get("tell_late", False))


def _targets(kind: str, name: str, wish: Mapping[str, Any]) -> dict[str, Secret]:
    to = wish.get("to", ())
    one = len(to) == 1
    return {f"{kind}:{name}" if one else f"{kind}:{name}#{place}": url for place, url in enumerate(to, 1)}


def wishes_in(raw: Any) -> dict[str, Mapping[str, Any]]:
    """What the parts of a table ask for, as far as it can be read; faults are told where they are read."""
    found: dict[str, Mapping[str, Any]] = {}
    for name, values in raw.items() if isinstance(raw, Mapping) else ():
        wish = _wish_of(values)
        if wish:
            found[str(name)] = wish
    return found


def wishes_of_admins(raw: Any) -> dict[str, Mapping[str, Any]]:
    """The same for the section ``admins``, which stands for all of them."""
    return wishes_in({ALL_ADMINS: raw})


def admins_targets(raw: Any) -> tuple[str, ...]:
    """What the addresses of the section ``admins`` are called."""
    named = wishes_of_admins(raw).items()
    return tuple(target for name, wish in named for target in _targets("admins", name, wish))


def wishes_of_rules(raw: Any) -> dict[str, Mapping[str, Any]]:
    """The same for the list of rules."""
    named = {values["name"]: values for values in _mappings(raw) if isinstance(values.get("name"), str)}
    return wishes_in(named)


def _mappings(raw: Any) -> Iterator[Mapping[str, Any]]:
    yield from (values for values in raw if isinstance(values, Mapping)) if isinstance(raw, list) else ()


def _wish_of(values: Any) -> Mapping[str, Any]:
    wish = values.get(FALLBACK) if isinstance(values, Mapping) else None
    try:
        fit: Mapping[str, Any] = {} if wish is None else vol.Schema(WISH)(wish)
    except vol.MultipleInvalid:
        return {}
    return fit


def judge_addresses(raw: Any, spot: Spot, judge: Judge, faults: Faults) -> None:
    """Ask about every address in a table or list; what is wrong with it is a fault at its own place."""
    parts = raw.items() if isinstance(raw, Mapping) else enumerate(raw) if isinstance(raw, list) else ()
    for step, values in parts:
        urls = _wish_of(values).get("to", ())
        written = values[FALLBACK] if urls else None
        way: Spot = (FALLBACK,)
        if isinstance(written, Mapping):
            written, way = written["to"], (FALLBACK, "to")
        for place, url in enumerate(urls):
            what, fix = judge(url)
            if what:
                inside = (place,) if isinstance(written, list) else ()
                faults.add(Fault(spot=(*spot, step, *way, *inside), what=what, fix=fix))
