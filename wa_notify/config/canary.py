"""The section ``canary``: the message that shows whether messages arrive, and how fast."""

import re
from collections.abc import Collection
from datetime import timedelta
from decimal import Decimal
from typing import Any

import voluptuous as vol

from wa_notify.config.beside import text_of
from wa_notify.config.faults import Fault, Faults, kind_of, shown, suggestion
from wa_notify.config.rules import template_text, use
from wa_notify.config.shape import Check, Flaw, fitted, section
from wa_notify.config.text import Role, in_zone, jinja
from wa_notify.config.words import duration, text, whole
from wa_notify.core.canary import MOST_COUNTED
from wa_notify.core.rule import Canary

CANARY = "canary"
FACTS = ("at", "title")  # what its words may speak of
OFTENEST = timedelta(minutes=1)
MOST_MISSES = 100
SHARE = re.compile(r"(\d{1,2}(?:\.\d{1,3})?|100)\s*%")
SHARE_FIX = "Write it as 99% or 99.9%, more than 0% and at most 100%."


def share(value: Any) -> float:
    """A share of all, such as ``99.5%``, as a number up to 1."""
    if not isinstance(value, str):
        raise Flaw(f"This takes a share, not {kind_of(value)}.", SHARE_FIX)
    found = SHARE.fullmatch(value.strip())
    if not found or not Decimal(found[1]):
        raise Flaw(f"{shown(value)} is no such share.", SHARE_FIX)
    return float(Decimal(found[1]) / 100)


_CANARY: Check = section(
    "The section `canary`",
    {
        vol.Required("to"): text,
        vol.Required("template"): use(FACTS),
        vol.Optional("free_form"): jinja(Role.WHOLE, FACTS),
        vol.Optional("every", default="1h"): duration(),
        vol.Optional("within", default="60s"): duration(),
        vol.Optional("misses", default=2): whole(1, MOST_MISSES),
        vol.Optional("objective", default="99%"): share,
        vol.Optional("over", default="7d"): duration(),
    },
)


def canary(raw: Any, people: Collection[str] | None, time_zone: str, faults: Faults) -> Canary | None:
    """Read the section; nothing when there is none. ``people`` are missing when nobody knows them yet."""
    fit = None if raw is None else fitted(_CANARY, raw, (CANARY,), faults)
    if fit is None:
        return None
    if people is not None and fit["to"] not in people:
        what = f"There is no recipient {shown(fit['to'])}."
        faults.add(Fault(spot=(CANARY, "to"), what=what, fix=suggestion(fit["to"], people, "recipient")))
    fit = in_zone(fit, time_zone)
    words = {
        "template": template_text(fit.pop("template"), CANARY),
        "free_form": text_of(fit, "free_form", CANARY),
    }
    found = Canary(**{**fit, **words})
    _hold_together(found, faults)
    return found


def _hold_together(found: Canary, faults: Faults) -> None:
    """Each is judged before the next one leaves, and there are not too many to be counted at each look."""
    every, least = found.every, found.every * found.misses
    if every < OFTENEST:
        faults.add(Fault(spot=(CANARY, "every"), what="This is too often.", fix="At least 1m."))
    elif found.within > every:
        what = "The next canary would leave before this time is over."
        faults.add(Fault(spot=(CANARY, "within"), what=what, fix="At most as long as `every`."))
    elif not least <= found.over <= every * MOST_COUNTED:
        what = "There would be too few canaries in this time, or too many to count."
        fix = f"From `misses` to {MOST_COUNTED} times as long as `every`."
        faults.add(Fault(spot=(CANARY, "over"), what=what, fix=fix))
