"""What people read: cleaned, complete, formatted as it was meant, and in parts where it is long."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.stories.post_office import PostOffice
from tests.stories.world import HOUSE, World
from wa_notify.core.markup import GUARD
from wa_notify.core.outbox import ItemState, Occasion
from wa_notify.core.reason import Reason
from wa_notify.core.ticket import TicketState
from wa_notify.sandbox import CallbackPolicy

RULES = """
receivers:
  oncall: {to: [alice]}
defaults: {most_parts: 3}
rules:
  - name: owned
    match: {alertname: Owned}
    receiver: oncall
    missing: refuse
    fallback: {to: ["%s"], after: 5m}
    template: &alert
      name: ops_alert
      header: "{{ labels.instance }}"
      parameters: ["{{ labels.severity }}", "{{ title }} of {{ labels.owner }}", "{{ starts_at | clock }}"]
      url: "alerts/{{ ticket.number }}"
  - name: unowned
    match: {alertname: Unowned}
    receiver: oncall
    template: *alert
  - name: long
    match: {alertname: Long}
    receiver: oncall
    template:
      name: ops_alert
      header: "{{ labels.instance }}"
      parameters: ["{{ labels.severity }}", "{{ annotations.text }}", "{{ starts_at | clock }}"]
      url: "alerts/{{ ticket.number }}"
    details: "{{ annotations.text }}"
  - name: rest
    receiver: oncall
    template: *alert
    free_form: "*{{ title }}* on {{ labels.instance }}: {{ annotations.text | d('') | whatsapp }}"
"""


@pytest.fixture
async def words(tmp_path: Path, post: PostOffice) -> AsyncIterator[World]:
    head, _, _ = HOUSE.read_text().partition("receivers:")
    stage = World(tmp_path, head + RULES % post.url("desk"))
    stage.sandbox.policy = CallbackPolicy(
        sent_after=timedelta(seconds=1), delivered_after=timedelta(seconds=2)
    )
    await stage.start()
    yield stage
    await stage.close()


async def fire(world: World, name: str, *, summary: str = "Disk full", text: str = "", **labels: str) -> None:
    """An alert with a text of its own."""
    annotations = {"summary": summary, **({"text": text} if text else {})}
    named = {"alertname": name, "severity": "critical", "instance": "db_7_x", **labels}
    body = {"source": "test", "status": "firing", "labels": named, "annotations": annotations}
    assert (await world.post("/alerts", body)).status_code == 202
    await world.settle()


async def told(world: World, part: str) -> str:
    """The line of the first ticket's timeline that holds this."""
    lines = [entry.text for entry in await world.timeline() if part in entry.text]
    assert lines, world.story()
    return lines[0]


async def test_a_text_with_breaks_and_hidden_marks_is_cleaned_and_the_ticket_says_how(words: World) -> None:
    await fire(words, "Long", text="Line one\nline two.\n\nRunbook:\trb/41 \u202egnp\n" + "x" * 1500)
    await words.forward("5s")
    words.alice.expects("Line one line two. · Runbook: rb/41 gnp xxx", form="template")
    line = await told(words, "leaves as template")
    assert "2 line breaks became spaces; a paragraph break became a dot; " in line
    assert "a run of spaces became one; an invisible character was left out; cut to" in line


async def test_a_label_that_is_missing_gets_a_word_and_the_ticket_names_it(words: World) -> None:
    await fire(words, "Unowned")
    await words.forward("5s")
    words.alice.expects("Disk full of unknown", form="template")
    assert (await told(words, "leaves as template")).endswith("The alert does not have: owner.")


async def test_a_rule_may_refuse_what_is_incomplete_and_other_channels_still_tell(
    words: World, post: PostOffice
) -> None:
    await fire(words, "Owned")
    await words.forward("1s")
    words.alice.stays_silent()
    assert (await words.ticket()).state is TicketState.OPEN
    refusal = await told(words, "is refused")
    assert refusal.endswith("without which the rule says nothing. (owner)")
    post.expects("desk", "Disk full of unknown", "The alert lacks a label or an annotation")


