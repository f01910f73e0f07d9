"""Voice notes: what they are, and the status that tells that somebody listened."""

import httpx
import pytest

from wa_notify.sandbox import Status

from .conftest import ANNA, START, Bench, open_window, wamid_of

CONTROLS = "http://sandbox/_sandbox/phones/%2B447700900123/play"


async def sent_audio(bench: Bench, *, voice: bool = True) -> str:
    await open_window(bench)
    medium = bench.sandbox.media.upload("400000000000101", b"OggS", "audio/ogg; codecs=opus", "")
    audio = {"id": medium.id, "voice": voice}
    body = {"messaging_product": "whatsapp", "to": ANNA, "type": "audio", "audio": audio}
    return wamid_of(await bench.post(body))


async def test_playing_a_voice_note_is_told_once(bench: Bench) -> None:
    wamid = await sent_audio(bench)
    await bench.pass_time(seconds=5)
    anna = bench.sandbox.phone(ANNA)
    anna.play(wamid)
    anna.play(wamid)
    await bench.pass_time(seconds=5)
    assert bench.service.ladder == ["sent", "delivered", "read", "played"]
    assert bench.service.statuses[-1]["timestamp"] == str(int(START.timestamp()) + 5)
    assert "pricing" not in bench.service.statuses[-1]
    assert (anna.messages[-1].status, anna.messages[-1].on_screen) == (Status.PLAYED, True)


async def test_who_plays_it_has_read_it(bench: Bench) -> None:
    wamid = await sent_audio(bench)
    await bench.pass_time(seconds=1)
    assert bench.service.ladder == ["sent", "delivered"]
    response: httpx.Response = await bench.graph.post(CONTROLS, json={"wamid": wamid})
    assert (response.status_code, response.json()["message"]["status"]) == (200, "played")
    await bench.pass_time(seconds=5)
    assert bench.service.ladder == ["sent", "delivered", "read", "played"]


async def test_without_receipts_nobody_hears_of_it(bench: Bench) -> None:
    bench.sandbox.phone(ANNA).reads = False
    wamid = await sent_audio(bench)
    await bench.pass_time(seconds=5)
    bench.sandbox.phone(ANNA).play(wamid)
    await bench.pass_time(seconds=5)
    assert bench.service.ladder == ["sent", "delivered"]


async def test_only_a_voice_note_on_the_screen_can_be_played(bench: Bench) -> None:
    audio = await sent_audio(bench, voice=False)
    await bench.pass_time(seconds=5)
    anna = bench.sandbox.phone(ANNA)
    with pytest.raises(ValueError, match="no voice note"):
        anna.play(audio)
    with pytest.raises(ValueError, match="no voice note"):
        anna.play(anna.messages[0].wamid)
    under_way = await sent_audio(bench)
    with pytest.raises(ValueError, match="no message"):
        anna.play(under_way)
    await bench.pass_time(seconds=5)
    anna.online = False
    with pytest.raises(ValueError, match="is off"):
        anna.play(under_way)


async def test_a_voice_note_is_ogg(bench: Bench) -> None:
    await open_window(bench)
    medium = bench.sandbox.media.upload("400000000000101", b"ID3", "audio/mpeg", "")
    for voice in (True, False):
        audio = {"id": medium.id, "voice": voice}
        body = {"messaging_product": "whatsapp", "to": ANNA, "type": "audio", "audio": audio}
        wamid_of(await bench.post(body))
        await bench.pass_time(seconds=5)
    assert bench.service.ladder == ["failed", "sent", "delivered", "read"]
    assert bench.service.statuses[0]["errors"][0]["code"] == 131053
