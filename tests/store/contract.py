"""What every store has to do is tested over `FACTORIES`; the rest of this file makes values to store."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from tests.databases import migrated
from tests.postgres import cluster
from wa_notify.core.alert import Alert, AlertStatus
from wa_notify.core.inbound import Arrival, Unknown
from wa_notify.core.outbox import Intent, Item, Occasion
from wa_notify.core.template import TemplateShape
from wa_notify.core.ticket import Ticket
from wa_notify.ports import Store, Transaction, Views
from wa_notify.store.opening import open_store

T = TypeVar("T")
Factory: TypeAlias = Callable[[Path], Store]

NOW = datetime(2026, 11, 21, 12, 0, 0, 123456, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def sqlite_store(folder: Path) -> Store:
    path = str(folder / "store.db")
    migrated(path)
    return open_store(path)


def postgresql_store(_: Path) -> Store:
    return open_store(cluster().database())


FACTORIES: dict[str, Factory] = {"sqlite": sqlite_store, "postgresql": postgresql_store}


def do(store: Store, work: Callable[[Transaction], T]) -> T:
    return store.transact(work).result(timeout=30)


def see(store: Store, query: Callable[[Views], T]) -> T:
    return store.read(query).result(timeout=30)


def a_ticket(**changes: Any) -> Ticket:
    return replace(Ticket(rule="disk", group="alerts/db-7", title="Disk full", opened_at=NOW), **changes)


def an_item(key: str, **changes: Any) -> Item:
    item = Item(
        key=key,
        recipient_id="alice",
        occasion=Occasion.OPENED,
        intent=Intent(free_form="Disk full"),
        due_at=NOW,
        created_at=NOW,
    )
    return replace(item, **changes)


def an_alert(fingerprint: str = "f1", **changes: Any) -> Alert:
    alert = Alert(
        source="prom",
        status=AlertStatus.FIRING,
        labels={"alertname": "DiskFull"},
        annotations={"summary": "Disk full"},
        starts_at=NOW,
        fingerprint=fingerprint,
    )
    return replace(alert, **changes)


def a_shape(name: str = "ops", language: str = "en", **changes: Any) -> TemplateShape:
    shape = TemplateShape(
        name=name, language=language, status="APPROVED", category="UTILITY", body="{{1}} is full"
    )
    return replace(shape, **changes)


def an_arrival(key: str) -> Arrival:
    return Arrival(key=key, number_id="n1", event=Unknown(kind="news", raw={"a": ["\ud83d\ude00", "\ud800"]}))


def each(store: Store, verb: Callable[[Transaction, T], object], values: Iterable[T]) -> None:
    """Do the same with each value, in a transaction of its own."""
    for value in values:
        store.transact(partial(_one, verb, value)).result(timeout=30)


def _one(verb: Callable[[Transaction, T], object], value: T, tx: Transaction) -> None:
    verb(tx, value)


def stored(store: Store, *items: Item) -> list[Item]:
    """Put the items into the outbox; what they are there."""

    def work(tx: Transaction) -> list[Item]:
        return [found for item in items if (found := tx.enqueue(item))]

    found = do(store, work)
    assert len(found) == len(items)
    return found
