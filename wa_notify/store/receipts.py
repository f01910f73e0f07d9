"""The verbs about read receipts (see `wa_notify.ports.receipts`)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select

from wa_notify.core.outbox import ARRIVED, Channel, Item
from wa_notify.store.account_tables import receipts_off
from wa_notify.store.clauses import LIMIT, adding_or_changing, matching, reading, removing
from wa_notify.store.columns import one_of
from wa_notify.store.connection import Connection
from wa_notify.store.numbered import ITEMS
from wa_notify.store.rows import ITEM
from wa_notify.store.tables import outbox

OFF_SINCE = select(receipts_off.c.since).where(*matching(receipts_off, "recipient_id"))
ALL_OFF = select(receipts_off.c.recipient_id, receipts_off.c.since)
SAVE_OFF = adding_or_changing(receipts_off)
FORGET_OFF = removing(receipts_off, "recipient_id")
ARRIVED_BY = (
    reading(ITEM, outbox)
    .where(
        *matching(outbox, "recipient_id"),
        outbox.c.claimed_at.is_not(None),
        one_of(outbox.c.channel, (Channel.WHATSAPP,)),
        one_of(outbox.c.state, ARRIVED),
        outbox.c.status_at <= bindparam("by"),
    )
    .order_by(outbox.c.claimed_at.desc(), outbox.c.id.desc())
    .limit(LIMIT)
)


class Receipts:
    """A part of `wa_notify.store.transaction.SqlTransaction`."""

    _connection: Connection

    def receipts_off_since(self, recipient_id: str) -> datetime | None:
        """When it was learned that the person sends no receipts; nothing while they may."""
        since: datetime | None = self._connection.cell(OFF_SINCE, recipient_id=recipient_id)
        return since

    def save_receipts_off(self, recipient_id: str, since: datetime | None) -> None:
        """Keep that the person sends none, or with nothing that they do."""
        if since is None:
            self._connection.run(FORGET_OFF, recipient_id=recipient_id)
        else:
            self._connection.run(SAVE_OFF, recipient_id=recipient_id, since=since)

    def arrived_by(self, recipient_id: str, by: datetime, limit: int) -> Sequence[Item]:
        """The messages on WhatsApp that had reached the person by then, the newest first."""
        return ITEMS.read(self._connection, ARRIVED_BY, recipient_id=recipient_id, by=by, limit=limit)
