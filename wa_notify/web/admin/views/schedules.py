"""Who is on call, and changes by hand."""

from collections.abc import Mapping
from typing import Any

from wa_notify.core.access import Right
from wa_notify.web.admin.visit import Visit, page
from wa_notify.web.operations.schedules import list_overrides, list_schedules


@page("/schedules", right=Right.SEE, template="schedules.html", section="schedules")
async def schedules(visit: Visit) -> Mapping[str, Any]:
    """All schedules with their shifts, and what was changed by hand."""
    return {
        "schedules": (await visit.ask(list_schedules)).items,
        "overrides": await visit.ask(list_overrides, visit.chosen("after")),
    }


PAGES = (schedules,)
