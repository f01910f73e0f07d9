"""The first page: what is burning, and how everything else stands."""

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from wa_notify.core.access import Right
from wa_notify.web.admin import words
from wa_notify.web.admin.views.tickets import tests
from wa_notify.web.admin.visit import Visit, page
from wa_notify.web.operations.overview import OverviewShape, show_overview

FATES = ("delivered", "under_way", "waiting", "failed", "cancelled")


@page("/", right=Right.SEE, template="overview.html", section="overview")
async def overview(visit: Visit) -> Mapping[str, Any]:
    """Everything at a glance."""
    seen: OverviewShape = await visit.ask(show_overview)
    zone = ZoneInfo(visit.office.engine.book.time_zone)
    return {
        "seen": seen,
        "calm": is_calm(seen),
        "delivery": [
            (math.inf if one.seconds is None else one.seconds, one.messages) for one in seen.delivery.buckets
        ],
        "told": told,
        "hours": [(hour_of(one.starts_at, zone), one) for one in seen.hours],
        "day": {name: sum(getattr(one, name) for one in seen.hours) for name in FATES},
        "tests": await tests(visit),
    }


def is_calm(seen: OverviewShape) -> bool:
    """Whether nothing needs anybody."""
    burning = seen.tickets.open or seen.troubles or seen.health.findings or seen.silence
    return not (burning or seen.outbox.due_since)


def told(seconds: float) -> str:
    """A number of seconds as people say it; the platform tells no part of one."""
    if not math.isfinite(seconds):
        return "longer"
    return words.short_span(timedelta(seconds=seconds)) if seconds >= 1 else "under 1 s"


def hour_of(at: datetime, zone: ZoneInfo) -> str:
    """What the clock of the house shows."""
    return f"{at.astimezone(zone):%H:%M}"


PAGES = (overview,)
