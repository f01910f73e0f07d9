"""What the platform says of our number, in our words: how people see it, and how well it stands.

Source: Meta's reference of the phone number node (`quality_rating` of the last seven days, `status`). A word
that is newer than this code counts as unknown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wa_notify.whatsapp.reading import word

QUALITIES = ("green", "yellow", "red", "unknown")
UNKNOWN = "unknown"
STATUSES = (
    *("connected", "pending", "flagged", "restricted", "rate_limited", "banned", "disconnected", "migrated"),
    UNKNOWN,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberStanding:
    """A business number. ``quality`` and ``status`` are of `QUALITIES` and `STATUSES`."""

    display_number: str
    verified_name: str
    quality: str
    status: str
    limit: str  # the messaging limit in the platform's word; empty where it is not told


def read_standing(number: Mapping[str, Any]) -> NumberStanding:
    """Read what the platform says of a number."""
    quality = word(number, "quality_rating").lower()
    status = word(number, "status").lower()
    limit = number.get("whatsapp_business_manager_messaging_limit")
    return NumberStanding(
        display_number=word(number, "display_phone_number"),
        verified_name=word(number, "verified_name"),
        quality=quality if quality in QUALITIES else UNKNOWN,
        status=status if status in STATUSES else UNKNOWN,
        limit=str(limit) if isinstance(limit, str | int) and not isinstance(limit, bool) else "",
    )
