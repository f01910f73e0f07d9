"""A person's addresses change: a new number, a new BSUID, a new device.

Source: Meta's webhook reference, which says of all these notices "update the address book, and re-check
opt-in". An opt-in was given for a number, so we read it this way:

- a new number: the opt-in has lapsed. It is not the person's refusal, and not their agreement either; they
  are asked once, when they next write, since we may not write first. The old number is a stranger's one day.
- a new BSUID beside the same number: checked, and it holds. For somebody known by BSUID alone nobody can tell
  that the number is the same (a new number brings a new BSUID), so there it has lapsed.
- a new device: noted. Number and opt-in are the same.
"""

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from wa_notify.core.alert import instant
from wa_notify.core.consent import ConsentAct, ConsentRecord, Purpose, objection, standing
from wa_notify.core.inbound import AddressChange, AddressChanged, InboundMessage
from wa_notify.core.logged import Logged
from wa_notify.core.outbox import Intent, Item, Occasion
from wa_notify.core.reason import Reason
from wa_notify.core.recipient import Alias, AliasKind, Recipient, variants
from wa_notify.core.rule import Priority
from wa_notify.core.ticket import UNRESOLVED
from wa_notify.core.timeline import Entry, EntryKind
from wa_notify.pipeline.outcome import WHATSAPP
from wa_notify.pipeline.senders import bsuids, known, numbers
from wa_notify.ports import Transaction

_LOGGER = logging.getLogger(__name__)

SOURCE = "number_change"
MOST_FORMER = 10  # addresses of a person that are remembered as given up
MOST_TICKETS = 100  # on whose timelines it is told
QUESTION_LASTS = timedelta(minutes=15)

QUESTION = "You have a new number. Reply START to get alerts here."
MOVED = "{name} has a new number. Nothing is sent to it until they say START there."
MOVED_TO_OTHER = (
    "{name} has a new number, which is {owner}'s already. Nothing is sent to {name} until an administrator "
    "writes into the configuration who has which number, and records the opt-in."
)
OTHER_DEVICE = "{name}'s WhatsApp runs on a new device. Number and consent stay."


def change_address(tx: Transaction, message: InboundMessage, changed: AddressChanged, now: datetime) -> None:
    """Bring the address book to what the notice says. Of people we do not know nothing is kept."""
    recipient = known(tx, message.sender, also=changed.previous_bsuid)
    if recipient is None:
        return
    match changed.change:
        case AddressChange.NUMBER if not _is_known_number(recipient, changed.new_wa_id):
            _new_number(tx, recipient, message, changed, now)
        case AddressChange.NUMBER | AddressChange.BSUID:
            _new_bsuid(tx, recipient, message, changed, now)
        case AddressChange.IDENTITY:
            _say(tx, recipient, OTHER_DEVICE, None, now)
        case AddressChange.OTHER:
            pass  # newer than this code; it stays in the inbox
        case change:
            assert_never(change)


def ask_anew(tx: Transaction, number_id: str, recipient: Recipient, now: datetime) -> None:
    """Somebody whose opt-in lapsed with their number is asked once, in the window that they opened."""
    entry = standing(tx.consents(recipient.id), Purpose.UTILITY)
    if entry is None or entry.act is not ConsentAct.LAPSED:
        return
    if tx.window(number_id, recipient.id).is_open(now):
        tx.enqueue(
            Item(
                key=f"new-number/{recipient.id}/{instant(entry.at)}",
                recipient_id=recipient.id,
                occasion=Occasion.CONFIRMATION,
                intent=Intent(free_form=QUESTION, answers=True),
                priority=Priority.CRITICAL,
                due_at=now,
                expires_at=now + QUESTION_LASTS,
                created_at=now,
            )
        )


def _is_known_number(recipient: Recipient, wa_id: str) -> bool:
    """Whether the number is theirs already, in any spelling: the configuration was faster."""
    return bool(wa_id) and recipient.phone.removeprefix("+") in variants(wa_id)


