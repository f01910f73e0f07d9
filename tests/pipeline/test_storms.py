"""However the alerts come: nobody gets more messages than they are meant to, and nobody misses a ticket."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.builders import NOW, alert, consent, recipient, rule, shape, template_text
from tests.databases import migrated
from wa_notify.core.alert import Alert, AlertStatus
from wa_notify.core.message import Accepted
from wa_notify.core.outbox import MAY_HAVE_ARRIVED, Item, Occasion
from wa_notify.core.quiet import QuietHours
from wa_notify.core.rule import Priority, Receiver, Rulebook
from wa_notify.core.storm import Storm
from wa_notify.core.ticket import Ticket, TicketState
from wa_notify.core.wallclock import DailySpan
from wa_notify.pipeline.deliver import claim, record
from wa_notify.pipeline.ingest import ingest
from wa_notify.ports import Transaction
from wa_notify.store.sqlite import SqliteStore, open_store

NUMBER = "400000000000101"
STORM = Storm(most=3, within=timedelta(minutes=10), most_critical=4)
NIGHT = QuietHours(
    spans=(DailySpan(from_time=NOW.replace(hour=10).time(), to_time=NOW.replace(hour=11).time()),),
    time_zone="UTC",
)
BOOK = Rulebook(
    rules=(
        rule(name="grave", priority=Priority.CRITICAL, matchers=(), resolved=template_text()),
        rule(name="plain", resolved=template_text()),
    ),
    receivers={"oncall": Receiver(to=("alice",))},
    storm=STORM,
    digest=template_text(),
    quiet_hours={"alice": NIGHT},
)
EVENTS = st.lists(
    st.tuples(
        st.integers(min_value=0, max_value=300),  # seconds since the one before
        st.integers(min_value=0, max_value=15),  # which alert
        st.booleans(),  # it fires, or is over
    ),
    max_size=60,
)


def said(number: int, *, fires: bool) -> Alert:
    status = AlertStatus.FIRING if fires else AlertStatus.RESOLVED
    return alert(status=status, fingerprint=f"f{number}", labels={"alertname": f"Trouble{number}"})


def opened(path: str) -> SqliteStore:
    migrated(path)
    store = open_store(path)

    def furnish(tx: Transaction) -> None:
        tx.save_recipient(recipient())
        tx.record_consent(consent())
        tx.replace_templates([shape()], NOW)

    store.transact(furnish).result()
    return store


def everything_due(store: SqliteStore, book: Rulebook, now: datetime) -> None:
    """Send whatever is due, one message at a time, to a platform that takes everything."""

    def turn(tx: Transaction) -> bool:
        claims = claim(tx, book, NUMBER, now, 50)
        for one in claims.leaving:
            record(tx, NUMBER, one, Accepted(wamid=f"wamid.{one.item_id}"), now, 0.5)
        return bool(claims.leaving) or claims.more

    while store.transact(turn).result():
        pass


def pass_time(store: SqliteStore, book: Rulebook, now: datetime, until: datetime) -> datetime:
    while (due := store.read(lambda views: views.next_due()).result()) and due <= until:
        now = max(now, due)
        everything_due(store, book, now)
    return until


def left(items: list[Item], fits: Callable[[Item], bool]) -> list[datetime]:
    counted = [item for item in items if item.digest_id is None and item.state in MAY_HAVE_ARRIVED]
    return sorted(item.claimed_at for item in counted if item.claimed_at and fits(item))


def is_critical(item: Item) -> bool:
    return item.priority is Priority.CRITICAL


def most_at_once(times: list[datetime]) -> int:
    return max((sum(at <= other < at + STORM.within for other in times) for at in times), default=0)


@settings(deadline=None, max_examples=30)
@given(events=EVENTS, critical=st.sampled_from([frozenset[int](), frozenset({1, 5, 6, 7, 8, 9, 10})]))
def test_nobody_is_flooded_and_what_still_fires_was_told(
    events: list[tuple[int, int, bool]], critical: frozenset[int]
) -> None:
    grave, plain = BOOK.rules
    book = replace(BOOK, rules=(plain,))
    book_of_the_grave = replace(BOOK, rules=(grave, plain))
    with TemporaryDirectory() as folder:
        store = opened(str(Path(folder) / "storm.db"))
        now = NOW
        for pause, number, fires in events:
            now = pass_time(store, book_of_the_grave, now, now + timedelta(seconds=pause))
            rules, word = book_of_the_grave if number in critical else book, said(number, fires=fires)
            store.transact(partial(ingest, book=rules, alerts=[word], now=now)).result()
            everything_due(store, book_of_the_grave, now)
        pass_time(store, book_of_the_grave, now, now + timedelta(days=2))
        items = list(store.read(lambda views: views.items(limit=10_000)).result())
        tickets = list(store.read(lambda views: views.tickets([TicketState.OPEN], 1000)).result())
        store.close()
    assert most_at_once(left(items, lambda item: not is_critical(item))) <= STORM.most
    assert most_at_once(left(items, is_critical)) <= STORM.most_critical
    assert [ticket.title for ticket in tickets if not was_told(items, ticket)] == []


def was_told(items: list[Item], ticket: Ticket) -> bool:
    return any(
        item.state in MAY_HAVE_ARRIVED and item.occasion is Occasion.OPENED
        for item in items
        if (item.ticket_id, item.episode) == (ticket.id, ticket.episode)
    )
