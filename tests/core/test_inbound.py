"""Only what a person wrote or tapped opens the window, and never in a group."""

from typing import get_args

import pytest

from tests.core.builders import NOW
from wa_notify.core.enclosed import MediaKind
from wa_notify.core.inbound import (
    AddressChange,
    AddressChanged,
    ChatOpened,
    ContactCards,
    Content,
    Deleted,
    Edited,
    FlowAnswer,
    InboundMessage,
    Location,
    Media,
    Order,
    Reaction,
    Sender,
    Tap,
    Text,
    UnknownContent,
    Unsupported,
)

OPENING: tuple[Content, ...] = (
    Text(body="hello"),
    Tap(payload="ack:12.1.7f1c9a", title="Acknowledge"),
    Media(kind=MediaKind.IMAGE, media_id="1"),
    Location(latitude=51.5, longitude=-0.1),
    ContactCards(cards=()),
    Order(catalog_id="1"),
    FlowAnswer(kind="nfm_reply", answer={}),
    Unsupported(kind="poll"),
)
SILENT: tuple[Content, ...] = (
    Reaction(emoji="👍", to_wamid="wamid.1"),
    Edited(original_wamid="wamid.1", body="hello"),
    Deleted(original_wamid="wamid.1"),
    AddressChanged(change=AddressChange.NUMBER),
    ChatOpened(),
    UnknownContent(kind="telepathy"),
)


def message(content: Content, group_id: str = "") -> InboundMessage:
    return InboundMessage(
        wamid="wamid.2", sender=Sender(wa_id="447700900123"), at=NOW, content=content, group_id=group_id
    )


def test_every_kind_of_content_is_judged_here() -> None:
    assert {type(content) for content in (*OPENING, *SILENT)} == set(get_args(Content))


@pytest.mark.parametrize("content", OPENING, ids=lambda content: type(content).__name__)
def test_what_a_person_wrote_or_tapped_opens_the_window(content: Content) -> None:
    assert message(content).opens_window


@pytest.mark.parametrize("content", SILENT, ids=lambda content: type(content).__name__)
def test_what_is_no_message_of_theirs_does_not_open_it(content: Content) -> None:
    assert not message(content).opens_window


@pytest.mark.parametrize("content", [*OPENING, *SILENT], ids=lambda content: type(content).__name__)
def test_a_group_has_no_window(content: Content) -> None:
    assert not message(content, group_id="120363000000000000").opens_window
