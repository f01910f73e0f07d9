"""explain: who would get what, in which form and why; nothing is stored or sent."""

import json
from datetime import timedelta
from typing import Any

import pytest

from tests.cli.desk import Desk, alert, no_secret_in
from wa_notify.clock import system_clock
from wa_notify.core.condition import Effect, Recovery, Scope, Sign
from wa_notify.core.outbox import Occasion
from wa_notify.core.quality import Judgement, Measure, Subject, Verdict
from wa_notify.core.reason import SENTENCES, Reason
from wa_notify.core.window import Window
from wa_notify.pipeline.conditions import heed
from wa_notify.pipeline.explain import OUTCOMES, SUBJECTS
from wa_notify.pipeline.ingest import Outcome
from wa_notify.pipeline.people import seed
from wa_notify.ports import Transaction

DISK = ("--label", "alertname=DiskFull", "--label", "severity=critical", "--label", "instance=db-7")
SUMMARY = ("--annotation", "summary=Disk almost full")


def open_window(desk: Desk) -> None:
    config, now = desk.config, system_clock()

    def work(tx: Transaction) -> None:
        seed(tx, config.recipients, now)
        tx.save_window(config.whatsapp.number_id, "alice", Window(last_inbound_at=now - timedelta(hours=1)))

    desk.in_the_store(work)


def test_a_fresh_machine_needs_no_database_and_gets_none(desk: Desk) -> None:
    answer = desk.types("explain", *DISK, *SUMMARY)
    assert answer.code == 0
    assert "There is no database yet" in answer.out
    assert sorted(path.name for path in desk.folder.iterdir()) == ["wa-notify.yaml"]


def test_the_message_is_shown_as_the_person_would_see_it(desk: Desk) -> None:
    answer = desk.types("explain", *DISK, *SUMMARY)
    assert "Disk almost full (firing, DiskFull). Rule disk answers it and opens a ticket." in answer.out
    assert "✓ Alice +44 •••• 0123  gets the alert as template ops_alert (en), now" in answer.out
    assert f"{SENTENCES[Reason.WINDOW_CLOSED]}  window_closed" in answer.out
    assert "│ Alert: db-7" in answer.out
    assert "│ A critical alert was raised for a system you are on call for: Disk almost full." in answer.out
    assert "│ [Acknowledge]  [Details]  [Open alert → …alerts/1]" in answer.out
    assert "header: db-7; {{1}}: critical; {{2}}: Disk almost full; {{3}}:" in answer.out
    assert "! Alice +44 •••• 0123  gets the details after a reply" in answer.out
    assert answer.out.endswith("✓ 1 message would leave, 1 would wait. Nothing was sent.\n")


def test_programs_get_the_same_with_stable_keys(desk: Desk) -> None:
    answer = desk.types("explain", *DISK, *SUMMARY, "--json")
    told = answer.json
    assert set(told) == {
        *("rehearsed_on", "rules_left_out", "admissions", "prospects", "tried", "slower_reminders")
    }
    tried = {one["rule"]: one for one in told["tried"][0]["rules"]}
    assert (tried["disk"]["answers"], tried["team"]["reached"]) == (True, False)
    assert tried["disk"]["conditions"] == [
        {"condition": "alertname=DiskFull", "actual": "DiskFull", "holds": True}
    ]
    assert told["rehearsed_on"] is None
    (admission,) = told["admissions"]
    assert (admission["outcome"], admission["rule"], admission["ticket"]) == ("opened", "disk", 1)
    first, details = told["prospects"]
    assert first["recipient"] == {"id": "alice", "name": "Alice", "phone": "+44 •••• 0123"}
    assert (first["decision"], first["form"], first["reason"]) == ("send", "template", "window_closed")
    assert first["template"]["name"] == "ops_alert"
    assert first["template"]["language"] == "en"
    assert [one["text"] for one in first["template"]["parameters"]][:2] == ["critical", "Disk almost full"]
    assert first["text"].startswith("Alert: db-7\nA critical alert")
    assert (details["decision"], details["reason"]) == ("hold", "waiting_for_reply")


def test_an_open_window_lets_free_form_text_through(desk: Desk) -> None:
    open_window(desk)
    answer = desk.types("explain", *DISK, *SUMMARY)
    assert "✓ Alice +44 •••• 0123  gets the alert as free-form text, now" in answer.out
    assert "│ *Disk almost full* on db-7" in answer.out
    assert "There is no database yet" not in answer.out


