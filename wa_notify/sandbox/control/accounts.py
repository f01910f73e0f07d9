"""What may befall numbers and accounts: tiers, throughput, news, a bad health status.

Under `/limits`: `tier`, `code` (131048 or 130429) of messages beyond it, `throughput`. The upgrade to HIGH
lasts `upgrade_seconds`, in which every message is refused with 131057.
"""

from typing import Any

from wa_notify.sandbox.account import HEALTH, Line
from wa_notify.sandbox.growth import LEVELS, UPGRADE, set_throughput, set_tier
from wa_notify.sandbox.reach import CODES, STEPS
from wa_notify.sandbox.troubles import ENTITIES, announce, unwell

from .operation import Asked, Operation
from .reading import BadInput, Reader, among, mapping, seconds, text, whole
from .weather import WABA


def _code(given: Any) -> int:
    return int(among(map(str, CODES))(str(given)))


LIMIT_FIELDS = {
    "tier": among(STEPS),
    "code": Reader(_code, {"enum": sorted(CODES)}),
    "throughput": among(LEVELS),
    "upgrade_seconds": seconds,
    "business": text,
}
HEALTH_FIELDS = {
    "entity": among(ENTITIES),
    "state": among(HEALTH),
    "error_code": whole(0, 10_000_000),
    "error_description": text,
    "possible_solution": text,
}


async def limits(asked: Asked) -> dict[str, Any]:
    """Show tier, throughput and how many people were reached."""
    portfolio, reach = asked.world.portfolio, asked.world.reach
    return {
        "tier": portfolio.messaging_limit,
        "limit": STEPS.get(portfolio.messaging_limit),
        "used": reach.used(asked.world.clock()),
        "code": reach.code,
        "throughput": portfolio.home.number.throughput,
    }


async def change_limits(asked: Asked) -> dict[str, Any]:
    """Change tier, throughput (of the number `business`, by default the first), or the code of messages
    beyond the limit.
    """
    values = asked.values
    line = _line(asked)
    if "code" in values:
        asked.world.reach.code = values["code"]
    if "tier" in values:
        set_tier(asked.world, values["tier"])
    if "throughput" in values:
        set_throughput(asked.world, line, values["throughput"], values.get("upgrade_seconds", UPGRADE))
    return await limits(asked)


async def tell(asked: Asked) -> dict[str, Any]:
    """Send a callback of a management field."""
    announce(asked.world, asked.account, asked.values["field"], asked.values["value"])
    return dict(asked.values)


async def health(asked: Asked) -> dict[str, Any]:
    """Change what the health status says of an entity."""
    error, account = dict(asked.values), asked.account
    entity, state = error.pop("entity"), error.pop("state", "BLOCKED")
    unwell(account, entity, state, error)
    asked.world.note("health", entity=entity, state=state)
    return {"unwell": account.unwell}


def _line(asked: Asked) -> Line:
    named = asked.values.get("business")
    found = asked.world.portfolio.home if named is None else asked.world.portfolio.line(named)
    if found is None:
        raise BadInput(f"business: there is no number with the id {named}")
    return found


OPERATIONS = (
    Operation(verb="GET", path="/limits", act=limits),
    Operation(verb="POST", path="/limits", act=change_limits, takes=LIMIT_FIELDS),
    Operation(
        verb="POST", path="/announce", act=tell, takes={"field": text, "value": mapping},
        needs=("field", "value"), asks=WABA,
    ),
    Operation(
        verb="POST", path="/health", act=health, takes=HEALTH_FIELDS, needs=("entity",), asks=WABA
    ),
)  # fmt: skip
