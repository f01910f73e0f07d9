"""Quality: how people take a template, seen before the platform pauses it.

The platform judges templates by blocks and reports, which it shows to nobody, and pauses a template at RED
(three hours, then six, then for good). We see other traces: who says STOP soon after a message, whom nothing
reaches any more (a phone that blocks us looks like one that is off), what cannot be delivered, and what
nobody reads. A bad word of the platform's own counts too.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from wa_notify.core.outbox import ARRIVED, ItemState
from wa_notify.core.rule import Remind

LOOK_BACK = timedelta(days=7)
MOST_SENDS = 300  # of each template, the newest; more would say nothing else
SOON = timedelta(hours=24)  # a STOP so long after a message is about that message
SETTLED = timedelta(hours=24)  # after which what was not delivered or read counts as such
FEW_IN_A_ROW = 3  # messages, none of which reached a person whom we take for lost
UNWANTED = frozenset({131026, 131050})  # undeliverable, a block included; the person stopped marketing
ON_ITS_WAY = (ItemState.ACCEPTED, ItemState.SENT)
PACE = 2  # by which the time between reminders grows


class Verdict(StrEnum):
    """What is made of it. GREEN changes nothing, SLOW spares people, WARN calls an administrator as well."""

    GREEN = "green"
    SLOW = "slow"
    WARN = "warn"


class Subject(StrEnum):
    """Of what something is judged."""

    TEMPLATE = "template"
    RULE = "rule"


class Measure(StrEnum):
    """By what it is judged."""

    STOPPED = "stopped"
    LOST = "lost"
    FAILED = "failed"
    UNREAD = "unread"
    PLATFORM = "platform"


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """From which share on, and from how many cases, a measure makes a verdict."""

    measure: Measure
    verdict: Verdict
    share: float
    cases: int


# Our own of 22 November 2026, chosen so that one person alone never slows the others: the platform publishes
# no numbers.
THRESHOLDS: tuple[Threshold, ...] = (
    Threshold(measure=Measure.STOPPED, verdict=Verdict.WARN, share=0.10, cases=3),
    Threshold(measure=Measure.LOST, verdict=Verdict.WARN, share=0.20, cases=3),
    Threshold(measure=Measure.FAILED, verdict=Verdict.WARN, share=0.40, cases=10),
    Threshold(measure=Measure.STOPPED, verdict=Verdict.SLOW, share=0.05, cases=2),
    Threshold(measure=Measure.LOST, verdict=Verdict.SLOW, share=0.10, cases=2),
    Threshold(measure=Measure.FAILED, verdict=Verdict.SLOW, share=0.20, cases=5),
    Threshold(measure=Measure.UNREAD, verdict=Verdict.SLOW, share=0.90, cases=20),
)
PLATFORM_SAYS = {"RED": Verdict.WARN, "YELLOW": Verdict.SLOW}

SAID: dict[Measure, str] = {
    Measure.STOPPED: "{cases} of {among} people said STOP within a day of it",
    Measure.LOST: "nothing reaches {cases} of {among} people any more",
    Measure.FAILED: "{cases} of {among} messages could not be delivered",
    Measure.UNREAD: "{cases} of {among} messages stayed unread",
    Measure.PLATFORM: "WhatsApp itself says that people mind it",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One message that left as a template: to whom, when, for which rule, and what became of it."""

    recipient_id: str
    rule: str  # empty without a ticket
    state: ItemState
    failure_code: int | None
    claimed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """Somebody said STOP then, in their own words, and has not taken it back."""

    recipient_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What became of some messages. Each part counts its cases among all that could be one."""

    left: int = 0
    delivered: int = 0  # read ones included
    read: int = 0
    failed: int = 0  # for whatever reason
    people: int = 0
    stopped: int = 0  # people
    lost: int = 0  # people whom nothing reaches any more, although several messages left long ago
    unwanted: int = 0  # failures that may mean that the person does not want it
    readable: int = 0  # delivered long ago to people who show what they read
    unread: int = 0  # of those


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A verdict and what it rests on: so many ``cases`` of a measure among so many."""

    subject: Subject
    name: str
    verdict: Verdict
    measure: Measure | None = None
    cases: int = 0
    among: int = 0

    @property
    def why(self) -> str:
        """What it rests on, as half a sentence; empty while all is well."""
        return SAID[self.measure].format(cases=self.cases, among=self.among) if self.measure else ""

    def __str__(self) -> str:
        """``Template ops_alert: 3 of 9 people said STOP within a day of it.``"""
        return f"{self.subject.capitalize()} {self.name}: {self.why or 'nobody minds it'}."


