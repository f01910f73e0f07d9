"""What the doors do to the store, verb by verb (see `wa_notify.ports.Transaction`).

Each verb is a handful of statements on the one connection that writes; the transaction around them belongs to
the `writer`.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

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
from wa_notify.store.overrides import Overrides
from wa_notify.store.people import AddressTaken, People
from wa_notify.store.quality import Quality
from wa_notify.store.reach import Restraint
from wa_notify.store.receipts import Receipts
from wa_notify.store.retention import Upkeep
from wa_notify.store.rows import ALERT, ENTRY, ITEM, TICKET, WINDOW
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
        self._connection.say("SAVEPOINT apart")
        try:
            yield
        except self._connection.faults as fault:
            raise StoreError(str(fault)) from fault
        except StoreError:
            raise
        except BaseException:
            self._connection.say("ROLLBACK TO apart")
            self._connection.say("RELEASE apart")
            del self.news[told:]
            self._open_now = None
            raise
        self._connection.say("RELEASE apart")

    # windows

    def window(self, number_id: str, recipient_id: str) -> Window:
        """The window between one of our numbers and a person; a closed one when they never wrote."""
        row = self._connection.row(sql.WINDOW_OF, number_id=number_id, recipient_id=recipient_id)
        return Window() if row is None else WINDOW.value(row)

    def save_window(self, number_id: str, recipient_id: str, window: Window) -> None:
        """Keep the window."""
        values = {"number_id": number_id, "recipient_id": recipient_id, **WINDOW.values(window)}
        self._connection.run(sql.SAVE_WINDOW, **values)

    # tickets

    def ticket_of(self, rule: str, group: str) -> Ticket | None:
        """The ticket of a group."""
        row = self._connection.row(sql.TICKET_OF, rule=rule, group=group)
        return None if row is None else TICKET.value(row)

    def tickets_told(
        self, recipient_id: str, states: Iterable[TicketState], *, by: datetime, limit: int
    ) -> Sequence[Ticket]:
        """The tickets in these states whose present episode may have reached this person by then."""
        statement = sql.told(tuple(states))
        rows = self._connection.rows(statement, recipient_id=recipient_id, by=by, limit=limit)
        return [TICKET.value(row) for row in rows]

    def save_ticket(self, ticket: Ticket) -> Ticket:
        """Add (id 0) or change a ticket; the answer carries its number."""
        values = {**TICKET.values(ticket), "next_at": ticket.next_at}
        if not ticket.id:
            number = self._connection.cell(sql.ADD_TICKET, **_without_id(values))
            self._file_ticket(number)
            return replace(ticket, id=number)
        title = self._connection.cell(sql.TITLE_OF, id=ticket.id)
        if not self._connection.rows(sql.SAVE_TICKET, **values):
            raise StoreError(f"Ticket {ticket.id} was to be changed, but there is no such ticket.")
        if title != ticket.title:
            self._file_ticket(ticket.id)
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
        rows = self._connection.rows(sql.OPEN_WITH, source=alert.source, fingerprint=alert.fingerprint)
        return [TICKET.value(row) for row in rows]

    def firing(self, ticket: Ticket) -> int:
        """How many alerts of the present episode still fire."""
        count: int = self._connection.cell(sql.FIRING, ticket_id=ticket.id, episode=ticket.episode)
        return count

    def labels_firing(self) -> Sequence[Mapping[str, str]]:
        """The labels of all alerts that fire in tickets that are not resolved."""
        return [row[0] for row in self._connection.rows(sql.LABELS_FIRING)]

    def due_tickets(self, now: datetime, limit: int) -> Sequence[Ticket]:
        """Tickets of which a timer is due, the longest overdue first."""
        return [TICKET.value(row) for row in self._connection.rows(sql.DUE_TICKETS, now=now, limit=limit)]

    # outbox

    def enqueue(self, item: Item) -> Item | None:
        """Add an item; the answer carries its number, or is nothing when its key is known already."""
        number = self._connection.cell(sql.ENQUEUE, **_without_id(ITEM.values(item)))
        return None if number is None else replace(item, id=number)

    def item_by_wamid(self, wamid: str) -> Item | None:
        """The item that WhatsApp knows by this id."""
        return next((ITEM.value(row) for row in self._connection.rows(sql.ITEM_BY_WAMID, wamid=wamid)), None)

    def save_item(self, item: Item) -> None:
        """Keep what became of an item; what a digest or bundle carries shares its fate."""
        changes = {name: getattr(item, name) for name in sql.CHANGEABLE}
        if not self._connection.rows(sql.SAVE_ITEM, id=item.id, **changes):
            raise StoreError(f"Item {item.id} of the outbox was to be changed, but there is no such item.")

        if item.occasion in CARRIERS:
            fate = {name: getattr(item, name) for name in ("claimed_at", "status_at", "delivered_at")}
            self._connection.run(sql.SHARE_FATE, digest_id=item.id, state=shared_fate(item.state), **fate)

    def due_items(self, now: datetime, limit: int, *, apart_from: Collection[str] = ()) -> Sequence[Item]:
        """What may leave now, critical first, then the longest overdue."""
        others = _padded(tuple(apart_from))
        statement = sql.due(len(others))
        values = {f"apart_from_{index}": other for index, other in enumerate(others)}
        found: list[Item] = []
        for priority in Priority:
            room = limit - len(found)
            rows = self._connection.rows(statement, priority=priority, now=now, limit=room, **values)
            found += [ITEM.value(row) for row in rows]
        return found

    def abandoned_items(self, lease_over_at: datetime) -> Sequence[Item]:
        """Items in `sending` whose lease ended by then: nobody will report on them any more."""
        return [ITEM.value(row) for row in self._connection.rows(sql.ABANDONED, at=lease_over_at)]

    def uncertain_items(self) -> Sequence[Item]:
        """Items that nobody knows about."""
        return [ITEM.value(row) for row in self._connection.rows(sql.UNCERTAIN)]

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
        statement = sql.items_of(tuple(states), told, targeted=target is not None)
        there = {} if target is None else {"target": target}
        rows = self._connection.rows(statement, ticket_id=ticket.id, episode=ticket.episode, **there)
        return [ITEM.value(row) for row in rows]

    def twins(self, first: Item) -> Sequence[Item]:
        """The items of other channels that stand in for this one; of a silence those that end it."""
        return [ITEM.value(row) for row in self._connection.rows(sql.TWINS, instead_of=first.id)]

    def silences_at_source(self) -> Sequence[Item]:
        """The silences that a source granted and that may still be there."""
        return [ITEM.value(row) for row in self._connection.rows(sql.SILENCES_AT_SOURCE)]

    def held_items(self, recipient_id: str) -> Sequence[Item]:
        """What waits for this person's reply."""
        return [ITEM.value(row) for row in self._connection.rows(sql.HELD, recipient_id=recipient_id)]

    def chat_since(self, recipient_id: str, occasion: Occasion, since: datetime) -> Sequence[Item]:
        """Answers or comments that were planned for this person after that instant, oldest first."""
        rows = self._connection.rows(
            sql.CHAT_SINCE, recipient_id=recipient_id, occasion=occasion, since=since
        )
        return [ITEM.value(row) for row in rows]

    # inbox and timeline

    def note(self, entry: Entry) -> None:
        """Add a line to a ticket's timeline."""
        self._connection.run(sql.NOTE, **ENTRY.values(entry))
        self.news.append(entry)

    def announce(self, news: Heard | Step) -> None:
        """Let those who listen know of it, once all this is durable."""
        self.news.append(news)


def _padded(names: tuple[str, ...]) -> tuple[str, ...]:
    """Repeat the last name up to a power of two, so that a handful of statements does for any number."""
    return names + names[-1:] * ((1 << (len(names) - 1).bit_length()) - len(names)) if names else ()


def _without_id(values: dict[str, Any]) -> dict[str, Any]:
    del values["id"]
    return values
