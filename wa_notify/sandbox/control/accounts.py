"""What may befall numbers and accounts: tiers, throughput, news, a bad health status.

Under `/limits`: `tier`, `code` (131048 or 130429) of messages beyond it, `throughput`. The upgrade to HIGH
lasts `upgrade_seconds`, in which every message is refused with 131057.
"""

from typing import Any

from wa_notify.sandbox import troubles
from wa_notify.sandbox.account import HEALTH
from wa_notify.sandbox.conduct import set_throughput, set_tier, verify
from wa_notify.sandbox.growth import LEVELS, UPGRADE
from wa_notify.sandbox.reach import CODES, STEPS

from .operation import WABA, Asked, Operation
from .reading import Reader, among, flag, mapping, seconds, text, whole


def _code(given: Any) -> int:
    return int(among(map(str, CODES))(str(given)))


LIMIT_FIELDS = {
    "tier": among(STEPS),
    "code": Reader(_code, {"enum": sorted(CODES)}),
    "throughput": among(LEVELS),
    "upgrade_seconds": seconds,
    "fast_from": whole(1, 100_000_000),
    "reached": whole(1, 1_000_000),
    "limit_as_number": flag,
    "verified": flag,
    "business": text,
}
HEALTH_FIELDS = {
    "entity": among(troubles.ENTITIES),
    "state": among(HEALTH),
    "error_code": whole(0, 10_000_000),
    "error_description": text,
    "possible_solution": text,
}


async def limits(asked: Asked) -> dict[str, Any]:
    """Show tier, throughput, how many people were reached, and how many templates an account may have."""
    portfolio, reach = asked.world.portfolio, asked.world.reach
    return {
        "tier": portfolio.messaging_limit,
        "limit": STEPS.get(portfolio.messaging_limit),
        "used": reach.used(asked.world.clock()),
        "code": reach.code,
        "throughput": portfolio.home.number.throughput,
        "fast_from": reach.fast_from,
        "limit_as_number": portfolio.limit_as_number,
        "verified": portfolio.verified,
        "templates_allowed": asked.world.reviewers.most(),
    }


async def change_limits(asked: Asked) -> dict[str, Any]:
    """Change how many people the business may write to first, and how fast a number may be.

    `throughput` is that of the number `business`, by default the first; it rises by itself after `fast_from`
    people in a day. `code`: that of messages beyond the limit. `limit_as_number`: how callbacks tell it.
    `verified`: whether the business is, which lifts the smallest tier and allows more templates. `reached`
    counts so many strangers as reached just now.
    """
    values, reach = asked.values, asked.world.reach
    line = asked.line
    reach.code = values.get("code", reach.code)
    reach.fast_from = values.get("fast_from", reach.fast_from)
    portfolio = asked.world.portfolio
    portfolio.limit_as_number = values.get("limit_as_number", portfolio.limit_as_number)
    if "reached" in values:
        reach.count_strangers(values["reached"], asked.world.clock())
    if "verified" in values:
        verify(asked.world, verified=values["verified"])
    if "tier" in values:
        set_tier(asked.world, values["tier"])
    if "throughput" in values:
        set_throughput(asked.world, line, values["throughput"], values.get("upgrade_seconds", UPGRADE))
    return await limits(asked)


async def announce(asked: Asked) -> dict[str, Any]:
    """Send a callback of a management field."""
    troubles.announce(asked.world, asked.account, asked.values["field"], asked.values["value"])
    return dict(asked.values)


async def change_health(asked: Asked) -> dict[str, Any]:
    """Change what the health status says of an entity."""
    error, account = dict(asked.values), asked.account
    entity, state = error.pop("entity"), error.pop("state", "BLOCKED")
    troubles.unwell(asked.world, account, entity, state, error)
    return {"unwell": account.unwell}


OPERATIONS = (
    Operation(verb="GET", path="/limits", act=limits),
    Operation(verb="POST", path="/limits", act=change_limits, takes=LIMIT_FIELDS),
    Operation(
        verb="POST", path="/announce", act=announce, takes={"field": text, "value": mapping},
        needs=("field", "value"), asks=WABA,
    ),
    Operation(
        verb="POST", path="/health", act=change_health, takes=HEALTH_FIELDS, needs=("entity",), asks=WABA
    ),
)  # fmt: skip
