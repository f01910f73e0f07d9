"""The verbs and questions about the canary (see `wa_notify.ports.canary`).

Canaries are items of the outbox like all others. The slot is in the key, so the index of keys finds those of
a period, however many other items there are. When the next one is due stands in ``meta``.
"""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Text, bindparam, delete, select

from wa_notify.core.canary import KEY, Flight, Flown, key_of, slot_in
from wa_notify.core.outbox import WAITING, ItemState
from wa_notify.store.clauses import removing
from wa_notify.store.columns import one_of
from wa_notify.store.connection import Connection
from wa_notify.store.statements import META, SAVE_META
from wa_notify.store.tables import meta, outbox

FLIGHT = "canary_flight"
BEYOND = f"{KEY}~"  # sorts behind every slot
SETTLED = tuple(state for state in ItemState if state not in (*WAITING, ItemState.SENDING))

FLOWN = (
    select(
        *(outbox.c.key, outbox.c.state, outbox.c.reason),
        *(outbox.c.claimed_at, outbox.c.delivered_at),
    )
    .where(outbox.c.key >= bindparam("first", type_=Text), outbox.c.key < bindparam("beyond", type_=Text))
    .order_by(outbox.c.key.desc())
)
FORGET_FLOWN = delete(outbox).where(
    outbox.c.key >= bindparam("first", type_=Text),
    outbox.c.key < bindparam("beyond", type_=Text),
    one_of(outbox.c.state, SETTLED),
)
FORGET_META = removing(meta, "key")


class CanaryQuestions:
    """A part of `wa_notify.store.views.SqlViews`, and of the transaction."""

    _connection: Connection

    def flown(self, since: datetime) -> Sequence[Flown]:
        """The canaries of the slots from then on, the newest first."""
        rows = self._connection.rows(FLOWN, first=key_of(since), beyond=BEYOND)
        return [
            Flown(slot=slot_in(key), state=state, reason=reason, left_at=left_at, delivered_at=delivered_at)
            for key, state, reason, left_at, delivered_at in rows
        ]

    def flight(self) -> Flight | None:
        """When something is to be done about the canary; nothing while there is none."""
        said = self._connection.cell(META, key=FLIGHT)
        if said is None:
            return None
        next_at, judge_at = json.loads(said)
        return Flight(
            next_at=datetime.fromisoformat(next_at),
            judge_at=datetime.fromisoformat(judge_at) if judge_at else None,
        )


class Canaries(CanaryQuestions):
    """A part of `wa_notify.store.transaction.SqlTransaction`."""

    def save_flight(self, flight: Flight | None) -> None:
        """Keep it; nothing: there is no canary any more."""
        if flight is None:
            self._connection.run(FORGET_META, key=FLIGHT)
            return
        judge_at = flight.judge_at.isoformat() if flight.judge_at else None
        said = json.dumps([flight.next_at.isoformat(), judge_at])
        self._connection.run(SAVE_META, key=FLIGHT, value=said)

    def forget_flown(self, before: datetime) -> None:
        """The canaries of earlier slots are forgotten, as far as they ended."""
        self._connection.run(FORGET_FLOWN, first=KEY, beyond=key_of(before))
