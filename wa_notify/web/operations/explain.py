"""What an alert would do: held against the rules of now, step by step. Nothing is stored or sent."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any

import msgspec

from wa_notify.core.access import Right
from wa_notify.core.alert import Alert
from wa_notify.core.outbox import Channel, Occasion
from wa_notify.core.priced import price_lines
from wa_notify.core.reason import SENTENCES, Reason
from wa_notify.core.situation import Decision, Divert, Drop, Send, Wait
from wa_notify.core.ticket import title_of
from wa_notify.core.within import spoken_form
from wa_notify.pipeline.explain import OUTCOMES, SUBJECTS, Ahead, Explanation, Prospect, Tried
from wa_notify.pipeline.ingest import Outcome
from wa_notify.web.formats import Format, as_own, read_event
from wa_notify.web.operations.bubbles import Bubble, of_message
from wa_notify.web.operations.explain_steps import StepTaken, WayShape, steps, ways
from wa_notify.web.operations.messages import WindowShape, outcome_of, window_shape
from wa_notify.web.operations.operation import LARGEST_NUMBER, Asked, Given, Nothing, Shape, operation
from wa_notify.web.operations.paging import PageAsked, next_of, number_of
from wa_notify.web.refusals import NotThere, Unfitting
from wa_notify.web.request import json_of, storable

LONGEST_EVENT = 500_000  # characters
MOST_ALERTS = 50  # of one event; each is walked through the doors


class ExplainAsked(Given, frozen=True, kw_only=True):
    """An event: as ``text``, or as ``event`` in JSON, or the number of an ``alert`` that came before.

    ``source`` names the source for the format ``custom``.
    """

    text: Annotated[str, msgspec.Meta(max_length=LONGEST_EVENT)] = ""
    event: Any = None
    alert: Annotated[int, msgspec.Meta(ge=1, le=LARGEST_NUMBER)] | None = None
    format: Format = Format.AUTO
    source: Annotated[str, msgspec.Meta(max_length=100)] = ""


class ConditionShape(Shape, frozen=True, kw_only=True):
    """One condition of a rule, and the alert's word; nothing when it does not have the label."""

    condition: str
    label: str
    actual: str | None
    holds: bool


class TriedShape(Shape, frozen=True, kw_only=True):
    """A rule that the alert was held against; not ``reached`` behind one that answered."""

    rule: str
    answers: bool
    reached: bool
    goes_on: bool
    conditions: list[ConditionShape]


class BecomesShape(Shape, frozen=True, kw_only=True):
    """What becomes of an alert under one rule. ``ticket`` is that of one that is there already."""

    outcome: Outcome
    text: str
    rule: str
    ticket: int | None


class ExplainedAlert(Shape, frozen=True, kw_only=True):
    """One alert of the event as it was understood."""

    title: str
    status: str
    source: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    fingerprint: str
    becomes: list[BecomesShape]
    tried: list[TriedShape]


class UpcomingShape(Shape, frozen=True, kw_only=True):
    """What would follow while nobody answers."""

    at: datetime
    occasion: Occasion
    text: str
    people: list[str]


class ExplainedTicket(Shape, frozen=True, kw_only=True):
    """A ticket as the event would leave it; without a ``number`` it would be a new one."""

    number: int | None
    title: str
    rule: str
    group: list[str]
    state: str
    upcoming: list[UpcomingShape]


class ExplainedMessage(Shape, frozen=True, kw_only=True):
    """What one person would get. ``outcome`` is ``leaves``, ``waits``, ``held`` or ``refused``.

    ``not_taken`` tells of ways that were tried before, ``lacks`` what the alert does not have.
    """

    recipient: str
    name: str
    phone: str
    ticket_title: str
    occasion: Occasion
    subject: str
    channel: str
    outcome: str
    form: str
    reason: Reason
    sentence: str
    detail: str
    due_at: datetime
    until: datetime | None
    messages: int
    lacks: list[str]
    not_taken: str
    window: WindowShape
    steps: list[StepTaken]
    ways: list[WayShape]
    prices: list[str]
    bubble: Bubble | None


