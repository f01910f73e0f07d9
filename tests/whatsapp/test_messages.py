"""What people send, kind by kind."""

from datetime import UTC, datetime
from typing import Any

import pytest

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
    Unknown,
    UnknownContent,
    Unsupported,
)

from .examples import (
    DANA,
    DANA_BSUID,
    EXAMPLES,
    NUMBER_ID,
    RECEIVED,
    arrival,
    arrivals,
    envelope,
    messages_change,
)


def told(item: dict[str, Any]) -> InboundMessage:
    event = arrival(envelope(messages_change(messages=[item]))).event
    assert isinstance(event, InboundMessage)
    return event


def message(kind: str, **parts: Any) -> dict[str, Any]:
    return {"from": DANA, "id": "wamid.X", "timestamp": "1795253400", "type": kind, **parts}


def test_the_documented_text_is_read_with_all_that_is_known_of_its_sender() -> None:
    told_us = arrival(EXAMPLES["text"])
    wamid = "wamid.HBgMNDQ3NzAwOTAwMTIzFQIAEhgUM0E1RTc3QjFDOUQyMEY0NDY4QUIA"
    assert (told_us.key, told_us.number_id) == (wamid, NUMBER_ID)
    assert told_us.event == InboundMessage(
        wamid=wamid,
        sender=Sender(wa_id=DANA, bsuid=DANA_BSUID, username="dana.ops", profile_name="Dana Okafor"),
        at=datetime(2026, 11, 21, 9, 30, tzinfo=UTC),
        content=Text(body="what is db-7 doing"),
        raw=EXAMPLES["text"]["entry"][0]["changes"][0]["value"]["messages"][0],
    )


def test_a_person_hidden_behind_a_username_is_known_by_bsuid() -> None:
    event = arrival(envelope(messages_change(**EXAMPLES["hidden_person"]))).event
    assert isinstance(event, InboundMessage)
    assert event.sender == Sender(bsuid="GB.90817263544536271", username="kim.vale", profile_name="Kim Vale")
    assert event.content == Text(body="ack")


DOCUMENTED: dict[str, Content] = {
    "wamid.A1": Tap(payload="ack:7f1c", title="Acknowledge"),
    "wamid.A2": Tap(payload="ack:7f1c", title="Acknowledge"),
    "wamid.A3": Tap(payload="esc:7f1c", title="Escalate"),
    "wamid.A4": Media(
        kind=MediaKind.IMAGE,
        media_id="7100000000000031",
        mime_type="image/jpeg",
        caption="rack photo",
        url="https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=7100000000000031",
    ),
    "wamid.A5": Media(kind=MediaKind.AUDIO, media_id="7100000000000032", mime_type="audio/ogg; codecs=opus"),
    "wamid.A6": Media(
        kind=MediaKind.DOCUMENT, media_id="7100000000000033", mime_type="text/plain", filename="log.txt"
    ),
    "wamid.A7": Media(kind=MediaKind.STICKER, media_id="7100000000000034", mime_type="image/webp"),
    "wamid.A8": Location(latitude=51.5007, longitude=-0.1246, name="DC London 2", address="1 Example Way"),
    "wamid.A9": ContactCards(
        cards=(
            {
                "name": {"formatted_name": "Ravi", "first_name": "Ravi"},
                "phones": [{"phone": "+44 7700 900456", "wa_id": "447700900456", "type": "CELL"}],
            },
        )
    ),
    "wamid.A10": Reaction(emoji="\U0001f44d", to_wamid="wamid.OUT2"),
    "wamid.A11": Order(catalog_id="55000001", text="please"),
    "wamid.A12": AddressChanged(
        change=AddressChange.NUMBER,
        new_wa_id="447700900789",
        new_bsuid="GB.77777000011112222",
        previous_bsuid=DANA_BSUID,
        text="Dana changed from 447700900123 to 447700900789",
    ),
    "wamid.A13": Unsupported(kind="poll_creation"),
    "wamid.A14": ChatOpened(),
    "wamid.A15": Edited(original_wamid="wamid.A1", body="corrected text"),
    "wamid.A16": Deleted(original_wamid="wamid.A4"),
}


@pytest.mark.parametrize("item", EXAMPLES["messages"], ids=lambda item: f"{item['id']}-{item['type']}")
def test_each_documented_message_is_read(item: dict[str, Any]) -> None:
    event = told(item)
    assert event.content == DOCUMENTED[item["id"]]
    assert event.at == datetime.fromtimestamp(int(item["timestamp"]), UTC)
    assert event.raw == item
    assert event.sender.wa_id == DANA


def test_every_documented_message_of_a_batch_arrives() -> None:
    told_us = arrivals(envelope(messages_change(messages=EXAMPLES["messages"])))
    assert [each.key for each in told_us] == list(DOCUMENTED)


def test_a_reply_names_what_it_answers() -> None:
    assert told(EXAMPLES["messages"][1]).context_wamid == "wamid.OUT2"


@pytest.mark.parametrize("word", ["forwarded", "frequently_forwarded"])
def test_a_forwarded_message_is_marked(word: str) -> None:
    assert told(message("text", text={"body": "x"}, context={word: True})).forwarded


