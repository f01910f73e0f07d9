"""Everything the sandbox consists of, put together once and handed to its two faces: Graph and control."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import httpx

from .account import Account, Line, Portfolio
from .callbacks import management_payload
from .chance import Chance
from .clock import Clock, SandboxClock
from .courier import Courier, Delivery, FlushBatch
from .faults import Faults
from .growth import UPGRADE, speed_of
from .inbound import Inbound
from .journal import Journal
from .limits import Limits, Pace
from .management import Desk
from .measures import MeasureOver, news_of
from .media import MediaStore, Medium, value_of
from .network import Complaint, Network, Step
from .people import People
from .phones import Phone
from .reach import OLD_FORM_UNTIL, Reach, ThroughputRaise, TierRaise, capability_news, step_news
from .review import ReviewDue, Reviewers
from .schedule import Schedule

COMPLAINTS_COUNT = timedelta(days=7)  # Meta: the quality of a number is that of the last 7 days
QUALITY_STEPS = ("GREEN", "YELLOW", "RED")


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintsForgotten:
    """A complaint about a number has become old."""

    line: Line


# What needs nobody outside, and what does
Inner = (
    Step
    | FlushBatch
    | ReviewDue
    | TierRaise
    | ThroughputRaise
    | MeasureOver
    | Complaint
    | ComplaintsForgotten
)
Event = Inner | Delivery


@dataclass(slots=True, kw_only=True)
class World:
    """The parts of one sandbox."""

    portfolio: Portfolio
    base_url: str = "http://sandbox"  # under which the business reaches the Graph, as last seen
    clock: SandboxClock
    chance: Chance
    journal: Journal
    schedule: Schedule[Event]
    courier: Courier
    people: People
    network: Network
    reviewers: Reviewers
    desk: Desk
    reach: Reach
    faults: Faults = field(default_factory=Faults)
    limits: Limits = field(default_factory=Limits)
    media: MediaStore
    paces: dict[str, Pace] = field(default_factory=dict)  # by phone number id
    complaints: dict[str, list[datetime]] = field(default_factory=dict)  # by phone number id

    @property
    def account(self) -> Account:
        """The account that is meant where none is named."""
        return self.portfolio.accounts[0]

    def pace_of(self, line: Line) -> Pace:
        """Return what a number has sent of late."""
        pace = self.paces.setdefault(line.id, Pace())
        pace.per_second = speed_of(line.number)
        return pace

    def note(self, what: str, **facts: object) -> None:
        """Write an entry of this instant into the journal."""
        self.journal.write(self.clock(), what, **facts)

    def send_file(
        self,
        phone: Phone,
        kind: str,
        content: bytes,
        mime_type: str,
        *,
        caption: str = "",
        filename: str = "",
        to: str | None = None,
        business: str | None = None,
    ) -> str:
        """Let a person send a file to a business number, by default the first; return the message's id."""
        line = phone.chat(business).line
        medium: Medium = self.media.receive(line.id, content, mime_type, filename)
        url = self.media.address(medium, self.base_url, line.account.app_secret)
        return phone.send(kind, value_of(medium, url, caption), to=to, business=business)

    def apply(self, event: Inner, at: datetime) -> None:
        """Let an event happen that needs nobody outside."""
        match event:
            case Step():
                self.network.take_step(event, at)
            case FlushBatch():
                self.courier.flush(event, at)
            case ReviewDue():
                self.reviewers.finish(event)
            case TierRaise():
                if self.reach.raised(event) is not None:
                    self.announce_tier(at, old=event.tier)
            case ThroughputRaise():
                if event.line.number.throughput == "STANDARD":
                    self.change_throughput(event.line, "HIGH", UPGRADE, at)
            case MeasureOver():
                self._end(event, at)
            case Complaint():
                self.complaints.setdefault(event.line.id, []).append(at)
                self.schedule.add(at + COMPLAINTS_COUNT, ComplaintsForgotten(line=event.line))
                self._judge_number(event.line, at)
            case ComplaintsForgotten():
                self._judge_number(event.line, at)

    def _end(self, event: MeasureOver, at: datetime) -> None:
        """Let a measure end, unless it lasts longer by now; a scheduled ban begins."""
        standing = event.account.standing
        if not standing.is_over(event.measure, at):
            return
        following = standing.end(event.measure)
        self.journal.write(at, "measure", measure=event.measure.value, over=True)
        if following is not None and (news := news_of(standing, following)) is not None:
            self.announce("account_update", news, at, account=event.account)

    def _judge_number(self, line: Line, at: datetime) -> None:
        """Let a number have the quality that the complaints of late give it, if they do."""
        recent = [one for one in self.complaints[line.id] if one > at - COMPLAINTS_COUNT]
        self.complaints[line.id] = recent
        if self.limits.complaints_a_step is not None:
            steps = len(recent) // self.limits.complaints_a_step
            quality = QUALITY_STEPS[min(steps, len(QUALITY_STEPS) - 1)]
            if quality != line.number.quality_rating:
                self.rate(line, quality, at)

    def rate(self, line: Line, quality: str, at: datetime) -> None:
        """Give a number another quality; with RED it is flagged until it has another one.

        FLAGGED and UNFLAGGED are events of older days; that they are still told is our deduction.
        """
        number = line.number
        was_flagged, number.quality_rating = number.status == "FLAGGED", quality
        self.journal.write(at, "quality", number=line.id, quality=quality)
        if quality == "RED" and number.status == "CONNECTED":
            number.status = "FLAGGED"
            self._tell_quality(line, "FLAGGED", at)
        elif quality != "RED" and was_flagged:
            number.status = "CONNECTED"
            self._tell_quality(line, "UNFLAGGED", at)

    def _tell_quality(self, line: Line, event: str, at: datetime) -> None:
        shown = {"display_phone_number": line.number.digits, "event": event}
        value = {**shown, "current_limit": self.portfolio.messaging_limit}
        self.announce("phone_number_quality_update", value, at, account=line.account)

    def change_throughput(self, line: Line, level: str, upgrade: timedelta, at: datetime) -> None:
        """Give a number another throughput; for HIGH after a while of maintenance, and announced."""
        faster = level == "HIGH" and line.number.throughput != level
        line.number.throughput = level
        self.pace_of(line).maintenance_until = at + upgrade if faster else None
        if faster:
            value = {
                "display_phone_number": line.number.digits,
                "event": "THROUGHPUT_UPGRADE",
                "max_daily_conversations_per_business": self.portfolio.messaging_limit,
            }
            self.announce("phone_number_quality_update", value, at + upgrade, account=line.account)
        self.journal.write(at, "throughput", level=level)

    def announce_tier(self, at: datetime, *, old: str) -> None:
        """Tell every account of the business which messaging limit they share."""
        for account in self.portfolio.accounts:
            self.announce(
                "business_capability_update", capability_news(self.portfolio, at), at, account=account
            )
        if at < OLD_FORM_UNTIL:
            for line in self.portfolio.lines:
                value = step_news(line, old, self.portfolio.messaging_limit)
                self.announce("phone_number_quality_update", value, at, account=line.account)

    def announce(
        self, field: str, value: Mapping[str, object], at: datetime, *, account: Account | None = None
    ) -> None:
        """Send news of number or account, at that instant; by default of the first account."""
        about = account or self.account
        payload = management_payload(about, field, value, at)
        self.courier.announce(payload, at, line=about, lane=about.waba_id, about=[field])


def build(*, portfolio: Portfolio, clock: Clock, seed: int, client: httpx.AsyncClient | None) -> World:
    """Return a world in which nothing has happened yet."""
    time, chance, journal, people = SandboxClock(clock), Chance(seed), Journal(), People()
    schedule: Schedule[Event] = Schedule()
    courier = Courier(clock=time, chance=chance, journal=journal, schedule=schedule, client=client)
    reach = Reach(portfolio)
    paces: dict[str, Pace] = {}
    network = Network(
        people=people, clock=time, journal=journal, schedule=schedule, courier=courier, reach=reach
    )
    people.carrier = Inbound(
        portfolio=portfolio,
        people=people,
        network=network,
        clock=time,
        chance=chance,
        journal=journal,
        courier=courier,
        paces=paces,
    )
    reviewers = Reviewers(clock=time, journal=journal, schedule=schedule, courier=courier)
    return World(
        portfolio=portfolio,
        clock=time,
        chance=chance,
        journal=journal,
        schedule=schedule,
        courier=courier,
        people=people,
        network=network,
        reviewers=reviewers,
        desk=Desk(clock=time, chance=chance, reviewers=reviewers),
        media=MediaStore(time),
        reach=reach,
        paces=paces,
    )
