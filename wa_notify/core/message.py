"""What leaves for WhatsApp, and the three things that can come of handing it over."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import TypeAlias

from wa_notify.core.bounds import (
    BUTTON_LIMIT,
    CODE_LIMIT,
    FOOTER_LIMIT,
    HEADING_LIMIT,
    MOST_BUTTONS,
    PAYLOAD_LIMIT,
    ROW_PAYLOAD_LIMIT,
    require_different,
    require_number,
    require_room,
)
from wa_notify.core.cleaner import Mending
from wa_notify.core.condition import NO_CONSEQUENCE, Consequence
from wa_notify.core.enclosed import (
    IN_HEADER,
    Contacts,
    LinkButton,
    MediaLink,
    Place,
    ReactionTo,
)
from wa_notify.core.errors import MessageMisfit
from wa_notify.core.secret import Secret

TEXT_LIMIT = 4096  # characters of free-form text (Meta's message reference)
TEXT_WITH_BUTTONS_LIMIT = 1024  # also with a link button, and of a question for a location
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
    COPY_CODE = "copy_code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """The text for one variable; ``name`` is empty for positional parameters.

    ``mendings`` are what was changed to make the text fit; they are for people and never sent.
    """

    name: str = ""
    text: str
    mendings: tuple[Mending, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonParameter:
    """The payload of a quick reply, the ending of a link or the code to copy, for the button at ``index``.

    Buttons count from 0. Raises `MessageMisfit` for a code beyond 15 characters.
    """

    index: int
    kind: ButtonKind
    text: str

    def __post_init__(self) -> None:
        if self.kind is ButtonKind.COPY_CODE:
            require_room("The code of a button", self.text, CODE_LIMIT, least=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateMessage:
    """An approved template with its blanks filled."""

    name: str
    language: str
    header: Parameter | MediaLink | Place | None = None
    body: tuple[Parameter, ...] = ()
    buttons: tuple[ButtonParameter, ...] = ()
    category: str = ""  # what the platform takes it for: UTILITY, MARKETING, AUTHENTICATION

    @property
    def form(self) -> Form:
        """It may leave at any time."""
        return Form.TEMPLATE

    @property
    def mended(self) -> str:
        """What was changed in its parameters, in sentences; empty when nothing was."""
        header = [("Header", self.header)] if isinstance(self.header, Parameter) else []
        body = [(f"Parameter {one.name or place}", one) for place, one in enumerate(self.body, start=1)]
        told = ((where, "; ".join(map(str, one.mendings))) for where, one in (*header, *body))
        return " ".join(f"{where}: {what}." for where, what in told if what)


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeForm:
    """What is no template. Only an open window lets it through."""

    @property
    def form(self) -> Form:
        """It may leave only while the person's window is open."""
        return Form.FREE_FORM

    @property
    def category(self) -> str:
        """What the platform takes it for."""
        return SERVICE


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A reply button under free-form text; a tap sends us ``payload``. Title at most 20 characters."""

    payload: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TextMessage(FreeForm):
    """Free-form text, with up to three reply buttons.

    With buttons it may have a file above the text and a ``footer`` below. With ``preview`` the phone shows a
    card of the first link in the text; text with buttons knows none.
    """

    body: str
    buttons: tuple[Button, ...] = ()
    header: MediaLink | None = None
    footer: str = ""
    preview: bool = False

    def __post_init__(self) -> None:
        require_room("A text", self.body, TEXT_WITH_BUTTONS_LIMIT if self.buttons else TEXT_LIMIT, least=1)
        _require_frame(self.header, self.footer, framed=bool(self.buttons))
        if self.buttons:
            require_number("buttons", self.buttons, MOST_BUTTONS)
            require_different("titles of buttons", [button.title for button in self.buttons])
            require_different("payloads of buttons", [button.payload for button in self.buttons])
        for button in self.buttons:
            require_room("The title of a button", button.title, BUTTON_LIMIT, least=1)
            require_room("The payload of a button", button.payload, PAYLOAD_LIMIT, least=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a list; a pick sends us ``payload`` (at most 200 characters), title and description.

    Rows of the same ``section``, one after the other, stand under that title (at most 24 characters).
    """

    payload: str
    title: str
    description: str = ""
    section: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListMessage(FreeForm):
    """Free-form text with a button that opens a list to pick from, of 1 to 10 rows.

    Source: Meta's reference of interactive messages. ``opener`` is that button, at most 20 characters.
    """

    body: str
    opener: str
    rows: tuple[Row, ...]
    heading: str = ""
    footer: str = ""

    def __post_init__(self) -> None:
        require_room("A text", self.body, TEXT_LIMIT, least=1)
        require_room("The button of a list", self.opener, BUTTON_LIMIT, least=1)
        require_room("The heading of a list", self.heading, HEADING_LIMIT)
        require_room("A footer", self.footer, FOOTER_LIMIT)
        require_number("rows", self.rows, MOST_ROWS)
        require_different("payloads of rows", [row.payload for row in self.rows])
        sections = dict.fromkeys(row.section for row in self.rows)
        if len(sections) > 1 and "" in sections:
            raise MessageMisfit("A list with several sections needs a title for each of them.")
        for row in self.rows:
            require_room("The title of a row", row.title, ROW_TITLE_LIMIT, least=1)
            require_room("The title of a section", row.section, ROW_TITLE_LIMIT)
            require_room("The payload of a row", row.payload, ROW_PAYLOAD_LIMIT, least=1)
            require_room("The description of a row", row.description, ROW_DESCRIPTION_LIMIT)


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaMessage(FreeForm):
    """A file, with a caption of up to 1,024 characters where the file is a picture, a video or a document.

    Source: Meta's media message reference. WhatsApp keeps what it fetched for ten minutes; a link it cannot
    read is accepted and fails later (error 131053).
    """

    media: MediaLink
    caption: str = ""

    def __post_init__(self) -> None:
        require_room("A caption", self.caption, CAPTION_LIMIT)
        if self.caption and self.media.kind not in IN_HEADER:
            raise MessageMisfit(f"A message of the kind {self.media.kind} takes no caption.")


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationMessage(FreeForm):
    """A place on the map."""

    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactsMessage(FreeForm):
    """Cards of the address book."""

    contacts: Contacts


