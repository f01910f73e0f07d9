"""What the doors do to the store, verb by verb (see `wa_notify.ports.Transaction`).

Each verb is a handful of statements on the one connection that writes; the transaction around them belongs to
the `writer`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from wa_notify.core.alert import Alert
from wa_notify.core.digest import shared_fate
from wa_notify.core.errors import StoreError
from wa_notify.core.news import Heard, News, Step
from wa_notify.core.outbox import CARRIERS, Item, ItemState, Occasion
from wa_notify.core.rule import Priority
from wa_notify.core.ticket import Ticket, TicketState
from wa_notify.core.timeline import Entry
from wa_notify.core.window import Window
from wa_notify.store import statements as sql
from wa_notify.store.access import Access
from wa_notify.store.canary import Canaries
from wa_notify.store.charges import Charges
from wa_notify.store.conditions import Conditions
from wa_notify.store.connection import Connection
from wa_notify.store.copies import Copies
from wa_notify.store.erasure import Erasure
from wa_notify.store.kept_back import KeptBack
from wa_notify.store.media import Media
from wa_notify.store.numbered import ITEMS, TICKETS
from wa_notify.store.overrides import Overrides
from wa_notify.store.people import AddressTaken, People
from wa_notify.store.quality import Quality
from wa_notify.store.reach import Restraint
from wa_notify.store.receipts import Receipts
from wa_notify.store.retention import Upkeep
from wa_notify.store.rows import ALERT, ENTRY, WINDOW
from wa_notify.store.silences import Silences
from wa_notify.store.templates import Templates
from wa_notify.store.watches import Watches

__all__ = ["AddressTaken", "SqlTransaction"]


class SqlTransaction(
    Access,
    Canaries,
    People,
    Erasure,
    Upkeep,
    Copies,
    KeptBack,
    Overrides,
    Media,
    Silences,
    Templates,
    Conditions,
    Watches,
    Quality,
    Receipts,
    Restraint,
    Charges,
):
    """The verbs of `wa_notify.ports.Transaction` on one connection, for one work."""

    def __init__(self, connection: Connection) -> None:
        self.news: list[News] = []  # for those who listen, once it is durable
        self._connection = connection

    @contextmanager
    def apart(self) -> Iterator[None]:
        """What fails inside leaves no trace, and what came before it stays.

        Raises `StoreError` for a fault of the database: then nothing of the transaction can be relied on.
        """
        told = len(self.news)
        self._connection.savepoint("apart")
        try:
            yield
        except self._connection.faults as fault:
            raise StoreError(str(fault)) from fault
        except StoreError:
            raise
        except BaseException:
            self._connection.back_to("apart")
            self._connection.release("apart")
            del self.news[told:]
            raise
        self._connection.release("apart")

    # windows

    def window(self, number_id: str, recipient_id: str) -> Window:
        """The window between one of our numbers and a person; a closed one when they never wrote."""
        of = {"number_id": number_id, "recipient_id": recipient_id}
        return self._connection.known_one(WINDOW.value, sql.WINDOW_OF, **of) or Window()

    def save_window(self, number_id: str, recipient_id: str, window: Window) -> None:
        """Keep the window."""
        values = {"number_id": number_id, "recipient_id": recipient_id, **WINDOW.values(window)}
        self._connection.run(sql.SAVE_WINDOW, **values)

    # tickets

    def ticket_of(self, rule: str, group: str) -> Ticket | None:
        """The ticket of a group."""
        return next(iter(TICKETS.read(self._connection, sql.TICKET_OF, rule=rule, group=group)), None)

    def tickets_told(
        self, recipient_id: str, states: Iterable[TicketState], *, by: datetime, limit: int
    ) -> Sequence[Ticket]:
        """The tickets in these states whose present episode may have reached this person by then."""
        question = sql.told(tuple(states))
        return TICKETS.read(self._connection, question, recipient_id=recipient_id, by=by, limit=limit)

    def save_ticket(self, ticket: Ticket) -> Ticket:
        """Add (id 0) or change a ticket; the answer carries its number."""
        if not ticket.id:
            added = TICKETS.add(self._connection, sql.ADD_TICKET, ticket) or ticket
            self._file_ticket(added, new=True)
            return added
        before = self.ticket(ticket.id)
        if not TICKETS.save(self._connection, ticket):
            raise StoreError(f"Ticket {ticket.id} was to be changed, but there is no such ticket.")
        if before is None or before.title != ticket.title:
            self._file_ticket(ticket)
        return ticket

    def save_alert(self, ticket: Ticket, alert: Alert) -> bool:
        """Keep the newest word on an alert in this episode; whether its status is news (new or changed)."""
        values = {"ticket_id": ticket.id, "episode": ticket.episode, **ALERT.values(alert)}
        known = self._connection.row(sql.KNOWN_OF_ALERT, **{name: values[name] for name in sql.THIS_ALERT})
        self._connection.run(sql.ADD_ALERT if known is None else sql.SAVE_ALERT, **values)
        if known is None:
            return True
        status, started_at = known
        return status is not alert.status or (alert.start_known and alert.starts_at > started_at)

    def open_tickets_with(self, alert: Alert) -> Sequence[Ticket]:
        """Tickets that are not resolved and whose present episode holds this alert."""
        this = {"source": alert.source, "fingerprint": alert.fingerprint}
        return TICKETS.read(self._connection, sql.OPEN_WITH, **this)

    def firing(self, ticket: Ticket) -> int:
        """How many alerts of the present episode still fire."""
        count: int = self._connection.cell(sql.FIRING, ticket_id=ticket.id, episode=ticket.episode)
        return count

    def labels_firing(self) -> Sequence[Mapping[str, str]]:
        """The labels of all alerts that fire in tickets that are not resolved."""
        return [row[0] for row in self._connection.rows(sql.LABELS_FIRING)]

    def due_tickets(self, now: datetime, limit: int) -> Sequence[Ticket]:
        """Tickets of which a timer is due, the longest overdue first."""
        return TICKETS.read(self._connection, sql.DUE_TICKETS, now=now, limit=limit)

    # outbox

    def enqueue(self, item: Item) -> Item | None:
        """Add an item; the answer carries its number, or is nothing when its key is known already."""
        return ITEMS.add(self._connection, sql.ENQUEUE, item)

    def item_by_wamid(self, wamid: str) -> Item | None:
        """The item that WhatsApp knows by this id."""
        return next(iter(ITEMS.read(self._connection, sql.ITEM_BY_WAMID, wamid=wamid)), None)

    def save_item(self, item: Item) -> None:
        """Keep what became of an item; what a digest or bundle carries shares its fate."""
        if not ITEMS.save(self._connection, item):
            raise StoreError(f"Item {item.id} of the outbox was to be changed, but there is no such item.")

        if item.occasion in CARRIERS:
            fate = {name: getattr(item, name) for name in ("claimed_at", "status_at", "delivered_at")}
            self._connection.run(sql.SHARE_FATE, digest_id=item.id, state=shared_fate(item.state), **fate)

    def due_items(self, now: datetime, limit: int) -> Sequence[Item]:
        """What may leave now, critical first, then the longest overdue."""
        found: list[Item] = []
        for priority in Priority:
            these = {"priority": priority, "now": now, "limit": limit - len(found)}
            found += ITEMS.read(self._connection, sql.DUE, **these)
        return found

    def abandoned_items(self, lease_over_at: datetime) -> Sequence[Item]:
        """Items in `sending` whose lease ended by then: nobody will report on them any more."""
        return ITEMS.read(self._connection, sql.ABANDONED, at=lease_over_at)

    def uncertain_items(self) -> Sequence[Item]:
        """Items that nobody knows about."""
        return ITEMS.read(self._connection, sql.UNCERTAIN)

    def items_of(
        self,
        ticket: Ticket,
        *,
        states: Iterable[ItemState],
        occasions: Iterable[Occasion] | None = None,
        target: str | None = None,
    ) -> Sequence[Item]:
        """Items of the present episode in these states; of all channels unless it is for one ``target``."""
        told = None if occasions is None else tuple(occasions)
        question = sql.items_of(tuple(states), told, targeted=target is not None)
        there = {} if target is None else {"target": target}
        return ITEMS.read(self._connection, question, ticket_id=ticket.id, episode=ticket.episode, **there)

    def twins(self, first: Item) -> Sequence[Item]:
        """The items of other channels that stand in for this one; of a silence those that end it."""
        return ITEMS.read(self._connection, sql.TWINS, instead_of=first.id)

    def silences_at_source(self) -> Sequence[Item]:
        """The silences that a source granted and that may still be there."""
        return ITEMS.read(self._connection, sql.SILENCES_AT_SOURCE)

    def held_items(self, recipient_id: str) -> Sequence[Item]:
        """What waits for this person's reply."""
        return ITEMS.read(self._connection, sql.HELD, recipient_id=recipient_id)

    def chat_since(self, recipient_id: str, occasion: Occasion, since: datetime) -> Sequence[Item]:
        """Answers or comments that were planned for this person after that instant, oldest first."""
        asked = {"recipient_id": recipient_id, "occasion": occasion, "since": since}
        return ITEMS.read(self._connection, sql.CHAT_SINCE, **asked)

    # inbox and timeline

    def note(self, entry: Entry) -> None:
        """Add a line to a ticket's timeline."""
        self._connection.run(sql.NOTE, **ENTRY.values(entry))
        self.news.append(entry)

    def announce(self, news: Heard | Step) -> None:
        """Let those who listen know of it, once all this is durable."""
        self.news.append(news)
