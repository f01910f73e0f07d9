"""Spare templates, who hears of trouble with WhatsApp by which way, and how long a hold is borne."""

from datetime import timedelta
from pathlib import Path

from tests.config.writing import PEOPLE, WHATSAPP, some_facts, written
from wa_notify.config import Secret, load
from wa_notify.core.rule import Notice

RULE = """
rules:
  - name: disk
    receiver: oncall
    template:
      name: ops_alert
      parameters: ["{{ title }}"]
      spare:
        name: ops_plain
        parameters: ["Plain: {{ title }}"]
        spare: ops_last
"""


def test_spares_stand_in_one_after_the_other_each_with_words_of_its_own(tmp_path: Path) -> None:
    (rule,) = written(tmp_path, WHATSAPP + PEOPLE + RULE).rulebook.rules
    wish = rule.template.render(some_facts())
    assert [(way.name, [text for _, text in way.body]) for way in wish.ways] == [
        ("ops_alert", ["Disk usage 96% on db-7"]),
        ("ops_plain", ["Plain: Disk usage 96% on db-7"]),
        ("ops_last", []),
    ]


def test_administrators_have_addresses_of_their_own(tmp_path: Path) -> None:
    admins = "admins: {receiver: oncall, fallback: ['json://one.example.net', 'json://two.example.net']}\n"
    book = written(tmp_path, WHATSAPP + PEOPLE + admins).rulebook
    assert book.notice == Notice(receiver="oncall", targets=("admins:all#1", "admins:all#2"))
    assert book.channels["admins:all#2"] == Secret("json://two.example.net")


def test_without_any_they_have_none(tmp_path: Path) -> None:
    book = written(tmp_path, WHATSAPP + PEOPLE + "admins: {receiver: oncall}\n").rulebook
    assert book.notice == Notice(receiver="oncall")


def test_an_address_of_administrators_is_judged_like_any_other(tmp_path: Path) -> None:
    path = tmp_path / "wa-notify.yaml"
    path.write_text(WHATSAPP + PEOPLE + "admins: {receiver: oncall, fallback: 'json://bad'}\n")
    asked: list[str] = []

    def judge(url: Secret) -> tuple[str, str]:
        asked.append(url.reveal())
        return "", ""

    load(path, environ={}, judge=judge)
    assert asked == ["json://bad"]


def test_how_long_the_platform_may_hold_what_is_critical_can_be_set(tmp_path: Path) -> None:
    assert written(tmp_path, WHATSAPP + PEOPLE).rulebook.held_for == timedelta(minutes=10)
    patient = written(tmp_path, WHATSAPP + PEOPLE + "defaults: {held_for: 25m}\n")
    assert patient.rulebook.held_for == timedelta(minutes=25)
