"""Tier and throughput on demand: what the platform would do by itself some day, with the callbacks that tell.

Under `/_sandbox/limits`: `tier`, `code` (131048 or 130429) of messages beyond it, and `throughput`. The
upgrade to HIGH lasts `upgrade_seconds`, in which every message is refused with 131057.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from .answers import PlatformJSON, json_object
from .control import guarded
from .control_input import among, read, seconds
from .reach import CODES, STEPS
from .world import World

LEVELS = {"STANDARD": 80, "HIGH": 1000, "NOT_APPLICABLE": 80}
UPGRADE = timedelta(seconds=60)


def some_code(given: Any) -> int:
    """Read one of the codes with which a message beyond the limit may fail."""
    return int(among(map(str, CODES))(str(given)))


FIELDS = {
    "tier": among(STEPS),
    "code": some_code,
    "throughput": among(LEVELS),
    "upgrade_seconds": seconds,
}


def set_tier(world: World, tier: str) -> None:
    """Give the portfolio another tier, and announce it. Raises ValueError for an unknown one."""
    if tier not in STEPS:
        raise ValueError(f"{tier!r} is no tier; there are {', '.join(STEPS)}.")
    world.account.messaging_limit = tier
    world.announce_tier(world.clock())


def set_throughput(world: World, level: str, upgrade: timedelta = UPGRADE) -> None:
    """Give the number another throughput; for HIGH after a while of maintenance. Raises ValueError."""
    if level not in LEVELS:
        raise ValueError(f"{level!r} is no level; there are {', '.join(LEVELS)}.")
    faster = level == "HIGH" and world.account.throughput != level
    world.account.throughput = level
    world.limits = replace(world.limits, per_second=LEVELS[level])
    world.maintenance_until = world.clock() + upgrade if faster else None
    if faster:
        value = {
            "display_phone_number": world.account.number,
            "event": "THROUGHPUT_UPGRADE",
            "max_daily_conversations_per_business": world.account.messaging_limit,
        }
        world.announce("phone_number_quality_update", value, world.clock() + upgrade)
    world.note("throughput", level=level)


class ReachControl:
    """The endpoints, around one world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[Route]:
        """Return the routes, relative to where they are mounted."""
        return [
            Route("/limits", self.show),
            Route("/limits", guarded(self.change), methods=["POST"]),
        ]

    async def show(self, _request: Request) -> Response:
        """Show tier, throughput and how many people were reached."""
        account, reach = self._world.account, self._world.reach
        return PlatformJSON(
            {
                "tier": account.messaging_limit,
                "limit": STEPS.get(account.messaging_limit),
                "used": reach.used(self._world.clock()),
                "code": reach.code,
                "throughput": account.throughput,
            }
        )

    async def change(self, request: Request) -> Response:
        """Change tier, throughput, or the code of messages beyond the limit."""
        values = read(await json_object(request), FIELDS)
        if "code" in values:
            self._world.reach.code = values["code"]
        if "tier" in values:
            set_tier(self._world, values["tier"])
        if "throughput" in values:
            set_throughput(self._world, values["throughput"], values.get("upgrade_seconds", UPGRADE))
        return await self.show(request)
