"""Writing to somebody by hand: what is foreseen, what leaves, what is refused, and the composer."""

import html
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.stories.test_money import MONEY
from tests.stories.world import World
from tests.web.desk import Desk
from wa_notify.core.access import Role
from wa_notify.core.outbox import Intent, Item, ItemState, Occasion
from wa_notify.core.template import TemplateWish
from wa_notify.web.operations.bubbles import of_item

TEAM = (Path(__file__).parents[1] / "stories" / "team.yaml").read_text()
REMINDER = {"name": "ops_reminder", "parameters": {"1": "1", "2": "the disk"}}
LINK = "https://example.org/graph.png"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    stage = World(tmp_path, TEAM)
    await stage.start()
    yield stage
    await stage.close()


@pytest.fixture
async def desk(world: World) -> Desk:
    return await Desk.of(world, Role.OPERATOR, "olga")


async def foreseen(desk: Desk, **words: Any) -> Any:
    answer = await desk.api("POST", "/messages/preview", words)
    assert answer.status_code == 200, answer.text
    return answer.json()


# foreseeing


async def test_in_an_open_window_text_leaves_at_once_and_it_says_what_if_it_closes(
    world: World, desk: Desk
) -> None:
    await world.alice.replies("hello")
    seen = await foreseen(desk, to="alice", text="*Hi*")
    assert (seen["outcome"], seen["form"], seen["reason"]) == ("leaves", "free-form text", "window_open")
    assert seen["bubble"]["body"] == "*Hi*"
    assert "held until they reply" in seen["if_closed"]
    both = await foreseen(desk, to="alice", text="Hi", template=REMINDER)
    assert (
        both["if_closed"] == "If the window closes before it leaves, template ops_reminder goes out instead."
    )
    assert (await foreseen(desk, to="alice", text="x" * 9000))["messages"] == 3


async def test_in_a_closed_window_text_is_held_and_a_template_leaves_with_its_price(
    world: World, desk: Desk
) -> None:
    held = await foreseen(desk, to="bob", text="Hi")
    assert (held["outcome"], held["form"], held["if_closed"]) == ("held", "", "")
    sent = await foreseen(desk, to="bob", template=REMINDER)
    assert (sent["outcome"], sent["form"]) == ("leaves", "template ops_reminder (en)")
    assert "the alert the disk is still waiting" in sent["bubble"]["body"]
    assert [price["category"] for price in sent["prices"]] == ["utility"]
    assert sent["phone"] == "+44 •••• 0456"
    assert await world.items() == []


async def test_what_is_refused_says_why(world: World, desk: Desk) -> None:
    seen = await foreseen(desk, to="dan", text="Hi")
    assert (seen["outcome"], seen["reason"]) == ("refused", "no_consent")
    wrong = await foreseen(desk, to="bob", template={"name": "ops_reminder", "parameters": {"1": "1"}})
    assert (wrong["reason"], "2 in order" in wrong["detail"]) == ("template_misfit", True)
    assert (await desk.api("POST", "/messages/preview", {"to": "zoe", "text": "Hi"})).status_code == 404


async def test_templates_are_offered_with_their_blanks_and_others_with_the_reason(desk: Desk) -> None:
    items = {one["name"]: one for one in (await desk.get("/messages/templates?to=bob"))["items"]}
    alert = items["ops_alert"]
    assert (alert["usable"], alert["blanks"], alert["header"], alert["url"]) == (
        True,
        ["1", "2", "3"],
        True,
        True,
    )
    assert items["ops_alert_named"]["blanks"][0].isalpha()
    assert items["ops_newsletter"]["why"].startswith("The template is classed as marketing")
    assert items["ops_paused"]["why"] == "The template is not approved at the moment."
    usable = [one["usable"] for one in items.values()]
    assert usable == sorted(usable, reverse=True)


# sending


async def test_what_is_said_leaves_once_for_each_key_and_is_audited_without_its_words(
    world: World, desk: Desk
) -> None:
    await world.alice.replies("hello")
    for _ in range(2):
        said = await desk.api("POST", "/messages", {"to": "alice", "text": "Secret"}, idempotency_key="a")
        assert (said.status_code, said.json()["outcome"]) == (202, "leaves")
    await world.forward("1m")
    assert [message.text for message in world.alice.received].count("Secret") == 1
    admin = await Desk.of(world, Role.ADMIN)
    lines = (await admin.get("/audit?subject=recipient alice"))["items"]
    assert [line["action"] for line in lines] == ["send_message"]
    assert "Secret" not in str(lines)
    assert lines[0]["after"]["outcome"] == "leaves"


async def test_a_template_leaves_whatever_the_window_says(world: World, desk: Desk) -> None:
    said = await desk.api("POST", "/messages", {"to": "+447700900456", "template": REMINDER})
    assert said.json()["text"] == "It leaves for Bob as template ops_reminder (en)."
    await world.forward("5s")
    world.bob.expects("the alert the disk is still waiting", form="template")