def tally(sends: Sequence[Sent], objections: Collection[Objection], now: datetime) -> Tally:
    """Count what became of messages."""
    long_ago = [sent for sent in sends if now - sent.claimed_at >= SETTLED]
    readers = {sent.recipient_id for sent in sends if sent.state is ItemState.READ}
    readable = [sent for sent in long_ago if sent.state in ARRIVED and sent.recipient_id in readers]
    return Tally(
        left=len(sends),
        delivered=sum(sent.state in ARRIVED for sent in sends),
        read=sum(sent.state is ItemState.READ for sent in sends),
        failed=sum(sent.state is ItemState.FAILED for sent in sends),
        people=len({sent.recipient_id for sent in sends}),
        stopped=len(_stopped(sends, objections)),
        lost=sum(1 for _ in _lost(sends, long_ago)),
        unwanted=sum(sent.failure_code in UNWANTED for sent in sends if sent.state is ItemState.FAILED),
        readable=len(readable),
        unread=sum(sent.state is not ItemState.READ for sent in readable),
    )


def judge(subject: Subject, name: str, counted: Tally, platform: Collection[str] = ()) -> Judgement:
    """The gravest verdict that the counts or the platform's own words give."""
    measured = {
        Measure.STOPPED: (counted.stopped, counted.people),
        Measure.LOST: (counted.lost, counted.people),
        Measure.FAILED: (counted.unwanted, counted.left),
        Measure.UNREAD: (counted.unread, counted.readable),
    }
    for verdict in (Verdict.WARN, Verdict.SLOW):
        if any(PLATFORM_SAYS.get(word) is verdict for word in platform):
            return Judgement(subject=subject, name=name, verdict=verdict, measure=Measure.PLATFORM)
        for threshold in THRESHOLDS:
            cases, among = measured[threshold.measure]
            enough = cases >= threshold.cases and cases >= threshold.share * among
            if threshold.verdict is verdict and enough:
                return Judgement(
                    subject=subject,
                    name=name,
                    verdict=verdict,
                    measure=threshold.measure,
                    cases=cases,
                    among=among,
                )
    return Judgement(subject=subject, name=name, verdict=Verdict.GREEN)


def eased(policy: Remind) -> Remind:
    """The same reminders at half the pace."""
    return replace(policy, every=policy.every * PACE)


def _stopped(sends: Sequence[Sent], objections: Collection[Objection]) -> set[str]:
    """Who objected soon after one of these messages."""
    said: dict[str, list[datetime]] = {}
    for objection in objections:
        said.setdefault(objection.recipient_id, []).append(objection.at)
    return {
        sent.recipient_id
        for sent in sends
        for at in said.get(sent.recipient_id, ())
        if timedelta(0) <= at - sent.claimed_at <= SOON
    }


def _lost(sends: Sequence[Sent], long_ago: Sequence[Sent]) -> Iterator[str]:
    """Whom nothing reached: several messages are long under way, and none of all arrived."""
    reached = {sent.recipient_id for sent in sends if sent.state in ARRIVED}
    waiting = [sent.recipient_id for sent in long_ago if sent.state in ON_ITS_WAY]
    for person in dict.fromkeys(waiting):
        if person not in reached and waiting.count(person) >= FEW_IN_A_ROW:
            yield person
