"""The starter pack: eight templates in eight languages that work as they come."""

from pathlib import Path

import pytest
import yaml

from tests.config.writing import WHATSAPP, written
from wa_notify.config.starter import LANGUAGES, pack_of, ready_made
from wa_notify.core.draft import TemplateDraft
from wa_notify.core.inbound import Tap, Text
from wa_notify.core.invite import agrees, taps_yes
from wa_notify.core.lint import lint
from wa_notify.core.message import ButtonKind
from wa_notify.core.reply import Acknowledge, AskDetails, Remark, Stop, TicketRef, payload_for, understand
from wa_notify.core.template import (
    BODY_LIMIT,
    HEADER_LIMIT,
    VARIABLE,
    TemplateWish,
    fill,
    variables,
)
from wa_notify.sandbox.default_templates import TEMPLATES as SANDBOX

LINK = "https://ops.example.net/"
PACK = ready_made(LANGUAGES, LINK)
ENGLISH = {draft.shape.name: draft for draft in PACK if draft.shape.language == "en"}
MEANT = {
    "Acknowledge": Acknowledge(ref=TicketRef(number=12, full="12.1.7f1c9a")),
    "Details": AskDetails(ref=TicketRef(number=12, full="12.1.7f1c9a")),
    "I am here": Remark(),
    "Yes": Remark(),
    "Stop": Stop(),
}


def named(draft: TemplateDraft) -> str:
    return f"{draft.shape.name}-{draft.shape.language}"


def test_every_language_has_every_template() -> None:
    names = {draft.shape.name for draft in PACK}
    assert len(LANGUAGES) == len(names) == 8
    assert {(draft.shape.name, draft.shape.language) for draft in PACK} == {
        (name, language) for name in names for language in LANGUAGES
    }


@pytest.mark.parametrize("draft", PACK, ids=named)
def test_a_rule_that_fits_the_english_fits_every_language(draft: TemplateDraft) -> None:
    english = ENGLISH[draft.shape.name].shape
    shape = draft.shape
    assert sorted(variables(shape.body)) == sorted(variables(english.body))
    assert variables(shape.header) == variables(english.header)
    assert [(one.kind, one.target) for one in shape.buttons] == [
        (one.kind, one.target) for one in english.buttons
    ]
    assert (shape.category, shape.ttl, bool(shape.footer)) == (
        english.category,
        english.ttl,
        bool(english.footer),
    )
    assert shape.body == english.body or shape.language != "en"


def test_no_reviewer_would_mind_any_of_them() -> None:
    assert lint(PACK) == ()


@pytest.mark.parametrize("draft", PACK, ids=named)
def test_every_button_does_what_the_english_one_does(draft: TemplateDraft) -> None:
    buttons = ENGLISH[draft.shape.name].shape.buttons
    for button, english in zip(draft.shape.buttons, buttons, strict=True):
        if button.kind != "QUICK_REPLY":
            continue
        payload = payload_for(button.text, "12.1.7f1c9a")
        assert understand(Tap(payload=payload, title=button.text)) == MEANT[english.text]
        without_ticket = Tap(payload=payload_for(button.text, ""), title=button.text)
        assert type(understand(without_ticket)) is type(MEANT[english.text])


@pytest.mark.parametrize("language", LANGUAGES)
def test_yes_is_a_yes_and_the_word_that_ends_it_is_obeyed_as_it_is_written(language: str) -> None:
    (invitation,) = [draft for draft in ready_made([language], "") if draft.shape.name == "ops_invite"]
    yes, stop = invitation.shape.buttons
    assert taps_yes(Tap(payload=yes.text, title=yes.text))
    assert agrees(Text(body=yes.text))
    assert understand(Text(body=stop.text)) == Stop()
    assert stop.text.upper() in invitation.shape.body or stop.text in invitation.shape.body


@pytest.mark.parametrize("draft", PACK, ids=named)
def test_the_longest_words_are_cut_to_what_fits(draft: TemplateDraft) -> None:
    shape = draft.shape
    wish = TemplateWish(
        name=shape.name,
        header="W" * 4000 if shape.header else None,
        body=tuple(("", "W " * 2000) for _ in variables(shape.body)),
        url_suffix="x" if any(button.takes_suffix for button in shape.buttons) else None,
    )
    message = fill(wish, shape, lambda label: payload_for(label, f"{10**17}.9.7f1c9a"))
    texts = {str(place): one.text for place, one in enumerate(message.body, start=1)}
    body = VARIABLE.sub(lambda found: texts[found[1]], shape.body)
    assert len(body) <= BODY_LIMIT
    assert all(len(text) > 100 for text in texts.values())
    header = VARIABLE.sub(message.header.text if message.header else "", shape.header)
    assert len(header) <= HEADER_LIMIT
    assert all(
        len(one.text) <= 128 for one in message.buttons if one.kind is ButtonKind.QUICK_REPLY
    )  # a payload


def test_the_sandbox_has_the_same_words() -> None:
    for template in SANDBOX:
        if template["language"] in ("en", "de") and template["name"] in ENGLISH:
            (body,) = [part["text"] for part in template["components"] if part["type"] == "BODY"]
            (draft,) = [
                one.shape
                for one in PACK
                if (one.shape.name, one.shape.language) == (template["name"], template["language"])
            ]
            assert draft.body == body
            labels = [
                button["text"]
                for part in template["components"]
                if part["type"] == "BUTTONS"
                for button in part["buttons"]
            ]
            assert [button.text for button in draft.buttons] == labels


def test_the_configuration_takes_the_pack_and_what_is_declared_by_hand_wins(tmp_path: Path) -> None:
    text = """
starter: {languages: [en, de], link: "https://ops.example.net/"}
templates:
  ops_alert:
    category: utility
    languages:
      de: {body: "Der Alarm {{1}} ist unser eigener."}
"""
    book = written(tmp_path, WHATSAPP + text).rulebook
    bodies = {(shape.name, shape.language): shape.body for shape in book.templates}
    assert len(bodies) == len(book.templates) == len(book.drafts) == 16
    assert bodies["ops_alert", "de"] == "Der Alarm {{1}} ist unser eigener."
    assert bodies["ops_alert", "en"] == ENGLISH["ops_alert"].shape.body


def test_without_a_link_the_alert_has_no_button_to_open_it_and_rules_may_not_fill_one(tmp_path: Path) -> None:
    text = """
starter: {languages: [en]}
recipients: {alice: {phone: "+447700900123"}}
receivers: {oncall: {to: alice}}
rules:
  - name: disk
    receiver: oncall
    template: {name: ops_alert, header: a, parameters: [a, b, c], url: "alerts/7"}
"""
    config = written(tmp_path, WHATSAPP + text)
    (shape,) = [one for one in config.rulebook.templates if one.name == "ops_alert"]
    assert [button.kind for button in shape.buttons] == ["QUICK_REPLY", "QUICK_REPLY"]
    (complaint,) = config.complaints
    assert "no link that takes an ending" in complaint.what


def test_an_empty_section_is_none(tmp_path: Path) -> None:
    assert written(tmp_path, f"{WHATSAPP}starter:\n").rulebook.drafts == ()


def test_the_pack_may_be_written_down_and_read_again(tmp_path: Path) -> None:
    section = yaml.safe_dump({"templates": pack_of(LANGUAGES, LINK)}, allow_unicode=True)
    assert set(written(tmp_path, WHATSAPP + section).rulebook.drafts) == set(PACK)
