"""optin: history, proof, the whole ledger, a file of people, forgetting, inviting."""

import hashlib
import json
import re
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.cli.desk import ALICE, BOB, CAROL, Desk, no_secret_in
from wa_notify.clock import system_clock
from wa_notify.core.consent import ConsentAct, ConsentRecord
from wa_notify.core.invite import code_in
from wa_notify.core.outbox import Intent
from wa_notify.core.recipient import Recipient
from wa_notify.core.window import Window
from wa_notify.pipeline.ingest import say

WITHOUT_CAROL = (
    ('  carol: {phone: "+447700900789", name: Carol}\n', ""),
    ("[alice, bob, carol]", "[alice, bob]"),
)


def person(desk: Desk, name: str) -> dict[str, Any]:
    people = desk.types("optin", "list", "--json").json["people"]
    return next(dict(one) for one in people if one["id"] == name)


def says_no(desk: Desk, who: str, after: timedelta = timedelta()) -> None:
    record = ConsentRecord(
        recipient_id=who, act=ConsentAct.REVOKED, source="reply", actor=who, at=system_clock() + after
    )
    desk.in_the_store(lambda tx: tx.record_consent(record))


# grant and revoke


def test_an_opt_in_keeps_wording_language_and_the_digest_of_a_file(desk: Desk) -> None:
    form = desk.folder / "form.pdf"
    form.write_bytes(b"signed")
    digest = hashlib.sha256(b"signed").hexdigest()
    options = ("--evidence-file", str(form), "--wording", "v2", "--language", "de", "--source", "paper")
    told = desk.types("optin", "grant", "carol", *options, "--evidence", "Form 12", "--json").json
    assert told["evidence"] == f"Form 12: form.pdf (SHA-256 {digest})"
    assert (told["wording"], told["language"], told["source"], told["holds"]) == ("v2", "de", "paper", True)
    (entry,) = desk.types("optin", "history", "carol", "--json").json["entries"]
    assert (entry["wording"], entry["language"]) == ("v2", "de")


def test_an_opt_in_for_marketing_is_not_one_for_alerts(desk: Desk) -> None:
    desk.types("optin", "grant", "carol", "--evidence", "x", "--purpose", "marketing")
    assert person(desk, "carol")["consent"] == "none"
    assert desk.types("optin", "history", "carol", "--json").json["standing"] == {
        "utility": "none",
        "marketing": "granted",
    }


@pytest.mark.parametrize("option", [("--evidence-file", "/nowhere/form.pdf"), ("--source", "On Paper!")])
def test_what_is_no_proof_or_source_is_refused(desk: Desk, option: tuple[str, str]) -> None:
    assert desk.types("optin", "grant", "carol", "--evidence", "x", *option).code == 2
    assert not desk.database.exists()


def test_who_said_stop_themselves_is_opted_in_only_after_a_loud_question(desk: Desk) -> None:
    desk.types("optin", "grant", "carol", "--evidence", "Form 12")
    says_no(desk, "carol")
    answer = desk.types("optin", "grant", "carol", "--evidence", "Form 13", stdin="n\n")
    assert answer.code == 1
    assert "Carol said no on" in answer.err
    assert "law" in answer.err
    assert desk.types("optin", "grant", "carol", "--evidence", "Form 13", "--json").code == 2
    assert person(desk, "carol")["consent"] == "revoked"
    assert desk.types("optin", "grant", "carol", "--evidence", "Form 13", stdin="y\n").code == 0
    assert person(desk, "carol")["consent"] == "granted"
    says_no(desk, "carol")
    assert desk.types("optin", "grant", "carol", "--evidence", "Form 14", "--yes").code == 0
    assert person(desk, "carol")["evidence"] == "Form 14"


def test_an_opt_out_by_an_administrator_needs_no_question_to_be_undone(desk: Desk) -> None:
    desk.types("optin", "revoke", "bob")
    assert desk.types("optin", "grant", "bob", "--evidence", "Form 13").code == 0


def test_an_opt_in_that_does_not_hold_yet_says_so(desk: Desk) -> None:
    desk.types("optin", "grant", "carol", "--evidence", "Form 12")
    says_no(desk, "carol", timedelta(hours=1))
    answer = desk.types("optin", "grant", "carol", "--evidence", "Form 13", "--yes")
    assert "still holds" in answer.out
    assert person(desk, "carol")["consent"] == "revoked"


