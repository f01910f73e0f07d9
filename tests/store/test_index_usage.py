"""What is asked for each message costs the same however long the history is."""

import sqlite3
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.dialects.sqlite import dialect

from tests.store.contract import NOW, SECOND, a_ticket, an_alert, an_item, do, see, stored
from wa_notify.core.directory import Agreement, WindowStand
from wa_notify.core.outbox import ItemState, Occasion
from wa_notify.core.pace import Pair
from wa_notify.core.rule import Priority
from wa_notify.core.ticket import TicketState
from wa_notify.ports import Transaction
from wa_notify.store import (
    charges,
    ledger,
    pages_messages,
    pages_people,
    pages_sums,
    quality,
    reach,
    retention,
    searching,
    statements,
    views,
)
from wa_notify.store.connection import Statement, prepare
from wa_notify.store.directory import PEOPLE_BY_WORD
from wa_notify.store.pages_messages import item_keys, ticket_keys
from wa_notify.store.pages_people import people_behind
from wa_notify.store.searching import Narrowing
from wa_notify.store.sqlite import SqliteStore

PLANS: list[tuple[Statement, str]] = [
    (statements.DUE, "ix_outbox_claimable (priority=? AND due_at<?)"),
    (statements.ABANDONED, "ix_outbox_sending (state=? AND lease_until<?)"),
    (statements.HELD, "ix_outbox_held (state=? AND recipient_id=?)"),
    (statements.SILENCES_AT_SOURCE, "ix_outbox_silences"),
    (statements.KEPT_BACK, "ix_outbox_kept_back (state=? AND recipient_id=?)"),
    (statements.INHIBITED, "ix_outbox_kept_back"),
    (statements.IN_DIGEST, "ix_outbox_digest (digest_id=?)"),
    (statements.SHARE_FATE, "ix_outbox_digest (digest_id=?)"),
    (
        statements.left_lately((Occasion.OPENED,), critical=False),
        "ix_outbox_told (recipient_id=? AND claimed_at>?)",
    ),
    (statements.ITEM_BY_WAMID, "ix_outbox_wamid (wamid=?)"),
    (statements.items_of((ItemState.PENDING,), None), "ix_outbox_ticket (ticket_id=? AND episode=?)"),
    (statements.DUE_BESIDE, "ix_outbox_waiting (recipient_id=?)"),
    (charges.CHARGE_OF, "charges USING INTEGER PRIMARY KEY (rowid=?)"),
    (charges.SPENT, "(month=?"),
    (charges.SERVICE_USED, "(month=? AND category=?"),
    (charges.VOLUME, "(month=? AND category=? AND market=?"),
    (charges.CONVERSATIONS, "ix_charges_recipient (recipient_id=? AND at>?)"),
    (charges.BILLED, "ix_charges_conversation (conversation=?)"),
    (statements.TWINS, "ix_outbox_twins (instead_of=?)"),
    (statements.told((TicketState.OPEN,)), "ix_tickets_state (state=?)"),
    (statements.CHAT_SINCE, "ix_outbox_chat (recipient_id=? AND occasion=? AND created_at>?)"),
    (statements.SILENCES_NOT_OVER, "ix_silences_end (ends_at>?)"),
    (statements.DUE_TICKETS, "ix_tickets_due (next_at<?)"),
    (statements.OPEN_WITH, "ix_ticket_alerts_alert (source=? AND fingerprint=?)"),
    (quality.SENDS_OF, "ix_outbox_template (template=? AND claimed_at>?)"),
    (quality.LATELY_SAID, "consents USING INTEGER PRIMARY KEY (rowid>?)"),
    (ledger.CONSENTS_OF, "ix_subjects_recipient_id (recipient_id=?)"),
    (retention.FORGET_SILENCES, "ix_silences_end (ends_at<?)"),
    (retention.OLD_GUESTS, "ix_recipients_guest"),
    (retention.NEXT_EVENTS, "inbox USING INTEGER PRIMARY KEY (rowid>?)"),
    (retention.NEXT_ITEMS, "outbox USING INTEGER PRIMARY KEY (rowid>?)"),
    (retention.OLD_TICKETS, "ix_tickets_state (state=? AND opened_at<?)"),
    (retention.OLD_LOOSE_ITEMS, "ix_outbox_ticket (ticket_id=?)"),
    *((statement, "(ticket_id=?") for statement in retention.PARTS_OF_TICKET),
    (statements.CHANGES_TO, "ix_inbox_about (about=?)"),
    (reach.EXPIRE, "ix_reach_at (scope=? AND at<?)"),
    (reach.NTH_OLDEST, "ix_reach_at (scope=?)"),
    (reach.REACHED, "(scope=? AND recipient_id=?)"),
    (reach.PAIR_OF, "(number_id=? AND recipient_id=?)"),
    (reach.COUNT_WITHOUT_PLACE, "ix_outbox_kept_back (state=? AND recipient_id>?)"),
    (reach.WITHOUT_PLACE, "ix_outbox_kept_back (state=? AND recipient_id>?)"),
    (statements.WORDS_OF, "ix_timeline_wamid (wamid=?)"),
    (views.NEXT_CLAIMABLE, "ix_outbox_claimable (priority=?)"),
    (views.NEXT_LEAVING, "ix_outbox_claimable (priority=?)"),
    (views.NEXT_LEASE_OVER, "ix_outbox_sending"),
    (views.NEXT_TIMER, "ix_tickets_due"),
    (views.NEXT_SILENCE, "ix_heartbeats_due"),
    (statements.PULSES_DUE, "ix_heartbeats_due (due_at<?)"),
    (views.ITEMS_IN, "ix_outbox_state (state=?)"),
    (views.ITEMS_OF, "ix_outbox_ticket (ticket_id=?)"),
    (views.TICKETS_IN, "ix_tickets_state (state=?)"),
    (views.TIMELINE_OF, "ix_timeline_ticket (ticket_id=?)"),
]


