"""Parts of a long text, and messages that lack something: what is decided about them."""

from datetime import timedelta
from typing import Any

import pytest

from tests.core.builders import NOW, intent, item, open_window, situation
from wa_notify.core.answers import MOST_ANSWERS, AnswerKind, next_answer
from wa_notify.core.decision import PART_GRACE, PART_STAGES, decide, not_its_turn
from wa_notify.core.delivery import RECEIPTS_LEARNED_AFTER, sends_no_receipts
from wa_notify.core.incomplete import Incomplete, lacking
from wa_notify.core.message import Form, TextMessage
from wa_notify.core.outbox import Intent, Item, ItemState
from wa_notify.core.reason import Reason
from wa_notify.core.situation import Decision, Drop, Hold, Send, Wait
from wa_notify.core.window import Window

PART = Intent(free_form="(2/2)\nrest", part=2, behind=7)


def second(forerunner: Item | None, **special: Any) -> Decision:
    ordinary = {"item": item(id=8, intent=PART), "before": forerunner, "window": open_window()}
    return decide(situation(**{**ordinary, **special}))


def before(state: ItemState, **special: Any) -> Item:
    return item(state=state, form=Form.FREE_FORM, **special)


def test_the_stages_of_a_part_are_those_that_the_first_could_not_answer_for_it() -> None:
    assert [stage.__name__ for stage in PART_STAGES] == [
        "no_longer_wanted",
        "too_late",
        "unconfirmed_too_often",
        "nobody_to_write_to",
        "not_allowed",
        "not_its_turn",
        "blocked",
        "as_free_form",
        "held_for_a_reply",
    ]


@pytest.mark.parametrize(
    "state",
    [ItemState.DELIVERED, ItemState.READ, ItemState.FAILED, ItemState.REFUSED],
)
def test_a_part_follows_once_the_fate_of_the_one_before_is_known(state: ItemState) -> None:
    decision = second(before(state), room_at=NOW + PART_GRACE, quiet_until=NOW + PART_GRACE)
    assert isinstance(decision, Send)
    assert decision.message == TextMessage(body="(2/2)\nrest")


@pytest.mark.parametrize("state", [ItemState.ACCEPTED, ItemState.SENT])
def test_a_part_waits_a_moment_for_the_one_before_to_arrive(state: ItemState) -> None:
    left = before(state, status_at=NOW)
    assert second(left) == Wait(until=NOW + PART_GRACE, reason=Reason.PART_BEFORE)
    assert isinstance(second(left, now=NOW + PART_GRACE), Send)


@pytest.mark.parametrize("state", [ItemState.PENDING, ItemState.SENDING, ItemState.UNCERTAIN])
def test_a_part_never_overtakes_the_one_before(state: ItemState) -> None:
    later = before(state, due_at=NOW + timedelta(minutes=1))
    assert second(later) == Wait(until=NOW + timedelta(minutes=1) + PART_GRACE, reason=Reason.PART_BEFORE)
    assert second(before(state)) == Wait(until=NOW + PART_GRACE, reason=Reason.PART_BEFORE)


def test_what_is_no_part_is_always_in_turn() -> None:
    assert not_its_turn(situation()) is None


def test_a_part_is_held_with_the_one_before_it() -> None:
    assert second(before(ItemState.HELD), window=Window()) == Hold()


def test_a_part_is_nothing_when_the_one_before_left_as_a_template() -> None:
    template = item(state=ItemState.ACCEPTED, form=Form.TEMPLATE)
    dropped = Drop(state=ItemState.CANCELLED, reason=Reason.WINDOW_CLOSED_BY_PLATFORM)
    assert second(template) == dropped


def test_a_part_is_cancelled_with_the_one_before_it() -> None:
    over = before(ItemState.CANCELLED, reason=Reason.TICKET_RESOLVED)
    assert second(over) == Drop(state=ItemState.CANCELLED, reason=Reason.TICKET_RESOLVED)


def test_a_part_whose_forerunner_was_forgotten_is_a_message_like_others() -> None:
    assert isinstance(second(None), Send)


def test_long_text_leaves_in_as_many_parts_as_are_allowed() -> None:
    long = item(intent=intent(free_form="word " * 3000))
    decision = decide(situation(item=long, window=open_window(), most_parts=3))
    assert isinstance(decision, Send)
    assert isinstance(decision.message, TextMessage)
    assert decision.message.body.startswith("(1/3)\n")
    assert [part[:6] for part in decision.rest] == ["(2/3)\n", "(3/3)\n"]


def test_a_part_says_which_it_is() -> None:
    assert item(intent=PART).spoken == "The first message to alice, part 2,"
    assert item().spoken == "The first message to alice"


def test_what_lacks_a_label_is_refused_only_where_the_rule_insists() -> None:
    hole = intent(lacks=("owner", "rack"))
    assert isinstance(decide(situation(item=item(intent=hole))), Send)
    insisting = intent(lacks=("owner", "rack"), complete_only=True)
    refused = Drop(state=ItemState.REFUSED, reason=Reason.LABEL_MISSING, detail="owner, rack")
    assert decide(situation(item=item(intent=insisting), quiet_until=NOW + PART_GRACE)) == refused
    assert isinstance(decide(situation(item=item(intent=intent(complete_only=True)))), Send)


def test_what_several_texts_lack_is_named_once() -> None:
    one, other = Incomplete("of unknown", ["owner"]), Incomplete("x", ["rack", "owner"])
    assert (one, lacking(one, None, "whole", other)) == ("of unknown", ("owner", "rack"))


def test_an_answer_in_parts_counts_once() -> None:
    answers = [item(key=f"answer/{place}") for place in range(MOST_ANSWERS - 1)]
    parts = [item(key=f"answer/0/part-{place}", intent=Intent(part=place)) for place in (2, 3, 4)]
    assert next_answer([*answers, *parts]) is AnswerKind.ANSWER


def test_who_reads_nothing_of_several_messages_sends_no_receipts() -> None:
    assert sends_no_receipts([False] * RECEIPTS_LEARNED_AFTER)
    assert not sends_no_receipts([False] * (RECEIPTS_LEARNED_AFTER - 1))
    assert not sends_no_receipts([True, *[False] * RECEIPTS_LEARNED_AFTER])
