"""What an alert would do."""

from collections.abc import Mapping
from typing import Any

from wa_notify.core.access import Right
from wa_notify.web.admin.visit import Visit, page
from wa_notify.web.operations.explain import explain_alert, list_recent_alerts

RECENT = "12"


@page("/explain", right=Right.SEE, template="explain.html", section="explain")
async def explain(visit: Visit) -> Mapping[str, Any]:
    """An event is pasted, or one that came before is chosen; then its explanation is here at once."""
    number = visit.query.get("alert", "")
    asked = {"alert": int(number)} if number.isdecimal() and len(number) < 16 else None
    return {
        "result": await visit.ask(explain_alert, body=asked) if asked else None,
        "recent": (await visit.ask(list_recent_alerts, {"limit": RECENT})).items,
        "sources": sorted(visit.office.standing.sources),
    }


PAGES = (explain,)
RESULTS = {"explain_alert": "explain.html"}
