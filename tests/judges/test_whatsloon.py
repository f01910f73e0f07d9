"""whatsloon, unmodified, does all that it knows; the phones and the account show what it meant."""

from collections.abc import Callable

import pytest

from wa_notify.sandbox import ButtonKind, Status

from .conftest import Played

ALERT = (
    "Alert: db-7\nA P1 alert was raised for a system you are on call for: Disk 96%. "
    "It started at 09:30 UTC and is still open.\nSent by the operations desk"
)
NAMED = (
    "A P1 alert was raised for a system you are on call for: Disk 96%. Reply to this message to get details."
)
# Deed of the program: the type and the text of what the person sees.
SHOWN = {
    "text": ("text", "*P1* disk 96% on db-7"),
    "reply": ("text", "Noted."),
    "image": ("image", "[image]\nCPU, last hour"),
    "image_by_link": ("image", "[image]\nCPU"),
    "video": ("video", "[video]\nThe rack"),
    "audio": ("audio", "[audio]"),
    "document": ("document", "[incident-2041.pdf]\nIncident report"),
    "sticker": ("sticker", "[sticker]"),
    "location": ("location", "DC London 2\n1 Example Way"),
    "location_request": ("interactive", "Where are you?"),
    "contact": ("contacts", "[contact]\nNOC desk"),
    "buttons": ("interactive", "P1 db-7\nDisk 96% and rising.\nops"),
    "listed": ("interactive", "What should happen?"),
    "link_button": ("interactive", "Dashboard for db-7"),
    "template": ("template", ALERT),
    "named_template": ("template", NAMED),
}
BUTTONS = {
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
        (ButtonKind.URL, "Open alert", "https://ops.example.net/to/7f1c"),
    ],
}


@pytest.fixture
def whatsloon(played: Callable[[str], Played]) -> Played:
    return played("whatsloon_works.py")


@pytest.mark.parametrize("deed", SHOWN)
def test_a_message_of_each_type_is_read_on_the_phone(whatsloon: Played, deed: str) -> None:
    message = whatsloon.message(deed)
    assert (message.kind, message.text) == SHOWN[deed]
    assert message.status is Status.READ


@pytest.mark.parametrize(
    ("deed", "body"), [("flow", "Please fill this in."), ("address", "Where do you live?")]
)
def test_a_message_of_the_rarer_types_is_read_on_the_phone(whatsloon: Played, deed: str, body: str) -> None:
    message = whatsloon.message(deed)
    assert (message.kind, message.body, message.status) == ("interactive", body, Status.READ)


@pytest.mark.parametrize("deed", BUTTONS)
def test_the_buttons_are_those_that_were_meant(whatsloon: Played, deed: str) -> None:
    shown = whatsloon.message(deed).actions
    assert [(button.kind, button.title, button.payload or button.url) for button in shown] == BUTTONS[deed]


@pytest.mark.parametrize("deed", ["image", "video", "audio", "document", "sticker"])
def test_a_file_that_was_uploaded_is_in_the_message(whatsloon: Played, deed: str) -> None:
    assert whatsloon.message(deed).media_id in whatsloon.stage.sandbox.media


def test_a_reply_quotes_the_message_and_its_data_stay_with_a_message(whatsloon: Played) -> None:
    assert whatsloon.message("reply").quoted == whatsloon.heard
    assert whatsloon.message("text").opaque == "alert:7f1c"


def test_a_reaction_belongs_to_its_message_and_can_be_taken_back(whatsloon: Played) -> None:
    given, taken = whatsloon.message("reaction"), whatsloon.message("reaction_removed")
    assert (given.target, given.body) == (whatsloon.heard, "\N{WHITE HEAVY CHECK MARK}")
    assert (taken.target, taken.body) == (whatsloon.heard, "")


def test_a_receipt_and_typing_are_seen_by_the_person(whatsloon: Played) -> None:
    assert whatsloon.answer("marked_as_read") == whatsloon.answer("typing") == {"success": True}
    assert whatsloon.stage.shown(whatsloon.heard).status is Status.READ
    assert whatsloon.stage.is_typing


def test_a_refusal_is_known_to_whatsloon_by_its_code(whatsloon: Played) -> None:
    assert whatsloon.error("wrong_count")[:2] == ("ValidationAPIError", 132000)
    assert whatsloon.error("wrong_token")[:2] == ("AuthenticationError", 190)


def test_a_file_is_uploaded_inspected_loaded_and_deleted(whatsloon: Played) -> None:
    assert whatsloon.answer("medium_inspected") == {"mime_type": "image/png", "file_size": 16}
    assert whatsloon.answer("medium_loaded") is True
    assert whatsloon.answer("medium_deleted") is True


def test_templates_are_listed_handed_in_and_deleted(whatsloon: Played) -> None:
    listed = whatsloon.answer("templates_listed")
    assert ["ops_alert", "en", "APPROVED"] in listed
    assert ["ops_paused", "en", "PAUSED"] in listed
    made, templates = whatsloon.answer("template_created"), whatsloon.stage.sandbox.account.templates
    assert (made["status"], made["category"]) == ("PENDING", "UTILITY")
    assert (templates["judge_night", "en"].id, templates["judge_night", "en"].status) == (
        made["id"],
        "APPROVED",
    )
    assert whatsloon.answer("template_deleted") is True
    assert ("ops_digest", "en") not in templates


def test_the_account_and_its_number_are_read(whatsloon: Played) -> None:
    assert whatsloon.answer("account_read") == {"id": "300000000000202", "name": "Example Ops"}
    number = {"display": "+44 1632 960111", "name": "Example Ops", "quality": "GREEN"}
    assert whatsloon.answer("number_read") == number
    assert whatsloon.answer("numbers_listed") == ["+44 1632 960111"]


@pytest.mark.parametrize("deed", ["number_deregistered", "number_registered"])
def test_the_number_is_deregistered_and_registered(whatsloon: Played, deed: str) -> None:
    assert whatsloon.answer(deed) is True
