"""Forgetting what is old, a bounded batch at a time.

Rows are numbered in the order in which they came, so the oldest are found at the front of their table, and
no question here costs more than its batch.
"""

from datetime import datetime
from itertools import takewhile
from typing import Any

from sqlalchemy import Delete, Integer, Update, bindparam, delete, literal_column, select, update

from wa_notify.core.outbox import WAITING, ItemState
from wa_notify.core.ticket import UNRESOLVED, TicketState
from wa_notify.store import statements as sql
from wa_notify.store.clauses import LIMIT, ONE, matching
from wa_notify.store.columns import INSTANT, one_of
from wa_notify.store.conditions import FORGET_TROUBLES
from wa_notify.store.connection import Connection, Row
from wa_notify.store.page_tables import overrides
from wa_notify.store.reach import FORGET_PAIRS, SET_ASIDE
from wa_notify.store.rows import WORDLESS
from wa_notify.store.tables import (
    IS_GUEST,
    aliases,
    inbox,
    invites,
    outbox,
    recipients,
    silences,
    subjects,
    ticket_alerts,
    tickets,
    timeline,
    windows,
)

SWEPT_TO = "texts_swept_to"  # the number of the newest item whose words were looked at
OVER = tuple(state for state in TicketState if state not in UNRESOLVED)
ENDED = tuple(state for state in ItemState if state not in (*WAITING, ItemState.SENDING))
BEFORE: Any = bindparam("before", type_=INSTANT)
AFTER: Any = bindparam("after", type_=Integer)
UP_TO: Any = bindparam("up_to", type_=Integer)

NEXT_EVENTS = (
    select(inbox.c.id, inbox.c.received_at).where(inbox.c.id > AFTER).order_by(inbox.c.id).limit(LIMIT)
)
FORGET_EVENTS = delete(inbox).where(inbox.c.id <= UP_TO)
NEXT_ITEMS = (
    select(outbox.c.id, outbox.c.created_at).where(outbox.c.id > AFTER).order_by(outbox.c.id).limit(LIMIT)
)
BLANK = (
    update(outbox)
    .where(outbox.c.id > AFTER, outbox.c.id <= UP_TO, one_of(outbox.c.state, ENDED))
    .values(intent=literal_column(f"'{WORDLESS}'"))
)
# Whatever is over was opened before that, so the index by opening finds it.
OLD_TICKETS = (
    select(tickets.c.id)
    .where(*matching(tickets, "state"), tickets.c.opened_at < BEFORE, tickets.c.resolved_at < BEFORE)
    .order_by(tickets.c.opened_at)
    .limit(LIMIT)
)
PARTS_OF_TICKET = tuple(
    delete(table).where(*matching(table, "ticket_id")) for table in (ticket_alerts, timeline, outbox)
)
NO_TICKET: Any = literal_column("NULL")
LEAVE_TICKET = update(silences).where(*matching(silences, "ticket_id")).values(ticket_id=NO_TICKET)
FORGET_SILENCES = delete(silences).where(silences.c.ends_at < BEFORE)
FORGET_OVERRIDES = delete(overrides).where(overrides.c.ends_at < BEFORE)
FORGET_TICKET = delete(tickets).where(*matching(tickets, "id"))
OLD_LOOSE_ITEMS = (
    select(outbox.c.id)
    .where(outbox.c.ticket_id.is_(None), outbox.c.created_at < BEFORE, one_of(outbox.c.state, ENDED))
    .limit(LIMIT)
)
FORGET_ITEM = delete(outbox).where(*matching(outbox, "id"))
OLD_INVITES = select(invites.c.id).where(invites.c.expires_at < BEFORE).limit(LIMIT)
# Who ever said STOP or START is remembered, so that a refusal is not forgotten with the person.
OLD_GUESTS = (
    select(recipients.c.id)
    .where(
        IS_GUEST,
        ~select(ONE).where(subjects.c.recipient_id == recipients.c.id).correlate(recipients).exists(),
        ~select(ONE).where(invites.c.recipient_id == recipients.c.id).correlate(recipients).exists(),
        ~select(ONE)
        .where(windows.c.recipient_id == recipients.c.id, windows.c.last_inbound_at >= BEFORE)
        .correlate(recipients)
        .exists(),
    )
    .limit(LIMIT)
)
PARTS_OF_GUEST: tuple[Delete | Update, ...] = (
    *(delete(table).where(*matching(table, "recipient_id")) for table in (aliases, windows)),
    FORGET_PAIRS,
    FORGET_TROUBLES,
    SET_ASIDE,
)
FORGET_INVITE = delete(invites).where(*matching(invites, "id"))


class Upkeep:
    """The verbs of `wa_notify.ports.Transaction` that forget."""

    _connection: Connection

    def forget_events(self, before: datetime, limit: int) -> int:
        """Raw events of WhatsApp that came before; how many went."""
        old = self._old(self._connection.rows(NEXT_EVENTS, after=0, limit=limit), before)
        if old:
            self._connection.run(FORGET_EVENTS, up_to=old[-1])
        return len(old)

    def forget_words(self, before: datetime, limit: int) -> int:
        """The words of messages planned before, if they ended; how many messages were looked at."""
        after = int(self._connection.cell(sql.META, key=SWEPT_TO) or 0)
        old = self._old(self._connection.rows(NEXT_ITEMS, after=after, limit=limit), before)
        if old:
            self._connection.run(BLANK, after=after, up_to=old[-1])
            self._connection.run(sql.SAVE_META, key=SWEPT_TO, value=str(old[-1]))
        return len(old)

    def forget_tickets(self, before: datetime, limit: int) -> int:
        """Tickets that were over before with all of theirs, old silences and overrides; how many tickets."""
        for statement in (FORGET_SILENCES, FORGET_OVERRIDES):
            self._connection.run(statement, before=before)
        old = [
            row[0]
            for state in OVER
            for row in self._connection.rows(OLD_TICKETS, state=state, before=before, limit=limit)
        ]
        for ticket_id in old:
            self._connection.run(LEAVE_TICKET, ticket_id=ticket_id)
            for statement in PARTS_OF_TICKET:
                self._connection.run(statement, ticket_id=ticket_id)
            self._connection.run(FORGET_TICKET, id=ticket_id)
        return len(old)

    def forget_loose_items(self, before: datetime, limit: int) -> int:
        """Messages without a ticket that were planned before and ended; how many went."""
        old = self._connection.rows(OLD_LOOSE_ITEMS, before=before, limit=limit)
        for (item_id,) in old:
            self._connection.run(FORGET_ITEM, id=item_id)
        return len(old)

    def forget_invites(self, before: datetime, limit: int) -> int:
        """Invitations that ran out before; how many went."""
        old = self._connection.rows(OLD_INVITES, before=before, limit=limit)
        for (invite_id,) in old:
            self._connection.run(FORGET_INVITE, id=invite_id)
        return len(old)

    def forget_guests(self, before: datetime, limit: int) -> int:
        """Guests who last wrote before, and never said STOP or START; how many went."""
        old = self._connection.rows(OLD_GUESTS, before=before, limit=limit)
        for (guest_id,) in old:
            for statement in PARTS_OF_GUEST:
                self._connection.run(statement, recipient_id=guest_id)
            self._connection.run(sql.REMOVE_RECIPIENT, id=guest_id)
        return len(old)

    @staticmethod
    def _old(rows: list[Row], before: datetime) -> list[int]:
        """The numbers at the front of the table, as long as they are old."""
        return [number for number, _ in takewhile(lambda row: row[1] < before, rows)]
