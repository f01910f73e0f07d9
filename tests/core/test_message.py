"""A message knows its form, and a failure can be read by a person."""

import pytest

from wa_notify.core.message import (
    Failure,
    Form,
    ListMessage,
    Message,
    NoAnswer,
    Remedy,
    Row,
    TemplateMessage,
    TextMessage,
)


@pytest.mark.parametrize(
    ("message", "form"),
    [
        (TemplateMessage(name="ops_alert", language="en"), Form.TEMPLATE),
        (TextMessage(body="Hello"), Form.FREE_FORM),
        (ListMessage(body="Which?", opener="Choose", rows=(Row(payload="1", title="One"),)), Form.FREE_FORM),
    ],
)
def test_a_message_knows_its_form(message: Message, form: Form) -> None:
    assert message.form is form


@pytest.mark.parametrize(
    ("details", "text"),
    [
        ("", "Message undeliverable (131026)"),
        ("Not on WhatsApp", "Message undeliverable: Not on WhatsApp (131026)"),
        ("Message undeliverable", "Message undeliverable (131026)"),
    ],
)
def test_a_failure_says_title_and_details_once_and_the_code_last(details: str, text: str) -> None:
    failure = Failure(code=131026, title="Message undeliverable", details=details, remedy=Remedy.CHANNEL)
    assert str(failure) == text


def test_a_request_without_an_answer_may_have_arrived_unless_we_know_better() -> None:
    assert NoAnswer(why="timed out").left
