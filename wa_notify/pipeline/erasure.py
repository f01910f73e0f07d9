"""Erasing a person. What stays is a stub in the ledger, and messages without words to nobody."""

from dataclasses import dataclass
from datetime import datetime

from wa_notify.core.consent import ConsentAct
from wa_notify.core.erasure import traces_of
from wa_notify.core.outbox import ItemState
from wa_notify.core.progress import stopped
from wa_notify.core.reason import SENTENCES, Reason
from wa_notify.core.recipient import Alias, AliasKind, Recipient
from wa_notify.core.timeline import SYSTEM, EntryKind
from wa_notify.pipeline.outcome import tell
from wa_notify.pipeline.people import Said, find, record
from wa_notify.ports import Transaction

PSEUDONYM = "erased-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What was done. ``stand_in`` is the word that stands where the person was named."""

    stand_in: str
    cancelled: int  # messages that waited
    entries: int  # of the ledger, which keeps them without a name


def erase(tx: Transaction, who: str, *, source: str, actor: str, now: datetime) -> Erased:
    """Make the database forget a person: name, addresses, evidence, messages, and where others name them.

    The ledger keeps its entries under a pseudonym that leads nowhere, and tells that somebody was erased.
    When the same number writes again it is a stranger's. Raises `UnknownRecipient`.
    """
    recipient = find(tx, who)
    record(tx, recipient.id, ConsentAct.ERASED, Said(source=source, evidence="", actor=actor, at=now))
    subject = tx.subjects(recipient.id)[0]
    entries = len(tx.consents(recipient.id))
    waiting = tx.waiting_for(recipient.id)
    for item in waiting:
        cancelled = stopped(item, ItemState.CANCELLED, Reason.ERASED)
        tx.save_item(cancelled)
        text = f"{item.spoken} is cancelled. {SENTENCES[Reason.ERASED]}"
        tell(tx, cancelled, EntryKind.CANCELLED, text, now, actor=SYSTEM)
    traces = traces_of(
        id=recipient.id,
        names=[recipient.name, *tx.former_names(recipient.id)],
        addresses=[*(alias.value for alias in tx.aliases(recipient.id)), *_given_up(tx, recipient)],
        stand_in=f"{PSEUDONYM}{subject[:8]}",
    )
    tx.erase_recipient(recipient.id, traces)
    return Erased(stand_in=traces.stand_in, cancelled=len(waiting), entries=entries)


def _given_up(tx: Transaction, recipient: Recipient) -> list[str]:
    """Their former addresses, but for those that are somebody else's now."""
    return [
        one
        for one in recipient.former
        if tx.recipient_by_alias(Alias(kind=kind, value=one) for kind in AliasKind) is None
    ]
