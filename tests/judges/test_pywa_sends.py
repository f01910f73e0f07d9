"""pywa, unmodified, sends a message of every type that it knows; the phones show what it meant."""

from collections.abc import Callable

import pytest

from wa_notify.sandbox import ButtonKind, Status

from .conftest import Played

ALERT = (
    "Alert: db-7\nA P1 alert was raised for a system you are on call for: Disk usage 96%. "
    "It started at 09:30 UTC and is still open.\nSent by the operations desk"
)
NAMED = (
    "A P1 alert was raised for a system you are on call for: Disk usage 96%. "
    "Reply to this message to get details."
)
HELLO = (
    "Hello World\nWelcome and congratulations! This message shows that you can send.\nSample of the sandbox"
)
# Deed of the program: the type and the text of what the person sees.
SHOWN = {
    "text": ("text", "*P1* disk 96% on db-7"),
    "reply": ("text", "Noted."),
    "to_user_id": ("text", "Hello from ops"),
    "image_by_link": ("image", "[image]\nCPU, last hour"),
    "image_by_id": ("image", "[image]\nCPU, last hour"),
    "image_with_buttons": ("interactive", "[image]\nDisk 96%\nops"),
    "video": ("video", "[video]\nThe rack"),
    "document": ("document", "[incident-2041.pdf]\nIncident report"),
    "audio": ("audio", "[audio]"),
    "voice": ("audio", "[audio]"),
    "sticker": ("sticker", "[sticker]"),
    "location": ("location", "DC London 2\n1 Example Way"),
    "location_request": ("interactive", "Where are you?"),
    "contact": ("contacts", "[contact]\nNOC desk"),
    "buttons": ("interactive", "P1 db-7\nDisk 96% and rising.\nops"),
    "listed": ("interactive", "What should happen?"),
    "link_button": ("interactive", "Dashboard for db-7"),
    "template": ("template", ALERT),
    "named_template": ("template", NAMED),
    "plain_template": ("template", HELLO),
    "document_template": ("template", "[report.pdf]\nThe report about db-7 is ready."),
    "code_template": ("template", "*493027* is your verification code."),
}
BUTTONS = {
    "image_with_buttons": [
        (ButtonKind.REPLY, "Acknowledge", "ack:7f1c"),
        (ButtonKind.REPLY, "Snooze 30 min", "snooze:7f1c"),
    ],
    "buttons": [
        (ButtonKind.REPLY, "Acknowledge", "ack:7f1c"),
        (ButtonKind.REPLY, "Snooze 30 min", "snooze:7f1c"),
    ],
    "listed": [(ButtonKind.ROW, "Escalate", "esc:7f1c"), (ButtonKind.ROW, "Mute 2 hours", "mute:7f1c")],
    "link_button": [(ButtonKind.URL, "Open dashboard", "https://ops.example.net/graphs/db7")],
    "location_request": [(ButtonKind.LOCATION, "Send location", "")],
    "template": [
        (ButtonKind.QUICK_REPLY, "Acknowledge", "ack:7f1c"),
        (ButtonKind.QUICK_REPLY, "Details", "Details"),
        (ButtonKind.URL, "Open alert", "https://ops.example.net/alerts/7f1c"),
    ],
}
BY_ID = ("image_by_id", "video", "document", "audio", "voice", "sticker")
# The rarer types, and the body of what the person is to see.
RARER = {
    "contact_request": "Which number is yours?",
    "call_button": "Call the desk.",
    "call_permission": "May we call you?",
    "flow": "Please fill this in.",
    "catalog": "Our spare parts",
    "product": "A disk",
    "products": "Choose a disk",
    "carousel": "Two graphs",
}
# What pywa makes of a refusal: its class, and the code.
REFUSED = {
    "wrong_token": ("ExpiredAccessToken", 190),
    "wrong_count": ("TemplateParamCountMismatch", 132000),
    "unknown_template": ("TemplateNotExists", 132001),
    "paused_template": ("TemplatePaused", 132015),
    "to_itself": ("RecipientCannotBeSender", 131021),
}


@pytest.fixture
def pywa(played: Callable[[str], Played]) -> Played:
    return played("pywa_sends.py")


@pytest.mark.parametrize("deed", SHOWN)
def test_a_message_of_each_type_is_read_on_the_phone(pywa: Played, deed: str) -> None:
    message = pywa.message(deed)
    assert (message.kind, message.text) == SHOWN[deed]
    assert message.status is Status.READ


@pytest.mark.parametrize("deed", BUTTONS)
def test_the_buttons_are_those_that_were_meant(pywa: Played, deed: str) -> None:
    shown = [
        (button.kind, button.title, button.payload or button.url) for button in pywa.message(deed).actions
    ]
    assert shown == BUTTONS[deed]


@pytest.mark.parametrize("deed", BY_ID)
def test_a_file_that_was_uploaded_is_in_the_message(pywa: Played, deed: str) -> None:
    assert pywa.message(deed).media_id in pywa.stage.sandbox.media


def test_a_reply_quotes_the_message_and_a_tracker_stays_with_its_message(pywa: Played) -> None:
    assert pywa.message("reply").quoted == pywa.heard
    assert pywa.message("text").opaque == "alert:7f1c"
    assert pywa.message("template").opaque == "alert:7f1c;attempt:2"


def test_a_reaction_belongs_to_its_message_and_can_be_taken_back(pywa: Played) -> None:
    given, taken = pywa.message("reaction"), pywa.message("reaction_removed")
    assert [(given.kind, given.target), (taken.kind, taken.target)] == [("reaction", pywa.heard)] * 2
    assert (given.body, taken.body) == ("\N{WHITE HEAVY CHECK MARK}", "")


def test_a_receipt_and_typing_are_seen_by_the_person(pywa: Played) -> None:
    assert pywa.answer("marked_as_read") is True
    assert pywa.answer("typing") is True
    assert pywa.stage.shown(pywa.heard).status is Status.READ
    assert pywa.stage.is_typing


@pytest.mark.parametrize("deed", RARER)
def test_a_message_of_the_rarer_types_is_read_on_the_phone(pywa: Played, deed: str) -> None:
    message = pywa.message(deed)
    assert (message.kind, message.body, message.status) == ("interactive", RARER[deed], Status.READ)


def test_the_marketing_endpoint_sends_a_template(pywa: Played) -> None:
    assert pywa.message("marketing").text == "News of the month from the operations desk: none. Have a look!"


@pytest.mark.parametrize("deed", REFUSED)
def test_a_refusal_is_known_to_pywa_by_its_code(pywa: Played, deed: str) -> None:
    assert pywa.error(deed)[:2] == REFUSED[deed]
