"""Copies follow the newest word of whoever wrote them; a deletion is for good."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.builders import NOW
from wa_notify.core.copies import Change, change_in, newest, rewritten, text_in
from wa_notify.core.inbound import (
    AccountNews,
    Arrival,
    Deleted,
    Edited,
    Event,
    InboundMessage,
    Sender,
    StatusUpdate,
    Text,
)

DANA = Sender(wa_id="447700900123")
TEXT = {"id": "wamid.1", "type": "text", "text": {"body": "one"}}
IMAGE = {"id": "wamid.2", "type": "image", "image": {"id": "71", "caption": "one", "mime_type": "image/jpeg"}}
EDIT = {"id": "wamid.3", "type": "edit", "edit": {"original_message_id": "wamid.1", "message": TEXT}}
PLACE = {"id": "wamid.4", "type": "location", "location": {"latitude": 1, "name": "one"}}


def change(text: str | None, *, at: int = 0, key: str = "k") -> Change:
    return Change(wamid="wamid.1", key=key, at=NOW + timedelta(seconds=at), text=text)


def message(content: Any) -> InboundMessage:
    return InboundMessage(wamid="wamid.9", sender=DANA, at=NOW, content=content)


def status(word: str) -> StatusUpdate:
    return StatusUpdate(wamid="wamid.1", status=None, word=word, at=NOW, recipient=DANA)


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (message(Edited(original_wamid="wamid.1", body="two")), change("two")),
        (message(Deleted(original_wamid="wamid.1")), change(None)),
        (status("deleted"), change(None)),
        (status("warning"), None),
        (message(Text(body="two")), None),
        (AccountNews(kind="security", event="PIN_CHANGED"), None),
    ],
)
def test_edits_deletions_and_the_older_status_change_another_message(
    event: Event, expected: Change | None
) -> None:
    assert change_in(Arrival(key="k", number_id="1", event=event)) == expected


@given(st.permutations([change("a", at=1), change("b", at=2), change("c", at=2, key="l")]))
def test_the_newest_edit_counts_in_whatever_order_they_came(changes: list[Change]) -> None:
    assert newest(changes) == change("c", at=2, key="l")
    assert newest([*changes, change(None, at=-9)]) == change(None, at=-9)
    assert newest([]) is None


@pytest.mark.parametrize("raw", [TEXT, IMAGE, EDIT], ids=lambda raw: raw["type"])
def test_the_words_are_replaced_wherever_they_stand_and_nothing_else_is(raw: dict[str, Any]) -> None:
    assert text_in(raw) == "one"
    after = rewritten(raw, "two")
    assert text_in(after) == "two"
    assert rewritten(after, "one") == raw
    assert text_in(raw) == "one"


@pytest.mark.parametrize("raw", [PLACE, {}, {"type": 7}, {"type": "text"}, {"type": "text", "text": "x"}])
def test_what_has_no_words_stays_as_it_is(raw: dict[str, Any]) -> None:
    assert text_in(raw) == ""
    assert rewritten(raw, "two") == raw