class ExplainedShape(Shape, frozen=True, kw_only=True):
    """What an event would do. ``given`` is the event as text, ``rules_left_out`` names rules with faults."""

    text: str
    format: Format
    given: str
    source: str
    alerts: list[ExplainedAlert]
    tickets: list[ExplainedTicket]
    messages: list[ExplainedMessage]
    slower: list[str]
    rules_left_out: list[str]


class RecentShape(Shape, frozen=True, kw_only=True):
    """An alert that came, by the number under which it can be explained anew."""

    number: int
    title: str
    name: str
    status: str
    source: str
    starts_at: datetime
    ticket: int


class RecentList(Shape, frozen=True, kw_only=True):
    """Those that joined last first."""

    items: list[RecentShape]
    next: str


@operation("GET", "/alerts/recent", right=Right.SEE)
async def list_recent_alerts(asked: Asked[Nothing, PageAsked]) -> RecentList:
    """List the alerts that came last. Each can be explained anew by its number."""
    after = number_of(asked.query.after)
    found = await asked.look(lambda views: views.recent_alerts(after=after, limit=asked.query.limit))
    items = [
        RecentShape(
            number=one.id,
            title=title_of(one.alert),
            name=one.alert.name,
            status=one.alert.status.value,
            source=one.alert.source,
            starts_at=one.alert.starts_at,
            ticket=one.ticket_id,
        )
        for one in found.found
    ]
    return RecentList(items=items, next=next_of(found.mark, more=found.more))


@operation("POST", "/explain", right=Right.SEE, rehearses=True)
async def explain_alert(asked: Asked[ExplainAsked, Nothing]) -> ExplainedShape:
    """Show who would get what for an event, in which form and why, and what was not done. Nothing is sent."""
    given, standing = asked.body, asked.office.standing
    kind, alerts, text = await _event(asked)
    if len(alerts) > MOST_ALERTS:
        what = f"There are {len(alerts)} alerts in it; {MOST_ALERTS} are explained at once."
        raise Unfitting(what, where="text", fix="Paste fewer of them.")
    found = await asked.office.engine.desk.explain(alerts)
    new = {one.ticket_id for one in found.admissions if one.outcome is Outcome.OPENED}
    zone = asked.book.time_zone
    messages = [_message(one, found, asked.now, zone) for one in found.prospects]
    written = standing.config.rules_written
    return ExplainedShape(
        text=_summed_up(messages),
        format=kind,
        given=text,
        source=given.source,
        alerts=[_alert(one, found) for one in found.tried],
        tickets=[_ticket(one, new) for one in found.ahead],
        messages=messages,
        slower=[f"Rule {rule}: {SENTENCES[Reason.PEOPLE_MIND]} {why}" for rule, why in found.spared],
        rules_left_out=[name for name in written if asked.book.rule(name) is None],
    )


async def _event(asked: Asked[ExplainAsked, Nothing]) -> tuple[Format, list[Alert], str]:
    """The alerts, in which format they came, and the text that somebody may change and try again."""
    given, sources = asked.body, asked.office.standing.sources
    if given.alert is not None:
        number = given.alert
        found = await asked.look(lambda views: views.recent_alerts(after=number + 1, limit=1))
        if not found.found or found.found[0].id != number:
            raise NotThere(
                f"There is no alert {number}.", where="alert", fix="See the list of recent alerts."
            )
        alert = found.found[0].alert
        return Format.OWN, [alert], json.dumps(as_own(alert), indent=2, ensure_ascii=False)
    if given.event is None and not given.text.strip():
        fix = "Paste an event, or choose an alert that came before."
        raise Unfitting("There is nothing to explain.", where="text", fix=fix)
    text = given.text
    if given.event is not None:
        text = json.dumps(given.event, indent=2, ensure_ascii=False)
    body = json_of(text.encode(errors="replace"))
    kind, alerts = await asyncio.to_thread(read_event, body, given.format, given.source, sources, asked.now)
    return kind, alerts, storable(text)


