"""A message as the person would see it on the phone: its parts in the order in which the phone shows them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import assert_never

from wa_notify.core.enclosed import MediaLink, Place
from wa_notify.core.message import (
    ButtonKind,
    ContactsMessage,
    LinkMessage,
    ListMessage,
    LocationMessage,
    LocationRequest,
    MediaMessage,
    Message,
    Parameter,
    ReactionMessage,
    TemplateMessage,
    TextMessage,
)
from wa_notify.core.template import TemplateShape, filled

REPLY = "QUICK_REPLY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tap:
    """A button. ``kind`` is the platform's word, ``leads_to`` what is behind it as far as it may be shown."""

    text: str
    kind: str = REPLY
    leads_to: str = ""

    def __str__(self) -> str:
        return f"{self.text} → {self.leads_to}" if self.leads_to else self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Bubble:
    """The parts of a message. ``header_kind`` is empty for text, else image, video, document and such."""

    header: str = ""
    header_kind: str = ""
    body: str
    footer: str = ""
    buttons: tuple[Tap, ...] = ()

    @property
    def heading(self) -> str:
        """The header in one line; a word stands for what a phone shows as a picture."""
        sign = f"[{self.header_kind}]" if self.header_kind else ""
        return " ".join(part for part in (sign, self.header) if part)

    @property
    def text(self) -> str:
        """All of it, one part a paragraph."""
        buttons = "  ".join(f"[{one}]" for one in self.buttons)
        return "\n".join(part for part in (self.heading, self.body, self.footer, buttons) if part)


def bubble(message: Message, shapes: Iterable[TemplateShape]) -> Bubble | None:
    """The message filled in; nothing when the shape of its template is not known."""
    match message:
        case TextMessage(header=header, footer=footer):
            taps = tuple(Tap(text=button.title) for button in message.buttons)
            return _below(header, Bubble(body=message.body, footer=footer, buttons=taps))
        case ListMessage(body=body, opener=opener, heading=heading, footer=footer):
            return Bubble(header=heading, body=body, footer=footer, buttons=(Tap(text=opener),))
        case MediaMessage(media=media, caption=caption):
            return _below(media, Bubble(body=caption))
        case LocationMessage(place=place):
            return Bubble(header_kind="location", body=place.words)
        case ContactsMessage(contacts=contacts):
            return Bubble(header_kind="contact", body=contacts.words)
        case ReactionMessage(reaction=reaction):
            return Bubble(body=reaction.emoji)
        case LinkMessage(body=body, button=button, header=header, footer=footer):
            tap = Tap(text=button.title, kind="URL", leads_to="…")
            return _below(header, Bubble(body=body, footer=footer, buttons=(tap,)))
        case LocationRequest(body=body):
            return Bubble(body=body, buttons=(Tap(text="Send location"),))
        case TemplateMessage():
            same = (s for s in shapes if (s.name, s.language) == (message.name, message.language))
            shape = next(same, None)
            return None if shape is None else _filled(message, shape)
        case _:
            assert_never(message)


def of_shape(shape: TemplateShape) -> Bubble:
    """A template with its variables where they stand."""
    is_text = shape.header_format in ("", "TEXT")
    return Bubble(
        header=shape.header if is_text else "",
        header_kind="" if is_text else shape.header_format.lower(),
        body=shape.body,
        footer=shape.footer,
        buttons=tuple(
            Tap(text=one.text or one.kind.lower(), kind=one.kind, leads_to=one.target)
            for one in shape.buttons
        ),
    )


def _below(file: MediaLink | None, shown: Bubble) -> Bubble:
    """The same below a file, where a phone shows the picture itself."""
    if file is None:
        return shown
    name = file.filename or file.link or file.media_id
    return Bubble(
        header=name, header_kind=file.kind, body=shown.body, footer=shown.footer, buttons=shown.buttons
    )


def _filled(message: TemplateMessage, shape: TemplateShape) -> Bubble:
    header = filled(shape.header, (message.header,) if isinstance(message.header, Parameter) else ())
    if isinstance(message.header, Place):
        header = message.header.words
    endings = {button.index: button.text for button in message.buttons if button.kind is ButtonKind.URL}
    shown = Bubble(
        header=header,
        body=filled(shape.body, message.body),
        footer=shape.footer,
        buttons=tuple(
            Tap(text=one.text, kind=one.kind, leads_to=f"…{endings[at]}" if at in endings else "")
            for at, one in enumerate(shape.buttons)
        ),
    )
    return _below(message.header if isinstance(message.header, MediaLink) else None, shown)
