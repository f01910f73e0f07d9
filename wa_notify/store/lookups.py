"""Rows that are known by name or number (see `wa_notify.ports.lookups`)."""

from collections.abc import Sequence

from wa_notify.core.alert import Alert
from wa_notify.core.outbox import Item
from wa_notify.core.recipient import Recipient
from wa_notify.core.ticket import Ticket
from wa_notify.store.connection import Connection
from wa_notify.store.rows import ALERT, ITEM, RECIPIENT, TICKET
from wa_notify.store.statements import ALERTS_OF, ITEM_BY_ID, RECIPIENT_OF, TICKET_BY_ID


class Lookups:
    """A part of `wa_notify.store.transaction.SqlTransaction` and of `wa_notify.store.views.SqlViews`."""

    _connection: Connection

    def recipient(self, recipient_id: str) -> Recipient | None:
        """The person of that name."""
        row = self._connection.row(RECIPIENT_OF, id=recipient_id)
        return None if row is None else RECIPIENT.value(row)

    def ticket(self, ticket_id: int) -> Ticket | None:
        """The ticket of that number."""
        row = self._connection.row(TICKET_BY_ID, id=ticket_id)
        return None if row is None else TICKET.value(row)

    def alerts(self, ticket: Ticket) -> Sequence[Alert]:
        """All alerts of the present episode, in the order in which they joined."""
        rows = self._connection.rows(ALERTS_OF, ticket_id=ticket.id, episode=ticket.episode)
        return [ALERT.value(row) for row in rows]

    def item(self, item_id: int) -> Item | None:
        """The item of that number."""
        row = self._connection.row(ITEM_BY_ID, id=item_id)
        return None if row is None else ITEM.value(row)
