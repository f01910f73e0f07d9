"""Between the business and the people: messages move from accepted to read, and back come replies.

The ladder of an outgoing message, each step planned when the one before it is taken:

    accepted -> sent -> delivered -> read (-> played, a voice note)
            |       |-> read (the chat is open on the screen)
            |       \\-> failed (undeliverable)
            \\-> failed (window closed, medium not fetchable, nobody pays)

What decides is asked in `fates`. A phone that is off keeps its messages where they are; those that never
reached it and whose time to live ends meanwhile vanish silently.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from .account import Account, Line
from .callbacks import StatusReport, status_report
from .clock import Clock
from .courier import Courier
from .fates import ON_ARRIVAL, first_yes, of_message
from .journal import Journal
from .messages import Message, Status
from .people import People
from .phones import Phone
from .pricing import Pricing, Sent, category_of
from .reach import RAISED_AFTER, Reach, ThroughputRaise
from .refusals import Refusal, Refused, Timing, failure_item
from .schedule import Schedule
from .standing import Measure
from .templates import TTL
from .under_way import UnderWay

NEEDS_PHONE = frozenset({Status.DELIVERED, Status.READ, Status.PLAYED})
ON_ITS_WAY = frozenset({Status.ACCEPTED, Status.SENT})
RECEIPTS = frozenset({Status.READ, Status.PLAYED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A message is to reach a status, unless something came between."""

    message: Message
    to: Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """A person blocked a number, or reported a message of it, made from that template (name, language)."""

    line: Line
    template: tuple[str, str] | None


