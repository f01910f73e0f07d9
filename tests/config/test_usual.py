"""The rule behind all others, and messages by hand, in whatever templates an account has."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.config.writing import alert, some_facts
from wa_notify.config import (
    CompiledRules,
    Usual,
    check_in_wish,
    compile_mapping,
    message_wish,
    takes_alerts,
    takes_messages,
)
from wa_notify.config.starter import ready_made
from wa_notify.core.errors import ConfigError
from wa_notify.core.rule import Rule
from wa_notify.core.template import ButtonShape, TemplateShape, fill

MINUTE = timedelta(minutes=1)
PEOPLE = {"alice": {"phone": "+447700900123"}, "bob": {"phone": "+447700900456"}}
PACK = {draft.shape.name: draft.shape for draft in ready_made(["en"], "https://ops.example.net/")}
LINK = ButtonShape(kind="URL", text="Open", target="https://ops.example.net/{{1}}")
CODE = ButtonShape(kind="COPY_CODE", text="Copy", target="abc")
ANSWER = ButtonShape(kind="QUICK_REPLY", text="Acknowledge")
PARAGRAPHS = {"summary": "Disk full", "description": "96 % of /var\nand growing"}


def shape(body: str = "All is down.", **changes: Any) -> TemplateShape:
    plain = TemplateShape(
        name="account_alert", language="en", status="APPROVED", category="UTILITY", body=body
    )
    return replace(plain, **changes)


def with_blanks(count: int) -> TemplateShape:
    return shape("About " + " and ".join(f"{{{{{number}}}}}" for number in range(1, count + 1)) + " now.")


def compiled(usual: Usual, mapping: dict[str, Any] | None = None) -> CompiledRules:
    return compile_mapping(mapping, people=PEOPLE, usual=usual)


def last_rule(usual: Usual, mapping: dict[str, Any] | None = None) -> Rule:
    found = compiled(usual, mapping)
    assert (found.complaints, found.notes) == ((), ())
    return found.rulebook.rules[-1]


def said(template: TemplateShape, **facts: Any) -> list[str]:
    """What stands in the blanks, which the template can be filled with."""
    wish = last_rule(Usual(alert=template)).template.render(facts or some_facts())
    fill(wish, template, str)
    return [text for _, text in wish.body]


# the rule


def test_the_usual_rule_answers_what_no_other_rule_answers_and_tells_everybody() -> None:
    disk = {"name": "disk", "match": {"alertname": "DiskFull"}, "receiver": "oncall", "template": "ops_alert"}
    mapping = {"receivers": {"oncall": {"to": "alice"}}, "rules": [disk]}
    found = compile_mapping(mapping, people=PEOPLE, usual=Usual(alert=PACK["ops_alert"]))
    assert found.rules_written == ("disk", "anything_else")
    book = found.rulebook
    assert [rule.name for rule in book.rules_for(alert())] == ["disk"]
    (usual,) = book.rules_for(alert(alertname="Smoke"))
    assert book.receivers[usual.receiver].to == ("alice", "bob")
    assert [use.owner for use in found.uses if use.rule == usual.name] == ["Rule anything_else"] * 2


def test_people_of_the_file_are_among_everybody() -> None:
    mapping = {"recipients": {"carol": {"phone": "+447700900789"}}}
    book = compiled(Usual(alert=shape()), mapping).rulebook
    assert book.receivers["everybody"].to == ("carol", "alice", "bob")


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, []),
        (1, ["Disk usage 96% on db-7"]),
        (2, ["Disk usage 96% on db-7", "DiskFull"]),
        (3, ["critical", "Disk usage 96% on db-7", "21 Nov 09:30 UTC"]),
        (4, ["critical", "Disk usage 96% on db-7", "DiskFull", "21 Nov 09:30 UTC"]),
    ],
)
def test_a_template_with_up_to_four_blanks_tells_of_an_alert(count: int, words: list[str]) -> None:
    template = with_blanks(count) if count else shape()
    assert takes_alerts(template)
    assert said(template) == words


def test_a_description_or_a_message_is_told_where_there_is_room() -> None:
    described = some_facts(replace(alert(), annotations=PARAGRAPHS))
    assert said(with_blanks(2), **described)[1] == "96 % of /var\nand growing"
    message = some_facts(replace(alert(), annotations={"message": "The door is open"}))
    assert said(with_blanks(2), **message)[1] == "The door is open"


def test_an_alert_without_a_severity_is_a_warning() -> None:
    bare = replace(alert(), labels={"alertname": "Door"})
    assert said(with_blanks(3), **some_facts(bare))[0] == "warning"


def test_blanks_with_names_are_filled_by_name() -> None:
    template = shape("{{what}} happened: {{more}}.")
    wish = last_rule(Usual(alert=template)).template.render(some_facts())
    assert wish.body == (("what", "Disk usage 96% on db-7"), ("more", "DiskFull"))
    fill(wish, template, str)


def test_blanks_in_another_order_get_the_text_of_their_number() -> None:
    template = shape("At {{3}} a {{1}} alert came: {{2}}.")
    wish = last_rule(Usual(alert=template)).template.render(some_facts())
    body = fill(wish, template, str).body
    assert [part.text for part in body] == ["critical", "Disk usage 96% on db-7", "21 Nov 09:30 UTC"]


def test_a_header_names_the_instance_or_else_the_source_and_a_link_the_ticket() -> None:
    template = shape(header="Alert: {{1}}", header_format="TEXT", buttons=(ANSWER, LINK))
    rule = last_rule(Usual(alert=template))
    wish = rule.template.render(some_facts())
    assert (wish.header, wish.url_suffix) == ("db-7", "12")
    fill(wish, template, str)
    bare = replace(alert(), labels={"alertname": "Door"})
    assert rule.template.render(some_facts(bare)).header == "alertmanager"


def test_while_the_window_is_open_it_says_more_in_its_own_words() -> None:
    rule = last_rule(Usual(alert=shape()))
    assert rule.free_form is not None
    assert rule.free_form(some_facts()) == "*Disk usage 96% on db-7*"
    described = some_facts(replace(alert(), annotations=PARAGRAPHS))
    assert rule.free_form(described) == "*Disk usage 96% on db-7*\n96 % of /var\nand growing"


def test_reminders_come_in_their_own_template_and_at_their_own_times() -> None:
    usual = Usual(
        alert=PACK["ops_alert"],
        reminder=PACK["ops_reminder"],
        resolved=PACK["ops_resolved"],
        after=5 * MINUTE,
        every=90 * MINUTE,
        times=7,
    )
    rule = last_rule(usual)
    remind = rule.remind
    assert remind is not None
    assert (remind.after, remind.every, remind.times) == (5 * MINUTE, 90 * MINUTE, 7)
    facts = some_facts(reminder=2)
    assert remind.template.name == "ops_reminder"
    assert [text for _, text in remind.template.render(facts).body] == ["2", "Disk usage 96% on db-7"]
    assert remind.free_form is not None
    assert remind.free_form(facts) == "Reminder 2: *Disk usage 96% on db-7* is still open after 1 h 5 min."
    assert rule.resolved is not None
    wish = rule.resolved.render(facts)
    assert (wish.name, wish.body) == ("ops_resolved", (("", "Disk usage 96% on db-7"), ("", "1 h 5 min")))
    assert rule.resolved_free_form is not None
    assert rule.resolved_free_form(facts) == "*Disk usage 96% on db-7* is over after 1 h 5 min."


def test_without_a_template_of_its_own_a_reminder_comes_in_that_of_the_alert() -> None:
    for reminder in (None, with_blanks(5)):
        remind = last_rule(Usual(alert=PACK["ops_alert"], reminder=reminder)).remind
        assert remind is not None
        assert remind.template.name == "ops_alert"


def test_without_a_template_that_fits_the_end_is_told_in_free_text_alone() -> None:
    for resolved in (None, with_blanks(3)):
        rule = last_rule(Usual(alert=PACK["ops_alert"], resolved=resolved))
        assert rule.resolved is None
        assert rule.resolved_free_form is not None


def test_who_wants_no_reminders_gets_none() -> None:
    assert last_rule(Usual(alert=shape(), reminder=PACK["ops_reminder"], times=0)).remind is None


# what fits, and what is left alone


@pytest.mark.parametrize(
    "template",
    [
        with_blanks(5),
        shape(header_format="IMAGE"),
        shape(header_format="LOCATION"),
        shape(buttons=(CODE,)),
        shape(buttons=(ButtonShape(kind="OTP", text="Copy code"),)),
        shape(buttons=(ButtonShape(kind="FLOW", text="Fill in"),)),
    ],
    ids=["five blanks", "a picture", "a map", "a code", "a one-time password", "a form"],
)
def test_a_template_that_wants_what_no_alert_has_makes_no_rule(template: TemplateShape) -> None:
    assert not takes_alerts(template)
    found = compiled(Usual(alert=template))
    assert (found.rulebook.rules, found.rulebook.receivers) == ((), {})
    assert message_wish(template, "Backup", "It is done") is None


def test_without_a_template_or_anybody_to_tell_there_is_no_rule() -> None:
    assert compiled(Usual(alert=None)).rulebook.rules == ()
    assert compile_mapping({}, usual=Usual(alert=shape())).rulebook.rules == ()


def test_what_is_written_under_the_same_names_stays() -> None:
    rule = {"name": "anything_else", "receiver": "everybody", "template": "my_alert"}
    found = compiled(Usual(alert=shape()), {"receivers": {"everybody": {"to": "bob"}}, "rules": [rule]})
    assert found.complaints == ()
    assert found.rulebook.receivers["everybody"].to == ("bob",)
    (kept,) = found.rulebook.rules
    assert kept.template.name == "my_alert"
    assert found.rules_written == ("anything_else",)


def test_the_usual_rule_tells_whom_the_file_calls_everybody() -> None:
    book = compiled(Usual(alert=shape()), {"receivers": {"everybody": {"to": "bob"}}}).rulebook
    (rule,) = book.rules
    assert book.receivers[rule.receiver].to == ("bob",)


def test_a_template_that_the_file_declares_otherwise_is_told_where_the_rules_stand() -> None:
    templates = {"account_alert": {"category": "utility", "languages": {"en": {"body": "Down: {{1}}."}}}}
    found = compiled(Usual(alert=with_blanks(2)), {"templates": templates})
    assert found.rulebook.rules == ()
    (complaint,) = found.complaints
    assert complaint.where == "rules[0].template.parameters"
    assert "Template account_alert takes the body parameters 1 in order" in complaint.what


@pytest.mark.parametrize("mapping", [{"rules": 5}, {"receivers": ["everybody"]}, {"recipients": 5}])
def test_what_cannot_be_read_is_told_and_not_added_to(mapping: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=r"is a (list|mapping), not") as error:
        compiled(Usual(alert=shape()), mapping)
    assert len(error.value.complaints) == 1


# messages by hand


@pytest.mark.parametrize(
    ("body", "title", "expected"),
    [
        ("News: {{1}}.", "Backup", (("", "Backup: It is done"),)),
        ("News: {{1}}.", "", (("", "It is done"),)),
        ("{{1}}: {{2}}.", "Backup", (("", "Backup"), ("", "It is done"))),
        ("{{1}}: {{2}}.", "", (("", "-"), ("", "It is done"))),
        ("{{what}}: {{more}}.", "Backup", (("what", "Backup"), ("more", "It is done"))),
    ],
)
def test_a_message_by_hand_fills_one_blank_or_two(
    body: str, title: str, expected: tuple[tuple[str, str], ...]
) -> None:
    template = shape(body)
    wish = message_wish(template, title, "It is done")
    assert wish is not None
    assert (wish.body, wish.header) == (expected, None)
    fill(wish, template, str)


def test_a_header_shows_the_title_of_a_message() -> None:
    template = shape("News: {{1}}.", header="About {{1}}", header_format="TEXT")
    for title, header in (("Backup", "Backup"), ("", "-")):
        wish = message_wish(template, title, "It is done")
        assert wish is not None
        assert wish.header == header
        fill(wish, template, str)


@pytest.mark.parametrize("template", [shape(), with_blanks(3), shape("{{1}}", buttons=(LINK,))])
def test_a_message_by_hand_has_no_words_for_more_or_fewer_blanks_or_a_link(template: TemplateShape) -> None:
    assert message_wish(template, "Backup", "It is done") is None
    assert not takes_messages(template)


def test_a_sign_of_life_is_asked_for_in_a_template_of_two_blanks() -> None:
    check_in = PACK["ops_check_in"]
    wish = check_in_wish(check_in, "primary", "30 Nov 09:00 UTC")
    assert wish is not None
    assert wish.body == (("", "primary"), ("", "30 Nov 09:00 UTC"))
    fill(wish, check_in, str)
    assert check_in_wish(PACK["ops_notice"], "primary", "30 Nov 09:00 UTC") is None


def test_the_starter_pack_serves_alerts_and_messages() -> None:
    assert all(takes_alerts(template) for template in PACK.values())
    assert {name for name, template in PACK.items() if takes_messages(template)} == {
        *("ops_reminder", "ops_resolved", "ops_nudge", "ops_digest", "ops_check_in", "ops_notice"),
    }
    plain = {draft.shape.name: draft.shape for draft in ready_made(["de", "hi"], "")}
    assert all(takes_alerts(template) for template in plain.values())


def test_held_text_is_announced_by_a_template_with_one_blank() -> None:
    nudge = compiled(Usual(alert=None, nudge=PACK["ops_nudge"])).rulebook.nudge
    assert nudge is not None
    assert nudge.render(some_facts()).body == (("", "Disk usage 96% on db-7"),)


@pytest.mark.parametrize(
    "unfit", [None, with_blanks(0), with_blanks(2), shape("{{1}}", header_format="IMAGE")]
)
def test_without_such_a_template_held_text_is_not_announced(unfit: TemplateShape | None) -> None:
    assert compiled(Usual(alert=None, nudge=unfit)).rulebook.nudge is None


def test_what_is_written_of_nudges_counts_for_more() -> None:
    mapping = {"defaults": {"nudge": {"template": {"name": "mine", "parameters": []}}}}
    nudge = compiled(Usual(alert=None, nudge=PACK["ops_nudge"]), mapping).rulebook.nudge
    assert nudge is not None
    assert nudge.name == "mine"


def test_what_is_to_be_said_beyond_the_title_stands_in_the_template() -> None:
    described = some_facts(replace(alert(), annotations=PARAGRAPHS))
    assert "db-7: 96 % of /var" in said(PACK["ops_alert"], **described)[1]
    assert last_rule(Usual(alert=PACK["ops_alert"])).details is None
