"""Triggers."""

from typing import Any

import pytest

from .automating import automate, device_of, listen
from .home import Home

ARRIVES = 5
MINUTE = 60
HOUR = 60 * MINUTE
ALERT = {"title": "Disk of db1 full", "severity": "critical"}


async def test_message_tells_who_wrote_what(home: Home) -> None:
    """An automation reads the words and the person."""
    told = await listen(home, "message_received")
    wamid = home.ada.reply("Open the gate")
    await home.settle()
    assert len(told) == 1
    assert (
        told[0].items()
        >= {
            "entry_id": home.entry.entry_id,
            "device_id": device_of(home, "ada"),
            "recipient": "ada",
            "name": "Ada",
            "kind": "message",
            "text": "Open the gate",
            "message_id": wamid,
        }.items()
    )


@pytest.mark.parametrize(
    ("options", "text", "is_meant"),
    [
        ({}, "anything", True),
        ({"text": "gate"}, "Open the GATE please", True),
        ({"text": "gate"}, "Open the door", False),
        ({"text": "Open", "match": "starts_with"}, "open the gate", True),
        ({"text": "gate", "match": "starts_with"}, "open the gate", False),
        ({"text": " Open the gate ", "match": "exact"}, "open the Gate", True),
        ({"text": "Open the gate", "match": "exact"}, "open the gate now", False),
    ],
)
async def test_message_is_compared_with_the_text(
    home: Home, options: dict[str, Any], text: str, is_meant: bool
) -> None:
    """Case and blanks around do not matter."""
    told = await listen(home, "message_received", **options)
    home.ada.reply(text)
    await home.settle()
    assert len(told) == is_meant


async def test_message_of_somebody_else_is_not_meant(home: Home) -> None:
    """A trigger may be about some people only."""
    told = await listen(home, "message_received", device_id=device_of(home, "bob"))
    home.ada.reply("It is me")
    await home.settle()
    assert not len(told)
    home.bob.reply("It is Bob")
    await home.settle()
    assert [told[0]["name"], told[0]["text"]] == ["Bob", "It is Bob"]


async def test_place_is_a_message_without_words(home: Home) -> None:
    """It has coordinates, and no text that could be compared."""
    told = await listen(home, "message_received")
    home.ada.send("location", {"latitude": 52.5, "longitude": 13.4})
    await home.settle()
    assert told[0]["kind"] == "location"
    assert (told[0]["latitude"], told[0]["text"]) == (52.5, "")


@pytest.mark.parametrize(
    ("title", "is_meant"),
    [(None, True), ("open THE gate", True), ("Close the gate", False)],
)
async def test_button_tells_its_title(
    home: Home, title: str | None, is_meant: bool
) -> None:
    """A trigger may be about one button only."""
    options = {"title": title} if title else {}
    told = await listen(home, "button_pressed", **options)
    home.ada.reply("Hello")
    await home.settle()
    await home.hass.services.async_call(
        "wa_notify",
        "send_message",
        {
            "device_id": device_of(home, "ada"),
            "message": "Somebody is at the gate",
            "buttons": ["Open the gate", "Ignore"],
        },
        blocking=True,
    )
    await home.forward(ARRIVES)
    home.ada.tap("Open the gate")
    await home.settle()
    assert len(told) == is_meant
    if is_meant:
        assert (told[0]["title"], told[0]["name"]) == ("Open the gate", "Ada")


async def test_opting_out_and_in_is_told(home: Home) -> None:
    """Both name who said so."""
    out = await listen(home, "opted_out")
    home.ada.reply("STOP")
    await home.settle()
    assert [out[0]["recipient"], out[0]["by"]] == ["ada", "ada"]
    assert out[0]["kind"] == "opted_out"


async def test_opting_in_is_told(home: Home) -> None:
    """Somebody who never did may agree by action."""
    told = await listen(home, "opted_in", device_id=[device_of(home, "bob")])
    await home.hass.services.async_call(
        "wa_notify",
        "grant_opt_in",
        {"entity_id": "notify.bob", "evidence": "Said so at the door"},
        blocking=True,
    )
    await home.settle()
    assert [told[0]["name"], told[0]["by"]] == ["Bob", "Home Assistant"]


@pytest.fixture
def rules() -> dict[str, Any]:
    """Return a recipient who stands in the YAML alone."""
    return {
        "recipients": {"carol": {"phone": "+447700900125", "name": "Carol"}},
        "receivers": {"everybody": {"to": ["ada"]}},
    }


