"""Templates at the account, typed at a desk beside a real sandbox and a real service."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.cli.desk import ALICE, Answer, Desk, alert, no_secret_in, wait_for
from wa_notify.core.plan import Deed
from wa_notify.store.sqlite import open_store

TOP = """\
store: sqlite:///desk.db
listen: 127.0.0.1:{service}
whatsapp:
  base_url: http://127.0.0.1:{sandbox}
  phone_number_id: "400000000000101"
  waba_id: "300000000000202"
  access_token: sandbox-token
  app_secret: sandbox-app-secret
  verify_token: sandbox-verify
recipients:
  alice: {{phone: "+447700900123", name: Alice, opt_in: "Signed the on-call agreement"}}
receivers: {{oncall: {{to: [alice]}}}}
rules:
  - {{name: disk, receiver: oncall, template: {{name: team_alert, parameters: ["{{{{ title }}}}"]}}}}
templates:
  team_alert:
    category: utility
    languages:
      en: &english
        body: "An alert was raised for a system you are on call for: {{{{1}}}}. It is still open."
        footer: Sent by the operations desk
        buttons: [quick_reply: Acknowledge]
        examples: [Disk 96 % full]
"""
OTHER_WORDS = ("It is still open.", "It is open now.")
SALE = """\
  team_sale:
    category: utility
    languages: {en: {body: "There is a special offer for your system {{1}} now.", examples: [db-7]}}
"""
PICTURE = """\
  team_chart:
    category: utility
    languages:
      en: {header: {image: chart.png}, body: "The chart of your system {{1}} is here.", examples: [db-7]}
