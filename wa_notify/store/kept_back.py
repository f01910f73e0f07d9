"""The verbs about what may leave and does not: it is kept back, or told in a digest."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from wa_notify.core.outbox import Channel, Item, Occasion
from wa_notify.core.reason import Reason
from wa_notify.core.rule import Priority
from wa_notify.store import statements as sql
from wa_notify.store.clauses import matching, reading
from wa_notify.store.columns import one_of
from wa_notify.store.connection import Connection
from wa_notify.store.numbered import ITEMS
from wa_notify.store.rows import ITEM
from wa_notify.store.tables import IS_CLAIMABLE, outbox

WANTS_WINDOW = (
    reading(ITEM, outbox)
    .where(
        IS_CLAIMABLE,
        *matching(outbox, "recipient_id"),
        one_of(outbox.c.channel, (Channel.WHATSAPP,)),
        one_of(
            outbox.c.reason,
            (
                Reason.REACH_USED_UP,
                Reason.BUDGET_SPENT,
                Reason.NUMBER_LIMITED,
                Reason.TEMPLATE_NOT_APPROVED,
                Reason.TEMPLATE_MISSING,
            ),
        ),
    )
    .order_by(outbox.c.id)
)


class KeptBack:
    """A part of `wa_notify.store.transaction.SqlTransaction`."""

    _connection: Connection

    def kept_back(self, recipient_id: str) -> Sequence[Item]:
        """What waits because the person is not to be told now."""
        return ITEMS.read(self._connection, sql.KEPT_BACK, recipient_id=recipient_id)

    def due_beside(self, item: Item, by: datetime, limit: int) -> Sequence[Item]:
        """What else may leave on WhatsApp to this person by then, in the order in which it would."""
        place = {"recipient_id": item.recipient_id, "apart_from": item.id, "by": by, "limit": limit}
        return ITEMS.read(self._connection, sql.DUE_BESIDE, **place)

    def wants_window(self, recipient_id: str) -> Sequence[Item]:
        """What waits for a template, a place or money, and needs none of them once the window is open."""
        return ITEMS.read(self._connection, WANTS_WINDOW, recipient_id=recipient_id)

    def inhibited_items(self) -> Sequence[Item]:
        """What waits for the end of another alert."""
        return ITEMS.read(self._connection, sql.INHIBITED)

    def carried_by(self, digest: Item) -> Sequence[Item]:
        """The items that were folded into a digest or bundle and are still to be told in it."""
        found = ITEMS.read(self._connection, sql.IN_DIGEST, digest_id=digest.id)
        return [item for item in found if item.reason in (Reason.IN_DIGEST, Reason.MERGED)]

    def left_lately(
        self, item: Item, occasions: Iterable[Occasion], since: datetime, limit: int
    ) -> Sequence[datetime]:
        """When other messages of the item's weight left for its person, the newest first."""
        statement = sql.left_lately(tuple(occasions), critical=item.priority is Priority.CRITICAL)
        values = {"recipient_id": item.recipient_id, "since": since, "apart_from": item.id, "limit": limit}
        return [row[0] for row in self._connection.rows(statement, **values)]
