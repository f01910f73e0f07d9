"""check: all faults in one run, each with its place and its remedy."""

import re
from datetime import UTC, datetime

from tests.cli.desk import CAROL, Desk, no_secret_in
from wa_notify.core.recipient import Recipient
from wa_notify.core.template import TemplateShape


def line_of(desk: Desk, text: str) -> int:
    return next(i for i, line in enumerate(desk.config_path.read_text().splitlines(), 1) if text in line)


def test_a_sound_configuration_is_counted(desk: Desk) -> None:
    answer = desk.types("check")
    assert answer.code == 0
    assert answer.out.splitlines() == [
        "✓ wa-notify.yaml is in order: 4 rules, 2 receivers, 3 recipients, 3 templates.",
        "  Held against the templates that it declares. --online asks the account.",
    ]


def test_a_rule_that_is_wrong_is_named_with_its_line_and_the_others_work(desk: Desk) -> None:
    desk.write_config(("receiver: everybody", "receiver: evrybody"))
    answer = desk.types("check")
    assert answer.code == 1
    place = f"wa-notify.yaml:{line_of(desk, 'evrybody')}:15"
    assert answer.out.splitlines()[0].startswith(f"{place}  There is no receiver 'evrybody'.")
    assert "Did you mean `everybody`?" in answer.out
    assert answer.out.splitlines()[-2] == "✗ 4 rules, 1 refused, 1 fault. The other rules work."


def test_all_faults_are_told_in_one_run(desk: Desk) -> None:
    desk.write_config(
        ("receiver: everybody", "receiver: evrybody"),
        ("phone_number_id:", "phone_numbr_id:"),
        ("times: 3", "times: many"),
    )
    answer = desk.types("check", "--json")
    assert answer.code == 1
    told = answer.json
    assert told["usable"] is False
    assert told["refused"] is None
    lines = [complaint["line"] for complaint in told["complaints"]]
    assert lines == sorted(lines)
    for wrong in ("evrybody", "phone_numbr_id", "times: many"):
        assert line_of(desk, wrong) in lines
    assert all(complaint["file"] == "wa-notify.yaml" for complaint in told["complaints"])
    assert all(complaint["what"] and complaint["fix"] for complaint in told["complaints"])


def test_what_is_no_yaml_has_its_line_too(desk: Desk) -> None:
    desk.config_path.write_text("whatsapp:\n  - [1,\n")
    answer = desk.types("check")
    assert answer.code == 1
    assert answer.out.startswith("wa-notify.yaml:3:1  This is not valid YAML")
    assert "cannot be used: 1 fault" in answer.out


def test_the_answer_for_programs_has_every_count(desk: Desk) -> None:
    assert desk.types("check", "--json").json == {
        "config": "wa-notify.yaml",
        "usable": True,
        "rules": 4,
        "refused": 0,
        "recipients": 3,
        "receivers": 2,
        "templates": 3,
        "complaints": [],
        "notes": [],
        "against": "declared",
        "read_at": None,
        "moved": [],
    }


def test_a_listed_number_that_its_owner_has_changed_is_told_and_is_no_fault(desk: Desk) -> None:
    desk.types("optin", "revoke", "bob")  # which makes the database
    changed = Recipient(id="carol", name="Carol", phone="+447700900111", former=(CAROL,))
    desk.in_the_store(lambda tx: tx.save_recipient(changed))
    answer = desk.types("check")
    assert answer.code == 0
    assert "carol has changed to another address" in " ".join(answer.out.split())
    assert desk.types("check", "--json").json["moved"] == ["carol"]


def test_other_commands_tell_the_faults_as_well(desk: Desk) -> None:
    desk.write_config(("phone_number_id:", "phone_numbr_id:"))
    for command in (("tickets", "list"), ("serve",), ("send", "alice", "--text", "hi"), ("migrate",)):
        answer = desk.types(*command)
        assert answer.code == 2, command
        assert answer.out == ""
        assert answer.err.startswith("✗ The configuration cannot be used: 2 faults.")
        assert f"wa-notify.yaml:{line_of(desk, 'phone_numbr_id')}:3" in answer.err
        assert "wa-notify check" in answer.err


def test_what_would_keep_the_service_from_starting_is_told_with_its_place(desk: Desk) -> None:
    desk.write_config(
        (f"sqlite:///{desk.database}", "sqlite:////no/such/folder/x.db"),
        (f"listen: 127.0.0.1:{desk.service_port}", "listen: 0.0.0.0:8711"),
    )
    answer = desk.types("check")
    assert answer.code == 1
    assert re.search(r"wa-notify\.yaml:\d+:\d+  The database cannot be there: there is no folder", answer.out)
    assert re.search(r"wa-notify\.yaml:\d+:\d+  Anybody could send alerts", answer.out)
    assert desk.types("outbox", "list").code == 2


