"""Consent: what people said about being written to, what proves it, and whether the ledger is whole."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Annotated, Any

import msgspec
from msgspec import field

from wa_notify.config import words
from wa_notify.config.faults import suggestion
from wa_notify.core.access import Right
from wa_notify.core.consent import ConsentAct, Purpose, objection, own_refusal
from wa_notify.core.directory import agreement
from wa_notify.core.ledger import Break, Page, is_intact, record_of, verify
from wa_notify.core.recipient import Recipient
from wa_notify.core.wallclock import spoken_time
from wa_notify.pipeline.people import Said, find, record
from wa_notify.ports import Transaction
from wa_notify.web.operations.exports_proof import standing_by
from wa_notify.web.operations.operation import Asked, Given, Nothing, Shape, operation
from wa_notify.web.operations.recipients_shapes import (
    Evidence,
    Languages,
    Source,
    Wording,
    fitting,
    somebody,
    who_of,
)
from wa_notify.web.refusals import NotNow, NotThere, Unfitting
from wa_notify.web.request import storable

MOST_AT_ONCE = 1000  # people who opt out in one request
Purposes = Annotated[Purpose, msgspec.Meta(description="What it is about. Alerts are utility.")]
Proven = Annotated[Evidence, msgspec.Meta(min_length=1)]
Who = Annotated[
    str, msgspec.Meta(min_length=1, max_length=64, description="A name, or a number with its plus.")
]


class Grant(Given, frozen=True, kw_only=True):
    """That somebody agreed to be written to, and what proves it."""

    evidence: Proven
    source: Source = "api"
    wording: Wording = ""
    language: Languages = ""
    purpose: Purposes = Purpose.UTILITY


class Revoke(Given, frozen=True, kw_only=True):
    """That somebody does not want to be written to any more."""

    evidence: Evidence = ""
    source: Source = "api"
    purpose: Purposes = Purpose.UTILITY


class RevokeMany(Given, frozen=True, kw_only=True):
    """Who does not want to be written to any more: these people, or all whom a receiver may ask."""

    recipients: Annotated[list[Who], msgspec.Meta(max_length=MOST_AT_ONCE)] = field(default_factory=list)
    receiver: Annotated[str, msgspec.Meta(max_length=64)] = ""
    evidence: Evidence = ""
    source: Source = "api"
    purpose: Purposes = Purpose.UTILITY


class ConsentDone(Shape, frozen=True, kw_only=True):
    """What came of it. ``holds`` is false when an opt-out bears a later time than this machine's clock."""

    text: str
    recipient: str
    consent: ConsentAct
    at: datetime
    holds: bool


class RevokedShape(Shape, frozen=True, kw_only=True):
    """Who opted out."""

    text: str
    recipients: list[str]


class LedgerEntryShape(Shape, frozen=True, kw_only=True):
    """An entry of the ledger. ``intact``: it says what it said when it was sealed."""

    number: int
    at: datetime
    purpose: Purpose
    act: ConsentAct
    source: str
    wording: str
    language: str
    evidence: str
    actor: str
    digest: str
    intact: bool


class HistoryShape(Shape, frozen=True, kw_only=True):
    """All that somebody ever said, the oldest first, and what counts of it by purpose."""

    recipient: str
    standing: dict[str, str]
    entries: list[LedgerEntryShape]


class VerifyAsked(Given, frozen=True, kw_only=True):
    """``noted`` is a head that was written down earlier: it must still be in the ledger."""

    noted: Annotated[str, msgspec.Meta(pattern="^[0-9a-fA-F]{0,64}$")] = ""


class BrokenShape(Shape, frozen=True, kw_only=True):
    """Where the ledger is broken first, and how."""

    number: int
    breach: str
    sentence: str


class VerifiedShape(Shape, frozen=True, kw_only=True):
    """Whether the ledger is whole. Note ``head`` somewhere else: no forger with the database can keep it."""

    whole: bool
    entries: int
    head: str
    broken: BrokenShape | None
    checked_at: datetime


@operation("GET", "/recipients/{id}/consent", right=Right.SEE)
async def show_consent(asked: Asked[Nothing, Nothing]) -> HistoryShape:
    """Show all that somebody ever said about being written to, and what proves each entry."""
    who = who_of(asked)
    recipient, pages = await asked.look(lambda views: (somebody(views, who), views.ledger(who)))
    return HistoryShape(
        recipient=who, standing=standing_by(recipient, pages), entries=[_shape(page, who) for page in pages]
    )


@operation("GET", "/consent/verify", right=Right.SEE)
async def verify_consent(asked: Asked[Nothing, VerifyAsked]) -> VerifiedShape:
    """Check that no entry of the ledger was changed, removed, added or moved."""
    noted = asked.query.noted.lower()
    pages, head = await asked.look(lambda views: (views.ledger(), views.ledger_head()))
    found = await asyncio.to_thread(verify, pages, head, noted)
    return VerifiedShape(
        whole=found is None,
        entries=len(pages),
        head=pages[-1].entry.digest if pages else "",
        broken=_broken(found),
        checked_at=asked.now,
    )


