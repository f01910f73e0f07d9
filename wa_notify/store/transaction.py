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
from wa_notify.core.duty import Duty
from wa_notify.core.errors import StoreError
from wa_notify.core.heartbeat import Pulse
from wa_notify.core.outbox import Item, ItemState, Occasion
from wa_notify.core.reason import Reason
from wa_notify.core.rule import Priority
from wa_notify.core.ticket import Ticket, TicketState
from wa_notify.core.timeline import Entry
from wa_notify.core.window import Window
from wa_notify.store import statements as sql
from wa_notify.store.connection import Connection
from wa_notify.store.copies import Copies
from wa_notify.store.erasure import Erasure
from wa_notify.store.people import AddressTaken, People
from wa_notify.store.retention import Upkeep
from wa_notify.store.rows import ALERT, DUTY, ENTRY, ITEM, PULSE, TICKET, WINDOW
from wa_notify.store.silences import Silences
from wa_notify.store.templates import Templates

__all__ = ["AddressTaken", "SqlTransaction"]


class SqlTransaction(People, Erasure, Upkeep, Copies, Silences, Templates):
    """The verbs of `wa_notify.ports.Transaction` on one connection, for one work."""

    def __init__(self, connection: Connection) -> None:
        self.noted: list[Entry] = []  # for those who listen, once it is durable
        self._connection = connection

    @contextmanager
    def apart(self) -> Iterator[None]:
        """What fails inside leaves no trace, and what came before it stays.

        Raises `StoreError` for a fault of the database: then nothing of the transaction can be relied on.
        """
        noted = len(self.noted)
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
            del self.noted[noted:]
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

    def ticket(self, ticket_id: int) -> Ticket | None:
        """The ticket of that number."""
        row = self._connection.row(sql.TICKET_BY_ID, id=ticket_id)
        return None if row is None else TICKET.value(row)

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
            return replace(ticket, id=number)
        if not self._connection.rows(sql.SAVE_TICKET, **values):
            raise StoreError(f"Ticket {ticket.id} was to be changed, but there is no such ticket.")
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

    def alerts(self, ticket: Ticket) -> Sequence[Alert]:
        """All alerts of the present episode, in the order in which they joined."""
        rows = self._connection.rows(sql.ALERTS_OF, ticket_id=ticket.id, episode=ticket.episode)
        return [ALERT.value(row) for row in rows]

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

    # shifts

    def duty(self, schedule: str) -> Duty | None:
        """Who has the shift of a schedule that checks in."""
        row = self._connection.row(sql.DUTY_OF, schedule=schedule)
        return None if row is None else DUTY.value(row)

    def duties_of(self, recipient_id: str) -> Sequence[Duty]:
        """The shifts this person has now."""
        return [DUTY.value(row) for row in self._connection.rows(sql.DUTIES_OF, person=recipient_id)]

    def due_duties(self, now: datetime) -> Sequence[Duty]:
        """The shifts that are to be looked at now."""
        return [DUTY.value(row) for row in self._connection.rows(sql.DUE_DUTIES, now=now)]

    def remove_duty(self, schedule: str) -> None:
        """The schedule checks in no more."""
        self._connection.run(sql.REMOVE_DUTY, schedule=schedule)

    def save_duty(self, duty: Duty) -> None:
        """Keep it; a schedule has one."""
        self._connection.run(sql.SAVE_DUTY, **DUTY.values(duty))

    # heartbeats

    def pulse(self, source: str) -> Pulse | None:
        """What is known of this source's heartbeat."""
        row = self._connection.row(sql.PULSE_OF, source=source)
        return None if row is None else PULSE.value(row)

    def pulses(self) -> Sequence[Pulse]:
        """All that were ever awaited and are not forgotten."""
        return [PULSE.value(row) for row in self._connection.rows(sql.PULSES)]

    def pulses_due(self, now: datetime) -> Sequence[Pulse]:
        """Those whose silence has lasted too long and is not an alert yet, the longest overdue first."""
        return [PULSE.value(row) for row in self._connection.rows(sql.PULSES_DUE, now=now)]

    def save_pulse(self, pulse: Pulse) -> None:
        """Keep what is known of a heartbeat."""
        self._connection.run(sql.SAVE_PULSE, **PULSE.values(pulse))

    def forget_pulse(self, source: str) -> None:
        """Nobody expects it any more."""
        self._connection.run(sql.FORGET_PULSE, source=source)

    # outbox

    def enqueue(self, item: Item) -> Item | None:
        """Add an item; the answer carries its number, or is nothing when its key is known already."""
        number = self._connection.cell(sql.ENQUEUE, **_without_id(ITEM.values(item)))
        return None if number is None else replace(item, id=number)

    def item(self, item_id: int) -> Item | None:
        """The item of that number."""
        row = self._connection.row(sql.ITEM_BY_ID, id=item_id)
        return None if row is None else ITEM.value(row)

    def item_by_wamid(self, wamid: str) -> Item | None:
        """The item that WhatsApp knows by this id."""
        return next((ITEM.value(row) for row in self._connection.rows(sql.ITEM_BY_WAMID, wamid=wamid)), None)

    def save_item(self, item: Item) -> None:
        """Keep what became of an item; what a digest carries shares its fate."""
        changes = {name: getattr(item, name) for name in sql.CHANGEABLE}
        if not self._connection.rows(sql.SAVE_ITEM, id=item.id, **changes):
            raise StoreError(f"Item {item.id} of the outbox was to be changed, but there is no such item.")

        if item.occasion is Occasion.DIGEST:
            fate = {"claimed_at": item.claimed_at, "status_at": item.status_at}
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
        """The items of other channels that stand in for this one."""
        if first.ticket_id is None:
            return ()
        place = {"ticket_id": first.ticket_id, "episode": first.episode, "instead_of": first.id}
        return [ITEM.value(row) for row in self._connection.rows(sql.TWINS, **place)]

    def silences_at_source(self) -> Sequence[Item]:
        """The silences that a source granted and that may still be there."""
        return [ITEM.value(row) for row in self._connection.rows(sql.SILENCES_AT_SOURCE)]

    def held_items(self, recipient_id: str) -> Sequence[Item]:
        """What waits for this person's reply."""
        return [ITEM.value(row) for row in self._connection.rows(sql.HELD, recipient_id=recipient_id)]

    def kept_back(self, recipient_id: str) -> Sequence[Item]:
        """What waits because the person is not to be told now."""
        return [ITEM.value(row) for row in self._connection.rows(sql.KEPT_BACK, recipient_id=recipient_id)]

    def inhibited_items(self) -> Sequence[Item]:
        """What waits for the end of another alert."""
        return [ITEM.value(row) for row in self._connection.rows(sql.INHIBITED)]

    def carried_by(self, digest: Item) -> Sequence[Item]:
        """The items that were folded into a digest and are still to be told in it."""
        found = [ITEM.value(row) for row in self._connection.rows(sql.IN_DIGEST, digest_id=digest.id)]
        return [item for item in found if item.reason is Reason.IN_DIGEST]

    def left_lately(
        self, item: Item, occasions: Iterable[Occasion], since: datetime, limit: int
    ) -> Sequence[datetime]:
        """When other messages of the item's weight left for its person, the newest first."""
        statement = sql.left_lately(tuple(occasions), critical=item.priority is Priority.CRITICAL)
        values = {"recipient_id": item.recipient_id, "since": since, "apart_from": item.id, "limit": limit}
        return [row[0] for row in self._connection.rows(statement, **values)]

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
        self.noted.append(entry)


def _padded(names: tuple[str, ...]) -> tuple[str, ...]:
    """Repeat the last name up to a power of two, so that a handful of statements does for any number."""
    return names + names[-1:] * ((1 << (len(names) - 1).bit_length()) - len(names)) if names else ()


def _without_id(values: dict[str, Any]) -> dict[str, Any]:
    del values["id"]
    return values
