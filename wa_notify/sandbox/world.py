"""Everything the sandbox consists of, put together once and handed to its two faces: Graph and control."""

from collections import defaultdict
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta

import httpx

from .account import Account, Portfolio
from .agenda import Agenda, TemplateDue
from .chance import Chance
from .changes import Changes
from .clock import Clock, SandboxClock
from .courier import Courier, Delivery, FlushBatch
from .direct_send import Generated, GeneratedUnused
from .faults import Faults
from .inbound import Inbound
from .journal import Journal
from .limits import Limits, Pace
from .links import Links
from .management import Desk
from .measures import MeasureOver
from .media import MediaStore, Medium, marks_of, value_of
from .network import Complaint, Network, Step
from .numbers import wa_id_of
from .people import People
from .phones import Phone
from .play import Play
from .quotas import Usage
from .reach import Reach, ThroughputRaise, TierRaise
from .regard import ComplaintForgotten, Regard
from .register import Register
from .review import Reviewers
from .schedule import Schedule
from .script import Cue
from .traffic import Traffic
from .verbs import Verbs

# What needs nobody outside, and what does
Inner = (
    Step
    | FlushBatch
    | TemplateDue
    | TierRaise
    | ThroughputRaise
    | MeasureOver
    | Complaint
    | ComplaintForgotten
    | GeneratedUnused
    | Cue
)
Event = Inner | Delivery


@dataclass(slots=True, kw_only=True)
class World:
    """The parts of one sandbox.

    turn: how many worlds were before this one in the same sandbox.
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
    regard: Regard
    faults: Faults
    limits: Limits = field(default_factory=Limits)
    usage: Usage = field(default_factory=Usage)
    media: MediaStore
    links: Links
    generated: Generated
    traffic: Traffic
    changes: Changes = field(default_factory=Changes)
    turn: int = 0
    keep_messages: int | None = None  # beyond so many the oldest are forgotten; None keeps all
    tidied: tuple[int, int] = (0, 0)  # when last, by the journal, and how much had to stay
    paces: defaultdict[str, Pace]  # by phone number id: what it has sent of late
    play: Play = field(default_factory=Play)

    @property
    def account(self) -> Account:
        """The account that is meant where none is named."""
        return self.portfolio.accounts[0]

    def person_id(self, written: str) -> str | None:
        """Return the id (`wa_id`) of the person whom a written number means, None when it means nobody.

        Without a `+` it is a number of the first business number's country. One of the business is nobody's.
        """
        wa_id = wa_id_of(written, home=self.account.first.country_code)
        return None if wa_id is None or self.portfolio.is_own(wa_id) else wa_id

    def become(self, other: "World") -> None:
        """Go on as another world, in which everybody who holds this one finds themselves."""
        other.schedule.on_added, other.base_url = self.schedule.on_added, self.base_url
        other.keep_messages, other.changes = self.keep_messages, self.changes
        other.turn = self.turn + 1
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
        value = value_of(medium, url, caption, **marks_of(kind, mime_type))
        return phone.send(kind, value, to=to, business=business, file=medium)

    def apply(self, event: Inner, at: datetime) -> None:
        """Let an event happen that needs nobody outside."""
        match event:
            case Step():
                self.network.take_step(event, at)
            case FlushBatch():
                self.courier.flush(event, at)
            case TemplateDue():
                self.reviewers.come_due(event)
            case GeneratedUnused():
                self.generated.look_after(event)
            case TierRaise():
                self.regard.raise_tier(event, at)
            case ThroughputRaise():
                self.regard.quicken(event.line, at)
            case MeasureOver():
                self.regard.end_measure(event, at)
            case Complaint():
                self.regard.hear(event, self.limits, at)
                if event.template is not None and event.template in event.line.account.templates:
                    self.reviewers.complain(event.line.account, *event.template)
            case ComplaintForgotten():
                self.regard.judge(event.line, self.limits, at)
            case Cue():
                self.play.take(self, event, at)

    def announce(self, field: str, value: Mapping[str, object], at: datetime, *, account: Account) -> None:
        """Send news of an account or a number of it, at that instant."""
        self.regard.announce(account, field, value, at)


def build(
    *,
    portfolio: Portfolio,
    clock: Clock,
    seed: int,
    client: httpx.AsyncClient | None,
    verbs: Verbs,
    journal: Journal | None = None,
    traffic: Traffic | None = None,
) -> World:
    """Return a world in which nothing has happened yet; it goes on with a journal and clock of a sandbox."""
    time = clock if isinstance(clock, SandboxClock) else SandboxClock(clock)
    chance, journal, traffic = Chance(seed), journal or Journal(), traffic or Traffic()
    traffic.on_change = journal.stir
    schedule: Schedule[Event] = Schedule()
    courier = Courier(
        clock=time, chance=chance, journal=journal, schedule=schedule, traffic=traffic, client=client
    )
    platform = _platform(portfolio, time, journal, schedule, courier)
    world = World(
        portfolio=portfolio,
        origin=deepcopy(portfolio),
        verbs=verbs,
        clock=time,
        chance=chance,
        journal=journal,
        schedule=schedule,
        courier=courier,
        faults=Faults(chance),
        desk=Desk(clock=time, chance=chance, reviewers=platform.reviewers),
        media=MediaStore(time),
        links=Links(time, courier.fetch),
        generated=Generated(clock=time, schedule=schedule, next_id=platform.reviewers.next_id),
        traffic=traffic,
        people=platform.people,
        reach=platform.reach,
        network=platform.network,
        reviewers=platform.reviewers,
        regard=platform.regard,
        paces=platform.paces,
    )
    world.people.carrier = _carrier(world)
    return world


@dataclass(frozen=True, slots=True, kw_only=True)
class _Platform:
    """The parts of a world that carry messages and judge the business: they need each other."""

    people: People
    reach: Reach
    network: Network
    reviewers: Reviewers
    regard: Regard
    paces: defaultdict[str, Pace]


def _platform(
    portfolio: Portfolio,
    clock: SandboxClock,
    journal: Journal,
    schedule: Schedule[Event],
    courier: Courier,
) -> _Platform:
    people, reach, paces = People(), Reach(portfolio), defaultdict[str, Pace](Pace)
    network = Network(
        people=people, clock=clock, journal=journal, schedule=schedule, courier=courier, reach=reach
    )
    register = Register(clock=clock, journal=journal, courier=courier)
    return _Platform(
        people=people,
        reach=reach,
        network=network,
        reviewers=Reviewers(register=register, agenda=Agenda(schedule), network=network, portfolio=portfolio),
        regard=Regard(
            portfolio=portfolio, journal=journal, schedule=schedule, courier=courier, reach=reach, paces=paces
        ),
        paces=paces,
    )


def _carrier(world: World) -> Inbound:
    """Return what takes everything that people do with their phones."""
    return Inbound(
        portfolio=world.portfolio,
        people=world.people,
        network=world.network,
        clock=world.clock,
        chance=world.chance,
        journal=world.journal,
        courier=world.courier,
        paces=world.paces,
    )
