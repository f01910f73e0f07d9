"""How much marketing one person gets: a cap over all businesses, and a pause for who does not heed it.

131049 comes when the cap is reached; whoever tries again within 24 hours begins another 24 hours without
marketing to that person. Countries of the European Economic Area, the United Kingdom, Japan and South Korea
have no cap (Meta's marketing limits, firm; the cap itself is dynamic and unknown, so that it is set here).
"""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from .numbers import country_of

DAY = timedelta(hours=24)
NO_CAP_IN = frozenset({
    "AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IS", "IE", "IT", "LV",
    "LI", "LT", "LU", "MT", "NL", "NO", "PL", "PT", "RO", "SK", "SI", "ES", "SE", "GB", "JP", "KR",
})  # fmt: skip


@dataclass(slots=True, kw_only=True, eq=False)
class MarketingIntake:
    """The marketing that one person got of late.

    cap: how many such templates they get in any 24 hours from all businesses together; None for no end. Let
    it be 0 when other businesses used it up.
    delivered: when they got one. refused_at: when the last one was too many. pause_until: until when no more
    come.
    """

    cap: int | None = None
    delivered: deque[datetime] = field(default_factory=deque)
    refused_at: datetime | None = None
    pause_until: datetime | None = None

    def is_full(self, wa_id: str, now: datetime) -> bool:
        """Whether one more is too many for the holder of that number."""
        if self.cap is None or country_of(wa_id) in NO_CAP_IN:
            return False
        self._forget(now)
        paused = self.pause_until is not None and now < self.pause_until
        return paused or len(self.delivered) >= self.cap

    def got(self, now: datetime) -> None:
        """The person got one."""
        self._forget(now)
        self.delivered.append(now)

    def refused(self, now: datetime) -> None:
        """One was too many; if it was another one within a day, none comes through for a day from now on."""
        if self.refused_at is not None and now < self.refused_at + DAY:
            self.pause_until = now + DAY
        self.refused_at = now

    def _forget(self, now: datetime) -> None:
        while self.delivered and self.delivered[0] <= now - DAY:
            self.delivered.popleft()
