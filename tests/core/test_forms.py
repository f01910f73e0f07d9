"""How an intent becomes a message while the window is open."""

from dataclasses import replace

import pytest

from tests.core.builders import NOW, item, situation, wish
from tests.core.test_enclosed import LINK, PICTURE, PLACE, SOUND, TAP
from wa_notify.core.decision import decide
from wa_notify.core.enclosed import (
    Contact,
    Contacts,
    Enclosed,
    LocationWish,
    MediaKind,
    MediaLink,
    ReactionTo,
)
from wa_notify.core.errors import TemplateMisfit
from wa_notify.core.fallback import words
from wa_notify.core.forms import free_form_of
from wa_notify.core.message import (
    ButtonKind,
    ButtonParameter,
    ContactsMessage,
    LinkMessage,
    LocationMessage,
    LocationRequest,
    MediaMessage,
    ReactionMessage,
    TemplateMessage,
    TextMessage,
)
from wa_notify.core.outbox import Intent, ItemState
from wa_notify.core.reason import Reason
from wa_notify.core.situation import Drop, Hold, Send
from wa_notify.core.template import ButtonShape, TemplateShape, TemplateWish, fill
from wa_notify.core.window import Window

OPEN = Window(last_inbound_at=NOW)
REFUSED = ItemState.REFUSED
CARDS = Contacts(cards=(Contact(name="NOC desk", phone="+441632960200"),))


def test_a_picture_and_buttons_share_a_message() -> None:
    message = free_form_of(Intent(free_form="x", media=PICTURE, buttons=(TAP,), footer="f"))
    assert message == TextMessage(body="x", buttons=(TAP,), header=PICTURE, footer="f")


def test_without_buttons_the_text_is_the_caption() -> None:
    assert free_form_of(Intent(free_form="x", media=PICTURE, footer="f")) == MediaMessage(
        media=PICTURE, caption="x"
    )
    assert free_form_of(Intent(media=PICTURE, buttons=(TAP,))) == MediaMessage(media=PICTURE)


def test_a_sound_takes_neither_text_nor_buttons() -> None:
    assert free_form_of(Intent(free_form="x", media=SOUND, buttons=(TAP,))) == MediaMessage(media=SOUND)


def test_plain_text_may_show_a_card_of_its_link_but_no_footer() -> None:
    said = Intent(free_form="https://x.example", preview=True, footer="f")
    assert free_form_of(said) == TextMessage(body="https://x.example", preview=True)


@pytest.mark.parametrize(
    ("enclosed", "kind"),
    [
        (PLACE, LocationMessage),
        (CARDS, ContactsMessage),
        (ReactionTo(wamid="w", emoji="👍"), ReactionMessage),
        (LINK, LinkMessage),
        (LocationWish(), LocationRequest),
    ],
)
def test_what_is_enclosed_decides_the_kind(enclosed: Enclosed, kind: type) -> None:
    assert isinstance(free_form_of(Intent(free_form="x", enclosed=enclosed)), kind)


def test_a_link_button_without_text_says_its_title_and_may_show_a_picture() -> None:
    message = free_form_of(Intent(enclosed=LINK, media=PICTURE))
    assert message == LinkMessage(body="Dashboard", button=LINK, header=PICTURE)


def test_what_is_more_than_a_message_holds_leaves_as_a_template_or_is_refused() -> None:
    nothing = Intent(enclosed=LocationWish())
    assert decide(situation(item=item(intent=nothing), window=OPEN)) == Drop(
        state=REFUSED,
        reason=Reason.MESSAGE_MISFIT,
        detail="A text has 0 characters; WhatsApp takes at least 1. Change its text.",
    )
    decision = decide(situation(item=item(intent=replace(nothing, template=wish())), window=OPEN))
    assert isinstance(decision, Send)
    assert isinstance(decision.message, TemplateMessage)


def test_a_file_alone_is_held_while_the_window_is_closed() -> None:
    assert decide(situation(item=item(intent=Intent(media=PICTURE)))) == Hold()


def shape(**special: object) -> TemplateShape:
    ordinary: dict[str, object] = {
        "name": "ops",
        "language": "en",
        "status": "APPROVED",
        "category": "UTILITY",
        "body": "x",
    }
    return TemplateShape(**(ordinary | special))  # type: ignore[arg-type]  # each field by its name


@pytest.mark.parametrize("kind", [MediaKind.IMAGE, MediaKind.VIDEO, MediaKind.DOCUMENT])
def test_a_file_fills_the_header_of_a_template_of_its_kind(kind: MediaKind) -> None:
    file = MediaLink(kind=kind, link="https://x.example/a")
    assert fill(TemplateWish(name="ops", file=file), shape(header_format=kind.upper()), str).header == file


def test_a_place_fills_the_header_of_a_template_that_shows_a_map() -> None:
    assert fill(TemplateWish(name="ops", place=PLACE), shape(header_format="LOCATION"), str).header == PLACE


@pytest.mark.parametrize(
    ("said", "approved"),
    [
        (TemplateWish(name="ops", file=PICTURE), shape(header_format="VIDEO")),
        (TemplateWish(name="ops", file=PICTURE, place=PLACE), shape(header_format="IMAGE")),
        (TemplateWish(name="ops", file=PICTURE, header="x"), shape(header_format="IMAGE")),
        (TemplateWish(name="ops", place=PLACE), shape(header_format="IMAGE")),
        (TemplateWish(name="ops", header="x"), shape(header_format="LOCATION")),
        (TemplateWish(name="ops", file=PICTURE), shape()),
        (TemplateWish(name="ops", place=PLACE), shape(header="x", header_format="TEXT")),
        (TemplateWish(name="ops", code="x"), shape()),
        (TemplateWish(name="ops"), shape(buttons=(ButtonShape(kind="COPY_CODE", text="Copy"),))),
    ],
)
def test_what_the_template_does_not_take_is_a_misfit(said: TemplateWish, approved: TemplateShape) -> None:
    with pytest.raises(TemplateMisfit):
        fill(said, approved, str)


def test_a_code_to_copy_is_cut_to_what_a_button_holds() -> None:
    approved = shape(buttons=(ButtonShape(kind="COPY_CODE", text="Copy"),))
    filled = fill(TemplateWish(name="ops", code="INC-2041 and more of it"), approved, str)
    (button,) = filled.buttons
    assert (button.kind, len(button.text)) == (ButtonKind.COPY_CODE, 15)
    assert isinstance(button, ButtonParameter)


def test_other_channels_are_told_in_words_what_they_cannot_show() -> None:
    assert words(Intent(free_form="x", media=PICTURE, enclosed=LINK), (), ()) == (
        f"x\nImage: {PICTURE.link}\nDashboard: https://ops.example.net/d"
    )
    hidden = MediaLink(kind=MediaKind.IMAGE, link="http://user:secret@10.0.0.5/a")
    assert words(Intent(free_form="x", media=hidden), (), ()) == "x"
    header = TemplateWish(name="ops", place=PLACE, header="h")
    assert words(Intent(template=header), (), ()) == "h\nDC London 2, 1 Example Way (51.5007, -0.1246)"
