"""The proof of consent: the ledger as it was sealed, with all that is needed to check it by hand."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

from wa_notify.core.consent import Purpose, standing
from wa_notify.core.ledger import Break, Head, Page, record_of, said_by, verify
from wa_notify.core.recipient import Recipient
from wa_notify.ports import Views

Json: TypeAlias = dict[str, Any]
HOW = (
    "Each digest is the SHA-256 of the entry's canonical JSON: the fields number, subject, purpose, act, "
    "source, wording, language, evidence_digest, actor_digest, at and previous; keys sorted, no spaces, "
    "ASCII. evidence_digest and actor_digest are the SHA-256 of the JSON list [salt, text]. previous is the "
    "digest of the entry before, of whomever it is."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The whole ledger, and which part of it is whose."""

    ledger: Sequence[Page]
    head: Head | None
    people: Sequence[tuple[Recipient, Sequence[Page]]]


def gather(views: Views, people: Sequence[Recipient]) -> Evidence:
    """Everything that proves what these people said."""
    return Evidence(
        ledger=views.ledger(),
        head=views.ledger_head(),
        people=[(one, views.ledger(one.id)) for one in people],
    )


def proof_of(evidence: Evidence, now: datetime, *, everybody: bool) -> Json:
    """The proof as it is handed out; of ``everybody`` with the whole chain. It holds numbers in full."""
    proof: Json = {
        "exported_at": _moment(now),
        "ledger": verified(evidence.ledger, verify(evidence.ledger, evidence.head)),
        "how_to_verify": HOW,
        "people": [_person(recipient, pages) for recipient, pages in evidence.people],
    }
    if everybody:
        proof["chain"] = [_sealed(page) for page in evidence.ledger]
    return proof


async def proof_beside(evidence: Evidence, now: datetime, *, everybody: bool) -> Json:
    """The same beside the event loop, since a long ledger takes its time."""
    return await asyncio.to_thread(proof_of, evidence, now, everybody=everybody)


def verified(pages: Sequence[Page], found: Break | None) -> Json:
    """Whether the ledger is whole."""
    return {
        "whole": found is None,
        "entries": len(pages),
        "head": pages[-1].entry.digest if pages else None,
        "broken": found and {"number": found.number, "breach": found.breach.value, "sentence": str(found)},
    }


def entry_of(page: Page) -> Json:
    """An entry as people read it."""
    entry, proof = page.entry, page.proof
    return {
        "number": entry.number,
        "at": _moment(entry.at),
        "purpose": entry.purpose.value,
        "act": entry.act.value,
        "source": entry.source,
        "wording": entry.wording or None,
        "language": entry.language or None,
        "evidence": (proof.evidence if proof else None) or None,
        "actor": (proof.actor if proof else None) or None,
        "digest": entry.digest,
    }


def standing_by(recipient: Recipient, pages: Sequence[Page]) -> dict[str, str]:
    """What counts of the entries, by purpose."""
    ledger = [record_of(page, recipient.id) for page in pages]
    found = {purpose: standing(ledger, purpose) for purpose in Purpose}
    return {purpose.value: entry.act.value if entry else "none" for purpose, entry in found.items()}


def _person(recipient: Recipient, pages: Sequence[Page]) -> Json:
    return {
        "recipient": recipient.id,
        "name": recipient.name or None,
        "phone": recipient.phone or None,
        "bsuid": recipient.bsuid or None,
        "language": recipient.language or None,
        "subject": pages[0].entry.subject if pages else None,
        "standing": standing_by(recipient, pages),
        "entries": [{**entry_of(page), **_sealed(page)} for page in pages],
    }


def _sealed(page: Page) -> Json:
    """An entry as it was sealed: exactly what its digest is over, and the salt of its texts."""
    return {
        **said_by(page.entry),
        "digest": page.entry.digest,
        "salt": page.proof.salt if page.proof else None,
    }


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
