"""Whom we know, and by which addresses. A guest who turns out to be somebody else becomes that person."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from wa_notify.core.errors import WaNotifyError
from wa_notify.core.recipient import Alias, AliasKind, Recipient, masked, variants
from wa_notify.core.window import Window
from wa_notify.store import statements as sql
from wa_notify.store.charges import FORGET_ENTRIES
from wa_notify.store.conditions import FORGET_TROUBLES
from wa_notify.store.ledger import SPAN_OF, Ledger
from wa_notify.store.lookups import Lookups
from wa_notify.store.reach import FORGET_PAIRS, SET_ASIDE
from wa_notify.store.receipts import FORGET_OFF
from wa_notify.store.rows import RECIPIENT, WINDOW


class AddressTaken(WaNotifyError):
    """A phone number belongs to another recipient already; both could not be told apart when they write."""


class People(Lookups, Ledger):
    """The verbs of `wa_notify.ports.Transaction` about people and their addresses."""

    def recipient_by_alias(self, aliases: Iterable[Alias]) -> Recipient | None:
        """The first person who owns any of these addresses."""
        owners = (self._owner(alias) for alias in aliases)
        owner = next((owner for owner in owners if owner is not None), None)
        return None if owner is None else self.recipient(owner)

    def people(self) -> Sequence[Recipient]:
        """Everybody who was introduced, guests apart, by id."""
        return [RECIPIENT.value(row) for row in self._connection.rows(sql.KNOWN_PEOPLE)]

    def save_recipient(self, recipient: Recipient) -> None:
        """Add or change a person; a number they no longer have stops being theirs. A guest's becomes theirs.

        Raises `AddressTaken` when the number is somebody else's.
        """
        own = _numbers(recipient.phone)
        guests = self._guests(recipient)
        for alias in own:
            owner = self._owner(alias)
            if owner not in (None, recipient.id, *guests):
                raise AddressTaken(
                    f"{recipient.id} cannot have the number {masked(recipient.phone)}: it is {owner}'s. "
                    f"Give {owner} another number first, or use that recipient."
                )
        before = self.recipient(recipient.id)
        if before is not None and (
            before.phone != recipient.phone or (not recipient.phone and before.bsuid != recipient.bsuid)
        ):
            # Another phone may be another person's: nothing that was learnt or open for the old one holds.
            self._connection.run(sql.FORGET_ALIASES, recipient_id=recipient.id)
            self._connection.run(sql.FORGET_WINDOWS, recipient_id=recipient.id)
            self._forget_the_number(recipient.id)
        self._connection.run(sql.SAVE_RECIPIENT, **RECIPIENT.values(recipient))
        if recipient != before:
            self._file_person(recipient)
        if before is not None and before.name not in ("", recipient.name):
            self._connection.run(sql.REMEMBER_NAME, recipient_id=recipient.id, name=before.name)
        for guest in guests:
            self.absorb(guest, recipient.id)
        for alias in (*own, *_bsuid(recipient.bsuid)):
            self.learn_alias(recipient.id, alias)

    def learn_alias(self, recipient_id: str, alias: Alias) -> None:
        """Note another address of a person; who owns it already keeps it, but a guest was this person."""
        owner = self._owner(alias)
        if owner is None:
            self._connection.run(
                sql.LEARN_ALIAS, kind=alias.kind, value=alias.value, recipient_id=recipient_id
            )
        elif owner != recipient_id and self._is_guest(owner):
            self.absorb(owner, recipient_id)

    def forget_aliases(self, recipient_id: str, kind: AliasKind) -> None:
        """The person is not known by addresses of this kind any more."""
        self._connection.run(sql.FORGET_ALIASES_OF_KIND, recipient_id=recipient_id, kind=kind)

    def absorb(self, guest_id: str, recipient_id: str) -> None:
        """The guest turned out to be this person: addresses, windows, messages and words of consent move.

        In a ledger the newest word counts, and nobody knew whose word the guest's was. So what they said
        before the person's last entry is recorded once more, as the person's.
        """
        run = self._connection.run
        again = self.consents(guest_id) if self._spoke_before(guest_id, recipient_id) else ()
        for statement in sql.HAND_OVER:
            run(statement, recipient_id=guest_id, to=recipient_id)
        for number_id, *row in self._connection.rows(sql.WINDOWS_OF, recipient_id=guest_id):
            known = self._connection.row(sql.WINDOW_OF, number_id=number_id, recipient_id=recipient_id)
            both = _together(WINDOW.value(known) if known else Window(), WINDOW.value(row))
            values = {"number_id": number_id, "recipient_id": recipient_id, **WINDOW.values(both)}
            run(sql.SAVE_WINDOW, **values)
        run(sql.FORGET_WINDOWS, recipient_id=guest_id)
        self._forget_the_number(guest_id)
        run(sql.REMOVE_RECIPIENT, id=guest_id)
        for record in again:
            self.record_consent(replace(record, recipient_id=recipient_id))
        self._file_agreement(recipient_id, self.consents(recipient_id))

    def _forget_the_number(self, recipient_id: str) -> None:
        """What counts for a number does not count for another; a person who was reached stays counted."""
        for statement in (FORGET_PAIRS, FORGET_TROUBLES, FORGET_OFF, FORGET_ENTRIES, SET_ASIDE):
            self._connection.run(statement, recipient_id=recipient_id)

    def _spoke_before(self, one: str, other: str) -> bool:
        """Whether anything of the one stands in the ledger before something of the other."""
        first, _ = self._connection.rows(SPAN_OF, recipient_id=one)[0]
        _, last = self._connection.rows(SPAN_OF, recipient_id=other)[0]
        return first is not None and last is not None and bool(first < last)

    def _guests(self, recipient: Recipient) -> list[str]:
        """Guests who own the number, in any of its spellings."""
        digits = recipient.phone.removeprefix("+")
        spellings = variants(digits) if digits else ()
        owners = {self._owner(alias) for number in spellings for alias in _numbers(f"+{number}")}
        return sorted(owner for owner in owners if owner and owner != recipient.id and self._is_guest(owner))

    def _is_guest(self, recipient_id: str) -> bool:
        owner = self.recipient(recipient_id)
        return owner is not None and owner.guest

    def _owner(self, alias: Alias) -> str | None:
        owner: str | None = self._connection.cell(sql.OWNER, kind=alias.kind, value=alias.value)
        return owner


def _numbers(phone: str) -> tuple[Alias, ...]:
    if not phone:
        return ()
    digits = phone.removeprefix("+")
    return Alias(kind=AliasKind.PHONE, value=phone), Alias(kind=AliasKind.WA_ID, value=digits)


def _bsuid(bsuid: str) -> tuple[Alias, ...]:
    return (Alias(kind=AliasKind.BSUID, value=bsuid),) if bsuid else ()


def _together(one: Window, other: Window) -> Window:
    """What both know: the later message, the later refusal, the later question."""
    return Window(
        last_inbound_at=_later(one.last_inbound_at, other.last_inbound_at),
        refused_at=_later(one.refused_at, other.refused_at),
        asked_at=_later(one.asked_at, other.asked_at),
    )


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((at for at in (one, other) if at), default=None)
