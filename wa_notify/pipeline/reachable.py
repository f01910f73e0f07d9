"""Whom a rule could reach on WhatsApp right now, and why not the others. Nothing is planned or decided."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from wa_notify.core.consent import Purpose, objection
from wa_notify.core.reason import Reason
from wa_notify.core.recipient import Recipient
from wa_notify.core.rule import Rule, Rulebook
from wa_notify.core.template import Category, TemplateShape, TemplateStatus, choose
from wa_notify.core.window import Window
from wa_notify.ports import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Reachable:
    """One person. ``reason`` is why nothing could reach them; ``shape`` the template they would get.

    Without both they would get free-form text, since their window is open.
    """

    recipient_id: str
    recipient: Recipient | None
    window: Window
    shape: TemplateShape | None = None
    reason: Reason | None = None


def reachable(
    tx: Transaction, book: Rulebook, number_id: str, rule: Rule, now: datetime
) -> tuple[Reachable, ...]:
    """Everybody whom the rule may ever ask, those of its escalation too."""
    return tuple(_one(tx, book, number_id, rule, name, now) for name in book.reached(rule.receiver))


def _one(tx: Transaction, book: Rulebook, number_id: str, rule: Rule, name: str, now: datetime) -> Reachable:
    person = tx.recipient(name)
    if person is None:
        return Reachable(recipient_id=name, recipient=None, window=Window(), reason=Reason.UNKNOWN_RECIPIENT)
    found = Reachable(recipient_id=name, recipient=person, window=tx.window(number_id, name))
    if not person.reachable:
        return replace(found, reason=Reason.NO_ADDRESS)
    if refusal := objection(tx.consents(name), Purpose.UTILITY):
        return replace(found, reason=refusal)
    if rule.free_form is not None and found.window.is_open(now):
        return found
    shape, reason = _template(tx, book, rule, (*person.languages, *book.languages))
    return replace(found, shape=shape, reason=reason)


def _template(
    tx: Transaction, book: Rulebook, rule: Rule, languages: Sequence[str]
) -> tuple[TemplateShape | None, Reason | None]:
    """The first way that can leave; else what is wrong with the template itself."""
    synced = tx.templates_synced_at() is not None
    reasons: list[Reason] = []
    for way in rule.template.ways:
        declared = [shape for shape in book.templates if shape.name == way.name]
        shape, reason = _in_language(tx.shapes(way.name) if synced else declared, languages)
        if reason is None:
            return shape, None
        unread = not synced and not declared
        reasons.append(Reason.TEMPLATES_NOT_SYNCED if unread else reason)
    return None, reasons[0]


def _in_language(
    shapes: Sequence[TemplateShape], languages: Sequence[str]
) -> tuple[TemplateShape | None, Reason | None]:
    shape = choose(shapes, languages)
    if shape is not None:
        return shape, Reason.TEMPLATE_IS_MARKETING if shape.category == Category.MARKETING else None
    if_approved = [replace(one, status=TemplateStatus.APPROVED) for one in shapes]
    if choose(if_approved, languages):
        return None, Reason.TEMPLATE_NOT_APPROVED
    return None, Reason.TEMPLATE_MISSING
