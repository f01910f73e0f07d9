"""Whatever the order in which WhatsApp tells of a message and of what became of it, the same copy is left."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.builders import NOW, recipient, ticket
from tests.databases import migrated
from tests.pipeline.test_receive import ALICE, BOOK, NUMBER
from wa_notify.core.copies import Change, newest
from wa_notify.core.enclosed import MediaKind
from wa_notify.core.inbound import (
    Arrival,
    Content,
    Deleted,
    Edited,
    InboundMessage,
    Media,
    StatusUpdate,
    Text,
)
from wa_notify.core.timeline import Entry, EntryKind
from wa_notify.pipeline.copies import as_it_stands
from wa_notify.pipeline.receive import receive
from wa_notify.ports import Transaction
from wa_notify.store.sqlite import SqliteStore, open_store
from wa_notify.store.statements import RAW_OF

NOTICES = ("message", "edit", "later edit", "delete", "deleted status")
WORDS = {"message": "one", "edit": "two", "later edit": "three"}
turns = count()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteStore]:
    path: Path = tmp_path_factory.mktemp("copies") / "copies.db"
    migrated(str(path))
    store = open_store(str(path))
    store.transact(lambda tx: tx.save_recipient(recipient())).result()
    store.transact(lambda tx: tx.save_ticket(replace(ticket(), id=0))).result()
    yield store
    store.close()


def arrival(turn: int, notice: str) -> Arrival:
    """What WhatsApp tells, about the message of this turn."""
    wamid, at = f"w{turn}", NOW + timedelta(seconds=NOTICES.index(notice))
    text: dict[str, Any] = {"type": "text", "text": {"body": WORDS.get(notice, "")}}
    if notice == "deleted status":
        update = StatusUpdate(wamid=wamid, status=None, word="deleted", at=at, recipient=ALICE)
        return Arrival(key=f"{wamid}/deleted", number_id=NUMBER, event=update)
    own = wamid if notice == "message" else f"{wamid}/{notice}"
    content: Content = Edited(original_wamid=wamid, body=WORDS.get(notice, ""))
    if notice == "message":
        content = Text(body="one")
    elif notice == "delete":
        content = Deleted(original_wamid=wamid)
    raw = text if notice == "message" else {"type": "edit", "edit": {"message": text}}
    message = InboundMessage(
        wamid=own, sender=ALICE, at=at, content=content, raw={} if notice == "delete" else raw
    )
    return Arrival(key=own, number_id=NUMBER, event=message)


def tell(store: SqliteStore, turn: int, notice: str) -> None:
    """Take it in; a message that is heard becomes a comment, as on an open ticket."""

    def work(tx: Transaction) -> None:
        told = arrival(turn, notice)
        fresh = receive(tx, BOOK, [told], NOW, 0.5)
        if fresh and notice == "message" and isinstance(told.event, InboundMessage):
            heard = as_it_stands(told.event, newest(tx.changes_to(f"w{turn}")))
            if heard and isinstance(heard.content, Text):
                said = Entry(
                    ticket_id=1,
                    at=NOW,
                    kind=EntryKind.COMMENTED,
                    actor="alice",
                    text=heard.content.body,
                    wamid=f"w{turn}",
                )
                tx.note(said)

    store.transact(work).result()


def raws(store: SqliteStore, turn: int, told: Sequence[str]) -> dict[str, Any]:
    keys = {notice: arrival(turn, notice).key for notice in set(told) & set(WORDS)}
    return {
        notice: store.transact(lambda tx, key=key: tx._connection.cell(RAW_OF, key=key)).result()  # type: ignore[misc]
        for notice, key in keys.items()
    }


def as_raw(notice: str, text: str) -> dict[str, Any]:
    inner: dict[str, Any] = {"type": "text", "text": {"body": text}}
    return inner if notice == "message" else {"type": "edit", "edit": {"message": inner}}


@settings(max_examples=150, deadline=None)
@given(told=st.lists(st.sampled_from(NOTICES), min_size=1, max_size=8))
def test_any_order_of_telling_leaves_the_same_copy(shared: SqliteStore, told: list[str]) -> None:
    turn = next(turns)
    for notice in told:
        tell(shared, turn, notice)
    deleted = {"delete", "deleted status"} & set(told)
    final = next((WORDS[notice] for notice in ("later edit", "edit", "message") if notice in told), "")
    expected = {
        notice: {"deleted": True} if deleted else as_raw(notice, final) for notice in set(told) & set(WORDS)
    }
    assert raws(shared, turn, told) == expected
    entries = shared.read(lambda views: views.timeline(1)).result()
    mine = [entry.text for entry in entries if entry.wamid == f"w{turn}"]
    assert set(mine) <= {"Alice deleted a message." if deleted else final}
    assert bool(mine) or "message" not in told or bool(deleted)


def test_a_caption_that_was_edited_before_it_came_is_heard_with_its_picture() -> None:
    picture = Media(kind=MediaKind.IMAGE, media_id="71", caption="old")
    message = InboundMessage(wamid="w", sender=ALICE, at=NOW, content=picture)
    change = Change(wamid="w", key="k", at=NOW, text="new")
    heard = as_it_stands(message, change)
    assert heard is not None
    assert heard.content == replace(picture, caption="new")
