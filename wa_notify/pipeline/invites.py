"""Double opt-in: a person is invited, and only their own message from their own phone makes it an opt-in.

There are two ways. A *link* carries a one-time code; whoever sends it from a phone that nobody else has is
the person that was invited. A *template* goes to somebody who asked for it in another way, and waits for a
yes.

Called by the third door (`receive`): `accept` for a message with a code, before it is known who wrote it, and
`confirm` for the message of somebody known, before any other meaning of it.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from wa_notify.core.consent import ConsentAct, ConsentRecord, Purpose, invitation, objection
from wa_notify.core.errors import WaNotifyError
from wa_notify.core.inbound import CLOCKS_DIFFER, InboundMessage
from wa_notify.core.invite import LASTS, Invite, agrees, code_digest, code_in, disagrees, taps_yes
from wa_notify.core.outbox import Intent, Item, Occasion
from wa_notify.core.reason import SENTENCES, Reason
from wa_notify.core.recipient import Alias, AliasKind, Recipient, variants
from wa_notify.core.template import TemplateWish
from wa_notify.pipeline.people import Said, find, record
from wa_notify.ports import Transaction

TEMPLATE_LASTS = timedelta(days=1)  # what could not leave by then would surprise the person


class InviteRefused(WaNotifyError):
    """Somebody must not, or need not, be invited."""


def invite(
    tx: Transaction,
    who: str,
    *,
    code: str,
    now: datetime,
    purpose: Purpose = Purpose.UTILITY,
    wording: str = "",
    language: str = "",
    lasts: timedelta = LASTS,
) -> Invite:
    """Keep a one-time code for somebody; it says nothing about consent until it is used.

    Raises `UnknownRecipient`.
    """
    return tx.add_invite(
        Invite(
            code_digest=code_digest(code),
            recipient_id=find(tx, who).id,
            purpose=purpose,
            wording=wording,
            language=language,
            created_at=now,
            expires_at=now + lasts,
        )
    )


def accept(
    tx: Transaction, text: str, aliases: Iterable[Alias], message: InboundMessage, now: datetime
) -> Recipient | None:
    """Take ``JOIN <code>`` as an opt-in; nothing when the code is not good, or not this sender's to use.

    ``aliases`` are the sender's addresses in all spellings. The code must be known, unused and in time. The
    sender must not be another recipient already, nor have another number than the invited person is known by.
    """
    code = code_in(text)
    found = tx.invite_by_code(code_digest(code)) if code else None
    if found is None or not found.is_good(min(message.at, now)):
        return None
    recipient = tx.recipient(found.recipient_id)
    owner = tx.recipient_by_alias(aliases)
    if owner is not None and owner.guest:  # who was a stranger until now
        owner = None
    if recipient is None or (owner is not None and owner.id != recipient.id):
        return None
    if owner is None and not _may_be(recipient, message.sender.wa_id):
        return None
    recipient = _introduced(tx, recipient, message)
    tx.use_invite(found, now)
    said = Said(
        source="reply",
        evidence=f"message {message.wamid}, the invitation of {found.created_at:%Y-%m-%d}",
        actor=recipient.id,
        at=message.at,
        purpose=found.purpose,
        wording=found.wording,
        language=found.language,
    )
    record(tx, recipient.id, ConsentAct.GRANTED, said)
    return recipient


def _may_be(recipient: Recipient, wa_id: str) -> bool:
    """Whether a sender whom nobody knows can be this person: a known number must be the one that writes."""
    known = recipient.phone.removeprefix("+")
    return not known or not wa_id or known in variants(wa_id)


def _introduced(tx: Transaction, recipient: Recipient, message: InboundMessage) -> Recipient:
    """Their message tells by which addresses the person can be reached."""
    sender = message.sender
    if not recipient.reachable:
        phone = f"+{sender.wa_id}" if sender.wa_id else ""
        recipient = replace(
            recipient, phone=phone, bsuid=sender.bsuid, name=recipient.name or sender.profile_name
        )
        tx.save_recipient(recipient)
    for kind, value in ((AliasKind.WA_ID, sender.wa_id), (AliasKind.BSUID, sender.bsuid)):
        if value:
            tx.learn_alias(recipient.id, Alias(kind=kind, value=value))
    return recipient


def invite_by_template(tx: Transaction, who: str, wish: TemplateWish, said: Said) -> Item:
    """Put an invitation into the outbox, for somebody who asked for it. ``said`` tells how they asked.

    Raises `UnknownRecipient`, or `InviteRefused` when there is no proof that they asked, when they opted out,
    or when there is nothing to ask for.
    """
    recipient = find(tx, who)
    ledger = tx.consents(recipient.id)
    name = recipient.spoken
    if not said.evidence.strip():
        raise InviteRefused(f"Nobody may be invited unasked. Say how {name} asked for it.")
    match objection(ledger, Purpose.UTILITY):
        case None:
            raise InviteRefused(f"{name} opted in already. There is nothing to ask for.")
        case Reason.NO_CONSENT:
            pass
        case why:
            raise InviteRefused(f"{name} cannot be invited, only write START themselves. {SENTENCES[why]}")
    invited = [entry for entry in ledger if entry.act is ConsentAct.INVITED]
    if any(entry.evidence == said.evidence for entry in invited):
        raise InviteRefused(f"{name} was invited for that already. Once they ask again, say how they did.")
    record(tx, recipient.id, ConsentAct.INVITED, replace(said, purpose=Purpose.UTILITY))
    item = Item(
        key=f"invite-{len(invited) + 1}/{recipient.id}",
        recipient_id=recipient.id,
        occasion=Occasion.INVITE,
        intent=Intent(template=wish),
        due_at=said.at,
        expires_at=said.at + TEMPLATE_LASTS,
        created_at=said.at,
    )
    added = tx.enqueue(item)
    if added is None:
        raise InviteRefused(f"{name} was invited already. Wait for the answer.")
    return added


def confirm(tx: Transaction, recipient: Recipient, message: InboundMessage, now: datetime) -> bool:
    """Take a yes to an invitation by template as an opt-in; whether it was one.

    A yes in words counts while the invitation is unanswered, unless it quotes another message of ours. A tap
    counts on a button of the invitation that does not say no.
    """
    asked = _asked(tx, recipient, message, now)
    if asked is None:
        return False
    on_invitation = _on_invitation(tx, recipient, message)
    in_words = agrees(message.content) and (on_invitation or not message.context_wamid)
    if not in_words and not (on_invitation and taps_yes(message.content)):
        return False
    said = Said(
        source="reply",
        evidence=f"message {message.wamid}, the answer to the invitation of {asked.at:%Y-%m-%d}",
        actor=recipient.id,
        at=message.at,
        wording=asked.wording,
        language=asked.language,
    )
    record(tx, recipient.id, ConsentAct.GRANTED, said)
    return True


def declined(tx: Transaction, recipient: Recipient, message: InboundMessage, now: datetime) -> bool:
    """Whether this is a no to an invitation by template. It is an opt-out: no later "ok" must undo it."""
    if not disagrees(message.content) or _asked(tx, recipient, message, now) is None:
        return False
    return not message.context_wamid or _on_invitation(tx, recipient, message)


def _asked(
    tx: Transaction, recipient: Recipient, message: InboundMessage, now: datetime
) -> ConsentRecord | None:
    """The invitation that the message may answer: it stands, and the message is not older."""
    asked = invitation(tx.consents(recipient.id), Purpose.UTILITY)
    return None if asked is None or min(message.at, now) < asked.at - CLOCKS_DIFFER else asked


def _on_invitation(tx: Transaction, recipient: Recipient, message: InboundMessage) -> bool:
    """Whether the message quotes an invitation of theirs, or taps one of its buttons."""
    quoted = tx.item_by_wamid(message.context_wamid) if message.context_wamid else None
    return quoted is not None and quoted.occasion is Occasion.INVITE and quoted.recipient_id == recipient.id
