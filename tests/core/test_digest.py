"""Digests: what they say, and whose fate they decide."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.builders import NOW, item
from wa_notify.core.digest import Line, facts, newest_of_each, said, shared_fate
from wa_notify.core.outbox import MAY_HAVE_ARRIVED, WAITING, ItemState
from wa_notify.core.rule import Priority

LINES = [Line(number=number, title=f"Trouble {number}") for number in range(1, 26)]


def test_it_says_a_line_for_each_ticket_and_how_to_take_one() -> None:
    assert said([Line(number=3, title="Power lost", over=True), LINES[3]], NOW, "UTC") == (
        "2 tickets since 21 Nov 09:30 UTC:\n#3 Power lost: over\n#4 Trouble 4\nReply ack 4 to take #4."
    )


def test_what_is_all_over_cannot_be_taken() -> None:
    assert said([Line(number=3, title="Power lost", over=True)], NOW, "UTC") == (
        "1 ticket since 21 Nov 09:30 UTC:\n#3 Power lost: over"
    )


def test_it_names_twenty_and_counts_the_others() -> None:
    text = said(LINES, NOW, "UTC")
    assert "#20 Trouble 20\nand 5 more\n" in text
    assert "#21" not in text
    told = facts(LINES, NOW)
    assert (told["count"], told["more"], len(told["titles"]), told["numbers"][19]) == (25, 5, 20, "#20")
    assert (told["title"], told["ticket"], told["since"]) == ("Trouble 1", {"number": 1}, NOW)
    assert facts([], NOW)["title"] == ""


@given(titles=st.lists(st.text(min_size=0, max_size=300), max_size=40))
def test_it_never_outgrows_a_message(titles: list[str]) -> None:
    lines = [Line(number=10**9 + index, title=title) for index, title in enumerate(titles)]
    assert len(said(lines, NOW, "UTC")) <= 4096


def test_of_each_ticket_the_newest_speaks_and_the_gravest_goes_first() -> None:
    first, newer = item(id=1, ticket_id=5), item(id=4, ticket_id=5)
    other, grave = item(id=2, ticket_id=3), item(id=3, ticket_id=9, priority=Priority.CRITICAL)
    assert newest_of_each([newer, other, first, grave]) == [grave, other, newer]


@pytest.mark.parametrize("state", ItemState)
def test_who_may_have_got_the_digest_may_have_heard_of_its_tickets(state: ItemState) -> None:
    fate = shared_fate(state)
    assert (fate in MAY_HAVE_ARRIVED) == (state in MAY_HAVE_ARRIVED)
    assert fate not in WAITING


def test_since_is_told_on_the_clock_of_the_zone() -> None:
    assert "since 21 Nov 17:00 IST" in said(LINES, NOW + timedelta(hours=2), "Asia/Kolkata")
