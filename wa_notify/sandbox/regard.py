"""How the platform regards a business as time goes by: it counts complaints, and tells of what changes.

What it does on demand is in `conduct`.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from .account import Account, Line, Portfolio
from .courier import Courier
from .growth import UPGRADE
from .journal import Journal
from .limits import Limits, Pace
from .measures import MeasureOver, news_of
from .network import Complaint
from .reach import OLD_FORM_UNTIL, Reach, TierRaise, capability_news, step_news
from .schedule import Schedule

COMPLAINTS_COUNT = timedelta(days=7)  # Meta: the quality of a number is that of the last 7 days
QUALITY_STEPS = ("GREEN", "YELLOW", "RED")


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintForgotten:
    """A complaint about a number has become old."""

    line: Line


class Regard:
    """The platform as it looks at the business."""

    def __init__(
        self,
        *,
        portfolio: Portfolio,
        journal: Journal,
        schedule: Schedule[Any],
        courier: Courier,
        reach: Reach,
        paces: defaultdict[str, Pace],
    ) -> None:
        self._portfolio = portfolio
        self._journal = journal
        self._schedule = schedule
        self._courier = courier
        self._reach = reach
        self._paces = paces
        self._complaints: dict[str, list[datetime]] = {}  # by phone number id

    def announce(self, account: Account, field: str, value: Mapping[str, object], at: datetime) -> None:
        """Send news of an account or a number of it, at that instant."""
        about = self._portfolio.business_id if field == "account_update" else None
        self._courier.tell(account, field, value, at, about=about)

    def raise_tier(self, event: TierRaise, at: datetime) -> None:
        """Let the portfolio have the step that it earned, unless its tier changed meanwhile."""
        if self._reach.raised(event) is not None:
            self.announce_tier(at, old=event.tier)

    def quicken(self, line: Line, at: datetime) -> None:
        """Let a number have the throughput that it earned, unless it has it."""
        if line.number.throughput == "STANDARD":
            self.change_throughput(line, "HIGH", UPGRADE, at)

    def end_measure(self, event: MeasureOver, at: datetime) -> None:
        """Let a measure end, unless it lasts longer by now; a scheduled ban begins."""
        standing = event.account.standing
        if not standing.is_over(event.measure, at):
            return
        following = standing.end(event.measure)
        self._journal.write(at, "measure", measure=event.measure.value, over=True)
        if following is not None and (news := news_of(standing, following)) is not None:
            self.announce(event.account, "account_update", news, at)

    def hear(self, complaint: Complaint, limits: Limits, at: datetime) -> None:
        """Take note of a complaint, for a week."""
        line = complaint.line
        self._complaints.setdefault(line.id, []).append(at)
        self._schedule.add(at + COMPLAINTS_COUNT, ComplaintForgotten(line=line))
        self.judge(line, limits, at)

    def resume(self, event: ComplaintForgotten, at: datetime) -> None:
        """Take over a complaint of another world, which becomes old at that instant."""
        self._complaints.setdefault(event.line.id, []).append(at - COMPLAINTS_COUNT)
        self._schedule.add(at, event)

    def judge(self, line: Line, limits: Limits, at: datetime) -> None:
        """Let a number have the quality that the complaints of late give it, if they do."""
        recent = [one for one in self._complaints[line.id] if one > at - COMPLAINTS_COUNT]
        self._complaints[line.id] = recent
        if limits.complaints_a_step is not None:
            steps = len(recent) // limits.complaints_a_step
            quality = QUALITY_STEPS[min(steps, len(QUALITY_STEPS) - 1)]
            if quality != line.number.quality_rating:
                self.rate(line, quality, at)

    def rate(self, line: Line, quality: str, at: datetime) -> None:
        """Give a number another quality; with RED it is flagged until it has another one.

        FLAGGED and UNFLAGGED are events of older days; that they are still told is our deduction.
        """
        number = line.number
        was_flagged, number.quality_rating = number.status == "FLAGGED", quality
        self._journal.write(at, "quality", business=line.id, quality=quality)
        if quality == "RED" and number.status == "CONNECTED":
            number.status = "FLAGGED"
            self._tell_quality(line, "FLAGGED", at)
        elif quality != "RED" and was_flagged:
            number.status = "CONNECTED"
            self._tell_quality(line, "UNFLAGGED", at)

    def _tell_quality(self, line: Line, event: str, at: datetime) -> None:
        shown = {"display_phone_number": line.number.digits, "event": event}
        value = {**shown, "current_limit": self._portfolio.messaging_limit}
        self.announce(line.account, "phone_number_quality_update", value, at)

    def change_throughput(self, line: Line, level: str, upgrade: timedelta, at: datetime) -> None:
        """Give a number another throughput; for HIGH after a while of maintenance, and announced."""
        faster = level == "HIGH" and line.number.throughput != level
        line.number.throughput = level
        self._paces[line.id].maintenance_until = at + upgrade if faster else None
        if faster:
            value = {
                "display_phone_number": line.number.digits,
                "event": "THROUGHPUT_UPGRADE",
                "max_daily_conversations_per_business": self._portfolio.messaging_limit,
            }
            self.announce(line.account, "phone_number_quality_update", value, at + upgrade)
        self._journal.write(at, "throughput", level=level)

    def announce_tier(self, at: datetime, *, old: str) -> None:
        """Tell every account of the business which messaging limit they share."""
        for account in self._portfolio.accounts:
            self.announce(account, "business_capability_update", capability_news(self._portfolio, at), at)
        if at < OLD_FORM_UNTIL:
            for line in self._portfolio.lines:
                value = step_news(line, old, self._portfolio.messaging_limit)
                self.announce(line.account, "phone_number_quality_update", value, at)