def test_what_the_alert_lacks_and_what_was_cut_is_told(desk: Desk) -> None:
    label, summary = ("--label", "alertname=DiskFull"), ("--annotation", f"summary=Disk {'x' * 190}")
    answer = desk.types("explain", *label, "--label", f"instance={'y' * 90}", *summary)
    assert "The alert does not have: severity." in answer.out
    assert "Header: cut to 53 characters." in answer.out
    told = desk.types("explain", *label, "--label", f"instance={'y' * 90}", *summary, "--json").json
    assert told["prospects"][0]["template"]["mended"] == "Header: cut to 53 characters."


def test_text_that_is_too_long_for_one_message_is_shown_as_its_first_part(desk: Desk) -> None:
    open_window(desk)
    long = ("--annotation", f"description={'word ' * 2000}")
    answer = desk.types("explain", *DISK, *SUMMARY, *long)
    assert "It is too long for one message and leaves in 3; this is the first." in answer.out
    told = desk.types("explain", *DISK, *SUMMARY, *long, "--json").json
    assert [one["parts"] for one in told["prospects"]] == [1, 3]


def test_explaining_leaves_no_trace(desk: Desk) -> None:
    open_window(desk)
    for _ in range(2):
        assert desk.types("explain", *DISK).code == 0
    assert desk.types("tickets", "list", "--all", "--json").json == {"tickets": []}
    assert desk.types("outbox", "list", "--json").json == {"items": []}


def test_who_never_opted_in_gets_nothing_and_it_says_why(desk: Desk) -> None:
    answer = desk.types("explain", "--label", "alertname=TeamNews", "--label", "severity=critical")
    assert "✗ Carol +44 •••• 0789  does not get the alert" in answer.out
    assert f"{SENTENCES[Reason.NO_CONSENT]}  no_consent" in answer.out


def test_people_added_to_the_configuration_count_before_the_service_knows_them(desk: Desk) -> None:
    open_window(desk)
    desk.write_config(
        ('carol: {phone: "+447700900789", name: Carol}', 'dora: {phone: "+447700900321", opt_in: "Said so"}'),
        ("[alice, bob, carol]", "[dora]"),
    )
    told = desk.types("explain", "--label", "alertname=TeamNews", "--json").json
    assert [one["recipient"]["id"] for one in told["prospects"]] == ["dora"]
    assert told["prospects"][0]["decision"] == "send"


def test_an_alert_that_no_rule_answers_ends_with_1(desk: Desk) -> None:
    answer = desk.types("explain", "--label", "alertname=Nothing")
    assert answer.code == 1
    assert "No rule answers it, so nothing happens." in answer.out
    assert "disk asks for alertname=DiskFull; the alert says Nothing." in answer.out
    assert "✗ Nobody would get anything." in answer.out


def test_a_slow_rule_says_when(desk: Desk) -> None:
    answer = desk.types("explain", "--label", "alertname=SlowBurn", "--label", "service=web")
    assert "template ops_alert (en), in 30 s" in answer.out


def test_an_alert_may_come_as_a_file_or_through_a_pipe(desk: Desk) -> None:
    (desk.folder / "alert.json").write_text(json.dumps(alert()))
    from_file = desk.types("explain", "--file", "alert.json", "--json").json
    from_pipe = desk.types("explain", "--file", "-", "--json", stdin=json.dumps([alert()])).json
    assert from_file["admissions"] == from_pipe["admissions"]


def test_a_resolved_alert_of_which_nobody_knew_says_nothing(desk: Desk) -> None:
    answer = desk.types("explain", "--file", "-", stdin=json.dumps(alert(status="resolved")))
    assert answer.code == 1
    assert "nobody was ever told of it" in answer.out


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("{", "The alert is no JSON"),
        ('{"labels": {}}', "alert 0.labels: At least one label is needed."),
        ('[{"labels": {"a": "b"}, "status": "odd"}]', "alert 0.status"),
        ("[]", "There are no alerts."),
    ],
)
def test_what_is_no_alert_is_refused_with_its_place(desk: Desk, written: str, says: str) -> None:
    answer = desk.types("explain", "--file", "-", stdin=written)
    assert answer.code == 2
    assert says in answer.err
    assert "Traceback" not in answer.err


@pytest.mark.parametrize(
    "arguments",
    [(), ("--label", "nothing"), ("--label", "a=1", "--label", "a=2"), ("--label", "a=b", "--file", "-")],
)
def test_an_alert_must_be_described_in_one_way(desk: Desk, arguments: tuple[str, ...]) -> None:
    answer = desk.types("explain", *arguments)
    assert answer.code == 2
    assert "Usage:" in answer.err


def test_a_file_that_is_not_there_is_named(desk: Desk) -> None:
    answer = desk.types("explain", "--file", "missing.json")
    assert answer.code == 2
    assert answer.err.splitlines()[0] == "✗ The alert cannot be read: No such file or directory."


