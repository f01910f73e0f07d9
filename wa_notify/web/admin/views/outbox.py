"""The outbox: what waits, what failed, what left."""

from collections.abc import Mapping
from typing import Any

from wa_notify.core.access import Right
from wa_notify.web.admin.visit import Visit, page
from wa_notify.web.operations.outbox import Sort, list_outbox, show_outbox_item


@page("/outbox", right=Right.SEE, template="outbox.html", section="outbox")
async def outbox(visit: Visit) -> Mapping[str, Any]:
    """Messages of a sort; at first those that somebody should look at, if there are any."""
    chosen = visit.chosen("sort", "recipient", "ticket", "after")
    if not chosen:
        counts = (await visit.ask(list_outbox, {"limit": 1})).counts
        chosen = {"sort": Sort.TROUBLE if counts[Sort.TROUBLE] else Sort.ALL}
    return {"found": await visit.ask(list_outbox, chosen), "chosen": chosen, "sorts": [*Sort]}


@page("/outbox/{number:int}", right=Right.SEE, template="outbox_item.html", section="outbox")
async def outbox_item(visit: Visit) -> Mapping[str, Any]:
    """One message."""
    return {"one": await visit.ask(show_outbox_item, path=visit.path)}


PAGES = (outbox, outbox_item)
