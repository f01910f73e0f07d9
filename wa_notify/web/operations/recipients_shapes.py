"""How people are told of: with their number masked, and with what the configuration fixes about them."""

from datetime import datetime
from typing import Annotated, Any

import msgspec

from wa_notify.config import Config, words
from wa_notify.config.shape import Check, Flaw
from wa_notify.core.consent import ConsentRecord, Purpose, standing
from wa_notify.core.directory import Agreement, agreement
from wa_notify.core.recipient import AliasKind, Recipient, masked
from wa_notify.core.window import Window
from wa_notify.ports.lookups import Lookups
from wa_notify.ports.pages import Person
from wa_notify.web.operations.operation import Asked, Given, Shape
from wa_notify.web.refusals import NotThere, Unfitting
from wa_notify.web.request import storable

WRITTEN_AS = "A word of the configuration: letters, digits, dots, hyphens and underscores, at most 64."
SOURCE_AS = "Where it was said, as one small word: paper, web, phone, ..."
RecipientName = Annotated[str, msgspec.Meta(min_length=1, max_length=64, description=WRITTEN_AS)]
DisplayName = Annotated[str, msgspec.Meta(max_length=200, description="How others call them.")]
LANGUAGES_AS = "What they read, the best first, with commas in between: pt_BR, en."
Languages = Annotated[str, msgspec.Meta(max_length=100, description=LANGUAGES_AS)]
Number = Annotated[str, msgspec.Meta(max_length=32, description="A phone number, such as +447700900123.")]
Source = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]{0,31}$", description=SOURCE_AS)]
EVIDENCE_AS = "What proves it: a sentence, the number of a form, a file's name and SHA-256."
Evidence = Annotated[str, msgspec.Meta(max_length=1000, description=EVIDENCE_AS)]
Wording = Annotated[str, msgspec.Meta(max_length=100, description="The version of the text they agreed to.")]


class PersonWindow(Shape, frozen=True, kw_only=True):
    """The 24 hours in which free-form text may go to somebody, towards our number."""

    open: bool
    closes_at: datetime | None
    last_inbound_at: datetime | None
    asked: bool


class ConsentEntry(Shape, frozen=True, kw_only=True):
    """What somebody said about being written to, or an administrator for them."""

    at: datetime
    act: str
    purpose: Purpose
    source: str
    wording: str
    language: str
    evidence: str
    actor: str


class PersonLine(Shape, frozen=True, kw_only=True):
    """A person in a list."""

    id: str
    name: str
    number: str
    language: str
    agreement: Agreement
    consent: ConsentEntry | None
    window: PersonWindow
    guest: bool
    moved: bool
    receipts_off_since: datetime | None


class FixedShape(Shape, frozen=True, kw_only=True):
    """What the configuration says of a person, which therefore is changed there and not here."""

    file: str
    fields: list[str]


class RecipientShape(Shape, frozen=True, kw_only=True):
    """A person as the address book has them; numbers are masked. ``number`` is empty when none is known.

    ``former`` are addresses that they gave up.
    """

    id: str
    name: str
    number: str
    bsuid: str
    language: str
    languages: list[str]
    guest: bool
    former: list[str]
    fixed: FixedShape | None


class SomeoneNamed(Given, frozen=True, kw_only=True):
    """The name of somebody, typed once more, so that nobody is erased by a slip of the hand."""

    name: Annotated[str, msgspec.Meta(max_length=64, description="The name, as in the path.")]


def who_of(asked: Asked[Any, Any]) -> str:
    """Whom the path names."""
    return storable(asked.path["id"])


def somebody(facts: Lookups, recipient_id: str) -> Recipient:
    """The person of that name. Raises `NotThere`."""
    recipient = facts.recipient(recipient_id)
    if recipient is None:
        fix = "GET /recipients lists everybody."
        raise NotThere(f"Nobody is called {recipient_id[:64]}.", where="id", fix=fix)
    return recipient


def fitting(field: str, check: Check, value: str) -> str:
    """The value as the configuration would take it; an empty one stays empty. Raises `Unfitting`."""
    text = storable(value).strip()
    if not text:
        return ""
    try:
        fit: str = check(text)
    except Flaw as flaw:
        raise Unfitting(flaw.msg, where=field, fix=flaw.fix) from None
    return fit


def number_in(config: Config, value: str) -> str:
    """A phone number in E.164. Raises `Unfitting`, which repeats nothing of it."""
    try:
        return fitting("number", words.phone(config.defaults.country), value)
    except Unfitting:
        fix = "Write it with its plus and country code, such as +447700900123."
        raise Unfitting("This cannot be a phone number.", where="number", fix=fix) from None


def fixed_by(config: Config, recipient_id: str) -> FixedShape | None:
    """What the configuration says of this person, whom it introduces anew at each start."""
    given = next((one.recipient for one in config.recipients if one.recipient.id == recipient_id), None)
    if given is None:
        return None
    told = {"name": given.name, "language": given.language, "number": given.phone}
    fields = [name for name, value in told.items() if value or given.reachable]
    return FixedShape(file=next((path.name for path in config.files), "configuration"), fields=fields)


def recipient_shape(recipient: Recipient, config: Config) -> RecipientShape:
    """What can be edited, and what names the person."""
    return RecipientShape(
        id=recipient.id,
        name=recipient.name,
        number=recipient.masked_phone,
        bsuid=hidden(AliasKind.BSUID, recipient.bsuid),
        language=recipient.language,
        languages=list(recipient.languages),
        guest=recipient.guest,
        former=[hidden(AliasKind.PHONE, one) for one in recipient.former],
        fixed=fixed_by(config, recipient.id),
    )


def person_line(person: Person, now: datetime) -> PersonLine:
    """A person in a list."""
    recipient, consent = person.recipient, standing(person.consents, Purpose.UTILITY)
    return PersonLine(
        id=recipient.id,
        name=recipient.name,
        number=recipient.masked_phone,
        language=recipient.language,
        agreement=agreement(person.consents),
        consent=entry_shape(consent) if consent else None,
        window=window_shape(person.window, now),
        guest=recipient.guest,
        moved=bool(recipient.former) and not recipient.guest,
        receipts_off_since=person.receipts_off_since,
    )


def window_shape(window: Window, now: datetime) -> PersonWindow:
    """The window as of now."""
    return PersonWindow(
        open=window.is_open(now),
        closes_at=window.closes_at,
        last_inbound_at=window.last_inbound_at,
        asked=window.asked,
    )


def entry_shape(record: ConsentRecord) -> ConsentEntry:
    """An entry of the ledger."""
    return ConsentEntry(
        at=record.at,
        act=record.act.value,
        purpose=record.purpose,
        source=record.source,
        wording=record.wording,
        language=record.language,
        evidence=record.evidence,
        actor=record.actor,
    )


def hidden(kind: AliasKind, value: str) -> str:
    """An address that may be seen by all: a number masked, an id by its end."""
    if not value:
        return ""
    digits = value.removeprefix("+")
    if kind is AliasKind.BSUID or not digits.isdecimal():
        return f"•••• {value[-4:]}"
    return masked(f"+{digits}")
