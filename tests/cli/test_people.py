"""optin: who agreed, since when, on what proof."""

from datetime import datetime, timedelta

import pytest

from tests.cli.desk import BOB, CAROL, Desk, no_secret_in
from wa_notify.cli.optin import whoami
from wa_notify.clock import system_clock
from wa_notify.core.consent import ConsentAct, ConsentRecord
from wa_notify.core.recipient import Recipient
from wa_notify.core.window import Window


def person(desk: Desk, name: str) -> dict[str, object]:
    people = desk.types("optin", "list", "--json").json["people"]
    return next(one for one in people if one["id"] == name)


def test_before_the_first_start_there_is_nothing_and_it_says_how_to_start(desk: Desk) -> None:
    for command in ("optin", "tickets", "outbox"):
        answer = desk.types(command, "list")
        assert answer.code == 0
        assert "Nothing yet" in answer.out
        assert "wa-notify serve" in answer.out
    assert desk.types("optin", "list", "--json").json == {"people": []}
    assert not desk.database.exists()


def test_an_opt_in_is_recorded_with_its_proof_and_who_recorded_it(desk: Desk) -> None:
    answer = desk.types("optin", "grant", "carol", "--evidence", "Form 12", "--source", "paper")
    assert answer.code == 0
    assert answer.out.splitlines()[0] == "✓ Carol opted in. Messages may go out from now on."
    carol = person(desk, "carol")
    assert carol["consent"] == "granted"
    assert carol["source"] == "paper"
    assert carol["evidence"] == "Form 12"
    assert carol["actor"] == whoami()
    assert abs(system_clock() - datetime.fromisoformat(str(carol["since"]))) < timedelta(minutes=1)


def test_an_opt_in_needs_a_proof(desk: Desk) -> None:
    assert desk.types("optin", "grant", "carol").code == 2
    assert desk.types("optin", "grant", "carol", "--evidence", " ").code == 2
    assert not desk.database.exists()


def test_an_opt_out_holds_although_the_configuration_says_otherwise(desk: Desk) -> None:
    answer = desk.types("optin", "revoke", BOB, "--evidence", "Told me", "--json")
    assert answer.code == 0
    assert answer.json["consent"] == "revoked"
    assert answer.json["recipient"] == "bob"
    assert desk.types("optin", "revoke", "bob").out.startswith("✓ Bob opted out. Nothing is sent any more")
    assert person(desk, "bob")["consent"] == "revoked"
    told = desk.types("explain", "--label", "alertname=TeamNews", "--json").json["prospects"]
    assert {one["recipient"]["id"]: one["reason"] for one in told}["bob"] == "opted_out"


def test_the_list_shows_consent_and_window_in_words(desk: Desk) -> None:
    desk.types("optin", "revoke", "bob")
    number_id, now = desk.config.whatsapp.number_id, system_clock()
    wrote = Window(last_inbound_at=now - timedelta(hours=20, minutes=48))
    desk.in_the_store(lambda tx: tx.save_window(number_id, "alice", wrote))
    lines = desk.types("optin", "list").out.splitlines()
    assert lines[0].split() == ["recipient", "name", "number", "consent", "since", "source", "window"]
    alice, bob, carol = lines[1:]
    assert "✓ opted in" in alice
    assert "open, closes in 3 h 1" in alice
    assert "✗ opted out" in bob
    assert bob.endswith("closed")
    assert "! never asked" in carol
    assert "+44 •••• 0789" in carol


def test_the_list_for_programs_is_complete(desk: Desk) -> None:
    desk.types("optin", "revoke", "bob")
    assert person(desk, "carol") == {
        "id": "carol",
        "name": "Carol",
        "phone": "+44 •••• 0789",
        "language": None,
        "consent": "none",
        "since": None,
        "source": None,
        "evidence": None,
        "actor": None,
        "window": {"open": False, "closes_at": None, "last_inbound_at": None},
        "guest": False,
        "moved": False,
        "receipts_off_since": None,
    }


def test_the_list_says_who_sends_no_receipts(desk: Desk) -> None:
    now = system_clock()
    desk.types("optin", "revoke", "bob")
    desk.in_the_store(lambda tx: tx.save_receipts_off("alice", now))
    assert "Alice sends no read receipts" in desk.types("optin", "list").out
    assert person(desk, "alice")["receipts_off_since"] == now.isoformat()


def test_numbers_are_masked_until_asked_for(desk: Desk) -> None:
    desk.types("optin", "grant", CAROL, "--evidence", "Form 12")
    desk.types("optin", "list")
    desk.types("optin", "list", "--json")
    no_secret_in(desk.printed)
    assert CAROL in desk.types("optin", "list", "--show-numbers").out


@pytest.mark.parametrize("who", ["carrol", "+447700900999"])
def test_an_unknown_person_is_an_error_that_helps(desk: Desk, who: str) -> None:
    answer = desk.types("optin", "grant", who, "--evidence", "x")
    assert answer.code == 2
    what, where, fix = answer.err.splitlines()
    assert what.startswith("✗ Nobody is known as")
    assert "7700900999" not in answer.err
    assert "wa-notify.yaml" in where
    assert ("Did you mean carol?" in fix) == (who == "carrol")


def test_guests_are_listed_only_when_asked_for(desk: Desk) -> None:
    desk.types("optin", "revoke", "bob")
    guest = Recipient(id="guest-7f1c9a", phone="+447700900555", guest=True)
    desk.in_the_store(lambda tx: tx.save_recipient(guest))
    assert "guest" not in desk.types("optin", "list").out
    shown = desk.types("optin", "list", "--all", "--json").json["people"]
    assert [one["id"] for one in shown if one["guest"]] == ["guest-7f1c9a"]


def test_who_changed_their_number_is_shown_with_what_to_do(desk: Desk) -> None:
    desk.types("optin", "revoke", "bob")
    changed = Recipient(id="carol", name="Carol", phone="+447700900111", former=(CAROL,))
    lapsed = ConsentRecord(
        recipient_id="carol",
        act=ConsentAct.LAPSED,
        source="number_change",
        actor="WhatsApp",
        at=system_clock(),
    )
    desk.in_the_store(lambda tx: tx.save_recipient(changed))
    desk.in_the_store(lambda tx: tx.record_consent(lapsed))
    desk.types("optin", "revoke", "bob")  # reads the configuration once more, which changes nothing
    out = " ".join(desk.types("optin", "list").out.split())
    assert "! new number" in out
    assert "Carol has changed to another address" in out
    carol = person(desk, "carol")
    assert (carol["phone"], carol["consent"], carol["moved"]) == ("+44 •••• 0111", "lapsed", True)
