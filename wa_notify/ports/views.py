"""What people look at: the page, the command line, metrics."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from wa_notify.core.ledger import Head, Page
from wa_notify.core.outbox import Item, ItemState
from wa_notify.core.silence import Silence
from wa_notify.core.template import TemplateShape
from wa_notify.core.ticket import Ticket, TicketState
from wa_notify.core.timeline import Entry
from wa_notify.ports.access import AccessViews
from wa_notify.ports.canary import CanaryViews
from wa_notify.ports.conditions import ObstacleViews
from wa_notify.ports.gauges import GaugeViews
from wa_notify.ports.limits import LimitViews
from wa_notify.ports.lookups import Lookups
from wa_notify.ports.money import Books
from wa_notify.ports.overrides import OverrideViews
from wa_notify.ports.pages import PageViews, Person
from wa_notify.ports.quality import QualityLook
from wa_notify.ports.templates import TemplateViews


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How much there is of everything, for metrics and readiness."""

    tickets: dict[TicketState, int]
    items: dict[ItemState, int]
    oldest_due_at: datetime | None  # the longest overdue item that may leave


class Views(
    Lookups,
    PageViews,
    OverrideViews,
    GaugeViews,
    AccessViews,
    CanaryViews,
    TemplateViews,
    QualityLook,
    ObstacleViews,
    LimitViews,
    Books,
    Protocol,
):
    """What people look at. Reading never waits for writing."""

    def next_due(self) -> datetime | None:
        """The next instant at which anything is to be done: an item, a lease, a ticket's timer, a silence."""

    def next_claimable(self) -> datetime | None:
        """When the first item that may leave was or will be due."""

    def counts(self) -> Counts:
        """How much there is of everything."""

    def tickets(self, states: Iterable[TicketState], limit: int) -> Sequence[Ticket]:
        """Tickets, the newest first."""

    def silences(self, at: datetime) -> Sequence[Silence]:
        """The silences that are not over by then, those still to begin included; the soonest end first."""

    def timeline(self, ticket_id: int) -> Sequence[Entry]:
        """A ticket's story, oldest first."""

    def items(
        self, *, ticket_id: int | None = None, states: Iterable[ItemState] | None = None, limit: int
    ) -> Sequence[Item]:
        """Items of the outbox, the newest first."""

    def people(self, number_id: str) -> Sequence[Person]:
        """All recipients by name, with ledger and window towards this number."""

    def ledger(self, recipient_id: str | None = None) -> Sequence[Page]:
        """The consent ledger, or one person's part of it, in the order of its numbers."""

    def ledger_head(self) -> Head | None:
        """What was noted of the newest entry beside the ledger."""

    def templates(self) -> Sequence[TemplateShape]:
        """The account's templates as last read."""
