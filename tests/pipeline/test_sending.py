"""What meets at the moment of sending: money, limits, parts, bundles and digests."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from decimal import Decimal

from tests.core.builders import NOW, alert, consent, failure, item, open_window, recipient, rule, spent
from tests.pipeline.test_charges import BOOK, NUMBER, charged, leaving, said
from tests.pipeline.test_limits import message
from tests.pipeline.test_parts import LONG
from wa_notify.core.budget import Budget
from wa_notify.core.consent import ConsentAct
from wa_notify.core.enclosed import LinkButton, Place
from wa_notify.core.limits import Limits, Reserve
from wa_notify.core.message import Accepted, LinkMessage, NoAnswer, Rejected, Remedy, TemplateMessage
from wa_notify.core.outbox import Intent, Item, ItemState, Occasion
from wa_notify.core.pricing import Preference, Prices, Rate, price_table
from wa_notify.core.quiet import QuietHours
from wa_notify.core.reason import Reason
from wa_notify.core.rule import Priority, Receiver, Rulebook
from wa_notify.core.situation import Send, Wait
from wa_notify.core.template import TemplateWish
from wa_notify.core.wallclock import DailySpan
from wa_notify.pipeline.deliver import Claim, claim, record
from wa_notify.pipeline.explain import explain
from wa_notify.ports import Transaction
from wa_notify.store.sqlite import SqliteStore

MORNINGS = QuietHours(spans=(DailySpan(from_time=time(8), to_time=time(12)),), time_zone="UTC")
SPENT = spent(number_id=NUMBER)


def a_place(key: str = "place") -> Item:
    """Something that is said without any words."""
    there = Intent(enclosed=Place(latitude=51.5, longitude=-0.1))
    return item(id=0, key=key, ticket_id=None, episode=0, occasion=Occasion.DETAILS, intent=there)


def test_what_is_said_without_words_is_charged_too(store: SqliteStore) -> None:
    (leaves,) = leaving(store, a_place())
    found = charged(store, leaves.item_id)
    assert found
    assert found.category == "service"


def test_what_is_said_without_words_and_costs_nothing_leaves_although_the_budget_is_spent(
    store: SqliteStore,
) -> None:
    book = replace(BOOK, budget=Budget(monthly=Decimal(1), currency="USD"))

    def work(tx: Transaction) -> tuple[Claim, ...]:
        tx.save_window(NUMBER, "alice", open_window())
        tx.save_charge(SPENT)
        tx.enqueue(a_place())
        return claim(tx, book, NUMBER, NOW, 10).leaving

    assert len(store.transact(work).result()) == 1


def test_explaining_tells_what_the_budget_would_keep_back_once_the_first_has_left(store: SqliteStore) -> None:
    def people(tx: Transaction) -> None:
        tx.save_recipient(recipient(id="bob", phone="+447700900456"))
        tx.record_consent(consent(recipient_id="bob"))

    store.transact(people).result()
    rates = [Rate(market="Other", category="utility", price=Decimal(1))]
    book = Rulebook(
        rules=(rule(priority=Priority.NORMAL),),
        receivers={"oncall": Receiver(to=("alice", "bob"))},
        prices=Prices(table=price_table(rates, "USD"), region_of=lambda _: "GB"),
        budget=Budget(monthly=Decimal(1), currency="USD"),
    )
    told = store.rehearse(lambda tx: explain(tx, book, NUMBER, [alert()], NOW)).result()
    first, second = [one.decision for one in told.prospects]
    assert isinstance(first, Send)
    assert (type(second), second.reason) == (Wait, Reason.BUDGET_SPENT)


def long_text(key: str, **special: object) -> Item:
    """An alert whose words need three messages."""
    news = item(
        id=0, key=key, ticket_id=None, episode=0, occasion=Occasion.OPENED, intent=Intent(free_form=LONG)
    )
    return replace(news, expires_at=None, **special)  # type: ignore[arg-type]


def in_parts(store: SqliteStore) -> list[Item]:
    """The three parts, of which the first has arrived."""
    (first,) = leaving(store, long_text("long"))

    def arrive(tx: Transaction) -> list[Item]:
        record(tx, NUMBER, first, Accepted(wamid="w1"), NOW, 0.5)
        one = tx.item(first.item_id)
        assert one
        assert one.intent.ahead
        tx.save_item(replace(one, state=ItemState.DELIVERED))
        two = tx.item(one.intent.ahead)
        assert two
        assert two.intent.ahead
        three = tx.item(two.intent.ahead)
        assert three
        return [one, two, three]

    return store.transact(arrive).result()


def test_a_part_of_a_long_text_is_no_part_of_a_joint_message(store: SqliteStore) -> None:
    _, second, _ = in_parts(store)

    def due(tx: Transaction) -> None:
        tx.save_item(replace(second, due_at=NOW, intent=replace(second.intent, free_form="(2/3)\nshort")))

    store.transact(due).result()
    leaves = leaving(store, said("Done.", "a"))
    bodies = [one.outgoing.message.body for one in leaves]  # type: ignore[union-attr]
    assert bodies in (["Done."], ["(2/3)\nshort"])


def test_a_part_of_a_long_text_is_never_replaced_by_a_digest(store: SqliteStore) -> None:
    _, second, _ = in_parts(store)
    other = item(
        id=0,
        key="other",
        ticket_id=None,
        episode=0,
        occasion=Occasion.OPENED,
        intent=Intent(free_form="Another"),
        due_at=NOW + timedelta(minutes=1),
        reason=Reason.PAIR_PACE,
    )

    def waits(tx: Transaction) -> None:
        tx.save_item(replace(second, due_at=NOW, reason=Reason.PAIR_PACE))

    store.transact(waits).result()
    (leaves,) = leaving(store, other, at=timedelta(minutes=1))
    assert leaves.outgoing.message.body.startswith("(2/3)")  # type: ignore[union-attr]


def test_a_link_to_tap_is_not_lost_in_a_joint_message(store: SqliteStore) -> None:
    link = LinkButton(title="Open", url="https://example.net/1")
    linked = said("Look there.", "a", intent=Intent(free_form="Look there.", enclosed=link))
    (leaves,) = leaving(store, linked, said("Done.", "b"))
    assert isinstance(leaves.outgoing.message, LinkMessage)  # type: ignore[union-attr]


def test_what_is_to_leave_as_a_template_is_not_made_a_joint_text(store: SqliteStore) -> None:
    wish = TemplateWish(name="ops_alert", body=(("", "db-7"),))
    preferred = said("On db-7", "a", intent=Intent(template=wish, free_form="On db-7"))
    book = replace(BOOK, prefer=Preference.TEMPLATE)

    def work(tx: Transaction) -> tuple[Claim, ...]:
        tx.save_window(NUMBER, "alice", open_window())
        tx.enqueue(preferred)
        tx.enqueue(said("Done.", "b"))
        return claim(tx, book, NUMBER, NOW, 10).leaving

    (leaves,) = store.transact(work).result()
    assert isinstance(leaves.outgoing.message, TemplateMessage)  # type: ignore[union-attr]


def test_what_never_left_takes_nothing_of_the_pace_to_its_person(store: SqliteStore) -> None:
    (leaves,) = leaving(store, said("Done.", "a"))

    def never_left(tx: Transaction) -> datetime | None:
        record(tx, NUMBER, leaves, NoAnswer(why="no line", left=False), NOW, 0.5)
        return tx.pair(NUMBER, "alice").filled_until

    assert store.transact(never_left).result() == NOW


def test_a_long_answer_ends_with_stop(store: SqliteStore) -> None:
    answer = said(LONG, "a")
    (first,) = leaving(store, answer)

    def stops(tx: Transaction) -> Item | None:
        record(tx, NUMBER, first, Accepted(wamid="w1"), NOW, 0.5)
        tx.record_consent(consent(act=ConsentAct.REVOKED, at=NOW))
        later = NOW + timedelta(seconds=20)
        claim(tx, BOOK, NUMBER, later, 10)
        return tx.item(first.item_id + 1)

    second = store.transact(stops).result()
    assert second
    assert (second.state, second.reason) == (ItemState.REFUSED, Reason.OPTED_OUT)


def test_a_place_that_nobody_takes_goes_to_the_next_who_waits(store: SqliteStore) -> None:
    book = replace(BOOK, limits=Limits(reach=1, reserve=Reserve(people=0)))

    def waits(tx: Transaction) -> list[Item]:
        for person in ("bob", "carol", "dan"):
            tx.save_recipient(recipient(id=person, phone=f"+4477009004{len(person)}{ord(person[0]) % 10}"))
            tx.record_consent(consent(recipient_id=person))
        planned = [tx.enqueue(message(who, who, Priority.NORMAL, NOW)) for who in ("bob", "carol", "dan")]
        (leaves,) = claim(tx, book, NUMBER, NOW, 10).leaving
        tx.record_consent(consent(recipient_id="carol", act=ConsentAct.REVOKED, at=NOW))
        record(tx, NUMBER, leaves, Rejected(failure=failure(Remedy.CHANNEL, code=131026)), NOW, 0.5)
        found = [tx.item(one.id) for one in planned if one]
        return [one for one in found if one]

    assert [one.state for one in store.transact(waits).result()][1:] == [ItemState.PENDING] * 2
    later = NOW + timedelta(seconds=1)
    left = [store.transact(lambda tx: claim(tx, book, NUMBER, later, 10).leaving).result() for _ in range(3)]
    assert [one.lane for claims in left for one in claims] == ["dan"]


def test_what_somebody_has_just_asked_for_is_tried_again_at_night_too(store: SqliteStore) -> None:
    asked = said(
        "Everything", "a", occasion=Occasion.DETAILS, intent=Intent(free_form="Everything", asked_for=True)
    )
    book = replace(BOOK, quiet_hours={"alice": MORNINGS})

    def hiccup(tx: Transaction) -> Item | None:
        tx.save_window(NUMBER, "alice", open_window())
        tx.enqueue(replace(asked, reason=Reason.REPLIED))
        (leaves,) = claim(tx, book, NUMBER, NOW, 10).leaving
        record(tx, NUMBER, leaves, Rejected(failure=failure(Remedy.RETRY)), NOW, 0.5)
        claim(tx, book, NUMBER, NOW + timedelta(minutes=1), 10)
        return tx.item(leaves.item_id)

    tried = store.transact(hiccup).result()
    assert tried
    assert tried.state is ItemState.SENDING
