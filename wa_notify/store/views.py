"""What people look at (see `wa_notify.ports.Views`), apart from the verbs: nothing here changes anything."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from wa_notify.core.condition import Condition
from wa_notify.core.consent import ConsentRecord
from wa_notify.core.ledger import Head, Page
from wa_notify.core.outbox import Item, ItemState
from wa_notify.core.rule import Priority
from wa_notify.core.silence import Silence
from wa_notify.core.template import TemplateShape
from wa_notify.core.ticket import Ticket, TicketState
from wa_notify.core.timeline import Entry
from wa_notify.core.window import Window
from wa_notify.ports import Counts, Person
from wa_notify.store.access import AccessQuestions
from wa_notify.store.canary import CanaryQuestions
from wa_notify.store.charges import MoneyViews
from wa_notify.store.clauses import LIMIT, ONE, matching, reading
from wa_notify.store.conditions import ALL, NEXT
from wa_notify.store.connection import Connection
from wa_notify.store.gauges import GaugeQuestions
from wa_notify.store.ledger import CONSENTS, PAGES, PAGES_OF, head_of, pages
from wa_notify.store.lookups import Lookups
from wa_notify.store.overrides import OverrideSights
from wa_notify.store.pages_messages import MessagePages
from wa_notify.store.pages_people import PeoplePages
from wa_notify.store.pages_sums import Sums
from wa_notify.store.quality import QualityQuestions
from wa_notify.store.reach import RestraintViews
from wa_notify.store.receipts import ALL_OFF
from wa_notify.store.rows import (
    CONDITION,
    CONSENT,
    ENTRY,
    ITEM,
    RECIPIENT,
    SHAPE,
    SILENCE,
    TICKET,
    WINDOW,
)
from wa_notify.store.statements import LANE_IS_FREE, SILENCES_NOT_OVER
from wa_notify.store.tables import (
    IS_AWAITED,
    IS_CLAIMABLE,
    IS_SENDING,
    duties,
    heartbeats,
    outbox,
    recipients,
    templates,
    tickets,
    timeline,
    windows,
)
from wa_notify.store.templates import TemplateSights

NEXT_CLAIMABLE = select(func.min(outbox.c.due_at)).where(IS_CLAIMABLE, *matching(outbox, "priority"))
NEXT_LEAVING = (
    select(outbox.c.due_at)
    .where(IS_CLAIMABLE, *matching(outbox, "priority"), LANE_IS_FREE)
    .order_by(outbox.c.due_at)
    .limit(ONE)
)
NEXT_LEASE_OVER = select(func.min(outbox.c.lease_until)).where(IS_SENDING)
NEXT_TIMER = select(func.min(tickets.c.next_at)).where(tickets.c.next_at.is_not(None))
NEXT_SHIFT = select(func.min(duties.c.next_at))
NEXT_SILENCE = select(func.min(heartbeats.c.due_at)).where(IS_AWAITED)

COUNT_TICKETS = select(tickets.c.state, func.count()).group_by(tickets.c.state)
COUNT_ITEMS = select(outbox.c.state, func.count()).group_by(outbox.c.state)

# One state at a time: then the index gives the newest first, and a rare state is found in a long history.
TICKETS_IN = (
    reading(TICKET, tickets)
    .where(*matching(tickets, "state"))
    .order_by(tickets.c.opened_at.desc(), tickets.c.id.desc())
    .limit(LIMIT)
)
ITEMS = reading(ITEM, outbox).order_by(outbox.c.id.desc()).limit(LIMIT)
ITEMS_IN = ITEMS.order_by(None).where(*matching(outbox, "state"))
ITEMS_IN = ITEMS_IN.order_by(outbox.c.created_at.desc(), outbox.c.id.desc())
ITEMS_OF = ITEMS.where(*matching(outbox, "ticket_id"))
ITEMS_OF_IN = ITEMS_OF.where(*matching(outbox, "state"))

TIMELINE_OF = (
    reading(ENTRY, timeline).where(*matching(timeline, "ticket_id")).order_by(timeline.c.at, timeline.c.id)
)
RECIPIENTS = reading(RECIPIENT, recipients).order_by(recipients.c.id)
WINDOWS = select(windows.c.recipient_id, *(windows.c[name] for name in WINDOW.names)).where(
    *matching(windows, "number_id")
)
TEMPLATES = reading(SHAPE, templates).order_by(templates.c.name, templates.c.language)


class SqlViews(
    Lookups,
    PeoplePages,
    MessagePages,
    Sums,
    OverrideSights,
    GaugeQuestions,
    AccessQuestions,
    CanaryQuestions,
    TemplateSights,
    QualityQuestions,
    RestraintViews,
    MoneyViews,
):
    """The views of `wa_notify.ports.Views` on one connection that only reads."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def next_due(self) -> datetime | None:
        """The next instant at which anything is to be done: an item, a lease, a ticket's timer, a silence."""
        instants = (
            *self._for_each_priority(NEXT_LEAVING),
            self._connection.cell(NEXT_LEASE_OVER),
            self._connection.cell(NEXT_TIMER),
            self._connection.cell(NEXT_SHIFT),
            self._connection.cell(NEXT_SILENCE),
            self._connection.cell(NEXT),
            flight.due_at if (flight := self.flight()) else None,
        )
        return min((at for at in instants if at is not None), default=None)

    def next_claimable(self) -> datetime | None:
        """When the first item that may leave was or will be due."""
        instants = self._for_each_priority(NEXT_CLAIMABLE)
        return min((at for at in instants if at is not None), default=None)

    def _for_each_priority(self, question: Select[Any]) -> list[datetime | None]:
        return [self._connection.cell(question, priority=priority) for priority in Priority]

    def counts(self) -> Counts:
        """How much there is of everything; a state without any counts as 0."""
        tickets_in = {row[0]: row[1] for row in self._connection.rows(COUNT_TICKETS)}
        items_in = {row[0]: row[1] for row in self._connection.rows(COUNT_ITEMS)}
        return Counts(
            tickets={state: tickets_in.get(state, 0) for state in TicketState},
            items={state: items_in.get(state, 0) for state in ItemState},
            oldest_due_at=self.next_claimable(),
        )

    def tickets(self, states: Iterable[TicketState], limit: int) -> Sequence[Ticket]:
        """Tickets, the newest first."""
        found = [
            TICKET.value(row)
            for state in set(states)
            for row in self._connection.rows(TICKETS_IN, state=state, limit=limit)
        ]
        return sorted(found, key=lambda ticket: (ticket.opened_at, ticket.id), reverse=True)[:limit]

    def silences(self, at: datetime) -> Sequence[Silence]:
        """The silences that are not over by then, those still to begin included; the soonest end first."""
        return [SILENCE.value(row) for row in self._connection.rows(SILENCES_NOT_OVER, at=at)]

    def timeline(self, ticket_id: int) -> Sequence[Entry]:
        """A ticket's story, oldest first."""
        return [ENTRY.value(row) for row in self._connection.rows(TIMELINE_OF, ticket_id=ticket_id)]

    def items(
        self, *, ticket_id: int | None = None, states: Iterable[ItemState] | None = None, limit: int
    ) -> Sequence[Item]:
        """Items of the outbox, the newest first."""
        chosen = {} if ticket_id is None else {"ticket_id": ticket_id}
        if states is None:
            rows = self._connection.rows(ITEMS_OF if chosen else ITEMS, **chosen, limit=limit)
        else:
            statement = ITEMS_OF_IN if chosen else ITEMS_IN
            rows = [
                row
                for state in set(states)
                for row in self._connection.rows(statement, **chosen, state=state, limit=limit)
            ]
        found = [ITEM.value(row) for row in rows]
        return sorted(found, key=lambda item: (item.created_at, item.id), reverse=True)[:limit]

    def people(self, number_id: str) -> Sequence[Person]:
        """All recipients by name, with ledger and window towards this number."""
        ledgers: dict[str, list[ConsentRecord]] = defaultdict(list)
        for record in map(CONSENT.value, self._connection.rows(CONSENTS)):
            ledgers[record.recipient_id].append(record)
        open_to = {
            recipient_id: WINDOW.value(row)
            for recipient_id, *row in self._connection.rows(WINDOWS, number_id=number_id)
        }
        silent: dict[str, datetime] = {row[0]: row[1] for row in self._connection.rows(ALL_OFF)}
        return [
            Person(
                recipient=recipient,
                consents=tuple(ledgers[recipient.id]),
                window=open_to.get(recipient.id, Window()),
                receipts_off_since=silent.get(recipient.id),
            )
            for recipient in map(RECIPIENT.value, self._connection.rows(RECIPIENTS))
        ]

    def ledger(self, recipient_id: str | None = None) -> Sequence[Page]:
        """The consent ledger, or one person's part of it, in the order of its numbers."""
        if recipient_id is None:
            return pages(self._connection.rows(PAGES))
        return pages(self._connection.rows(PAGES_OF, recipient_id=recipient_id))

    def ledger_head(self) -> Head | None:
        """What was noted of the newest entry beside the ledger."""
        return head_of(self._connection)

    def templates(self) -> Sequence[TemplateShape]:
        """The account's templates as last read."""
        return [SHAPE.value(row) for row in self._connection.rows(TEMPLATES)]

    def conditions(self) -> Sequence[Condition]:
        """All troubles that were ever noticed, in the order in which they first were."""
        return [CONDITION.value(row) for row in self._connection.rows(ALL)]
