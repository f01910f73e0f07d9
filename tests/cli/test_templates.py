"""templates: what a reviewer will say, and the ready-made ones."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import yaml

from tests.cli.desk import Desk, alert
from wa_notify.cli.templates.quality import TITLES
from wa_notify.clock import system_clock
from wa_notify.core.outbox import ItemState
from wa_notify.core.template import TemplateShape
from wa_notify.ports import Transaction


def line_of(desk: Desk, text: str) -> int:
    return next(i for i, line in enumerate(desk.config_path.read_text().splitlines(), 1) if text in line)


def test_lint_of_sound_templates_says_so(desk: Desk) -> None:
    answer = desk.types("templates", "lint")
    assert (answer.code, answer.out) == (0, "✓ 3 texts: nothing that reviewers are known to mind.\n")


def test_lint_names_file_line_and_column_and_says_no(desk: Desk) -> None:
    desk.write_config(("Sent by the operations desk", "A special offer for you"), ('"2", Disk 96', "Disk 96"))
    answer = desk.types("templates", "lint")
    assert answer.code == 1
    footer, body, blank, last = answer.out.splitlines()
    place = f"wa-notify.yaml:{line_of(desk, 'special offer')}:17"
    assert footer.startswith(f"{place}  ✗ marketing: ops_alert (en): This sounds like promotion: `offer`")
    assert body.startswith(f"wa-notify.yaml:{line_of(desk, 'body: >-') + 13}")
    assert "✗ refused: ops_reminder (en): There is no example for {{2}} in the body." in body
    assert (blank, last) == ("", "✗ 3 texts: 2 things will be refused or taken for marketing.")


def test_advice_alone_is_no_no(desk: Desk) -> None:
    desk.write_config(("Sent by the operations desk", "_Sent by the operations desk_"))
    answer = desk.types("templates", "lint")
    assert answer.code == 0
    assert "! advice: ops_alert (en)" in answer.out
    assert (
        answer.out.splitlines()[-1]
        == "! 3 texts: nothing will be refused, as far as we can tell; 1 to think about."
    )


def test_lint_for_programs(desk: Desk) -> None:
    desk.write_config(("quick_reply: Details\n        examples", "quick_reply: Details 🔥\n        examples"))
    answer = desk.types("templates", "lint", "--json")
    assert answer.code == 1
    (finding,) = answer.json["findings"]
    assert answer.json["templates"] == 3
    assert finding == {
        "name": "ops_reminder",
        "language": "en",
        "part": "buttons.1",
        "severity": "refused",
        "file": "wa-notify.yaml",
        "line": line_of(desk, "🔥"),
        "column": 13,
        "what": "There is an emoji in the label.",
        "fix": "Use words.",
    }


def test_without_templates_there_is_nothing_to_lint(desk: Desk, tmp_path: Path) -> None:
    whatsapp = (
        "whatsapp: {phone_number_id: '400000000000101', waba_id: '300000000000202', access_token: t, "
        "app_secret: s, verify_token: v}\n"
    )
    bare = tmp_path / "bare.yaml"
    bare.write_text(whatsapp)
    assert desk.types("templates", "lint", "--config", str(bare)).out.startswith("! No template is declared.")


def test_check_has_one_word_on_what_lint_would_say(desk: Desk) -> None:
    assert "lint" not in desk.types("check").out
    desk.write_config(("Sent by the operations desk", "A special offer for you"))
    answer = desk.types("check")
    assert answer.code == 0
    assert (
        answer.out.splitlines()[-1]
        == "! `wa-notify templates lint` tells of 1 thing that reviewers would mind."
    )


def test_the_ready_made_ones_can_be_written_into_the_configuration(desk: Desk) -> None:
    printed = desk.types("templates", "starter", "--languages", "en, pt_BR", "--link", "https://a.example/")
    assert printed.code == 0
    assert "starter: {languages: [en, pt_BR], link: " in printed.out
    section = yaml.safe_load(printed.out)
    assert sorted(section["templates"]["ops_alert"]["languages"]) == ["en", "pt_BR"]
    before = desk.config_path.read_text()
    desk.config_path.write_text(before.replace("templates:\n  ops_alert:", "was:\n  ops_alert:", 1))
    text = desk.config_path.read_text()
    start, end = text.index("was:"), text.index("whatsapp:")
    desk.config_path.write_text(text[:start] + printed.out + text[end:])
    assert desk.types("check").code == 0
    assert desk.types("templates", "lint").out.startswith("✓ 16 texts")


def test_the_ready_made_ones_for_programs(desk: Desk) -> None:
    told = desk.types("templates", "starter", "--json").json["templates"]
    assert len(told) == 8
    assert list(told["ops_alert"]["languages"]) == ["en"]
    assert [list(one) for one in told["ops_alert"]["languages"]["en"]["buttons"]] == [["quick_reply"]] * 2


def test_a_language_that_is_not_there_is_refused(desk: Desk) -> None:
    answer = desk.types("templates", "starter", "--languages", "en,tlh")
    assert answer.code == 2
    assert "tlh" in answer.err
    assert desk.types("templates", "starter", "--link", "ops").code == 2


def test_how_people_take_templates_is_told(desk: Desk) -> None:
    assert desk.types("templates", "quality").out.startswith("! Nothing yet: there is no database")
    desk.has_had(alert())
    quiet = desk.types("templates", "quality")
    assert quiet.code == 0
    assert quiet.out.splitlines()[0].split() == list(TITLES)
    assert quiet.out.splitlines()[-1] == "✓ Nobody minds anything, as far as it can be seen."

    def work(tx: Transaction) -> None:
        now = system_clock()
        shape = TemplateShape(
            name="ops_alert", language="en", status="APPROVED", category="UTILITY", body="A", quality="RED"
        )
        tx.replace_templates([shape], now)
        (item, *_) = tx.abandoned_items(now + timedelta(days=1))
        tx.save_item(replace(item, template="ops_alert", claimed_at=now, state=ItemState.READ))

    desk.in_the_store(work)
    minded = desk.types("templates", "quality")
    assert minded.code == 1
    (row,) = [line for line in minded.out.splitlines() if line.startswith("ops_alert")]
    assert row.split()[1:9] == ["template", "1", "1", "1", "0", "1", "0", "warn"]
    assert "WhatsApp itself says" in row
    assert minded.out.splitlines()[-1].startswith("✗ Reminders that are not critical")
    told = desk.types("templates", "quality", "--json")
    (one,) = [part for part in told.json["subjects"] if part["name"] == "ops_alert"]
    assert (told.json["days"], one["platform"], one["verdict"], one["read"]) == (7, ["RED"], "warn", 1)
    assert {part["of"] for part in told.json["subjects"]} == {"template", "rule"}


def test_an_example_that_is_no_file_is_told_with_its_line(desk: Desk) -> None:
    desk.write_config(('header: "Alert: {{1}}"', "header: {image: graph.png}"), ("header: db-7, ", ""))
    answer = desk.types("templates", "lint")
    assert answer.code == 1
    place = f"wa-notify.yaml:{line_of(desk, 'graph.png')}:"
    assert answer.out.startswith(place)
    assert f"There is no file {desk.folder.resolve() / 'graph.png'}" in answer.out
    (desk.folder / "graph.png").write_bytes(b"a picture")
    assert desk.types("templates", "lint").code == 0


def test_what_the_starter_pack_repeats_is_told_at_its_section(desk: Desk) -> None:
    desk.write_config(
        ("templates:\n", "starter: {languages: [en]}\ntemplates:\n"), ("  ops_resolved:", "  ops_over:")
    )
    before = desk.config_path.read_text()
    desk.config_path.write_text(before.replace("name: ops_resolved", "name: ops_over"))
    answer = desk.types("templates", "lint")
    assert answer.code == 1
    place = f"wa-notify.yaml:{line_of(desk, 'starter:')}:10"
    assert f"{place}  ✗ refused: ops_resolved (en): Template ops_over says the same in en." in answer.out
