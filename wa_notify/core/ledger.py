"""The ledger: consent entries in one chain, so that none can be changed, removed, added or moved unseen.

Each entry carries a digest over all it says and over the digest of the entry before it. It names the person
by a random pseudonym, and keeps of evidence and actor only salted digests; the texts lie in a `Proof` beside
it. So a person can be erased: pseudonym and proof go, and the chain stays whole.

Whoever can write to the database could seal a forged chain anew. A digest of the newest entry that is noted
somewhere else (`wa-notify optin verify` prints it) shows that too.
"""

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from wa_notify.core.consent import ConsentAct, ConsentRecord, Purpose

BEFORE_THE_FIRST = "0" * 64  # what the first entry has in place of a digest before it


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """One link of the chain. ``number`` counts from 1 without a gap; digests are SHA-256 in hex."""

    number: int
    subject: str
    purpose: Purpose
    act: ConsentAct
    source: str
    wording: str
    language: str
    evidence_digest: str
    actor_digest: str
    at: datetime
    previous: str
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The texts of an entry that may be erased; nothing stands for one that was."""

    number: int
    salt: str
    evidence: str | None
    actor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """An entry with its proof; no proof when it was erased. ``owned``: it is known whose entry it is."""

    entry: LedgerEntry
    proof: Proof | None
    owned: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The newest entry, as noted apart from the ledger."""

    number: int
    digest: str


class Breach(StrEnum):
    """What was done to the ledger."""

    CHANGED = "changed"
    REMOVED = "removed"
    INSERTED = "inserted"
    REORDERED = "reordered"
    EVIDENCE_CHANGED = "evidence_changed"
    EVIDENCE_REMOVED = "evidence_removed"
    OWNER_REMOVED = "owner_removed"
    OTHER_LEDGER = "other_ledger"