FEW, MANY = Narrowing(shape=(1,), few=True), Narrowing(shape=(1, 3))
PIECES: list[tuple[Statement, str]] = [
    (people_behind(None, None, Narrowing(), behind=False), "ix_directory_sort (guest=?)"),
    (
        people_behind(None, None, Narrowing(), behind=True),
        "ix_directory_sort (guest=? AND (sort,recipient_id)>",
    ),
    (people_behind(None, None, MANY, behind=True), "ix_directory_sort (guest=? AND (sort,recipient_id)>"),
    (
        people_behind(Agreement.REFUSED, None, Narrowing(), behind=True),
        "ix_directory_agreement (guest=? AND agreement=? AND (sort,recipient_id)>",
    ),
    (people_behind(None, WindowStand.CLOSED, Narrowing(), behind=False), "ix_directory_sort (guest=?)"),
    (pages_people.COUNT_AGREEMENTS, "COVERING INDEX ix_directory_agreement (guest=?)"),
    (pages_people.COUNT_OPEN, "ix_windows_heard (number_id=? AND last_inbound_at>?)"),
    (
        pages_people.COUNT_CLOSING,
        "ix_windows_heard (number_id=? AND last_inbound_at>? AND last_inbound_at<?)",
    ),
    (pages_people.LEDGER_AFTER, "consents USING INTEGER PRIMARY KEY (rowid<?)"),
    (ticket_keys(("state",), Narrowing(), behind=False), "COVERING INDEX ix_tickets_state (state=?)"),
    (
        ticket_keys(("state",), Narrowing(), behind=True),
        "COVERING INDEX ix_tickets_state (state=? AND opened_at<",
    ),
    (ticket_keys(("state",), MANY, behind=False), "COVERING INDEX ix_tickets_state (state=?)"),
    (
        ticket_keys(("state", "rule"), Narrowing(), behind=True),
        "COVERING INDEX ix_tickets_rule (rule=? AND state=? AND opened_at<",
    ),
    (
        ticket_keys(("state", "severity"), Narrowing(), behind=True),
        "COVERING INDEX ix_tickets_severity (severity=? AND state=? AND opened_at<",
    ),
    (
        item_keys(("state",), in_states=False, since=False, behind=True),
        "COVERING INDEX ix_outbox_state (state=? AND created_at<",
    ),
    (
        item_keys(("state",), in_states=False, since=True, behind=False),
        "COVERING INDEX ix_outbox_state (state=? AND created_at>?)",
    ),
    (
        item_keys(("recipient_id",), in_states=True, since=False, behind=True),
        "ix_outbox_recipient (recipient_id=? AND created_at<",
    ),
    (pages_messages.ENTRIES_BEHIND, "ix_timeline_ticket (ticket_id=? AND at>"),
    (pages_messages.ALERTS_BEHIND, "ticket_alerts USING INTEGER PRIMARY KEY (rowid<?)"),
    (pages_messages.CONDITIONS_BEHIND, "conditions USING INTEGER PRIMARY KEY (rowid<?)"),
    (pages_sums.LATENCIES, "ix_outbox_delivered (delivered_at>?)"),
    (pages_sums.REPLY_LATENCIES, "COVERING INDEX ix_tickets_taken (acknowledged_at>?)"),
    (searching._how_many(PEOPLE_BY_WORD, 1), "COVERING INDEX ix_person_words (word>? AND word<?)"),
]


