"""A person with a phone: what they see, and what they do."""

import hashlib
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from .account import Line
from .answering import answer_of
from .callbacks import Identity
from .chat import Chat
from .marketing import MarketingIntake
from .media import Medium
from .messages import ANSWERABLE, TAPPABLE, Button, ButtonKind, Content, Message, ShownMessage

# What a person may choose about marketing in their settings (Meta's reference of `user_preferences`).
PREFERENCES = ("stop", "resume", "signup")
NO_CAP = -1  # of marketing

RESERVED_KINDS = frozenset({"id", "type", "timestamp", "from", "from_user_id", "context", "errors"})


EDITABLE = frozenset({"text", "image", "video", "document"})  # what has words in it, or a caption
UNCHANGEABLE = frozenset({"reaction", "edit", "revoke", "deleted", "system"})


class Carrier(Protocol):
    """What a phone needs of the network."""

    def take(self, chat: Chat, phone: "Phone", kind: str, value: Any, said: "Said") -> str:
        """Carry a person's message to the business; return its id."""
        ...

    def came_back(self, phone: "Phone") -> None:
        """Deliver what waited while the phone was off."""
        ...

    def play(self, message: Message) -> None:
        """Tell the business that the person played a voice note of theirs."""
        ...

    def change_number(self, phone: "Phone", number: str) -> str:
        """Give the person another number, and tell the business; return the id of the notice."""
        ...

    def change_user_id(self, phone: "Phone") -> str:
        """Give the person another business-scoped id, and tell the business; return the id of the notice."""
        ...

    def edit(self, phone: "Phone", message: Message, text: str) -> str:
        """Change a message of the person, and tell the business; return the id of the notice."""
        ...

    def delete(self, phone: "Phone", message: Message, *, legacy: bool) -> str:
        """Take a message of the person back, and tell the business; return the id of the notice."""
        ...

    def change_identity(self, phone: "Phone") -> str:
        """Give the person another identity key, and tell the business; return the id of the notice."""
        ...

    def greet(self, phone: "Phone", chat: Chat) -> str:
        """Tell the business that the person opened the chat first of all; return the id of the notice."""
        ...

    def complain(self, phone: "Phone", line: Line, message: Message | None) -> None:
        """Let the platform hear that the person blocked a number or reported a message of it."""
        ...

    def prefer(self, phone: "Phone", line: Line, choice: str) -> None:
        """Tell the business what the person chose about marketing."""
        ...

    def line(self, phone_number_id: str | None) -> Line:
        """Return a number of the business, the first when none is named. Raises ValueError."""
        ...

    def now(self) -> datetime:
        """Return the present instant."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a person's message shows, and the id of the message that it quotes."""

    content: Content
    quoted: str | None = None


