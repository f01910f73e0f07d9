"""Who is put on call by hand: refused when nobody would be, heeded by whoever asks a schedule."""

from datetime import timedelta
from typing import Any

import pytest

from tests.core.builders import NOW, alert, recipient, rule, template_text
from wa_notify.core.duty import DutyState
from wa_notify.core.errors import UnknownRecipient
from wa_notify.core.rule import CheckIn, Receiver, Rulebook
from wa_notify.core.schedule import ManualOverride, Rotation, Schedule
from wa_notify.pipeline.explain import explain
from wa_notify.pipeline.overrides import OverrideRefused, Wanted, end_override, override
from wa_notify.pipeline.planning import people
from wa_notify.pipeline.shifts import take_up, watch
from wa_notify.ports import Transaction
from wa_notify.store.sqlite import SqliteStore

HOUR = timedelta(hours=1)
NUMBER = "400000000000101"
STARTS = (NOW - timedelta(days=1)).replace(tzinfo=None)
ROTATION = Rotation(people=("bob",), starts=STARTS, every=timedelta(weeks=1))
PRIMARY = Schedule(name="primary", time_zone="UTC", rotations=(ROTATION,))
BOOK = Rulebook(
    rules=(rule(),),
    receivers={"oncall": Receiver(to=("primary",))},
    schedules={"primary": PRIMARY},
    check_ins={"primary": CheckIn(template=template_text(body=()), wait=HOUR / 2)},
)


def made(store: SqliteStore, at: timedelta = timedelta(0), **changes: Any) -> ManualOverride:
    ordinary: dict[str, Any] = {
        "schedule": "primary",
        "person": "alice",
        "starts_at": NOW,
        "ends_at": NOW + HOUR,
        "by": "ops",
    }
    wanted = Wanted(**(ordinary | changes))
    return store.transact(lambda tx: override(tx, BOOK, wanted, NOW + at)).result()


def on_call(store: SqliteStore, at: timedelta) -> tuple[str, ...]:
    return store.transact(lambda tx: people(tx, BOOK, ["primary"], NOW + at)).result()


def test_whoever_is_on_call_by_hand_is_asked_and_the_regular_one_afterwards(store: SqliteStore) -> None:
    one = made(store, starts_at=NOW + HOUR, ends_at=NOW + 2 * HOUR, reason="A swap")
    assert (one.person, one.author, one.reason, one.made_at) == ("alice", "ops", "A swap", NOW)
    assert [on_call(store, n * HOUR) for n in range(3)] == [("bob",), ("alice",), ("bob",)]
    at_once = made(store, at=HOUR / 2, starts_at=NOW - HOUR)
    assert at_once.starts_at == NOW + HOUR / 2


def test_explain_knows_of_it(store: SqliteStore) -> None:
    made(store)
    told = store.rehearse(lambda tx: explain(tx, BOOK, NUMBER, [alert()], NOW)).result()
    assert "alice" in str(told)
    assert "bob" not in str(told)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"schedule": "primry"}, "There is no schedule primry. There is: primary."),
        ({"ends_at": NOW}, "later than it begins"),
        ({"starts_at": NOW - 2 * HOUR, "ends_at": NOW - HOUR}, "later than now"),
        ({"person": "carol"}, "carol cannot be on call. This person never opted in."),
        ({"person": "guest-1"}, "guest-1"),
    ],
)
def test_an_override_by_which_nobody_would_be_on_call_is_refused(
    store: SqliteStore, changes: dict[str, Any], why: str
) -> None:
    def know(tx: Transaction) -> None:
        tx.save_recipient(recipient(id="carol", phone="+447700900789"))
        tx.save_recipient(recipient(id="guest-1", phone="+447700900790", guest=True))

    store.transact(know).result()
    with pytest.raises(OverrideRefused, match=why.replace("+", r"\+")):
        made(store, **changes)
    assert store.read(lambda views: views.overrides(NOW - 9 * HOUR)).result() == []


def test_nobody_of_that_name_is_told(store: SqliteStore) -> None:
    with pytest.raises(UnknownRecipient):
        made(store, person="nobody")


def test_an_override_is_ended_once(store: SqliteStore) -> None:
    one = made(store)

    def end(tx: Transaction) -> ManualOverride | None:
        return end_override(tx, BOOK, one.id, NOW + HOUR / 2)

    ended = store.transact(end).result()
    assert ended is not None
    assert ended.ends_at == NOW + HOUR / 2
    assert on_call(store, HOUR / 2) == ("bob",)
    assert store.transact(end).result() is None
    assert store.transact(lambda tx: end_override(tx, BOOK, 99, NOW)).result() is None


def test_one_of_a_schedule_that_is_gone_can_still_be_ended(store: SqliteStore) -> None:
    one = made(store)
    ended = store.transact(lambda tx: end_override(tx, Rulebook(), one.id, NOW)).result()
    assert ended is not None
    assert store.transact(lambda tx: people(tx, Rulebook(), ["primary"], NOW)).result() == ("primary",)


def test_the_check_in_asks_whoever_is_on_call_by_hand_when_their_time_begins(store: SqliteStore) -> None:
    def look(at: timedelta) -> tuple[str, DutyState]:
        def work(tx: Transaction) -> tuple[str, DutyState]:
            take_up(tx, BOOK, NOW + at)
            watch(tx, BOOK, NOW + at)
            duty = tx.duty("primary")
            assert duty
            return duty.person, duty.state

        return store.transact(work).result()

    assert look(timedelta(0)) == ("bob", DutyState.ASKED)
    made(store, starts_at=NOW + HOUR / 4, ends_at=NOW + 2 * HOUR)
    due = store.read(lambda views: views.next_due()).result()
    assert due is not None
    assert store.transact(lambda tx: [duty.schedule for duty in tx.due_duties(NOW + HOUR / 4)]).result() == [
        "primary"
    ]
    assert look(HOUR / 4) == ("alice", DutyState.ASKED)
    store.transact(lambda tx: end_override(tx, BOOK, 1, NOW + HOUR)).result()
    assert look(HOUR) == ("bob", DutyState.ASKED)
