"""Messages as their person sees them."""

import pytest

from tests.core.builders import shape
from wa_notify.core.bubble import Bubble, Tap, bubble, of_shape
from wa_notify.core.enclosed import Contact, Contacts, LinkButton, MediaKind, MediaLink, Place, ReactionTo
from wa_notify.core.message import (
    Button,
    ContactsMessage,
    LinkMessage,
    ListMessage,
    LocationMessage,
    LocationRequest,
    MediaMessage,
    Message,
    Parameter,
    ReactionMessage,
    Row,
    TemplateMessage,
    TextMessage,
)
from wa_notify.core.template import ButtonShape

PLACE = Place(latitude=51.5, longitude=-0.1, name="Rack 7")
PICTURE = MediaLink(kind=MediaKind.IMAGE, link="https://ops.example.net/graph.png")


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (
            TextMessage(body="Full", footer="ops", buttons=(Button(payload="a", title="Acknowledge"),)),
            "Full\nops\n[Acknowledge]",
        ),
        (
            ListMessage(body="Which?", opener="Choose", heading="Open", rows=(Row(payload="1", title="#1"),)),
            "Open\nWhich?\n[Choose]",
        ),
        (MediaMessage(media=PICTURE, caption="See"), "[image] https://ops.example.net/graph.png\nSee"),
        (LocationMessage(place=PLACE), f"[location]\n{PLACE.words}"),
        (
            ContactsMessage(contacts=Contacts(cards=(Contact(name="Ada", phone="+447700900123"),))),
            "[contact]\nAda",
        ),
        (ReactionMessage(reaction=ReactionTo(wamid="w", emoji="👍")), "👍"),
        (
            LinkMessage(body="Look", button=LinkButton(title="Open", url="https://a.example.net")),
            "Look\n[Open → …]",
        ),
        (LocationRequest(body="Where are you?"), "Where are you?\n[Send location]"),
    ],
)
def test_free_form_messages_are_shown_part_by_part(message: Message, text: str) -> None:
    shown = bubble(message, [])
    assert shown
    assert shown.text.startswith(text)


def of(above: Parameter | MediaLink | Place | None, **special: object) -> Bubble | None:
    message = TemplateMessage(name="ops_alert", language="en", header=above, body=(), category="UTILITY")
    return bubble(message, [shape(body="It is {{1}}.", **special)])


def test_a_header_may_be_text_a_file_or_a_place() -> None:
    text = of(Parameter(text="db-7"), header="On {{1}}", header_format="TEXT")
    file = of(PICTURE, header_format="IMAGE")
    place = of(PLACE, header_format="LOCATION")
    assert text
    assert file
    assert place
    assert (text.heading, text.header_kind) == ("On db-7", "")
    assert (file.header_kind, file.header) == ("image", PICTURE.link)
    assert place.header == PLACE.words
    assert text.body == "It is {{1}}."


def test_a_template_that_nobody_knows_is_not_shown() -> None:
    assert bubble(TemplateMessage(name="other", language="en", category="UTILITY"), [shape()]) is None


def test_a_shape_is_shown_with_its_blanks() -> None:
    link = ButtonShape(kind="URL", text="Open", target="https://a.example.net/{{1}}")
    shown = of_shape(shape(header_format="VIDEO", buttons=(link, ButtonShape(kind="CATALOG", text=""))))
    assert (shown.heading, shown.buttons[0].leads_to) == ("[video]", "https://a.example.net/{{1}}")
    assert str(shown.buttons[1]) == "catalog"
    assert of_shape(shape(header="Alert", header_format="TEXT")).heading == "Alert"
    assert str(Tap(text="Open", leads_to="x")) == "Open → x"
