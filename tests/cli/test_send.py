"""send: by hand, through the outbox, to the platform."""

import pytest

from tests.cli.desk import Desk, no_secret_in
from wa_notify.core.enclosed import Contact, Contacts, LinkButton, LocationWish, Place, ReactionTo

RESOLVED = ("--template", "ops_resolved", "--parameter", "the disk", "--parameter", "3 min")


def test_without_a_service_it_waits_in_the_outbox_and_says_so(desk: Desk) -> None:
    answer = desk.types("send", "alice", *RESOLVED)
    assert answer.code == 0
    assert answer.out.startswith(
        "✓ Item 1 of the outbox for Alice (+44 •••• 0123): template ops_resolved (en)."
    )
    assert "no service works on" in answer.err
    assert "wa-notify serve" in answer.err
    (item,) = desk.types("outbox", "list", "--json").json["items"]
    assert (item["state"], item["occasion"], item["recipient"]) == ("pending", "message", "alice")


def test_waiting_without_a_service_ends_with_3(desk: Desk) -> None:
    answer = desk.types("send", "alice", *RESOLVED, "--wait", "0.3", "--json")
    assert answer.code == 3
    assert answer.json["outcome"] == "waiting"
    assert answer.json["service_running"] is False
    assert answer.json["item"]["state"] == "pending"


def test_who_never_opted_in_is_refused_at_once(desk: Desk) -> None:
    answer = desk.types("send", "carol", *RESOLVED)
    assert answer.code == 1
    assert answer.out.startswith("✗ Nothing was put into the outbox for Carol (+44 •••• 0789).")
    assert "never opted in" in answer.out
    assert desk.types("outbox", "list", "--json").json == {"items": []}
    assert desk.types("send", "carol", *RESOLVED, "--json").json["outcome"] == "refused"


def test_a_template_that_does_not_fit_is_refused_at_once(desk: Desk) -> None:
    answer = desk.types("send", "alice", "--template", "ops_resolved", "--parameter", "one", "--json")
    assert answer.code == 1
    assert answer.json["decision"]["reason"] == "template_misfit"
    assert "takes the body parameters 2" in answer.json["decision"]["detail"]


def test_text_alone_waits_for_a_reply_while_the_window_is_closed(desk: Desk) -> None:
    answer = desk.types("send", "alice", "--text", "Lunch?")
    assert answer.code == 0
    assert "Held until the person replies" in answer.out


def test_the_same_key_adds_nothing(desk: Desk) -> None:
    first = desk.types("send", "alice", *RESOLVED, "--key", "nightly", "--json").json
    again = desk.types("send", "alice", *RESOLVED, "--key", "nightly", "--json")
    assert again.code == 0
    assert again.json["outcome"] == "known"
    assert again.json["item"]["id"] == first["item"]["id"]
    assert "nothing was added" in desk.types("send", "alice", *RESOLVED, "--key", "nightly").out
    assert len(desk.types("outbox", "list", "--json").json["items"]) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--text", "  "),
        ("--parameter", "x"),
        ("--template", "t", "--parameter", "x", "--named", "a=b"),
        ("--template", "t", "--named", "ab"),
        ("--text", "x", "--wait", "-1"),
    ],
)
def test_what_cannot_be_said_is_wrong_usage(desk: Desk, arguments: tuple[str, ...]) -> None:
    assert desk.types("send", "alice", *arguments).code == 2
    assert not desk.database.exists()


def test_nobody_by_that_name_is_wrong_usage(desk: Desk) -> None:
    answer = desk.types("send", "alicia", *RESOLVED)
    assert answer.code == 2
    assert "Did you mean alice?" in answer.err


def test_a_running_service_takes_it_and_the_platform_accepts(desk: Desk) -> None:
    desk.starts_the_sandbox()
    desk.starts_the_service()
    answer = desk.types("send", "alice", *RESOLVED, "--wait", "15")
    assert answer.code == 0, answer.out + answer.err
    assert "WhatsApp took it." in answer.out
    assert answer.err == ""

    told = desk.types("send", "+447700900456", *RESOLVED, "--wait", "15", "--json").json
    assert (told["outcome"], told["service_running"], told["recipient"]) == ("accepted", True, "bob")
    assert told["item"]["wamid"]

    held = desk.types("send", "alice", "--text", "Lunch?", "--wait", "15")
    assert held.code == 1
    assert "held until the person replies" in held.out

    missing = desk.types("send", "alice", "--template", "no_such_template", "--wait", "15", "--json")
    assert missing.code == 1, missing.out
    assert missing.json["outcome"] in ("refused", "failed")
    no_secret_in(desk.printed)


def test_files_places_cards_and_links_go_into_the_outbox(desk: Desk) -> None:
    picture = desk.folder / "rack.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(20))
    for options in (
        ("--text", "Look", "--image", str(picture)),
        ("--document", "https://ops.example.net/report.pdf"),
        ("--location", "51.5007,-0.1246,DC London 2,1 Example Way, London"),
        ("--contact", "NOC desk=+441632960200"),
        ("--text", "More", "--link-button", "Dashboard", "https://ops.example.net/d"),
        ("--text", "https://ops.example.net", "--preview"),
        ("--react", "👍", "--to", "wamid.ABC"),
        ("--text", "Where are you?", "--ask-location"),
        ("--audio", "https://ops.example.net/note.ogg", "--voice"),
    ):
        assert desk.types("send", "alice", *options, "--json").json["outcome"] == "queued", options
    intents = [item.intent for item in desk.items()]
    assert [one.media and one.media.link for one in intents[:2]] == [
        picture.as_uri(),
        "https://ops.example.net/report.pdf",
    ]
    assert intents[1].media is not None
    assert intents[1].media.filename == "report.pdf"
    assert intents[2].enclosed == Place(
        latitude=51.5007, longitude=-0.1246, name="DC London 2", address="1 Example Way, London"
    )
    assert intents[3].enclosed == Contacts(cards=(Contact(name="NOC desk", phone="+441632960200"),))
    assert intents[4].enclosed == LinkButton(title="Dashboard", url="https://ops.example.net/d")
    assert intents[5].preview
    assert intents[6].enclosed == ReactionTo(wamid="wamid.ABC", emoji="👍")
    assert intents[7].enclosed == LocationWish()
    assert intents[8].media is not None
    assert intents[8].media.voice


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--image", "{folder}/none.png"), "cannot be read"),
        (("--image", "{folder}/words.txt"), "WhatsApp takes image/jpeg, image/png"),
        (("--image", "https://x.example/a.png", "--audio", "https://x.example/a.ogg"), "one file"),
        (("--location", "London"), "LAT,LON"),
        (("--location", "151,0"), "no place on earth"),
        (("--contact", "Somebody"), "name=value"),
        (("--text", "x", "--link-button", "Open the whole dashboard", "https://x.example"), "20"),
        (("--text", "x", "--link-button", "Open", "ftp://x.example"), "http"),
        (("--react", "👍"), "--to"),
        (("--text", "x", "--voice"), "--audio"),
        (("--ask-location",), "--text"),
        (("--text", "x", "--code", "1"), "--template"),
        (("--location", "1,1", "--contact", "A=+1"), "one of"),
    ],
)
def test_what_can_be_no_message_is_refused_before_anything_is_stored(
    desk: Desk, options: tuple[str, ...], why: str
) -> None:
    (desk.folder / "words.txt").write_text("only words")
    answer = desk.types("send", "alice", *(one.format(folder=desk.folder) for one in options))
    assert answer.code == 2
    assert why in " ".join(answer.err.replace("│", " ").split())
    assert desk.types("outbox", "list", "--json").json == {"items": []}
