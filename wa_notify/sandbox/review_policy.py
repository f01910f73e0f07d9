"""How templates are judged, and how fast: the numbers behind reviews, quality and pacing."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

PacingMode = Literal["off", "auto"]
PACING_MODES: tuple[PacingMode, ...] = ("off", "auto")
MOST_UNVERIFIED, MOST_VERIFIED = 250, 6_000  # templates of an account, by Meta's template reference


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPolicy:
    """How templates are taken in and looked after, changeable at run time.

    after: how long a review takes; with nothing the answer to the request tells its result.
    most: templates that the account may have, each language counts; None is Meta's 250, or 6,000 of a
        verified business.
    an_hour: templates that may be created within an hour (Meta: 100).
    appeal_after: how long the answer to an appeal takes (Meta: within 24 hours).
    notice: how long before another category is true it is announced (Meta: a day).
    complaints: how many reports and blocks lower the quality by a step (Meta publishes no formula).
    pacing: `auto` sends messages of templates that have no good quality yet to a sample first; `off` holds
        only what is asked to be held.
    sample: how many messages go out before the rest is held (Meta publishes no number).
    judged_after: when the sample is judged, counted from its first message (Meta: usually within an hour).
    """

    after: timedelta = timedelta(seconds=5)
    most: int | None = None
    an_hour: int = 100
    appeal_after: timedelta = timedelta(hours=24)
    notice: timedelta = timedelta(hours=24)
    complaints: int = 3
    pacing: PacingMode = "off"
    sample: int = 10
    judged_after: timedelta = timedelta(hours=1)

    def most_of(self, *, verified: bool) -> int:
        """Return how many templates an account of such a business may have."""
        if self.most is not None:
            return self.most
        return MOST_VERIFIED if verified else MOST_UNVERIFIED
