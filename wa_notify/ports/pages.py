"""What people look at a piece at a time, however much there is: lists to be searched and filtered, and sums.

A part of `wa_notify.ports.views`. A list goes on behind the mark of the piece before, so that nothing is
shown twice or left out because something came in between. Every piece is answered from an index.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Generic, Protocol, TypeVar

from wa_notify.core.alert import Alert
from wa_notify.core.condition import Condition
from wa_notify.core.consent import ConsentRecord
from wa_notify.core.directory import Agreement, WindowStand
from wa_notify.core.ledger import Page
from wa_notify.core.outbox import Item, ItemState
from wa_notify.core.recipient import Recipient
from wa_notify.core.ticket import Ticket, TicketState
from wa_notify.core.timeline import Entry
from wa_notify.core.window import Window

T = TypeVar("T")
M = TypeVar("M")

MOST = 200  # rows of one piece


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice(Generic[T, M]):
    """A piece of a list. ``mark`` is where the next one begins, ``more`` whether there is a next one now.

    The mark of an empty piece is the one that was asked for.
    """

    found: tuple[T, ...]
    mark: M | None
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A recipient with what people ask about them."""

    recipient: Recipient
    consents: tuple[ConsentRecord, ...]
    window: Window
    receipts_off_since: datetime | None = None  # when it was learned that they send no read receipts


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonMark:
    """Behind this person, in the order of the alphabet."""

    sort: str
    recipient_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Behind the row of that time and number."""

    at: datetime
    id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleCounts:
    """How many people stand how, guests apart. ``closing`` are those of ``open`` that close in an hour."""

    agreements: Mapping[Agreement, int]
    open: int
    closing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentAlert:
    """An alert as its ticket has it."""

    id: int
    ticket_id: int
    episode: int
    alert: Alert


@dataclass(frozen=True, slots=True, kw_only=True)
class HourOfItems:
    """How the messages stand that were planned within one hour."""

    starts_at: datetime
    items: Mapping[ItemState, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCost:
    """What the messages of one day cost, ``unknown`` of them for an amount that nobody knows."""

    day: date
    currency: str
    messages: int
    predicted: Decimal
    confirmed: Decimal
    unknown: int


class PageViews(Protocol):
    """Pieces of lists. ``limit`` is at most `MOST`; more is taken for that."""

    def people_page(
        self,
        number_id: str,
        *,
        now: datetime,
        search: str = "",
        agreement: Agreement | None = None,
        window: WindowStand | None = None,
        guests: bool = False,
        after: PersonMark | None = None,
        limit: int,
    ) -> Slice[Person, PersonMark]:
        """People by name, or guests, each with ledger and window towards this number.

        ``search`` is heeded as `wa_notify.core.search` says.
        """

    def people_counts(self, number_id: str, now: datetime) -> PeopleCounts:
        """How many agreed, and how many may be told anything right now over this number."""

    def tickets_page(
        self,
        states: Collection[TicketState] | None = None,
        *,
        search: str = "",
        rules: Collection[str] | None = None,
        severity: str | None = None,
        after: Mark | None = None,
        limit: int,
    ) -> Slice[Ticket, Mark]:
        """Tickets, those that opened last first. They are found by number, title and group."""

    def items_page(
        self,
        states: Collection[ItemState] | None = None,
        *,
        recipient_id: str | None = None,
        ticket_id: int | None = None,
        since: datetime | None = None,
        after: Mark | None = None,
        limit: int,
    ) -> Slice[Item, Mark]:
        """Items of the outbox, those that were planned last first; with ``since`` none planned before."""

    def timeline_page(self, ticket_id: int, *, after: Mark | None = None, limit: int) -> Slice[Entry, Mark]:
        """A ticket's story, oldest first."""

    def ledger_page(
        self, recipient_id: str | None = None, *, after: int | None = None, limit: int
    ) -> Slice[Page, int]:
        """The consent ledger, or one person's part of it, the newest first."""

    def conditions_page(
        self, *, only_open: bool = False, after: int | None = None, limit: int
    ) -> Slice[Condition, int]:
        """Troubles, those that were noticed last first."""

    def recent_alerts(self, *, after: int | None = None, limit: int) -> Slice[RecentAlert, int]:
        """Alerts of all tickets, those that joined last first."""

    def latencies(self, since: datetime, limit: int) -> Sequence[float]:
        """Seconds from leaving to the phone, of what was delivered after ``since``, the newest first.

        The platform tells the second only, so that what took less than one may count as 0.
        """

    def reply_latencies(self, since: datetime, limit: int) -> Sequence[float]:
        """Seconds from opening to the answer, of tickets acknowledged after ``since``, the newest first."""

    def hours(self, now: datetime) -> Sequence[HourOfItems]:
        """The messages that were planned within the last 24 hours, hour by hour, the present one last."""

    def costs_by_day(self, month: str, time_zone: str) -> Sequence[DayCost]:
        """What a month has cost so far, a day of this zone at a time, in their order."""
