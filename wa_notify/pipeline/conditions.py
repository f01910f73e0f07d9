"""What stands in the way of more than one message: noticed, kept, over (see `wa_notify.core.condition`).

Signs come with refusals, with notifications, with the answer to a probe, and with the account's templates
when they are read. What waits is let go as soon as something is over.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

import phonenumbers

from wa_notify.core.condition import (
    ACCESS,
    STOPPED_MARKETING,
    TOKEN,
    WHATSAPP_WIDE,
    Condition,
    Effect,
    Health,
    Recovery,
    Scope,
    Sign,
    cleared,
    probed_soon,
    raised,
    superseded,
    template_subject,
)
from wa_notify.core.consent import ConsentAct, ConsentRecord, Purpose
from wa_notify.core.message import Failure
from wa_notify.core.outbox import Item
from wa_notify.core.recipient import Recipient
from wa_notify.core.template import TemplateShape
from wa_notify.pipeline.template_news import keep_templates
from wa_notify.ports import Transaction

HELD = "held"  # the platform holds messages of a template back while it judges it


def heed_failure(tx: Transaction, item: Item | None, failure: Failure, now: datetime) -> None:
    """Remember what a refusal means beyond its message. ``item`` is missing when nobody knows the message."""
    consequence = failure.consequence
    if item and consequence.cause == STOPPED_MARKETING:
        _stopped_marketing(tx, item, now)
    subject = _subject(tx, item, consequence.scope)
    if subject is None or consequence.recovery is Recovery.ITSELF:
        return
    sign = Sign(
        scope=consequence.scope,
        subject=subject,
        cause=consequence.cause or str(failure.code),
        effect=consequence.effect,
        tells=consequence.tells,
        recovery=consequence.recovery,
        what=str(failure),
        advice=failure.advice,
        lasts=consequence.lasts,
    )
    heed(tx, sign, now)


def heed(tx: Transaction, sign: Sign, now: datetime) -> None:
    """A trouble begins, goes on, or is over."""
    of_subject = [c for c in tx.open_conditions() if (c.scope, c.subject) == (sign.scope, sign.subject)]
    if sign.over:
        ended = [c for c in of_subject if (c.cause == sign.cause if sign.cause else c.effect is sign.effect)]
        end(tx, ended, now)
        return
    known = tx.condition(sign.scope, sign.subject, sign.cause)
    if sign.recovery is Recovery.STATE:  # a template is in one state at a time
        for other in of_subject:
            if other.recovery is Recovery.STATE and other.cause != sign.cause:
                tx.save_condition(superseded(other, now))
    tx.save_condition(raised(sign, known, now))


def end(tx: Transaction, conditions: Iterable[Condition], now: datetime) -> None:
    """These are over: what waited because of them is looked at now."""
    over = tuple(conditions)
    for condition in over:
        tx.save_condition(cleared(condition, now))
    if over:
        tx.let_go(now)


def heed_health(tx: Transaction, health: Health, now: datetime) -> None:
    """The platform was asked whether we can send. That it answers at all proves that it knows us."""
    probed = [c for c in tx.open_conditions() if c.recovery is Recovery.PROBE and c.scope in WHATSAPP_WIDE]
    if health.can_send:
        end(tx, probed, now)
        return
    end(tx, (condition for condition in probed if condition.cause in (TOKEN, ACCESS)), now)
    for sign in health.signs:
        heed(tx, sign, now)


def take_stock(tx: Transaction, now: datetime) -> None:
    """A process begins, perhaps with a new token: what can be asked about is asked about at once."""
    for condition in tx.open_conditions():
        tx.save_condition(probed_soon(condition, now))


def take_in(tx: Transaction, shapes: Sequence[TemplateShape], now: datetime) -> None:
    """The account's templates were read: what cannot be sent any more is a trouble, and others are over."""
    usable = {template_subject(shape.name, shape.language): shape.sendable for shape in shapes}
    names = {shape.name for shape in shapes}
    before = [shape for name in sorted(names) for shape in tx.shapes(name)]
    keep_templates(tx, shapes, now)
    end(tx, (c for c in tx.open_conditions() if c.cause in (TOKEN, ACCESS)), now)  # it answered
    of_state = [c for c in tx.open_conditions() if c.recovery is Recovery.STATE]
    end(tx, (condition for condition in of_state if usable.get(condition.subject)), now)
    known = {condition.subject for condition in of_state}
    for shape in before:
        subject = template_subject(shape.name, shape.language)
        if shape.sendable and not usable.get(subject, True) and subject not in known:
            status = next(s.status for s in shapes if (s.name, s.language) == (shape.name, shape.language))
            heed(tx, _unusable(subject, status), now)


