"""Silences: what is muted, and what a new one would mute."""

from collections.abc import Mapping
from typing import Any

from wa_notify.core.access import Right
from wa_notify.web.admin.views.tickets import SPANS
from wa_notify.web.admin.visit import Visit, page
from wa_notify.web.operations.silences import list_silences, preview_silence
from wa_notify.web.refusals import Refused


@page("/silences", right=Right.SEE, template="silences.html", section="silences")
async def silences(visit: Visit) -> Mapping[str, Any]:
    """What is silenced; with conditions in the address also what they would mute."""
    conditions, foreseen, complaint = visit.query.get("conditions", ""), None, None
    if conditions.strip():
        try:
            foreseen = await visit.ask(preview_silence, {"conditions": conditions})
        except Refused as refused:  # while somebody is still typing
            complaint = refused.complaints[0]
    return {
        "found": (await visit.ask(list_silences)).items,
        "conditions": conditions,
        "foreseen": foreseen,
        "complaint": complaint,
        "spans": SPANS,
    }


PAGES = (silences,)