class Network:
    """The way of the business's messages to the people, and of their statuses back."""

    def __init__(
        self,
        *,
        people: People,
        clock: Clock,
        journal: Journal,
        schedule: Schedule[Any],
        courier: Courier,
        reach: Reach,
    ) -> None:
        self.now = clock
        self._people = people
        self._journal = journal
        self._schedule = schedule
        self._courier = courier
        self._reached = reach
        self.under_way = UnderWay()
        self._pricing: dict[str, Pricing] = {}  # by phone number id: what is free is counted for each

    def require_paid(self, message: Message) -> None:
        """Raise Refused when nobody pays, and the policy has that told at once."""
        told = Refusal.PAYMENT_ISSUE.value.code in self._courier.policy.answered
        if told and self._is_unpaid(message, message.at):
            raise Refused(Refusal.PAYMENT_ISSUE)

    def accept(self, message: Message, phone: Phone) -> None:
        """Take a message of the business that passed every check; plan what becomes of it."""
        policy, chat = self._courier.policy, phone.chat(message.line.id)
        message.reached[Status.ACCEPTED] = message.at
        self._people.keep(message)
        self.under_way.add(message)
        chat.typing_until = None
        self._journal.write(
            message.at, "accepted", wamid=message.wamid, to=phone.wa_id, kind=message.content.kind,
            opaque=message.opaque,
        )  # fmt: skip
        if not policy.before_answer and not message.held:
            self._schedule.add(message.at + policy.sent_after, Step(message=message, to=first_step(message)))

    def resume(self, message: Message) -> None:
        """Take a message of another world for one that is on its way, if it is."""
        if message.direction == "out" and message.status in ON_ITS_WAY and not message.expired:
            self.under_way.add(message)

    def judged(self, account: Account, template: tuple[str, str], *, good: bool) -> int:
        """The quality of a template was judged: release or drop what was held; return how many messages.

        What expired while it was held is dropped silently (our deduction).
        """
        held = [message for message in self.under_way.of(account, template) if message.held]
        now = self.now()
        for message in held:
            message.held = False
            if self._is_too_late(message, now):
                continue
            message.fate = message.fate if good else Refusal.HELD_BY_PACING
            self._schedule.add(now, Step(message=message, to=first_step(message)))
        return len(held)

    async def step_at_once(self, message: Message) -> None:
        """Take the first step of an accepted message now, and return when its callback was answered."""
        now = self.now()
        step = self._really(Step(message=message, to=first_step(message)), now)
        if self._reach(message, step.to, now):
            await self._courier.report_at_once(self._report(message, now))
            self._plan_next(message, now)

    def take_step(self, step: Step, at: datetime) -> None:
        """Let a planned step happen, with its callback, and plan the next."""
        step, message = self._really(step, at), step.message
        if not self._reach(message, step.to, at):
            self._courier.finish(message.wamid, at)
            return
        self._courier.report(self._report(message, at), at)
        self._plan_next(message, at)

    def came_back(self, phone: Phone) -> None:
        """Deliver what waited while the phone was off."""
        waiting, phone.waiting = phone.waiting, []
        for message in waiting:
            following = Status.READ if message.status is Status.DELIVERED else Status.DELIVERED
            self._schedule.add(self.now(), Step(message=message, to=following))

    def expire(self, at: datetime) -> None:
        """Drop what waits for phones that are off, and whose time to live is over."""
        for phone in self._people.phones.values():
            phone.waiting = [
                one
                for one in phone.waiting
                if Status.DELIVERED in one.reached or not self._is_too_late(one, at)
            ]

    def play(self, message: Message) -> None:
        """The person plays a voice note that they have; the business hears of the first time."""
        now = self.now()
        for status in (Status.READ, Status.PLAYED):
            if status not in message.reached:
                self.take_step(Step(message=message, to=status), now)

    def complained(self, line: Line, message: Message | None) -> None:
        """Let a complaint about a number be counted."""
        template = None if message is None else message.content.template
        identity = None if template is None else template.identity
        self._schedule.add(self.now(), Complaint(line=line, template=identity))

    def mark_read(self, message: Message) -> None:
        """Show the person that the business has read that message and all earlier ones of theirs."""
        phone = self._people.of(message)
        for earlier in phone.history:
            if earlier.direction == "in" and earlier.line == message.line:
                earlier.status = Status.READ
            if earlier is message:
                return

    def _really(self, step: Step, at: datetime) -> Step:
        """What becomes of a step in the situation as it is now."""
        message, phone = step.message, self._people.of(step.message)
        refusal: Refusal | None = None
        if step.to is Status.SENT and self._is_unpaid(message, at):
            refusal = Refusal.PAYMENT_ISSUE
        if step.to is Status.DELIVERED and phone.online and not is_expired(message, at):
            situation = of_message(message, phone, at)
            refusal = first_yes(ON_ARRIVAL, situation) or self._beyond_reach(message, at)
            if refusal is None and situation.chat.is_open and phone.reads:
                return Step(message=message, to=Status.READ)
        if refusal is None:
            return step
        if refusal is Refusal.MARKETING_CAP:
            phone.marketing.refused(at)
        message.fate = refusal
        return Step(message=message, to=Status.FAILED)

    def _reach(self, message: Message, status: Status, at: datetime) -> bool:
        """Move the message if it still can; say whether it did."""
        phone = self._people.of(message)
        if status in message.reached:  # such as `read`, when a voice note was played before
            return False
        arrives = status in NEEDS_PHONE and Status.DELIVERED not in message.reached
        if status in NEEDS_PHONE and not phone.online:
            phone.waiting.append(message)
            return False
        if arrives and self._is_too_late(message, at):
            return False
        if status in RECEIPTS and not phone.reads:
            return False
        message.status = status
        message.reached[status] = at
        if status is Status.FAILED and message.fate is not None:
            message.failure = failure_item(message.fate)
        if status is Status.SENT:
            self._leave(message, at)
        else:
            self.under_way.done(message)
        if arrives:
            self._arrive(message, at)
        self._journal.write(at, "status", wamid=message.wamid, status=status.value)
        return True

    def _is_too_late(self, message: Message, at: datetime) -> bool:
        """Whether its time to live is over; then nobody will ever hear of it again."""
        if not is_expired(message, at):
            return False
        message.expired = True
        self.under_way.done(message)
        self._journal.write(at, "expired", wamid=message.wamid)
        return True

    def _leave(self, message: Message, at: datetime) -> None:
        chat = self._people.of(message).chat(message.line.id)
        chat.answered(message.at)
        if not message.by_user_id:
            chat.exchanged(at)
        sent, version = self._as_sent(message, at), message.line.account.webhook_version
        bill = self._pricing_of(message).of(sent, version=int(version.lstrip("v").partition(".")[0]))
        message.pricing, message.conversation = bill.pricing, bill.conversation

    def _arrive(self, message: Message, at: datetime) -> None:
        template = message.content.template
        if template is not None and template.category == "MARKETING":
            self._people.of(message).marketing.got(at)
        if not message.window_open:
            self._count(message, at)

    def _beyond_reach(self, message: Message, at: datetime) -> Refusal | None:
        return None if message.window_open else self._reached.refuses(message.wa_id, at)

    def _count(self, message: Message, at: datetime) -> None:
        number, template = message.line.number, message.content.template
        proves = template is not None and template.quality == "GREEN"
        earned = self._reached.count(message.wa_id, at, quality=number.quality_rating, proves=proves)
        if earned is not None:
            self._schedule.add(at + RAISED_AFTER, earned)
        if self._reached.earns_throughput(number, at):
            self._schedule.add(at, ThroughputRaise(line=message.line))

    def _is_unpaid(self, message: Message, at: datetime) -> bool:
        """Whether it would cost something, and the account cannot pay."""
        poor = message.line.account.standing.has(Measure.NO_PAYMENT_METHOD, at)
        return poor and self._pricing_of(message).charges(self._as_sent(message, at))

    def _report(self, message: Message, at: datetime) -> StatusReport:
        """The report of its present status; pricing comes with `sent` and with the first sign of arrival."""
        told = Status.DELIVERED in message.reached and Status.DELIVERED not in self._courier.policy.drop
        priced = message.status is not Status.PLAYED and (message.status is not Status.READ or not told)
        person = self._people.of(message).identity_to(message.line.id)
        return status_report(message, person, at, priced=priced)

    def _plan_next(self, message: Message, at: datetime) -> None:
        policy, phone = self._courier.policy, self._people.of(message)
        match message.status:
            case Status.SENT if message.fate is not None:
                following, due = Status.FAILED, message.at + policy.delivered_after
            case Status.SENT if message.content.kind != "reaction":
                following, due = Status.DELIVERED, message.at + policy.delivered_after
            case Status.DELIVERED if phone.reads:
                after_delivery = at + policy.read_after - policy.delivered_after
                following, due = Status.READ, max(message.at + policy.read_after, after_delivery)
            case _:
                self._courier.finish(message.wamid, at)
                return
        self._schedule.add(max(due, at), Step(message=message, to=following))

    def _pricing_of(self, message: Message) -> Pricing:
        return self._pricing.setdefault(message.line.id, Pricing())

    def _as_sent(self, message: Message, at: datetime) -> Sent:
        return Sent(
            wamid=message.wamid,
            wa_id=message.wa_id,
            category=category_of(message),
            at=at,
            window_open=message.window_open,
            entry_until=self._people.of(message).chat(message.line.id).free_until(message.at),
        )


def first_step(message: Message) -> Status:
    """Return the first status of a message: `sent`, unless its fate comes before that."""
    doomed_at_once = message.fate is not None and message.fate.value.timing is not Timing.AFTER_SENT
    return Status.FAILED if doomed_at_once else Status.SENT


def ttl_of(message: Message) -> timedelta:
    """Return how long the platform tries to deliver a message, by the template as it was when it was sent."""
    if message.ttl is not None:
        return message.ttl
    template = message.content.template
    return TTL if template is None else template.ttl


def is_expired(message: Message, at: datetime) -> bool:
    """Whether its time to live is over."""
    return at - message.at > ttl_of(message)
