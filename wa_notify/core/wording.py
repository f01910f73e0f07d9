"""What changed since the last word on a ticket, and how its title says so.

A template has fixed words, so the title that stands in its blanks has to tell a repeat from a first alarm.
"""

from enum import StrEnum
from typing import assert_never


class Change(StrEnum):
    """Why a message about firing alerts is said now."""

    NEW = "new"
    AGAIN = "again"  # it had been over
    GROWN = "grown"  # more alerts joined
    WORSE = "worse"  # graver than before
    STILL = "still"  # nothing changed, it still fires
    UNANSWERED = "unanswered"  # others were asked and did not answer


def headline(title: str, change: Change, firing: int) -> str:
    """The title with what changed: ``Worse: Disk full on db-7``, ``Disk full on db-7 and 2 more``."""
    match change:
        case Change.NEW:
            return title
        case Change.AGAIN:
            return f"Again: {title}"
        case Change.GROWN:
            return f"{title} and {firing - 1} more" if firing > 1 else title
        case Change.WORSE:
            return f"Worse: {title}"
        case Change.STILL:
            return f"Still firing: {title}"
        case Change.UNANSWERED:
            return f"Unanswered: {title}"
        case _:
            assert_never(change)