@pytest.mark.parametrize(("statement", "index"), PIECES, ids=[index for _, index in PIECES])
def test_every_piece_of_a_list_is_read_in_the_order_of_its_index(
    sqlite: SqliteStore, statement: Statement, index: str
) -> None:
    plan = plan_of(sqlite, statement)
    assert any(index in step for step in plan[:2]), plan
    assert not [step for step in plan if "TEMP B-TREE" in step or _is_scan(step)]


# What few are found by, and few are open to, is put in order once it is found.
FOUND_FIRST: list[tuple[Statement, str]] = [
    (people_behind(None, None, FEW, behind=True), "ix_person_words (word>? AND word<?)"),
    (
        people_behind(None, WindowStand.CLOSING, Narrowing(), behind=False),
        "ix_windows_heard (number_id=? AND",
    ),
    (ticket_keys(("state",), FEW, behind=True), "ix_ticket_words (word>? AND word<?)"),
    (pages_people.LEDGER_OF_AFTER, "ix_consents_subject (subject=?)"),
    (item_keys(("ticket_id",), in_states=False, since=False, behind=True), "ix_outbox_ticket (ticket_id=?)"),
    (
        item_keys(("recipient_id", "ticket_id"), in_states=True, since=False, behind=True),
        "ix_outbox_",
    ),
    (pages_sums.ITEMS_BY_HOUR, "COVERING INDEX ix_outbox_state (state=? AND created_at>?)"),
    (pages_sums.QUARTERS, "(month=?)"),
]


@pytest.mark.parametrize(("statement", "index"), FOUND_FIRST, ids=[index for _, index in FOUND_FIRST])
def test_what_few_rows_answer_is_found_by_an_index(
    sqlite: SqliteStore, statement: Statement, index: str
) -> None:
    plan = plan_of(sqlite, statement)
    assert any(index in step for step in plan), plan
    assert not [step for step in plan if _is_scan(step)]


def _is_scan(step: str) -> bool:
    return (
        step.startswith("SCAN")
        and "INDEX" not in step
        and "subquer" not in step.lower()
        and "anon" not in step
    )


def plan_of(sqlite: SqliteStore, statement: Statement) -> list[str]:
    prepared = prepare(statement, dialect(paramstyle="named"))
    compiled = statement.compile(dialect=dialect(paramstyle="named"))
    rows = sqlite._driver.execute(f"EXPLAIN QUERY PLAN {prepared.text}", dict.fromkeys(compiled.params))
    return [row[3] for row in rows]


