"""Whatever happens in whatever order: never more people than the limit, and nobody waits in vain."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.builders import NOW, consent, failure, item, recipient, shape
from tests.databases import migrated
from wa_notify.core.inbound import AccountNews, Arrival
from wa_notify.core.limits import DAY, UNLIMITED, Allowance, Allowed, Limits, Reserve
from wa_notify.core.message import Accepted, NoAnswer, Rejected, Remedy, SendResult
from wa_notify.core.outbox import Channel, Intent, Item, ItemState, Occasion
from wa_notify.core.pace import Throttled
from wa_notify.core.reason import Reason
from wa_notify.core.retention import Retention
from wa_notify.core.rule import Priority, Rulebook
from wa_notify.core.template import TemplateWish
from wa_notify.core.window import Window
from wa_notify.pipeline.deliver import Claim, claim, record
from wa_notify.pipeline.limits import headroom, learn_limits, pace_of
from wa_notify.pipeline.receive import receive
from wa_notify.pipeline.retention import sweep
from wa_notify.ports import Transaction
from wa_notify.store.sqlite import SqliteStore, open_store

NUMBER = "400000000000101"
PEOPLE = [f"p{number}" for number in range(8)]
YEARS = timedelta(days=1000)
OUTCOMES: dict[str, SendResult] = {
    "taken": Accepted(wamid="w"),
    "refused": Rejected(failure=failure(Remedy.CHANNEL, code=131026)),
    "later": Rejected(failure=failure(Remedy.RETRY)),
    "never left": NoAnswer(why="no line", left=False),
    "lost": NoAnswer(why="no answer"),
}
EVENTS = st.lists(
    st.tuples(
        st.sampled_from([0, 1, 60, 3_600, 40_000, 80_000, 90_000]),  # seconds since the one before
        st.sampled_from(PEOPLE),
        st.sampled_from([Priority.CRITICAL, Priority.NORMAL, Priority.LOW]),
        st.sampled_from(["taken", "taken", "taken", *OUTCOMES, "writes"]),
    ),
    max_size=40,
)


def opened(path: str) -> SqliteStore:
    migrated(path)
    store = open_store(path)

    def furnish(tx: Transaction) -> None:
        for number, person in enumerate(PEOPLE):
            tx.save_recipient(recipient(id=person, phone=f"+4477009001{number:02d}"))
            tx.record_consent(consent(recipient_id=person))
        tx.replace_templates([shape()], NOW)

    store.transact(furnish).result()
    return store


def message(key: str, person: str, priority: Priority, now: datetime, **more: Any) -> Item:
    wish = TemplateWish(name="ops_alert", body=(("", "db-7"),))
    ordinary: dict[str, Any] = {
        "id": 0,
        "key": key,
        "ticket_id": None,
        "recipient_id": person,
        "occasion": Occasion.MESSAGE,
        "intent": Intent(template=wish),
        "priority": priority,
        "due_at": now,
        "created_at": now,
        "expires_at": now + YEARS,
    }
    return item(**(ordinary | more))


class Platform:
    """What may have reached whom outside of their window, and what it answers to each."""

    def __init__(self, limit: int, reserve: int) -> None:
        self.limit, self.reserve = limit, reserve
        self.left: dict[str, datetime] = {}
        self.answers: dict[str, str] = {}

    def used(self, now: datetime, *, apart_from: str = "") -> int:
        return sum(at > now - DAY for person, at in self.left.items() if person != apart_from)

    def takes(self, tx: Transaction, one: Claim, now: datetime) -> SendResult:
        found = tx.item(one.item_id)
        assert found is not None
        answer = OUTCOMES[self.answers.pop(found.key, "taken")]
        left = isinstance(answer, Accepted) or (isinstance(answer, NoAnswer) and answer.left)
        if not tx.window(NUMBER, found.recipient_id).is_open(now):
            others = self.used(now, apart_from=found.recipient_id)
            counted = self.left.get(found.recipient_id, now - DAY) > now - DAY
            critical = found.priority is Priority.CRITICAL or found.unconfirmed > 0
            assert counted or others < self.limit - (0 if critical else self.reserve)
            if left:
                self.left[found.recipient_id] = now
        return answer if isinstance(answer, Rejected | NoAnswer) else Accepted(wamid=f"w{one.item_id}")


def everything_due(store: SqliteStore, book: Rulebook, platform: Platform, now: datetime) -> None:
    """Decide whatever is due, several at once, and let the platform answer only afterwards."""

    def turn(tx: Transaction) -> bool:
        claims = claim(tx, book, NUMBER, now, 5)
        for one in reversed(claims.leaving):
            record(tx, NUMBER, one, platform.takes(tx, one, now), now, 0.5)
        return bool(claims.leaving) or claims.more

    while store.transact(turn).result():
        pass


def pass_time(store: SqliteStore, book: Rulebook, platform: Platform, now: datetime, until: datetime) -> None:
    while (due := store.read(lambda views: views.next_due()).result()) and due <= until:
        now = max(now, due)
        everything_due(store, book, platform, now)
        assert platform.used(now) <= platform.limit


def happens(facts: tuple[int, str, Priority, str, datetime], tx: Transaction) -> None:
    number, person, priority, what, now = facts
    if what == "writes":
        tx.save_window(NUMBER, person, tx.window(NUMBER, person).written(now))
        return
    tx.enqueue(message(f"m{number}", person, priority, now))


@settings(deadline=None, max_examples=40)
@given(events=EVENTS, limit=st.integers(1, 5), reserve=st.integers(0, 2))
def test_in_any_interleaving_the_limit_and_the_reserve_are_kept_and_everybody_is_told(
    events: list[tuple[int, str, Priority, str]], limit: int, reserve: int
) -> None:
    reserve = min(reserve, limit - 1)
    book = Rulebook(limits=Limits(reach=limit, reserve=Reserve(people=reserve)))
    platform = Platform(limit, reserve)
    with TemporaryDirectory() as folder:
        store = opened(str(Path(folder) / "limits.db"))
        now = NOW
        for number, (gap, person, priority, what) in enumerate(events):
            pass_time(store, book, platform, now, now + timedelta(seconds=gap))
            now += timedelta(seconds=gap)
            platform.answers[f"m{number}"] = what if what in OUTCOMES else "taken"
            store.transact(partial(happens, (number, person, priority, what, now))).result()
        pass_time(store, book, platform, now, now + timedelta(days=len(PEOPLE) + 1))
        items = store.read(lambda views: views.items(limit=1000)).result()
        store.close()
    assert {one.state for one in items} <= {ItemState.ACCEPTED, ItemState.FAILED}
    assert all(one.reason is Reason.UNREACHABLE_ON_WHATSAPP for one in items if one.state is ItemState.FAILED)


BOOK = Rulebook(limits=Limits(reach=1, reserve=Reserve(people=0)))


@pytest.fixture
def people(tmp_path: Path) -> Iterator[SqliteStore]:
    store = opened(str(tmp_path / "people.db"))
    yield store
    store.close()


def planned(store: SqliteStore, *persons: str, **more: Any) -> list[Item]:
    def work(tx: Transaction) -> list[Item]:
        return [
            found
            for person in persons
            if (found := tx.enqueue(message(f"to {person}", person, Priority.NORMAL, NOW, **more)))
        ]

    return store.transact(work).result()


def claims(store: SqliteStore, now: datetime, book: Rulebook = BOOK) -> tuple[Claim, ...]:
    return store.transact(lambda tx: claim(tx, book, NUMBER, now, 10).leaving).result()


def item_of(store: SqliteStore, item_id: int) -> Item:
    found = store.transact(lambda tx: tx.item(item_id)).result()
    assert found is not None
    return found


def test_two_of_one_turn_cannot_take_the_same_place(people: SqliteStore) -> None:
    planned(people, "p1", "p2")
    assert len(claims(people, NOW)) == 1
    assert claims(people, NOW + timedelta(hours=23)) == ()
    assert len(claims(people, NOW + DAY)) == 1


def test_a_refused_message_gives_its_place_to_who_waits(people: SqliteStore) -> None:
    first, second = planned(people, "p1", "p2")
    (left,) = claims(people, NOW)
    assert item_of(people, second.id).due_at == NOW + DAY
    people.transact(lambda tx: record(tx, NUMBER, left, OUTCOMES["refused"], NOW, 0.5)).result()
    assert item_of(people, first.id).state is ItemState.FAILED
    assert [one.item_id for one in claims(people, NOW)] == [second.id]


def test_a_second_message_that_did_not_leave_takes_the_first_one_back_to_its_time(
    people: SqliteStore,
) -> None:
    def reached(tx: Transaction) -> datetime | None:
        return tx.reached_at("portfolio", "p1")

    planned(people, "p1")
    (left,) = claims(people, NOW)
    people.transact(lambda tx: record(tx, NUMBER, left, OUTCOMES["taken"], NOW, 0.5)).result()
    later = NOW + timedelta(hours=1)
    people.transact(lambda tx: tx.enqueue(message("again", "p1", Priority.NORMAL, later))).result()
    (again,) = claims(people, later)
    assert people.transact(reached).result() == later
    people.transact(lambda tx: record(tx, NUMBER, again, OUTCOMES["never left"], later, 0.5)).result()
    assert people.transact(reached).result() == NOW


def test_what_another_channel_carries_heeds_no_limit_of_whatsapp(people: SqliteStore) -> None:
    planned(people, "p1")
    claims(people, NOW)
    (other,) = planned(people, "p2", channel=Channel.OTHER, target="mail", ticket_id=None)
    claims(people, NOW)
    assert item_of(people, other.id).reason is Reason.NO_CHANNEL


def news(**facts: Any) -> Arrival:
    event = AccountNews(kind="business_capability_update", **{"event": "", **facts})
    return Arrival(key=str(facts), number_id="", event=event)


def test_a_webhook_tells_another_limit_and_lets_those_go_who_wait(people: SqliteStore) -> None:
    book = Rulebook(limits=Limits(reserve=Reserve(people=0)))
    low = Allowance(what=Allowed.REACH, amount=1, said="1", source="account", at=NOW)
    people.transact(lambda tx: tx.save_allowance(low)).result()
    planned(people, "p1", "p2")
    assert len(claims(people, NOW, book)) == 1
    people.transact(lambda tx: receive(tx, book, [news(limit="TIER_2K")], NOW, 0.5)).result()
    assert len(claims(people, NOW, book)) == 1


def test_unknown_words_leave_what_was_known_and_are_told_once(
    people: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    def learn(tx: Transaction) -> None:
        learn_limits(tx, {"whatsapp_business_manager_messaging_limit": "TIER_2K", "throughput": 7}, NOW)
        for _ in range(3):
            odd = {"whatsapp_business_manager_messaging_limit": "TIER_SKY", "throughput": {"level": "WARP"}}
            learn_limits(tx, odd, NOW)
        learn_limits(tx, {"whatsapp_business_manager_messaging_limit": None}, NOW)
        learn_limits(tx, {}, NOW)

    people.transact(learn).result()
    seen = people.read(lambda views: headroom(views, Rulebook(), NUMBER, NOW)).result()
    assert (seen.reach.limit, seen.pace, seen.pace_told) == (2000, 80, None)
    assert [line for line in caplog.messages if "TIER_SKY" in line] == [
        "WhatsApp tells a messaging limit that is not known here: TIER_SKY. The last one holds."
    ]


def test_the_account_tells_limit_and_pace_and_a_webhook_of_more_of_it(people: SqliteStore) -> None:
    def learn(tx: Transaction) -> tuple[int, int]:
        told = {"whatsapp_business_manager_messaging_limit": -1, "throughput": {"level": "STANDARD"}}
        learn_limits(tx, told, NOW)
        before = pace_of(tx, Rulebook(), NOW)
        receive(tx, Rulebook(), [news(event="THROUGHPUT_UPGRADE")], NOW, 0.5)
        return before, pace_of(tx, Rulebook(), NOW)

    assert people.transact(learn).result() == (80, 1000)
    own = Rulebook(limits=Limits(per_second=20))
    assert people.read(lambda views: pace_of(views, own, NOW)).result() == 20
    seen = people.read(lambda views: headroom(views, Rulebook(), NUMBER, NOW)).result()
    assert (seen.reach.limit, seen.reach_told and seen.reach_told.amount) == (None, UNLIMITED)


def test_a_refusal_slows_whoever_shares_the_limit_and_the_person_alone(people: SqliteStore) -> None:
    planned(people, "p1")
    (left,) = claims(people, NOW)
    refused = Rejected(failure=failure(Remedy.SLOW, code=80007))
    people.transact(lambda tx: record(tx, NUMBER, left, refused, NOW, 0.5)).result()
    seen = people.read(lambda views: headroom(views, BOOK, NUMBER, NOW)).result()
    assert [one.scope for one in seen.slowdowns] == [Throttled.ACCOUNT]
    assert (seen.pace, seen.paused) == (40, ())
    (again,) = claims(people, NOW + timedelta(minutes=2))
    refused = Rejected(failure=failure(Remedy.SLOW, code=131056))
    now = NOW + timedelta(minutes=2)
    people.transact(lambda tx: record(tx, NUMBER, again, refused, now, 0.5)).result()
    seen = people.read(lambda views: headroom(views, BOOK, NUMBER, now)).result()
    assert (seen.pace, seen.paused) == (80, (("p1", now + timedelta(seconds=1)),))


def test_pairs_and_places_that_are_over_are_forgotten(people: SqliteStore) -> None:
    planned(people, "p1")
    claims(people, NOW)
    keep = Retention(inbox=None, messages=None, tickets=None, guests=None)
    for days, there in ((0, True), (3, False)):
        people.transact(partial(sweep, keep=keep, now=NOW + timedelta(days=days), limit=10)).result()
        found = people.transact(lambda tx: tx.reached_at("portfolio", "p1")).result()
        assert (found is not None) is there
        pair = people.transact(lambda tx: tx.pair(NUMBER, "p1")).result()
        assert (pair.filled_until is not None) is there


def test_a_refusal_inside_the_window_has_no_place_to_give_back(people: SqliteStore) -> None:
    people.transact(lambda tx: tx.save_window(NUMBER, "p1", Window(last_inbound_at=NOW))).result()
    first, second = planned(people, "p1", "p2")
    left = {one.item_id: one for one in claims(people, NOW)}
    refusal = OUTCOMES["refused"]
    people.transact(lambda tx: record(tx, NUMBER, left[first.id], refusal, NOW, 0.5)).result()
    assert second.id in left
    seen = people.read(lambda views: headroom(views, BOOK, NUMBER, NOW)).result()
    assert seen.reach.used == 1


def test_hearing_the_same_limit_again_wakes_nobody(people: SqliteStore) -> None:
    learn = partial(learn_limits, number={"whatsapp_business_manager_messaging_limit": "TIER_2K"}, now=NOW)
    people.transact(learn).result()
    _, second = planned(people, "p1", "p2")
    claims(people, NOW)
    people.transact(learn).result()
    assert item_of(people, second.id).due_at == NOW + DAY
