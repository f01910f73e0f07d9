"""What every store keeps about what leaves and what comes back."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.store.contract import NOW, SECOND, a_ticket, an_arrival, an_item, do, see, stored
from wa_notify.core.enclosed import (
    Contact,
    Contacts,
    LinkButton,
    LocationWish,
    MediaKind,
    MediaLink,
    Place,
    ReactionTo,
)
from wa_notify.core.errors import StoreError
from wa_notify.core.message import Button, Form, Row
from wa_notify.core.outbox import CLAIMABLE, Channel, Intent, Item, ItemState, Occasion
from wa_notify.core.reason import Reason
from wa_notify.core.rule import Priority
from wa_notify.core.template import TemplateWish
from wa_notify.core.ticket import Ticket, TicketState
from wa_notify.ports import Store

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SOME = TEXTS.filter(str.strip)
FILES = st.builds(
    MediaLink, kind=st.sampled_from(MediaKind), link=SOME, filename=TEXTS, voice=st.booleans()
) | st.builds(MediaLink, kind=st.sampled_from(MediaKind), media_id=SOME)
PLACES = st.builds(
    Place, latitude=st.floats(-90, 90), longitude=st.floats(-180, 180), name=TEXTS, address=TEXTS
)
CARDS = st.builds(Contact, name=SOME, phone=SOME, wa_id=TEXTS, company=TEXTS, email=TEXTS)
WISHES = st.builds(
    TemplateWish,
    name=TEXTS,
    header=st.none() | TEXTS,
    body=st.lists(st.tuples(TEXTS, TEXTS), max_size=3).map(tuple),
    url_suffix=st.none() | TEXTS,
    file=st.none() | FILES,
    place=st.none() | PLACES,
    code=st.none() | TEXTS,
)
BUTTONS = st.lists(st.builds(Button, payload=TEXTS, title=TEXTS), max_size=3).map(tuple)
INTENTS = st.builds(
    Intent,
    template=st.none() | WISHES,
    free_form=st.none() | TEXTS,
    buttons=BUTTONS,
    answers=st.booleans(),
    only_now=st.booleans(),
    ticket_ref=TEXTS,
    rows=st.lists(
        st.builds(Row, payload=TEXTS, title=TEXTS, description=TEXTS, section=TEXTS), max_size=3
    ).map(tuple),
    remark=TEXTS,
    media=st.none() | FILES,
    enclosed=st.none()
    | PLACES
    | st.builds(Contacts, cards=st.lists(CARDS, min_size=1, max_size=5).map(tuple))
    | st.builds(LinkButton, title=SOME, url=SOME.map("https://x.example/{}".format))
    | st.builds(ReactionTo, wamid=SOME, emoji=TEXTS)
    | st.just(LocationWish()),
    footer=TEXTS,
    preview=st.booleans(),
    quotes=TEXTS,
)


def keys(items: object) -> list[str]:
    assert isinstance(items, list)
    return [item.key for item in items]


def due(store: Store, now: datetime = NOW, limit: int = 100) -> list[str]:
    return keys(do(store, lambda tx: tx.due_items(now, limit)))


def ticket_in(store: Store, group: str = "g") -> Ticket:
    return do(store, lambda tx: tx.save_ticket(a_ticket(group=group)))


def test_a_new_item_gets_a_number_and_comes_back_as_stored(store: Store) -> None:
    first, second = stored(store, an_item("a"), an_item("b"))
    assert 0 < first.id < second.id
    assert first == an_item("a", id=first.id)
    assert do(store, lambda tx: tx.item(second.id)) == second
    assert do(store, lambda tx: tx.item(999)) is None
    assert see(store, lambda views: (views.item(second.id), views.item(999))) == (second, None)


def test_an_intent_with_a_known_key_is_planned_once(store: Store) -> None:
    (item,) = stored(store, an_item("a"))
    assert do(store, lambda tx: tx.enqueue(an_item("a", recipient_id="bob"))) is None
    assert do(store, lambda tx: tx.item(item.id)) == item


def test_an_item_for_somebody_unknown_is_kept(store: Store) -> None:
    assert stored(store, an_item("a", recipient_id="nobody of that name"))


def test_everything_that_can_become_of_an_item_is_kept(store: Store) -> None:
    (item,) = stored(store, an_item("a"))
    changed = replace(
        item,
        intent=Intent(template=TemplateWish(name="ops")),
        priority=Priority.LOW,
        state=ItemState.FAILED,
        due_at=NOW + SECOND,
        planned_at=NOW + SECOND,
        expires_at=NOW + 2 * SECOND,
        attempts=3,
        unconfirmed=2,
        lease_until=NOW + 3 * SECOND,
        claimed_at=NOW + 4 * SECOND,
        form=Form.TEMPLATE,
        template="ops",
        language="en",
        category="utility",
        reason=Reason.REQUEST_WRONG,
        wamid="wamid.1",
        status_at=NOW + 5 * SECOND,
        delivered_at=NOW + 5 * SECOND,
        failure_code=131047,
        digest_id=12,
    )
    never_change = {
        "id", "key", "ticket_id", "episode", "recipient_id", "channel", "target", "instead_of", "occasion",
        "created_at",
    }  # fmt: skip
    same = {field.name for field in fields(Item) if getattr(changed, field.name) == getattr(item, field.name)}
    assert same == never_change
    do(store, lambda tx: tx.save_item(changed))
    assert do(store, lambda tx: tx.item(item.id)) == changed


def test_an_item_that_does_not_exist_cannot_be_changed(store: Store) -> None:
    with pytest.raises(StoreError, match="999"):
        do(store, lambda tx: tx.save_item(an_item("a", id=999)))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@given(intent=INTENTS)
def test_an_intent_comes_back_exactly(store: Store, intent: Intent) -> None:
    def work(item: Item) -> Item | None:
        stored_as = do(store, lambda tx: tx.enqueue(item))
        assert stored_as
        return do(store, lambda tx: tx.item(stored_as.id))

    key = str(see(store, lambda views: sum(views.counts().items.values())))
    found = work(an_item(key, intent=intent))
    assert found
    assert found.intent == intent
    assert hash(found.intent) == hash(intent)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@given(
    at=st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.timezones())
)
def test_an_instant_comes_back_exactly(store: Store, at: datetime) -> None:
    key = str(see(store, lambda views: sum(views.counts().items.values())))
    (item,) = stored(store, an_item(key, due_at=at))
    found = do(store, lambda tx: tx.item(item.id))
    assert found
    assert found.due_at == at.astimezone(UTC)  # in the hour that comes twice, no other zone equals it
    assert found.due_at.utcoffset() == timedelta(0)


def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(TypeError):
        do(store, lambda tx: tx.enqueue(an_item("a", due_at=datetime(2026, 1, 1))))


def test_what_is_due_comes_critical_first_then_longest_overdue(store: Store) -> None:
    stored(
        store,
        an_item("low, long overdue", priority=Priority.LOW, due_at=NOW - 9 * SECOND),
        an_item("normal, now"),
        an_item("normal, overdue", due_at=NOW - SECOND),
        an_item("normal, now too"),
        an_item("critical, now", priority=Priority.CRITICAL),
        an_item("critical, future", priority=Priority.CRITICAL, due_at=NOW + SECOND),
    )
    expected = ["critical, now", "normal, overdue", "normal, now", "normal, now too", "low, long overdue"]
    assert due(store) == expected
    assert due(store, limit=2) == expected[:2]
    assert due(store, limit=0) == []
    assert due(store, NOW - 5 * SECOND) == ["low, long overdue"]


@pytest.mark.parametrize("state", ItemState)
def test_only_pending_and_uncertain_items_leave(store: Store, state: ItemState) -> None:
    stored(store, an_item("a", state=state))
    assert due(store) == (["a"] if state in CLAIMABLE else [])


CHAT = an_item("chat", recipient_id="p")
MAIL = an_item("mail", recipient_id="p", channel=Channel.OTHER, target="recipient:p")
ASKED = an_item("asked", recipient_id="p", channel=Channel.SOURCE)
FREE = an_item("free", recipient_id="q")


@pytest.mark.parametrize("on_its_way", [CHAT, MAIL, ASKED], ids=lambda item: item.key)
def test_what_is_on_its_way_keeps_its_lane(store: Store, on_its_way: Item) -> None:
    sending = replace(on_its_way, key="first", state=ItemState.SENDING, lease_until=NOW)
    stored(store, sending, CHAT, MAIL, ASKED, FREE)
    assert set(due(store)) == {"chat", "mail", "asked", "free"} - {on_its_way.key}
    assert {item.lane for item in (CHAT, MAIL, ASKED)} == {"p", "recipient:p", "source:p"}


def test_a_lane_is_free_when_what_was_on_it_has_arrived(store: Store) -> None:
    sending = replace(CHAT, key="first", state=ItemState.SENDING, lease_until=NOW)
    (first, _) = stored(store, sending, CHAT)
    assert due(store) == []
    do(store, lambda tx: tx.save_item(replace(first, state=ItemState.SENT)))
    assert due(store) == ["chat"]


def test_what_a_digest_carries_is_on_no_lane(store: Store) -> None:
    stored(store, replace(CHAT, key="carried", state=ItemState.SENDING, digest_id=7), CHAT)
    assert due(store) == ["chat"]


def test_a_lane_that_is_taken_is_not_woken_for_before_its_lease_is_over(store: Store) -> None:
    sending = replace(CHAT, key="first", state=ItemState.SENDING, lease_until=NOW + 60 * SECOND)
    stored(store, sending, CHAT)
    assert see(store, lambda views: views.next_due()) == NOW + 60 * SECOND
    stored(store, replace(FREE, due_at=NOW + SECOND))
    assert see(store, lambda views: views.next_due()) == NOW + SECOND


def test_the_twins_of_an_item_are_those_that_name_it(store: Store) -> None:
    ticket = ticket_in(store)
    about = {"ticket_id": ticket.id, "episode": 1}
    first, other = stored(store, an_item("first", **about), an_item("other", **about))
    elsewhere = {**about, "channel": Channel.OTHER}
    stored(
        store,
        *(an_item(key, target=key, instead_of=first.id, **elsewhere) for key in ("mail", "pager")),
        an_item("of the other", target="mail", instead_of=other.id, **elsewhere),
        an_item("of nobody", target="mail", **elsewhere),
    )
    assert keys(do(store, lambda tx: tx.twins(first))) == ["mail", "pager"]
    (by_hand,) = stored(store, an_item("by hand"))
    assert do(store, lambda tx: tx.twins(by_hand)) == []
    stored(store, an_item("its own", target="mail", instead_of=by_hand.id, channel=Channel.OTHER))
    assert keys(do(store, lambda tx: tx.twins(by_hand))) == ["its own"]
    (silence,) = stored(store, an_item("silence", channel=Channel.SOURCE))
    stored(store, an_item("its end", instead_of=silence.id, channel=Channel.SOURCE))
    assert keys(do(store, lambda tx: tx.twins(silence))) == ["its end"]


def test_the_items_for_one_target_are_told_apart(store: Store) -> None:
    ticket = ticket_in(store)
    about = {"ticket_id": ticket.id, "episode": 1, "channel": Channel.OTHER}
    stored(store, an_item("mail", target="mail", **about), an_item("pager", target="pager", **about))

    def found(target: str | None) -> list[str]:
        return keys(do(store, lambda tx: tx.items_of(ticket, states=CLAIMABLE, target=target)))

    assert (found("mail"), found("x"), found(None)) == (["mail"], [], ["mail", "pager"])


def test_looking_at_what_is_due_changes_nothing(store: Store) -> None:
    (item,) = stored(store, an_item("a"))
    assert due(store) == due(store)
    assert do(store, lambda tx: tx.item(item.id)) == item


def test_items_whose_lease_is_over_are_abandoned(store: Store) -> None:
    sending = {"state": ItemState.SENDING}
    stored(
        store,
        an_item("over", lease_until=NOW, **sending),
        an_item("long over", lease_until=NOW - SECOND, **sending),
        an_item("not over", lease_until=NOW + SECOND, **sending),
        an_item("not sending", lease_until=NOW - SECOND),
    )
    assert keys(do(store, lambda tx: tx.abandoned_items(NOW))) == ["long over", "over"]


def test_an_item_is_found_by_its_wamid(store: Store) -> None:
    item, _ = stored(store, an_item("a"), an_item("b"))
    do(store, lambda tx: tx.save_item(replace(item, wamid="wamid.1")))
    found = do(store, lambda tx: tx.item_by_wamid("wamid.1"))
    assert found
    assert found.key == "a"
    assert do(store, lambda tx: tx.item_by_wamid("wamid.2")) is None
    assert do(store, lambda tx: tx.item_by_wamid("")) is None


def test_items_of_the_present_episode_are_found_by_state_and_occasion(store: Store) -> None:
    ticket, other = ticket_in(store), ticket_in(store, "other")
    of = {"ticket_id": ticket.id, "episode": 1}
    stored(
        store,
        an_item("pending", **of),
        an_item("sent", state=ItemState.SENT, **of),
        an_item("reminder", occasion=Occasion.REMINDER, **of),
        an_item("next episode", ticket_id=ticket.id, episode=2),
        an_item("other ticket", ticket_id=other.id, episode=1),
        an_item("no ticket"),
    )

    def of_ticket(states: list[ItemState], occasions: list[Occasion] | None = None) -> list[str]:
        return keys(do(store, lambda tx: tx.items_of(ticket, states=states, occasions=occasions)))

    assert of_ticket([ItemState.PENDING, ItemState.SENT]) == ["pending", "sent", "reminder"]
    assert of_ticket([ItemState.PENDING], [Occasion.OPENED]) == ["pending"]
    assert of_ticket([ItemState.PENDING], []) == []
    assert of_ticket([]) == []


def test_what_is_held_waits_for_one_person(store: Store) -> None:
    held = {"state": ItemState.HELD}
    stored(store, an_item("b", **held), an_item("a", **held), an_item("c"))
    stored(store, an_item("d", recipient_id="bob", **held))
    assert keys(do(store, lambda tx: tx.held_items("alice"))) == ["b", "a"]


def test_an_event_is_told_for_the_first_time_once(store: Store) -> None:
    assert do(store, lambda tx: tx.first_time(an_arrival("e1"), NOW))
    assert not do(store, lambda tx: tx.first_time(an_arrival("e1"), NOW + SECOND))
    assert do(store, lambda tx: tx.first_time(an_arrival("e2"), NOW))


def test_items_are_seen_newest_first(store: Store) -> None:
    ticket = ticket_in(store)
    of, sent = {"ticket_id": ticket.id}, {"state": ItemState.SENT}
    stored(store, an_item("a", **of), an_item("b", **sent), an_item("c", **of, **sent), an_item("d"))
    held, sends = [ItemState.PENDING, ItemState.SENT], [ItemState.SENT]
    assert keys(see(store, lambda views: views.items(limit=10))) == ["d", "c", "b", "a"]
    assert keys(see(store, lambda views: views.items(limit=2))) == ["d", "c"]
    assert keys(see(store, lambda views: views.items(states=held, limit=3))) == ["d", "c", "b"]
    assert keys(see(store, lambda views: views.items(states=[], limit=3))) == []
    assert keys(see(store, lambda views: views.items(ticket_id=ticket.id, limit=10))) == ["c", "a"]
    assert keys(see(store, lambda views: views.items(ticket_id=ticket.id, states=sends, limit=10))) == ["c"]


def test_everything_is_counted(store: Store) -> None:
    empty = see(store, lambda views: views.counts())
    assert set(empty.tickets) == set(TicketState)
    assert set(empty.items) == set(ItemState)
    assert sum(empty.items.values()) == 0
    assert empty.oldest_due_at is None
    ticket_in(store)
    critical = an_item("b", due_at=NOW + SECOND, priority=Priority.CRITICAL)
    stored(store, an_item("a"), critical, an_item("c", state=ItemState.HELD, due_at=NOW - SECOND))
    counts = see(store, lambda views: views.counts())
    assert counts.tickets[TicketState.OPEN] == 1
    assert (counts.items[ItemState.PENDING], counts.items[ItemState.HELD]) == (2, 1)
    assert counts.oldest_due_at == NOW


def test_the_next_due_instant_is_that_of_an_item_a_lease_or_a_reminder(store: Store) -> None:
    def next_due() -> datetime | None:
        return see(store, lambda views: views.next_due())

    assert next_due() is None
    stored(store, an_item("held", state=ItemState.HELD))
    assert next_due() is None
    stored(store, an_item("low", priority=Priority.LOW, due_at=NOW + 9 * SECOND))
    assert next_due() == NOW + 9 * SECOND
    do(store, lambda tx: tx.save_ticket(a_ticket(remind_at=NOW + 8 * SECOND)))
    assert next_due() == NOW + 8 * SECOND
    stored(store, an_item("sending", state=ItemState.SENDING, lease_until=NOW + 7 * SECOND))
    assert next_due() == NOW + 7 * SECOND
    critical = an_item("critical", priority=Priority.CRITICAL, due_at=NOW + 6 * SECOND, recipient_id="other")
    stored(store, critical)
    assert next_due() == NOW + 6 * SECOND
