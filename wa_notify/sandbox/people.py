"""Everybody with a phone, and every message by its id."""

import hashlib
from collections import Counter

from .messages import Message
from .numbers import canonical, country_of, digits_of
from .phones import Carrier, Phone


class People:
    """The register of phones and messages. `carrier` takes what the phones do."""

    def __init__(self) -> None:
        self.phones: dict[str, Phone] = {}
        self.messages: dict[str, Message] = {}
        self.carrier: Carrier
        self._turns: Counter[str] = Counter()  # how many business-scoped ids a number has had
        self._by_user_id: dict[str, Phone] = {}

    def phone(self, number: str) -> Phone:
        """Return the person with that full number (country code first), creating them on first use."""
        wa_id = canonical(digits_of(number))
        if wa_id not in self.phones:
            self.phones[wa_id] = Phone(
                number=f"+{digits_of(number)}",
                wa_id=wa_id,
                user_id="",
                name=f"Person {wa_id[-4:]}",
                carrier=self.carrier,
            )
            self.renew_user_id(self.phones[wa_id])
        return self.phones[wa_id]

    def by_user_id(self, user_id: str) -> Phone | None:
        """Return the person with that business-scoped user id."""
        return self._by_user_id.get(user_id)

    def of(self, message: Message) -> Phone:
        """Return the person at the other end of a message."""
        return self.phones[message.wa_id]

    def keep(self, message: Message) -> None:
        """Remember a message, and put it into the person's chat."""
        self.messages[message.wamid] = message
        self.of(message).history.append(message)

    def move(self, phone: Phone, number: str) -> None:
        """Give a person another number and id, with all their messages; their windows are closed there."""
        del self.phones[phone.wa_id]
        phone.number, phone.wa_id = f"+{digits_of(number)}", canonical(digits_of(number))
        self.phones[phone.wa_id] = phone
        self.renew_user_id(phone)
        for chat in phone.chats.values():
            chat.window_until = None
        for message in phone.history:
            message.wa_id = phone.wa_id

    def forget(self, phone: Phone) -> None:
        """Forget a person; whoever has the number next is the same one again."""
        del self.phones[phone.wa_id]
        del self._by_user_id[phone.user_id]
        self._turns[phone.wa_id] -= 1
        if not self._turns[phone.wa_id]:
            del self._turns[phone.wa_id]

    def renew_user_id(self, phone: Phone) -> None:
        """Give a person the next business-scoped id of their number; every holder has one of their own."""
        turn, self._turns[phone.wa_id] = self._turns[phone.wa_id], self._turns[phone.wa_id] + 1
        self._by_user_id.pop(phone.user_id, None)
        phone.user_id = user_id_of(phone.wa_id, turn)
        self._by_user_id[phone.user_id] = phone


def user_id_of(wa_id: str, turn: int = 0) -> str:
    """The business-scoped id of a number: a country code, a dot, 17 digits; the same after every restart.

    `turn` counts from 0: the ids that the number has had before this one.
    """
    seed = f"{wa_id}/{turn}" if turn else wa_id
    number = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8]) % (9 * 10**16) + 10**16
    return f"{country_of(wa_id)}.{number}"
