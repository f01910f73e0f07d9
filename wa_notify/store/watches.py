"""The verbs about what is watched: people on shift, and sources that promised a heartbeat."""

from collections.abc import Sequence
from datetime import datetime

from wa_notify.core.duty import Duty
from wa_notify.core.heartbeat import Pulse
from wa_notify.store import statements as sql
from wa_notify.store.connection import Connection
from wa_notify.store.rows import DUTY, PULSE


class Watches:
    """A part of `wa_notify.store.transaction.SqlTransaction`."""

    _connection: Connection

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