@pytest.mark.parametrize(("statement", "index"), PLANS, ids=[index for _, index in PLANS])
def test_every_frequent_question_is_answered_from_its_index(
    sqlite: SqliteStore, statement: Statement, index: str
) -> None:
    prepared = prepare(statement, dialect(paramstyle="named"))
    compiled = statement.compile(dialect=dialect(paramstyle="named"))
    plan = [
        row[3]
        for row in sqlite._driver.execute(
            f"EXPLAIN QUERY PLAN {prepared.text}", dict.fromkeys(compiled.params)
        )
    ]
    assert index in plan[0], plan
    assert not [step for step in plan if step.startswith("SCAN") and "INDEX" not in step]
    if statement not in (
        statements.OPEN_WITH,
        views.ITEMS_OF,
        statements.items_of((ItemState.PENDING,), None),
        ledger.CONSENTS_OF,  # the few entries of one person
        reach.WITHOUT_PLACE,  # the few that wait
    ):
        assert not [step for step in plan if "TEMP B-TREE" in step]


def steps(driver: sqlite3.Connection, work: Callable[[], Any]) -> int:
    """Count what SQLite's machine did, which is the same on every computer."""
    count = 0

    def step() -> int:
        nonlocal count
        count += 1
        return 0

    work()  # learns the statements
    driver.set_progress_handler(step, 1)
    work()
    driver.set_progress_handler(None, 1)
    return count


def a_turn(tx: Transaction) -> None:
    """Ask what every turn of the engine asks."""
    tx.abandoned_items(NOW)
    tx.due_tickets(NOW, 10)
    tx.pulses_due(NOW)
    tx.due_items(NOW, 10)
    tx.held_items("alice")
    tx.tickets_told("alice", (TicketState.OPEN,), by=NOW, limit=10)
    tx.chat_since("alice", Occasion.CONFIRMATION, NOW)
    tx.silences(NOW)
    tx.open_tickets_with(an_alert())
    tx.people_reached("portfolio", NOW - SECOND)
    tx.reached_at("portfolio", "alice")
    tx.place_left_at("portfolio", 1)
    tx.pair("n1", "alice")
    tx.bucket("n1")
    tx.slowdowns()


def reach_many(tx: Transaction) -> None:
    """As many people as a large business may write to."""
    for number in range(3000):
        tx.count_reached("portfolio", f"p{number}", NOW)
        tx.save_pair("n1", f"p{number}", Pair().taken(NOW))


def test_a_turn_costs_the_same_beside_a_long_history_and_a_crowded_future(sqlite: SqliteStore) -> None:
    ticket = do(sqlite, lambda tx: tx.save_ticket(a_ticket(remind_at=NOW)))
    do(sqlite, lambda tx: tx.save_alert(ticket, an_alert()))
    told = {"ticket_id": ticket.id, "episode": 1, "claimed_at": NOW, "state": ItemState.READ}
    stored(sqlite, *(an_item(f"now {n}", priority=Priority.LOW) for n in range(20)), an_item("told", **told))
    before_turn = steps(sqlite._driver, lambda: do(sqlite, a_turn))
    before_look = steps(sqlite._read_driver, lambda: see(sqlite, lambda views: views.next_due()))
    future = {"due_at": NOW + SECOND, "priority": Priority.CRITICAL}
    stored(sqlite, *(an_item(f"future {n}", **future) for n in range(3000)))
    stored(sqlite, *(an_item(f"past {n}", **told | {"claimed_at": NOW - SECOND}) for n in range(3000)))
    stored(sqlite, *(an_item(f"gone {n}", state=ItemState.REFUSED) for n in range(3000)))
    do(sqlite, reach_many)
    after_turn = steps(sqlite._driver, lambda: do(sqlite, a_turn))
    after_look = steps(sqlite._read_driver, lambda: see(sqlite, lambda views: views.next_due()))
    assert after_turn <= before_turn * 1.2
    assert after_look <= before_look * 1.2