@dataclass(frozen=True, slots=True, kw_only=True)
class ReactionMessage(FreeForm):
    """An emoji on an earlier message. The platform tells no delivery of it, only that it was sent."""

    reaction: ReactionTo


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkMessage(FreeForm):
    """Text with a button that opens a page, perhaps with a file above it and a footer below."""

    body: str
    button: LinkButton
    header: MediaLink | None = None
    footer: str = ""

    def __post_init__(self) -> None:
        require_room("A text", self.body, TEXT_WITH_BUTTONS_LIMIT, least=1)
        _require_frame(self.header, self.footer, framed=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationRequest(FreeForm):
    """Text with a button by which a person sends where they are."""

    body: str

    def __post_init__(self) -> None:
        require_room("A text", self.body, TEXT_WITH_BUTTONS_LIMIT, least=1)


def _require_frame(header: MediaLink | None, footer: str, *, framed: bool) -> None:
    """What stands around a text; only one with buttons is framed."""
    if (header or footer) and not framed:
        raise MessageMisfit("Plain text takes neither a file above it nor a footer; that needs a button.")
    if header and header.kind not in IN_HEADER:
        raise MessageMisfit(f"A file of the kind {header.kind} cannot stand above a text.")
    require_room("A footer", footer, FOOTER_LIMIT)


Message: TypeAlias = (
    TemplateMessage
    | TextMessage
    | ListMessage
    | MediaMessage
    | LocationMessage
    | ContactsMessage
    | ReactionMessage
    | LinkMessage
    | LocationRequest
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One message on its way to one person.

    ``to`` is a phone number in E.164 with its plus; a person known only by BSUID has ``bsuid`` instead.
    ``callback_data`` comes back with every status, which is how a lost answer is found again. ``quotes`` is
    the id of the message that this one answers, shown above it.
    """

    to: str = ""
    bsuid: str = ""
    message: Message
    callback_data: str
    quotes: str = ""


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
    """What WhatsApp said when it refused or failed a message.

    ``consequence`` is what that means beyond the message, ``advice`` what an administrator can do about it.
    """

    code: int
    title: str
    details: str = ""
    remedy: Remedy
    consequence: Consequence = field(default=NO_CONSEQUENCE, compare=False)
    advice: str = field(default="", compare=False)
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
