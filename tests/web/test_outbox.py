"""The outbox at the desk: what failed is tried again, what waits is dropped, and who did so is kept."""

import pytest

from tests.stories.world import World
from tests.web.desk import Desk
from wa_notify.core.access import Role

RETRY = "/admin/do/retry_outbox_item"


async def refuse_one(world: World) -> int:
    """One message to somebody who never opted in; the number of its item."""
    await world.alert("TeamNews")
    await world.forward("1m")
    desk = await Desk.of(world, name="finder")
    found = await desk.get("/outbox?sort=trouble&recipient=carol")
    number: int = found["items"][0]["message"]["number"]
    return number


async def test_sorts_are_counted_and_listed(world: World) -> None:
    await refuse_one(world)
    desk = await Desk.of(world, Role.VIEWER)
    everything = await desk.get("/outbox")
    assert everything["counts"]["all"] == len(everything["items"]) > 2
    trouble = await desk.get("/outbox?sort=trouble")
    assert {one["message"]["state"] for one in trouble["items"]} == {"refused"}
    assert trouble["items"][0]["message"]["sentence"].startswith("This person never opted in.")
    assert trouble["items"][0]["message"]["bubble"]["body"]


async def test_pages_follow_each_other_without_gap_or_repeat(world: World) -> None:
    await refuse_one(world)
    desk = await Desk.of(world)
    whole = [one["message"]["number"] for one in (await desk.get("/outbox"))["items"]]
    found: list[int] = []
    after = ""
    while True:
        page = await desk.get(f"/outbox?limit=2&after={after}")
        found += [one["message"]["number"] for one in page["items"]]
        after = page["next"]
        if not after:
            break
    assert found == whole


async def test_what_was_refused_leaves_once_the_person_opted_in(world: World) -> None:
    number = await refuse_one(world)
    desk = await Desk.of(world, Role.OPERATOR)
    still = await desk.api("POST", f"/outbox/{number}/retry")
    assert (still.status_code, "never opted in" in still.text) == (409, True)
    await world.house.engine.desk.grant("carol", source="paper", evidence="Signed", by="a test")
    again = await desk.api("POST", f"/outbox/{number}/retry", idempotency_key="once")
    assert again.status_code == 200, again.text
    assert "is tried again" in again.json()["text"]
    await world.forward("1m")
    world.carol.expects("Disk almost full")
    repeat = await desk.api("POST", f"/outbox/{number}/retry", idempotency_key="once")
    assert (repeat.status_code, repeat.headers["idempotency-replayed"]) == (200, "true")
    await world.forward("1m")
    world.carol.stays_silent()
    admin = await Desk.of(world)
    (line,) = (await admin.get(f"/audit?subject=message%20{number}"))["items"]
    assert (line["action"], line["before"]["state"]) == ("retry_outbox_item", "refused")


async def test_what_waits_is_dropped_and_never_leaves(world: World) -> None:
    await world.alert("SlowBurn", service="shop")
    desk = await Desk.of(world, Role.OPERATOR)
    (one,) = (await desk.get("/outbox?sort=waiting"))["items"]
    number = one["message"]["number"]
    dropped = await desk.api("POST", f"/outbox/{number}/drop")
    assert (dropped.status_code, dropped.json()["item"]["message"]["state"]) == (200, "cancelled")
    await world.forward("5m")
    world.alice.stays_silent()
    assert (await desk.api("POST", f"/outbox/{number}/drop")).status_code == 200  # asking twice does it once


@pytest.mark.parametrize("deed", ["retry", "drop"])
async def test_what_does_not_exist_is_told(world: World, deed: str) -> None:
    desk = await Desk.of(world)
    assert (await desk.api("POST", f"/outbox/77/{deed}")).status_code == 404
    assert (await desk.api("GET", "/outbox/77")).status_code == 404


async def test_the_page_leads_to_what_needs_a_look_and_to_each_message(world: World) -> None:
    operator = await Desk.of(world, Role.OPERATOR)
    assert "Nothing was ever to be sent" in await operator.page("/outbox")
    number = await refuse_one(world)
    page = await operator.page("/outbox")
    assert "This person never opted in." in page
    assert RETRY in page
    assert "No message is like that." in await operator.page("/outbox?sort=left&recipient=nobody")
    one = await operator.page(f"/outbox/{number}")
    assert "Disk almost full" in one
    assert RETRY in one
    viewer = await Desk.of(world, Role.VIEWER)
    assert RETRY not in await viewer.page("/outbox")
    assert RETRY not in await viewer.page(f"/outbox/{number}")
    await operator.page("/outbox/77", status=404)
