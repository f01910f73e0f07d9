"""Silences at the desk: made, foreseen, listed and ended."""

from pathlib import Path
from urllib.parse import quote

import pytest
from markupsafe import escape

from tests.stories.world import World
from tests.web.desk import Desk
from wa_notify.core.access import Role

CRITICAL = "severity=critical"


@pytest.fixture
async def desk(world: World) -> Desk:
    return await Desk.of(world, Role.OPERATOR, "olga")


async def test_a_silence_is_made_listed_and_ended(world: World, desk: Desk) -> None:
    made = await desk.api(
        "POST", "/silences", {"conditions": [CRITICAL, "team=a b"], "span": "2h", "comment": " Deploy "}
    )
    assert made.status_code == 201
    assert made.json()["text"] == "Silence 1 holds until 21 Nov 05:00 UTC."
    (one,) = (await desk.get("/silences"))["items"]
    assert (one["conditions"], one["author"][:4], one["comment"]) == (
        [CRITICAL, "team=a b"],
        "olga",
        "Deploy",
    )
    assert (await desk.api("POST", "/silences/1/end")).status_code == 200
    assert (await desk.get("/silences"))["items"] == []
    assert (await desk.api("POST", "/silences/1/end")).status_code == 409
    assert (await desk.api("POST", "/silences/9/end")).status_code == 404


async def test_what_it_mutes_says_nothing_until_it_ends(world: World, desk: Desk) -> None:
    await desk.api("POST", "/silences", {"conditions": "'alertname=~Disk.*' team!=web", "span": "2h"})
    await world.alert("DiskFull")
    await world.forward("1m")
    world.alice.stays_silent()
    assert (await desk.get("/tickets/1"))["silenced_until"] == "2026-11-21T05:00:00Z"
    await desk.api("POST", "/silences/1/end")
    await world.forward("10s")
    world.alice.expects("Disk almost full")


async def test_which_open_tickets_it_would_mute_is_shown_before_it_is_made(world: World, desk: Desk) -> None:
    await world.alert("DiskFull")
    await world.alert("DailyNote", severity="info")
    seen = await desk.get(f"/silences/preview?conditions={quote(CRITICAL)}")
    assert [one["number"] for one in seen["tickets"]] == [1]
    assert len((await desk.get("/silences/preview"))["tickets"]) == 2
    assert (await desk.get("/silences"))["items"] == []


@pytest.mark.parametrize("until", ["2026-11-21T07:30:00+01:00", "2026-11-21T06:30", "2026-11-21T06:30:00Z"])
async def test_until_a_time_which_is_the_houses_without_a_zone(desk: Desk, until: str) -> None:
    made = (await desk.submit("add_silence", conditions=CRITICAL, span="", until=until)).json()
    assert made["message"] == "Silence 1 holds until 21 Nov 06:30 UTC."


@pytest.mark.parametrize(
    "until", ["soon", "2026-11-20T00:00:00Z", "2026-12-21T00:00:00Z", "0001-01-01T00:00"]
)
async def test_what_is_no_end_is_refused(desk: Desk, until: str) -> None:
    body = {"conditions": CRITICAL, "until": until}
    for given in (body, body | {"span": "1h"}):
        refused = await desk.api("POST", "/silences", given)
        assert (refused.status_code, refused.json()["complaints"][0]["where"]) == (422, "until")


@pytest.mark.parametrize(
    ("conditions", "words"),
    [
        ("", "which alerts"),
        ("severity", "is no condition"),
        ("a=~(", "no regular expression"),
        ("'a=b", "quotation mark"),
        (" ".join(f"a{n}=b" for n in range(30)), "30 conditions"),
        (["just words"], "is no condition"),
    ],
)
async def test_what_is_no_condition_is_refused_with_how_to_write_one(
    desk: Desk, conditions: str | list[str], words: str
) -> None:
    refused = await desk.api("POST", "/silences", {"conditions": conditions, "span": "1h"})
    assert refused.status_code == 422
    assert words in refused.json()["title"]
    assert refused.json()["complaints"][0]["where"] == "conditions"


async def test_everything_is_muted_only_when_that_is_said(world: World, desk: Desk) -> None:
    made = await desk.api("POST", "/silences", {"everything": True, "span": "1h"})
    assert made.json()["silence"]["conditions"] == []
    both = await desk.api("POST", "/silences", {"everything": True, "conditions": CRITICAL, "span": "1h"})
    assert both.status_code == 422
    assert "Everything is silenced." in await desk.page("/")


async def test_it_is_audited_and_a_viewer_may_not(world: World, desk: Desk) -> None:
    await desk.submit("add_silence", conditions=CRITICAL, span="1h", comment="why")
    await desk.submit("end_silence", number=1)
    admin = await Desk.of(world, Role.ADMIN)
    ended, made = (await admin.get("/audit"))["items"][:2]
    assert (made["action"], made["subject"], made["after"]["comment"]) == (
        "add_silence",
        f"silence of {CRITICAL}",
        "why",
    )
    assert ended["before"]["ends_at"] > ended["after"]["ends_at"]
    viewer = await Desk.of(world, Role.VIEWER)
    assert (await viewer.api("POST", "/silences", {"conditions": CRITICAL, "span": "1h"})).status_code == 403
    assert (await viewer.api("POST", "/silences/1/end")).status_code == 403
    assert "New silence" not in await viewer.page("/silences")


async def test_the_page_foresees_while_somebody_types(world: World, desk: Desk) -> None:
    assert "Nothing is silenced" in await desk.page("/silences")
    hostile = "<script>alert(1)</script> 'x"
    await world.alert("DiskFull", summary=hostile)
    page = await desk.page(f"/silences?conditions={quote(CRITICAL)}")
    assert "Of what is open now this would mute" in page
    assert escape(hostile) in page
    assert f'name="conditions" value="{CRITICAL}"' in page
    broken = await desk.page(f"/silences?conditions={quote(hostile)}")
    assert "A quotation mark is open." in broken
    assert "<script>alert" not in broken
    assert "only what comes" in await desk.page("/silences?conditions=a=b")


async def test_the_form_works_without_script(desk: Desk, tmp_path: Path) -> None:
    done = await desk.submit(
        "add_silence", conditions=CRITICAL, span="4h", back="/admin/silences", script=False
    )
    assert (done.status_code, done.headers["location"]) == (303, "/admin/silences")
    page = await desk.page("/silences")
    assert CRITICAL in page
    assert "/admin/do/end_silence" in page