"""


class Table(Desk):
    """A desk whose configuration is the one above."""

    def declares(self, *more: str) -> None:
        text = TOP.format(service=self.service_port, sandbox=self.sandbox_port)
        self.config_path.write_text(text + "".join(more))

    def rewords(self, old: str, new: str) -> None:
        text = self.config_path.read_text()
        assert old in text
        self.config_path.write_text(text.replace(old, new))

    def controls(self, path: str, /, **values: Any) -> None:
        url = f"http://127.0.0.1:{self.sandbox_port}/_sandbox/{path}"
        answer = httpx.post(url, json=values, timeout=5)
        assert answer.status_code == 200, answer.text

    def names(self) -> list[str]:
        return [one["name"] for one in self.types("templates", "list", "--json").json["templates"]]

    def deeds(self) -> list[Deed]:
        store = open_store(str(self.database), exclusive=False)
        try:
            found = store.read(lambda views: views.template_deeds()).result()
        finally:
            store.close()
        return [one.deed for one in found]

    def asks_of_the_account(self) -> list[str]:
        url = f"http://127.0.0.1:{self.sandbox_port}/_sandbox/log"
        entries = httpx.get(url, timeout=5).json()["entries"]
        asked = [entry for entry in entries if entry["what"] == "request" and entry["method"] != "GET"]
        return [entry["method"] for entry in asked if "message_templates" in entry["path"]]


@pytest.fixture
def table(desk: Desk) -> Iterator[Table]:
    at = Table(desk.folder)
    at.declares()
    at.starts_the_sandbox()
    at.controls("policy", reviews={"after": 0})
    yield at
    at.cleans_up()


def said(answer: Answer, *parts: str) -> None:
    for part in parts:
        assert part in answer.out, answer


def test_before_the_account_was_read_nothing_is_known_and_it_says_how(table: Table) -> None:
    said(table.types("templates", "list"), "were never read", "wa-notify templates sync")
    assert table.types("templates", "list", "--json").json == {"synced_at": None, "templates": []}


def test_a_sync_reads_everything_and_names_what_is_missing(table: Table) -> None:
    answer = table.types("templates", "sync")
    assert answer.code == 0
    said(answer, "✓ 15 templates read, 13 of them may be sent.", "! Rule disk needs the template team_alert")
    told = table.types("templates", "sync", "--json").json
    assert (told["templates"], told["sendable"], len(told["missing"])) == (15, 13, 1)


def test_the_list_tells_state_quality_category_and_who_uses_it(table: Table) -> None:
    table.controls("templates/ops_nudge/en", correct_category="MARKETING")
    table.controls("templates/ops_digest/en", status="PENDING", quality="YELLOW")
    table.types("templates", "apply")
    answer = table.types("templates", "list")
    lines = {line.split()[0]: " ".join(line.split()) for line in answer.out.splitlines() if line}
    assert lines["team_alert"] == "team_alert en ✓ approved unknown utility disk"
    assert lines["ops_nudge"] == "ops_nudge en ✓ approved green utility, MARKETING soon"
    assert lines["ops_digest"] == "ops_digest en ! in review yellow utility"
    assert lines["ops_rejected"] == "ops_rejected en ✗ rejected: INVALID_FORMAT green utility"
    assert lines["ops_newsletter"].endswith("MARKETING")
    shown = table.types("templates", "list", "--show")
    said(shown, "team_alert  en, ✓ approved, unknown, utility, used by disk", "[Acknowledge]", "{{1}}")
    (told,) = [
        one
        for one in table.types("templates", "list", "--json").json["templates"]
        if one["name"] == "team_alert"
    ]
    assert (told["status"], told["sendable"], told["used_by"]) == ("APPROVED", True, ["disk"])
    assert told["buttons"] == [{"kind": "QUICK_REPLY", "text": "Acknowledge", "target": None}]


def test_a_plan_ends_with_1_while_there_is_something_to_do_and_submits_nothing(table: Table) -> None:
    answer = table.types("templates", "plan")
    assert answer.code == 1
    said(answer, "+ team_alert (en)  to add", "15 more at the account are not declared", "✗ 1 to add.")
    said(answer, "`wa-notify templates apply` does it")
    assert table.asks_of_the_account() == []
    table.types("templates", "apply")
    answer = table.types("templates", "plan")
    assert (answer.code, answer.out.splitlines()[-1]) == (0, "✓ 1 as declared.")
    table.rewords(*OTHER_WORDS)
    told = table.types("templates", "plan", "--json")
    assert (told.code, told.json["in_order"], told.json["counts"]["change"]) == (1, False, 1)
    (step,) = told.json["steps"]
    assert step["differences"][0]["part"] == "body"


def test_to_apply_twice_submits_once(table: Table) -> None:
    first = table.types("templates", "apply")
    assert first.code == 0, first
    said(first, "✓ team_alert (en): approved")
    assert table.asks_of_the_account() == ["POST"]
    second = table.types("templates", "apply", "--json")
    assert (second.code, second.json["results"], second.json["in_order"]) == (0, [], True)
    assert table.asks_of_the_account() == ["POST"]
    no_secret_in(table.printed)


def test_an_edit_of_an_approved_template_asks_first_and_waits_a_day_after(table: Table) -> None:
    table.types("templates", "apply")
    table.rewords(*OTHER_WORDS)
    answer = table.types("templates", "apply", stdin="n\n")
    assert answer.code == 1
    assert "Edit 1 approved template?" in answer.err
    said(
        answer,
        "      - An alert was raised",
        "      + An alert was raised",
        "It is approved, and is reviewed again.",
    )
    told = table.types("templates", "apply", "--json")
    assert (told.code, "--yes" in told.err) == (2, True)
    done = table.types("templates", "apply", "--yes", "--json").json["results"]
    assert [(one["verdict"], one["done"], one["status"]) for one in done] == [("change", True, "APPROVED")]
    table.rewords(OTHER_WORDS[1], OTHER_WORDS[0])
    answer = table.types("templates", "apply", "--yes")
    assert answer.code == 1
    said(answer, "! team_alert (en)  blocked: An approved template is edited once in 24 hours", "Free again")


def test_what_is_approved_as_marketing_ends_with_1_in_words(table: Table) -> None:
    table.declares(SALE)
    answer = table.types("templates", "apply")
    assert answer.code == 1
    said(answer, "✗ team_sale (en): approved as MARKETING, not as UTILITY")
    answer = table.types("templates", "plan")
    assert answer.code == 1
    said(answer, "✗ team_sale (en)  in another category: Declared as utility", "MARKETING")


def test_what_waits_for_its_review_is_well_and_a_rejection_is_told_with_its_reason(table: Table) -> None:
    table.controls("policy", reviews={"after": 3600})
    answer = table.types("templates", "apply")
    assert answer.code == 0
    said(answer, "✓ team_alert (en): handed in, and in review")
    table.controls("templates/team_alert/en", status="REJECTED", reason="TAG_CONTENT_MISMATCH")
    answer = table.types("templates", "plan")
    assert answer.code == 1
    said(answer, "✗ team_alert (en)  rejected: TAG_CONTENT_MISMATCH")
    assert table.types("templates", "apply").code == 1
    assert table.asks_of_the_account() == ["POST"], "the same words are not handed in again"


def test_a_refusal_is_shown_in_the_platforms_words(table: Table) -> None:
    table.controls("policy", reviews={"most": 15})
    answer = table.types("templates", "apply")
    assert answer.code == 1
    said(
        answer,
        "✗ team_alert (en): refused: Template limit exceeded. The account may have 15 templates. (100)",
    )


def test_once_the_quota_is_used_up_nothing_more_is_asked_for(table: Table) -> None:
    table.declares(SALE, PICTURE.replace("{image: chart.png}", "Chart"))
    table.controls("policy", reviews={"an_hour": 1})
    answer = table.types("templates", "apply")
    assert answer.code == 1
    said(answer, "✓ team_alert (en): approved", "It takes more in 1 h", "not asked for", "apply again later")
    assert table.asks_of_the_account() == ["POST", "POST"]


def test_what_is_not_declared_is_deleted_only_by_name_and_after_a_question(table: Table) -> None:
    table.types("templates", "apply")
    answer = table.types("templates", "plan", "--prune", "team_alert")
    assert (answer.code, "Template team_alert is declared" in answer.err) == (2, True)
    said(
        table.types("templates", "plan", "--prune", "ops_alert"),
        "- ops_alert (en)  to delete",
        "2 to delete",
        "`wa-notify templates apply --prune ops_alert` does it",
    )
    answer = table.types("templates", "apply", "--prune", "ops_alert", stdin="n\n")
    assert (answer.code, "Delete 2 templates?" in answer.err) == (1, True)
    assert "ops_alert" in table.names()
    answer = table.types("templates", "apply", "--prune", "ops_alert", stdin="")
    assert (answer.code, "Nobody was there to answer.\n" in answer.err) == (2, True), answer
    assert ("To do: Say it with --yes." in answer.err, "ops_alert" in table.names()) == (True, True)
    answer = table.types("templates", "apply", "--prune", "ops_alert", "--prune", "ops_paused", "--yes")
    assert answer.code == 0, answer
    said(answer, "✓ ops_alert (de): deleted", "✓ ops_alert (en): deleted", "✓ ops_paused (en): deleted")
    assert not {"ops_alert", "ops_paused"} & set(table.names())
    answer = table.types("templates", "apply", "--prune", "ops_alert", "--prune", "ops_paused", "--yes")
    assert (answer.code, "has no template ops_alert: it is gone already" in answer.err) == (0, True)
    assert table.asks_of_the_account() == ["POST", "DELETE", "DELETE"]


def test_one_language_is_deleted_beside_a_declared_one_and_a_deleted_name_stays_blocked(table: Table) -> None:
    table.declares("      de: *english\n")
    table.types("templates", "apply")
    table.declares()
    said(
        table.types("templates", "plan"),
        "team_alert (de) was created here",
        "`--prune team_alert` deletes it",
    )
    assert table.types("templates", "apply", "--prune", "team_alert", "--yes").code == 0
    assert table.names().count("team_alert") == 1
    table.declares("      de: *english\n")
    answer = table.types("templates", "plan")
    assert answer.code == 1
    said(answer, "! team_alert (de)  blocked: It was deleted", "Free again")


def test_a_picture_goes_up_first_and_without_a_place_or_a_file_it_says_so(table: Table) -> None:
    table.declares(PICTURE)
    said(table.types("templates", "plan"), "! team_chart (en)  blocked", "set whatsapp.app_id")
    table.rewords("  verify_token", '  app_id: "200000000000303"\n  verify_token')
    said(
        table.types("templates", "apply"),
        "✗ team_chart (en): refused: The example of the header cannot be read",
    )
    (table.folder / "chart.png").write_bytes(b"")
    said(table.types("templates", "apply"), "it has 0 bytes")
    (table.folder / "chart.png").write_bytes(b"\x89PNG")
    assert table.types("templates", "apply").code == 0
    table.rewords("chart.png", "chart")
    (table.folder / "chart").write_bytes(b"\x89PNG")
    assert table.types("templates", "plan").code == 0, "the account does not show our example"
    table.rewords("team_chart", "team_plot")
    said(table.types("templates", "apply"), "its name does not tell its type")


def test_the_example_may_be_a_link(table: Table) -> None:
    page = f"http://127.0.0.1:{table.sandbox_port}"
    table.declares(PICTURE.replace("chart.png", f"{page}/_sandbox/none.png"))
    table.rewords("  verify_token", '  app_id: "200000000000303"\n  verify_token')
    said(
        table.types("templates", "apply"),
        "✗ team_chart (en): refused: The example of the header cannot be read",
    )


def test_without_a_platform_it_ends_with_3_and_what_was_known_stays(table: Table) -> None:
    table.types("templates", "sync")
    for program in table.programs:
        program.stop()
    for command in ("sync", "plan", "apply"):
        answer = table.types("templates", command)
        assert answer.code == 3, answer
        assert "Where: `whatsapp` of wa-notify.yaml" in answer.err
        assert "WhatsApp" in answer.err
    assert len(table.names()) == 15


@pytest.mark.parametrize(("kind", "code"), [("accept_then_timeout", 0), ("timeout", 3)])
def test_a_lost_answer_is_cleared_up_by_the_account(table: Table, kind: str, code: int) -> None:
    table.types("templates", "apply")
    (template,) = [
        one
        for one in table.types("templates", "list", "--json").json["templates"]
        if one["name"] == "team_alert"
    ]
    table.rewords(*OTHER_WORDS)
    table.controls("faults", kind=kind, path=f"/{template['id']}", hold_seconds=0.1)
    answer = table.types("templates", "apply", "--yes")
    assert answer.code == code, answer
    said(answer, "unknown: " if code else "✓ team_alert (en): approved")
    assert table.deeds() == [Deed.CREATED, Deed.EDITED][: 1 if code else 2]
    assert table.types("templates", "apply", "--yes").code == 0
    assert table.deeds() == [Deed.CREATED, Deed.EDITED]


def test_from_applying_to_the_phone_without_a_restart(table: Table) -> None:
    table.controls("policy", reviews={"after": 2})
    table.starts_the_service()
    said(table.types("templates", "apply"), "✓ team_alert (en): handed in, and in review")
    assert table.deeds() == [Deed.CREATED]
    wait_for(lambda: "APPROVED" in _states(table))
    table.tells_the_service(**alert())
    url = f"http://127.0.0.1:{table.sandbox_port}/_sandbox/phones/{ALICE}"
    wait_for(lambda: "on call for: Disk almost full" in httpx.get(url, timeout=5).text)


def _states(table: Table) -> list[str]:
    told = table.types("templates", "list", "--json").json["templates"]
    return [one["status"] for one in told if one["name"] == "team_alert"]