async def test_named_blanks_are_filled_by_their_names(world: World, desk: Desk) -> None:
    choices = {one["name"]: one for one in (await desk.get("/messages/templates?to=bob"))["items"]}
    named = choices["ops_alert_named"]
    words = {"name": "ops_alert_named", "parameters": {name: f"<{name}>" for name in named["blanks"]}}
    words |= {key: "x" for key in ("header", "url", "code") if named[key]}
    seen = await foreseen(desk, to="bob", template=words)
    assert seen["outcome"] == "leaves", seen
    assert all(f"<{name}>" in seen["bubble"]["body"] for name in named["blanks"])


async def test_text_for_a_closed_window_is_held_until_they_reply(world: World, desk: Desk) -> None:
    said = (await desk.api("POST", "/messages", {"to": "bob", "text": "Are you there?"})).json()
    assert (said["outcome"], said["text"]) == ("held", "It is held until Bob replies.")
    await world.forward("5s")
    await world.bob.replies("yes")
    await world.forward("5s")
    assert "Are you there?" in [message.text for message in world.bob.received]


async def test_what_would_be_refused_is_refused_and_not_kept(world: World, desk: Desk) -> None:
    for words, where in (
        ({"to": "dan", "text": "Hi"}, "to"),
        ({"to": "bob", "template": {"name": "ops_newsletter"}}, "template"),
        ({"to": "bob"}, "text"),
        ({"to": "bob", "text": " "}, "text"),
        ({"to": "bob", "ask_location": True}, "text"),
        ({"to": "bob", "text": "x", "place": {"latitude": 1, "longitude": 1}, "ask_location": True}, "text"),
    ):
        answer = await desk.api("POST", "/messages", words)
        assert (answer.status_code, answer.json()["complaints"][0]["where"]) == (422, where), words
    assert await world.items() == []


@pytest.mark.parametrize("link", ["file:///etc/passwd", "javascript:alert(1)", "ftp://x.example/a"])
async def test_files_of_our_own_machine_are_out_of_reach(desk: Desk, link: str) -> None:
    words = {"to": "alice", "file": {"kind": "image", "link": link}}
    answer = await desk.api("POST", "/messages", words)
    assert (answer.status_code, "file.link" in answer.json()["complaints"][0]["where"]) == (400, True)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ({"file": {"kind": "image", "link": LINK}, "text": "Look"}, ("image", LINK, "Look")),
        ({"file": {"kind": "document", "link": LINK}}, ("document", "graph.png", "")),
        ({"place": {"latitude": 51.5, "longitude": -0.1, "name": "DC"}}, ("location", "", "DC (51.5, -0.1)")),
        ({"contacts": [{"name": "Eve", "phone": "+1 555"}]}, ("contact", "", "Eve +1 555")),
        ({"text": "Read", "link_button": {"title": "Open", "url": LINK}}, ("text", "", "Read")),
        ({"text": "Where?", "ask_location": True}, ("text", "", "Where?")),
        ({"reaction": "👍", "answers": "wamid.x"}, ("text", "", "👍")),
    ],
)
async def test_everything_that_the_command_line_sends_is_shown_as_it_arrives(
    world: World, desk: Desk, words: dict[str, Any], shown: tuple[str, str, str]
) -> None:
    await world.alice.replies("hello")
    bubble = (await foreseen(desk, to="alice", **words))["bubble"]
    assert (bubble["header_kind"], bubble["header"], bubble["body"]) == shown
    assert (await desk.api("POST", "/messages", {"to": "alice", **words})).status_code == 202


async def test_a_message_about_a_ticket_stands_on_its_timeline(world: World, desk: Desk) -> None:
    await world.alert("DiskFull")
    await world.alice.replies("hello")
    words = {"to": "alice", "text": "Look at /var", "ticket": 1}
    assert (await desk.api("POST", "/messages", words)).status_code == 202
    await world.forward("10s")
    story = (await desk.get("/tickets/1/timeline?limit=200"))["items"]
    (line,) = (one for one in story if one["text"].endswith("writes to Alice by hand."))
    assert (line["message"]["bubble"]["body"], line["message"]["state"]) == ("Look at /var", "read")
    assert (await desk.api("POST", "/messages", words | {"ticket": 9})).status_code == 404


async def test_a_viewer_may_neither_write_nor_foresee(world: World) -> None:
    viewer = await Desk.of(world, Role.VIEWER)
    for path in ("/messages", "/messages/preview"):
        assert (await viewer.api("POST", path, {"to": "alice", "text": "x"})).status_code == 403
    await viewer.page("/messages", status=403)
    await world.alert("DiskFull")
    assert 'id="write"' not in await viewer.page("/tickets/1?to=alice")


