"""How people take our templates: judged now and then, before the platform does. Part of the fourth door.

While a template or a rule is not green, reminders of whoever uses it come at half the pace; first messages
never wait for that, and nothing critical does. Before the platform pauses a template, administrators hear it.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from wa_notify.core.errors import StoreError
from wa_notify.core.logged import Logged
from wa_notify.core.plan import needed_by
from wa_notify.core.quality import (
    LOOK_BACK,
    MOST_SENDS,
    Judgement,
    Measure,
    Sent,
    Subject,
    Tally,
    Verdict,
    judge,
    tally,
)
from wa_notify.core.rule import Priority, Rule, Rulebook
from wa_notify.core.template import TemplateShape
from wa_notify.pipeline.admins import tell_admins
from wa_notify.ports import Transaction
from wa_notify.ports.quality import QualityLook

_LOGGER = logging.getLogger(__name__)

JUDGE_EVERY = timedelta(minutes=10)
NOTICE = (
    "People mind the template {name}: {why}. WhatsApp may pause it. Write to fewer people or less often; "
    "reminders come at half the pace meanwhile."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What became of the messages of a template or a rule, and what we make of it."""

    tally: Tally
    judgement: Judgement


def watch_quality(tx: Transaction, book: Rulebook, now: datetime) -> None:
    """Judge everything that the rules use, every ten minutes while anything happens at all."""
    last = tx.quality_judged_at()
    if last is not None and timedelta(0) <= now - last < JUDGE_EVERY:
        return
    try:
        with tx.apart():
            _judge(tx, book, now)
    except StoreError:
        raise
    except Exception:  # nobody waits for an alert because we could not judge the last ones
        _LOGGER.exception(
            "How people take the templates could not be judged", extra=Logged.QUALITY_FAILED.of()
        )
        tx.save_judgements(tx.judgements(), now)


def _judge(tx: Transaction, book: Rulebook, now: datetime) -> None:
    names = sorted(needed_by(book))
    words = {name: tuple(shape.quality for shape in tx.shapes(name)) for name in names}
    known = tx.judgements()
    judgements = [one.judgement for one in measure(tx, names, words, now)]
    tx.save_judgements(judgements, now)
    for judgement in judgements:
        warned = judgement.subject is Subject.TEMPLATE and judgement.verdict is Verdict.WARN
        if warned and judgement.measure is not Measure.PLATFORM:  # whose word is a trouble of its own
            if judgement not in known:
                _LOGGER.warning("%s", judgement, extra=Logged.QUALITY_WARNED.of(measure=judgement.measure))
            _tell(tx, book, judgement, now)


def measure(
    look: QualityLook, names: Iterable[str], words: Mapping[str, Iterable[str]], now: datetime
) -> Iterator[Measured]:
    """Count and judge the last messages of these templates, and of the rules for which they left.

    ``words`` are the platform's own on the quality of each template.
    """
    since = now - LOOK_BACK
    objections = look.objections(since)
    by_rule: dict[str, list[Sent]] = {}
    for name in names:
        sends = look.sends_of(name, since, MOST_SENDS)
        for sent in sends:
            by_rule.setdefault(sent.rule, []).append(sent)
        counted = tally(sends, objections, now)
        verdict = judge(Subject.TEMPLATE, name, counted, tuple(words.get(name, ())))
        yield Measured(tally=counted, judgement=verdict)
    for rule in sorted(rule for rule in by_rule if rule):
        counted = tally(by_rule[rule], objections, now)
        yield Measured(tally=counted, judgement=judge(Subject.RULE, rule, counted))


def measured(
    look: QualityLook, book: Rulebook, shapes: Iterable[TemplateShape], now: datetime
) -> list[Measured]:
    """What the rules use, and whatever else of the account left lately, counted and judged now."""
    words: dict[str, tuple[str, ...]] = {}
    for shape in shapes:
        words[shape.name] = (*words.get(shape.name, ()), *filter(None, [shape.quality]))
    used = needed_by(book)
    found = measure(look, sorted({*used, *words}), words, now)
    return [one for one in found if one.tally.left or one.judgement.name in used]


def spared(look: QualityLook, rule: Rule) -> Judgement | None:
    """Why reminders of this rule come at half the pace; nothing when they do not."""
    if rule.remind is None or rule.priority is Priority.CRITICAL:
        return None
    names = {template.name for template in rule.templates}
    minded = look.judgements()
    ours = (one for one in minded if one.subject is Subject.TEMPLATE and one.name in names)
    us = (one for one in minded if one.subject is Subject.RULE and one.name == rule.name)
    return next(ours, next(us, None))


def _tell(tx: Transaction, book: Rulebook, judgement: Judgement, now: datetime) -> None:
    """Once a day for each template: the key of the notice makes a second one the first."""
    text = NOTICE.format(name=judgement.name, why=judgement.why)
    tell_admins(tx, book, text, f"quality/{judgement.name}/{now:%Y-%m-%d}", now)
