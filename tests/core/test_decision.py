"""The decision: which stage answers first, what it says, and what leaves in which form."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.core.builders import MOMENT, NOW, intent, item, open_window, recipient, shape, situation, ticket
from wa_notify.core.decision import STAGES, decide
from wa_notify.core.message import (
    Button,
    ButtonKind,
    ButtonParameter,
    Form,
    ListMessage,
    Parameter,
    Row,
    TemplateMessage,
    TextMessage,
)
from wa_notify.core.outbox import WANTED, Channel, Intent, ItemState, Occasion
from wa_notify.core.reason import SENTENCES, Reason
from wa_notify.core.rule import Priority
from wa_notify.core.situation import Decision, Drop, Hold, Send, Situation, Wait
from wa_notify.core.template import TemplateShape
from wa_notify.core.ticket import TicketState
from wa_notify.core.window import Window

LATER = NOW + timedelta(hours=7)
STATES = {
    TicketState.OPEN: ticket(),
    TicketState.ACKNOWLEDGED: ticket(state=TicketState.ACKNOWLEDGED, acknowledged_at=NOW),
    TicketState.RESOLVED: ticket(state=TicketState.RESOLVED, resolved_at=NOW),
    TicketState.EXPIRED: ticket(state=TicketState.EXPIRED, resolved_at=NOW),
}


def about(said: Intent, **special: Any) -> Situation:
    return situation(item=item(intent=said), **special)


def refusal(reason: Reason, detail: str = "") -> Drop:
    return Drop(state=ItemState.REFUSED, reason=reason, detail=detail)


def cancellation(reason: Reason) -> Drop:
    return Drop(state=ItemState.CANCELLED, reason=reason)


def test_the_stages_are_asked_in_the_order_in_which_their_answers_matter() -> None:
    assert [stage.__name__ for stage in STAGES] == [
        "no_longer_wanted",
        "emptied",
        "too_late",
        "unconfirmed_too_often",
        "nobody_to_write_to",
        "not_allowed",
        "incomplete",
        "silenced",
        "not_asking",
        "kept_back_by_another",
        "in_quiet_hours",
        "too_many",
        "blocked",
        "as_preferred",
        "as_free_form",
        "held_for_a_reply",
        "templates_blocked",
        "templates_unknown",
    ]


def troubles() -> Iterator[tuple[Reason, Situation]]:
    """First everything is wrong; then one trouble after the other is mended, and the next one answers."""
    now = situation(
        item=item(expires_at=NOW, intent=intent(template=None)),
        ticket=STATES[TicketState.RESOLVED],
        recipient=None,
        objection=Reason.NO_CONSENT,
        window=open_window(),
        shapes=(),
        synced=False,
        inhibited=True,
        quiet_until=LATER,
        room_at=LATER,
    )
    yield Reason.TICKET_RESOLVED, now
    now = replace(now, ticket=ticket())
    yield Reason.EXPIRED, now
    now = replace(now, item=replace(now.item, expires_at=None))
    yield Reason.UNKNOWN_RECIPIENT, now
    now = replace(now, recipient=recipient(phone=""))
    yield Reason.NO_ADDRESS, now
    now = replace(now, recipient=recipient())
    yield Reason.NO_CONSENT, now
    now = replace(now, objection=None)
    yield Reason.INHIBITED, now
    now = replace(now, inhibited=False)
    yield Reason.QUIET_HOURS, now
    now = replace(now, quiet_until=None)
    yield Reason.TOO_MANY, now
    now = replace(now, room_at=None)
    yield Reason.WINDOW_OPEN, now
    now = replace(now, window=Window())
    yield Reason.WAITING_FOR_REPLY, now
    now = replace(now, item=replace(now.item, intent=intent()))
    yield Reason.TEMPLATES_NOT_SYNCED, now
    now = replace(now, synced=True)
    yield Reason.TEMPLATE_MISSING, now
    now = replace(now, shapes=(shape(),))
    yield Reason.WINDOW_CLOSED, now


@pytest.mark.parametrize(
    ("expected", "now"), tuple(troubles()), ids=lambda value: value.value if isinstance(value, Reason) else ""
)
def test_the_first_stage_that_has_an_answer_gives_it(expected: Reason, now: Situation) -> None:
    assert decide(now).reason is expected


# The ticket.


@pytest.mark.parametrize("occasion", Occasion)
@pytest.mark.parametrize("state", TicketState)
def test_what_the_ticket_no_longer_wants_is_cancelled(occasion: Occasion, state: TicketState) -> None:
    decision = decide(situation(item=item(occasion=occasion), ticket=STATES[state], holds=1))
    if state in WANTED.get(occasion, set(TicketState)):
        assert isinstance(decision, Send)
    else:
        assert isinstance(decision, Drop)
        assert decision.state is ItemState.CANCELLED


@pytest.mark.parametrize(
    ("occasion", "state", "reason"),
    [
        (Occasion.OPENED, TicketState.ACKNOWLEDGED, Reason.TICKET_ACKNOWLEDGED),
        (Occasion.OPENED, TicketState.RESOLVED, Reason.TICKET_RESOLVED),
        (Occasion.REMINDER, TicketState.ACKNOWLEDGED, Reason.TICKET_ACKNOWLEDGED),
        (Occasion.REMINDER, TicketState.RESOLVED, Reason.TICKET_RESOLVED),
        (Occasion.UPDATED, TicketState.RESOLVED, Reason.TICKET_RESOLVED),
        (Occasion.DETAILS, TicketState.RESOLVED, Reason.TICKET_RESOLVED),
    ],
)
def test_the_cancellation_says_what_happened_to_the_ticket(
    occasion: Occasion, state: TicketState, reason: Reason
) -> None:
    decision = decide(situation(item=item(occasion=occasion), ticket=STATES[state]))
    assert decision == cancellation(reason)


def test_who_had_acknowledged_hears_that_a_resolved_ticket_was_resolved() -> None:
    both = replace(STATES[TicketState.RESOLVED], acknowledged_at=NOW, acknowledged_by="alice")
    assert decide(situation(ticket=both)) == cancellation(Reason.TICKET_RESOLVED)


@pytest.mark.parametrize("occasion", WANTED)
def test_an_item_of_an_earlier_episode_is_cancelled(occasion: Occasion) -> None:
    decision = decide(situation(item=item(occasion=occasion, episode=1), ticket=ticket(episode=2)))
    assert decision == cancellation(Reason.TICKET_REOPENED)


@pytest.mark.parametrize("occasion", sorted(set(Occasion) - set(WANTED)))
def test_a_confirmation_outlives_the_episode(occasion: Occasion) -> None:
    earlier = item(occasion=occasion, episode=1)
    decision = decide(situation(item=earlier, ticket=ticket(episode=2), holds=1))
    assert isinstance(decision, Send)


def test_a_ticket_that_is_gone_keeps_nothing_back() -> None:
    assert isinstance(decide(situation(ticket=None)), Send)


# Time, person and consent.


@pytest.mark.parametrize(("left", "leaves"), [(MOMENT, True), (0 * MOMENT, False), (-MOMENT, False)])
def test_it_is_too_late_from_the_instant_of_expiry_on(left: timedelta, *, leaves: bool) -> None:
    decision = decide(situation(item=item(expires_at=NOW + left)))
    assert isinstance(decision, Send) if leaves else decision == cancellation(Reason.EXPIRED)


def test_nobody_can_write_to_somebody_unknown_or_without_an_address() -> None:
    assert decide(situation(recipient=None)) == refusal(Reason.UNKNOWN_RECIPIENT)
    assert decide(situation(recipient=recipient(phone=""))) == refusal(Reason.NO_ADDRESS)
    assert isinstance(decide(situation(recipient=recipient(phone="", bsuid="GB.1"))), Send)


@pytest.mark.parametrize("why", [Reason.NO_CONSENT, Reason.OPTED_OUT])
@pytest.mark.parametrize("window", [Window(), open_window()], ids=["closed", "open"])
def test_who_did_not_agree_is_not_written_to_even_while_the_window_is_open(
    why: Reason, window: Window
) -> None:
    assert decide(situation(objection=why, window=window)) == refusal(why)


def test_an_answer_inside_the_window_needs_no_consent() -> None:
    answer = Intent(free_form="You will get no more alerts from us.", answers=True)
    decision = decide(about(answer, objection=Reason.OPTED_OUT, window=open_window()))
    assert decision == Send(
        message=TextMessage(body="You will get no more alerts from us."), reason=Reason.WINDOW_OPEN
    )


def test_an_answer_that_missed_its_window_does_not_reach_the_unwilling_as_a_template() -> None:
    assert isinstance(decide(about(intent(answers=True), objection=Reason.OPTED_OUT)), Drop)


# What is kept back.


def kept(special: dict[str, Any], **about: Any) -> Decision:
    """What becomes of an item with these special fields."""
    return decide(situation(item=item(**special), **about))


def test_who_sleeps_is_told_in_the_morning() -> None:
    assert kept({}, quiet_until=LATER) == Wait(until=LATER, reason=Reason.QUIET_HOURS)
    over = STATES[TicketState.RESOLVED]
    assert kept({"occasion": Occasion.RESOLVED}, ticket=over, quiet_until=LATER) == Wait(
        until=LATER, reason=Reason.QUIET_HOURS
    )


@pytest.mark.parametrize(
    "special",
    [
        {"priority": Priority.CRITICAL},
        {"occasion": Occasion.MESSAGE},
        {"occasion": Occasion.CONFIRMATION},
        {"intent": intent(answers=True)},
        {"reason": Reason.REPLIED},
        {"channel": Channel.SOURCE},
    ],
    ids=str,
)
def test_what_is_critical_wanted_now_or_for_no_person_heeds_no_quiet_hours(special: dict[str, Any]) -> None:
    assert isinstance(kept(special, quiet_until=LATER), Send)


def test_other_channels_heed_quiet_hours_too() -> None:
    assert isinstance(kept({"channel": Channel.OTHER}, quiet_until=LATER), Wait)


def test_who_got_too_many_messages_waits_until_there_is_room() -> None:
    assert kept({}, room_at=LATER) == Wait(until=LATER, reason=Reason.TOO_MANY)


def test_what_may_have_left_already_is_not_kept_for_later() -> None:
    assert isinstance(kept({"unconfirmed": 1}, room_at=LATER), Send)


@pytest.mark.parametrize(("tries", "minutes"), [(0, 1), (1, 1), (3, 3), (50, 10)])
def test_what_another_alert_explains_is_looked_at_again_ever_more_slowly(tries: int, minutes: int) -> None:
    pause = timedelta(minutes=minutes)
    assert kept({"attempts": tries}, inhibited=True) == Wait(until=NOW + pause, reason=Reason.INHIBITED)


def test_a_nudge_leaves_while_text_is_held_and_nobody_asked_before() -> None:
    nudge = {"occasion": Occasion.NUDGE, "intent": intent(free_form=None)}
    asked = Window(asked_at=NOW)
    assert isinstance(kept(nudge, holds=1), Send)
    assert kept(nudge) == cancellation(Reason.NOTHING_HELD)
    assert kept(nudge, holds=1, window=open_window()) == cancellation(Reason.NOTHING_HELD)
    assert kept(nudge, holds=1, window=asked) == cancellation(Reason.ASKED_ALREADY)
    tried = {**nudge, "form": Form.TEMPLATE}
    assert isinstance(kept(tried, holds=1, window=asked), Send)


def test_a_digest_of_which_nothing_is_left_is_cancelled() -> None:
    empty = {"occasion": Occasion.DIGEST, "ticket_id": None, "intent": Intent()}
    assert kept(empty, ticket=None) == cancellation(Reason.TICKET_RESOLVED)
    assert isinstance(kept({**empty, "intent": intent()}, ticket=None), Send)
    said = {**empty, "intent": intent(template=None)}
    assert isinstance(kept(said, ticket=None, window=open_window()), Send)


def test_what_is_worth_saying_only_now_is_dropped_while_the_window_is_closed() -> None:
    late = Intent(free_form="Bob has it.", only_now=True)
    assert decide(about(late)) == cancellation(Reason.WINDOW_CLOSED)
    assert isinstance(decide(about(late, window=open_window())), Send)


@pytest.mark.parametrize(
    "said",
    [Intent(free_form="Bob takes it.", answers=True), Intent(free_form="Bob takes it.", only_now=True)],
)
def test_what_is_not_worth_waiting_for_is_cancelled_while_the_window_is_closed(said: Intent) -> None:
    assert decide(about(said)) == cancellation(Reason.WINDOW_CLOSED)


def test_what_is_not_worth_waiting_for_needs_consent_all_the_same() -> None:
    said = Intent(free_form="Bob takes it.", only_now=True)
    assert decide(about(said, objection=Reason.OPTED_OUT, window=open_window())) == refusal(Reason.OPTED_OUT)
    assert isinstance(decide(about(said, window=open_window())), Send)


# Silences.


@pytest.mark.parametrize("window", [Window(), open_window()])
def test_what_is_silenced_waits_for_the_end_by_intention(window: Window) -> None:
    end = NOW + timedelta(hours=1)
    decision = decide(situation(silenced_until=end, window=window))
    assert decision == Wait(until=end, reason=Reason.SILENCED)


def test_what_is_silenced_but_not_allowed_is_refused_at_once() -> None:
    end = NOW + timedelta(hours=1)
    assert decide(situation(silenced_until=end, objection=Reason.OPTED_OUT)) == refusal(Reason.OPTED_OUT)


# Free-form text.


def test_a_list_to_pick_from_leaves_while_the_window_is_open() -> None:
    rows = (Row(payload="ack:12.1.7f1c9a", title="#12 Disk full"),)
    decision = decide(about(Intent(free_form="Which one?", rows=rows, answers=True), window=open_window()))
    assert decision == Send(
        message=ListMessage(body="Which one?", opener="Choose", rows=rows), reason=Reason.WINDOW_OPEN
    )


def test_while_the_window_is_open_free_form_text_leaves_with_its_buttons() -> None:
    buttons = (Button(payload="ack:12.1.7f1c9a", title="Acknowledge"),)
    decision = decide(about(intent(buttons=buttons), window=open_window(), shapes=(), synced=False))
    assert decision == Send(
        message=TextMessage(body="*Disk full* on db-7", buttons=buttons), reason=Reason.WINDOW_OPEN
    )


@pytest.mark.parametrize(
    ("ago", "form"),
    [
        (timedelta(hours=23, minutes=59) - MOMENT, TextMessage),
        (timedelta(hours=23, minutes=59), TemplateMessage),
    ],
)
def test_the_form_changes_in_the_microsecond_in_which_the_window_closes(
    ago: timedelta, form: type[TextMessage | TemplateMessage]
) -> None:
    decision = decide(situation(window=Window(last_inbound_at=NOW - ago)))
    assert isinstance(decision, Send)
    assert isinstance(decision.message, form)


def test_an_open_window_does_not_help_who_has_only_a_template() -> None:
    decision = decide(about(intent(free_form=None), window=open_window()))
    assert isinstance(decision, Send)
    assert isinstance(decision.message, TemplateMessage)
    assert decision.reason is Reason.NO_FREE_FORM


def test_free_form_text_without_a_template_is_held_until_a_reply() -> None:
    assert decide(about(intent(template=None))) == Hold(reason=Reason.WAITING_FOR_REPLY)


def test_an_answer_that_missed_its_window_is_not_worth_a_later_interruption() -> None:
    assert decide(about(Intent(free_form="Taken.", answers=True))) == cancellation(Reason.WINDOW_CLOSED)


def test_what_never_leaves_does_not_promise_a_template() -> None:
    decision = decide(about(Intent(free_form="Taken.", answers=True)))
    assert isinstance(decision, Drop)
    assert "goes out" not in SENTENCES[decision.reason]


@pytest.mark.parametrize(
    ("length", "left", "with_buttons"), [(1024, 1024, True), (1025, 1025, False), (5000, 4088, False)]
)
def test_free_form_text_is_parted_and_loses_its_buttons_where_the_platform_would_refuse_it(
    length: int, left: int, *, with_buttons: bool
) -> None:
    buttons = (Button(payload="ack:12.1.7f1c9a", title="Acknowledge"),)
    decision = decide(about(intent(free_form="x" * length, buttons=buttons), window=open_window()))
    assert isinstance(decision, Send)
    assert isinstance(decision.message, TextMessage)
    assert (len(decision.message.body), decision.message.buttons == buttons) == (left, with_buttons)


# Templates.


def test_outside_the_window_the_template_leaves_filled() -> None:
    assert decide(situation()) == Send(
        message=TemplateMessage(
            name="ops_alert",
            language="en",
            body=(Parameter(text="db-7"),),
            buttons=(ButtonParameter(index=0, kind=ButtonKind.QUICK_REPLY, text="ack:12.1.7f1c9a"),),
            category="UTILITY",
        ),
        reason=Reason.WINDOW_CLOSED,
    )


def test_the_language_of_the_person_is_taken() -> None:
    shapes = (shape(language="en"), shape(language="de"))
    decision = decide(situation(shapes=shapes, languages=("de", "en")))
    assert isinstance(decision, Send)
    assert isinstance(decision.message, TemplateMessage)
    assert decision.message.language == "de"


def test_as_long_as_nobody_knows_the_templates_a_message_waits_a_little() -> None:
    decision = decide(situation(shapes=(), synced=False))
    assert decision == Wait(until=NOW + timedelta(seconds=5), reason=Reason.TEMPLATES_NOT_SYNCED)


def test_a_template_that_the_configuration_declares_need_not_wait() -> None:
    assert isinstance(decide(situation(synced=False)), Send)


NAMED = "ops_alert"


@pytest.mark.parametrize(
    ("special", "expected"),
    [
        ({"shapes": (shape(category="MARKETING"),)}, refusal(Reason.TEMPLATE_IS_MARKETING, NAMED)),
        (
            {"shapes": (shape(body="{{1}} on {{2}}"),)},
            refusal(
                Reason.TEMPLATE_MISFIT,
                "Template ops_alert takes the body parameters 2 in order, and was given 1 in order.",
            ),
        ),
    ],
    ids=["marketing", "misfit"],
)
def test_a_template_that_cannot_be_sent_is_refused_by_name(special: dict[str, Any], expected: Drop) -> None:
    assert decide(situation(**special)) == expected


@pytest.mark.parametrize(
    ("shapes", "reason"),
    [
        ((), Reason.TEMPLATE_MISSING),
        ((shape(language="it"),), Reason.TEMPLATE_MISSING),
        ((shape(status="PAUSED"),), Reason.TEMPLATE_NOT_APPROVED),
        ((shape(status="PAUSED"), shape(status="PENDING", language="it")), Reason.TEMPLATE_NOT_APPROVED),
        ((shape(status="PAUSED"), shape(language="it")), Reason.TEMPLATE_NOT_APPROVED),
    ],
    ids=["missing", "language", "paused", "none approved", "one approved"],
)
def test_an_alert_waits_for_a_template_that_is_not_there_and_a_message_by_hand_is_refused(
    shapes: tuple[TemplateShape, ...], reason: Reason
) -> None:
    assert decide(situation(shapes=shapes)) == Wait(until=NOW + timedelta(minutes=1), reason=reason)
    later = situation(shapes=shapes, item=item(attempts=100))
    assert decide(later) == Wait(until=NOW + timedelta(minutes=10), reason=reason)
    assert decide(situation(shapes=shapes, ticket=None)) == refusal(reason, NAMED)


def test_what_had_no_answer_three_times_is_not_sent_again() -> None:
    assert isinstance(decide(situation(item=item(unconfirmed=2))), Send)
    ended = Drop(state=ItemState.FAILED, reason=Reason.UNCONFIRMED)
    assert decide(situation(item=item(unconfirmed=3))) == ended


def test_free_form_text_that_the_platform_just_refused_becomes_a_template_whatever_our_clock_says() -> None:
    refused = item(reason=Reason.WINDOW_CLOSED_BY_PLATFORM)
    decision = decide(situation(item=refused, window=open_window()))
    assert isinstance(decision, Send)
    assert decision.message.form is Form.TEMPLATE


def test_nothing_to_say_is_refused() -> None:
    nothing = Intent()
    assert decide(about(nothing)) == refusal(Reason.NOTHING_TO_SAY)
    assert decide(about(nothing, window=open_window(), synced=False)) == refusal(Reason.NOTHING_TO_SAY)


def test_a_decision_depends_on_nothing_but_the_situation() -> None:
    decisions: list[Decision] = [decide(situation()) for _ in range(3)]
    assert decisions[0] == decisions[1] == decisions[2]


@pytest.mark.parametrize(
    ("occasion", "invited", "why", "leaves"),
    [
        (Occasion.INVITE, True, Reason.NO_CONSENT, True),
        (Occasion.INVITE, False, Reason.NO_CONSENT, False),
        (Occasion.INVITE, True, Reason.OPTED_OUT, False),
        (Occasion.MESSAGE, True, Reason.NO_CONSENT, False),
    ],
)
def test_an_invitation_alone_may_go_to_somebody_who_asked_for_it_and_never_said_no(
    occasion: Occasion, invited: bool, why: Reason, leaves: bool
) -> None:
    one = item(occasion=occasion, ticket_id=None, intent=intent(free_form=None))
    decision = decide(situation(item=one, ticket=None, objection=why, invited=invited))
    assert isinstance(decision, Send) is leaves
    assert leaves or decision == refusal(why)
