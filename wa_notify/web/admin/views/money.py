"""What messages cost."""

from collections.abc import Mapping
from typing import Any

from wa_notify.core.access import Right
from wa_notify.core.charge import Grouping
from wa_notify.web.admin.visit import Visit, page
from wa_notify.web.operations.money import list_costs


@page("/costs", right=Right.SEE, template="costs.html", section="overview")
async def costs(visit: Visit) -> Mapping[str, Any]:
    """The cost of a month, told apart as the reader likes."""
    chosen = visit.chosen("by", "month")
    return {"found": await visit.ask(list_costs, chosen), "groupings": [one.value for one in Grouping]}


PAGES = (costs,)