# bubbles


def test_what_no_longer_fits_its_template_is_shown_with_blanks_or_not_at_all(world: World) -> None:
    at, shapes = world.clock(), world.house.store.read(lambda views: views.templates()).result()

    def item(wish: TemplateWish | None, text: str | None = None) -> Item:
        intent = Intent(template=wish, free_form=text)
        return Item(
            key="x",
            recipient_id="bob",
            occasion=Occasion.MESSAGE,
            intent=intent,
            due_at=at,
            created_at=at - timedelta(hours=1),
            state=ItemState.SENT,
        )

    odd = of_item(item(TemplateWish(name="ops_reminder")), shapes)
    assert odd is not None
    assert "{{1}}" in odd.body
    assert of_item(item(TemplateWish(name="gone")), shapes) is None
    assert of_item(item(None), shapes) is None
    assert of_item(item(None, "x" * 5000), shapes) is not None


# the composer


async def test_the_composer_knows_the_window(world: World, desk: Desk) -> None:
    await world.alice.replies("hello")
    text = html.unescape(await desk.page("/messages?to=alice"))
    assert "Leaves at once" in text
    assert "If the window closes before it leaves" in text
    assert '<textarea id="write-text"' in text
    closed = await desk.page("/messages?to=bob")
    assert "ops_alert" in closed
    assert "The template is classed as marketing" in closed
    assert '<textarea id="write-text"' not in closed
    held = await desk.page("/messages?to=bob&way=text")
    assert "Is held" in held
    refused = await desk.page("/messages?to=dan&way=text")
    assert "never opted in" in refused
    assert "send_message" not in refused
    await desk.page("/messages?to=zoe", status=404)
    assert "Name or number" in await desk.page("/messages")


async def test_a_template_is_filled_in_and_sent_without_script(world: World, desk: Desk) -> None:
    page = await desk.page("/messages?to=bob&way=template&template=ops_reminder")
    assert 'data-blank="2"' in page
    fields: dict[str, Any] = {
        "template.name": "ops_reminder",
        "template.parameters.1": "1",
        "template.parameters.2": "<b>x</b>",
    }
    done = await desk.submit("send_message", to="bob", script=False, back="/admin/tickets", **fields)
    assert (done.status_code, done.headers["location"]) == (303, "/admin/tickets")
    await world.forward("5s")
    world.bob.expects("the alert <b>x</b> is still waiting")


async def test_every_template_can_be_chosen(world: World, desk: Desk) -> None:
    for one in (await desk.get("/messages/templates?to=bob"))["items"]:
        page = await desk.page(f"/messages?to=bob&way=template&template={one['name']}")
        assert ("Leaves at once" in page) == one["usable"], one["name"]


async def test_a_file_that_is_not_chosen_is_not_sent(world: World, desk: Desk) -> None:
    await world.alice.replies("hello")
    fields: dict[str, Any] = {"file.kind": "", "file.link": "", "file.filename": "", "link_button.title": ""}
    assert (await desk.submit("send_message", to="alice", text="Hi", **fields)).status_code == 200
    await world.forward("5s")
    assert world.alice.received[-1].text == "Hi"


async def test_what_has_to_wait_says_until_when(tmp_path: Path) -> None:
    stage = World(tmp_path, TEAM + "limits: {reach: 1, reserve: 0}\n")
    await stage.start()
    desk = await Desk.of(stage, Role.OPERATOR, "olga")
    await desk.api("POST", "/messages", {"to": "bob", "template": REMINDER})
    await stage.forward("5s")
    seen = await foreseen(desk, to="carol", template=REMINDER)
    assert (seen["outcome"], seen["reason"], seen["until"][:10]) == ("waits", "reach_used_up", "2026-11-22")
    said = (await desk.api("POST", "/messages", {"to": "carol", "template": REMINDER})).json()
    assert (said["outcome"], said["text"][:22]) == ("waits", "It waits until 22 Nov ")
    assert "Waits" in await desk.page("/messages?to=carol&way=template&template=ops_reminder")
    await stage.close()


async def test_a_price_that_is_known_is_told_as_an_amount(tmp_path: Path) -> None:
    stage = World(tmp_path, MONEY.read_text())
    await stage.start()
    desk = await Desk.of(stage, Role.OPERATOR, "olga")
    choice = next(one for one in (await desk.get("/messages/templates?to=alice"))["items"] if one["usable"])
    assert choice["language"].startswith("en")
    seen = await foreseen(desk, to="alice", template=REMINDER)
    (price,) = (one for one in seen["prices"] if one["category"] == "utility")
    assert (price["text"].split()[1], float(price["amount"]) > 0) == (price["currency"], True)
    await stage.close()