async def raise_alert(home: Home, **more: str) -> int:
    """Raise an alert and return the number of its ticket."""
    answer = await home.act("raise_alert", {**ALERT, **more}, return_response=True)
    await home.forward(ARRIVES)
    number: int = answer["tickets"][0]
    return number


@pytest.mark.parametrize(
    ("options", "is_meant"),
    [
        ({}, True),
        ({"rule": "anything_else", "severity": ["warning", "critical"]}, True),
        ({"rule": ["disk"]}, False),
        ({"severity": "warning"}, False),
    ],
)
async def test_ticket_opened(
    home: Home, options: dict[str, Any], is_meant: bool
) -> None:
    """A trigger may be about some rules and severities only."""
    told = await listen(home, "ticket_opened", **options)
    number = await raise_alert(home)
    assert len(told) == is_meant
    if is_meant:
        assert (
            told[0].items()
            >= {
                "entry_id": home.entry.entry_id,
                "ticket": number,
                "episode": 1,
                "rule": "anything_else",
                "severity": "critical",
                "title": "Disk of db1 full",
            }.items()
        )


async def test_ticket_acknowledged_by_a_person(home: Home) -> None:
    """The automation can name them."""
    told = await listen(home, "ticket_acknowledged")
    await raise_alert(home)
    home.ada.tap("Acknowledge")
    await home.forward(ARRIVES)
    assert [told[0]["by"], told[0]["name"]] == ["ada", "Ada"]


async def test_ticket_resolved_by_its_source(home: Home) -> None:
    """No person did it."""
    told = await listen(home, "ticket_resolved")
    number = await raise_alert(home)
    await home.act("resolve_alert", ALERT)
    await home.settle()
    assert [told[0]["ticket"], told[0]["by"]] == [number, "home_assistant"]
    assert told[0]["name"] == "home_assistant"


async def test_person_without_a_device_is_named_too(home: Home) -> None:
    """Whoever stands in the YAML alone has no device."""
    told = await listen(home, "message_received")
    home.sandbox.phone("+447700900125").reply("Hello")
    await home.forward(ARRIVES)
    assert (
        told[0].items()
        >= {
            "device_id": None,
            "recipient": "carol",
            "name": "Carol",
        }.items()
    )


async def test_window_opens_once_a_day_at_most(home: Home) -> None:
    """Whoever goes on writing keeps it open; it closes after a day of silence."""
    told = await listen(home, "window_opened", device_id=device_of(home, "ada"))
    home.bob.reply("Not me")
    home.ada.reply("Hello")
    await home.forward(ARRIVES)
    assert len(told) == 1
    assert (
        told[0].items()
        >= {
            "entry_id": home.entry.entry_id,
            "device_id": device_of(home, "ada"),
            "recipient": "ada",
            "name": "Ada",
            "closes_at": "2026-11-24T09:00:00+00:00",
        }.items()
    )
    home.ada.reply("And again")
    await home.forward(ARRIVES)
    await home.forward(25 * HOUR)
    assert len(told) == 1
    home.ada.reply("Good morning")
    await home.forward(ARRIVES)
    assert len(told) == 2


async def test_window_that_was_open_is_no_news(home: Home) -> None:
    """Neither the automation nor the entry starting over opens a window."""
    home.ada.reply("Hello")
    await home.forward(ARRIVES)
    told = await listen(home, "window_opened")
    await home.hass.config_entries.async_reload(home.entry.entry_id)
    await home.forward(ARRIVES)
    assert not len(told)
    home.bob.reply("Hello")
    await home.forward(ARRIVES)
    assert [told[0]["name"]] == ["Bob"]


async def test_unanswered_ticket_is_told_once(home: Home) -> None:
    """It is told when its time has come, and not again."""
    told = await listen(home, "ticket_unanswered", **{"for": {"minutes": 20}})
    number = await raise_alert(home)
    await home.forward(19 * MINUTE)
    assert not len(told)
    await home.forward(MINUTE)
    assert len(told) == 1
    assert (
        told[0].items()
        >= {
            "entry_id": home.entry.entry_id,
            "ticket": number,
            "episode": 1,
            "rule": "anything_else",
            "severity": "critical",
            "title": "Disk of db1 full",
            "state": "open",
        }.items()
    )
    await home.hass.config_entries.async_reload(home.entry.entry_id)
    await home.forward(2 * HOUR)
    assert len(told) == 1


