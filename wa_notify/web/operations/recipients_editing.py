"""People: adding, changing, erasing them, and showing a number in clear."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from wa_notify.config import words
from wa_notify.core.access import Right
from wa_notify.core.directory import agreement
from wa_notify.core.recipient import AliasKind, Recipient
from wa_notify.pipeline.editing import EditRefused, amend, introduce, rename, unlink
from wa_notify.pipeline.erasure import Erased, erase
from wa_notify.ports import Transaction
from wa_notify.web.operations.operation import Asked, Given, Nothing, Shape, operation
from wa_notify.web.operations.recipients_shapes import (
    DisplayName,
    FixedShape,
    Languages,
    Number,
    RecipientName,
    SomeoneNamed,
    fitting,
    fixed_by,
    number_in,
    recipient_shape,
    somebody,
    who_of,
)
from wa_notify.web.refusals import NotNow, Unfitting
from wa_notify.web.request import storable

PEOPLE = "people"  # the topic of open pages


class NewRecipient(Given, frozen=True, kw_only=True):
    """Somebody to be known. Nothing is sent to them until they opted in."""

    id: RecipientName
    name: DisplayName = ""
    language: Languages = ""
    number: Number = ""


class RecipientEdit(Given, frozen=True, kw_only=True):
    """How a person shall be known. An empty number leaves the one they have."""

    name: DisplayName = ""
    language: Languages = ""
    number: Number = ""


class NewName(Given, frozen=True, kw_only=True):
    """What somebody is called from now on, in commands and in the ledger's index."""

    new_id: RecipientName


class WrongAlias(Given, frozen=True, kw_only=True):
    """Which kind of address was learnt wrongly."""

    kind: AliasKind


class RecipientDone(Shape, frozen=True, kw_only=True):
    """What came of it, in a sentence, and who it is about."""

    text: str
    id: str


class RevealedShape(Shape, frozen=True, kw_only=True):
    """The addresses of somebody in clear. Who asked for them is written down."""

    id: str
    name: str
    number: str
    bsuid: str


class ErasedShape(Shape, frozen=True, kw_only=True):
    """What was done. ``stand_in`` is the word that stands where the person was named.

    ``journal_emptied`` is false while somebody reads; then it happens a little later.
    """

    text: str
    stand_in: str
    cancelled: int
    entries: int
    journal_emptied: bool


@operation("POST", "/recipients", right=Right.PEOPLE, status=201)
async def add_recipient(asked: Asked[NewRecipient, Nothing]) -> RecipientDone:
    """Make somebody known, with or without a number. They still have to opt in."""
    given, config = asked.body, asked.office.standing.config
    person = Recipient(
        id=fitting("id", words.name, given.id),
        name=storable(given.name).strip(),
        language=fitting("language", words.locales, given.language),
        phone=number_in(config, given.number),
    )
    if not person.id:
        raise Unfitting("This is no name.", where="id", fix="Use letters and digits.")

    def work(tx: Transaction) -> None:
        _or_refuse(lambda: introduce(tx, person))

    await asked.change(f"recipient {person.id}", work, lambda tx: _facts(tx.recipient(person.id)))
    asked.office.stir(PEOPLE)
    return RecipientDone(text=f"{person.spoken} is known now, and has not opted in yet.", id=person.id)


@operation("PUT", "/recipients/{id}", right=Right.PEOPLE, edits=True)
async def edit_recipient(asked: Asked[RecipientEdit, Nothing]) -> RecipientDone:
    """Change name, languages or number of somebody, as far as the configuration does not fix them.

    With another number what they agreed to has lapsed: it was for the number they had.
    """
    who, given, config = who_of(asked), asked.body, asked.office.standing.config
    name, number = storable(given.name).strip(), number_in(config, given.number)
    language = fitting("language", words.locales, given.language)
    fixed = fixed_by(config, who)

    def work(tx: Transaction) -> Recipient:
        before = somebody(tx, who)
        after = replace(before, name=name, language=language, phone=number or before.phone)
        _heed(fixed, before, after)
        _or_refuse(lambda: amend(tx, after, actor=asked.caller.name, now=asked.now))
        return before

    before = await asked.change(
        f"recipient {who}",
        work,
        lambda tx: _facts(tx.recipient(who), agreement(tx.consents(who)).value),
        version=lambda tx: recipient_shape(somebody(tx, who), config),
    )
    asked.office.stir(PEOPLE)
    moved = bool(number) and number != before.phone and before.reachable
    lapsed = " The opt-in was for the old number. Record the one for the new number, or invite them."
    return RecipientDone(text=f"{name or who} is changed.{lapsed if moved else ''}", id=who)


