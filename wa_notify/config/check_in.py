"""Check-ins of schedules, and how administrators are told that something needs them (``admins``)."""

from collections.abc import Collection, Mapping
from typing import Any

import voluptuous as vol

from wa_notify.config.beside import text_of
from wa_notify.config.fallback import FALLBACK, WISH, admins_targets
from wa_notify.config.faults import Fault, Faults, shown, suggestion
from wa_notify.config.places import Spot
from wa_notify.config.rules import template_text, use
from wa_notify.config.schedules import CHECK_IN, SCHEDULES
from wa_notify.config.shape import Check, fitted, section
from wa_notify.config.text import Role, in_zone, jinja
from wa_notify.config.words import duration, text
from wa_notify.core.rule import CheckIn, Notice

ADMINS = "admins"
FACTS = ("schedule", "person", "until", "title")  # what the words of a check-in may speak of
NOTICE_FACTS = ("text", "title")

_CHECK_IN: Check = section(
    "A check-in",
    {
        vol.Required("template"): use(FACTS),
        vol.Optional("free_form"): jinja(Role.WHOLE, FACTS),
        vol.Optional("wait", default="30m"): duration(),
    },
)
_ADMINS: Check = section(
    "The section `admins`",
    {
        vol.Required("receiver"): text,
        vol.Optional("template"): use(NOTICE_FACTS),
        vol.Optional(FALLBACK): WISH,
    },
)


def check_ins(raw: Any, time_zone: str, faults: Faults) -> dict[str, CheckIn]:
    """Which schedules ask whoever is on call for a sign of life, out of the section ``schedules``."""
    found: dict[str, CheckIn] = {}
    for name, values in raw.items() if isinstance(raw, Mapping) else ():
        if not isinstance(values, Mapping) or CHECK_IN not in values:
            continue
        spot: Spot = (SCHEDULES, name, CHECK_IN)
        fit = fitted(_CHECK_IN, values[CHECK_IN], spot, faults)
        if fit is None:
            continue
        clock = values.get("time_zone", time_zone)
        fit = in_zone(fit, clock if isinstance(clock, str) else time_zone)
        template = template_text(fit["template"], f"check-in of {name}")
        found[name] = CheckIn(
            template=template,
            free_form=text_of(fit, "free_form", f"check-in of {name}"),
            wait=fit["wait"],
        )
    return found


def notice(raw: Any, receivers: Collection[str] | None, faults: Faults) -> Notice | None:
    """Who looks after the alerting itself, and the template by which they hear of trouble."""
    if raw is None:
        return None
    fit = fitted(_ADMINS, raw, (ADMINS,), faults)
    if fit is None:
        return None
    if receivers is not None and fit["receiver"] not in receivers:
        what = f"There is no receiver {shown(fit['receiver'])}."
        fix = suggestion(fit["receiver"], receivers, "receiver")
        faults.add(Fault(spot=(ADMINS, "receiver"), what=what, fix=fix))
    template = template_text(fit["template"], "notice") if "template" in fit else None
    return Notice(receiver=fit["receiver"], template=template, targets=admins_targets(raw))
