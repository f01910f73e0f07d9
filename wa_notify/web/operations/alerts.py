"""Test alerts: real alerts through the first door, marked so that nobody is frightened."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import field

from wa_notify.core.access import Right
from wa_notify.core.alert import Alert, AlertStatus, fingerprint_of
from wa_notify.core.matcher import Comparison, Matcher
from wa_notify.core.rule import Rule, Rulebook
from wa_notify.core.ticket import UNRESOLVED
from wa_notify.pipeline.ingest import Admission, Outcome, ingest
from wa_notify.ports import Transaction
from wa_notify.web.operations.operation import Asked, Given, Nothing, Shape, operation
from wa_notify.web.operations.tickets import ticket_of
from wa_notify.web.refusals import NotNow, NotThere, Unfitting
from wa_notify.web.request import storable

SOURCE = "desk test"
WORD = "test"  # for what may be anything
TITLE = "TEST, nothing is wrong"
MOST_LABELS = 40
ANYTHING = re.compile(r"\.[*+]\??")  # of a regular expression
GROUPED = re.compile(r"\((?:\?:)?([^()|]*)(?:\|[^()]*)?\)")  # the first choice of a group

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Value = Annotated[str, msgspec.Meta(max_length=1000)]


class AlertTest(Shape, frozen=True, kw_only=True):
    """The labels with which a test reaches a rule. ``missing`` conditions need a label of yours."""

    rule: str
    receiver: str
    labels: Mapping[str, str]
    missing: list[str]


class AlertTests(Shape, frozen=True, kw_only=True):
    """The rules in their order."""

    items: list[AlertTest]


class NewAlertTest(Given, frozen=True, kw_only=True):
    """Which rule is tested, and with which labels beside those that its conditions ask for."""

    rule: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    labels: Annotated[dict[Name, Value], msgspec.Meta(max_length=MOST_LABELS)] = field(default_factory=dict)
    text: Annotated[str, msgspec.Meta(max_length=120, description="A word to stand in the title.")] = ""


class AlertTestDone(Shape, frozen=True, kw_only=True):
    """What came of it, in a sentence, and the tickets that it opened or closed."""

    text: str
    tickets: list[int]


@operation("GET", "/alerts/test", right=Right.TICKETS)
async def list_tests(asked: Asked[Nothing, Nothing]) -> AlertTests:
    """List the rules with the labels by which a test alert reaches them."""
    return AlertTests(items=[_labels(asked.book, rule) for rule in asked.book.rules])


@operation("POST", "/alerts/test", right=Right.TICKETS, status=202, sends=True)
async def fire_test(asked: Asked[NewAlertTest, Nothing]) -> AlertTestDone:
    """Fire a test alert. It goes the way of a real one, to real people, and says in its title what it is.

    It fires until it is resolved, or until somebody closes its ticket.
    """
    given, book, now = asked.body, asked.book, asked.now
    rule = book.rule(given.rule)
    if rule is None:
        raise NotThere(f"There is no rule {given.rule[:60]}.", where="rule")
    own = {storable(name): storable(value) for name, value in given.labels.items()}
    word = f": {storable(given.text.strip())}" if given.text.strip() else ""
    alert = _alert({**_labels(book, rule).labels, **own}, f"{TITLE}{word} (by {asked.caller.name})", now)
    if rule not in book.rules_for(alert):
        first = next(book.rules_for(alert), None)
        other = f" Rule {first.name} would answer them." if first else ""
        missing = ", ".join(str(one) for one in rule.matchers if not one.matches(alert.labels))
        what = f"These labels do not reach rule {rule.name}.{other}"
        raise Unfitting(what, where="labels", fix=f"Give labels for: {missing}." if missing else "")
    return await _take_in(asked, alert, f"test of rule {rule.name}")


@operation("POST", "/alerts/test/{number:int}/resolve", right=Right.TICKETS, sends=True)
async def resolve_test(asked: Asked[Nothing, Nothing]) -> AlertTestDone:
    """Say that the test alerts of a ticket are over, as their source would."""
    number, now = asked.path["number"], asked.now

    def work(tx: Transaction) -> tuple[Admission, ...]:
        ticket = ticket_of(tx, asked)
        firing = [
            one for one in tx.alerts(ticket) if one.source == SOURCE and one.status is AlertStatus.FIRING
        ]
        if not firing or ticket.state not in UNRESOLVED:
            raise NotNow(f"No test alert fires in ticket #{number}.", where="number")
        return ingest(tx, asked.book, [one.ended(now) for one in firing], now)

    admissions = await asked.change(f"ticket {number}", work)
    return AlertTestDone(text="The test is over.", tickets=_tickets(admissions))


async def _take_in(asked: Asked[NewAlertTest, Nothing], alert: Alert, subject: str) -> AlertTestDone:
    """Through the first door, with a line in the audit trail."""

    def work(tx: Transaction) -> tuple[Admission, ...]:
        return ingest(tx, asked.book, [alert], asked.now)

    admissions = await asked.change(subject, work, facts=lambda came: {"tickets": _tickets(came)})
    known = all(one.outcome is Outcome.KNOWN for one in admissions)
    numbers = _tickets(admissions)
    named = ", ".join(f"#{number}" for number in numbers)
    text = f"This test fires already, in ticket {named}." if known else f"The test fires. See ticket {named}."
    return AlertTestDone(text=text, tickets=numbers)


def _tickets(admissions: Sequence[Admission]) -> list[int]:
    return list(dict.fromkeys(one.ticket_id for one in admissions if one.ticket_id is not None))


def _alert(labels: Mapping[str, str], title: str, now: datetime) -> Alert:
    return Alert(
        source=SOURCE,
        status=AlertStatus.FIRING,
        labels=labels,
        annotations={
            "summary": title,
            "description": "Somebody tries the alerting. Nothing has to be done but to answer.",
        },
        starts_at=now,
        fingerprint=fingerprint_of(labels),
    )


def _labels(book: Rulebook, rule: Rule) -> AlertTest:
    """What the conditions of a rule ask for, as far as it can be told, and a word for what groups alerts."""
    labels = {"test": "true"}
    for one in rule.matchers:
        value = fitting(one)
        if value:
            labels[one.label] = value
    missing = [str(one) for one in rule.matchers if not one.matches(labels)]
    unsaid = {"alertname": "Test", "severity": book.severities[0] if book.severities else "info"}
    for name, word in (*unsaid.items(), *((name, WORD) for name in rule.group_by)):
        tried = labels | {name: word}
        if name not in labels and all(one.matches(tried) for one in rule.matchers if one.label == name):
            labels = tried
    return AlertTest(rule=rule.name, receiver=rule.receiver, labels=labels, missing=missing)


def fitting(condition: Matcher) -> str:
    """A value for which a condition holds; empty when none is needed, or none can be told."""
    match condition.comparison:
        case Comparison.EQUAL:
            return condition.value
        case Comparison.EXISTS:
            return WORD
        case Comparison.MATCHES:
            return _matching(condition)
        case Comparison.UNEQUAL | Comparison.MATCHES_NOT | Comparison.MISSING:
            return ""


def _matching(condition: Matcher) -> str:
    """A text for a simple pattern: its first choice, with a word for what may be anything."""
    pattern = condition.value
    for _ in range(3):
        pattern = GROUPED.sub(r"\1", pattern)
    first = pattern.partition("|")[0].strip("^$")
    tries = (ANYTHING.sub("Test", first), ANYTHING.sub("", first), WORD, "critical", "1")
    found = (re.sub(r"\\(.)", r"\1", one) for one in tries)
    return next((one for one in found if one and condition.matches({condition.label: one})), "")


OPERATIONS = (list_tests, fire_test, resolve_test)