def _new_number(
    tx: Transaction, recipient: Recipient, message: InboundMessage, changed: AddressChanged, now: datetime
) -> None:
    """Old number and old BSUID stop being theirs; a guest who wrote from the new number was this person."""
    _lapse(tx, recipient, message, now)
    owner = _other_owner(tx, recipient, changed)
    if owner is not None:
        _LOGGER.warning(
            "%s has a new number, which is %s's already: both are left alone",
            recipient.id,
            owner.id,
            extra=Logged.PERSON_MOVED_ONTO_OTHER.of(recipient=recipient.id, owner=owner.id),
        )
        _say(tx, recipient, MOVED_TO_OTHER, Reason.NUMBER_CHANGED, now, owner.spoken)
        return
    phone = f"+{changed.new_wa_id}" if changed.new_wa_id else ""  # a username may hide it
    bsuid = changed.new_bsuid if recipient.bsuid or not phone else ""
    tx.save_recipient(_moved(recipient, phone, bsuid))
    for alias in bsuids(changed.new_bsuid):
        tx.learn_alias(recipient.id, alias)
    _say(tx, recipient, MOVED, Reason.NUMBER_CHANGED, now)


def _new_bsuid(
    tx: Transaction, recipient: Recipient, message: InboundMessage, changed: AddressChanged, now: datetime
) -> None:
    """The new BSUID takes the place of the old one. Without a number it is a new address altogether."""
    if not changed.new_bsuid:
        return
    owner = _other_owner(tx, recipient, replace(changed, new_wa_id=""))
    if owner is not None:
        _LOGGER.warning(
            "%s has a new BSUID, which is %s's already: both are left alone",
            recipient.id,
            owner.id,
            extra=Logged.PERSON_MOVED_ONTO_OTHER.of(recipient=recipient.id, owner=owner.id),
        )
        return
    if not recipient.phone:
        _lapse(tx, recipient, message, now)
        _say(tx, recipient, MOVED, Reason.NUMBER_CHANGED, now)
    tx.forget_aliases(recipient.id, AliasKind.BSUID)
    if recipient.bsuid:
        tx.save_recipient(_moved(recipient, recipient.phone, changed.new_bsuid))
    tx.learn_alias(recipient.id, Alias(kind=AliasKind.BSUID, value=changed.new_bsuid))


def _moved(recipient: Recipient, phone: str, bsuid: str) -> Recipient:
    """The person at their new addresses; those they gave up are remembered as such."""
    left = (one for one in (recipient.phone, recipient.bsuid) if one and one not in (phone, bsuid))
    former = (one for one in (*recipient.former, *left) if one not in (phone, bsuid))
    return replace(recipient, phone=phone, bsuid=bsuid, former=tuple(former)[-MOST_FORMER:])


def _other_owner(tx: Transaction, recipient: Recipient, changed: AddressChanged) -> Recipient | None:
    """Somebody else, and no guest, to whom one of the new addresses belongs."""
    aliases = (*numbers(changed.new_wa_id), *bsuids(changed.new_bsuid))
    owners = (tx.recipient_by_alias([alias]) for alias in aliases)
    return next((one for one in owners if one and one.id != recipient.id and not one.guest), None)


def _lapse(tx: Transaction, recipient: Recipient, message: InboundMessage, now: datetime) -> None:
    """What they agreed to was for the old number. A refusal stays a refusal."""
    ledger = tx.consents(recipient.id)
    for purpose in Purpose:
        if objection(ledger, purpose) is None:
            tx.record_consent(
                ConsentRecord(
                    recipient_id=recipient.id,
                    purpose=purpose,
                    act=ConsentAct.LAPSED,
                    source=SOURCE,
                    evidence=f"message {message.wamid}",
                    actor=WHATSAPP,
                    at=min(message.at, now),
                )
            )


def _say(
    tx: Transaction, recipient: Recipient, text: str, reason: Reason | None, now: datetime, owner: str = ""
) -> None:
    """Tell the timelines of all open tickets that the person was told of."""
    said = text.format(name=recipient.spoken, owner=owner)
    for ticket in tx.tickets_told(recipient.id, UNRESOLVED, by=now, limit=MOST_TICKETS):
        entry = Entry(
            ticket_id=ticket.id, at=now, kind=EntryKind.MOVED, actor=WHATSAPP, text=said, reason=reason
        )
        tx.note(entry)
