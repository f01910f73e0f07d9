"""What people say in the chat: every command in every way it can be said, and who may say it."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.stories.world import Person, World
from wa_notify.core.outbox import Item, ItemState, Occasion
from wa_notify.core.reason import Reason
from wa_notify.core.ticket import TicketState
from wa_notify.core.timeline import EntryKind
from wa_notify.sandbox import CallbackPolicy, ShownMessage

AT_ONCE = timedelta(0)
CONFIG = (Path(__file__).parent / "team.yaml").read_text()


@pytest.fixture
async def team(tmp_path: Path) -> AsyncIterator[World]:
    """Alice and Bob are told, Carol is asked next, Dan never opted in."""
    world = World(tmp_path, CONFIG)
    world.sandbox.policy = CallbackPolicy(sent_after=AT_ONCE, delivered_after=AT_ONCE)
    await world.start()
    yield world
    await world.close()


async def fires(team: World, name: str = "DiskFull", instance: str = "db-7") -> ShownMessage:
    """An alert that Alice has read."""
    await team.alert(name, instance=instance)
    return team.alice.expects("Disk almost full")


async def comments(world: World, number: int = 1) -> list[str]:
    return [entry.text for entry in await world.timeline(number) if entry.kind is EntryKind.COMMENTED]


def texts(person: Person) -> str:
    return "\n".join(message.text for message in person.received)


# every verb in every way

COMMANDS = [
    ("ack", TicketState.ACKNOWLEDGED, "Ticket #1 is yours"),
    ("Übernehmen", TicketState.ACKNOWLEDGED, "Ticket #1 is yours"),
    ("收到", TicketState.ACKNOWLEDGED, "Ticket #1 is yours"),
    ("👍🏽", TicketState.ACKNOWLEDGED, "Ticket #1 is yours"),
    ("resolve", TicketState.RESOLVED, "Ticket #1 is closed"),
    ("done", TicketState.RESOLVED, "Ticket #1 is closed"),
    ("erledigt", TicketState.RESOLVED, "Ticket #1 is closed"),
    ("escalate", TicketState.OPEN, "Carol is asked now"),
    ("silence 2h", TicketState.OPEN, "is silenced until 21 Nov 05:00 UTC"),
    ("mute", TicketState.OPEN, "is silenced until 21 Nov 04:00 UTC"),
    ("assign bob", TicketState.ACKNOWLEDGED, "Ticket #1 is with Bob now"),
    ("assign me", TicketState.ACKNOWLEDGED, "Ticket #1 is yours"),
    ("comment I look at it", TicketState.OPEN, "Noted on ticket #1. Bob will see it."),
    ("details", TicketState.OPEN, "Everything we know about db-7"),
]


@pytest.mark.parametrize(("words", "state", "answer"), COMMANDS, ids=[words for words, *_ in COMMANDS])
@pytest.mark.parametrize("way", ["word", "number", "quoted"])
async def test_a_command_is_understood_however_it_is_said(
    team: World, words: str, state: TicketState, answer: str, way: str
) -> None:
    alert = await fires(team)
    if way != "word":
        await fires(team, "News")  # two tickets, so that the word alone would not do
    head, *rest = words.split()
    said = f"{head} 1 {' '.join(rest)}" if way == "number" else words
    await team.alice.replies(said, to=alert.wamid if way == "quoted" else None)
    await team.forward("2s")
    assert answer in texts(team.alice)
    assert (await team.ticket(1)).state is state


BUTTONS = [
    ("Acknowledge", TicketState.ACKNOWLEDGED, "is yours"),
    ("Silence 1h", TicketState.OPEN, "is silenced until"),
]


@pytest.mark.parametrize(("title", "state", "answer"), BUTTONS)
async def test_buttons_of_free_form_messages_do_what_they_say(
    team: World, title: str, state: TicketState, answer: str
) -> None:
    await team.alice.replies("hello")
    message = await fires(team)
    assert message.kind == "interactive"
    assert message.buttons == ("Acknowledge", "Silence 1h")
    await team.forward("2s")
    await team.alice.taps(title)
    assert answer in texts(team.alice)
    assert (await team.ticket()).state is state


async def test_a_reminder_offers_three_buttons(team: World) -> None:
    await team.alice.replies("hello")
    await fires(team)
    await team.forward("1h1s")
    assert [message.buttons for message in team.alice.received][-1] == (
        "Acknowledge",
        "Details",
        "Silence 1h",
    )


async def test_a_quick_reply_of_the_template_acknowledges_too(team: World) -> None:
    await fires(team)
    await team.alice.taps("Acknowledge")
    team.alice.expects("is yours")


# reactions


@pytest.mark.parametrize("emoji", ["👍", "👍🏿", "✅", "✔️", "👌🏼"])
async def test_a_thumb_or_check_mark_on_an_alert_takes_its_ticket(team: World, emoji: str) -> None:
    alert = await fires(team)
    await fires(team, "News")
    team.alice.phone.react(emoji, to=alert.wamid)
    await team.settle()
    assert (await team.ticket(1)).acknowledged_by == "alice"
    assert (await team.ticket(2)).state is TicketState.OPEN


async def test_a_reaction_is_answered_only_while_the_window_is_open(team: World) -> None:
    alert = await fires(team)
    team.alice.phone.react("👍", to=alert.wamid)
    await team.forward("1m")
    team.alice.stays_silent()
    (answer,) = [item for item in await team.items() if item.occasion is Occasion.CONFIRMATION]
    assert (answer.state, answer.reason) == (ItemState.CANCELLED, Reason.WINDOW_CLOSED)


async def test_a_reaction_in_an_open_window_is_answered(team: World) -> None:
    await team.alice.replies("hello")
    alert = await fires(team)
    team.alice.phone.react("✅", to=alert.wamid)
    await team.forward("2s")
    assert "is yours" in texts(team.alice)


async def test_other_reactions_and_one_that_is_taken_back_do_nothing(team: World) -> None:
    alert = await fires(team)
    for emoji in ("😀", "❤️", "👎", ""):
        team.alice.phone.react(emoji, to=alert.wamid)
        await team.settle()
    team.alice.stays_silent()
    assert (await team.ticket()).state is TicketState.OPEN
    team.alice.phone.react("👍", to=alert.wamid)
    team.alice.phone.react("", to=alert.wamid)
    await team.settle()
    assert (await team.ticket()).state is TicketState.ACKNOWLEDGED


async def test_a_reaction_on_something_that_is_no_alert_does_nothing(team: World) -> None:
    await fires(team)
    await team.alice.replies("status")
    listing = team.alice.expects("#1 Disk almost full")
    await team.forward("2s")
    team.alice.phone.react("👍", to=listing.wamid)
    await team.settle()
    assert (await team.ticket()).state is TicketState.OPEN


async def test_a_reaction_on_the_alert_of_an_earlier_episode_takes_nothing(team: World) -> None:
    old = await fires(team)
    await team.resolve("DiskFull")
    await team.forward("5m")
    await team.alert("DiskFull")
    team.alice.phone.react("👍", to=old.wamid)
    await team.settle()
    assert (await team.ticket()).state is TicketState.OPEN


# several tickets


async def test_when_several_tickets_fit_nothing_is_done_until_one_is_picked(team: World) -> None:
    await fires(team)
    await fires(team, "News")
    await team.alice.replies("ack")
    question = team.alice.expects("Which one do you take?", form="interactive")
    assert question.buttons == ("#2 Disk almost full", "#1 Disk almost full")
    assert {(await team.ticket(number)).state for number in (1, 2)} == {TicketState.OPEN}
    await team.forward("2s")
    await team.alice.taps("#1 Disk almost full")
    await team.forward("2s")
    assert "Ticket #1 is yours" in texts(team.alice)
    assert [(await team.ticket(number)).state for number in (1, 2)] == [
        TicketState.ACKNOWLEDGED,
        TicketState.OPEN,
    ]


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("resolve", "Ticket #1 is closed"),
        ("escalate", "Carol is asked now"),
        ("silence 30m", "is silenced until 21 Nov 03:30 UTC"),
        ("assign bob", "Ticket #1 is with Bob now"),
        ("comment I look at it", "Noted on ticket #1"),
        ("I look at it", "Noted on ticket #1"),
        ("details", "Everything we know about db-7"),
    ],
)
async def test_a_pick_remembers_what_was_said(team: World, words: str, answer: str) -> None:
    await fires(team)
    await fires(team, "News")
    await team.alice.replies("hello there, all")  # releases the long text, so that "details" has to ask
    await team.forward("2s")
    await team.alice.replies(words)
    await team.forward("2s")
    await team.alice.taps("#1 Disk almost full")
    await team.forward("2s")
    assert answer in texts(team.alice).rpartition("Which ticket do you mean?")[2]
    if "look" in words:
        assert await comments(team) == ["I look at it"]


async def test_a_pick_of_a_comment_whose_question_is_gone_asks_for_the_words_again(team: World) -> None:
    await fires(team)
    await fires(team, "News")
    await team.alice.replies("I look at it")
    question = team.alice.expects("Which ticket do you mean?")
    reply = {"id": question.actions[1].payload, "title": "#1", "description": "x"}
    team.alice.phone.send("interactive", {"type": "list_reply", "list_reply": reply})  # without a context
    await team.forward("2s")
    assert "say it again, with the number: comment 1" in texts(team.alice)
    assert await comments(team) == []


async def test_a_long_list_shows_ten_and_says_how_to_name_the_others(team: World) -> None:
    for number in range(12):
        await team.alert("News", n=str(number))
    await team.forward("1h")  # so many do not come at once
    await team.alice.replies("ack")
    await team.forward("1m")
    question = team.alice.received[-1]
    assert "These are the newest 10; for another one say its number." in question.text
    assert len(question.buttons) == 10
    assert all(len(title) <= 24 for title in question.buttons)
    await team.alice.replies("ack 1")
    assert (await team.ticket(1)).state is TicketState.ACKNOWLEDGED


async def test_a_number_that_is_none_of_theirs_is_named_in_the_answer(team: World) -> None:
    await fires(team)
    for number in ("99", "0", "123456789012345678"):
        await team.alice.replies(f"ack {number}")
        await team.forward("2s")
        assert f"Ticket #{int(number)} is none of yours. Say status" in texts(team.alice)
    await team.carol.replies("resolve 1")
    team.carol.expects("Ticket #1 is none of yours")
    assert (await team.ticket()).state is TicketState.OPEN


async def test_whom_the_rule_speaks_to_may_command_before_they_were_told(team: World) -> None:
    team.bob.phone.on_whatsapp = False
    await fires(team)
    team.bob.phone.on_whatsapp = True
    await team.bob.replies("ack 1")
    assert (await team.ticket()).acknowledged_by == "bob"


# what follows


async def test_who_was_told_hears_who_took_it_while_their_window_is_open_and_only_then(team: World) -> None:
    await team.bob.replies("hello")
    await fires(team)
    await team.forward("2s")
    await team.alice.taps("Acknowledge")
    await team.forward("2s")
    assert team.bob.received[-1].text == "Alice takes ticket #1: Disk almost full."
    await team.forward("25h")
    await fires(team, instance="db-8")
    await team.alice.taps("Acknowledge")
    await team.forward("25h")
    assert "takes ticket #2" not in texts(team.bob)
    news = [item for item in await team.items(2) if item.occasion is Occasion.COMMENT]
    assert [(item.state, item.reason) for item in news] == [(ItemState.CANCELLED, Reason.WINDOW_CLOSED)]


async def test_a_taken_ticket_is_taken_over_by_button_or_word(team: World) -> None:
    await fires(team)
    await team.bob.taps("Acknowledge")
    await team.alice.replies("ack")
    assert team.alice.expects("already with Bob").buttons == ("Assign me",)
    await team.forward("2s")
    await team.alice.taps("Assign me")
    assert (await team.ticket()).acknowledged_by == "alice"
    await team.bob.replies("assign 1 me")
    assert (await team.ticket()).acknowledged_by == "bob"
    for words in ("ack", "assign me", "assign bob"):
        await team.bob.replies(words)
        await team.forward("2s")
        assert team.bob.received[-1].text.startswith("Ticket #1 is yours")


async def test_what_is_resolved_by_hand_closes_and_the_others_hear_it(team: World) -> None:
    await fires(team)
    team.bob.expects("Disk almost full")
    await team.alice.replies("done")
    ticket = await team.ticket()
    assert (ticket.state, ticket.resolved_by) == (TicketState.RESOLVED, "alice")
    team.alice.expects("Ticket #1 is closed: Disk almost full. It stays closed for 4 h")
    team.bob.expects("has been resolved", form="template")
    await team.forward("3d")
    team.alice.stays_silent()
    team.bob.stays_silent()


async def test_without_words_for_the_end_the_others_hear_it_in_an_open_window(team: World) -> None:
    await team.bob.replies("hello")
    await fires(team, "Plain")
    team.bob.expects("Disk almost full")
    await team.alice.replies("resolve")
    await team.forward("2s")
    team.bob.expects("Alice closes ticket #1: Disk almost full.", form="text")


async def test_a_source_that_goes_on_does_not_reopen_what_somebody_closed_for_four_hours(
    team: World,
) -> None:
    await fires(team)
    await team.alice.replies("resolve")
    await team.forward("1m")
    for _ in range(4):
        await team.forward("59m")
        await team.alert("DiskFull")
    assert (await team.ticket()).state is TicketState.RESOLVED
    await team.forward("10m")
    await team.alert("DiskFull")
    ticket = await team.ticket()
    assert (ticket.state, ticket.episode, ticket.resolved_by) == (TicketState.OPEN, 2, "")


async def test_once_the_source_itself_has_resolved_it_a_new_alert_counts_at_once(team: World) -> None:
    await fires(team)
    await team.alice.replies("resolve")
    await team.resolve("DiskFull")
    await team.forward("10m")
    await team.alert("DiskFull")
    assert (await team.ticket()).episode == 2


async def test_a_new_alert_of_the_group_reopens_what_somebody_closed(team: World) -> None:
    await fires(team)
    await team.alice.replies("resolve")
    await team.alert("DiskFull", disk="sdb")
    assert (await team.ticket()).episode == 2


async def test_escalating_asks_the_next_people_and_says_so_or_that_nobody_is_left(team: World) -> None:
    await fires(team)
    await team.alice.replies("escalate")
    team.alice.expects("Carol is asked now about ticket #1")
    team.carol.expects("Unanswered: Disk almost full", form="template")
    await team.forward("2s")
    await team.alice.replies("escalate")
    await team.forward("2s")
    assert team.alice.received[-1].text.startswith("Nobody is left to ask about ticket #1")
    reasons = [entry for entry in await team.timeline() if entry.kind is EntryKind.ESCALATED]
    assert [(entry.actor, entry.reason) for entry in reasons] == [("alice", Reason.ASKED_TO_ESCALATE)]


async def test_who_has_a_ticket_and_escalates_gives_it_up(team: World) -> None:
    await fires(team)
    await team.alice.replies("ack")
    await team.alice.replies("escalate")
    team.carol.expects("Unanswered", form="template")
    ticket = await team.ticket()
    assert (ticket.state, ticket.acknowledged_by, ticket.escalations) == (TicketState.OPEN, "", 1)
    await team.carol.taps("Acknowledge")
    assert (await team.ticket()).acknowledged_by == "carol"


async def test_who_is_given_a_ticket_hears_of_it_without_a_window(team: World) -> None:
    await fires(team)
    await team.alice.replies("assign carol")
    team.alice.expects("Ticket #1 is with Carol now")
    team.carol.expects("Disk almost full", form="template")
    assert (await team.ticket()).acknowledged_by == "carol"
    await team.carol.replies("thanks")
    await team.forward("2s")
    assert "Everything we know about db-7" in texts(team.carol)
    assert "Carol on #1: thanks" in texts(team.alice)


async def test_who_is_given_a_ticket_in_an_open_window_reads_who_gave_it(team: World) -> None:
    await team.carol.replies("hello")
    await fires(team)
    await team.alice.replies("assign 1 to CAROL")
    await team.forward("2s")
    team.carol.expects("Alice gave you ticket #1: Disk almost full")


async def test_an_assignment_that_has_not_left_dies_with_the_next_one(team: World) -> None:
    team.sandbox.account.access_token = "another-token"
    await team.alert("DiskFull")
    await team.alice.replies("assign 1 carol")
    await team.bob.replies("assign 1 bob")
    team.sandbox.account.access_token = "sandbox-token"
    await team.forward("3h")
    assert (await team.ticket()).acknowledged_by == "bob"
    assert "Disk almost full" not in texts(team.carol)


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("assign dan", "Dan has not agreed to get messages"),
        ("assign nobody", "Nobody here is called nobody"),
    ],
)
async def test_a_ticket_is_not_given_to_somebody_who_could_not_be_told(
    team: World, words: str, answer: str
) -> None:
    await fires(team)
    await team.alice.replies(words)
    team.alice.expects(answer)
    assert (await team.ticket()).state is TicketState.OPEN


async def test_a_ticket_that_is_given_back_is_asked_about_anew(team: World) -> None:
    await fires(team)
    team.bob.expects("Disk almost full")
    await team.alice.replies("ack")
    await team.alice.replies("unack")
    team.bob.expects("Unanswered: Disk almost full", form="template")
    ticket = await team.ticket()
    assert (ticket.state, ticket.acknowledged_by) == (TicketState.OPEN, "")
    await team.forward("61m")
    team.bob.expects("Reminder 1")
    await team.bob.replies("release 1")
    await team.forward("2s")
    assert "Nobody has ticket #1" in texts(team.bob)


async def test_of_several_taken_tickets_the_own_one_is_given_back(team: World) -> None:
    await fires(team)
    await fires(team, instance="db-8")
    await team.alice.replies("ack 1")
    await team.bob.replies("ack 2")
    await team.alice.replies("release")
    assert [(await team.ticket(number)).state for number in (1, 2)] == [
        TicketState.OPEN,
        TicketState.ACKNOWLEDGED,
    ]


async def test_a_comment_is_kept_and_read_by_the_others_when_they_write(team: World) -> None:
    await fires(team)
    team.bob.expects("Disk almost full")
    await team.alice.replies("The backup job *fills* it, I think.")
    team.alice.expects("Noted on ticket #1. Bob will see it.")
    await team.forward("3h")
    assert "fills" not in texts(team.bob)
    await team.bob.replies("ack")
    await team.forward("3s")
    assert "Alice on #1: The backup job *fills* it, I think." in texts(team.bob)
    assert await comments(team) == ["The backup job *fills* it, I think."]
    assert all(item.form != "template" for item in await team.items() if item.occasion is Occasion.COMMENT)


async def test_a_comment_without_anybody_else_is_only_noted(team: World) -> None:
    await fires(team, "News")
    await team.alice.replies("comment 1 " + "x" * 2000)
    assert team.alice.expects("Noted").text == "Noted on ticket #1."
    assert await comments(team) == ["x" * 1000]


async def test_comments_that_nobody_read_die_with_the_ticket(team: World) -> None:
    await fires(team)
    await team.alice.replies("looking")
    await team.resolve("DiskFull")
    await team.bob.replies("hello")
    await team.forward("1m")
    assert "Alice on #1" not in texts(team.bob)


@pytest.mark.parametrize(
    "words", ["ack 1", "resolve 1", "escalate 1", "silence 1", "assign 1 bob", "release 1", "comment 1 hi"]
)
async def test_nothing_can_be_done_to_a_ticket_that_is_over(team: World, words: str) -> None:
    await fires(team)
    await team.resolve("DiskFull")
    await team.forward("1m")
    await team.alice.replies(words)
    await team.forward("2s")
    assert team.alice.received[-1].text == "Ticket #1 is over already: Disk almost full."
    assert (await team.ticket()).state is TicketState.RESOLVED


async def test_status_tells_the_open_tickets_and_who_has_them(team: World) -> None:
    await team.alice.replies("status")
    team.alice.expects("No ticket that you were told of is open.")
    for number in (6, 7, 8):
        await team.alert("DiskFull", instance=f"db-{number}")
    await team.alice.replies("ack 2")
    await team.bob.replies("ack 3")
    await team.forward("10s")
    await team.alice.replies("open?")
    await team.forward("2s")
    lines = team.alice.received[-1].text.splitlines()
    assert lines == [
        "#3 Disk almost full, with Bob",
        "#2 Disk almost full, with you",
        "#1 Disk almost full, open since 21 Nov 03:00 UTC",
    ]


@pytest.mark.parametrize("words", ["help", "?", "Hilfe", "ayuda", "說明"])
async def test_help_says_what_can_be_said(team: World, words: str) -> None:
    await team.alice.replies(words)
    team.alice.expects("ack, resolve, escalate, silence 2h, assign bob", "STOP")


async def test_details_come_again_when_they_are_asked_for_again(team: World) -> None:
    await fires(team)
    await team.alice.replies("details")
    await team.forward("2s")
    await team.alice.replies("details")
    await team.forward("2s")
    assert texts(team.alice).count("Everything we know about db-7") == 2


# who may command


@pytest.mark.parametrize("words", ["ack 1", "resolve 1", "I look at it", "help"])
async def test_an_opted_out_person_is_told_once_a_day_how_to_come_back(team: World, words: str) -> None:
    await fires(team)
    await team.alice.replies("STOP")
    team.alice.expects("no more alerts")
    await team.alice.replies(words)
    team.alice.expects("You opted out, so nothing was changed. Reply START")
    await team.alice.replies(words)
    await team.forward("23h")
    await team.alice.replies(words)
    team.alice.stays_silent()
    await team.forward("1h1m")
    await team.alice.replies(words)
    team.alice.expects("You opted out")
    assert (await team.ticket()).state is TicketState.OPEN
    await team.alice.replies("START")
    team.alice.expects("alerts from us again")
    await team.alice.replies("ack 1")
    assert (await team.ticket()).acknowledged_by == "alice"


async def test_somebody_who_never_opted_in_is_told_how(team: World) -> None:
    await fires(team)
    dan = Person(team, "Dan", team.sandbox.phone("+447700900555"))
    await dan.replies("ack 1")
    dan.expects("You never agreed to get alerts", "START")
    assert (await team.ticket()).state is TicketState.OPEN


async def test_who_quotes_an_alert_and_may_not_command_is_noted_on_its_ticket(team: World) -> None:
    alert = await fires(team)
    await team.alice.replies("STOP")
    await team.alice.replies("ack", to=alert.wamid)
    await team.alice.replies("ack", to=alert.wamid)
    noted = [entry for entry in await team.timeline() if entry.reason is Reason.OPTED_OUT]
    assert [(entry.actor, entry.kind) for entry in noted if entry.item_id is None] == [
        ("alice", EntryKind.REPLIED)
    ]
    assert (await team.ticket()).state is TicketState.OPEN


# the cap


def answers_to(items: list[Item], name: str) -> list[Item]:
    return [item for item in items if item.occasion is Occasion.CONFIRMATION and item.recipient_id == name]


async def test_a_phone_that_answers_every_message_ends_within_the_cap(team: World) -> None:
    await fires(team)
    seen = 0
    for _ in range(60):
        await team.alice.replies("I am a machine and out of office")
        await team.forward("2s")
        if len(team.alice.received) == seen:
            break
        seen = len(team.alice.received)
    answers = answers_to(await team.items(), "alice")
    assert len(answers) == 11
    assert team.alice.received[-1].text == "I heard you. No more answers for a few minutes."


async def test_commands_count_although_they_are_not_answered_any_more_and_stop_is_confirmed(
    team: World,
) -> None:
    await fires(team)
    for _ in range(15):
        await team.alice.replies("status")
    await team.alice.replies("ack")
    assert (await team.ticket()).acknowledged_by == "alice"
    assert "is yours" not in texts(team.alice)
    await team.alice.replies("STOP")
    await team.forward("1m")
    assert "no more alerts" in team.alice.received[-1].text


async def test_answers_come_again_after_a_while(team: World) -> None:
    for _ in range(15):
        await team.alice.replies("status")
    await team.forward("11m")
    count = len(team.alice.received)
    await team.alice.replies("status")
    await team.forward("2s")
    assert len(team.alice.received) == count + 1
    assert count == 11


async def test_two_machines_that_comment_on_each_other_are_slowed_down(team: World) -> None:
    await fires(team)
    for number in range(40):
        await team.alice.replies(f"beep {number}")
        await team.bob.replies(f"boop {number}")
    await team.forward("5m")
    for person in (team.alice, team.bob):
        passed_on = [message for message in person.received if re.search(r" on #1: b", message.text)]
        assert len(passed_on) == 30
    assert len(await comments(team)) == 80


# GoAlert's cases: trailing space, a reply without a code, replies that mean nothing, replies by strangers


async def test_a_reply_with_space_and_dots_around_it_counts(team: World) -> None:
    await fires(team)
    await team.alice.replies("  Ack 1 . \n")
    assert (await team.ticket()).acknowledged_by == "alice"


async def test_a_reply_that_means_nothing_without_any_open_ticket_is_not_answered(team: World) -> None:
    await team.alice.replies("what a night")
    await team.forward("1m")
    team.alice.stays_silent()


async def test_a_word_without_any_open_ticket_is_answered_and_changes_nothing(team: World) -> None:
    await team.alice.replies("ack")
    team.alice.expects("There is no open ticket of yours. Nothing was changed.")


async def test_the_same_reply_told_twice_counts_once(team: World) -> None:
    team.sandbox.policy = CallbackPolicy(duplicates=2, sent_after=AT_ONCE, delivered_after=AT_ONCE)
    await fires(team)
    await team.alice.replies("comment twice?")
    await team.forward("10s")
    assert await comments(team) == ["twice?"]


async def test_what_was_said_survives_a_restart(team: World) -> None:
    await fires(team)
    await fires(team, "News")
    await team.alice.replies("the words to keep")
    await team.forward("2s")
    await team.restart()
    await team.alice.taps("#1 Disk almost full")
    assert await comments(team) == ["the words to keep"]


# what people take back


async def test_a_comment_that_is_edited_before_anybody_reads_it_is_passed_on_as_it_is_now(
    team: World,
) -> None:
    await fires(team)
    wamid = await team.alice.replies("It is the bakcup")
    team.alice.phone.edit(wamid, "It is the backup")
    await team.settle()
    await team.bob.replies("hello there")
    await team.forward("3s")
    assert "Alice on #1: It is the backup" in texts(team.bob)
    assert "bakcup" not in texts(team.bob)
    assert "It is the backup" in await comments(team)


async def test_a_comment_that_is_deleted_before_anybody_reads_it_is_never_passed_on(team: World) -> None:
    await fires(team)
    wamid = await team.alice.replies("Bob broke it, I am sure")
    team.alice.phone.delete(wamid)
    await team.settle()
    await team.bob.replies("hello there")
    await team.forward("3s")
    assert "broke" not in texts(team.bob)
    assert "Alice deleted a message." in await comments(team)
    passed_on = [item for item in await team.items() if item.recipient_id == "bob"]
    assert all("broke" not in (item.intent.free_form or "") for item in passed_on)


async def test_editing_a_command_changes_nothing_that_others_are_told_of_it(team: World) -> None:
    await team.bob.replies("hello")
    await fires(team)
    wamid = await team.alice.replies("ack")
    team.alice.phone.edit(wamid, "resolve")
    await team.forward("3s")
    assert "Alice takes ticket #1: Disk almost full." in texts(team.bob)
    assert (await team.ticket()).state is TicketState.ACKNOWLEDGED


@pytest.mark.parametrize("edited", ["right words", "comment right words"])
async def test_a_remark_that_is_edited_before_its_ticket_is_picked_is_noted_as_it_is_now(
    team: World, edited: str
) -> None:
    await fires(team)
    await fires(team, "News")
    wamid = await team.alice.replies("wrong words")
    await team.forward("2s")
    team.alice.phone.edit(wamid, edited)
    await team.settle()
    await team.alice.taps("#1 Disk almost full")
    assert await comments(team) == ["right words"]


async def test_a_remark_that_is_deleted_before_its_ticket_is_picked_is_asked_for_again(team: World) -> None:
    await fires(team)
    await fires(team, "News")
    wamid = await team.alice.replies("wrong words")
    await team.forward("2s")
    team.alice.phone.delete(wamid)
    await team.settle()
    await team.alice.taps("#1 Disk almost full")
    await team.forward("2s")
    assert "say it again" in texts(team.alice)
    assert await comments(team) == []


async def test_a_stranger_is_answered_once_and_noted(team: World) -> None:
    await fires(team)
    eve = Person(team, "Eve", team.sandbox.phone("+447700900999"))
    for words in ("ack 1", "hello?", "resolve 1"):
        await eve.replies(words)
        await team.forward("2s")
    eve.expects("You are not on the list")
    eve.stays_silent()
    assert (await team.ticket()).state is TicketState.OPEN