def _summed_up(messages: list[ExplainedMessage]) -> str:
    leaving = sum(one.outcome == "leaves" for one in messages)
    waiting = sum(one.outcome in ("waits", "held") for one in messages)
    if not leaving and not waiting:
        return "Nobody would get anything. Nothing was sent."
    noun = "message" if leaving == 1 else "messages"
    return f"{leaving} {noun} would leave, {waiting} would wait. Nothing was sent."


# alerts and rules


def _alert(tried: Tried, found: Explanation) -> ExplainedAlert:
    alert = tried.alert
    return ExplainedAlert(
        title=title_of(alert),
        status=alert.status.value,
        source=alert.source,
        labels=dict(alert.labels),
        annotations=dict(alert.annotations),
        fingerprint=alert.fingerprint,
        becomes=[
            BecomesShape(
                outcome=one.outcome,
                text=OUTCOMES[one.outcome].format(rule=one.rule, ticket=one.ticket_id),
                rule=one.rule,
                ticket=None if one.outcome is Outcome.OPENED else one.ticket_id,
            )
            for one in found.admissions
            if one.fingerprint == alert.fingerprint
        ],
        tried=list(_tried(tried)),
    )


def _tried(tried: Tried) -> Iterator[TriedShape]:
    for trial in tried.trials:
        yield TriedShape(
            rule=trial.rule.name,
            answers=trial.answers,
            reached=trial.reached,
            goes_on=trial.rule.goes_on,
            conditions=[
                ConditionShape(
                    condition=str(one.matcher), label=one.matcher.label, actual=one.actual, holds=one.holds
                )
                for one in trial.tested
            ],
        )


def _ticket(ahead: Ahead, new: set[int | None]) -> ExplainedTicket:
    ticket = ahead.ticket
    return ExplainedTicket(
        number=None if ticket.id in new else ticket.id,
        title=ticket.title,
        rule=ticket.rule,
        group=[str(part) for part in json.loads(ticket.group)],
        state=ticket.state.value,
        upcoming=[
            UpcomingShape(
                at=one.at,
                occasion=one.occasion,
                text=_follows(one.occasion, one.count),
                people=list(one.people),
            )
            for one in ahead.upcoming
        ],
    )


def _follows(occasion: Occasion, count: int) -> str:
    match occasion:
        case Occasion.REMINDER:
            return f"Reminder {count}"
        case Occasion.ESCALATED:
            return f"Step {count} of escalation"
        case _:
            return "It is told that it still fires"


# messages


def _message(prospect: Prospect, found: Explanation, now: datetime, zone: str) -> ExplainedMessage:
    item, decision, person = prospect.item, prospect.decision, prospect.recipient
    message = decision.message if isinstance(decision, Send) else None
    title = next((one.ticket.title for one in found.ahead if one.ticket.id == item.ticket_id), "")
    return ExplainedMessage(
        recipient=item.recipient_id,
        name=person.spoken if person else item.recipient_id,
        phone=person.masked_phone if person else "",
        ticket_title=title,
        occasion=item.occasion,
        subject=SUBJECTS[item.occasion],
        channel=decision.by if isinstance(decision, Divert) else _channel(item.channel),
        outcome=outcome_of(decision),
        form=spoken_form(message) if message else "",
        reason=decision.reason,
        sentence=SENTENCES[decision.reason],
        detail=_detail(decision),
        due_at=item.due_at,
        until=decision.until if isinstance(decision, Wait) else None,
        messages=1 + len(decision.rest) if isinstance(decision, Send) else 0,
        lacks=list(item.intent.lacks),
        not_taken=decision.instead if isinstance(decision, Send) else "",
        window=window_shape(prospect.situation.window, now),
        steps=list(steps(prospect, zone)),
        ways=list(ways(prospect)),
        prices=list(price_lines(decision, prospect.money)),
        bubble=of_message(message, prospect.situation.shapes) if message else None,
    )


def _channel(channel: Channel) -> str:
    return "WhatsApp" if channel is Channel.WHATSAPP else channel.value


def _detail(decision: Decision) -> str:
    return decision.detail if isinstance(decision, Drop) else ""


OPERATIONS = (list_recent_alerts, explain_alert)