class Phone:
    """A person, created on first use of the number.

    on_whatsapp: when False, messages to it fail, as they do when app_outdated or not terms_accepted.
    reads: when False, it sends no read receipts.
    username: whoever has one is named without number, unless number and business exchanged messages within
    the last 30 days. hides_number: callbacks name the person by business-scoped id alone, whatever was.
    kept: never forgotten, because somebody other than the business asked for them.
    from_ad: their next message comes from an advertisement; a soon answer begins a free entry point.
    in_experiment: marketing fails with 130472. marketing: how much of it they get, see its `cap`.
    """

    def __init__(self, *, number: str, wa_id: str, user_id: str, name: str, carrier: Carrier) -> None:
        self.number = number
        self.wa_id = wa_id
        self.user_id = user_id
        self.name = name
        self.reads = True
        self.on_whatsapp = True
        self.hides_number = False
        self.kept = False
        self.username = ""
        self.from_ad = False
        self.app_outdated = False
        self.terms_accepted = True
        self.in_experiment = False
        self.marketing = MarketingIntake()
        self.identity_turn = 0
        self.chats: dict[str, Chat] = {}  # by the phone number id of the business
        self.history: list[Message] = []
        self.waiting: list[Message] = []
        self._online = True
        self._carrier = carrier

    @property
    def identity(self) -> Identity:
        """How callbacks of the first business number name the person."""
        return self.identity_to()

    def identity_to(self, business: str | None = None) -> Identity:
        """Return how callbacks of a business number, by default the first, name the person."""
        chat = self.chats.get(self._carrier.line(business).id)
        shown = chat is not None and chat.shows_number(self._carrier.now())
        return Identity(
            wa_id=self.wa_id,
            user_id=self.user_id,
            name=self.name,
            hidden=self.hides_number or (bool(self.username) and not shown),
            username=self.username,
        )

    @property
    def identity_key(self) -> str:
        """The hash of the key by which their app identifies them; it changes with number and device."""
        seed = f"{self.user_id}/{self.identity_turn}"
        return b64encode(hashlib.sha256(seed.encode()).digest()[:8]).decode()

    @property
    def marketing_cap(self) -> int:
        """How many marketing templates they get in 24 hours from all businesses; NO_CAP for no end."""
        return NO_CAP if self.marketing.cap is None else self.marketing.cap

    @marketing_cap.setter
    def marketing_cap(self, cap: int) -> None:
        self.marketing.cap = None if cap == NO_CAP else cap

    @property
    def online(self) -> bool:
        """Whether the phone is on. While it is off messages stay at `sent`; turning it on delivers them."""
        return self._online

    @online.setter
    def online(self, online: bool) -> None:
        came_back, self._online = online and not self._online, online
        if came_back:
            self._carrier.came_back(self)

    @property
    def messages(self) -> Sequence[ShownMessage]:
        """Every message of the chat in order, those under way or failed included (see `on_screen`)."""
        return tuple(message.shown() for message in self.history)

    def chat(self, business: str | None = None) -> Chat:
        """Return the chat with a business number (its phone number id), by default the first.

        Raises ValueError when the business has no such number.
        """
        line = self._carrier.line(business)
        if line.id not in self.chats:
            self.chats[line.id] = Chat(line=line)
        return self.chats[line.id]

    @property
    def window_left(self) -> timedelta:
        """How much of the customer service window of the first business number is left."""
        return self.chat().window_left(self._carrier.now())

    @property
    def window_open(self) -> bool:
        """Whether free-form messages of the first business number reach the person now."""
        return self.window_left > timedelta()

    def reply(self, text: str, *, to: str | None = None, business: str | None = None) -> str:
        """Write a text, quoting the message `to` if given; return its id. Raises ValueError if impossible.

        It goes to the business number that sent what is quoted, else to `business`, else to the first.
        """
        if not text:
            raise ValueError("A text must not be empty.")
        return self.send("text", {"body": text}, to=to, business=business)

    def react(self, emoji: str, *, to: str) -> str:
        """React to a message that is on the screen; an empty emoji takes the reaction back."""
        target = self._on_screen(to)
        value = {"message_id": target.wamid, **({"emoji": emoji} if emoji else {})}
        content = Content(kind="reaction", body=emoji, target=target.wamid)
        return self._write(self.chat(target.line.id), "reaction", value, Said(content=content))

    def edit(self, wamid: str, text: str) -> str:
        """Change the text of a message of theirs; return the id of the notice, which is another."""
        if not text:
            raise ValueError("A text must not be empty.")
        self._require_service()
        message = self._own(wamid)
        if message.content.kind not in EDITABLE:
            raise ValueError(
                f"A message of the kind {message.content.kind} has no text that could be changed."
            )
        return self._carrier.edit(self, message, text)

    def delete(self, wamid: str, *, legacy: bool = False) -> str:
        """Delete a message of theirs; return the id of the notice. `legacy`: told by a `deleted` status."""
        self._require_service()
        return self._carrier.delete(self, self._own(wamid), legacy=legacy)

    def change_number(self, number: str) -> str:
        """Move to another number, and with it to another business-scoped id; return the id of the notice.

        The old number is free: whoever uses it next is another person. Raises ValueError if it is in use.
        """
        return self._carrier.change_number(self, number)

    def change_user_id(self) -> str:
        """Get another business-scoped id at the same number; return the id of the notice."""
        return self._carrier.change_user_id(self)

    def change_identity(self) -> str:
        """Move to another device: the identity key is another now; return the id of the notice."""
        return self._carrier.change_identity(self)

    def block(self, *, business: str | None = None) -> None:
        """Block a business number, which the platform notes: its messages fail, and none go to it."""
        chat = self.chat(business)
        if not chat.blocked:
            chat.blocked = True
            received = [one for one in self.history if one.line == chat.line and one.direction == "out"]
            self._carrier.complain(self, chat.line, received[-1] if received else None)

    def report(self, wamid: str) -> None:
        """Report a message of the business as spam. Raises ValueError unless it is on the screen."""
        message = self._on_screen(wamid)
        if message.direction != "out":
            raise ValueError(f"The message {wamid} is none of the business.")
        self._carrier.complain(self, message.line, message)

    def unblock(self, *, business: str | None = None) -> None:
        """Take that back. What failed meanwhile does not come again."""
        self.chat(business).blocked = False

    def open_chat(self, *, business: str | None = None) -> str | None:
        """Put the chat on the screen, where messages are read as they arrive, without `delivered`.

        For the first time, and where the business wants to hear of it, return the id of the notice.
        """
        self._require_service()
        chat = self.chat(business)
        known = chat.welcomed or any(message.line == chat.line for message in self.history)
        first, chat.is_open, chat.welcomed = not known, True, True
        return self._carrier.greet(self, chat) if first and chat.line.number.welcomes else None

    def close_chat(self, *, business: str | None = None) -> None:
        """Leave the chat."""
        self.chat(business).is_open = False

    def prefer(self, choice: str, *, business: str | None = None) -> None:
        """Choose `stop`, `resume` or `signup` for marketing of a business number in the settings."""
        if choice not in PREFERENCES:
            raise ValueError(f"{choice!r} is no choice; there are {', '.join(PREFERENCES)}.")
        self.chat(business).marketing_stopped = choice == "stop"
        self._carrier.prefer(self, self._carrier.line(business), choice)

    def send(
        self,
        kind: str,
        value: Mapping[str, Any] | Sequence[Any],
        *,
        to: str | None = None,
        business: str | None = None,
        file: Medium | None = None,
    ) -> str:
        """Send a message of any kind with the value that callbacks show under its name; return its id.

        For media (`file`: the one that the value describes), locations, contacts (whose value is a list),
        kinds the business has never heard of.
        """
        if kind in RESERVED_KINDS:
            raise ValueError(f"{kind!r} is a field of every message and cannot be the kind of one.")
        quoted = None if to is None else self._on_screen(to)
        chat = self.chat(business if quoted is None else quoted.line.id)
        parts: Mapping[str, Any] = value if isinstance(value, Mapping) else {}
        body = parts.get("body") or parts.get("caption") or parts.get("name") or ""
        label = "" if kind == "text" else f"[{parts.get('filename') or kind}]"
        whole = dict(value) if isinstance(value, Mapping) else list(value)
        content = Content(kind=kind, header=label, body=str(body), given={kind: whole}, file=file)
        said = Said(content=content, quoted=None if quoted is None else quoted.wamid)
        return self._write(chat, kind, whole, said)

    def tap(self, title: str, *, on: str | None = None) -> str:
        """Tap a button or list row, by its title or its id; return the id of the answer.

        It is that of the newest message that has it, or of the message `on`.

        Raises ValueError naming the buttons on offer when there is no such button on the screen.
        """
        candidates = [
            message for message in reversed(self.history) if message.on_screen and on in (None, message.wamid)
        ]
        for message in candidates:
            for button in message.content.buttons:
                if title in (button.title, button.payload) and button.kind in TAPPABLE:
                    return self._tap(button, message)
        offered = {
            button.title for m in candidates for button in m.content.buttons if button.kind in TAPPABLE
        }
        under_way = [
            m for m in self.history if not m.on_screen and any(b.title == title for b in m.content.buttons)
        ]
        hint = f" A message with it is {under_way[-1].status}, not on the screen." if under_way else ""
        raise ValueError(
            f"No button {title!r} on {self.number}; on offer: {sorted(offered) or 'none'}.{hint}"
        )

    def answer(self, given: Mapping[str, Any], *, on: str | None = None) -> str:
        """Give what the newest message on the screen that asks for something wants, or the message `on`.

        `given` depends on what is asked for, see `answering`. Return the id of the answer. Raises ValueError.
        """
        for message in reversed(self.history):
            if message.on_screen and message.direction == "out" and on in (None, message.wamid):
                asking = [one for one in message.content.buttons if one.kind in ANSWERABLE]
                if asking:
                    kind, value, shown = answer_of(asking[0], given, self, self._carrier.now())
                    content = Content(kind=kind, header=f"[{kind}]", body=shown, given={kind: value})
                    said = Said(content=content, quoted=message.wamid)
                    return self._write(self.chat(message.line.id), kind, value, said)
        raise ValueError(f"No message on the screen of {self.number} asks for an answer of that kind.")

    def play(self, wamid: str) -> None:
        """Play a voice note of the business that is on the screen; the first time is told as `played`."""
        message = self._on_screen(wamid)
        if message.direction != "out" or not message.content.voice:
            raise ValueError(f"The message {wamid} is no voice note for {self.number}.")
        self._require_service()
        self._carrier.play(message)

    def _tap(self, button: Button, message: Message) -> str:
        said = Said(content=Content(kind="text", body=button.title), quoted=message.wamid)
        chat = self.chat(message.line.id)
        if button.kind is ButtonKind.QUICK_REPLY:
            return self._write(chat, "button", {"payload": button.payload, "text": button.title}, said)
        name = "button_reply" if button.kind is ButtonKind.REPLY else "list_reply"
        reply = {"id": button.payload, "title": button.title}
        if button.description:
            reply["description"] = button.description
        return self._write(chat, "interactive", {"type": name, name: reply}, said)

    def _write(self, chat: Chat, kind: str, value: Any, said: Said) -> str:
        self._require_service()
        if chat.blocked:
            raise ValueError(f"{self.number} has blocked the business: unblock it before writing.")
        return self._carrier.take(chat, self, kind, value, said)

    def _require_service(self) -> None:
        if not self._online or not self.on_whatsapp:
            state = "off" if not self._online else "not on WhatsApp"
            raise ValueError(f"The phone {self.number} is {state}: nothing can be sent from it.")

    def _own(self, wamid: str) -> Message:
        message = self._on_screen(wamid)
        if message.direction != "in" or message.content.kind in UNCHANGEABLE:
            raise ValueError(f"The message {wamid} is none that {self.number} can change.")
        return message

    def _on_screen(self, wamid: str) -> Message:
        for message in self.history:
            if message.wamid == wamid and message.on_screen:
                return message
        raise ValueError(f"There is no message {wamid} on the screen of {self.number}.")
