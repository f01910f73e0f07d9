"""Between the business and the people: messages move from accepted to read, and back come replies.

The ladder of an outgoing message, each step planned when the one before it is taken:

    accepted -> sent -> delivered -> read
            \\-> failed (window closed, medium not fetchable)
                   \\-> failed (undeliverable)

A phone that is off keeps its messages where they are; those that never reached it and whose time to live ends
meanwhile vanish silently.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from .account import Account
from .callbacks import StatusReport, status_report
from .clock import Clock
from .courier import Courier
from .journal import Journal
from .messages import Message, Status
from .people import People
from .phones import Phone
from .pricing import Pricing, Sent
from .reach import RAISED_AFTER, Reach
from .refusals import Refusal, Timing, failure_item
from .schedule import Schedule

DEFAULT_TTL = timedelta(days=30)
PRICED = frozenset({Status.SENT, Status.DELIVERED})
NEEDS_PHONE = frozenset({Status.DELIVERED, Status.READ})


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A message is to reach a status, unless something came between."""

    message: Message
    to: Status


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
        self._pricing: dict[str, Pricing] = {}  # by phone number id: what is free is counted for each

    def accept(self, message: Message, phone: Phone) -> None:
        """Take a message of the business that passed every check; plan what becomes of it."""
        policy, chat = self._courier.policy, phone.chat(message.line.id)
        message.window_open = chat.window_left(message.at) > timedelta()
        message.fate = message.fate or fate_of(message, phone)
        message.reached[Status.ACCEPTED] = message.at
        self._people.keep(message)
        chat.answered(message.at)
        self._journal.write(
            message.at, "accepted", wamid=message.wamid, to=phone.wa_id, kind=message.content.kind,
            opaque=message.opaque,
        )  # fmt: skip
        if not policy.before_answer and not message.held:
            self._schedule.add(message.at + policy.sent_after, Step(message=message, to=first_step(message)))

    def judged(self, account: Account, template: tuple[str, str], *, good: bool) -> int:
        """The quality of a template was judged: release or drop what was held; return how many messages."""
        held = [
            message
            for message in self._people.messages.values()
            if message.held and message.line.account is account and template_of(message) == template
        ]
        for message in held:
            message.held = False
            message.fate = message.fate if good else Refusal.HELD_BY_PACING
            self._schedule.add(self.now(), Step(message=message, to=first_step(message)))
        return len(held)

    async def step_at_once(self, message: Message) -> None:
        """Take the first step of an accepted message now, and return when its callback was answered."""
        now = self.now()
        if self._reach(message, first_step(message), now):
            await self._courier.report_at_once(self._report(message, now))
            self._plan_next(message, now)

    def take_step(self, step: Step, at: datetime) -> None:
        """Let a planned step happen, with its callback, and plan the next."""
        message = step.message
        if step.to is Status.DELIVERED and (refusal := self._beyond_reach(message, at)):
            message.fate = refusal
            step = Step(message=message, to=Status.FAILED)
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

    def mark_read(self, message: Message) -> None:
        """Show the person that the business has read that message and all earlier ones of theirs."""
        phone = self._people.of(message)
        for earlier in phone.history:
            if earlier.direction == "in" and earlier.line == message.line:
                earlier.status = Status.READ
            if earlier is message:
                return

    def _reach(self, message: Message, status: Status, at: datetime) -> bool:
        """Move the message if it still can; say whether it did."""
        phone = self._people.of(message)
        if status in NEEDS_PHONE and not phone.online:
            phone.waiting.append(message)
            return False
        if status is Status.DELIVERED and at - message.at > ttl_of(message):
            message.expired = True
            self._journal.write(at, "expired", wamid=message.wamid)
            return False
        if status is Status.READ and not phone.reads:
            return False
        message.status = status
        message.reached[status] = at
        if status is Status.FAILED and message.fate is not None:
            message.failure = failure_item(message.fate)
        if status is Status.DELIVERED and not message.window_open:
            self._count(message, at)
        if status is Status.SENT:
            self._price(message, at)
        self._journal.write(at, "status", wamid=message.wamid, status=status.value)
        return True

    def _beyond_reach(self, message: Message, at: datetime) -> Refusal | None:
        if message.window_open or not self._people.of(message).online:
            return None
        return self._reached.refuses(message.wa_id, at)

    def _count(self, message: Message, at: datetime) -> None:
        quality = message.line.number.quality_rating
        if (earned := self._reached.count(message.wa_id, quality, at)) is not None:
            self._schedule.add(at + RAISED_AFTER, earned)

    def _report(self, message: Message, at: datetime) -> StatusReport:
        priced = message.status in PRICED or Status.DELIVERED in self._courier.policy.drop
        return status_report(message, self._people.of(message).identity, at, priced=priced)

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

    def _price(self, message: Message, at: datetime) -> None:
        template = message.content.template
        sent = Sent(
            wamid=message.wamid,
            wa_id=message.wa_id,
            category=template.category.lower() if template else "service",
            at=at,
            window_open=message.window_open,
            entry_until=self._people.of(message).chat(message.line.id).entry_until,
        )
        version = int(message.line.account.webhook_version.lstrip("v").partition(".")[0])
        bill = self._pricing.setdefault(message.line.id, Pricing()).of(sent, version=version)
        message.pricing, message.conversation = bill.pricing, bill.conversation


def fate_of(message: Message, phone: Phone) -> Refusal | None:
    """Return the refusal that an accepted message will meet as a callback."""
    if message.content.template is None and not message.window_open:
        return Refusal.WINDOW_CLOSED
    if not phone.on_whatsapp:
        return Refusal.UNDELIVERABLE
    return None if message.content.fetchable else Refusal.MEDIA_UNFETCHABLE


def first_step(message: Message) -> Status:
    """Return the first status of a message: `sent`, unless its fate comes before that."""
    doomed_at_once = message.fate is not None and message.fate.value.timing is not Timing.AFTER_SENT
    return Status.FAILED if doomed_at_once else Status.SENT


def template_of(message: Message) -> tuple[str, str] | None:
    """Return name and language of a message's template."""
    template = message.content.template
    return None if template is None else (template.name, template.language)


def ttl_of(message: Message) -> timedelta:
    """Return how long the platform tries to deliver a message."""
    template = message.content.template
    seconds = template.ttl_seconds if template else None
    return DEFAULT_TTL if seconds is None else timedelta(seconds=seconds)
