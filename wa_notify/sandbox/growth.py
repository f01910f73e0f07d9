"""How fast a number may be, by what the platform gave it.

The upgrade of a number takes up to a minute in which every message of it is refused with 131057.
"""

from datetime import timedelta

from .account import BusinessNumber

LEVELS = ("STANDARD", "HIGH", "NOT_APPLICABLE")
FAST = 1000  # messages a second of the level HIGH; the others have the pace of `Limits`
SHARED = 20  # of a number that is used in the WhatsApp Business app as well
UPGRADE = timedelta(seconds=60)


def speed_of(number: BusinessNumber) -> int | None:
    """Return how many messages a second a number may send, None for as many as everybody."""
    if number.shared_with_app:
        return SHARED
    return FAST if number.throughput == "HIGH" else None