def _unusable(subject: str, status: str) -> Sign:
    return Sign(
        scope=Scope.TEMPLATE,
        subject=subject,
        cause=status.lower(),
        effect=Effect.BLOCKS,
        recovery=Recovery.STATE,
        what=f"The account says that the template is {status.lower().replace('_', ' ')}",
        advice="Look at it in WhatsApp Manager.",
    )


def concerning(
    conditions: Sequence[Condition], recipient_id: str, recipient: Recipient | None
) -> tuple[Condition, ...]:
    """Those of the open conditions that concern a message to this person, whatever its template."""
    countries = any(condition.scope is Scope.COUNTRY for condition in conditions)
    subjects = {
        Scope.PERSON: recipient_id,
        Scope.COUNTRY: country_of(recipient) if recipient and countries else "",
    }
    return tuple(c for c in conditions if c.scope in WHATSAPP_WIDE or subjects.get(c.scope) == c.subject)


def as_usable(conditions: Sequence[Condition], shape: TemplateShape) -> TemplateShape:
    """The shape; while a condition blocks it, with that as its status, whatever was read of it before."""
    subject = template_subject(shape.name, shape.language)
    for condition in conditions:
        of_it = condition.scope is Scope.TEMPLATE and condition.subject == subject
        if of_it and condition.effect is Effect.BLOCKS:
            return replace(shape, status=condition.cause.upper())
    return shape


def is_doubtful(tx: Transaction, recipient_id: str) -> bool:
    """Whether WhatsApp could not reach this person lately."""
    return any(
        c.effect is Effect.DOUBTS and c.scope is Scope.PERSON and c.subject == recipient_id
        for c in tx.open_conditions()
    )


def arrived_at(tx: Transaction, recipient_id: str, now: datetime) -> None:
    """A message reached the person, so they can be reached."""
    _settle(tx, recipient_id, (Recovery.DELIVERY,), now)


def heard_from(tx: Transaction, recipient_id: str, now: datetime) -> None:
    """The person wrote: they can be reached, and it is they."""
    _settle(tx, recipient_id, (Recovery.DELIVERY, Recovery.HAND), now)


def held_by_platform(tx: Transaction, item: Item, now: datetime) -> None:
    """The platform holds a message while it judges the template: somebody looks after it in time."""
    sign = Sign(
        scope=Scope.TEMPLATE,
        subject=template_subject(item.template, item.language),
        cause=HELD,
        tells=False,
        recovery=Recovery.TIME,
        what="WhatsApp holds messages of this template back while it judges it",
        advice="Wait, usually less than an hour; a template that is dropped then is paused.",
        until=now,  # when it is looked after first
    )
    if not any((c.subject, c.cause) == (sign.subject, HELD) for c in tx.open_conditions()):
        heed(tx, sign, now)


def country_of(recipient: Recipient) -> str:
    """The two letters of the country of a person's number; empty when nobody can say."""
    try:
        number = phonenumbers.parse(recipient.phone)
    except phonenumbers.NumberParseException:
        return ""
    dialled = phonenumbers.region_code_for_country_code(number.country_code or 0)  # of most such numbers
    return phonenumbers.region_code_for_number(number) or dialled


def _settle(tx: Transaction, recipient_id: str, how: tuple[Recovery, ...], now: datetime) -> None:
    end(
        tx,
        [
            c
            for c in tx.open_conditions()
            if c.scope is Scope.PERSON and c.subject == recipient_id and c.recovery in how
        ],
        now,
    )


def _subject(tx: Transaction, item: Item | None, scope: Scope) -> str | None:
    """Which of its kind it is about; nothing when that cannot be told."""
    if scope in WHATSAPP_WIDE:
        return ""
    if item is None:
        return None
    match scope:
        case Scope.TEMPLATE:
            return template_subject(item.template, item.language) if item.template else None
        case Scope.PERSON:
            return item.recipient_id
        case Scope.COUNTRY:
            recipient = tx.recipient(item.recipient_id)
            return (country_of(recipient) if recipient else "") or None
        case _:
            return None


def _stopped_marketing(tx: Transaction, item: Item, now: datetime) -> None:
    """The platform says that the person wants no marketing, which says nothing of alerts."""
    tx.record_consent(
        ConsentRecord(
            recipient_id=item.recipient_id,
            purpose=Purpose.MARKETING,
            act=ConsentAct.REVOKED,
            source="whatsapp_settings",
            evidence="error 131050",
            actor=item.recipient_id,
            at=now,
        )
    )
