"""Everything the sandbox consists of, put together once and handed to its two faces: Graph and control."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import httpx

from .account import Account
from .callbacks import management_payload
from .chance import Chance
from .clock import Clock, SandboxClock
from .courier import Courier, Delivery, FlushBatch
from .faults import Faults
from .journal import Journal
from .limits import Limits, PairBucket, Throughput
from .management import Desk
from .media import MediaStore, Medium, marks_of, value_of
from .network import Network, Step
from .phones import Phone
from .reach import Reach, TierRaise
from .review import ReviewDue, Reviewers
from .schedule import Schedule

Event = Step | Delivery | FlushBatch | ReviewDue | TierRaise


@dataclass(slots=True, kw_only=True)
class World:
    """The parts of one sandbox."""

    account: Account
    base_url: str = "http://sandbox"  # under which the business reaches the Graph, as last seen
    clock: SandboxClock
    chance: Chance
    journal: Journal
    schedule: Schedule[Event]
    courier: Courier
    network: Network
    reviewers: Reviewers
    desk: Desk
    reach: Reach
    faults: Faults = field(default_factory=Faults)
    limits: Limits = field(default_factory=Limits)
    throughput: Throughput = field(default_factory=Throughput)
    media: MediaStore
    pairs: dict[str, PairBucket] = field(default_factory=dict)
    maintenance_until: datetime | None = None  # the throughput is being raised

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
    ) -> str:
        """Let a person send a file; return the message's id."""
        medium: Medium = self.media.receive(content, mime_type, filename)
        url = self.media.address(medium, self.base_url, self.account.app_secret)
        return phone.send(kind, value_of(medium, url, caption, **marks_of(kind, mime_type)), to=to)

    def apply(self, event: Step | FlushBatch | ReviewDue | TierRaise, at: datetime) -> None:
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

    def announce_tier(self, at: datetime) -> None:
        """Tell the business which messaging limit it has."""
        value = {"max_daily_conversations_per_business": self.account.messaging_limit}
        self.announce("business_capability_update", {**value, "max_phone_numbers_per_business": 20}, at)

    def announce(self, field: str, value: Mapping[str, object], at: datetime) -> None:
        """Send news of number or account, at that instant."""
        payload = management_payload(self.account, field, value, at)
        self.courier.announce(payload, at, line=self.account.waba_id, about=[field])


def build(*, account: Account, clock: Clock, seed: int, client: httpx.AsyncClient | None) -> World:
    """Return a world in which nothing has happened yet."""
    time, chance, journal = SandboxClock(clock), Chance(seed), Journal()
    schedule: Schedule[Event] = Schedule()
    courier = Courier(
        account=account, clock=time, chance=chance, journal=journal, schedule=schedule, client=client
    )
    reach = Reach(account)
    network = Network(
        account=account,
        clock=time,
        chance=chance,
        journal=journal,
        schedule=schedule,
        courier=courier,
        reach=reach,
    )
    reviewers = Reviewers(account=account, clock=time, journal=journal, schedule=schedule, courier=courier)
    return World(
        account=account,
        clock=time,
        chance=chance,
        journal=journal,
        schedule=schedule,
        courier=courier,
        network=network,
        reviewers=reviewers,
        desk=Desk(account=account, clock=time, chance=chance, reviewers=reviewers),
        media=MediaStore(time),
        reach=reach,
    )
