"""A message as the person would see it on the phone."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rich.text import Text

from wa_notify.cli.terminal import QUIET, STRONG, columns, visible, write
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
from wa_notify.core.template import TemplateShape, variables

EDGE = "    │ "


@dataclass(frozen=True, slots=True, kw_only=True)
class Bubble:
    """The parts of a message in the order in which the phone shows them."""

    header: str = ""
    body: str
    footer: str = ""
    buttons: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """All of it, one part a paragraph."""
        buttons = "  ".join(f"[{title}]" for title in self.buttons)
        return "\n".join(part for part in (self.header, self.body, self.footer, buttons) if part)


def bubble(message: Message, shapes: Iterable[TemplateShape]) -> Bubble | None:
    """The message filled in; nothing when the shape of its template is not known."""
    match message:
        case TextMessage(header=header, footer=footer):
            titles = tuple(button.title for button in message.buttons)
            return Bubble(header=_shown(header), body=message.body, footer=footer, buttons=titles)
        case ListMessage(body=body, opener=opener, heading=heading, footer=footer):
            return Bubble(header=heading, body=body, footer=footer, buttons=(opener,))
        case MediaMessage(media=media, caption=caption):
            return Bubble(header=_shown(media), body=caption)
        case LocationMessage(place=place):
            return Bubble(header="[location]", body=place.words)
        case ContactsMessage(contacts=contacts):
            return Bubble(header="[contact]", body=contacts.words)
        case ReactionMessage(reaction=reaction):
            return Bubble(body=reaction.emoji)
        case LinkMessage(body=body, button=button, header=header, footer=footer):
            return Bubble(header=_shown(header), body=body, footer=footer, buttons=(f"{button.title} → …",))
        case LocationRequest(body=body):
            return Bubble(body=body, buttons=("Send location",))
        case TemplateMessage():
            same = (s for s in shapes if (s.name, s.language) == (message.name, message.language))
            shape = next(same, None)
            return None if shape is None else _filled(message, shape)


def of_shape(shape: TemplateShape) -> Bubble:
    """A template with its variables where they stand."""
    header = shape.header if shape.header_format in ("", "TEXT") else f"[{shape.header_format.lower()}]"
    titles = (
        f"{one.text or one.kind.lower()}{f' → {one.target}' * bool(one.target)}" for one in shape.buttons
    )
    return Bubble(header=header, body=shape.body, footer=shape.footer, buttons=tuple(titles))


def _shown(file: MediaLink | None) -> str:
    """A file, where a phone shows the picture itself."""
    return "" if file is None else f"[{file.kind}] {file.filename or file.link or file.media_id}"


def _filled(message: TemplateMessage, shape: TemplateShape) -> Bubble:
    filled = (message.header,) if isinstance(message.header, Parameter) else ()
    header = _put_in(shape.header, filled)
    if isinstance(message.header, MediaLink):
        header = _shown(message.header)
    elif isinstance(message.header, Place):
        header = message.header.words
    endings = {button.index: button.text for button in message.buttons if button.kind is ButtonKind.URL}
    titles = (
        f"{button.text} → …{endings[index]}" if index in endings else button.text
        for index, button in enumerate(shape.buttons)
    )
    return Bubble(
        header=header,
        body=_put_in(shape.body, message.body),
        footer=shape.footer,
        buttons=tuple(titles),
    )


def _put_in(text: str, parameters: tuple[Parameter, ...]) -> str:
    values: Mapping[str, str]
    if any(parameter.name for parameter in parameters):
        values = {parameter.name: parameter.text for parameter in parameters}
    else:
        in_order = sorted(variables(text), key=lambda name: (not name.isdigit(), len(name), name))
        values = {name: one.text for name, one in zip(in_order, parameters, strict=False)}
    return re.sub(r"\{\{\s*(\w+)\s*\}\}", lambda blank: values.get(blank[1], blank[0]), text)


def draw(shown: Bubble) -> None:
    """Show it with an edge at its left."""
    buttons = "  ".join(f"[{title}]" for title in shown.buttons)
    for text, style in ((shown.header, STRONG), (shown.body, ""), (shown.footer, QUIET), (buttons, "")):
        if not text:
            continue
        for line in columns("", visible(text), edge=EDGE, style=style):
            write(Text.assemble((EDGE, QUIET), line))
