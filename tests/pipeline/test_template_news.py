"""The account's templates between two readings, on a real database."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.core.builders import NOW, shape
from wa_notify.core.errors import PlatformUnreachable
from wa_notify.core.inbound import Arrival, TemplateNews
from wa_notify.core.rule import Rulebook
from wa_notify.core.template import TemplateShape
from wa_notify.pipeline.receive import receive
from wa_notify.pipeline.template_news import keep_templates
from wa_notify.store.sqlite import SqliteStore

MINUTE = timedelta(minutes=1)


def arrive(store: SqliteStore, *, key: str = "", at: datetime | None = NOW + MINUTE, **said: Any) -> None:
    ordinary: dict[str, Any] = {"kind": "status", "name": "ops_alert", "language": "en"}
    news = TemplateNews(at=at, **(ordinary | said))
    arrival = Arrival(key=key or str(news), number_id="", event=news)
    store.transact(lambda tx: receive(tx, Rulebook(), [arrival], NOW, 0.5)).result()


def known(store: SqliteStore) -> list[TemplateShape]:
    return list(store.read(lambda views: views.templates()).result())


def test_the_newest_news_of_an_aspect_counts_and_the_older_come_too_late(store: SqliteStore) -> None:
    arrive(store, status="PAUSED", at=NOW + 2 * MINUTE)
    arrive(store, status="APPROVED", at=NOW + MINUTE)
    arrive(store, quality="RED", at=NOW + MINUTE)
    assert known(store) == [shape(status="PAUSED", quality="RED")]


def test_news_from_before_the_last_reading_change_nothing(store: SqliteStore) -> None:
    arrive(store, status="PAUSED", at=NOW - MINUTE)
    assert known(store) == [shape()]
    arrive(store, status="PAUSED", at=None)
    assert known(store) == [shape(status="PAUSED")]


def test_a_template_that_is_known_only_from_news_is_not_invented(store: SqliteStore) -> None:
    arrive(store, name="ops_new", status="APPROVED")
    arrive(store, language="de", status="APPROVED")
    assert known(store) == [shape()]


def test_a_reading_counts_for_all_and_begins_the_news_anew(store: SqliteStore) -> None:
    arrive(store, status="PAUSED", at=NOW + 2 * MINUTE)
    store.transact(lambda tx: keep_templates(tx, [shape()], NOW + 3 * MINUTE)).result()
    assert store.transact(lambda tx: tx.news_told_at("ops_alert", "en")).result() == {}
    arrive(store, status="FLAGGED", at=NOW + MINUTE)
    assert known(store) == [shape()]


def test_an_account_that_suddenly_has_nothing_is_not_believed(store: SqliteStore) -> None:
    with pytest.raises(PlatformUnreachable, match="What was known stays"):
        store.transact(lambda tx: keep_templates(tx, [], NOW)).result()
    assert known(store) == [shape()]
    store.transact(lambda tx: tx.replace_templates([], NOW)).result()
    store.transact(lambda tx: keep_templates(tx, [], NOW + MINUTE)).result()
    assert store.read(lambda views: views.templates_synced_at()).result() == NOW + MINUTE


def test_what_a_reviewer_wrote_is_kept_when_the_account_is_read(store: SqliteStore) -> None:
    arrive(store, status="REJECTED", why_rejected="SCAM: It asks for money.")
    read = [shape(status="REJECTED", why_rejected="SCAM"), shape(language="de")]
    store.transact(lambda tx: keep_templates(tx, read, NOW + 2 * MINUTE)).result()
    assert {one.why_rejected for one in known(store)} == {"", "SCAM: It asks for money."}