def test_many_people_opt_out_at_once_after_a_question(desk: Desk) -> None:
    assert desk.types("optin", "revoke", "alice", "bob", stdin="n\n").code == 1
    assert not desk.database.exists()
    told = desk.types("optin", "revoke", "alice", BOB, "bob", "--yes", "--json").json["revoked"]
    assert [one["recipient"] for one in told] == ["alice", "bob"]
    assert person(desk, "bob")["consent"] == "revoked"


def test_a_whole_receiver_or_a_file_opts_out(desk: Desk) -> None:
    names = desk.folder / "leavers.txt"
    names.write_text(f"\ufeff# left in May\n{CAROL}\n\nbob\n", encoding="utf-8")
    answer = desk.types("optin", "revoke", "--file", str(names), "--yes")
    assert answer.out.startswith("✓ 2 people opted out: carol, bob.")
    assert desk.types("optin", "revoke", "--all-of-receiver", "oncall", stdin="y\n").code == 0
    assert person(desk, "alice")["consent"] == "revoked"
    no_secret_in([answer.out, answer.err])


@pytest.mark.parametrize(
    "arguments", [(), ("--all-of-receiver", "oncal"), ("--file", "/nowhere"), ("alice", "mallory", "--yes")]
)
def test_whom_nobody_can_find_nobody_is_opted_out(desk: Desk, arguments: tuple[str, ...]) -> None:
    answer = desk.types("optin", "revoke", *arguments)
    assert answer.code == 2
    assert not desk.database.exists() or person(desk, "alice")["consent"] == "granted"


# history, verify, export


def test_the_history_tells_everything_in_order(desk: Desk) -> None:
    desk.types("optin", "grant", "carol", "--evidence", "Form 12", "--source", "paper")
    desk.types("optin", "revoke", "carol", "--evidence", "Told me")
    lines = desk.types("optin", "history", CAROL).out.splitlines()
    assert lines[0].split()[:3] == ["entry", "when", "act"]
    assert ["granted" in lines[1], "revoked" in lines[2], "Form 12" in lines[1]] == [True, True, True]
    told = desk.types("optin", "history", "carol", "--json").json
    assert [(one["act"], one["evidence"]) for one in told["entries"]] == [
        ("granted", "Form 12"),
        ("revoked", "Told me"),
    ]
    assert (told["phone"], told["standing"]["utility"]) == ("+44 •••• 0789", "revoked")
    assert desk.types("optin", "history", "carol", "--json", "--show-numbers").json["phone"] == CAROL


def test_who_was_never_asked_has_no_history(desk: Desk) -> None:
    desk.types("optin", "revoke", "bob")
    assert "never asked" in desk.types("optin", "history", "carol").out
    assert desk.types("optin", "history", "mallory").code == 2


@pytest.mark.parametrize("command", [("history", "carol"), ("export", "carol"), ("export", "--all")])
def test_without_a_database_there_is_no_proof(desk: Desk, command: tuple[str, ...]) -> None:
    answer = desk.types("optin", *command)
    assert answer.code == 2
    assert "no ledger" in answer.err
    assert not desk.database.exists()


def test_a_whole_ledger_is_said_to_be_whole_with_its_head(desk: Desk) -> None:
    assert desk.types("optin", "verify").out == "✓ The ledger is whole: 0 entries.\n"
    desk.types("optin", "grant", "carol", "--evidence", "Form 12")
    told = desk.types("optin", "verify", "--json").json
    assert (told["whole"], told["entries"], told["broken"]) == (True, 3, None)
    answer = desk.types("optin", "verify")
    assert (answer.code, told["head"] in answer.out) == (0, True)
    desk.types("optin", "revoke", "carol")
    assert desk.types("optin", "verify", "--noted", told["head"].upper()).code == 0
    other = desk.types("optin", "verify", "--noted", "f" * 64)
    assert (other.code, "replaced" in other.out) == (1, True)


def test_a_broken_ledger_is_told_with_the_entry(desk: Desk) -> None:
    desk.types("optin", "grant", "carol", "--evidence", "Form 12")
    with closing(sqlite3.connect(desk.database)) as driver:
        driver.execute("DROP TRIGGER consents_refuse_update")
        driver.execute("UPDATE consents SET source = 'web' WHERE number = 2")
        driver.commit()
    answer = desk.types("optin", "verify")
    assert (answer.code, "Entry 2 is not what was recorded." in answer.out) == (1, True)
    told = desk.types("optin", "verify", "--json")
    assert told.code == 1
    assert told.json["broken"] == {
        "number": 2,
        "breach": "changed",
        "sentence": "Entry 2 is not what was recorded.",
    }
    assert desk.types("optin", "export", "carol").json["ledger"]["whole"] is False
    assert "The ledger is broken" in desk.types("optin", "export", "carol", "--page").out


