"""The section ``retention``: how long things are kept."""

from datetime import timedelta
from typing import Any

import voluptuous as vol

from wa_notify.config.shape import Check, Flaw, section
from wa_notify.config.words import duration
from wa_notify.core.retention import SHORTEST_INBOX, Retention

RETENTION = "retention"
FOR_EVER = ("never", "0")
LONGEST = timedelta(days=36_525)  # a century
DAY = timedelta(days=1)


def age(least: timedelta, why: str) -> Check:
    """At what age something goes; ``never`` or 0: it stays."""
    span = duration(longest=LONGEST)

    def check(value: Any) -> timedelta | None:
        if value in FOR_EVER or (value == 0 and not isinstance(value, bool)):
            return None
        kept: timedelta = span(value)
        if kept < least:
            raise Flaw(f"This is too short. {why}", f"At least {least.days}d, or never.")
        return kept

    return check


AGE = age(DAY, "Whoever looks into a matter needs some time.")
RETENTIONS: Check = vol.All(
    section(
        "The section `retention`",
        {
            vol.Optional("inbox"): age(SHORTEST_INBOX, "WhatsApp repeats what it told us for up to 7 days."),
            vol.Optional("messages"): AGE,
            vol.Optional("tickets"): AGE,
            vol.Optional("guests"): AGE,
        },
    ),
    lambda values: Retention(**values),
)
