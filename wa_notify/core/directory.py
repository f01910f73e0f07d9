"""The directory: how people stand, in the few words by which lists of them are filtered and counted."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from wa_notify.core.consent import ConsentAct, ConsentRecord, Purpose, standing
from wa_notify.core.window import LENGTH, MARGIN

CLOSING = timedelta(hours=1)


class Agreement(StrEnum):
    """Whether somebody may be written to first, for utility messages."""

    GRANTED = "granted"
    NONE = "none"  # never asked, or not answered
    LAPSED = "lapsed"  # they agreed for a number that is not theirs any more
    REFUSED = "refused"


class WindowStand(StrEnum):
    """How the customer service window of somebody stands."""

    OPEN = "open"  # those that close soon too
    CLOSING = "closing"  # open for an hour at most
    CLOSED = "closed"


_AGREED = {
    ConsentAct.GRANTED: Agreement.GRANTED,
    ConsentAct.REVOKED: Agreement.REFUSED,
    ConsentAct.LAPSED: Agreement.LAPSED,
}


def agreement(ledger: Sequence[ConsentRecord]) -> Agreement:
    """What counts of a person's entries, which are in the order of recording."""
    entry = standing(ledger, Purpose.UTILITY)
    return Agreement.NONE if entry is None else _AGREED[entry.act]


def open_since(now: datetime) -> datetime:
    """A window is open when its person wrote later than this, and nothing was refused since."""
    return now - LENGTH + MARGIN


def closing_since(now: datetime) -> datetime:
    """An open window closes within the hour when its person wrote at this instant or earlier."""
    return open_since(now) + CLOSING
