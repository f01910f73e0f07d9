"""The canary: slots, fates, how it does over a while, and when its silence is the alarm."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.builders import NOW, item, situation, template_text
from wa_notify.core.ailment import ADVICE, DISCREET, Ailment, sign_of
from wa_notify.core.canary import (
    Fate,
    Flight,
    Flown,
    Song,
    alarm,
    fate_of,
    key_of,
    slot_after,
    slot_in,
    slot_of,
    song_of,
)
from wa_notify.core.condition import Recovery, Scope
from wa_notify.core.decision import decide, in_its_time
from wa_notify.core.outbox import ItemState, Occasion
from wa_notify.core.reason import Reason
from wa_notify.core.rule import Canary, Priority
from wa_notify.core.situation import Drop, Send, Wait

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
SLOT = slot_of(HOUR, NOW)
CANARY = Canary(to="tester", every=HOUR, template=template_text())


def flown(
    ago: int = 0, state: ItemState = ItemState.DELIVERED, after: int | None = 3, **special: Any
) -> Flown:
    """A canary of so many slots ago, delivered so many seconds after it, if it was."""
    slot = SLOT - ago * HOUR
    came_at = None if after is None else slot + timedelta(seconds=after)
    return Flown(slot=slot, state=state, left_at=slot, delivered_at=came_at, **special)


def lost(ago: int = 0, state: ItemState = ItemState.SENT, **special: Any) -> Flown:
    return flown(ago, state, None, **special)


def sung(*known: Flown, late: timedelta = 5 * MINUTE, **special: Any) -> Song:
    canary = Canary(to="tester", every=HOUR, template=template_text(), **special)
    return song_of(canary, known, SLOT + late)


@given(st.datetimes(timezones=st.just(NOW.tzinfo)), st.timedeltas(MINUTE, timedelta(days=30)))
def test_each_instant_lies_in_one_slot_and_the_next_is_always_later(now: Any, every: timedelta) -> None:
    slot = slot_of(every, now)
    assert slot <= now < slot + every == slot_after(every, now)
    assert slot_of(every, slot) == slot


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_keys_sort_as_their_slots_do_and_carry_them(first: int, more: int) -> None:
    one, other = (SLOT + count * MINUTE for count in (first, first + more))
    assert key_of(one) < key_of(other) < "canary/~"
    assert slot_in(key_of(one)) == one


def test_a_flight_is_due_when_the_next_leaves_or_the_last_is_judged() -> None:
    assert Flight(next_at=NOW).due_at == NOW
    assert Flight(next_at=NOW, judge_at=NOW - MINUTE).due_at == NOW - MINUTE
    assert Flight(next_at=NOW, judge_at=NOW + MINUTE).due_at == NOW


@pytest.mark.parametrize(
    ("one", "seconds", "fate"),
    [
        (flown(after=60), 0, Fate.IN_TIME),
        (flown(after=61), 0, Fate.MISSED),
        (flown(state=ItemState.READ, after=-2), 0, Fate.IN_TIME),
        (lost(), 59, Fate.UNDER_WAY),
        (lost(), 60, Fate.MISSED),
        (lost(state=ItemState.PENDING), 3, Fate.UNDER_WAY),
        (lost(state=ItemState.REFUSED, reason=Reason.OPTED_OUT), 3, Fate.MISSED),
        (lost(state=ItemState.CANCELLED, reason=Reason.EXPIRED), 3, Fate.MISSED),
        (lost(state=ItemState.CANCELLED, reason=Reason.QUIET_HOURS), 3, Fate.KEPT_BACK),
        (lost(state=ItemState.CANCELLED, reason=Reason.BUDGET_SPENT), 3, Fate.KEPT_BACK),
        (lost(state=ItemState.FAILED, reason=Reason.UNREACHABLE_ON_WHATSAPP), 3, Fate.MISSED),
    ],
)
def test_what_became_of_one(one: Flown, seconds: int, fate: Fate) -> None:
    assert fate_of(one, MINUTE, SLOT + timedelta(seconds=seconds)) is fate


def test_the_latency_counts_from_the_slot_and_is_never_negative() -> None:
    assert flown(after=61).latency == timedelta(seconds=61)
    assert flown(after=-1).latency == timedelta(0)
    assert lost().latency is None


def test_nothing_is_known_before_the_first() -> None:
    song = sung()
    assert song == Song(objective=0.99)
    assert song.share is None
    assert not song.falls_short
    assert alarm(CANARY, (), song, NOW) is None


def test_how_it_does_is_told_by_those_that_count() -> None:
    back = lost(2, ItemState.CANCELLED, reason=Reason.QUIET_HOURS)
    song = sung(lost(0), flown(1, after=90), back, flown(3), flown(4))
    assert (song.missed, song.in_time, song.counted) == (2, 2, 4)
    assert song.sent_at == SLOT
    assert song.latency == timedelta(seconds=90)
    assert song.delivered_at == SLOT - HOUR + timedelta(seconds=90)
    assert song.share == 0.5
    assert song.falls_short
    assert not sung(lost(0), flown(1), objective=0.5).falls_short


def test_one_on_its_way_counts_neither_way() -> None:
    song = sung(lost(0), flown(1), late=timedelta(seconds=20))
    assert (song.missed, song.in_time, song.counted) == (0, 1, 1)
    assert song.sent_at == SLOT


def test_what_never_left_was_not_sent() -> None:
    assert sung(lost(0, ItemState.REFUSED)).sent_at is None


def test_a_single_miss_is_no_alarm_and_no_end_of_one() -> None:
    known = (lost(0), flown(1))
    assert alarm(CANARY, known, sung(*known), SLOT + HOUR) is None


@pytest.mark.parametrize(
    ("last", "why", "advice"),
    [
        (lost(), "WhatsApp sent it, and the phone has not got it", "phone"),
        (lost(state=ItemState.ACCEPTED), "has told nothing of it since", "webhook"),
        (flown(after=190), "it took 3 min", ""),
        (lost(state=ItemState.REFUSED, reason=Reason.OPTED_OUT), "This person opted out", ""),
        (lost(state=ItemState.PENDING), "It has not left", ""),
    ],
)
def test_several_in_a_row_are_an_alarm_that_says_why(last: Flown, why: str, advice: str) -> None:
    known = (last, lost(1), flown(2))
    sign = alarm(CANARY, known, sung(*known), SLOT + 5 * MINUTE)
    assert sign is not None
    assert (sign.scope, sign.recovery, sign.over) == (Scope.CANARY, Recovery.LOOK, False)
    assert sign.what.startswith("2 canaries in a row did not reach tester within 1 min; the last: ")
    assert why in sign.what
    assert not sign.what.endswith(".")
    assert advice in sign.advice


def test_the_alarm_may_be_wanted_at_once_and_speaks_of_the_newest_that_counts() -> None:
    canary = Canary(to="tester", every=HOUR, template=template_text(), misses=1)
    known = (lost(0, ItemState.CANCELLED, reason=Reason.QUIET_HOURS), lost(1, ItemState.ACCEPTED))
    sign = alarm(canary, known, sung(*known, misses=1), SLOT + 5 * MINUTE)
    assert sign is not None
    assert sign.what.startswith("A canary did not reach")
    assert "told nothing" in sign.what


def test_one_that_arrives_in_time_ends_it() -> None:
    known = (flown(0), lost(1), lost(2))
    sign = alarm(CANARY, known, sung(*known), SLOT + 5 * MINUTE)
    assert sign is not None
    assert sign.over


def waiting(**special: Any) -> Any:
    ordinary: dict[str, Any] = {
        "ticket_id": None,
        "occasion": Occasion.CANARY,
        "priority": Priority.LOW,
        "expires_at": NOW + MINUTE,
    }
    return situation(item=item(**(ordinary | special)), ticket=None)


def test_a_canary_is_decided_like_everything_and_does_not_wait_beyond_its_time() -> None:
    assert isinstance(decide(waiting()), Send)
    quiet = situation(item=waiting().item, ticket=None, quiet_until=NOW + HOUR)
    assert decide(quiet) == Drop(state=ItemState.CANCELLED, reason=Reason.QUIET_HOURS)
    soon = Wait(until=NOW + timedelta(seconds=59), reason=Reason.PACE)
    assert in_its_time(waiting(), soon) is soon
    late = Wait(until=NOW + MINUTE, reason=Reason.PACE)
    assert in_its_time(waiting(), late) == Drop(state=ItemState.CANCELLED, reason=Reason.PACE)
    assert in_its_time(waiting(expires_at=None), late) is late
    assert in_its_time(situation(), late) is late


def test_whatever_ails_the_service_has_its_words_and_is_seen_to_end() -> None:
    assert set(DISCREET) == set(Ailment)
    assert set(ADVICE) < set(Ailment)
    sign = sign_of(Ailment.DATABASE, "The database does not answer: full.")
    assert (sign.scope, sign.cause, sign.recovery) == (Scope.SERVICE, "database", Recovery.LOOK)
    assert (sign.what, sign.advice) == ("The database does not answer: full", "")
