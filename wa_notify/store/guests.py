"""A guest turns out to be somebody we know: everything that is theirs becomes that person's."""

from dataclasses import replace
from datetime import datetime

from wa_notify.core.window import Window
from wa_notify.ports import Transaction
from wa_notify.store import statements as sql
from wa_notify.store.connection import Connection
from wa_notify.store.rows import WINDOW


def absorb(tx: Transaction, connection: Connection, guest_id: str, recipient_id: str) -> None:
    """Move addresses, windows, messages and words of consent.

    The ledger is only ever added to, so the guest's entries are recorded once more for the person; a guest
    who has any stays behind without an address, others are removed.
    """
    connection.run(sql.HAND_OVER_ALIASES, recipient_id=guest_id, to=recipient_id)
    for number_id, *row in connection.rows(sql.WINDOWS_OF, recipient_id=guest_id):
        both = _together(tx.window(number_id, recipient_id), WINDOW.value(row))
        tx.save_window(number_id, recipient_id, both)
    connection.run(sql.FORGET_WINDOWS, recipient_id=guest_id)
    for statement in (sql.HAND_OVER_CLAIMED, sql.HAND_OVER_WAITING):
        connection.run(statement, recipient_id=guest_id, to=recipient_id)
    for record in tx.consents(guest_id):
        tx.record_consent(replace(record, recipient_id=recipient_id))
    guest = tx.recipient(guest_id)
    connection.run(sql.REMOVE_RECIPIENT, id=guest_id)
    if guest and tx.recipient(guest_id):
        tx.save_recipient(replace(guest, phone="", bsuid="", former=()))


def _together(one: Window, other: Window) -> Window:
    """What both know: the later message, the later refusal, the later question."""
    return Window(
        last_inbound_at=_later(one.last_inbound_at, other.last_inbound_at),
        refused_at=_later(one.refused_at, other.refused_at),
        asked_at=_later(one.asked_at, other.asked_at),
    )


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((at for at in (one, other) if at), default=None)
