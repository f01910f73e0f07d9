"""What an administrator changes about a person by hand. Nothing here makes anybody agree to anything."""

from dataclasses import replace
from datetime import datetime

from wa_notify.core.consent import ConsentAct, Purpose, objection
from wa_notify.core.errors import WaNotifyError
from wa_notify.core.recipient import Alias, AliasKind, Recipient
from wa_notify.pipeline.addresses import MOST_FORMER, SOURCE
from wa_notify.pipeline.people import Said, addresses, find, record
from wa_notify.ports import Transaction


class EditRefused(WaNotifyError):
    """It would make two people one, or leave somebody without any address."""


def introduce(tx: Transaction, person: Recipient) -> None:
    """Know somebody new. A guest who wrote from that number was this person.

    Raises `EditRefused` when the name or the number is somebody's already.
    """
    if tx.recipient(person.id) is not None:
        raise EditRefused(f"{person.id} is known already. Take another name.")
    _must_be_free(tx, person)
    tx.save_recipient(person)


def amend(tx: Transaction, after: Recipient, *, actor: str, now: datetime) -> None:
    """Change what is known of a person; ``after.id`` is who.

    What they agreed to was for the number they had, so with another number it has lapsed. Raises
    `UnknownRecipient`, or `EditRefused` when the number is somebody else's.
    """
    before = find(tx, after.id)
    if after.phone != before.phone:
        _must_be_free(tx, after)
        if before.reachable:
            _lapse(tx, before, actor, now)
        left = [one for one in (*before.former, before.phone) if one not in ("", after.phone)]
        after = replace(after, former=tuple(left)[-MOST_FORMER:])
    tx.save_recipient(after)


def rename(tx: Transaction, old: str, new: str) -> None:
    """Call somebody otherwise; consent, addresses, window and messages come along.

    Raises `UnknownRecipient`, or `EditRefused` when the new name is somebody's already.
    """
    known = find(tx, old)
    if tx.recipient(new) is not None:
        raise EditRefused(f"{new} is somebody else. Take another name.")
    tx.rename_recipient(known.id, new)


def unlink(tx: Transaction, who: str, kind: AliasKind) -> None:
    """The person is not known by what was learnt of this kind; who writes from there is a stranger again.

    The number itself stays, and so does its plain spelling. Raises `UnknownRecipient`, or `EditRefused` for
    the only address there is.
    """
    person = find(tx, who)
    if kind is AliasKind.PHONE or not person.phone:
        what = "number" if kind is AliasKind.PHONE else "only address"
        raise EditRefused(f"This is {person.spoken}'s {what}. Give them another number instead.")
    if kind is AliasKind.BSUID and person.bsuid:
        tx.save_recipient(replace(person, bsuid=""))
    tx.forget_aliases(person.id, kind)
    if kind is AliasKind.WA_ID:
        tx.learn_alias(person.id, Alias(kind=kind, value=person.phone.removeprefix("+")))


def _must_be_free(tx: Transaction, person: Recipient) -> None:
    owner = tx.recipient_by_alias(addresses(person)) if person.reachable else None
    if owner is not None and owner.id != person.id and not owner.guest:
        raise EditRefused(f"This number is {owner.id}'s already. A number belongs to one person.")


def _lapse(tx: Transaction, person: Recipient, actor: str, now: datetime) -> None:
    """Only of those who agreed: a refusal stays a refusal."""
    for purpose in Purpose:
        if objection(tx.consents(person.id), purpose) is None:
            evidence = "another number was written down by hand"
            said = Said(source=SOURCE, evidence=evidence, actor=actor, at=now, purpose=purpose)
            record(tx, person.id, ConsentAct.LAPSED, said)