async def test_a_complete_alert_of_such_a_rule_leaves(words: World) -> None:
    await fire(words, "Owned", owner="bob")
    await words.forward("5s")
    words.alice.expects("Disk full of bob", form="template")


async def test_marks_in_a_title_never_break_the_bold_of_the_rule(words: World) -> None:
    await words.alice.replies("hello")
    await fire(words, "Any", summary="*_tmp_ is full*", text="**Now** _run_ `df *`")
    await words.forward("5s")
    shown = words.alice.expects("on db_7_x", form="interactive").text
    assert shown == f"*{GUARD}*{GUARD}{GUARD}_tmp_{GUARD} is full*{GUARD}* on db_7_x: *Now* _run_ `df *`"
    await words.alice.replies("ack")
    await words.forward("5s")
    answer = words.alice.expects("Ticket #1 is yours").text
    assert f"full*{GUARD}." in answer


def lines(count: int) -> str:
    return "".join(f"Line {number} of a very long log.\n" for number in range(count))


async def test_long_text_leaves_in_parts_each_after_the_one_before_has_arrived(words: World) -> None:
    await words.alice.replies("hello")
    await fire(words, "Long", text=lines(300))
    await words.forward("1s")
    (first,) = [item for item in await words.items(1) if item.occasion is Occasion.DETAILS and item.wamid]
    assert first.intent.part == 1
    await words.forward("20s")
    words.alice.expects("critical", form="template")
    words.alice.expects("(1/3)\nLine 0 of", form="text")
    words.alice.expects("(2/3)\nLine", form="text")
    words.alice.expects("(3/3)\nLine", "Line 299 of", form="text")
    words.alice.stays_silent()
    assert "in 3 parts" in await told(words, "The long text to alice leaves")
    assert await told(words, "The long text to alice, part 2, leaves as free-form text.")


async def test_when_nothing_is_heard_of_a_part_the_next_one_follows_after_a_moment(words: World) -> None:
    await words.alice.replies("hello")
    words.alice.phone.online = False
    await fire(words, "Long", text=lines(300))
    await words.forward("5s")
    sent = [item for item in await words.items(1) if item.wamid and item.occasion is Occasion.DETAILS]
    assert len(sent) == 1
    await words.forward("20s")
    sent = [item for item in await words.items(1) if item.wamid and item.occasion is Occasion.DETAILS]
    assert len(sent) == 3


async def test_a_restart_between_two_parts_doubles_nothing_and_loses_nothing(words: World) -> None:
    await words.alice.replies("hello")
    await fire(words, "Long", text=lines(300))
    await words.restart()
    await words.forward("1m")
    await words.restart()
    await words.forward("1m")
    texts = [message.text.split("\n")[0] for message in words.alice.received if message.text.startswith("(")]
    assert texts == ["(1/3)", "(2/3)", "(3/3)"]


async def test_the_rest_of_a_very_long_text_is_counted(words: World) -> None:
    await words.alice.replies("hello")
    await fire(words, "Long", text=lines(500))
    await words.forward("1m")
    assert words.alice.received[-1].text.endswith(" characters more")
    assert words.alice.received[-1].text.startswith("(3/3)")


async def test_parts_that_wait_die_with_the_alert(words: World) -> None:
    await words.alice.replies("hello")
    words.alice.phone.online = False
    await fire(words, "Long", text=lines(300))
    await words.post(
        "/alerts",
        {
            "source": "test",
            "status": "resolved",
            "labels": {"alertname": "Long", "severity": "critical", "instance": "db_7_x"},
        },
    )
    await words.forward("1m")
    parts = [item for item in await words.items(1) if item.intent.part > 1]
    assert [(item.state, item.reason) for item in parts] == [
        (ItemState.CANCELLED, Reason.TICKET_RESOLVED)
    ] * 2
