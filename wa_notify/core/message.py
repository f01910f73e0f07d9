"""What leaves for WhatsApp, and the three things that can come of handing it over."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TypeAlias

from wa_notify.core.secret import Secret

TEXT_LIMIT = 4096  # characters of free-form text (Meta's message reference)
TEXT_WITH_BUTTONS_LIMIT = 1024
CAPTION_LIMIT = 1024
SERVICE = "SERVICE"  # how the platform calls everything that is no template
MOST_ROWS = 10  # of a list, in all its sections
ROW_TITLE_LIMIT = 24
ROW_DESCRIPTION_LIMIT = 72


class Form(StrEnum):
    """The two forms a message may have."""

    TEMPLATE = "template"
    FREE_FORM = "free_form"


class ButtonKind(StrEnum):
    """The buttons of a template that take something on every send."""

    QUICK_REPLY = "quick_reply"
    URL = "url"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """The text for one variable; ``name`` is empty for positional parameters."""

    name: str = ""
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonParameter:
    """The payload of a quick reply or the ending of a link, for the button at ``index`` (from 0)."""

    index: int
    kind: ButtonKind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateMessage:
    """An approved template with its blanks filled."""

    name: str
    language: str
    header: Parameter | None = None
    body: tuple[Parameter, ...] = ()
    buttons: tuple[ButtonParameter, ...] = ()
    category: str = ""  # what the platform takes it for: UTILITY, MARKETING, AUTHENTICATION

    @property
    def form(self) -> Form:
        """It may leave at any time."""
        return Form.TEMPLATE


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A reply button under free-form text; a tap sends us ``payload``. Title at most 20 characters."""

    payload: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TextMessage:
    """Free-form text, with up to three reply buttons. Only an open window lets it through."""

    body: str
    buttons: tuple[Button, ...] = ()

    @property
    def form(self) -> Form:
        """It may leave only while the person's window is open."""
        return Form.FREE_FORM

    @property
    def category(self) -> str:
        """What the platform takes it for."""
        return SERVICE


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a list; a pick sends us ``payload`` (at most 200 characters), title and description."""

    payload: str
    title: str
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListMessage:
    """Free-form text with a button that opens a list to pick from, of 1 to 10 rows.

    Source: Meta's reference of interactive messages. ``opener`` is that button, at most 20 characters.
    """

    body: str
    opener: str
    rows: tuple[Row, ...]

    @property
    def form(self) -> Form:
        """It may leave only while the person's window is open."""
        return Form.FREE_FORM

    @property
    def category(self) -> str:
        """What the platform takes it for."""
        return SERVICE


class MediaKind(StrEnum):
    """Sorts of files people send."""

    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    DOCUMENT = "document"
    STICKER = "sticker"


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaLink:
    """A file by its link. ``filename`` is for documents, and decides the icon."""

    kind: MediaKind
    link: str
    filename: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaMessage:
    """A file that WhatsApp fetches from a link, with a caption of up to 1,024 characters.

    Source: Meta's media message reference. WhatsApp keeps what it fetched for ten minutes; a link it cannot
    read is accepted and fails later (error 131053).
    """

    media: MediaLink
    caption: str = ""

    @property
    def form(self) -> Form:
        """It may leave only while the person's window is open."""
        return Form.FREE_FORM

    @property
    def category(self) -> str:
        """What the platform takes it for."""
        return SERVICE


Message: TypeAlias = TemplateMessage | TextMessage | ListMessage | MediaMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One message on its way to one person.

    ``to`` is a phone number in E.164 with its plus; a person known only by BSUID has ``bsuid`` instead.
    ``callback_data`` comes back with every status, which is how a lost answer is found again.
    """

    to: str = ""
    bsuid: str = ""
    message: Message
    callback_data: str


class Tone(StrEnum):
    """How a message of another channel is coloured, where that channel knows colours."""

    TROUBLE = "trouble"
    OVER = "over"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelMessage:
    """What is said on another channel, in plain text with line breaks."""

    title: str
    body: str
    tone: Tone = Tone.TROUBLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """One message on its way over another channel. ``url`` is service and address, as Apprise reads them."""

    url: Secret
    message: ChannelMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """WhatsApp took it (HTTP 200). That is not a delivery."""

    wamid: str
    wa_id: str = ""  # the canonical id, which may differ from the number we used
    bsuid: str = ""
    held: bool = False  # held_for_quality_assessment: sent or dropped later


class Remedy(StrEnum):
    """What to do about a refusal; each code of the platform has one."""

    RETRY = "retry"  # the same again, later
    SLOW = "slow"  # too fast for this number, account or person
    TEMPLATE = "template"  # the window is closed: the same as a template
    CHANNEL = "channel"  # WhatsApp cannot reach this person now
    ADMIN = "admin"  # number or account cannot send at all
    SPARE = "spare"  # this template cannot be sent now: another template or channel, and an administrator
    FIX = "fix"  # our request is wrong; the same again would fail again


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """What WhatsApp said when it refused or failed a message."""

    code: int
    title: str
    details: str = ""
    remedy: Remedy
    regain: timedelta | None = None  # when the platform says that it will take more again

    def __str__(self) -> str:
        """For timeline and log: title, details, and the code in small."""
        detail = f": {self.details}" if self.details and self.details != self.title else ""
        return f"{self.title}{detail} ({self.code})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """WhatsApp refused it in its answer."""

    failure: Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class NoAnswer:
    """The request left but no answer came back: it may or may not have been taken.

    ``left`` is False when the connection was never made, so the message certainly was not taken.
    """

    why: str
    left: bool = True


SendResult: TypeAlias = Accepted | Rejected | NoAnswer
