"""People and what they agreed to, as administrators record it. No door: nothing leaves because of it."""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, partial

from wa_notify.core.consent import ConsentAct, ConsentRecord, Purpose
from wa_notify.core.errors import UnknownRecipient
from wa_notify.core.logged import Logged
from wa_notify.core.recipient import Alias, AliasKind, Recipient, Seed, masked, seeded
from wa_notify.ports import Transaction

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What somebody said about being written to, apart from who and which way.

    ``wording`` is the version of the text they agreed to, ``actor`` who records it.
    """

    source: str
    evidence: str
    actor: str
    at: datetime
    purpose: Purpose = Purpose.UTILITY
    wording: str = ""
    language: str = ""


def seed(tx: Transaction, seeds: Iterable[Seed], now: datetime) -> tuple[str, ...]:
    """Know the people of the configuration; the names of those to whom no address is known.

    Of consent the ledger is the truth once it has an entry. Somebody without an address is a person that the
    database knows already. A number that had another name, which the configuration no longer has, brings
    everything of its person along.
    """
    people = tuple(seeds)
    names = {person.recipient.id for person in people}
    given_up = cache(partial(_given_up, tx))  # gone through once, and only if somebody is new
    unreachable = []
    for person in people:
        given = person.recipient
        _follow_the_number(tx, given, names, given_up)
        before = tx.recipient(given.id)
        recipient = _completed(given, before)
        if before != recipient:
            tx.save_recipient(recipient)
        if recipient.former and given.reachable:
            _warn_of_former(recipient, given)
        if person.opt_in and not tx.consents(given.id):
            said = Said(source=person.source, evidence=person.opt_in, actor=person.source, at=now)
            record(tx, given.id, ConsentAct.GRANTED, said)
        if not recipient.reachable:
            unreachable.append(given.id)
    return tuple(unreachable)


def _follow_the_number(
    tx: Transaction, given: Recipient, names: Collection[str], given_up: Callable[[], Mapping[str, str]]
) -> None:
    """Somebody has a new name in the configuration: ledger, addresses, windows and messages follow.

    It may list the number that they gave up since, which is a stranger's now and nobody's opt-in.
    """
    if tx.recipient(given.id) is not None:
        return
    owner = tx.recipient_by_alias(addresses(given))
    if owner is None:
        former = given_up().get(given.phone) or given_up().get(given.bsuid)
        owner = tx.recipient(former) if former else None
    if owner is not None and not owner.guest and owner.id not in names:
        _LOGGER.info(
            "%s is now called %s; consent, window and messages came along",
            owner.id,
            given.id,
            extra=Logged.PERSON_RENAMED.of(recipient=given.id, former=owner.id),
        )
        tx.rename_recipient(owner.id, given.id)


def _given_up(tx: Transaction) -> Mapping[str, str]:
    """Addresses that people had before, as WhatsApp told us, and whose they were."""
    found: dict[str, str] = {}
    for person in tx.people():
        for address in person.former:
            found.setdefault(address, person.id)
    return found


def _completed(given: Recipient, before: Recipient | None) -> Recipient:
    """Without an address the configuration only names somebody; the database knows the rest."""
    if before is None or given.reachable:
        return seeded(given, before)
    return replace(before, name=given.name or before.name, language=given.language or before.language)


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
        extra=Logged.PERSON_MOVED.of(recipient=recipient.id),
    )


def addresses(person: Recipient) -> tuple[Alias, ...]:
    """The addresses that somebody was introduced with."""
    number = person.phone.removeprefix("+")
    found = (
        Alias(kind=AliasKind.PHONE, value=person.phone),
        Alias(kind=AliasKind.WA_ID, value=number),
        Alias(kind=AliasKind.BSUID, value=person.bsuid),
    )
    return tuple(alias for alias in found if alias.value)


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


def record(tx: Transaction, recipient_id: str, act: ConsentAct, said: Said) -> None:
    """Put what was said into the ledger."""
    tx.record_consent(
        ConsentRecord(
            recipient_id=recipient_id,
            purpose=said.purpose,
            act=act,
            source=said.source,
            wording=said.wording,
            language=said.language,
            evidence=said.evidence,
            actor=said.actor,
            at=said.at,
        )
    )