def test_a_message_in_a_group_names_the_group_and_opens_no_window() -> None:
    event = told(message("text", text={"body": "x"}, group_id="group-1"))
    assert event.group_id == "group-1"
    assert not event.opens_window


def test_a_filled_in_form_is_kept_as_it_came() -> None:
    answer = {"name": "flow", "body": "Sent", "response_json": '{"a": 1}'}
    event = told(message("interactive", interactive={"type": "nfm_reply", "nfm_reply": answer}))
    assert event.content == FlowAnswer(kind="nfm_reply", answer=answer)


def test_a_quick_reply_without_payload_says_its_label() -> None:
    event = told(message("button", button={"text": "Acknowledge"}))
    assert event.content == Tap(payload="Acknowledge", title="Acknowledge")


def test_a_reaction_taken_away_has_no_emoji() -> None:
    event = told(message("reaction", reaction={"message_id": "wamid.OUT2"}))
    assert event.content == Reaction(emoji="", to_wamid="wamid.OUT2")


def test_an_edited_caption_is_read_too() -> None:
    edit = {"original_message_id": "wamid.A4", "message": {"type": "image", "image": {"caption": "new"}}}
    assert told(message("edit", edit=edit)).content == Edited(original_wamid="wamid.A4", body="new")


def test_older_words_for_a_new_number_are_understood() -> None:
    system = {"type": "customer_changed_number", "new_wa_id": "447700900789", "body": "changed"}
    assert told(message("system", system=system)).content == AddressChanged(
        change=AddressChange.NUMBER, new_wa_id="447700900789", text="changed"
    )


def test_a_place_in_texts_is_read_as_numbers() -> None:
    event = told(message("location", location={"latitude": "51.5", "longitude": 0}))
    assert event.content == Location(latitude=51.5, longitude=0.0)


def test_a_kind_of_message_that_is_newer_than_us_lives_on() -> None:
    event = told(message("hologram", hologram={"depth": 3}))
    assert event.content == UnknownContent(kind="hologram")
    assert not event.opens_window


def test_the_older_word_for_unsupported_is_known_by_its_error() -> None:
    event = told(message("unknown", errors=[{"code": 131051, "title": "Unsupported message type"}]))
    assert event.content == Unsupported(kind="unknown")


def test_numbers_where_texts_belong_are_taken_for_texts() -> None:
    event = told({"from": 447700900123, "id": "wamid.X", "timestamp": 1795253400, "type": "text"})
    assert event.sender.wa_id == DANA
    assert event.at == datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
    assert event.content == Text(body="")


@pytest.mark.parametrize(
    "timestamp",
    [
        None,
        "",
        "soon",
        "-5",
        -5,
        0,
        "0",
        True,
        1.5,
        "1795253400000",
        10**30,
        "9" * 5000,
        {},
        "\u0661",
        1795340000 + 86400,
    ],
)
def test_an_absurd_time_is_replaced_by_the_time_of_receipt(timestamp: object) -> None:
    assert told(message("text", text={"body": "x"}, timestamp=timestamp)).at == RECEIVED


def test_a_clock_that_is_a_little_ahead_of_ours_is_believed() -> None:
    assert told(message("text", timestamp="1795253900")).at == datetime.fromtimestamp(1795253900, UTC)


@pytest.mark.parametrize(
    "odd",
    [
        {"id": None},
        {"id": ""},
        {"id": ["wamid.X"]},
        {"type": {"text": 1}},
        {"type": "text", "text": "bare"},
        {"type": "text", "text": {"body": ["x"]}},
        {"context": "wamid.OUT"},
        {"from": 1.5},
        {"from": True},
        {"type": "location", "location": {"latitude": "north", "longitude": 1}},
        {"type": "location", "location": {"latitude": 51.5}},
        {"type": "location", "location": {"latitude": "nan", "longitude": 1}},
        {"type": "location", "location": {"latitude": 10**400, "longitude": 1}},
        {"type": "edit", "edit": {}},
        {"type": "revoke", "revoke": None},
        {"type": "interactive", "interactive": {"type": "button_reply", "button_reply": "ack"}},
    ],
)
def test_an_odd_message_is_unknown_and_keeps_its_raw_and_its_neighbours(odd: dict[str, Any]) -> None:
    item = message("text", text={"body": "x"}) | odd
    before, after = message("text", id="wamid.B"), message("text", id="wamid.C")
    first, second, third = arrivals(envelope(messages_change(messages=[before, item, after])))
    assert (first.key, third.key) == ("wamid.B", "wamid.C")
    assert second.event == Unknown(kind="messages", raw=item)


def test_half_a_surrogate_pair_and_nul_become_storable() -> None:
    event = told(message("text", text={"body": "a\ud800b\x00c\ud83d\udc4d"}))
    assert event.content == Text(body="a\ufffdb\ufffdc\U0001f44d")
    assert event.raw["text"] == {"body": "a\ufffdb\ufffdc\U0001f44d"}
