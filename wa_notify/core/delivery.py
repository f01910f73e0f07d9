"""Delivery statuses merge upward: late, doubled and unordered ones can never take anything back.

Source: Meta's webhook reference. ``delivered`` may be skipped when the chat is open, since ``read`` implies
it; ``failed`` may follow ``sent`` but never ``delivered``; the order of arrival is not guaranteed.
"""

from collections.abc import Iterable
from enum import StrEnum

RECEIPTS_LEARNED_AFTER = 5  # messages that reached somebody who then wrote, and of which none was ever read


class DeliveryStatus(StrEnum):
    """How far a message got. ``accepted`` has no webhook: it is the answer to our own request."""

    ACCEPTED = "accepted"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


ON_THE_PHONE = (DeliveryStatus.DELIVERED, DeliveryStatus.READ)

# Failed stands between sent and delivered: it outweighs "sent", and proof of arrival outweighs it.
_RANK = {
    DeliveryStatus.ACCEPTED: 1,
    DeliveryStatus.SENT: 2,
    DeliveryStatus.FAILED: 3,
    DeliveryStatus.DELIVERED: 4,
    DeliveryStatus.READ: 5,
}


def merge(known: DeliveryStatus | None, reported: DeliveryStatus) -> DeliveryStatus:
    """The further of the two."""
    if known is None:
        return reported
    return max(known, reported, key=_RANK.__getitem__)


def sends_no_receipts(read: Iterable[bool]) -> bool:
    """Whether somebody who wrote has switched read receipts off, by the last messages that reached them."""
    seen = tuple(read)
    return len(seen) >= RECEIPTS_LEARNED_AFTER and not any(seen)
