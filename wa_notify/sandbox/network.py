"""Between the business and the people: messages move from accepted to read, and back come replies.

The ladder of an outgoing message, each step planned when the one before it is taken:

    accepted -> sent -> delivered -> read
            \\-> failed (window closed, medium not fetchable)
                   \\-> failed (undeliverable)

A phone that is off keeps its messages where they are; those that never reached it and whose time to live ends
meanwhile vanish silently.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from .account import Account
from .callbacks import (
    Identity,
    deleted_value,
    inbound_value,
    messages_payload,
    notice_value,
    preferences_payload,
    stamp,
    status_report,
)
from .chance import Chance
from .clock import Clock
from .courier import Courier
from .journal import Journal
from .messages import Content, Message, Status
from .numbers import canonical, country_of, digits_of
from .phones import OPENS_WINDOW, WINDOW, Phone
from .pricing import ANSWER_WITHIN, ENTRY_POINT_LASTS, Pricing, Sent
from .reach import RAISED_AFTER, Reach
from .refusals import Refusal, Timing, failure_item
from .schedule import Schedule

DEFAULT_TTL = timedelta(days=30)
PRICED = frozenset({Status.SENT, Status.DELIVERED})
# What an inbound message shows of the advertisement it came from (Meta's webhook reference).
REFERRAL = {"source_type": "ad", "source_id": "120200000000000", "source_url": "https://fb.me/example"}
NEEDS_PHONE = frozenset({Status.DELIVERED, Status.READ})


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A message is to reach a status, unless something came between."""

    message: Message
    to: Status


