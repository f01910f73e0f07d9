"""Our own words tell every time on one clock: that of `defaults.time_zone`."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.stories.world import World
from wa_notify.sandbox import CallbackPolicy

HERE = Path(__file__).parent


@pytest.fixture
async def kolkata(tmp_path: Path) -> AsyncIterator[World]:
    """The calm house, five and a half hours east of London; a story begins there at half past eight."""
    text = (HERE / "calm.yaml").read_text().replace("defaults:\n", "defaults:\n  time_zone: Asia/Kolkata\n")
    stage = World(tmp_path, text)
    stage.sandbox.policy = CallbackPolicy(sent_after=timedelta(0), delivered_after=timedelta(0))
    await stage.start()
    yield stage
    await stage.close()


async def test_a_silence_and_a_status_tell_the_time_of_the_people_who_asked(kolkata: World) -> None:
    await kolkata.alert("Note", summary="Disk almost full")
    await kolkata.forward("10s")
    kolkata.bob.expects("Disk almost full")
    await kolkata.bob.replies("status")
    await kolkata.forward("2s")
    kolkata.bob.expects("#1 Disk almost full, open since 21 Nov 08:30 IST")
    await kolkata.bob.replies("silence 2h")
    await kolkata.forward("2s")
    kolkata.bob.expects("Ticket #1 is silenced until 21 Nov 10:30 IST")
    assert any(entry.text == "Silenced until 21 Nov 10:30 IST." for entry in await kolkata.timeline())


async def test_an_alert_that_is_silenced_from_the_start_says_until_when_on_the_same_clock(
    kolkata: World,
) -> None:
    await kolkata.alert("Note", summary="Disk almost full")
    await kolkata.forward("10s")
    await kolkata.bob.replies("silence 2h")
    await kolkata.resolve("Note", summary="Disk almost full")
    await kolkata.forward("10s")
    await kolkata.alert("Note", summary="Disk almost full")
    last = [entry.text for entry in await kolkata.timeline() if entry.text.startswith("Silenced")]
    assert last == ["Silenced until 21 Nov 10:30 IST."] * 2


async def test_a_digest_says_since_when_on_the_same_clock(kolkata: World) -> None:
    await kolkata.bob.replies("hello")
    for number in range(1, 6):
        await kolkata.alert("Note", summary=f"Trouble {number}", n=str(number))
    await kolkata.forward("10m")
    for number in (1, 2, 3):
        kolkata.bob.expects(f"Trouble {number}")
    kolkata.bob.expects("2 tickets since 21 Nov 08:30 IST:")


async def test_a_word_that_comes_late_says_when_it_was_true_on_the_same_clock(kolkata: World) -> None:
    kolkata.carol.phone.online = False
    await kolkata.alert("Shared", summary="Disk almost full")
    await kolkata.forward("5m")
    await kolkata.bob.taps("Acknowledge")
    await kolkata.forward("15m")
    kolkata.carol.phone.online = True
    await kolkata.carol.replies("help")
    await kolkata.forward("1m")
    late = [message.text for message in kolkata.carol.received if "reached you late" in message.text]
    assert [text[:49] for text in late] == ["That message from 21 Nov 08:30 IST reached you la"]
    assert "was taken by Bob at 21 Nov 08:35 IST" in late[0]
