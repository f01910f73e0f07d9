"""What the platform gives a business that does well, on demand: a higher tier, a faster number.

The upgrade of a number takes up to a minute in which every message of it is refused with 131057.
"""

from datetime import timedelta

from .account import Line
from .reach import STEPS
from .world import World

LEVELS = ("STANDARD", "HIGH", "NOT_APPLICABLE")
FASTER = {"HIGH": 1000}  # messages a second; the others have the pace of `Limits`
UPGRADE = timedelta(seconds=60)


def set_tier(world: World, tier: str) -> None:
    """Give the portfolio another tier, and announce it. Raises ValueError for an unknown one."""
    if tier not in STEPS:
        raise ValueError(f"{tier!r} is no tier; there are {', '.join(STEPS)}.")
    world.portfolio.messaging_limit = tier
    world.announce_tier(world.clock())


def set_throughput(world: World, line: Line, level: str, upgrade: timedelta = UPGRADE) -> None:
    """Give a number another throughput; for HIGH after a while of maintenance. Raises ValueError."""
    if level not in LEVELS:
        raise ValueError(f"{level!r} is no level; there are {', '.join(LEVELS)}.")
    faster = level == "HIGH" and line.number.throughput != level
    line.number.throughput = level
    pace = world.pace_of(line)
    pace.per_second = FASTER.get(level)
    pace.maintenance_until = world.clock() + upgrade if faster else None
    if faster:
        value = {
            "display_phone_number": line.number.digits,
            "event": "THROUGHPUT_UPGRADE",
            "max_daily_conversations_per_business": world.portfolio.messaging_limit,
        }
        at = world.clock() + upgrade
        world.announce("phone_number_quality_update", value, at, account=line.account)
    world.note("throughput", level=level)