def test_rules_that_were_left_out_are_mentioned(desk: Desk) -> None:
    desk.write_config(("receiver: everybody", "receiver: evrybody"))
    answer = desk.types("explain", *DISK)
    assert answer.code == 0
    assert "wa-notify check" in answer.err


def test_numbers_are_masked_until_asked_for(desk: Desk) -> None:
    desk.types("explain", *DISK)
    desk.types("explain", *DISK, "--json")
    no_secret_in(desk.printed)
    asked = desk.types("explain", *DISK, "--json", "--show-numbers").json
    assert asked["prospects"][0]["recipient"]["phone"] == "+447700900123"


def test_foreign_text_cannot_speak_to_the_terminal(desk: Desk) -> None:
    hostile: dict[str, Any] = alert()
    hostile["annotations"]["summary"] = "\x1b[2J[red]gone\u202e"
    answer = desk.types("explain", "--file", "-", stdin=json.dumps(hostile))
    assert "\x1b" not in answer.out
    assert "\u202e" not in answer.out
    assert "[2J[red]gone" in answer.out


def test_another_channel_is_named_with_its_patience_and_never_with_its_address(desk: Desk) -> None:
    mail = "mailto://robot:canary-word@example.net?to=ops@example.net"
    changes = [(f"name: {name}", f"name: {name}, fallback: '{mail}'") for name in ("Alice", "Carol")]
    desk.write_config(*changes)
    answer = desk.types("explain", "--label", "alertname=TeamNews", *SUMMARY)
    later = "gets the alert by mailto to example.net in 5 min, if WhatsApp has not delivered it"
    assert f"! Alice +44 •••• 0123  {later}" in answer.out
    assert "✓ Carol +44 •••• 0789  gets the alert by mailto to example.net instead, now" in answer.out
    assert answer.out.endswith("✓ 3 messages would leave, 1 would wait. Nothing was sent.\n")
    told = desk.types("explain", "--label", "alertname=TeamNews", *SUMMARY, "--json")
    diverted = [one for one in told.json["prospects"] if one["decision"] == "divert"]
    assert [(one["channel"], one["reason"]) for one in diverted] == [
        ("mailto to example.net", "not_delivered"),
        ("mailto to example.net", "whatsapp_failed"),
    ]
    assert "canary-word" not in answer.out + told.out


def test_what_waits_in_the_ticket_already_is_explained_too_whatever_it_is(desk: Desk) -> None:
    desk.has_had(alert())
    assert desk.types("tickets", "comment", "1", "Looking at it").code == 0
    shown = desk.types("explain", "--file", "-", stdin=json.dumps(alert()))
    assert shown.code in (0, 1)
    assert "the comment" in shown.out
    assert set(SUBJECTS) == set(Occasion)
    assert set(OUTCOMES) == set(Outcome)


def test_reminders_that_would_come_at_half_the_pace_are_told_with_the_reason(desk: Desk) -> None:
    desk.write_config(("priority: critical", "priority: normal"))
    judgement = Judgement(
        subject=Subject.TEMPLATE,
        name="ops_alert",
        verdict=Verdict.SLOW,
        measure=Measure.STOPPED,
        cases=2,
        among=9,
    )
    desk.in_the_store(lambda tx: tx.save_judgements([judgement], system_clock()))
    told = desk.types("explain", *DISK)
    assert "half the pace. This holds for rule disk. Template ops_alert: 2 of 9 people" in told.out
    (one,) = desk.types("explain", *DISK, "--json").json["slower_reminders"]
    assert (one["rule"], one["reason"]) == ("disk", "people_mind")


def test_a_spare_template_is_shown_with_the_way_that_was_not_taken(desk: Desk) -> None:
    link = '      url: "alerts/{{ ticket.number }}"'
    spare = """      spare: {name: ops_reminder, parameters: ["1", "{{ title }}"]}"""
    desk.write_config((link, f"{link}\n{spare}"))
    paused = Sign(
        scope=Scope.TEMPLATE,
        subject="ops_alert/en",
        cause="paused",
        effect=Effect.BLOCKS,
        recovery=Recovery.STATE,
        what="The template is paused",
    )
    desk.in_the_store(lambda tx: heed(tx, paused, system_clock()))
    why = f"Not by ops_alert: {SENTENCES[Reason.TEMPLATE_NOT_APPROVED]}"
    answer = desk.types("explain", *DISK, *SUMMARY)
    assert "gets the alert as template ops_reminder (en), now" in answer.out
    assert why in answer.out
    first, _ = desk.types("explain", *DISK, *SUMMARY, "--json").json["prospects"]
    assert (first["template"]["name"], first["detail"]) == ("ops_reminder", why)