async def test_answered_ticket_is_not_unanswered(home: Home) -> None:
    """Somebody has it, or it is over."""
    told = await listen(home, "ticket_unanswered", **{"for": {"minutes": 20}})
    await raise_alert(home)
    await raise_alert(home, title="Door open")
    home.ada.tap("Acknowledge")
    await home.act("resolve_alert", ALERT)
    await home.forward(HOUR)
    assert not len(told)


async def test_ticket_given_back_waits_anew(home: Home) -> None:
    """The time counts from when nobody had it any more."""
    told = await listen(home, "ticket_unanswered", **{"for": {"minutes": 20}})
    number = await raise_alert(home)
    await home.act("acknowledge", {"ticket": number})
    await home.forward(HOUR)
    await home.act("release", {"ticket": number})
    await home.forward(19 * MINUTE)
    assert not len(told)
    await home.forward(MINUTE)
    assert len(told) == 1


async def test_trouble_that_is_back_is_told_again(home: Home) -> None:
    """Every episode of a ticket counts."""
    told = await listen(home, "ticket_unanswered", **{"for": {"minutes": 20}})
    number = await raise_alert(home)
    await home.forward(21 * MINUTE)
    await home.act("resolve_alert", ALERT)
    await home.forward(HOUR)
    assert await raise_alert(home) == number
    await home.forward(21 * MINUTE)
    assert [told[0]["episode"], told[1]["episode"], len(told)] == [1, 2, 2]


@pytest.mark.parametrize(
    ("options", "is_meant"),
    [({"rule": "anything_else"}, True), ({"rule": "disk"}, False)],
)
async def test_unanswered_tickets_of_a_rule(
    home: Home, options: dict[str, Any], is_meant: bool
) -> None:
    """A trigger may be about some rules and severities only."""
    await raise_alert(home)
    told = await listen(home, "ticket_unanswered", **{"for": 60}, **options)
    await home.forward(2 * MINUTE)
    assert len(told) == is_meant


async def test_ticket_from_before_the_automation_counts(home: Home) -> None:
    """What was due while nobody listened is told at once, the rest in time."""
    first = await raise_alert(home)
    await home.forward(15 * MINUTE)
    second = await raise_alert(home, title="Door open")
    await home.forward(10 * MINUTE)
    told = await listen(home, "ticket_unanswered", **{"for": {"minutes": 20}})
    await home.settle()
    assert [told[0]["ticket"], len(told)] == [first, 1]
    await home.forward(11 * MINUTE)
    assert [told[1]["ticket"], len(told)] == [second, 2]


async def test_entry_that_loads_later_counts(home: Home) -> None:
    """The automations may be there before the business number is."""
    number = await raise_alert(home)
    entries = home.hass.config_entries
    await entries.async_unload(home.entry.entry_id)
    told = await listen(home, "ticket_unanswered", **{"for": {"minutes": 20}})
    await home.forward(HOUR)
    assert not len(told)
    await entries.async_setup(home.entry.entry_id)
    await home.settle()
    assert [told[0]["ticket"], len(told)] == [number, 1]


async def test_automation_that_is_off_listens_no_more(home: Home) -> None:
    """Nothing is left behind that would still look after tickets."""
    told = await listen(home, "ticket_unanswered", **{"for": {"minutes": 20}})
    await raise_alert(home)
    await home.hass.services.async_call(
        "automation", "turn_off", {"entity_id": "automation.tell"}, blocking=True
    )
    await home.forward(HOUR)
    assert not len(told)


@pytest.mark.parametrize(
    ("trigger", "options"),
    [
        ("message_received", {"match": "sounds_like"}),
        ("ticket_opened", {"device_id": "abc"}),
        ("ticket_unanswered", {}),
        ("ticket_unanswered", {"for": {"minutes": -1}}),
    ],
)
async def test_faulty_options_are_refused(
    home: Home, trigger: str, options: dict[str, Any]
) -> None:
    """An automation with a fault is shown as such."""
    await automate(
        home.hass,
        {
            "alias": "Tell",
            "triggers": {"trigger": f"wa_notify.{trigger}", "options": options},
            "actions": [],
        },
    )
    assert home.state("automation.tell").state == "unavailable"
