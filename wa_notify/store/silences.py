"""The verbs about silences (see `wa_notify.core.silence`)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from wa_notify.core.outbox import Item
from wa_notify.core.silence import Silence
from wa_notify.store import statements as sql
from wa_notify.store.connection import Connection
from wa_notify.store.numbered import ITEMS
from wa_notify.store.rows import SILENCE


class Silences:
    """A part of `wa_notify.store.transaction.SqlTransaction`."""

    _connection: Connection

    def add_silence(self, silence: Silence) -> Silence:
        """Keep a new silence; the answer carries its number."""
        values = SILENCE.values(silence)
        del values["id"]
        number = self._connection.cell(sql.ADD_SILENCE, **values)
        return replace(silence, id=number)

    def silence(self, silence_id: int) -> Silence | None:
        """The silence of that number."""
        row = self._connection.row(sql.SILENCE_BY_ID, id=silence_id)
        return None if row is None else SILENCE.value(row)

    def end_silence(self, silence_id: int, at: datetime) -> None:
        """The silence ends then."""
        self._connection.run(sql.END_SILENCE, id=silence_id, ends_at=at)

    def silences(self, at: datetime) -> Sequence[Silence]:
        """The silences that are not over by then, those still to begin included; the soonest end first."""
        hour = at.replace(minute=0, second=0, microsecond=0)  # every message asks, and the answer holds
        lately = self._connection.known(SILENCE.value, sql.SILENCES_NOT_OVER, at=hour)
        return [silence for silence in lately if silence.ends_at > at]

    def silenced_items(self) -> Sequence[Item]:
        """What waits for the end of a silence."""
        return ITEMS.read(self._connection, sql.SILENCED)
