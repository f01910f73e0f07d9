"""Rows that are known by name or number (see `wa_notify.ports.lookups`)."""

from collections.abc import Sequence

from wa_notify.core.alert import Alert
from wa_notify.core.outbox import Item
from wa_notify.core.recipient import Recipient
from wa_notify.core.ticket import Ticket
from wa_notify.store.connection import Connection
from wa_notify.store.numbered import ITEMS, TICKETS
from wa_notify.store.rows import ALERT, RECIPIENT
from wa_notify.store.statements import ALERTS_OF, RECIPIENT_OF


class Lookups:
    """A part of `wa_notify.store.transaction.SqlTransaction` and of `wa_notify.store.views.SqlViews`."""

    _connection: Connection

    def recipient(self, recipient_id: str) -> Recipient | None:
        """The person of that name."""
        return self._connection.known_one(RECIPIENT.value, RECIPIENT_OF, id=recipient_id)

    def ticket(self, ticket_id: int) -> Ticket | None:
        """The ticket of that number."""
        return TICKETS.get(self._connection, ticket_id)

    def alerts(self, ticket: Ticket) -> Sequence[Alert]:
        """All alerts of the present episode, in the order in which they joined."""
        asked = {"ticket_id": ticket.id, "episode": ticket.episode}
        return self._connection.known(ALERT.value, ALERTS_OF, **asked)

    def item(self, item_id: int) -> Item | None:
        """The item of that number."""
        return ITEMS.get(self._connection, item_id)
