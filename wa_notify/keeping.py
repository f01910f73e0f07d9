"""What the pipeline needs of the store to keep consent, and to forget what must not be kept.

A part of `wa_notify.ports.Transaction`.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from wa_notify.core.consent import ConsentRecord
from wa_notify.core.erasure import Traces
from wa_notify.core.invite import Invite
from wa_notify.core.outbox import Item
from wa_notify.core.recipient import Alias


class Keeping(Protocol):
    """Consent, invitations, other names, erasure and age."""

    def consents(self, recipient_id: str) -> Sequence[ConsentRecord]:
        """The person's consent ledger, in the order of recording."""

    def record_consent(self, record: ConsentRecord) -> None:
        """Seal an entry behind the last one of the ledger; entries are never changed."""

    def subjects(self, recipient_id: str) -> Sequence[str]:
        """The pseudonyms under which the ledger knows the person; none before the first entry."""

    def aliases(self, recipient_id: str) -> Sequence[Alias]:
        """All addresses of a person."""

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
