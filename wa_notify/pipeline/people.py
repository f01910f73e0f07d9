"""People and what they agreed to, as administrators record it. No door: nothing leaves because of it."""

import logging
from collections.abc import Iterable
from datetime import datetime

from wa_notify.core.consent import ConsentAct, ConsentRecord, Purpose
from wa_notify.core.errors import UnknownRecipient
from wa_notify.core.recipient import Alias, AliasKind, Recipient, Seed, masked, seeded
from wa_notify.ports import Transaction

_LOGGER = logging.getLogger(__name__)


def seed(tx: Transaction, seeds: Iterable[Seed], now: datetime) -> None:
    """Know the people of the configuration. Of consent the ledger is the truth once it has an entry."""
    for person in seeds:
        known = tx.recipient(person.recipient.id)
        recipient = seeded(person.recipient, known)
        if known != recipient:
            tx.save_recipient(recipient)
        if recipient.former:
            _warn_of_former(recipient, person.recipient)
        if person.opt_in and not tx.consents(person.recipient.id):
            _record(tx, person.recipient.id, ConsentAct.GRANTED, "config", person.opt_in, "config", now)


def _warn_of_former(recipient: Recipient, given: Recipient) -> None:
    """The configuration was written before WhatsApp told us of a change; what WhatsApp said holds."""
    listed, present = (
        masked(person.phone) if person.phone else "a WhatsApp id" for person in (given, recipient)
    )
    _LOGGER.warning(
        "The configuration lists %s for %s, who has changed to %s since. The new one counts: write it into "
        "`recipients`.",
        listed,
        recipient.id,
        present,
    )


def grant(tx: Transaction, who: str, *, source: str, evidence: str, actor: str, now: datetime) -> Recipient:
    """Record an opt-in with its proof.

    Raises `UnknownRecipient`.
    """
    recipient = find(tx, who)
    _record(tx, recipient.id, ConsentAct.GRANTED, source, evidence, actor, now)
    return recipient


def revoke(tx: Transaction, who: str, *, source: str, evidence: str, actor: str, now: datetime) -> Recipient:
    """Record an opt-out; nothing is sent from now on.

    Raises `UnknownRecipient`.
    """
    recipient = find(tx, who)
    _record(tx, recipient.id, ConsentAct.REVOKED, source, evidence, actor, now)
    return recipient


def find(tx: Transaction, who: str) -> Recipient:
    """The person of this name or phone number (E.164).

    Raises `UnknownRecipient`.
    """
    aliases = (
        Alias(kind=AliasKind.PHONE, value=who),
        Alias(kind=AliasKind.WA_ID, value=who.removeprefix("+")),
        Alias(kind=AliasKind.BSUID, value=who),
    )
    recipient = tx.recipient(who) or tx.recipient_by_alias(aliases)
    if recipient is None:
        raise UnknownRecipient(f"Nobody is known as '{who}'. 'wa-notify optin list' shows who is.")
    return recipient


def _record(
    tx: Transaction,
    recipient_id: str,
    act: ConsentAct,
    source: str,
    evidence: str,
    actor: str,
    now: datetime,
) -> None:
    tx.record_consent(
        ConsentRecord(
            recipient_id=recipient_id,
            purpose=Purpose.UTILITY,
            act=act,
            source=source,
            evidence=evidence,
            actor=actor,
            at=now,
        )
    )
