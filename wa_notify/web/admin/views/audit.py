"""The audit trail."""

from collections.abc import Mapping
from typing import Any

from wa_notify.core.access import Right
from wa_notify.web.admin.visit import Visit, page
from wa_notify.web.operations.audit import list_audit


@page("/audit", right=Right.AUDIT, template="audit.html", section="audit")
async def audit(visit: Visit) -> Mapping[str, Any]:
    """Who changed what."""
    chosen = visit.chosen("subject", "actor", "after")
    return {"found": await visit.ask(list_audit, chosen), "chosen": chosen}


PAGES = (audit,)
