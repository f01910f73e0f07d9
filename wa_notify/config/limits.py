"""The section ``limits``: how many people and messages, where less is wanted than the platform allows."""

import re
from typing import Any

import voluptuous as vol

from wa_notify.config.faults import Faults, kind_of, shown
from wa_notify.config.shape import Check, Flaw, fitted, section
from wa_notify.config.words import one_of, whole
from wa_notify.core.limits import Limits, ReachScope, Reserve

LIMITS = "limits"
MOST_PEOPLE = 1_000_000_000
PERCENT = re.compile(r"(\d{1,3})\s*%")
MOST_PER_SECOND = 1000
RESERVE_FIX = "Write it as 10%, from 0% to 90%, or as a number of people."
MOST_PERCENT = 90


def reserve(value: Any) -> Reserve:
    """What is kept for critical messages: a share of the limit, or so many people."""
    if isinstance(value, int) and not isinstance(value, bool):
        return Reserve(people=whole(0, MOST_PEOPLE)(value))
    if not isinstance(value, str):
        raise Flaw(f"This takes a share or a whole number, not {kind_of(value)}.", RESERVE_FIX)
    found = PERCENT.fullmatch(value.strip())
    if not found or int(found[1]) > MOST_PERCENT:
        raise Flaw(f"{shown(value)} is no such share.", RESERVE_FIX)
    return Reserve(percent=int(found[1]))


def _limits(values: dict[str, Any]) -> Limits:
    scope = ReachScope(values.pop("scope", ReachScope.PORTFOLIO))
    return Limits(scope=scope, **values)


LIMITING: Check = vol.All(
    section(
        "The section `limits`",
        {
            vol.Optional("scope"): one_of(*ReachScope),
            vol.Optional("reach"): whole(1, MOST_PEOPLE),
            vol.Optional("reserve"): reserve,
            vol.Optional("per_second"): whole(1, MOST_PER_SECOND),
        },
    ),
    _limits,
)


def limits(raw: Any, faults: Faults) -> Limits:
    """Read the section; without one the platform decides."""
    return fitted(LIMITING, raw, (LIMITS,), faults) or Limits()