def digest(entry: dict[str, Any]) -> str:
    """As the export says that it is made, by somebody who knows nothing else of us."""
    names = [
        "number",
        "subject",
        "purpose",
        "act",
        "source",
        "wording",
        "language",
        "evidence_digest",
        "actor_digest",
        "at",
        "previous",
    ]
    canonical = json.dumps({name: entry[name] for name in names}, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def test_the_proof_can_be_checked_by_whoever_gets_it(desk: Desk) -> None:
    desk.types("optin", "grant", "carol", "--evidence", "Form 12 · ünterschrieben")
    told = desk.types("optin", "export", "--all").json
    assert [one["recipient"] for one in told["people"]] == ["alice", "bob", "carol"]
    chain = told["chain"]
    assert [digest(entry) for entry in chain] == [entry["digest"] for entry in chain]
    assert [entry["previous"] for entry in chain[1:]] == [entry["digest"] for entry in chain[:-1]]
    carol = told["people"][2]
    assert (carol["phone"], carol["standing"]["utility"]) == (CAROL, "granted")
    entry = carol["entries"][0]
    salted = json.dumps([entry["salt"], entry["evidence"]]).encode()
    assert hashlib.sha256(salted).hexdigest() == entry["evidence_digest"]
    assert desk.types("optin", "export", "carol").json["people"] == [carol]


def test_the_page_is_one_file_and_everything_foreign_in_it_is_escaped(desk: Desk) -> None:
    hostile = '<script>alert(1)</script> & "quotes"'
    desk.types("optin", "grant", "carol", "--evidence", hostile, "--wording", "<b>v2")
    page = desk.folder / "carol.html"
    answer = desk.types("optin", "export", "carol", "--page", "--out", str(page), "--json")
    assert answer.json == {"file": str(page), "people": 1, "whole": True}
    assert page.stat().st_mode & 0o777 == 0o600
    html = page.read_text(encoding="utf-8")
    assert html.startswith("<!doctype html>")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#34;quotes&#34;" in html
    assert "&lt;b&gt;v2" in html
    assert "<script" not in html
    assert not re.search(r"(src|href)=|url\(|@import", html)
    assert "prefers-color-scheme: dark" in html
    assert "@media print" in html
    assert CAROL in html
    assert "✓ opted in" in html


def test_a_page_of_everybody_and_of_who_never_said_anything(desk: Desk) -> None:
    desk.types("optin", "revoke", "bob")
    html = desk.types("optin", "export", "--all", "--page").out
    assert "Nothing was ever recorded." in html
    assert "✗ opted out" in html


@pytest.mark.parametrize(
    "arguments",
    [(), ("carol", "--all"), ("carol", "--page", "--json"), ("carol", "--out", "/nowhere/x.json")],
)
def test_an_export_needs_to_know_of_whom_and_where_to(desk: Desk, arguments: tuple[str, ...]) -> None:
    desk.types("optin", "revoke", "bob")
    assert desk.types("optin", "export", *arguments).code == 2


def test_an_export_to_a_file_is_told(desk: Desk) -> None:
    desk.types("optin", "revoke", "bob")
    out = desk.folder / "bob.json"
    assert "only you may read" in desk.types("optin", "export", "bob", "--out", str(out)).out
    assert json.loads(out.read_text())["people"][0]["recipient"] == "bob"


# import

PEOPLE = """\ufeffName;Phone Number;Display Name;lang;Evidence;Granted At;Wording;source
dave;+44 7700 900777;Dave;en;Form 1;2026-03-01;v2;web
eve;07700 900778;Eve;de_DE;"Form ""2""; signed";2026-03-01T09:30Z;v2;
fay;+447700900779;;;;;;
gus;12;;;Form 4;;;

hal;+447700900780;;;Form 5;yesterday;;
ida;+447700900781;;english;Form 6;;;
bad name;+447700900782;;;Form 7;;;
jan;+447700900783;;;Form 8;;;Fax Machine
kim;+447700900784;;;;2026-03-01;;
;;Nobody;;Form 10;;;
leo;+447700900123;;;Form 11;;;
carol;;;;Form 12;;;
max;+447700900785;;;Form 13;2036-01-01;;
dave;+447700900777;;;Form 1;2026-03-01;v2;web
"""


def roster(desk: Desk, text: str = PEOPLE, encoding: str = "utf-8") -> str:
    path = desk.folder / "people.csv"
    path.write_bytes(text.encode(encoding))
    return str(path)


def british(desk: Desk) -> None:
    desk.write_config(("recipients:\n", "defaults: {country: GB}\nrecipients:\n"))


def test_each_line_of_a_file_has_its_own_verdict_and_good_ones_go_in(desk: Desk) -> None:
    british(desk)
    answer = desk.types("optin", "import", roster(desk), "--yes", "--json")
    assert answer.code == 1
    told = answer.json
    assert told["counts"] == {"opted_in": 3, "added": 1, "known": 1, "refused": 9}
    verdicts = {line["line"]: (line["recipient"], line["outcome"], line["why"]) for line in told["lines"]}
    assert verdicts[2][:2] == ("dave", "opted_in")
    assert verdicts[3][:2] == ("eve", "opted_in")
    assert verdicts[4][:2] == ("fay", "added")
    reasons = {
        5: "cannot be a phone number",
        7: "no date",
        8: "no language code",
        9: "no name",
        10: "no small word",
        11: "nothing that proves it",
        12: "neither a name nor a number",
        13: "This number is alice's already.",
        15: "lies in the future",
    }
    for line, part in reasons.items():
        assert verdicts[line][1] == "refused"
        assert part in verdicts[line][2]
    assert verdicts[14][:2] == ("carol", "opted_in")
    assert verdicts[16][:2] == ("dave", "known")
    eve = desk.types("optin", "history", "eve", "--json", "--show-numbers").json
    assert (eve["name"], eve["phone"]) == ("Eve", "+447700900778")
    (entry,) = eve["entries"]
    assert (entry["evidence"], entry["source"], entry["language"]) == ('Form "2"; signed', "import", "de_DE")
    assert entry["at"] == "2026-03-01T09:30:00+00:00"
    assert person(desk, "fay")["consent"] == "none"
    assert desk.types("optin", "verify").code == 0


def test_a_dry_run_says_what_would_happen_and_does_nothing(desk: Desk) -> None:
    british(desk)
    answer = desk.types("optin", "import", roster(desk), "--dry-run")
    assert answer.code == 1
    summary = "14 lines, if imported: 3 opted in, 1 added without opt-in, 1 known already, 9 refused."
    assert summary in answer.out
    assert answer.out.splitlines()[1].lstrip().startswith("5 ")  # what needs somebody comes first
    assert [one["id"] for one in desk.types("optin", "list", "--json").json["people"]] == [
        "alice",
        "bob",
        "carol",
    ]
    no_secret_in([answer.out, answer.err])


def test_the_report_is_shown_before_anything_is_imported(desk: Desk) -> None:
    text = "name,phone,evidence\ndave,+447700900777,Form 1\n"
    answer = desk.types("optin", "import", roster(desk, text), stdin="n\n")
    assert answer.code == 1
    assert "1 lines, if imported: 1 opted in." in answer.out
    assert "Import 1 of 1 lines?" in answer.err
    assert desk.types("optin", "history", "dave").code == 2
    answer = desk.types("optin", "import", roster(desk, text), stdin="y\n")
    assert answer.code == 0
    assert "✓ 1 lines: 1 opted in." in answer.out
    again = desk.types("optin", "import", roster(desk, text), "--json")
    assert (again.code, again.json["counts"]["known"]) == (0, 1)  # nothing to ask about


def test_a_file_of_tabs_without_a_mark_is_read_as_well(desk: Desk) -> None:
    text = "ID\tMSISDN\tproof\ndave\t+447700900777\tForm 1, 2; 3\n"
    told = desk.types("optin", "import", roster(desk, text), "--yes", "--json").json
    assert told["counts"]["opted_in"] == 1


@pytest.mark.parametrize(
    ("text", "encoding", "why"),
    [
        ("name,shoe size\n", "utf-8", "'shoe size' is not known"),
        ("name,id\n", "utf-8", "stands there twice"),
        ("evidence,wording\n", "utf-8", "no column `name` or `phone`"),
        ("", "utf-8", "no column `name` or `phone`"),
        ("name,phone\nJos\u00e9,1\n", "latin-1", "no UTF-8"),
        ('name,phone\n"dave,1\n', "utf-8", "no CSV"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_as_a_whole(
    desk: Desk, text: str, encoding: str, why: str
) -> None:
    answer = desk.types("optin", "import", roster(desk, text, encoding), "--yes")
    assert answer.code == 2
    assert why in answer.err
    assert "people.csv" in answer.err
    assert not desk.database.exists()


def test_lines_that_are_too_long_or_missing_are_told(desk: Desk) -> None:
    text = f"name,phone,evidence\na,+447700900777,x,y\nb,+447700900778,{'x' * 1001}\n"
    lines = desk.types("optin", "import", roster(desk, text), "--yes", "--json").json["lines"]
    assert [line["why"] for line in lines] == [
        "There are more values than columns. Put quotes around a value that has commas in it.",
        "A text has 1001 characters; 1000 are possible.",
    ]
    assert "no line below" in desk.types("optin", "import", roster(desk, "name,phone\n")).out


def test_a_long_file_goes_in_batch_by_batch(desk: Desk) -> None:
    lines = "".join(f"p{n},+4477009{n:05},Form {n}\n" for n in range(10_000, 10_450))
    answer = desk.types("optin", "import", roster(desk, f"name,phone,evidence\n{lines}"), "--yes")
    assert "✓ 450 lines: 450 opted in." in answer.out
    assert "250 more lines" in answer.out
    assert desk.types("optin", "verify", "--json").json["entries"] == 452


def test_the_persons_own_no_is_not_overruled_by_a_file(desk: Desk) -> None:
    desk.types("optin", "revoke", "bob")
    says_no(desk, "alice")
    text = "name,phone,evidence\nalice,,Form 1\n"
    (line,) = desk.types("optin", "import", roster(desk, text), "--yes", "--json").json["lines"]
    assert "They themselves said no" in line["why"]
    assert person(desk, "alice")["consent"] == "revoked"


def test_a_program_cannot_be_asked(desk: Desk) -> None:
    text = "name,phone,evidence\ndave,+447700900777,Form 1\n"
    answer = desk.types("optin", "import", roster(desk, text), "--json")
    assert (answer.code, "--yes" in answer.err) == (2, True)


# erase


def test_who_is_erased_is_gone_from_the_file_and_the_ledger_is_whole(desk: Desk) -> None:
    desk.types("optin", "grant", "carol", "--evidence", "Sheet 4711")
    now = system_clock()
    desk.in_the_store(lambda tx: tx.save_window("n", "carol", Window(last_inbound_at=now)))
    desk.in_the_store(
        lambda tx: say(tx, "carol", Intent(free_form="Dear Carol"), "k", now, timedelta(hours=1))
    )
    desk.write_config(*WITHOUT_CAROL)
    assert desk.types("optin", "erase", "carol", stdin="n\n").code == 1
    assert desk.types("optin", "history", "carol").code == 0
    told = desk.types("optin", "erase", CAROL, "--yes", "--json").json
    assert (told["cancelled"], told["entries"], told["journal_emptied"]) == (1, 2, True)
    for file in desk.folder.glob("desk.db*"):
        content = file.read_bytes()
        assert not [one for one in (b"arol", b"7700900789", b"4711") if one in content], file
    assert desk.types("optin", "verify").code == 0
    assert desk.types("optin", "history", "carol").code == 2
    assert told["erased"] in desk.types("outbox", "list").out


def test_erasing_asks_first_and_says_what_it_did_not_touch(desk: Desk) -> None:
    desk.in_the_store(lambda tx: tx.save_recipient(Recipient(id="dave", name="Dave", phone="+447700900777")))
    answer = desk.types("optin", "erase", "dave", stdin="y\n")
    assert answer.code == 0
    assert "Erase Dave? This cannot be taken back." in answer.err
    assert "Backups and logs are not touched" in answer.out


def test_who_is_in_the_configuration_must_go_there_first(desk: Desk) -> None:
    answer = desk.types("optin", "erase", ALICE, "--yes")
    assert answer.code == 2
    assert "still in the configuration" in answer.err
    assert person(desk, "alice")["consent"] == "granted"


def test_a_file_that_is_read_meanwhile_keeps_its_journal_a_little_longer(desk: Desk) -> None:
    desk.in_the_store(lambda tx: tx.save_recipient(Recipient(id="dave", phone="+447700900777")))
    with closing(sqlite3.connect(desk.database, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM recipients").fetchall()
        answer = desk.types("optin", "erase", "dave", "--yes")
    assert answer.code == 0
    assert "emptied a little later" in answer.out


# invite

NUMBER = (
    ("verify_token: sandbox-verify\n", 'verify_token: sandbox-verify\n  display_number: "+44 1632 960111"\n'),
)


def test_an_invitation_is_a_link_with_a_code_that_is_kept_nowhere(desk: Desk) -> None:
    desk.write_config(*NUMBER)
    told = desk.types("optin", "invite", "carol", "--wording", "v2", "--days", "2", "--json").json
    assert told["link"] == f"https://wa.me/441632960111?text=JOIN%20{told['code']}"
    assert code_in(f"JOIN {told['code']}") == told["code"]
    lasts = datetime.fromisoformat(told["expires_at"]) - system_clock()
    assert timedelta(days=1.9) < lasts < timedelta(days=2)
    assert told["code"].encode() not in desk.database.read_bytes()
    answer = desk.types("optin", "invite", "carol")
    assert "https://wa.me/441632960111?text=JOIN%20" in answer.out
    assert told["code"] not in answer.out
    assert person(desk, "carol")["consent"] == "none"


@pytest.mark.parametrize(("suffix", "begins"), [(".svg", b"<?xml"), (".PNG", b"\x89PNG")])
def test_the_link_can_be_drawn_as_a_qr_code(desk: Desk, suffix: str, begins: bytes) -> None:
    desk.write_config(*NUMBER)
    path = desk.folder / f"carol{suffix}"
    assert desk.types("optin", "invite", "carol", "--qr", str(path), "--json").json["qr"] == str(path)
    assert path.read_bytes().startswith(begins)
    assert "QR code written" in desk.types("optin", "invite", "carol", "--qr", str(path)).out
    assert desk.types("optin", "invite", "carol", "--qr", "carol.gif").code == 2


def test_somebody_new_is_invited_by_a_name(desk: Desk) -> None:
    desk.write_config(*NUMBER)
    assert desk.types("optin", "invite", "dave").code == 2
    told = desk.types("optin", "invite", "dave", "--new", "--name", "Dave", "--language", "en", "--json").json
    assert told["recipient"] == "dave"
    assert person(desk, "dave")["phone"] is None
    assert desk.types("optin", "invite", "dave", "--new").code == 2
    assert desk.types("optin", "invite", "no name", "--new").code == 2


def test_without_a_number_in_the_configuration_the_platform_is_asked(desk: Desk) -> None:
    answer = desk.types("optin", "invite", "carol")
    assert answer.code == 3
    assert "display_number" in answer.err
    desk.starts_the_sandbox()
    told = desk.types("optin", "invite", "carol", "--json").json
    assert re.fullmatch(r"https://wa\.me/\d{8,}\?text=JOIN%20\w{10}", told["link"])


def test_an_invitation_by_template_needs_a_template_a_reason_and_nobody_against_it(desk: Desk) -> None:
    command = ("optin", "invite", "carol", "--template")
    assert "No template for invitations" in desk.types(*command, "--evidence", "x").err
    desk.write_config(("recipients:\n", "defaults: {invite: {template: ops_invite}}\nrecipients:\n"))
    answer = desk.types(*command)
    assert (answer.code, "Nobody may be invited unasked" in answer.err) == (1, True)
    assert desk.types(*command, "--purpose", "marketing", "--evidence", "x").code == 2
    answer = desk.types(*command, "--evidence", "Asked at the desk")
    assert answer.code == 0
    assert "with template ops_invite" in answer.out
    assert "No service works here" in answer.out
    told = desk.types(*command, "--evidence", "Asked again", "--json").json
    (item, *_) = desk.types("outbox", "list", "--json").json["items"]
    assert (item["id"], item["occasion"], item["recipient"]) == (told["item"], "invite", "carol")
    assert desk.types("optin", "history", "carol", "--json").json["standing"]["utility"] == "none"
    assert "opted in already" in desk.types("optin", "invite", "bob", "--template", "--evidence", "x").err


def test_nothing_of_this_shows_a_number_or_a_secret(desk: Desk) -> None:
    desk.write_config(*NUMBER)
    desk.types("optin", "grant", CAROL, "--evidence", "Form 12")
    for command in (("history", "carol"), ("verify",), ("invite", "carol"), ("revoke", CAROL, BOB, "--yes")):
        desk.types("optin", *command)
    no_secret_in(desk.printed)


def test_all_optin_commands_are_listed_with_what_they_do(desk: Desk) -> None:
    listed = desk.types("optin", "--help").out
    for command in ("list", "grant", "revoke", "invite", "history", "verify", "export", "import", "erase"):
        assert re.search(rf"^\s+{command}\s+\S", listed, re.MULTILINE), command
