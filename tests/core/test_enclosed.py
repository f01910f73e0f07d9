"""What a message may carry beside text: values that cannot be built beyond what WhatsApp takes."""

from collections.abc import Callable

import pytest

from tests.core.builders import saying
from wa_notify.core.enclosed import (
    Contact,
    Contacts,
    LinkButton,
    LocationWish,
    MediaKind,
    MediaLink,
    Place,
    ReactionTo,
    name_in,
)
from wa_notify.core.errors import MessageMisfit
from wa_notify.core.message import (
    Button,
    ButtonKind,
    ButtonParameter,
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
from wa_notify.core.rule import Attachment, LinkText, PlaceText
from wa_notify.core.within import file_of, spoken_form, spoken_header, with_file, words_in

PICTURE = MediaLink(kind=MediaKind.IMAGE, link="https://ops.example.net/a.png")
SOUND = MediaLink(kind=MediaKind.AUDIO, link="https://ops.example.net/a.ogg")
THERE = MediaLink(kind=MediaKind.IMAGE, media_id="71")
PLACE = Place(latitude=51.5007, longitude=-0.1246, name="DC London 2", address="1 Example Way")
CARD = Contact(name="NOC desk", phone="+441632960200", company="Example Ops", email="noc@example.net")
LINK = LinkButton(title="Dashboard", url="https://ops.example.net/d")
TAP = Button(payload="ack:1", title="Acknowledge")
ROW = Row(payload="a", title="One")


def rows(count: int) -> tuple[Row, ...]:
    return tuple(Row(payload=str(number), title="x") for number in range(count))


def taps(count: int) -> tuple[Button, ...]:
    return tuple(Button(payload=str(number), title=f"b{number}") for number in range(count))


TOO_MUCH: dict[str, Callable[[], object]] = {
    "empty text": lambda: TextMessage(body=""),
    "long text": lambda: TextMessage(body="x" * 4097),
    "long text with buttons": lambda: TextMessage(body="x" * 1025, buttons=(TAP,)),
    "four buttons": lambda: TextMessage(body="x", buttons=taps(4)),
    "same titles": lambda: TextMessage(body="x", buttons=(TAP, Button(payload="b", title=TAP.title))),
    "same payloads": lambda: TextMessage(body="x", buttons=(TAP, Button(payload=TAP.payload, title="b"))),
    "long title": lambda: TextMessage(body="x", buttons=(Button(payload="a", title="x" * 21),)),
    "long payload": lambda: TextMessage(body="x", buttons=(Button(payload="x" * 257, title="a"),)),
    "a file above plain text": lambda: TextMessage(body="x", header=PICTURE),
    "a footer below plain text": lambda: TextMessage(body="x", footer="y"),
    "a long footer": lambda: TextMessage(body="x", buttons=(TAP,), footer="y" * 61),
    "a sound above text": lambda: TextMessage(body="x", buttons=(TAP,), header=SOUND),
    "no row": lambda: ListMessage(body="x", opener="y", rows=()),
    "eleven rows": lambda: ListMessage(body="x", opener="y", rows=rows(11)),
    "long opener": lambda: ListMessage(body="x", opener="y" * 21, rows=(ROW,)),
    "same rows": lambda: ListMessage(body="x", opener="y", rows=(ROW, ROW)),
    "section without a title": lambda: ListMessage(
        body="x", opener="y", rows=(ROW, Row(payload="b", title="b", section="s"))
    ),
    "long row": lambda: ListMessage(body="x", opener="y", rows=(Row(payload="a", title="x" * 25),)),
    "long caption": lambda: MediaMessage(media=PICTURE, caption="x" * 1025),
    "a caption of a sound": lambda: MediaMessage(media=SOUND, caption="x"),
    "long text of a link": lambda: LinkMessage(body="x" * 1025, button=LINK),
    "a long title of a link": lambda: LinkButton(title="x" * 21, url=LINK.url),
    "a link that is none": lambda: LinkButton(title="x", url="javascript:alert(1)"),
    "a link that is too long": lambda: LinkButton(title="x", url="https://" + "x" * 2000),
    "a question without words": lambda: LocationRequest(body=""),
    "no place on earth": lambda: Place(latitude=91, longitude=0),
    "no number at all": lambda: Place(latitude=float("nan"), longitude=0),
    "a card without a name": lambda: Contact(name=" ", phone="+1"),
    "six cards": lambda: Contacts(cards=(CARD,) * 6),
    "no cards": lambda: Contacts(cards=()),
    "a reaction to nothing": lambda: ReactionTo(wamid="", emoji="x"),
    "a file that is nowhere": lambda: MediaLink(kind=MediaKind.IMAGE),
    "a file in two places": lambda: MediaLink(kind=MediaKind.IMAGE, link="https://x.example", media_id="7"),
    "a long code": lambda: ButtonParameter(index=0, kind=ButtonKind.COPY_CODE, text="x" * 16),
}


@pytest.mark.parametrize("what", TOO_MUCH)
def test_what_whatsapp_would_not_take_cannot_be_built(what: str) -> None:
    with pytest.raises(MessageMisfit):
        TOO_MUCH[what]()


ALL: dict[str, Message] = {
    "template ops (en)": TemplateMessage(name="ops", language="en", header=PICTURE),
    "free-form text": TextMessage(body="x", buttons=(TAP,), header=PICTURE, footer="y"),
    "free-form image": MediaMessage(media=PICTURE, caption="x"),
    "free-form location": LocationMessage(place=PLACE),
    "free-form contacts": ContactsMessage(contacts=Contacts(cards=(CARD,))),
    "reaction": ReactionMessage(reaction=ReactionTo(wamid="wamid.A", emoji="👍")),
}


@pytest.mark.parametrize("form", ALL)
def test_the_timeline_calls_each_kind_by_its_name(form: str) -> None:
    assert spoken_form(ALL[form]) == form
    assert spoken_form(LinkMessage(body="x", button=LINK)) == "free-form text"


@pytest.mark.parametrize(
    "message",
    [
        MediaMessage(media=PICTURE),
        TextMessage(body="x", buttons=(TAP,), header=PICTURE),
        LinkMessage(body="x", button=LINK, header=PICTURE),
        TemplateMessage(name="ops", language="en", header=PICTURE),
    ],
)
def test_the_file_of_a_message_can_be_taken_from_elsewhere(message: Message) -> None:
    assert file_of(message) == PICTURE
    assert file_of(with_file(message, THERE)) == THERE


def test_a_message_without_a_file_stays_as_it_is() -> None:
    for message in (
        TextMessage(body="x"),
        LocationRequest(body="x"),
        TemplateMessage(name="ops", language="en", header=Parameter(text="x")),
    ):
        assert file_of(message) is None
        assert with_file(message, THERE) is message


@pytest.mark.parametrize(
    ("message", "private"),
    [
        (TextMessage(body="secret"), {"secret"}),
        (
            ListMessage(body="secret", opener="o", rows=(Row(payload="p", title="t", section="s"),)),
            {"t", "s"},
        ),
        (MediaMessage(media=PICTURE, caption="secret"), {"secret", PICTURE.link}),
        (TemplateMessage(name="n", language="en", header=PLACE), {"DC London 2", "1 Example Way"}),
        (
            TemplateMessage(
                name="n",
                language="en",
                header=Parameter(text="h"),
                body=(Parameter(text="b"),),
                buttons=(ButtonParameter(index=0, kind=ButtonKind.URL, text="u"),),
            ),
            {"h", "b", "u"},
        ),
        (LocationMessage(place=PLACE), {"DC London 2", "1 Example Way"}),
        (ContactsMessage(contacts=Contacts(cards=(CARD,))), {"NOC desk", "+441632960200"}),
        (ReactionMessage(reaction=ReactionTo(wamid="w", emoji="👍")), set()),
        (LinkMessage(body="secret", button=LINK), {"secret", "Dashboard", LINK.url}),
        (LocationRequest(body="secret"), {"secret"}),
    ],
)
def test_everything_private_in_a_message_is_named(message: Message, private: set[str]) -> None:
    assert private <= set(words_in(message))


def test_a_header_is_told_in_words() -> None:
    assert spoken_header(Parameter(text="db-7")) == "db-7"
    assert spoken_header(PICTURE) == "image https://ops.example.net/a.png"
    assert spoken_header(THERE) == "image 71"
    assert spoken_header(PLACE) == "DC London 2, 1 Example Way (51.5007, -0.1246)"


def test_what_cannot_be_shown_elsewhere_is_told_in_words() -> None:
    assert CARD.words == "NOC desk +441632960200, Example Ops, noc@example.net"
    assert Contacts(cards=(CARD, CARD)).words.count("\n") == 1
    assert LINK.words == "Dashboard: https://ops.example.net/d"
    assert ReactionTo(wamid="w", emoji="👍").words == "👍"
    assert LocationWish().words == ""


@pytest.mark.parametrize(
    ("link", "name"),
    [
        ("https://x.example/a/b%20c.pdf?q=1", "b c.pdf"),
        ("https://x.example/", ""),
        ("https://[x", ""),
    ],
)
def test_a_link_tells_the_name_of_its_file(link: str, name: str) -> None:
    assert name_in(link) == name


def test_a_rule_renders_files_places_and_links_of_the_alert() -> None:
    paper = Attachment(kind=MediaKind.DOCUMENT, link=saying(" https://x.example/r.pdf "))
    assert paper.render({}) == MediaLink(
        kind=MediaKind.DOCUMENT, link="https://x.example/r.pdf", filename="r.pdf"
    )
    named = Attachment(kind=MediaKind.IMAGE, link=saying("https://x.example/a"), filename=saying("b.png"))
    assert named.render({}) == MediaLink(kind=MediaKind.IMAGE, link="https://x.example/a", filename="b.png")
    for nowhere in ("", "file:///etc/passwd", "stand-in:image"):
        assert Attachment(kind=MediaKind.IMAGE, link=saying(nowhere)).render({}) is None
    place = PlaceText(
        latitude=saying("51.5"), longitude=saying("0"), name=saying(" DC "), address=saying("Way")
    )
    assert place.render({}) == Place(latitude=51.5, longitude=0, name="DC", address="Way")
    bare = PlaceText(latitude=saying("51.5"), longitude=saying("0"))
    assert bare.render({}) == Place(latitude=51.5, longitude=0)
    assert PlaceText(latitude=saying("north"), longitude=saying("0")).render({}) is None
    assert PlaceText(latitude=saying("99"), longitude=saying("0")).render({}) is None
    button = LinkText(title=saying("A title that is much too long"), url=saying("https://x.example"))
    rendered = button.render({})
    assert rendered is not None
    assert len(rendered.title) == 20
    assert LinkText(title=saying("x"), url=saying("none")).render({}) is None
