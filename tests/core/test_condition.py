"""What stands in the way of more than one message: raised, probed, ended and told."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.builders import NOW, intent, item, shape, situation, wish
from wa_notify.core.breaker import blocked, templates_blocked
from wa_notify.core.condition import (
    LOOK_AGAIN,
    PROBE_PAUSES,
    RELAPSE,
    STEADY,
    STEADY_SEEN,
    WHATSAPP_WIDE,
    Condition,
    Effect,
    Recovery,
    Scope,
    Sign,
    cleared,
    is_over,
    looked_at_again,
    probed_soon,
    raised,
    still_there,
    superseded,
    told,
)
from wa_notify.core.decision import decide
from wa_notify.core.fallback import Detour
from wa_notify.core.forms import as_template, plainer
from wa_notify.core.outbox import Channel, Occasion
from wa_notify.core.reason import Reason
from wa_notify.core.rule import Priority
from wa_notify.core.secret import Secret
from wa_notify.core.situation import Divert, Send, Wait
from wa_notify.core.template import TemplateWish

MINUTE = timedelta(minutes=1)
TOKEN = Sign(
    scope=Scope.APP,
    cause="token",
    effect=Effect.BLOCKS,
    recovery=Recovery.PROBE,
    what="Access token expired",
)


def condition(**special: Any) -> Condition:
    return replace(raised(TOKEN, None, NOW), **special)


def test_a_fresh_one_is_told_first_and_then_probed_after_a_minute() -> None:
    fresh = condition()
    assert fresh.next_at == NOW
    assert told(fresh, NOW, heard=True).next_at == NOW + MINUTE
    assert replace(fresh, tells=False).next_at == NOW + MINUTE


def test_each_probe_that_says_no_makes_the_pause_longer_up_to_ten_minutes() -> None:
    known, pauses = told(condition(), NOW, heard=True), []
    for _ in range(8):
        known = still_there(known, NOW)
        assert known.probe_at is not None
        pauses.append(known.probe_at - NOW)
    assert pauses == [*PROBE_PAUSES[1:], *PROBE_PAUSES[-1:] * 4]


def test_what_is_raised_again_while_it_stands_stays_the_same_trouble() -> None:
    known = told(condition(until=NOW + MINUTE), NOW, heard=True)
    again = raised(replace(TOKEN, what="newer words", lasts=2 * MINUTE), known, NOW + MINUTE)
    assert again == replace(known, what="newer words", until=NOW + 3 * MINUTE)
    assert raised(TOKEN, known, NOW + MINUTE).until == known.until


def test_a_recovery_is_told_once_it_has_lasted_and_then_nothing_is_left_to_do() -> None:
    over = cleared(told(condition(), NOW, heard=True), NOW + MINUTE)
    assert over.next_at == NOW + MINUTE + STEADY
    done = told(over, NOW + 3 * MINUTE, heard=True)
    assert (done.next_at, done.told_at, done.is_open) == (None, None, False)
    assert cleared(condition(tells=False), NOW).next_at is None


def test_an_end_that_no_probe_found_is_told_at_once() -> None:
    timed = condition(recovery=Recovery.TIME, told_at=NOW)
    assert cleared(timed, NOW + MINUTE).next_at == NOW + MINUTE


def test_what_comes_back_before_its_end_was_told_was_never_over() -> None:
    over = cleared(told(condition(), NOW, heard=True), NOW + MINUTE)
    back = raised(TOKEN, over, NOW + MINUTE + STEADY / 2)
    assert (back.since, back.told_at, back.is_open) == (NOW, NOW, True)
    assert back.probes == 1


def test_what_comes_back_soon_is_told_anew_and_probed_as_slowly_as_before() -> None:
    over = cleared(condition(probes=3), NOW)
    told_over = told(over, NOW + STEADY, heard=True)
    back = raised(TOKEN, told_over, NOW + RELAPSE / 2)
    assert (back.told_at, back.since) == (None, NOW + RELAPSE / 2)
    assert back.probe_at == NOW + RELAPSE / 2 + PROBE_PAUSES[-1]
    assert raised(TOKEN, told_over, NOW + RELAPSE).probe_at == NOW + RELAPSE + MINUTE


def test_nobody_hears_that_a_warning_or_what_was_replaced_is_over() -> None:
    assert cleared(condition(effect=Effect.WARNS, told_at=NOW), NOW).next_at is None
    assert superseded(condition(told_at=NOW), NOW).next_at is None


def test_a_start_makes_probes_due_and_touches_nothing_else() -> None:
    assert probed_soon(condition(), NOW + MINUTE).probe_at == NOW + MINUTE
    timed = condition(recovery=Recovery.TIME, probe_at=None)
    assert probed_soon(timed, NOW) is timed


@pytest.mark.parametrize("recovery", sorted(Recovery))
def test_only_a_certain_end_ends_it(recovery: Recovery) -> None:
    timed = condition(recovery=recovery, until=NOW, probe_at=None, told_at=NOW)
    certain = recovery is not Recovery.STATE
    assert is_over(timed, NOW) is certain
    assert not is_over(timed, NOW - MINUTE)
    assert not is_over(replace(timed, until=None), NOW)
    assert not is_over(replace(timed, cleared_at=NOW), NOW)
    assert (timed.next_at == NOW) is certain


@given(st.integers(-10_000, 10_000))
def test_what_waits_is_looked_at_again_within_ten_minutes_and_never_in_the_past(minutes: int) -> None:
    until = NOW + minutes * MINUTE
    again = looked_at_again(condition(until=until), NOW)
    assert NOW <= again <= NOW + LOOK_AGAIN
    assert looked_at_again(condition(until=None), NOW) == NOW + LOOK_AGAIN


@pytest.mark.parametrize(
    ("scope", "subject", "name"),
    [
        (Scope.TEMPLATE, "ops/alert/en", "template ops/alert in en"),
        (Scope.PERSON, "alice", "person alice"),
        (Scope.COUNTRY, "DE", "country DE"),
        (Scope.ACCOUNT, "", "the account"),
    ],
)
def test_people_read_what_it_concerns(scope: Scope, subject: str, name: str) -> None:
    assert condition(scope=scope, subject=subject).name == name


@pytest.mark.parametrize("scope", sorted(Scope))
def test_only_number_account_and_app_concern_whatsapp_as_a_whole(scope: Scope) -> None:
    assert condition(scope=scope).whatsapp_wide is (scope in WHATSAPP_WIDE)
    assert not condition(scope=scope, effect=Effect.SLOWS).whatsapp_wide


# the breaker


@pytest.mark.parametrize(
    ("scope", "reason"),
    [
        *((scope, Reason.ACCOUNT_BLOCKED) for scope in sorted(WHATSAPP_WIDE)),
        (Scope.COUNTRY, Reason.COUNTRY_BLOCKED),
        (Scope.PERSON, Reason.IDENTITY_CHANGED),
    ],
)
def test_what_is_blocked_waits_with_the_name_of_its_trouble(scope: Scope, reason: Reason) -> None:
    stuck = situation(troubles=(condition(scope=scope),))
    assert blocked(stuck) == Wait(until=NOW + LOOK_AGAIN, reason=reason)
    assert decide(stuck) == blocked(stuck)


def test_a_slowed_number_lets_only_what_is_critical_leave() -> None:
    slow = (condition(scope=Scope.NUMBER, effect=Effect.SLOWS, until=NOW + MINUTE, recovery=Recovery.TIME),)
    assert blocked(situation(troubles=slow)) == Wait(until=NOW + MINUTE, reason=Reason.NUMBER_LIMITED)
    critical = situation(item=item(priority=Priority.CRITICAL), troubles=slow)
    assert blocked(critical) is None


@pytest.mark.parametrize("effect", [Effect.WARNS, Effect.DOUBTS])
def test_a_warning_or_a_doubt_keeps_nothing_back(effect: Effect) -> None:
    assert isinstance(decide(situation(troubles=(condition(effect=effect),))), Send)


def test_an_account_that_may_not_begin_sends_no_template() -> None:
    forbids = (condition(effect=Effect.NO_TEMPLATES),)
    stuck = situation(troubles=forbids)
    assert decide(stuck) == Wait(until=NOW + LOOK_AGAIN, reason=Reason.NUMBER_LIMITED)
    assert templates_blocked(situation()) is None
    assert templates_blocked(situation(item=item(intent=intent(template=None)), troubles=forbids)) is None


# spare templates

SPARE = wish(name="ops_plain")
SECOND = wish(name="ops_last")


def with_spares(*spares: TemplateWish) -> Any:
    return item(intent=intent(template=replace(wish(), spares=spares)))


def said_by(decision: object) -> tuple[str, str]:
    assert isinstance(decision, Send)
    return getattr(decision.message, "name", ""), decision.instead


def test_the_first_choice_leaves_while_it_can() -> None:
    both = (shape(), shape(name="ops_plain"))
    assert said_by(as_template(situation(item=with_spares(SPARE), shapes=both))) == ("ops_alert", "")


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        ({"status": "PAUSED"}, "The template is not approved at the moment."),
        ({"language": "pt_BR"}, "The account has no such template in a language that fits."),
        ({"category": "MARKETING"}, "The template is classed as marketing; alerts must not use it."),
        ({"body": "No blank."}, "What is to be said does not fit the template."),
    ],
)
def test_a_spare_leaves_when_the_first_choice_cannot_and_says_why(broken: dict[str, str], why: str) -> None:
    both = (shape(**broken), shape(name="ops_plain"))
    decision = as_template(situation(item=with_spares(SPARE), shapes=both))
    assert said_by(decision) == ("ops_plain", f"Not by ops_alert: {why}")


def test_spares_are_tried_in_their_order() -> None:
    shapes = (shape(status="PAUSED"), shape(name="ops_plain", status="DISABLED"), shape(name="ops_last"))
    name, instead = said_by(as_template(situation(item=with_spares(SPARE, SECOND), shapes=shapes)))
    assert name == "ops_last"
    assert instead.startswith("Not by ops_alert: ")
    assert "Not by ops_plain: " in instead


def test_without_any_way_it_waits_where_one_may_come_back_and_is_refused_where_none_will() -> None:
    marketing, paused = shape(category="MARKETING"), shape(name="ops_plain", status="PAUSED")
    both = situation(item=with_spares(SPARE), shapes=(marketing, paused))
    assert isinstance(as_template(both), Wait)
    none = situation(item=with_spares(), shapes=(marketing,))
    assert as_template(none).reason is Reason.TEMPLATE_IS_MARKETING


def test_what_the_platform_held_for_too_long_does_not_leave_by_the_same_template() -> None:
    held = replace(with_spares(SPARE), reason=Reason.HELD_TOO_LONG, template="ops_alert")
    both = (shape(), shape(name="ops_plain"))
    assert said_by(as_template(situation(item=held, shapes=both)))[0] == "ops_plain"


def test_refused_words_become_plain_and_half_as_long() -> None:
    said = wish(header="«db-7»", body=(("", "✺" + "word " * 40), ("name", "kept as it is")))
    plain = plainer(said)
    assert plain.header == "db-7"
    (_, first), (name, short) = plain.body
    assert (len(first) <= 101, "✺" in first, name, short) == (True, False, "name", "kept as it is")
    assert plainer(wish(header=None)).header is None


def test_a_notice_leaves_by_another_channel_without_a_ticket() -> None:
    notice = item(
        occasion=Occasion.NOTICE,
        channel=Channel.OTHER,
        ticket_id=None,
        intent=intent(template=None, free_form="WhatsApp has trouble with the app. Token. Do."),
    )
    way = Detour(url=Secret("mailto://ops@example.net"), first=None, after=MINUTE, told=False)
    decision = decide(situation(item=notice, ticket=None, detour=way))
    assert isinstance(decision, Divert)
    assert decision.message.title == "WhatsApp has trouble with the app"
    gone = decide(situation(item=notice, ticket=None, detour=replace(way, url=None)))
    assert gone.reason is Reason.NO_CHANNEL


def seen(**special: Any) -> Condition:
    """What we see ourselves, told to administrators."""
    warning = Sign(scope=Scope.SERVICE, cause="outbox", recovery=Recovery.LOOK, what="Behind")
    return replace(told(raised(warning, None, NOW), NOW, heard=True), **special)


def test_that_what_we_see_ourselves_is_over_is_told_once_it_has_lasted() -> None:
    assert seen().told_elsewhere
    assert not seen().whatsapp_wide
    assert seen().next_at is None
    over = cleared(seen(), NOW)
    assert over.next_at == NOW + STEADY_SEEN
    assert cleared(seen(told_at=None), NOW).next_at is None


def test_what_comes_back_before_that_was_never_over() -> None:
    again = Sign(scope=Scope.SERVICE, cause="outbox", recovery=Recovery.LOOK, what="Behind again")
    back = raised(again, cleared(seen(), NOW + MINUTE), NOW + 2 * MINUTE)
    assert (back.since, back.told_at, back.next_at) == (NOW, NOW, None)


def test_a_trouble_of_the_platform_as_a_whole_is_told_elsewhere_and_others_are_not() -> None:
    assert condition().told_elsewhere
    assert not condition(effect=Effect.WARNS).told_elsewhere


def test_what_is_not_a_template_a_person_or_a_country_is_called_by_its_kind() -> None:
    assert seen().name == "the service"
    assert seen(scope=Scope.CANARY).name == "the canary"
