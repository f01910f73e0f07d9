"""What WhatsApp tells us, as values: messages of people, statuses of ours, news of the account.

Every kind of Meta's webhook reference has a value here; what is new or unknown lives on as `Unknown`.
``raw`` is the untouched piece of JSON an event came from.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeAlias

from wa_notify.core.condition import Sign
from wa_notify.core.delivery import DeliveryStatus
from wa_notify.core.enclosed import MediaKind
from wa_notify.core.message import Failure
from wa_notify.core.template import ButtonShape

Raw: TypeAlias = Mapping[str, Any]
CLOCKS_DIFFER = timedelta(seconds=5)  # as much may lie between ours and that of WhatsApp


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who wrote, by every name the platform gave; people with a username may have only a BSUID."""

    wa_id: str = ""
    bsuid: str = ""
    parent_bsuid: str = ""
    username: str = ""
    profile_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Plain text."""

    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tap:
    """A tap on a button of a template or of free-form text, or a pick from a list; all say the same to us."""

    payload: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """An emoji on one of our messages; empty when it was taken away."""

    emoji: str
    to_wamid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A file. ``media_id`` lives seven days, ``url`` five minutes."""

    kind: MediaKind
    media_id: str
    mime_type: str = ""
    caption: str = ""
    filename: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A place, in degrees."""

    latitude: float
    longitude: float
    name: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactCards:
    """Address cards, as raw JSON."""

    cards: tuple[Raw, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A shopping cart; kept, never used."""

    catalog_id: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowAnswer:
    """The filled-in form of a Flow, or another interactive answer that is no tap."""

    kind: str
    answer: Raw


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """The person changed a message of theirs."""

    original_wamid: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """The person deleted a message of theirs; our copy has to follow."""

    original_wamid: str


class AddressChange(StrEnum):
    """What about a person's addresses changed."""

    NUMBER = "number"  # and with it the BSUID, which belongs to person and number
    BSUID = "bsuid"
    IDENTITY = "identity"  # the key of their device: a new phone, a new installation
    OTHER = "other"  # a notice newer than this code


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressChanged:
    """The person has a new number or a new BSUID. It opens no window."""

    change: AddressChange
    new_wa_id: str = ""
    new_bsuid: str = ""
    previous_bsuid: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatOpened:
    """The person opened the chat for the first time (``request_welcome``); nothing was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsupported:
    """The person sent something the API cannot show."""

    kind: str
    code: int = 131051


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownContent:
    """A kind of message that is newer than this code."""

    kind: str


Content: TypeAlias = (
    Text
    | Tap
    | Reaction
    | Media
    | Location
    | ContactCards
    | Order
    | FlowAnswer
    | Edited
    | Deleted
    | AddressChanged
    | ChatOpened
    | Unsupported
    | UnknownContent
)

# What a person wrote or tapped opens the window. Whether reactions, edits and deletions do is not documented;
# we take the careful reading, since a window that we wrongly believe open makes a message fail.
OPENS_WINDOW = (Text, Tap, Media, Location, ContactCards, Order, FlowAnswer, Unsupported)


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundMessage:
    """One message of a person. ``at`` is the platform's time in whole seconds."""

    wamid: str
    sender: Sender
    at: datetime
    content: Content
    context_wamid: str = ""  # the message it quotes or answers
    forwarded: bool = False
    group_id: str = ""
    raw: Raw = field(default_factory=dict)

    @property
    def opens_window(self) -> bool:
        """Whether the customer service window starts anew with it. Groups have no such window."""
        return isinstance(self.content, OPENS_WINDOW) and not self.group_id


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusUpdate:
    """How far one of our messages got. ``status`` is nothing for a word newer than this code."""

    wamid: str
    status: DeliveryStatus | None
    word: str  # the platform's own word, such as played, deleted, warning
    at: datetime
    recipient: Sender
    callback_data: str = ""
    failure: Failure | None = None
    pricing: Raw = field(default_factory=dict)
    raw: Raw = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """A person stopped or resumed marketing in their WhatsApp settings."""

    sender: Sender
    category: str
    value: str  # stop, resume, signup
    at: datetime
    raw: Raw = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateWords:
    """What an edited template says now.

    Quick replies are not among ``buttons``: the platform tells links and telephone numbers only.
    """

    header: str = ""  # the text of a text header; a header of another kind is not told
    body: str
    footer: str = ""
    buttons: tuple[ButtonShape, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateNews:
    """The account's templates changed: status, quality, category or components.

    ``at`` is the platform's time of the news; nothing when it gave none. What is empty did not change.
    """

    kind: str
    name: str
    language: str
    at: datetime | None = None
    status: str = ""
    why_rejected: str = ""
    category: str = ""
    upcoming_category: str = ""  # announced for tomorrow, not yet true
    quality: str = ""
    words: TemplateWords | None = None
    signs: tuple[Sign, ...] = ()  # what it means for messages
    raw: Raw = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountNews:
    """Something about number, account or security that an administrator should know."""

    kind: str
    event: str
    signs: tuple[Sign, ...] = ()  # what it means for messages
    limit: str = ""  # the messaging limit that it tells, in the platform's word
    raw: Raw = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """A notification that is newer than this code, kept as it came."""

    kind: str
    raw: Raw = field(default_factory=dict)


Event: TypeAlias = InboundMessage | StatusUpdate | Preference | TemplateNews | AccountNews | Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One event with what all events share. ``key`` is the same when the platform tells us twice."""

    key: str
    number_id: str  # our business number's id; empty for news of the account
    event: Event
