"""What people do with their phones, on its way to the business: messages, edits, deletions, new numbers."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from .account import Line, Portfolio
from .callbacks import (
    Identity,
    deleted_value,
    inbound_value,
    messages_payload,
    notice_value,
    preferences_payload,
    stamp,
)
from .chance import Chance
from .chat import OPENS_WINDOW, Chat
from .clock import Clock
from .courier import Courier
from .journal import Journal
from .limits import Pace
from .messages import Content, Message, Status
from .network import Network
from .numbers import canonical, digits_of
from .people import People
from .phones import Phone, Said
from .refusals import Refusal, failure_item

# What an inbound message shows of the advertisement it came from (Meta's webhook reference).
REFERRAL = {"source_type": "ad", "source_id": "120200000000000", "source_url": "https://fb.me/example"}


class Inbound:
    """The carrier of everything that phones send."""

    def __init__(
        self,
        *,
        portfolio: Portfolio,
        people: People,
        network: Network,
        clock: Clock,
        chance: Chance,
        journal: Journal,
        courier: Courier,
        paces: defaultdict[str, Pace],
    ) -> None:
        self.now = clock
        self._paces = paces
        self._portfolio = portfolio
        self._people = people
        self._network = network
        self._chance = chance
        self._journal = journal
        self._courier = courier

    def line(self, phone_number_id: str | None) -> Line:
        """Return a number of the business, the first when none is named. Raises ValueError."""
        found = self._portfolio.home if phone_number_id is None else self._portfolio.line(phone_number_id)
        if found is None:
            known = ", ".join(line.id for line in self._portfolio.lines)
            raise ValueError(f"The business has no number {phone_number_id!r}; there are the ids {known}.")
        return found

    def take(self, chat: Chat, phone: Phone, kind: str, value: Any, said: Said) -> str:
        """Carry a person's message to the business, and open the window where the kind does so."""
        now, wamid = self.now(), self._new_id(phone.identity_to(chat.line.id))
        message = Message(
            wamid=wamid,
            direction="in",
            line=chat.line,
            wa_id=phone.wa_id,
            content=said.content,
            at=now,
            status=Status.DELIVERED,
            quoted=said.quoted,
        )
        self._people.keep(message)
        if self._is_blocked(phone, chat.line):  # it stays with one tick, as the person would see it
            message.status = Status.SENT
            self._journal.write(now, "inbound_blocked", wamid=wamid, sender=phone.wa_id, kind=kind)
            return wamid
        if kind in OPENS_WINDOW or (kind == "reaction" and self._courier.policy.reaction_opens_window):
            chat.written(now)
        person = phone.identity_to(chat.line.id)
        if not person.hidden:
            chat.exchanged(now)
        self._paces[chat.line.id].received(now)
        item: dict[str, Any] = {"id": wamid, "timestamp": stamp(now), "type": kind, kind: value}
        if kind == "unsupported":
            item["errors"] = [failure_item(Refusal.UNSUPPORTED_INBOUND)]
        if said.quoted is not None:
            item["context"] = {**self._author_of(said.quoted, chat.line, person), "id": said.quoted}
        if phone.from_ad:
            phone.from_ad = False
            chat.referred(now)
            item["referral"] = REFERRAL
        text = said.content.text
        self._journal.write(now, "inbound", wamid=wamid, sender=phone.wa_id, kind=kind, text=text)
        self._bring(chat.line, phone, inbound_value(person, item), f"inbound {wamid}")
        return wamid

    def change_number(self, phone: Phone, number: str) -> str:
        """Give the person another number and id, with all their messages; their windows are closed there."""
        wa_id = canonical(digits_of(number))
        if not digits_of(number) or wa_id in self._people.phones or self._portfolio.is_own(wa_id):
            raise ValueError(f"{number!r} is not a free telephone number, such as +447700900999.")
        known = self._known_to(phone)
        self._people.move(phone, number)
        return self._notify(phone, [(line, old, _moved(old, wa_id)) for line, old in known])

    def change_user_id(self, phone: Phone) -> str:
        """Give the person another business-scoped id at the same number."""
        known = self._known_to(phone)
        self._people.renew_user_id(phone)
        system = {"type": "user_changed_user_id", "body": f"{phone.name} has a new id"}
        return self._notify(phone, [(line, old, system) for line, old in known])

    def change_identity(self, phone: Phone) -> str:
        """Give the person another identity key; where the notice carries its hash is our deduction."""
        phone.identity_turn += 1
        text = f"{phone.name} has a new identity key"
        system = {"type": "customer_identity_changed", "body": text, "identity": phone.identity_key}
        return self._notify(phone, [(line, old, system) for line, old in self._known_to(phone)])

    def greet(self, phone: Phone, chat: Chat) -> str:
        """Tell the business that the person opened the chat for the first time; no window opens."""
        person = phone.identity_to(chat.line.id)
        wamid = self._new_id(person)
        item = {"id": wamid, "timestamp": stamp(self.now()), "type": "request_welcome"}
        self._announce(chat.line, phone, inbound_value(person, item), wamid)
        return wamid

    def edit(self, phone: Phone, message: Message, text: str) -> str:
        """Change what a message of the person says; the business is told by a message of its own."""
        kind = message.content.kind
        message.content = replace(message.content, body=text, edited=True)
        inner: dict[str, Any] = {"type": kind, kind: {"body" if kind == "text" else "caption": text}}
        if message.quoted is not None:
            inner["context"] = {"id": message.quoted}
        value = {"original_message_id": message.wamid, "message": inner}
        return self._tell(message.line, phone, "edit", value)

    def delete(self, phone: Phone, message: Message, *, legacy: bool) -> str:
        """Take a message of the person back; `legacy`: told by a status, as in older days."""
        message.content = Content(kind="deleted", body="This message was deleted.")
        if not legacy or self._is_blocked(phone, message.line):
            return self._tell(message.line, phone, "revoke", {"original_message_id": message.wamid})
        value = deleted_value(phone.identity_to(message.line.id), message.wamid, self.now())
        self._announce(message.line, phone, value, message.wamid)
        return message.wamid

    def complain(self, phone: Phone, line: Line, message: Message | None) -> None:
        """Let the platform hear that the person blocked a number or reported a message of it."""
        wamid = None if message is None else message.wamid
        self._journal.write(self.now(), "complaint", sender=phone.wa_id, business=line.id, wamid=wamid)
        self._network.complained(line, message)

    def prefer(self, phone: Phone, line: Line, choice: str) -> None:
        """Tell the business what the person chose about marketing."""
        now = self.now()
        payload = preferences_payload(line, phone.identity_to(line.id), choice, now)
        self._journal.write(now, "preference", sender=phone.wa_id, choice=choice)
        self._courier.announce(payload, now, line=line, lane=phone.wa_id, about=[f"preference {choice}"])

    def came_back(self, phone: Phone) -> None:
        """Deliver what waited while the phone was off."""
        self._network.came_back(phone)

    def play(self, message: Message) -> None:
        """Tell the business that the person played a voice note of theirs."""
        self._network.play(message)

    def _known_to(self, phone: Phone) -> list[tuple[Line, Identity]]:
        """Every number that the person knows, and how it knows them; at least the first."""
        lines = [chat.line for chat in phone.chats.values()] or [self._portfolio.home]
        return [(line, phone.identity_to(line.id)) for line in lines]

    def _notify(self, phone: Phone, news: Sequence[tuple[Line, Identity, Mapping[str, Any]]]) -> str:
        """Tell numbers of a person's new address; the notice names the old one."""
        wamids = [self._new_id(old) for _, old, _ in news]
        for (line, old, system), wamid in zip(news, wamids, strict=True):
            ids = {"user_id": phone.user_id, "previous_user_id": old.user_id}
            item = {
                "id": wamid, "timestamp": stamp(self.now()), "type": "system", "system": {**system, **ids},
            }  # fmt: skip
            self._announce(line, phone, notice_value(old, item), wamid)
        return wamids[0]

    def _new_id(self, person: Identity) -> str:
        """Return the id of a message of a person; it has that of their names in it which is shown."""
        return self._chance.wamid(person.user_id if person.hidden else person.wa_id, inbound=True)

    def _tell(self, line: Line, phone: Phone, kind: str, value: Mapping[str, Any]) -> str:
        """Tell of what a person did to a message, by a message that nobody sees; not of who is blocked."""
        person = phone.identity_to(line.id)
        wamid = self._new_id(person)
        if self._is_blocked(phone, line):
            self._journal.write(self.now(), "inbound_blocked", wamid=wamid, sender=phone.wa_id, kind=kind)
            return wamid
        item = {"id": wamid, "timestamp": stamp(self.now()), "type": kind, kind: value}
        self._announce(line, phone, inbound_value(person, item), wamid)
        return wamid

    def _announce(self, line: Line, phone: Phone, value: Mapping[str, Any], wamid: str) -> None:
        self._journal.write(self.now(), "notice", wamid=wamid, sender=phone.wa_id)
        self._bring(line, phone, value, f"notice {wamid}")

    def _bring(self, line: Line, phone: Phone, value: Mapping[str, Any], about: str) -> None:
        self._courier.announce(
            messages_payload(line, value),
            self.now() + self._courier.policy.inbound_after,
            line=line,
            lane=phone.wa_id,
            about=[about],
        )

    def _is_blocked(self, phone: Phone, line: Line) -> bool:
        return phone.wa_id in line.number.blocked

    def _author_of(self, wamid: str, line: Line, person: Identity) -> dict[str, str]:
        """Who wrote what is quoted: the business, or the person, who may be hidden."""
        quoted = self._people.messages.get(wamid)
        if quoted is None or quoted.direction == "out":
            return {"from": line.number.digits}
        return {} if person.hidden else {"from": person.wa_id}


def _moved(old: Identity, wa_id: str) -> dict[str, str]:
    """Return what is told of a person's new number, which stays hidden as the old one was."""
    kind = {"type": "user_changed_number"}
    if old.hidden:
        return {**kind, "body": f"{old.name} has a new number"}
    return {**kind, "body": f"{old.name} changed from {old.wa_id} to {wa_id}", "wa_id": wa_id}
