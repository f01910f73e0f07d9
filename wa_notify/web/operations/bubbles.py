"""Messages as their person sees them: what was sent, what would be, and templates with their blanks."""

from collections.abc import Iterable, Sequence

from wa_notify.core import bubble as core
from wa_notify.core.bounds import SCHEMES
from wa_notify.core.enclosed import MediaKind
from wa_notify.core.errors import MessageMisfit, TemplateMisfit
from wa_notify.core.forms import free_form_of
from wa_notify.core.message import Form, Message
from wa_notify.core.outbox import Channel, Intent, Item
from wa_notify.core.reply import payload_for
from wa_notify.core.template import TemplateShape, TemplateWish, choose, fill
from wa_notify.web.operations.operation import Shape


class BubbleButton(Shape, frozen=True, kw_only=True):
    """A button below a message. ``target`` is where a link leads, as far as is known."""

    kind: str
    text: str
    target: str = ""


class Bubble(Shape, frozen=True, kw_only=True):
    """What the phone shows. ``header_kind`` is text, or what stands there instead, such as an image."""

    header_kind: str = "text"
    header: str = ""
    body: str = ""
    footer: str = ""
    buttons: tuple[BubbleButton, ...] = ()


def of_item(item: Item, shapes: Iterable[TemplateShape], languages: tuple[str, ...] = ()) -> Bubble | None:
    """What an item says, or would say by now; nothing when its template is not known any more.

    What has not left is shown as free-form text where it has any, else as its template in these languages.
    """
    intent = item.intent
    if item.channel is Channel.SOURCE:
        return None
    if item.form is Form.TEMPLATE or not intent.has_free_form:
        return _of_wish(item, tuple(shapes), languages)
    return of_intent(intent)


def of_intent(intent: Intent) -> Bubble | None:
    """The message without a template; nothing when WhatsApp would not take it."""
    try:
        return of_message(free_form_of(intent), ())
    except MessageMisfit:
        return None


def of_message(message: Message, shapes: Iterable[TemplateShape]) -> Bubble | None:
    """The message filled in; nothing when the shape of its template is not known."""
    shown = core.bubble(message, shapes)
    return None if shown is None else _shape(shown)


def of_shape(shape: TemplateShape) -> Bubble:
    """A template with its blanks where they stand."""
    return _shape(core.of_shape(shape))


def _of_wish(item: Item, shapes: Sequence[TemplateShape], languages: tuple[str, ...]) -> Bubble | None:
    wish = _wish_of(item)
    if wish is None:
        return None
    named = [one for one in shapes if one.name == wish.name]
    shape = next((one for one in named if one.language == item.language), None) or choose(named, languages)
    if shape is None:
        return None
    try:
        message = fill(wish, shape, lambda label: payload_for(label, item.intent.ticket_ref))
    except (TemplateMisfit, MessageMisfit):  # it was edited since, or never fitted
        return of_shape(shape)
    return of_message(message, (shape,))


def _wish_of(item: Item) -> TemplateWish | None:
    """The words for the template that it left as, else for the one that is tried first."""
    if item.intent.template is None:
        return None
    ways = item.intent.template.ways
    return next((way for way in ways if way.name == item.template), ways[0])


def _shape(shown: core.Bubble) -> Bubble:
    """A file is named by its link only if that is one of the web: ours tell where things lie here."""
    is_file, header = shown.header_kind in set(MediaKind), shown.header
    local = is_file and "://" in header and not header.lower().startswith(SCHEMES)
    return Bubble(
        header_kind=shown.header_kind or "text",
        header="" if local else header,
        body=shown.body,
        footer=shown.footer,
        buttons=tuple(
            BubbleButton(kind=one.kind, text=one.text, target=one.leads_to) for one in shown.buttons
        ),
    )