@operation("POST", "/recipients/{id}/consent/grant", right=Right.PEOPLE)
async def grant_consent(asked: Asked[Grant, Nothing]) -> ConsentDone:
    """Record that somebody agreed to be written to, and what proves it.

    Who said no themselves cannot be opted in here: they write START, or answer an invitation's link.
    """
    who, given, zone = who_of(asked), asked.body, asked.book.time_zone
    said = _said(asked, given.evidence, given.source, given.purpose, given.wording, given.language)
    if not said.evidence:
        fix = "Name the form, the message or the person who heard it."
        raise Unfitting("Say what proves the opt-in.", where="evidence", fix=fix)

    def work(tx: Transaction) -> bool:
        recipient = somebody(tx, who)
        _heed_their_no(tx, recipient, said.purpose, zone)
        record(tx, who, ConsentAct.GRANTED, said)
        return objection(tx.consents(who), said.purpose) is None

    holds = await asked.change(f"recipient {who}", work, partial(_facts, who))
    later = "An opt-out bears a later time than this machine's clock, so it still holds."
    text = f"{who} opted in. Messages may go out from now on." if holds else later
    return ConsentDone(text=text, recipient=who, consent=ConsentAct.GRANTED, at=asked.now, holds=holds)


@operation("POST", "/recipients/{id}/consent/revoke", right=Right.PEOPLE)
async def revoke_consent(asked: Asked[Revoke, Nothing]) -> ConsentDone:
    """Record that somebody does not want to be written to any more. It holds at once."""
    who, given = who_of(asked), asked.body
    said = _said(asked, given.evidence, given.source, given.purpose)

    def work(tx: Transaction) -> None:
        somebody(tx, who)
        record(tx, who, ConsentAct.REVOKED, said)

    await asked.change(f"recipient {who}", work, partial(_facts, who))
    text = f"{who} opted out. Nothing is sent any more, not even what waits."
    return ConsentDone(text=text, recipient=who, consent=ConsentAct.REVOKED, at=asked.now, holds=True)


@operation("POST", "/consent/revoke", right=Right.PEOPLE)
async def revoke_many(asked: Asked[RevokeMany, Nothing]) -> RevokedShape:
    """Record that several people do not want to be written to any more: all of them, or none."""
    given, book = asked.body, asked.book
    if given.receiver and given.receiver not in book.receivers:
        fix = suggestion(storable(given.receiver), book.receivers, "receiver")
        raise NotThere("There is no such receiver.", where="receiver", fix=fix)
    named = [storable(one).strip() for one in given.recipients]
    whom = list(dict.fromkeys([*named, *book.reached(given.receiver)]))
    if not whom:
        raise Unfitting("Nobody is named.", where="recipients", fix="Name people, or a receiver.")
    said = _said(asked, given.evidence, given.source, given.purpose)

    def work(tx: Transaction) -> list[str]:
        people = list(dict.fromkeys(find(tx, who).id for who in whom))
        for who in people:
            record(tx, who, ConsentAct.REVOKED, said)
            tx.audit(asked.line(f"recipient {who}", {}, _facts(who, tx)))
        return people

    people = await asked.office.engine.desk.transact(work)
    text = f"{len(people)} people opted out. Nothing is sent to them any more."
    return RevokedShape(text=text, recipients=people)


def _broken(found: Break | None) -> BrokenShape | None:
    if found is None:
        return None
    return BrokenShape(number=found.number, breach=found.breach.value, sentence=str(found))


def _said(
    asked: Asked[Any, Any],
    evidence: str,
    source: str,
    purpose: Purpose,
    wording: str = "",
    language: str = "",
) -> Said:
    return Said(
        source=source,
        evidence=storable(evidence).strip(),
        actor=asked.caller.name,
        at=asked.now,
        purpose=purpose,
        wording=storable(wording).strip(),
        language=fitting("language", words.locales, language),
    )


def _heed_their_no(tx: Transaction, recipient: Recipient, purpose: Purpose, zone: str) -> None:
    """Nobody but they should undo it. Raises `NotNow`."""
    refusal = own_refusal(tx.consents(recipient.id), purpose)
    if refusal is not None:
        name, said_at = recipient.spoken, spoken_time(refusal.at, zone)
        what = f"{name} themselves said no on {said_at}. Only they can undo that."
        fix = f"If {name} changed their mind, they write START to your number, or use an invitation's link."
        raise NotNow(what, where="consent", fix=fix)


def _facts(who: str, tx: Transaction) -> Mapping[str, Any]:
    """What the audit trail keeps."""
    return {"consent": agreement(tx.consents(who)).value}


def _shape(page: Page, recipient_id: str) -> LedgerEntryShape:
    said = record_of(page, recipient_id)
    return LedgerEntryShape(
        number=page.entry.number,
        at=said.at,
        purpose=said.purpose,
        act=said.act,
        source=said.source,
        wording=said.wording,
        language=said.language,
        evidence=said.evidence,
        actor=said.actor,
        digest=page.entry.digest,
        intact=is_intact(page),
    )


OPERATIONS = (show_consent, verify_consent, grant_consent, revoke_consent, revoke_many)
