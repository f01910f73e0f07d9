"""A leak in the kitchen, from the automation to the phone and back, and what restarts do to it."""

import time
from collections.abc import Callable

import pytest

from scripts.hass_home import ADA, BEN, Home
from scripts.hass_house import House, until

pytestmark = pytest.mark.hass

SOON = 15  # seconds; what the rule of the house says
AFTERWARDS = 5  # seconds; who sends a thing twice has done so by then


@pytest.fixture(scope="module", autouse=True)
def people(home: Home) -> None:
    home.set_up(ADA, BEN)


def test_both_agreed_and_neither_window_is_open(home: Home) -> None:
    for person in (ADA, BEN):
        assert (home.state("opted_in", person), home.state("window", person)) == ("on", "off")
    assert home.state("open_tickets") == "0"


def test_a_leak_reaches_her_phone_and_her_tap_comes_back(home: Home) -> None:
    home.switch("leak", on=True)
    alert = home.shows(ADA, "Water in the kitchen")
    assert alert.template == ("ops_alert", "en")
    assert alert.header == "Alert: Kitchen"
    opened = home.hears("ticket_opened", title="Water in the kitchen")
    until(lambda: home.state("open_tickets") == "1")
    home.tap(ADA, "Acknowledge")
    home.hears("ticket_acknowledged", ticket=opened["ticket"], by="ada")
    home.hears("button", recipient="ada", title="Acknowledge")
    until(lambda: home.house.api.states()["input_boolean.seen"]["state"] == "on")
    until(lambda: home.state("window", ADA) == "on")
    assert home.state("window_closes", ADA) > opened["at"]
    assert home.shows(ADA, "main valve").template is None
    assert not home.received(BEN)


def test_it_is_over_in_free_words(home: Home) -> None:
    home.switch("leak", on=False)
    assert home.shows(ADA, "Water in the kitchen is over.").template is None
    home.hears("ticket_resolved", title="Water in the kitchen")
    until(lambda: home.state("open_tickets") == "0")


def test_a_message_is_sent_to_her_notify_entity(home: Home) -> None:
    notify = home.entity("message", ADA)
    home.house.api.service("notify.send_message", {"entity_id": notify, "message": "Supper is ready"})
    assert home.shows(ADA, "Supper is ready").template is None


def test_what_she_writes_is_an_event(home: Home) -> None:
    home.write(ADA, "On my way")
    heard = home.hears("message", recipient="ada", text="On my way")
    assert heard["entity_id"].startswith("event.ada")


def test_the_logbook_tells_that_she_wrote_and_not_what(home: Home) -> None:
    entity = home.entity("inbound", ADA)

    def lines() -> list[dict[str, str]]:
        told: list[dict[str, str]] = home.house.api.call("GET", f"/api/logbook?entity={entity}")
        return [line for line in told if line["entity_id"] == entity]

    until(lambda: len(lines()) > 1)
    assert "On my way" not in str(lines())


@pytest.mark.parametrize(
    ("end", "down"),
    [(House.stop, 0), (House.kill, SOON)],
    ids=["a restart before it is due", "a crash while it became due"],
)
def test_a_reminder_comes_once(home: Home, end: Callable[[House], None], down: float) -> None:
    house, began = home.house, time.monotonic()
    title = f"Who fed the cat, {began}"
    home.house.api.service(
        "wa_notify.raise_alert",
        {
            "config_entry_id": home.entry_id,
            "title": title,
            "severity": "info",
            "labels": {"kind": "forgotten"},
        },
    )
    home.shows(ADA, title)
    end(house)
    time.sleep(max(0, began + down - time.monotonic()))
    house.start()
    home.shows(ADA, f"Reminder 1: the alert {title}", seconds=SOON + 5)
    assert time.monotonic() - began >= SOON
    time.sleep(AFTERWARDS)
    assert len(home.received(ADA, title)) == 2, "the alert and its reminder"


def test_the_log_has_no_complaints(home: Home) -> None:
    assert home.house.complaints() == []
