"""troubles: what stands in the way, what to do about it, and saying that it is over."""

from datetime import timedelta

import pytest

from tests.cli.desk import Desk, alert
from wa_notify.clock import system_clock
from wa_notify.core.condition import Effect, Recovery, Scope, Sign
from wa_notify.pipeline.conditions import heed
from wa_notify.ports import Transaction
from wa_notify.store.migrate import migrate
from wa_notify.store.sqlite import open_store

TOKEN = Sign(
    scope=Scope.APP,
    cause="token",
    effect=Effect.BLOCKS,
    recovery=Recovery.PROBE,
    what="Access token expired (190)",
    advice="Make a new system-user token and configure it.",
)
IDENTITY = Sign(
    scope=Scope.PERSON,
    subject="alice",
    cause="identity",
    effect=Effect.BLOCKS,
    recovery=Recovery.HAND,
    what="Identity key differs (137000)",
    advice="The person has a new phone or key: make sure who it is.",
)
PIN = Sign(scope=Scope.NUMBER, cause="security/PIN_CHANGED", what="The PIN changed", lasts=timedelta(days=7))


@pytest.fixture
def troubled(desk: Desk) -> Desk:
    now = system_clock()

    def work(tx: Transaction) -> None:
        for sign in (TOKEN, IDENTITY, PIN):
            heed(tx, sign, now)

    migrate(str(desk.database))
    store = open_store(str(desk.database))
    store.transact(work).result()
    store.close()
    return desk


def test_they_are_listed_with_what_to_do(troubled: Desk) -> None:
    answer = troubled.types("troubles", "list")
    assert answer.code == 1
    flat = " ".join(answer.out.split())
    for part in ("✗ 1 the app: Access token expired (190).", "person alice", "To do: Make a new system-user"):
        assert part in flat
    assert "next probe in" in flat
    assert "! 3 the number: The PIN changed." in flat
    assert "when the person writes, or with `wa-notify troubles end`" in flat


def test_in_json_everything_is_told(troubled: Desk) -> None:
    answer = troubled.types("troubles", "list", "--json")
    token, identity, pin = answer.json["troubles"]
    assert (token["number"], token["scope"], token["effect"], token["recovery"]) == (
        1,
        "app",
        "blocks",
        "probe",
    )
    assert (identity["subject"], identity["cleared_at"], identity["unheard"]) == ("alice", None, False)
    assert pin["until"] > pin["since"]


def test_one_can_be_ended_by_hand(troubled: Desk) -> None:
    answer = troubled.types("troubles", "end", "2")
    assert (answer.code, "Trouble 2 with person alice is over" in answer.out) == (0, True)
    assert "alice" not in troubled.types("troubles", "list").out
    assert "alice" in troubled.types("troubles", "list", "--all").out
    ended = troubled.types("troubles", "end", "1", "--json").json["ended"]
    assert ended == {"number": 1, "scope": "app", "subject": "", "cause": "token"}
    assert troubled.types("troubles", "list").code == 0  # a warning keeps nothing from leaving


def test_what_does_not_stand_cannot_be_ended(troubled: Desk) -> None:
    answer = troubled.types("troubles", "end", "9")
    assert (answer.code, "There is no trouble 9 that still stands." in answer.err) == (1, True)


def test_without_troubles_or_a_database_it_says_so(desk: Desk) -> None:
    assert "Nothing yet" in desk.types("troubles", "list").err + desk.types("troubles", "list").out
    desk.has_had(alert())
    assert "No trouble is known." in desk.types("troubles", "list").out