class Network:
    """All phones and all messages."""

    def __init__(
        self,
        *,
        account: Account,
        clock: Clock,
        chance: Chance,
        journal: Journal,
        schedule: Schedule[Any],
        courier: Courier,
        reach: Reach,
    ) -> None:
        self.phones: dict[str, Phone] = {}
        self.messages: dict[str, Message] = {}
        self.now = clock
        self._account = account
        self._chance = chance
        self._journal = journal
        self._schedule = schedule
        self._courier = courier
        self._reached = reach
        self._pricing = Pricing()
        self._turns: Counter[str] = Counter()  # how many business-scoped ids a number has had

    def phone(self, number: str) -> Phone:
        """Return the person with that full number (country code first), creating them on first use."""
        wa_id = canonical(digits_of(number))
        if wa_id not in self.phones:
            self.phones[wa_id] = Phone(
                number=f"+{digits_of(number)}",
                wa_id=wa_id,
                user_id=self._fresh_user_id(wa_id),
                name=f"Person {wa_id[-4:]}",
                carrier=self,
            )
        return self.phones[wa_id]

    def by_user_id(self, user_id: str) -> Phone | None:
        """Return the person with that business-scoped user id."""
        return next((phone for phone in self.phones.values() if phone.user_id == user_id), None)

    def accept(self, message: Message, phone: Phone) -> None:
        """Take a message of the business that passed every check; plan what becomes of it."""
        policy = self._courier.policy
        message.window_open = phone.window_open
        message.fate = message.fate or fate_of(message, phone)
        message.reached[Status.ACCEPTED] = message.at
        self.messages[message.wamid] = message
        phone.history.append(message)
        phone.typing_until = None
        _answer_referral(phone, message.at)
        self._journal.write(
            message.at, "accepted", wamid=message.wamid, to=phone.wa_id, kind=message.content.kind,
            opaque=message.opaque,
        )  # fmt: skip
        if not policy.before_answer and not message.held:
            self._schedule.add(message.at + policy.sent_after, Step(message=message, to=first_step(message)))

    def judged(self, template: tuple[str, str], *, good: bool) -> int:
        """The quality of a template was judged: release or drop what was held; return how many messages."""
        held = [m for m in self.messages.values() if m.held and template_of(m) == template]
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

    def take(self, phone: Phone, kind: str, value: Any, content: Content, context: str | None) -> str:
        """Carry a person's message to the business, and open the window where the kind does so."""
        now = self.now()
        wamid = self._chance.wamid(phone.wa_id, inbound=True)
        message = Message(
            wamid=wamid, direction="in", wa_id=phone.wa_id, content=content, at=now,
            status=Status.DELIVERED, quoted=context,
        )  # fmt: skip
        self.messages[wamid] = message
        phone.history.append(message)
        if kind in OPENS_WINDOW or (kind == "reaction" and self._courier.policy.reaction_opens_window):
            phone.window_until = now + WINDOW
        item: dict[str, Any] = {"id": wamid, "timestamp": stamp(now), "type": kind, kind: value}
        if kind == "unsupported":
            item["errors"] = [failure_item(Refusal.TYPE_UNSUPPORTED)]
        if context is not None:
            item["context"] = {"from": self._author_of(context, phone.identity), "id": context}
        if phone.from_ad:
            phone.from_ad, phone.referred_at, phone.entry_until = False, now, None
            item["referral"] = REFERRAL
        self._journal.write(now, "inbound", wamid=wamid, sender=phone.wa_id, kind=kind, text=content.text)
        self._courier.announce(
            messages_payload(self._account, inbound_value(phone.identity, item)),
            now + self._courier.policy.inbound_after,
            line=phone.wa_id,
            about=[f"inbound {wamid}"],
        )
        return wamid

    def change_number(self, phone: Phone, number: str) -> str:
        """Give the person another number and id, with all their messages; their window is closed there."""
        wa_id, old = canonical(digits_of(number)), phone.identity
        if not digits_of(number) or wa_id in self.phones or wa_id == self._account.number:
            raise ValueError(f"{number!r} is not a free telephone number, such as +447700900999.")
        del self.phones[phone.wa_id]
        phone.number, phone.wa_id, phone.user_id = (
            f"+{digits_of(number)}",
            wa_id,
            self._fresh_user_id(wa_id),
        )
        phone.window_until = None
        self.phones[wa_id] = phone
        for message in phone.history:
            message.wa_id = wa_id
        shown = {} if old.hidden else {"wa_id": wa_id}
        text = f"{phone.name} changed from {old.wa_id} to {wa_id}"
        return self._notify(phone, old, {"type": "user_changed_number", "body": text, **shown})

    def change_user_id(self, phone: Phone) -> str:
        """Give the person another business-scoped id at the same number."""
        old, phone.user_id = phone.identity, self._fresh_user_id(phone.wa_id)
        return self._notify(
            phone, old, {"type": "user_changed_user_id", "body": f"{phone.name} has a new id"}
        )

    def edit(self, phone: Phone, message: Message, text: str) -> str:
        """Change what a message of the person says; the business is told by a message of its own."""
        kind = message.content.kind
        message.content = replace(message.content, body=text)
        inner = {"type": kind, kind: {"body" if kind == "text" else "caption": text}}
        if message.quoted is not None:
            inner["context"] = {"id": message.quoted}
        return self._tell(phone, "edit", {"original_message_id": message.wamid, "message": inner})

    def delete(self, phone: Phone, message: Message, *, legacy: bool) -> str:
        """Take a message of the person back; `legacy`: told by a status, as in older days."""
        message.content = Content(kind="deleted", body="This message was deleted.")
        if not legacy:
            return self._tell(phone, "revoke", {"original_message_id": message.wamid})
        self._announce(phone, deleted_value(phone.identity, message.wamid, self.now()), message.wamid)
        return message.wamid

    def prefer(self, phone: Phone, choice: str) -> None:
        """Tell the business what the person chose about marketing."""
        now = self.now()
        payload = preferences_payload(self._account, phone.identity, choice, now)
        self._journal.write(now, "preference", sender=phone.wa_id, choice=choice)
        self._courier.announce(payload, now, line=phone.wa_id, about=[f"preference {choice}"])

    def came_back(self, phone: Phone) -> None:
        """Deliver what waited while the phone was off."""
        waiting, phone.waiting = phone.waiting, []
        for message in waiting:
            following = Status.READ if message.status is Status.DELIVERED else Status.DELIVERED
            self._schedule.add(self.now(), Step(message=message, to=following))

    def mark_read(self, message: Message) -> None:
        """Show the person that the business has read that message and all earlier ones of theirs."""
        phone = self.phones[message.wa_id]
        for earlier in phone.history:
            if earlier.direction == "in":
                earlier.status = Status.READ
            if earlier is message:
                return

    def _notify(self, phone: Phone, old: Identity, system: Mapping[str, Any]) -> str:
        """Tell of a person's new address; the notice names them as they were known."""
        ids = {"user_id": phone.user_id, "previous_user_id": old.user_id}
        wamid = self._chance.wamid(old.wa_id, inbound=True)
        item = {"id": wamid, "timestamp": stamp(self.now()), "type": "system", "system": {**system, **ids}}
        self._announce(phone, notice_value(old, item), wamid)
        return wamid

    def _tell(self, phone: Phone, kind: str, value: Mapping[str, Any]) -> str:
        """Tell of what a person did to a message, by a message that nobody sees."""
        wamid = self._chance.wamid(phone.wa_id, inbound=True)
        item = {"id": wamid, "timestamp": stamp(self.now()), "type": kind, kind: value}
        self._announce(phone, inbound_value(phone.identity, item), wamid)
        return wamid

    def _announce(self, phone: Phone, value: Mapping[str, Any], wamid: str) -> None:
        now = self.now()
        self._journal.write(now, "notice", wamid=wamid, sender=phone.wa_id)
        self._courier.announce(
            messages_payload(self._account, value),
            now + self._courier.policy.inbound_after,
            line=phone.wa_id,
            about=[f"notice {wamid}"],
        )

    def _fresh_user_id(self, wa_id: str) -> str:
        """Every holder of a number has an id of their own."""
        turn, self._turns[wa_id] = self._turns[wa_id], self._turns[wa_id] + 1
        return user_id_of(wa_id, turn)

    def _reach(self, message: Message, status: Status, at: datetime) -> bool:
        """Move the message if it still can; say whether it did."""
        phone = self.phones[message.wa_id]
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
        if message.window_open or not self.phones[message.wa_id].online:
            return None
        return self._reached.refuses(message.wa_id, at)

    def _count(self, message: Message, at: datetime) -> None:
        if (earned := self._reached.count(message.wa_id, at)) is not None:
            self._schedule.add(at + RAISED_AFTER, earned)

    def _report(self, message: Message, at: datetime) -> Any:
        priced = message.status in PRICED or Status.DELIVERED in self._courier.policy.drop
        return status_report(message, self.phones[message.wa_id].identity, at, priced=priced)

    def _plan_next(self, message: Message, at: datetime) -> None:
        policy, phone = self._courier.policy, self.phones[message.wa_id]
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
            entry_until=self.phones[message.wa_id].entry_until,
        )
        version = int(self._account.webhook_version.lstrip("v").partition(".")[0])
        bill = self._pricing.of(sent, version=version)
        message.pricing, message.conversation = bill.pricing, bill.conversation

    def _author_of(self, wamid: str, person: Identity) -> str:
        quoted = self.messages.get(wamid)
        return person.wa_id if quoted is not None and quoted.direction == "in" else self._account.number


def _answer_referral(phone: Phone, at: datetime) -> None:
    """The first answer to somebody who came from an advertisement begins what is free."""
    referred_at = phone.referred_at
    if phone.entry_until is None and referred_at is not None and at - referred_at <= ANSWER_WITHIN:
        phone.entry_until = at + ENTRY_POINT_LASTS


def fate_of(message: Message, phone: Phone) -> Refusal | None:
    """Return the refusal that an accepted message will meet as a callback."""
    if message.content.template is None and not phone.window_open:
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


def user_id_of(wa_id: str, turn: int = 0) -> str:
    """The business-scoped id of a number: a country code, a dot, 17 digits; the same after every restart.

    `turn` counts from 0: the ids that the number has had before this one.
    """
    seed = f"{wa_id}/{turn}" if turn else wa_id
    number = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8]) % (9 * 10**16) + 10**16
    return f"{country_of(wa_id)}.{number}"
