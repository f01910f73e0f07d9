"""Who would get what, in which form and why: the doors walked through in a transaction that is taken back.

Every step is told: the rules that were tried and the condition on which each failed, the stages that were
asked for each person, and what would follow while nobody answers.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from wa_notify.core.alert import Alert, AlertStatus
from wa_notify.core.budget import Money
from wa_notify.core.decision import PART_STAGES, STAGES, decide
from wa_notify.core.forms import as_template
from wa_notify.core.outbox import CLAIMABLE, SPOKEN, Item, Occasion
from wa_notify.core.quality import Judgement, eased
from wa_notify.core.recipient import Recipient
from wa_notify.core.reminder import following
from wa_notify.core.restraint import within_limits
from wa_notify.core.rule import Rule, Rulebook
from wa_notify.core.situation import Decision, Send, Situation
from wa_notify.core.thrift import affordable
from wa_notify.core.ticket import Ticket
from wa_notify.core.trial import Trial, trials
from wa_notify.pipeline.charges import charge
from wa_notify.pipeline.deliver import stamped
from wa_notify.pipeline.ingest import Admission, Outcome, ingest
from wa_notify.pipeline.limits import spend
from wa_notify.pipeline.outcome import hasten
from wa_notify.pipeline.planning import people, receiver_of
from wa_notify.pipeline.quality import spared
from wa_notify.pipeline.situate import situate
from wa_notify.ports import Transaction

OUTCOMES: dict[Outcome, str] = {
    Outcome.OPENED: "Rule {rule} answers it and opens a ticket.",
    Outcome.REOPENED: "Rule {rule} answers it and reopens ticket #{ticket}.",
    Outcome.JOINED: "Rule {rule} answers it; it joins ticket #{ticket}, which is open.",
    Outcome.WORSE: "Rule {rule} answers it; it joins ticket #{ticket}, which is open, and makes it worse.",
    Outcome.KNOWN: "Rule {rule} answers it; ticket #{ticket} knows it already, so nothing new is said.",
    Outcome.STILL_FIRING: "It is over, but others of ticket #{ticket} still fire.",
    Outcome.RESOLVED: "It is over, and closes ticket #{ticket}.",
    Outcome.NO_TICKET: "It is over, but nobody was ever told of it, so nothing is said.",
    Outcome.NO_RULE: "No rule answers it, so nothing happens.",
}

SUBJECTS: dict[Occasion, str] = {
    **{occasion: f"the {word}" for occasion, word in SPOKEN.items()},
    Occasion.OPENED: "the alert",
    Occasion.UPDATED: "the news that more fires",
    Occasion.REMINDER: "a reminder",
    Occasion.DETAILS: "the details",
    Occasion.RESOLVED: "the news that it is over",
    Occasion.CONFIRMATION: "an answer",
    Occasion.MESSAGE: "a message by hand",
}
AS_TEMPLATE = as_template.__name__  # the stage behind all others
WITHIN_BUDGET, WITHIN_LIMITS = affordable.__name__, within_limits.__name__  # they look at what was decided


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """What would become of one item at the moment it would leave.

    ``asked`` names the stages of the decision that were asked, in their order; the last one gave the answer.
    It is empty for an item of another channel.
    """

    item: Item
    recipient: Recipient | None
    decision: Decision
    situation: Situation
    asked: tuple[str, ...] = ()

    @property
    def money(self) -> Money | None:
        """What it would cost."""
        return self.situation.money


@dataclass(frozen=True, slots=True, kw_only=True)
class Upcoming:
    """Who would be told what while nobody answers. ``count`` is that of the reminder or step."""

    at: datetime
    occasion: Occasion
    people: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """A ticket as the alerts would leave it, the rule that it belongs to, and what would follow."""

    ticket: Ticket
    rule: Rule | None
    upcoming: tuple[Upcoming, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One alert, and the rules it was held against; none when it is over, for it finds its tickets itself."""

    alert: Alert
    trials: tuple[Trial, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What some alerts would do."""

    admissions: tuple[Admission, ...]
    prospects: tuple[Prospect, ...]
    spared: tuple[tuple[str, Judgement], ...] = ()  # rules whose reminders come at half the pace, and why
    tried: tuple[Tried, ...] = ()
    ahead: tuple[Ahead, ...] = ()


def explain(
    tx: Transaction, book: Rulebook, number_id: str, alerts: Iterable[Alert], now: datetime
) -> Explanation:
    """Ingest, then decide everything that would be planned. Only for a transaction that is taken back."""
    given = tuple(alerts)
    admissions = ingest(tx, book, given, now)
    numbers = dict.fromkeys(a.ticket_id for a in admissions if a.ticket_id is not None)
    tickets = [ticket for number in numbers if (ticket := tx.ticket(number))]
    prospects: list[Prospect] = []
    for ticket in tickets:
        items = tx.items_of(ticket, states=CLAIMABLE)
        prospects += [_decided(tx, book, number_id, tx.item(item.id) or item, now) for item in items]
    answering = (book.rule(name) for name in dict.fromkeys(one.rule for one in admissions))
    minded = tuple((rule.name, why) for rule in answering if rule and (why := spared(tx, rule)))
    return Explanation(
        admissions=admissions,
        prospects=tuple(prospects),
        spared=minded,
        tried=tuple(_tried(book, alert) for alert in given),
        ahead=tuple(_ahead(tx, book, ticket) for ticket in tickets),
    )


def _tried(book: Rulebook, alert: Alert) -> Tried:
    fires = alert.status is AlertStatus.FIRING
    return Tried(alert=alert, trials=tuple(trials(book, alert)) if fires else ())


def _decided(tx: Transaction, book: Rulebook, number_id: str, item: Item, now: datetime) -> Prospect:
    """What is decided is kept too, since other channels look at what became of the first item."""
    at = max(now, item.due_at)
    situation = situate(tx, book, number_id, item, at)
    decision = decide(situation)
    after = stamped(item, decision, at)
    tx.save_item(after)
    hasten(tx, after, at)
    if isinstance(decision, Send):
        charge(tx, book, number_id, after, situation, decision.message)
        spend(tx, number_id, after, situation.window, at)
    return Prospect(
        item=item,
        recipient=situation.recipient,
        decision=decision,
        situation=situation,
        asked=tuple(_asked(situation)),
    )


def _asked(situation: Situation) -> Iterator[str]:
    """The stages that `decide` asks, up to the one whose answer it gives."""
    if situation.detour is not None or situation.errand is not None:
        return
    for stage in STAGES if situation.before is None else PART_STAGES:
        yield stage.__name__
        if decision := stage(situation):
            break
    else:
        yield AS_TEMPLATE
        decision = as_template(situation)
    if (paid := affordable(situation, decision)) != decision:
        yield WITHIN_BUDGET
    elif within_limits(situation, paid) != paid:
        yield WITHIN_LIMITS


def _ahead(tx: Transaction, book: Rulebook, ticket: Ticket) -> Ahead:
    rule = book.rule(ticket.rule)
    if rule is None:
        return Ahead(ticket=ticket, rule=None, upcoming=())
    found = (
        *_reminders(tx, book, rule, ticket),
        *_escalation(tx, book, rule, ticket),
        *_repeat(tx, book, rule, ticket),
    )
    return Ahead(ticket=ticket, rule=rule, upcoming=tuple(sorted(found, key=lambda one: one.at)))


def _reminders(tx: Transaction, book: Rulebook, rule: Rule, ticket: Ticket) -> Iterator[Upcoming]:
    """All that are still to come; each reaches whoever has been asked by then."""
    if rule.remind is None:
        return
    policy = eased(rule.remind) if spared(tx, rule) else rule.remind
    at, count = ticket.remind_at, ticket.reminders_sent
    while at is not None:
        count += 1
        names = _names_asked(book, rule, ticket, at)
        yield Upcoming(at=at, occasion=Occasion.REMINDER, people=people(tx, book, names, at), count=count)
        at = following(policy, at, count, at)


def _names_asked(book: Rulebook, rule: Rule, ticket: Ticket, at: datetime) -> list[str]:
    """The receiver, and the steps that are taken by then."""
    receiver = receiver_of(book, rule)
    asked_at = ticket.asked_at or ticket.opened_at
    steps = (
        step
        for number, step in enumerate(receiver.escalate)
        if number < ticket.escalations or (ticket.escalate_at is not None and asked_at + step.after <= at)
    )
    return [*receiver.to, *(name for step in steps for name in step.to)]


def _escalation(tx: Transaction, book: Rulebook, rule: Rule, ticket: Ticket) -> Iterator[Upcoming]:
    if ticket.escalate_at is None:
        return
    steps = receiver_of(book, rule).escalate
    for number, step in enumerate(steps[ticket.escalations :], start=ticket.escalations + 1):
        at = max((ticket.asked_at or ticket.opened_at) + step.after, ticket.escalate_at)
        yield Upcoming(at=at, occasion=Occasion.ESCALATED, people=people(tx, book, step.to, at), count=number)


def _repeat(tx: Transaction, book: Rulebook, rule: Rule, ticket: Ticket) -> Iterator[Upcoming]:
    """The next time it would be told that it still fires; it goes on like that."""
    if (at := ticket.repeat_at) is not None:
        asked = people(tx, book, _names_asked(book, rule, ticket, at), at)
        yield Upcoming(at=at, occasion=Occasion.REPEATED, people=asked, count=ticket.repeats + 1)