@operation("POST", "/recipients/{id}/rename", right=Right.PEOPLE)
async def rename_recipient(asked: Asked[NewName, Nothing]) -> RecipientDone:
    """Call somebody otherwise: consent, addresses, window and messages come along."""
    who, config = who_of(asked), asked.office.standing.config
    new = fitting("new_id", words.name, asked.body.new_id)
    if not new:
        raise Unfitting("This is no name.", where="new_id", fix="Use letters and digits.")
    if fixed := fixed_by(config, who):
        fix = f"Rename {who} in {fixed.file}. Everything comes along with the number."
        raise NotNow(f"{who} stands in the configuration.", where="id", fix=fix)

    def work(tx: Transaction) -> None:
        somebody(tx, who)
        _or_refuse(lambda: rename(tx, who, new))

    await asked.change(f"recipient {new}", work, lambda tx: {"id": new if tx.recipient(new) else who})
    asked.office.stir(PEOPLE)
    return RecipientDone(text=f"{who} is called {new} now.", id=new)


@operation("POST", "/recipients/{id}/aliases/unlink", right=Right.PEOPLE)
async def unlink_alias(asked: Asked[WrongAlias, Nothing]) -> RecipientDone:
    """Forget what was learnt of somebody's other addresses. Whoever writes from there is a stranger again."""
    who, kind = who_of(asked), asked.body.kind

    def work(tx: Transaction) -> None:
        somebody(tx, who)
        _or_refuse(lambda: unlink(tx, who, kind))

    await asked.change(
        f"recipient {who}",
        work,
        lambda tx: {kind.value: sum(one.kind is kind for one in tx.aliases(who))},
    )
    return RecipientDone(text="Forgotten. Whoever writes from there is a stranger again.", id=who)


@operation("POST", "/recipients/{id}/reveal", right=Right.REVEAL)
async def reveal_recipient(asked: Asked[Nothing, Nothing]) -> RevealedShape:
    """Show somebody's number in clear. That it was asked for is written into the audit trail."""
    who = who_of(asked)
    found = await asked.change(f"recipient {who}", lambda tx: somebody(tx, who))
    return RevealedShape(id=found.id, name=found.name, number=found.phone, bsuid=found.bsuid)


@operation("POST", "/recipients/{id}/erase", right=Right.PEOPLE)
async def erase_recipient(asked: Asked[SomeoneNamed, Nothing]) -> ErasedShape:
    """Forget somebody for good: name, numbers, evidence and messages, also where timelines name them.

    What waits for them is cancelled. The ledger keeps its entries under a pseudonym that leads nowhere.
    Labels of alerts, backups and logs stay as they are. If the number writes again it is a stranger's.
    """
    who, config = who_of(asked), asked.office.standing.config
    if asked.body.name.strip() != who:
        fix = f"Type {who[:64]} to say that you mean it."
        raise Unfitting("This is not the name of whom you erase.", where="name", fix=fix)
    if fixed := fixed_by(config, who):
        what = f"{who} is still in the configuration, and would be back at the next start."
        fix = f"Take {who} out of `recipients` and `receivers` in {fixed.file}, then erase."
        raise NotNow(what, where="id", fix=fix)
    desk = asked.office.engine.desk

    def work(tx: Transaction) -> Erased:
        somebody(tx, who)
        erased = erase(tx, who, source="api", actor=asked.caller.name, now=asked.now)
        # the trail must not name them again
        tx.audit(asked.line(f"recipient {erased.stand_in}", {}, {"cancelled": erased.cancelled}))
        return erased

    erased = await desk.transact(work)
    asked.office.stir(PEOPLE)
    emptied = await desk.empty_journal()
    return ErasedShape(
        text=f"Erased. Where they were named stands {erased.stand_in} now. Delete old backups too.",
        stand_in=erased.stand_in,
        cancelled=erased.cancelled,
        entries=erased.entries,
        journal_emptied=emptied,
    )


def _heed(fixed: FixedShape | None, before: Recipient, after: Recipient) -> None:
    """What the configuration says is said there. Raises `NotNow`."""
    changed = {
        "name": before.name != after.name,
        "language": before.language != after.language,
        "number": before.phone != after.phone,
    }
    for field in fixed.fields if fixed else ():
        if changed[field] and fixed:
            what = f"The configuration fixes the {field} of {before.id}."
            raise NotNow(what, where=field, fix=f"Change it in {fixed.file}; it is read again at once.")


def _or_refuse(work: Callable[[], None]) -> None:
    """Do it; what the address book does not allow is a refusal of ours."""
    try:
        work()
    except EditRefused as error:
        raise NotNow(str(error), where="recipient") from error


def _facts(recipient: Recipient | None, consent: str = "") -> Mapping[str, Any]:
    """What the audit trail keeps of a person; no part of a number, so that erasing leaves none behind."""
    if recipient is None:
        return {}
    told = {
        "name": recipient.name,
        "language": recipient.language,
        "number": "known" if recipient.phone else "none",
        "numbers_given_up": len(recipient.former),
    }
    return told | ({"consent": consent} if consent else {})


OPERATIONS = (
    add_recipient,
    edit_recipient,
    rename_recipient,
    unlink_alias,
    reveal_recipient,
    erase_recipient,
)