SENTENCES: dict[Breach, str] = {
    Breach.CHANGED: "Entry {} is not what was recorded.",
    Breach.REMOVED: "Entry {} was removed.",
    Breach.INSERTED: "Entry {} was not recorded by wa_notify.",
    Breach.REORDERED: "Entry {} does not stand where it was recorded.",
    Breach.EVIDENCE_CHANGED: "The evidence of entry {}, or who recorded it, is not what was recorded.",
    Breach.EVIDENCE_REMOVED: "The evidence of entry {}, or who recorded it, is gone, and nobody was erased.",
    Breach.OWNER_REMOVED: "Whose entry {} is cannot be told any more, and nobody was erased.",
    Breach.OTHER_LEDGER: "No entry has the digest that was noted elsewhere. The ledger was replaced.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """Where the ledger is broken first, and how."""

    number: int
    breach: Breach

    def __str__(self) -> str:
        """One sentence for a person."""
        return SENTENCES[self.breach].format(self.number)


def seal(record: ConsentRecord, subject: str, salt: str, after: Head | None) -> Page:
    """Make the record the entry behind ``after``. ``subject`` and ``salt`` are random."""
    number = after.number + 1 if after else 1
    entry = LedgerEntry(
        number=number,
        subject=subject,
        purpose=record.purpose,
        act=record.act,
        source=record.source,
        wording=record.wording,
        language=record.language,
        evidence_digest=salted(salt, record.evidence),
        actor_digest=salted(salt, record.actor),
        at=record.at,
        previous=after.digest if after else BEFORE_THE_FIRST,
    )
    proof = Proof(number=number, salt=salt, evidence=record.evidence, actor=record.actor)
    return Page(entry=_with_digest(entry), proof=proof)


def salted(salt: str, text: str) -> str:
    """The digest that stands for a text; without the salt nobody can find the text by trying."""
    return hashlib.sha256(json.dumps([salt, text]).encode()).hexdigest()


def digest_of(entry: LedgerEntry, number: int | None = None) -> str:
    """SHA-256 over the canonical JSON of the entry: keys sorted, pure ASCII, no spaces, time in UTC."""
    said = said_by(entry) | ({} if number is None else {"number": number})
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def said_by(entry: LedgerEntry) -> dict[str, Any]:
    """All that the digest is over, as it stands in the JSON."""
    said = {field.name: getattr(entry, field.name) for field in fields(entry) if field.name != "digest"}
    return said | {"at": entry.at.astimezone(UTC).isoformat(timespec="microseconds")}


def record_of(page: Page, recipient_id: str) -> ConsentRecord:
    """What was said, as it was before it was sealed."""
    entry, proof = page.entry, page.proof
    return ConsentRecord(
        recipient_id=recipient_id,
        purpose=entry.purpose,
        act=entry.act,
        source=entry.source,
        wording=entry.wording,
        language=entry.language,
        evidence=(proof.evidence if proof else None) or "",
        actor=(proof.actor if proof else None) or "",
        at=entry.at,
    )


def _with_digest(entry: LedgerEntry) -> LedgerEntry:
    return replace(entry, digest=digest_of(entry))


def is_intact(page: Page) -> bool:
    """Whether the entry by itself is what was sealed; of its place among the others it says nothing."""
    return page.entry.digest == digest_of(page.entry) and _proof_fits(page)


def verify(pages: Sequence[Page], head: Head | None, noted: str = "") -> Break | None:
    """Go through the ledger in the order of its numbers; the first break, or nothing when it is whole.

    ``head`` is what the database noted beside the ledger, ``noted`` a digest that somebody kept elsewhere.
    """
    erased = {page.entry.subject for page in pages if page.entry.act is ConsentAct.ERASED}
    last: LedgerEntry | None = None
    for index, page in enumerate(pages):
        entry = page.entry
        expected = last.number + 1 if last else 1
        previous = last.digest if last else BEFORE_THE_FIRST
        if (entry.number, entry.previous, entry.digest) != (expected, previous, digest_of(entry)):
            return _diagnosis([page.entry for page in pages], index, expected)
        if breach := _of_proof(page, erased):
            return Break(number=entry.number, breach=breach)
        last = entry
    return _of_end(last, head) or _of_noted(pages, noted)


def _of_end(last: LedgerEntry | None, head: Head | None) -> Break | None:
    """The last entry against what was noted of it, since nothing follows that would bear it out."""
    number, noted = last.number if last else 0, head.number if head else 0
    if number < noted:
        return Break(number=number + 1, breach=Breach.REMOVED)
    if number > noted:
        return Break(number=noted + 1, breach=Breach.INSERTED)
    if last and head and last.digest != head.digest:
        return Break(number=number, breach=Breach.CHANGED)
    return None


def _of_noted(pages: Sequence[Page], noted: str) -> Break | None:
    if not noted or any(page.entry.digest == noted for page in pages):
        return None
    return Break(number=len(pages), breach=Breach.OTHER_LEDGER)


def _of_proof(page: Page, erased: Collection[str]) -> Breach | None:
    """Evidence may be gone only for who was erased; the name of who recorded it, once anybody was."""
    entry, proof = page.entry, page.proof
    if not page.owned and entry.subject not in erased:
        return Breach.OWNER_REMOVED
    evidence, actor = (proof.evidence, proof.actor) if proof else (None, None)
    if (evidence is None and entry.subject not in erased) or (actor is None and not erased):
        return Breach.EVIDENCE_REMOVED
    return None if _proof_fits(page) else Breach.EVIDENCE_CHANGED


def _proof_fits(page: Page) -> bool:
    """Whether what is left of the proof is what was sealed."""
    entry, proof = page.entry, page.proof
    if proof is None:
        return True
    kept = ((proof.evidence, entry.evidence_digest), (proof.actor, entry.actor_digest))
    return all(text is None or salted(proof.salt, text) == digest for text, digest in kept)


def _diagnosis(entries: Sequence[LedgerEntry], index: int, expected: int) -> Break:
    """What was done where the chain does not hold. An entry fits the number it was sealed with."""
    entry = entries[index]
    others = {other.digest for other in entries if other is not entry}
    if entry.digest == digest_of(entry):
        return _of_sealed(entries, index, expected, others)
    sealed_as = next((n for n in range(1, len(entries) + 2) if digest_of(entry, n) == entry.digest), None)
    before_last = entries[index - 2].digest if index > 1 else BEFORE_THE_FIRST
    if sealed_as == expected - 1 and entry.previous == before_last:
        return Break(number=expected - 1, breach=Breach.INSERTED)  # a forged one moved the others up
    if sealed_as is not None:
        moved = entry.previous in others
        return Break(number=expected, breach=Breach.REORDERED if moved else Breach.REMOVED)
    following = entries[index + 1] if index + 1 < len(entries) else None
    pushed = following is not None and digest_of(following, expected) == following.digest
    return Break(number=expected, breach=Breach.INSERTED if pushed else Breach.CHANGED)


def _of_sealed(entries: Sequence[LedgerEntry], index: int, expected: int, others: Collection[str]) -> Break:
    """The entry itself is whole, so it is its place that is wrong, or the entry before it."""
    entry = entries[index]
    if entry.number > expected:
        return Break(number=expected, breach=Breach.REMOVED)
    if index and entry.previous == (entries[index - 2].digest if index > 1 else BEFORE_THE_FIRST):
        return Break(number=expected - 1, breach=Breach.INSERTED)  # it knows the one before the last
    if entry.previous in others:
        return Break(number=expected, breach=Breach.REORDERED)
    if index == 0:
        return Break(number=expected, breach=Breach.CHANGED)
    return Break(number=expected - 1, breach=Breach.CHANGED)  # changed and sealed anew
