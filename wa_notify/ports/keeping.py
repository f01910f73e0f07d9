"""What the pipeline needs of the store to know people and their consent, and to forget what must not be kept.

A part of `wa_notify.ports.transaction`.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from wa_notify.core.consent import ConsentRecord
from wa_notify.core.erasure import Traces
from wa_notify.core.invite import Invite
from wa_notify.core.outbox import Item
from wa_notify.core.recipient import Alias, AliasKind, Recipient


class Keeping(Protocol):
    """People and their addresses, consent, invitations, other names, erasure and age."""

    def recipient_by_alias(self, aliases: Iterable[Alias]) -> Recipient | None:
        """The first person who owns any of these addresses."""

    def people(self) -> Sequence[Recipient]:
        """Everybody who was introduced, guests apart, by id."""

    def save_recipient(self, recipient: Recipient) -> None:
        """Add or change a person; phone, wa_id and BSUID become their aliases, also those of a guest."""

    def learn_alias(self, recipient_id: str, alias: Alias) -> None:
        """Note another address of a person; who owns it already keeps it, but a guest was this person."""

    def forget_aliases(self, recipient_id: str, kind: AliasKind) -> None:
        """The person is not known by addresses of this kind any more."""

    def absorb(self, guest_id: str, recipient_id: str) -> None:
        """The guest turned out to be this person: addresses, windows, messages and words of consent move."""

    def consents(self, recipient_id: str) -> Sequence[ConsentRecord]:
        """The person's consent ledger, in the order of recording."""

    def record_consent(self, record: ConsentRecord) -> None:
        """Seal an entry behind the last one of the ledger; entries are never changed."""

    def subjects(self, recipient_id: str) -> Sequence[str]:
        """The pseudonyms under which the ledger knows the person; none before the first entry."""

    def aliases(self, recipient_id: str) -> Sequence[Alias]:
        """All addresses of a person."""

    def former_names(self, recipient_id: str) -> Sequence[str]:
        """What the person was called before."""

    def rename_recipient(self, old: str, new: str) -> None:
        """The person has another name from now on, and ledger, addresses, windows and messages with them."""

    def erase_recipient(self, recipient_id: str, traces: Traces) -> None:
        """Nothing names the person any more; the ledger keeps a stub without a name."""

    # invitations
    def add_invite(self, invite: Invite) -> Invite:
        """Keep an invitation; the answer carries its number."""

    def invite_by_code(self, code_digest: str) -> Invite | None:
        """The invitation whose code has this digest."""

    def use_invite(self, invite: Invite, at: datetime) -> None:
        """The code was used."""

    def waiting_for(self, recipient_id: str) -> Sequence[Item]:
        """What has not left to this person and may still be cancelled."""

    # what is old; each forgets the oldest, at most ``limit`` at a time, and tells how many
    def forget_events(self, before: datetime, limit: int) -> int:
        """Raw events of the inbox."""

    def forget_words(self, before: datetime, limit: int) -> int:
        """The words of messages that ended; the messages stay. Tells how many were looked at."""

    def forget_tickets(self, before: datetime, limit: int) -> int:
        """Tickets that are over, with alerts, timeline and messages."""

    def forget_loose_items(self, before: datetime, limit: int) -> int:
        """Messages without a ticket that ended."""

    def forget_invites(self, before: datetime, limit: int) -> int:
        """Invitations that ran out."""

    def forget_guests(self, before: datetime, limit: int) -> int:
        """Guests who last wrote before, and never said STOP or START."""
