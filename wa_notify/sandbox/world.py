"""Everything the sandbox consists of, put together once and handed to its two faces: Graph and control."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta

import httpx

from .account import Account, Line, Portfolio
from .callbacks import management_payload
from .chance import Chance
from .clock import Clock, SandboxClock
from .courier import Courier, Delivery, FlushBatch
from .faults import Faults
from .inbound import Inbound
from .journal import Journal
from .limits import Limits, Pace
from .management import Desk
from .media import MediaStore, Medium, value_of
from .network import Network, Step
from .people import People
from .phones import Phone
from .play import Play
from .reach import Reach, TierRaise
from .review import ReviewDue, Reviewers
from .schedule import Schedule
from .script import Cue
from .verbs import Verbs

Event = Step | Delivery | FlushBatch | ReviewDue | TierRaise | Cue


@dataclass(slots=True, kw_only=True)
class World:
    """The parts of one sandbox.

    origin: the business as the sandbox was made with it, for scenarios that name no other.
    verbs: what the script of a scenario can do, by name.
    """

    portfolio: Portfolio
    origin: Portfolio
    verbs: Verbs
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
    faults: Faults
    limits: Limits = field(default_factory=Limits)
    media: MediaStore
    keep_messages: int | None = None  # beyond so many the oldest are forgotten; None keeps all
    paces: dict[str, Pace] = field(default_factory=dict)  # by phone number id
    play: Play = field(default_factory=Play)

    @property
    def account(self) -> Account:
        """The account that is meant where none is named."""
        return self.portfolio.accounts[0]

    def pace_of(self, line: Line) -> Pace:
        """Return what a number has sent of late."""
        return self.paces.setdefault(line.id, Pace())

    def become(self, other: "World") -> None:
        """Go on as another world, in which everybody who holds this one finds themselves."""
        other.schedule.on_added, other.base_url = self.schedule.on_added, self.base_url
        other.keep_messages = self.keep_messages
        other.courier.take_over(self.courier)
        for part in fields(self):
            setattr(self, part.name, getattr(other, part.name))
        self.schedule.on_added()

    def forward(self, by: timedelta) -> None:
        """Shift the sandbox's time. Raises ValueError when `by` is negative or its clock is the host's."""
        self.clock.advance(by)
        self.schedule.on_added()  # what became due needs no new event to be noticed
        self.note("clock", offset_seconds=self.clock.offset.total_seconds())

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

    def apply(self, event: Step | FlushBatch | ReviewDue | TierRaise | Cue, at: datetime) -> None:
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
                    self.announce_tier(at)
            case Cue():
                self.play.take(self, event, at)

    def announce_tier(self, at: datetime) -> None:
        """Tell every account of the business which messaging limit they share."""
        value = {"max_daily_conversations_per_business": self.portfolio.messaging_limit}
        for account in self.portfolio.accounts:
            whole = {**value, "max_phone_numbers_per_business": 20}
            self.announce("business_capability_update", whole, at, account=account)

    def announce(
        self, field: str, value: Mapping[str, object], at: datetime, *, account: Account | None = None
    ) -> None:
        """Send news of number or account, at that instant; by default of the first account."""
        about = account or self.account
        payload = management_payload(about, field, value, at)
        self.courier.announce(payload, at, line=about, lane=about.waba_id, about=[field])


def build(
    *,
    portfolio: Portfolio,
    clock: Clock,
    seed: int,
    client: httpx.AsyncClient | None,
    verbs: Verbs,
    journal: Journal | None = None,
) -> World:
    """Return a world in which nothing has happened yet; it goes on with a journal and clock of a sandbox."""
    time = clock if isinstance(clock, SandboxClock) else SandboxClock(clock)
    chance, journal, people = Chance(seed), journal or Journal(), People()
    schedule: Schedule[Event] = Schedule()
    courier = Courier(clock=time, chance=chance, journal=journal, schedule=schedule, client=client)
    reach = Reach(portfolio)
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
    )
    reviewers = Reviewers(clock=time, journal=journal, schedule=schedule, courier=courier)
    return World(
        portfolio=portfolio,
        origin=deepcopy(portfolio),
        verbs=verbs,
        clock=time,
        chance=chance,
        journal=journal,
        schedule=schedule,
        courier=courier,
        faults=Faults(chance),
        people=people,
        network=network,
        reviewers=reviewers,
        desk=Desk(clock=time, chance=chance, reviewers=reviewers),
        media=MediaStore(time),
        reach=reach,
    )
