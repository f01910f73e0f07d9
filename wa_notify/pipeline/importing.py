"""People and their opt-ins from elsewhere, one line at a time: a bad line keeps out no other."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from wa_notify.core.consent import ConsentAct, ConsentRecord, Purpose, objection, own_refusal, standing
from wa_notify.core.recipient import Recipient
from wa_notify.pipeline.people import Said, addresses, record
from wa_notify.ports import Transaction


class Outcome(StrEnum):
    """What becomes of a line."""

    OPTED_IN = "opted_in"
    ADDED = "added"  # the person only: there is no evidence of an opt-in
    KNOWN = "known"  # nothing of it is new
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """One line that can be read. ``person.id`` may be empty when the number is known already.

    Without evidence there is no opt-in, and nothing in ``said``.
    """

    person: Recipient
    said: Said | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of a line, and the sentence about it."""

    outcome: Outcome
    recipient_id: str = ""
    why: str


def admit(tx: Transaction, newcomer: Newcomer, now: datetime) -> Verdict:
    """Know the person and record the opt-in, or say why not. Nothing is recorded twice."""
    given = newcomer.person
    owner = tx.recipient_by_alias(addresses(given)) if given.reachable else None
    guest, owner = (owner, None) if owner and owner.guest else (None, owner)
    if unlikely := _of_identity(tx, given, owner, newcomer.said, now):
        return Verdict(outcome=Outcome.REFUSED, recipient_id=given.id, why=unlikely)
    known = owner or tx.recipient(given.id)
    person = _merged(known, given)
    new = person != known
    said = newcomer.said
    ledger = [*tx.consents(person.id), *(tx.consents(guest.id) if guest else ())]
    if said and (refusal := own_refusal(ledger, said.purpose)):
        return Verdict(outcome=Outcome.REFUSED, recipient_id=person.id, why=_said_no(refusal))
    if (
        said
        and (out := standing(ledger, said.purpose))
        and out.act is not ConsentAct.GRANTED
        and said.at <= out.at
    ):
        what = "opted out" if out.act is ConsentAct.REVOKED else "changed their number"
        why = f"They {what} on {out.at:%Y-%m-%d}; an opt-in from before does not count."
        return Verdict(outcome=Outcome.REFUSED, recipient_id=person.id, why=why)
    if new:
        tx.save_recipient(person)
    if said and not any(_says_the_same(entry, said) for entry in ledger):
        record(tx, person.id, ConsentAct.GRANTED, said)
        return Verdict(outcome=Outcome.OPTED_IN, recipient_id=person.id, why="The opt-in is recorded.")
    if new:
        why = "The person is known now. There is no evidence of an opt-in, so nothing is sent to them."
        agreed = objection(ledger, Purpose.UTILITY) is None
        return Verdict(
            outcome=Outcome.ADDED, recipient_id=person.id, why="Changed." if said or agreed else why
        )
    return Verdict(outcome=Outcome.KNOWN, recipient_id=person.id, why="Nothing of this is new.")


def _of_identity(
    tx: Transaction, given: Recipient, owner: Recipient | None, said: Said | None, now: datetime
) -> str:
    """Why this cannot be who the line says; empty when it can."""
    if not given.id and owner is None:
        return "Nobody is known by this number. Give the person a name."
    if given.id and owner and owner.id != given.id:
        return f"This number is {owner.id}'s already."
    named = tx.recipient(given.id) if given.id else None
    if named and given.phone and owner is None and named.phone:
        return f"{named.id} has another number. Change it where it was set, or take another name."
    if named is None and owner is None and not given.reachable:
        return "Nobody is known by this name. Give the person's phone number."
    return "The date of the opt-in lies in the future." if said and said.at > now else ""


def _merged(known: Recipient | None, given: Recipient) -> Recipient:
    """What the line says, and what was known where it says nothing."""
    if known is None:
        return given
    return replace(
        known,
        name=given.name or known.name,
        language=given.language or known.language,
        phone=known.phone or given.phone,
    )


def _said_no(refusal: ConsentRecord) -> str:
    return (
        f"They themselves said no on {refusal.at:%Y-%m-%d}. If they changed their mind, "
        "`wa-notify optin grant` records it."
    )


def _says_the_same(entry: ConsentRecord, said: Said) -> bool:
    """An opt-in is known by purpose, evidence and wording; its date may be that of an earlier import."""
    return entry.act is ConsentAct.GRANTED and (entry.purpose, entry.evidence, entry.wording) == (
        said.purpose,
        said.evidence,
        said.wording,
    )
