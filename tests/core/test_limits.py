"""How many people may be reached, and what of that is kept."""

from datetime import timedelta

import pytest

from tests.core.builders import NOW, intent, item, open_window, situation
from wa_notify.core.decision import decide
from wa_notify.core.fallback import leaves_too_late, waits_for_room, whatsapp_has_until
from wa_notify.core.limits import (
    UNLIMITED,
    Allowance,
    Allowed,
    Leeway,
    Limits,
    Reach,
    ReachScope,
    Reserve,
    limit_of,
)
from wa_notify.core.reason import Reason
from wa_notify.core.situation import Drop, Send, Wait

LATER, LATEST = NOW + timedelta(hours=1), NOW + timedelta(hours=2)


@pytest.mark.parametrize(
    ("said", "limit"),
    [
        ("TIER_50", 50),
        ("TIER_250", 250),
        ("TIER_1K", 1_000),
        ("tier_2k", 2_000),
        ("TIER_10K", 10_000),
        ("TIER_100K", 100_000),
        ("TIER_UNLIMITED", UNLIMITED),
        ("2000", 2_000),
        (" -1 ", UNLIMITED),
        ("TIER_NOT_SET", None),
        ("TIER_0", None),
        ("", None),
    ],
)
def test_a_tier_is_read_as_word_or_number(said: str, limit: int | None) -> None:
    assert limit_of(said) == limit


def told(amount: int) -> Allowance:
    return Allowance(what=Allowed.REACH, amount=amount, said="", source="account", at=NOW)


def test_the_configuration_may_lower_the_limit_and_never_raise_it() -> None:
    assert Limits().limit(None) == 250
    assert Limits().limit(told(2000)) == 2000
    assert Limits().limit(told(UNLIMITED)) is None
    assert Limits(reach=1000).limit(told(2000)) == 1000
    assert Limits(reach=1000).limit(told(250)) == 250
    assert Limits(reach=1000).limit(told(UNLIMITED)) == 1000


def test_people_are_counted_for_the_portfolio_or_for_the_number() -> None:
    assert Limits().counted_in("n1") == "portfolio"
    assert Limits(scope=ReachScope.NUMBER).counted_in("n1") == "n1"


def test_a_reserve_is_a_share_rounded_up_or_a_number_and_never_more_than_there_is() -> None:
    assert Reserve().of(250) == 25
    assert Reserve(percent=10).of(11) == 2
    assert Reserve(percent=0).of(250) == 0
    assert Reserve(people=30).of(250) == 30
    assert Reserve(people=30).of(20) == 20


@pytest.mark.parametrize(
    ("used", "normal", "critical"), [(0, 0, 0), (7, 0, 0), (8, 1, 0), (9, 2, 0), (10, 3, 1), (12, 5, 3)]
)
def test_the_reserve_is_for_what_is_critical(used: int, normal: int, critical: int) -> None:
    reach = Reach(used=used, limit=10, reserve=2)
    assert (reach.lacking(critical=False), reach.lacking(critical=True)) == (normal, critical)
    assert reach.into_reserve is (normal > 0)


def test_without_a_limit_there_is_always_a_place() -> None:
    assert Reach(used=10**6, limit=None).lacking(critical=False) == 0


def test_a_message_waits_for_the_last_of_its_obstacles() -> None:
    leeway = Leeway(paused_until=LATER, place_free_at=LATEST)
    assert decide(situation(leeway=leeway)) == Wait(until=LATEST, reason=Reason.REACH_USED_UP)
    leeway = Leeway(paused_until=LATEST, pair_free_at=LATER)
    assert decide(situation(leeway=leeway)) == Wait(until=LATEST, reason=Reason.PACE)
    assert decide(situation(leeway=Leeway(pair_free_at=LATER))) == Wait(until=LATER, reason=Reason.PAIR_PACE)


def test_free_form_text_takes_no_place_but_heeds_the_pace() -> None:
    inside = {"window": open_window(), "item": item(intent=intent())}
    assert isinstance(decide(situation(leeway=Leeway(place_free_at=LATER), **inside)), Send)
    assert isinstance(decide(situation(leeway=Leeway(paused_until=LATER), **inside)), Wait)


def test_a_template_inside_the_window_takes_no_place() -> None:
    inside = {"window": open_window(), "item": item(intent=intent(free_form=None))}
    assert isinstance(decide(situation(leeway=Leeway(place_free_at=LATER), **inside)), Send)


def test_what_would_not_leave_anyway_does_not_wait_for_room() -> None:
    refused = decide(situation(leeway=Leeway(paused_until=LATER), objection=Reason.OPTED_OUT))
    assert isinstance(refused, Drop)


def test_what_may_have_left_already_is_not_kept_back() -> None:
    leeway = Leeway(paused_until=LATER, pair_free_at=LATER, place_free_at=LATER)
    assert isinstance(decide(situation(leeway=leeway, item=item(unconfirmed=1))), Send)


FIVE_MINUTES = timedelta(minutes=5)


@pytest.mark.parametrize(
    ("due_in", "lasts", "until_in"),
    [
        (timedelta(minutes=4), None, FIVE_MINUTES),  # it may still come in time
        (timedelta(minutes=6), None, None),
        (timedelta(minutes=4), timedelta(minutes=3), None),  # it would not be worth sending any more
        (timedelta(minutes=4), timedelta(minutes=9), FIVE_MINUTES),
    ],
)
def test_what_waits_for_room_has_as_long_as_its_twin_waits_and_is_known_to_come_too_late(
    due_in: timedelta, lasts: timedelta | None, until_in: timedelta | None
) -> None:
    first = item(
        reason=Reason.REACH_USED_UP, due_at=NOW + due_in, expires_at=None if lasts is None else NOW + lasts
    )
    assert waits_for_room(first)
    until = whatsapp_has_until(first, FIVE_MINUTES, NOW)
    assert until == (None if until_in is None else NOW + until_in)
    assert leaves_too_late(first, NOW + FIVE_MINUTES) is (until is None)
    assert whatsapp_has_until(first, FIVE_MINUTES, NOW + FIVE_MINUTES) is None


def test_what_waits_for_another_reason_does_not_come_too_late_for_lack_of_room() -> None:
    asleep = item(reason=Reason.QUIET_HOURS, due_at=LATEST)
    assert not waits_for_room(asleep)
    assert not leaves_too_late(asleep, LATER)