def test_without_any_rule_left_it_does_not_say_that_the_others_work(desk: Desk) -> None:
    desk.write_config(("receiver: oncall", "receiver: nobody"), ("receiver: everybody", "receiver: nobody"))
    answer = desk.types("check")
    assert answer.code == 1
    assert "No rule is left." in answer.out


def test_nothing_private_is_printed(desk: Desk) -> None:
    desk.types("check")
    desk.types("check", "--json")
    desk.write_config(("verify_token: sandbox-verify", "verify_tokn: sandbox-verify"))
    desk.types("check")
    no_secret_in(desk.printed)


def test_an_address_of_another_channel_that_apprise_does_not_know_has_its_place(desk: Desk) -> None:
    desk.write_config(("name: Carol", "name: Carol, fallback: 'mailtoo://robot:canary-word@example.net'"))
    answer = desk.types("check")
    assert answer.code == 1
    assert "Apprise does not understand this address." in answer.out
    assert f"wa-notify.yaml:{line_of(desk, 'mailtoo')}:" in answer.out
    assert "canary-word" not in answer.out + answer.err
    desk.write_config(("name: Carol", "name: Carol, fallback: 'mailto://robot:canary-word@example.net'"))
    assert desk.types("check").code == 0


def test_what_nobody_could_check_is_noted_and_counts_only_when_it_is_to(desk: Desk) -> None:
    desk.write_config(("name: ops_resolved", "name: shop_is_over"))
    answer = desk.types("check")
    assert answer.code == 0
    line = line_of(desk, "name: shop_is_over")
    told = f"wa-notify.yaml:{line}:15  note: Template shop_is_over is not declared, so nobody could check it."
    assert answer.out.splitlines()[0].startswith(told)
    assert "is in order: 4 rules, 2 receivers, 3 recipients, 3 templates. 1 note." in answer.out
    strict = desk.types("check", "--strict")
    assert strict.code == 1
    assert "✗ wa-notify.yaml works:" in strict.out
    told_to_programs = desk.types("check", "--json").json
    (note,) = told_to_programs["notes"]
    assert (note["line"], note["column"], note["severity"]) == (line, 15, "note")
    assert told_to_programs["complaints"] == []


def test_online_the_account_is_asked_and_what_it_lacks_is_a_fault(desk: Desk) -> None:
    desk.write_config(("name: ops_resolved", "name: shop_is_over"))
    away = desk.types("check", "--online")
    assert away.code == 3
    assert "Check network and base_url." in away.err
    desk.starts_the_sandbox()
    answer = desk.types("check", "--online")
    assert answer.code == 1
    line = line_of(desk, "name: shop_is_over")
    what = "Rule disk needs the template shop_is_over, which the account does not have."
    assert f"wa-notify.yaml:{line}:15  {what}" in answer.out
    assert "✗ 4 rules, 0 refused, " in answer.out
    assert answer.out.splitlines()[-1] == "  Held against the templates that the account has now."
    no_secret_in([answer.out, answer.err])


def test_what_was_read_last_is_held_against_without_any_network(desk: Desk) -> None:
    assert desk.types("check", "--synced").code == 2
    desk.in_the_store(lambda _: None)
    never = desk.types("check", "--synced")
    assert never.code == 2
    assert "The account's templates were never read." in never.err
    had = TemplateShape(
        name="ops_alert", language="en", status="PAUSED", category="UTILITY", body="{{1}} {{2}} {{3}}"
    )
    at = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
    desk.in_the_store(lambda tx: tx.replace_templates([had], at))
    told = desk.types("check", "--synced", "--json").json
    assert (told["against"], told["read_at"]) == ("synced", at.isoformat())
    said = [one["what"] for one in told["complaints"]]
    assert "Rule disk needs the template ops_alert, which the account has not approved (PAUSED)." in said
    assert "as they were read at" in desk.types("check", "--synced").out


def test_where_every_rule_has_a_fault_with_the_account_no_other_is_said_to_work(desk: Desk) -> None:
    fits = TemplateShape(
        name="ops_resolved", language="en", status="APPROVED", category="UTILITY", body="{{1}} {{2}}"
    )
    desk.in_the_store(lambda tx: tx.replace_templates([fits], datetime(2026, 11, 21, 3, 0, tzinfo=UTC)))
    assert "No rule is without one." in desk.types("check", "--synced").out
    digest = "{name: only, receiver: oncall, template: {name: ops_resolved, parameters: [a, b]}}"
    desk.write_config(("rules:\n", f"rules:\n  - {digest}\n"))
    assert "The other rules work." in desk.types("check", "--synced").out


def test_only_one_of_the_two_can_be_held_against(desk: Desk) -> None:
    answer = desk.types("check", "--synced", "--online")
    assert answer.code == 2
    assert "Choose one" in answer.err
