"""A rule as it is shown: what it is for, who it tells, in which words, and what follows."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from wa_notify.config.secret import Hidden
from wa_notify.config.text import CompiledText
from wa_notify.core.fallback import spoken_channel
from wa_notify.core.outbox import Occasion
from wa_notify.core.reason import SENTENCES, Reason
from wa_notify.core.rule import Rule, Rulebook, Step, TemplateText, Text
from wa_notify.core.template import TemplateShape
from wa_notify.pipeline.planning import people, receiver_of
from wa_notify.pipeline.reachable import Reachable
from wa_notify.ports import Transaction
from wa_notify.web.operations.messages import WindowShape, window_shape
from wa_notify.web.operations.operation import Shape

UNTOLD = "(a secret)"


class Asks(Shape, frozen=True, kw_only=True):
    """Who is told ``after`` the ticket opened: names of people and schedules, and who that is right now."""

    after: timedelta
    to: list[str]
    now: list[str]


class Wording(Shape, frozen=True, kw_only=True):
    """What is said on one occasion; ``languages`` are those that the account has approved."""

    occasion: Occasion
    template: str
    languages: list[str]
    spares: list[str]
    parameters: list[str]
    free_form: str


class Instead(Shape, frozen=True, kw_only=True):
    """How somebody is told when WhatsApp has not delivered in time; ``whom`` is empty for all others."""

    whom: str
    after: timedelta
    channels: list[str]


class ReachShape(Shape, frozen=True, kw_only=True):
    """A person whom the rule may ask. ``reason`` is why nothing could reach them on WhatsApp right now.

    ``form`` says what they would get: a template and its language, or free-form text.
    """

    id: str
    name: str
    phone: str
    window: WindowShape
    form: str
    reason: Reason | None
    sentence: str


class RuleShape(Shape, frozen=True, kw_only=True):
    """A rule as it is obeyed. Without matchers it answers every alert that reaches it.

    ``goes_on``: the rules behind it are tried too. ``ttl`` is how long a message is worth sending, and
    ``ttls`` where that differs by severity. ``asks`` has the receiver first, then its escalation.
    """

    name: str
    position: int
    matchers: list[str]
    goes_on: bool
    group_by: list[str]
    group_wait: timedelta
    group_interval: timedelta
    priority: str
    receiver: str
    asks: list[Asks]
    says: list[Wording]
    remind_after: timedelta | None
    remind_every: timedelta | None
    remind_times: int
    details: str
    attachments: int
    passes_files_on: str
    quiet_hours_ignored: bool
    refuses_missing: bool
    prefer: str
    ttl: timedelta
    ttls: Mapping[str, timedelta]
    repeat_interval: timedelta | None
    expire: timedelta | None
    answer_lasts: Mapping[str, timedelta]
    instead: list[Instead]


def rule_shape(
    tx: Transaction, book: Rulebook, rule: Rule, approved: Mapping[str, list[str]], now: datetime
) -> RuleShape:
    """A rule with its schedules resolved. ``approved`` tells the languages of the account's templates."""
    receiver, remind = receiver_of(book, rule), rule.remind
    first = Step(after=timedelta(0), to=receiver.to)
    return RuleShape(
        name=rule.name,
        position=book.rules.index(rule) + 1,
        matchers=[str(matcher) for matcher in rule.matchers],
        goes_on=rule.goes_on,
        group_by=list(rule.group_by),
        group_wait=rule.group_wait,
        group_interval=rule.group_interval,
        priority=rule.priority.name.lower(),
        receiver=rule.receiver,
        asks=[
            Asks(after=step.after, to=list(step.to), now=list(people(tx, book, step.to, now)))
            for step in (first, *receiver.escalate)
        ],
        says=list(_says(rule, approved)),
        remind_after=remind.after if remind else None,
        remind_every=remind.every if remind else None,
        remind_times=remind.times if remind else 0,
        details=source_of(rule.details),
        attachments=len(rule.attachments),
        passes_files_on=rule.from_alert.value,
        quiet_hours_ignored=rule.quiet_hours_ignored,
        refuses_missing=rule.refuses_missing,
        prefer=(rule.prefer or book.prefer).value,
        ttl=rule.ttl,
        ttls=dict(rule.ttls),
        repeat_interval=rule.repeat_interval,
        expire=rule.expire,
        answer_lasts=dict(rule.answer_lasts),
        instead=list(_instead(book, rule)),
    )


def _says(rule: Rule, approved: Mapping[str, list[str]]) -> Iterable[Wording]:
    yield _wording(Occasion.OPENED, rule.template, rule.free_form, approved)
    if rule.updated or rule.updated_free_form:
        yield _wording(Occasion.UPDATED, rule.updated, rule.updated_free_form, approved)
    if rule.remind:
        yield _wording(Occasion.REMINDER, rule.remind.template, rule.remind.free_form, approved)
    if rule.resolved or rule.resolved_free_form:
        yield _wording(Occasion.RESOLVED, rule.resolved, rule.resolved_free_form, approved)


def _wording(
    occasion: Occasion,
    template: TemplateText | None,
    free_form: Text | None,
    approved: Mapping[str, list[str]],
) -> Wording:
    blanks = template.body if template else ()
    return Wording(
        occasion=occasion,
        template=template.name if template else "",
        languages=approved.get(template.name, []) if template else [],
        spares=[spare.name for spare in template.spares] if template else [],
        parameters=[
            f"{{{{{name or number}}}}}: {source_of(text)}"
            for number, (name, text) in enumerate(blanks, start=1)
        ],
        free_form=source_of(free_form),
    )


def source_of(text: Text | None) -> str:
    """A text as it is written in the configuration; nothing of one that stands among the secrets."""
    if not isinstance(text, CompiledText):
        return ""
    return UNTOLD if isinstance(text.source, Hidden) else text.source


def _instead(book: Rulebook, rule: Rule) -> Iterable[Instead]:
    for whom, way in rule.other_ways.items():
        channels = [
            spoken_channel(book.channels[target]) for target in way.targets if target in book.channels
        ]
        yield Instead(whom=whom, after=way.after, channels=channels)


def reach_shape(found: Reachable, now: datetime) -> ReachShape:
    """One person whom the rule may ask."""
    person, shape = found.recipient, found.shape
    form = f"template {shape.name} ({shape.language})" if shape else "free-form text"
    return ReachShape(
        id=found.recipient_id,
        name=person.spoken if person else found.recipient_id,
        phone=person.masked_phone if person else "",
        window=window_shape(found.window, now),
        form="" if found.reason else form,
        reason=found.reason,
        sentence=SENTENCES[found.reason] if found.reason else "",
    )


def approved_languages(shapes: Iterable[TemplateShape]) -> dict[str, list[str]]:
    """In which languages each template may be sent."""
    found: dict[str, list[str]] = {}
    for shape in shapes:
        if shape.sendable:
            found.setdefault(shape.name, []).append(shape.language)
    return found
