"""What a configuration says about storms, digests, nudges, inhibition and time to live."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.config.writing import NOON, PEOPLE, WHATSAPP, written
from wa_notify.core.digest import Line, facts
from wa_notify.core.inhibit import Inhibit
from wa_notify.core.matcher import parse_matcher
from wa_notify.core.storm import Storm

RULE = "rules: [{name: a, receiver: oncall, template: b%s}]"
LINES = [Line(number=3, title="Disk full"), Line(number=4, title="Power lost")]


def test_storms_are_held_back_unless_somebody_wants_them(tmp_path: Path) -> None:
    assert written(tmp_path, WHATSAPP).rulebook.storm == Storm(
        most=5, within=timedelta(minutes=10), most_critical=15
    )
    own = written(tmp_path, WHATSAPP + "defaults: {storm: {most: 2, within: 1h}}").rulebook.storm
    assert own == Storm(most=2, within=timedelta(hours=1), most_critical=15)
    assert written(tmp_path, WHATSAPP + "defaults: {storm: none}").rulebook.storm is None


def test_a_digest_and_a_nudge_speak_of_their_tickets_on_the_clock_of_the_house(tmp_path: Path) -> None:
    text = """
defaults:
  time_zone: Asia/Kolkata
  digest:
    template: {name: many, parameters: ["{{ count }}", "{{ numbers | join(', ') }}", "{{ more }}"]}
    free_form: "{{ titles | join(' and ') }} since {{ since | clock }}"
  nudge: {template: {name: ask, parameters: ["{{ title }}"]}}
"""
    book = written(tmp_path, WHATSAPP + text).rulebook
    assert book.digest
    assert book.digest_free_form
    assert book.nudge
    told = facts(LINES, NOON)
    assert [text for _, text in book.digest.render(told).body] == ["2", "#3, #4", "0"]
    assert book.digest_free_form(told) == "Disk full and Power lost since 21 Nov 17:30 IST"
    assert book.nudge.render(told).body == (("", "Disk full"),)


def test_without_a_word_there_is_neither_digest_template_nor_nudge(tmp_path: Path) -> None:
    book = written(tmp_path, WHATSAPP).rulebook
    assert (book.digest, book.digest_free_form, book.nudge, book.inhibits) == (None, None, None, ())


def test_a_text_of_a_digest_that_fails_still_names_the_first_ticket(tmp_path: Path) -> None:
    text = 'defaults: {digest: {template: {name: many, url: "{{ 1 // 0 }}"}, free_form: "{{ 1 // 0 }}"}}'
    book = written(tmp_path, WHATSAPP + text).rulebook
    assert book.digest
    assert book.digest_free_form
    assert book.digest.render(facts(LINES, NOON)).url_suffix == "3"
    assert book.digest_free_form(facts(LINES, NOON)).startswith("Disk full [free_form of digest failed")


@pytest.mark.parametrize(
    ("defaults", "own", "hours"),
    [
        ("", "", {"critical": 4, "info": 4}),
        ("defaults: {ttl: 2h}\n", "", {"critical": 2, "info": 2}),
        ("defaults: {ttl: {critical: 1h}}\n", "", {"critical": 1, "info": 4}),
        ("defaults: {ttl: {critical: 1h, default: 3h}}\n", "", {"critical": 1, "info": 3}),
        ("defaults: {ttl: {critical: 1h}}\n", ", ttl: 5h", {"critical": 5, "info": 5}),
        ("defaults: {ttl: 2h}\n", ", ttl: {critical: 6h}", {"critical": 6, "info": 4}),
    ],
)
def test_how_long_a_message_is_worth_sending_depends_on_rule_and_severity(
    tmp_path: Path, defaults: str, own: str, hours: dict[str, int]
) -> None:
    (rule,) = written(tmp_path, WHATSAPP + defaults + PEOPLE + RULE % own).rulebook.rules
    assert {severity: rule.lasts(severity) / timedelta(hours=1) for severity in hours} == hours


def test_an_inhibit_rule_says_what_keeps_what_back(tmp_path: Path) -> None:
    text = 'inhibit: [{when: {alertname: HostDown}, mute: {alertname: "=~Disk.*"}, equal: [instance]}]\n'
    book = written(tmp_path, WHATSAPP + PEOPLE + text + RULE % "").rulebook
    when, mute = parse_matcher("alertname", "HostDown"), parse_matcher("alertname", "=~Disk.*")
    assert book.inhibits == (Inhibit(when=(when,), mute=(mute,), equal=("instance",)),)


def test_a_faulty_inhibit_rule_is_left_out_and_the_others_work(tmp_path: Path) -> None:
    text = "inhibit: [{when: {a: b}, mute: {c: d}}, {when: {a: b}}]\n"
    config = written(tmp_path, WHATSAPP + PEOPLE + text + RULE % "")
    assert len(config.rulebook.inhibits) == 1
    (complaint,) = config.complaints
    assert "lacks the key `mute`" in complaint.what


def test_a_rule_that_is_left_out_does_not_make_inhibit_rules_wrong(tmp_path: Path) -> None:
    text = "inhibit: [{when: {a: b}, mute: {c: d}}]\nrules: [{name: a}]"
    config = written(tmp_path, WHATSAPP + PEOPLE + text)
    assert len(config.rulebook.inhibits) == 1
    assert all("rules" in str(complaint) or "rule" in complaint.what for complaint in config.complaints)
