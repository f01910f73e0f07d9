"""A message as the sandbox remembers it, and as a person sees it.

Directions are the business's: `out` goes from the business to the person, `in` comes from the person. A
message only ever moves up the ladder accepted, sent, delivered, read, and played for a voice note; `failed`
ends it from accepted or sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Literal

from .account import Line
from .media import Medium
from .refusals import Refusal
from .templates import Template

Direction = Literal["in", "out"]


class Status(StrEnum):
    """How far a message has come."""

    ACCEPTED = "accepted"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    PLAYED = "played"  # a voice note, for the first time
    FAILED = "failed"


ON_DEVICE = frozenset({Status.DELIVERED, Status.READ, Status.PLAYED})


class ButtonKind(StrEnum):
    """What a button does when tapped."""

    QUICK_REPLY = "quick_reply"  # of a template; comes back as type `button`
    REPLY = "reply"  # of an interactive message; comes back as `button_reply`
    ROW = "row"  # of an interactive list; comes back as `list_reply`
    URL = "url"
    PHONE_NUMBER = "phone_number"
    COPY_CODE = "copy_code"
    AUTOFILL = "autofill"  # hands a code to the app that asked for it
    CONTACT = "contact"  # of a contact card: write to that number, or invite it
    CALL = "call"  # calls the business within WhatsApp, which is not imitated
    LOCATION = "location"  # this and the following ask for an answer, see `Phone.answer`
    FLOW = "flow"
    ADDRESS = "address"
    PRODUCTS = "products"
    CALL_PERMISSION = "call_permission"
    CONTACT_INFO = "contact_info"


TAPPABLE = frozenset({ButtonKind.QUICK_REPLY, ButtonKind.REPLY, ButtonKind.ROW})
ANSWERABLE = frozenset({
    ButtonKind.LOCATION, ButtonKind.FLOW, ButtonKind.ADDRESS, ButtonKind.PRODUCTS, ButtonKind.CALL_PERMISSION,
    ButtonKind.CONTACT_INFO,
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A button or list row; `payload` is what the business gets back (or the text that is copied).

    Of a form it is its token, of products the number of their catalogue.
    """

    kind: ButtonKind
    title: str
    payload: str = ""
    description: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One card of a carousel; its buttons are among those of the message, too."""

    header: str
    body: str = ""
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a message shows: its parts in the order of the screen.

    kind: the message type; for a template, `template`.
    header: text, or a medium in square brackets. body: the main text, or a medium and its caption.
    target: the message that a reaction belongs to.
    obstacle: why a file in it does not get through, if it does not.
    media_id: the first file in it, if it was sent by id or its link was really fetched.
    preview: the address of which the app shows a card below the text.
    cards: those of a carousel. voice: an audio that is shown as a voice note.
    filed_as: the category under which Direct Send files it; nothing for other messages.
    given: the message as it was written, under the name of its type.
    file: the file in it as the phone has it, which stays there when the platform's copy is gone.
    edited: the person changed what they had written.
    """

    kind: str
    body: str
    header: str = ""
    footer: str = ""
    buttons: tuple[Button, ...] = ()
    template: Template | None = None
    target: str | None = None
    obstacle: Refusal | None = None
    media_id: str = ""
    preview: str = ""
    cards: tuple[Card, ...] = ()
    voice: bool = False
    filed_as: str = ""
    given: Mapping[str, Any] = field(default_factory=dict, repr=False)
    file: Medium | None = field(default=None, repr=False)
    edited: bool = False

    @property
    def category(self) -> str:
        """UTILITY, MARKETING or AUTHENTICATION; SERVICE is free-form."""
        return self.filed_as or (self.template.category if self.template else "SERVICE")

    @property
    def needs_window(self) -> bool:
        """Whether it gets through inside the customer service window only."""
        return self.category == "SERVICE"

    @property
    def text(self) -> str:
        """Header, body and footer, each on lines of its own."""
        return "\n".join(filter(None, (self.header, self.body, self.footer)))


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMessage:
    """A message on a person's phone. Those with `on_screen` False are under way, failed or expired.

    phone_number_id: the business number it came from, or went to.
    buttons: the titles; `actions` are the buttons themselves.
    quoted: the id of the message that this one answers.
    failure: code, title and details when failed.
    template: name and language when it is a template.
    opaque: the business's `biz_opaque_callback_data`, which the person never sees.
    expired: its time to live ran out before the phone came back; no callback ever says so.
    """

    wamid: str
    direction: Direction
    phone_number_id: str
    kind: str
    text: str
    header: str
    body: str
    footer: str
    buttons: tuple[str, ...]
    actions: tuple[Button, ...]
    sent_at: datetime
    status: Status
    on_screen: bool
    quoted: str | None
    target: str | None
    template: tuple[str, str] | None
    failure: Mapping[str, Any] | None
    opaque: str | None
    expired: bool
    media_id: str
    preview: str
    cards: tuple[Card, ...]
    voice: bool


@dataclass(slots=True, kw_only=True, eq=False)
class Message:
    """A message in the sandbox's memory.

    line: the business's end of the chat.
    wa_id: the person, in either direction.
    by_user_id: it was addressed to the business-scoped user id instead of the number.
    identity: the identity key that the business expects of the person.
    by_marketing_api: it was sent through the Marketing Messages API.
    fate: the refusal that it will meet as a `failed` callback, decided when it was accepted.
    held: it waits while the quality of its template is judged.
    window_open: whether the customer service window was open when it was accepted.
    pricing, conversation: these objects of its statuses, fixed with `sent`.
    ttl: its own time to live, which comes before its template's.
    template_id: the template that Direct Send made of it.
    """

    wamid: str
    direction: Direction
    line: Line
    wa_id: str
    content: Content
    at: datetime
    status: Status = Status.ACCEPTED
    quoted: str | None = None
    opaque: str | None = None
    by_user_id: bool = False
    identity: str | None = None
    by_marketing_api: bool = False
    window_open: bool = False
    held: bool = False
    fate: Refusal | None = None
    failure: Mapping[str, Any] | None = None
    pricing: Mapping[str, Any] | None = None
    conversation: Mapping[str, Any] | None = None
    ttl: timedelta | None = None
    template_id: str | None = None
    expired: bool = False
    reached: dict[Status, datetime] = field(default_factory=dict)

    @property
    def on_screen(self) -> bool:
        """Whether the person can see it: their own messages, and what has arrived."""
        return self.direction == "in" or self.status in ON_DEVICE

    def shown(self) -> ShownMessage:
        """Return what the person sees of it now."""
        content, template = self.content, self.content.template
        return ShownMessage(
            wamid=self.wamid,
            direction=self.direction,
            phone_number_id=self.line.id,
            kind=content.kind,
            text=content.text,
            header=content.header,
            body=content.body,
            footer=content.footer,
            buttons=tuple(button.title for button in content.buttons),
            actions=content.buttons,
            sent_at=self.at,
            status=self.status,
            on_screen=self.on_screen,
            quoted=self.quoted,
            target=content.target,
            template=(template.name, template.language) if template else None,
            failure=self.failure,
            opaque=self.opaque,
            expired=self.expired,
            media_id=content.media_id,
            preview=content.preview,
            cards=content.cards,
            voice=content.voice,
        )
