"""Actions about alerts and tickets."""

from typing import Any

import pytest
from wa_notify.core.timeline import EntryKind

from homeassistant.auth.models import User
from homeassistant.core import Context
from homeassistant.exceptions import ServiceValidationError

from .alerting import TWO_STEPS, act, raised, refusal, timeline
from .home import Home
from .registered import value


@pytest.fixture
def rules(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Return the rules that a test asks for; without any there is the usual one."""
    asked: dict[str, Any] = getattr(request, "param", {})
    return asked


# Alerts


async def test_raise_alert(home: Home) -> None:
    """An alert opens a ticket, and people hear of it."""
    answer = await act(
        home,
        "raise_alert",
        title="Water in the cellar",
        message="The sensor beside the washing machine is wet",
        severity="critical",
        labels={"room": "cellar", "floor": 0},
        url="https://home.example/leak",
    )
    assert answer == {"tickets": [1], "outcomes": ["opened"]}
    assert "Water in the cellar" in home.ada.messages[-1].text
    story = await home.entry.runtime_data.engine.desk.story(1)
    [alert] = story.alerts
    assert alert.source == "home_assistant"
    assert alert.labels == {
        "alertname": "Water in the cellar",
        "room": "cellar",
        "floor": "0",
        "severity": "critical",
    }
    assert alert.url == "https://home.example/leak"


async def test_key_names_the_trouble(home: Home) -> None:
    """Two alerts with one key are one ticket, whatever else they say."""
    first = await raised(home, key="cellar", title="Damp in the cellar")
    second = await act(
        home, "raise_alert", key="cellar", title="Flood", severity="critical"
    )
    assert second == {"tickets": [first], "outcomes": ["worse"]}
    again = await act(
        home, "raise_alert", key="cellar", title="Flood", severity="critical"
    )
    assert again == {"tickets": [first], "outcomes": ["known"]}
    assert value(home, "sensor", "open_tickets") == "1"


async def test_title_and_labels_name_the_trouble(home: Home) -> None:
    """Without a key, alerts are the same if title and labels are, however grave."""
    first = await raised(home, labels={"room": "cellar"})
    worse = await raised(home, labels={"room": "cellar"}, severity="critical")
    other = await act(
        home, "raise_alert", title="Water in the cellar", labels={"room": "attic"}
    )
    assert first == worse
    assert other["outcomes"] == ["opened"]


@pytest.mark.parametrize(
    ("named", "again"),
    [
        ({"key": "cellar"}, {"key": "cellar"}),
        ({"key": "cellar", "labels": {"room": "cellar"}}, {"key": "cellar"}),
        ({}, {"title": "Water in the cellar"}),
        (
            {"labels": {"room": "cellar"}, "severity": "critical"},
            {"title": "Water in the cellar", "labels": {"room": "cellar"}},
        ),
        (
            {"labels": {"alertname": "Leak"}},
            {"labels": {"alertname": "Leak"}},
        ),
    ],
)
async def test_resolve_alert(
    home: Home, named: dict[str, Any], again: dict[str, Any]
) -> None:
    """An alert is over by its key, or by its title and labels."""
    number = await raised(home, **named)
    answer = await act(home, "resolve_alert", **again)
    assert answer == {"tickets": [number], "outcomes": ["resolved"]}
    assert value(home, "sensor", "open_tickets") == "0"
    assert "resolved" in home.ada.messages[-1].text


async def test_resolve_what_nobody_raised(home: Home) -> None:
    """It is no fault when nothing is to be resolved."""
    answer = await act(home, "resolve_alert", key="cellar")
    assert answer == {"tickets": [], "outcomes": ["no_ticket"]}


@pytest.mark.parametrize("data", [{}, {"labels": {"room": "cellar"}}, {"key": ""}])
async def test_resolve_without_identity(home: Home, data: dict[str, Any]) -> None:
    """It has to be said which alert is over; labels alone name none."""
    assert await refusal(home, "resolve_alert", **data) == "no_identity"


@pytest.mark.parametrize("rules", [TWO_STEPS], indirect=True)
async def test_rules_decide(home: Home) -> None:
    """The rule whose labels fit answers the alert."""
    await raised(home, labels={"room": "attic"}, message="It drips")
    answer = await act(home, "get_tickets")
    assert [ticket["rule"] for ticket in answer["tickets"]] == ["leaks"]


async def test_no_rule(home: Home) -> None:
    """An alert that no rule answers is refused, and nothing is kept of it."""
    home.hass.config_entries.async_update_entry(
        home.entry, options={"alert_template": "not_there"}
    )
    await home.hass.async_block_till_done()
    await home.settle()
    assert await refusal(home, "raise_alert", title="Leak") == "no_rule"


async def test_explain(home: Home) -> None:
    """An alert can be tried out: nothing is stored, and nothing sent."""
    answer = await act(home, "explain", title="Leak", severity="critical")
    assert answer["rules"] == ["anything_else"]
    opened = [one for one in answer["messages"] if one["occasion"] == "opened"]
    messages = {one["recipient"]: one for one in opened}
    assert messages["ada"]["name"] == "Ada"
    assert messages["ada"]["decision"] == "send"
    assert messages["ada"]["form"] == "template"
    assert messages["ada"]["reason"] == "window_closed"
    assert messages["bob"]["decision"] == "drop"
    assert messages["bob"]["form"] is None
    assert messages["bob"]["reason"] == "no_consent"
    assert "never opted in" in messages["bob"]["sentence"]
    assert list(home.ada.messages) == []
    assert (await act(home, "get_tickets")) == {"tickets": []}


async def test_get_tickets(home: Home) -> None:
    """The tickets that are not over can be asked for."""
    await raised(home, severity="critical")
    await act(home, "acknowledge", ticket=1)
    [ticket] = (await act(home, "get_tickets"))["tickets"]
    opened_at = ticket.pop("opened_at")
    assert opened_at == "2026-11-23T09:00:00+00:00"
    assert ticket == {
        "ticket": 1,
        "episode": 1,
        "rule": "anything_else",
        "title": "Water in the cellar",
        "severity": "critical",
        "state": "acknowledged",
        "acknowledged_by": "Home Assistant",
        "reminders": 0,
    }


# Tickets


@pytest.mark.parametrize("rules", [TWO_STEPS], indirect=True)
async def test_life_of_a_ticket(home: Home) -> None:
    """A ticket is taken, given back, given on and closed."""
    number = await raised(home, labels={"room": "cellar"})
    states = []
    for action in ("acknowledge", "release", "escalate", "resolve"):
        answer = await act(home, action, ticket=number)
        assert answer["ticket"] == number
        assert answer["text"].startswith("Home Assistant ")
        states.append(answer["state"])
    assert states == ["acknowledged", "open", "open", "resolved"]


@pytest.mark.parametrize("action", ["acknowledge", "release", "escalate", "resolve"])
async def test_unknown_and_closed_tickets(home: Home, action: str) -> None:
    """Nothing can be done with a ticket that is not there, or over."""
    assert await refusal(home, action, ticket=7) == "no_ticket"
    number = await raised(home)
    await act(home, "resolve", ticket=number)
    with pytest.raises(ServiceValidationError) as error:
        await home.act(action, {"ticket": number})
    assert error.value.translation_key == "nothing_done"
    assert "is over already" in (error.value.translation_placeholders or {})["why"]


async def test_automation_acknowledges(home: Home) -> None:
    """What an automation does was done by Home Assistant."""
    await raised(home)
    await act(home, "acknowledge", ticket=1)
    [entry] = await timeline(home, EntryKind.ACKNOWLEDGED)
    assert entry.actor == "Home Assistant"


async def test_user_acknowledges(home: Home, hass_read_only_user: User) -> None:
    """A user is told by name; no special right is needed to answer an alert."""
    await raised(home)
    context = Context(user_id=hass_read_only_user.id)
    await home.act("acknowledge", {"ticket": 1}, context=context)
    [entry] = await timeline(home, EntryKind.ACKNOWLEDGED)
    assert entry.actor == hass_read_only_user.name


async def test_recipient_acknowledges(home: Home, hass_read_only_user: User) -> None:
    """A user whose person is a recipient has the ticket under that name."""
    [ada] = [
        one for one in home.entry.subentries.values() if one.subentry_id == "01JADA"
    ]
    home.hass.config_entries.async_update_subentry(
        home.entry, ada, data={**ada.data, "person": "person.ada"}
    )
    await home.hass.async_block_till_done()
    await home.settle()
    home.hass.states.async_set(
        "person.ada", "home", {"user_id": hass_read_only_user.id}
    )
    await raised(home)
    context = Context(user_id=hass_read_only_user.id)
    await home.act("acknowledge", {"ticket": 1}, context=context)
    [entry] = await timeline(home, EntryKind.ACKNOWLEDGED)
    assert entry.actor == "ada"
    [ticket] = (await act(home, "get_tickets"))["tickets"]
    assert ticket["acknowledged_by"] == "ada"


async def test_user_who_is_called_like_a_recipient(
    home: Home, hass_read_only_user: User
) -> None:
    """A name alone makes nobody that recipient."""
    await home.hass.auth.async_update_user(hass_read_only_user, name="bob")
    await raised(home)
    context = Context(user_id=hass_read_only_user.id)
    await home.act("acknowledge", {"ticket": 1}, context=context)
    [entry] = await timeline(home, EntryKind.ACKNOWLEDGED)
    assert entry.actor == "bob (Home Assistant)"


@pytest.mark.parametrize("name", [None, ""])
async def test_user_without_a_name(
    home: Home, hass_read_only_user: User, name: str | None
) -> None:
    """A user who is gone, or has no name, is Home Assistant."""
    context = Context(user_id=hass_read_only_user.id)
    if name is None:
        context = Context(user_id="gone")
    else:
        await home.hass.auth.async_update_user(hass_read_only_user, name=name)
    await raised(home)
    await home.act("acknowledge", {"ticket": 1}, context=context)
    [entry] = await timeline(home, EntryKind.ACKNOWLEDGED)
    assert entry.actor == "Home Assistant"
