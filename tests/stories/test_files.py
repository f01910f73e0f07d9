"""Pictures and other files: brought to WhatsApp once, shown with the alert, and never the loss of it."""

import contextlib
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar, cast

import pytest

from tests.stories.camera import JPEG, Camera
from tests.stories.world import HOUSE, World
from wa_notify.core.errors import StoreError
from wa_notify.core.reason import Reason
from wa_notify.core.received import FileState, KeepFiles
from wa_notify.engine.received import ReceivedFiles
from wa_notify.pipeline.erasure import erase
from wa_notify.ports import Store, Transaction
from wa_notify.sandbox import CallbackPolicy, Fault, Refusal
from wa_notify.whatsapp.media import MediaApi

T = TypeVar("T")

TEAM_OF_FIVE = """
recipients:
  alice: {phone: "+447700900123", name: Alice, opt_in: "Signed the on-call agreement"}
  bob: {phone: "+447700900456", name: Bob, opt_in: "Signed the on-call agreement"}
  carol: {phone: "+447700900789", name: Carol, opt_in: "Signed the on-call agreement"}
  dana: {phone: "+447700900111", name: Dana, opt_in: "Signed the on-call agreement"}
  emil: {phone: "+447700900222", name: Emil, opt_in: "Signed the on-call agreement"}
receivers:
  oncall: {to: [alice]}
  everybody: {to: [alice, bob, carol, dana, emil]}
"""
RULES = """
rules:
  - name: door
    match: {alertname: Door}
    receiver: oncall
    template: &seen
      name: ops_seen
      header: {image: "{{ annotations.picture }}"}
      parameters: ["{{ title }}"]
      copy_code: "D-{{ ticket.number }}"
    free_form:
      text: "*{{ title }}*"
      image: "{{ annotations.picture }}"
      footer: From the front door
  - name: gate
    match: {alertname: Gate}
    receiver: everybody
    template: *seen
  - name: where
    match: {alertname: Lone}
    receiver: oncall
    template:
      name: ops_where
      header: {location: {latitude: "{{ labels.lat }}", longitude: -0.1246, name: DC London 2}}
      parameters: ["{{ title }}"]
    free_form:
      text: "{{ title }}"
      link: {text: Open the map, url: "https://ops.example.net/m/{{ ticket.number }}"}
      location: {latitude: "{{ labels.lat }}", longitude: -0.1246, name: DC London 2}
      contacts: [{name: NOC desk, phone: "+441632960200", wa_id: "441632960200"}]
  - name: brought
    match: {alertname: Brought}
    receiver: oncall
    template: {name: ops_resolved, parameters: ["{{ title }}", "now"]}
    free_form: {text: "{{ title }} https://ops.example.net", preview: true}
    details: {text: "All we have", attachments: all}
"""
SEEN = {
    "name": "ops_seen",
    "language": "en",
    "category": "UTILITY",
    "status": "APPROVED",
    "components": [
        {"type": "HEADER", "format": "IMAGE"},
        {"type": "BODY", "text": "Seen just now: {{1}}. Please have a look."},
        {"type": "BUTTONS", "buttons": [{"type": "COPY_CODE", "example": "D-1"}]},
    ],
}
WHERE = {
    "name": "ops_where",
    "language": "en",
    "category": "UTILITY",
    "status": "APPROVED",
    "components": [
        {"type": "HEADER", "format": "LOCATION"},
        {"type": "BODY", "text": "Somebody asks for help: {{1}}. Please have a look."},
    ],
}


@pytest.fixture
async def camera() -> AsyncIterator[Camera]:
    async with Camera() as one:
        yield one


@pytest.fixture
async def porch(tmp_path: Path) -> AsyncIterator[World]:
    text = HOUSE.read_text()
    head, _, _ = text.partition("recipients:")
    world = World(tmp_path, f"{head}{TEAM_OF_FIVE}{RULES}")
    for template in (SEEN, WHERE):
        world.sandbox.account.add_template(template)
    world.sandbox.policy = CallbackPolicy(sent_after=timedelta(0), delivered_after=timedelta(0))
    await world.start()
    yield world
    await world.close()


async def fires(world: World, name: str, labels: dict[str, str] | None = None, **more: Any) -> None:
    annotations = {"summary": f"{name} opened", **more.pop("annotations", {})}
    body = {"labels": {"alertname": name, **(labels or {})}, "annotations": annotations, **more}
    response = await world.post("/alerts", body)
    assert response.status_code == 202, response.text
    await world.settle()


def media_ids(world: World) -> list[str]:
    phones = world.sandbox.phones
    return [m.media_id for phone in phones for m in phone.messages if m.direction == "out" and m.media_id]


async def test_a_camera_picture_behind_a_private_address_arrives_as_an_uploaded_picture(
    porch: World, camera: Camera
) -> None:
    await fires(porch, "Door", annotations={"picture": camera.link})
    first = porch.alice.expects("[image]", "Door opened", form="template")
    assert porch.sandbox.media.find(first.media_id).content == JPEG
    assert first.actions[0].payload == "D-1"


async def test_with_the_window_open_picture_text_and_buttons_are_one_message(
    porch: World, camera: Camera
) -> None:
    await porch.alice.replies("hello")
    await fires(porch, "Door", annotations={"picture": camera.link})
    shown = porch.alice.expects("[image]", "*Door opened*", "From the front door", form="interactive")
    assert shown.buttons == ("Acknowledge", "Silence 1h")
    assert porch.sandbox.media.find(shown.media_id).content == JPEG
    await porch.alice.taps("Acknowledge")
    porch.alice.expects("is yours")


async def test_the_same_picture_for_five_people_is_uploaded_once(porch: World, camera: Camera) -> None:
    await fires(porch, "Gate", annotations={"picture": camera.link})
    assert len(media_ids(porch)) == 5
    assert len(set(media_ids(porch))) == 1
    assert (porch.sandbox.media.uploads, camera.asked) == (1, 1)


async def test_the_same_picture_is_uploaded_again_once_the_platform_forgets_it(
    porch: World, camera: Camera
) -> None:
    await fires(porch, "Gate", annotations={"picture": camera.link})
    await porch.forward("28d")
    await fires(porch, "Gate", labels={"n": "2"}, annotations={"picture": camera.link})
    assert porch.sandbox.media.uploads == 1
    await porch.forward("2d")
    await fires(porch, "Gate", labels={"n": "3"}, annotations={"picture": camera.link})
    assert porch.sandbox.media.uploads == 2
    assert len(media_ids(porch)) == 15


async def test_a_picture_that_cannot_be_had_leaves_the_text_with_a_word(porch: World, camera: Camera) -> None:
    camera.works = False
    await porch.alice.replies("hello")
    await fires(porch, "Door", annotations={"picture": camera.link})
    shown = porch.alice.expects("*Door opened*", "The photo could not be sent with this.", form="interactive")
    assert shown.buttons == ("Acknowledge", "Silence 1h")
    assert shown.media_id == ""
    told = [entry.text for entry in await porch.timeline()]
    assert any("127.0.0.1 answered 503" in text for text in told)
    assert Reason.FILE_NOT_SENT in await porch.reasons()


async def test_a_template_that_must_show_a_picture_shows_one_of_ours_instead(
    porch: World, camera: Camera
) -> None:
    camera.picture, camera.kind = b"<svg/>", "image/svg+xml"
    await fires(porch, "Door", annotations={"picture": camera.link})
    shown = porch.alice.expects("Door opened", form="template")
    assert porch.sandbox.media.find(shown.media_id).mime_type == "image/png"


async def test_an_alert_without_the_picture_its_template_needs_says_so_on_the_ticket(porch: World) -> None:
    await fires(porch, "Door")
    porch.alice.stays_silent()
    assert Reason.TEMPLATE_MISFIT in await porch.reasons()


async def test_a_link_that_whatsapp_cannot_fetch_becomes_text_without_it_once(porch: World) -> None:
    await porch.alice.replies("hello")
    await fires(porch, "Door", annotations={"picture": "https://ops.invalid/a.png"})
    await porch.forward("1m")
    shown = porch.alice.expects("*Door opened*", "The photo could not be sent with this.")
    assert (shown.media_id, shown.header) == ("", "")
    porch.alice.stays_silent()
    assert porch.sandbox.media.uploads == 0


async def test_an_id_that_the_platform_lost_is_brought_anew(porch: World, camera: Camera) -> None:
    await porch.alice.replies("hello")
    await fires(porch, "Door", annotations={"picture": camera.link})
    porch.sandbox.media.delete(porch.alice.expects("[image]").media_id)
    await porch.forward("1m")
    await fires(porch, "Door", labels={"n": "2"}, annotations={"picture": camera.link})
    await porch.forward("1m")
    shown = porch.alice.expects("[image]", "*Door opened*")
    assert shown.media_id in porch.sandbox.media
    assert porch.sandbox.media.uploads == 2


async def test_an_old_upload_that_fails_on_its_way_is_brought_anew_before_it_is_given_up(
    porch: World, camera: Camera
) -> None:
    await porch.alice.replies("hello")
    await fires(porch, "Door", annotations={"picture": camera.link})
    porch.alice.expects("[image]")
    await porch.forward("1m")
    for _ in range(2):
        porch.sandbox.fail_next(Fault(kind="failed", refusal=Refusal.MEDIA_UNFETCHABLE))
    await fires(porch, "Door", labels={"n": "2"}, annotations={"picture": camera.link})
    await porch.forward("2m")
    assert porch.sandbox.media.uploads == 2
    porch.alice.expects("*Door opened*", "The photo could not be sent with this.")
    porch.alice.stays_silent()


async def test_while_nothing_can_be_uploaded_the_message_waits_for_the_line(
    porch: World, camera: Camera
) -> None:
    porch.sandbox.fail_next(Fault(kind="disconnect", path="/media"))
    await porch.alice.replies("hello")
    await fires(porch, "Door", annotations={"picture": camera.link})
    porch.alice.stays_silent()
    await porch.forward("1m")
    porch.alice.expects("[image]", "*Door opened*")


async def test_a_place_a_link_and_cards_arrive_as_what_they_are(porch: World) -> None:
    await fires(porch, "Lone", labels={"lat": "51.5007"})
    porch.alice.expects("DC London 2", "Lone opened", form="template")
    await porch.alice.replies("ok")
    await porch.forward("10s")
    kinds = {message.kind for message in porch.alice.received[1:]}
    assert {"location", "contacts"} <= kinds
    await fires(porch, "Lone", labels={"lat": "51.6", "n": "2"})
    await porch.forward("10s")
    linked = next(m for m in porch.alice.received if m.kind == "interactive" and "Lone" in m.text)
    assert linked.buttons == ("Open the map",)
    assert linked.actions[0].url == "https://ops.example.net/m/2"


async def test_files_that_come_with_an_alert_follow_as_messages_of_their_own(
    porch: World, camera: Camera
) -> None:
    await porch.alice.replies("hello")
    files = [{"link": camera.link}, {"link": "https://ops.example.net/log.txt", "filename": "today.txt"}]
    await fires(porch, "Brought", attachments=files)
    await porch.forward("10s")
    shown = [(m.kind, m.header) for m in porch.alice.received if m.kind in ("image", "document")]
    assert sorted(shown) == [("document", "[today.txt]"), ("image", "[image]")]


async def test_an_attachment_that_is_no_link_is_refused(porch: World) -> None:
    body = {"labels": {"alertname": "Brought"}, "attachments": [{"link": "file:///etc/passwd"}]}
    response = await porch.post("/alerts", body)
    assert response.status_code == 400
    assert "attachments" in response.text


@pytest.fixture
async def archive(tmp_path: Path) -> AsyncIterator[World]:
    """What people send is kept for a week, at most three files a day."""
    files = "media: {inbound: store, folder: sent, largest: 1MB, keep: 7d, per_day: 3}\n"
    world = World(tmp_path, f"{files}{HOUSE.read_text()}")
    world.sandbox.policy = CallbackPolicy(sent_after=timedelta(0), delivered_after=timedelta(0))
    await world.start()
    yield world
    await world.close()


def kept_in(world: World) -> list[Path]:
    return sorted(path for path in (world.folder / "sent").rglob("*") if path.is_file())


async def sends(world: World, content: bytes = JPEG, **more: str) -> str:
    wamid = world.sandbox.send_file(world.alice.phone, "image", content, "image/jpeg", **more)
    await world.settle()
    await looks_after(world)
    return wamid


async def looks_after(world: World) -> None:
    await world.house.received.work()


async def test_a_photo_that_somebody_sends_is_kept_and_told_on_the_ticket(archive: World) -> None:
    await archive.alert("DiskFull")
    await sends(archive, caption="the rack")
    (path,) = kept_in(archive)
    assert path.read_bytes() == JPEG
    assert path.stat().st_mode & 0o777 == 0o600
    told = [entry.text for entry in await archive.timeline()]
    assert "sent a photo (1 kB, kept): the rack" in told


async def test_a_photo_is_gone_once_its_sender_deletes_the_message(archive: World) -> None:
    await archive.alert("DiskFull")
    wamid = await sends(archive)
    assert len(kept_in(archive)) == 1
    archive.alice.phone.delete(wamid)
    await archive.settle()
    await looks_after(archive)
    assert kept_in(archive) == []
    told = [entry.text for entry in await archive.timeline()]
    assert "Alice deleted a message." in told
    assert not any("photo" in text for text in told)


async def test_of_several_services_one_fetches(archive: World, monkeypatch: pytest.MonkeyPatch) -> None:
    archive.sandbox.send_file(archive.alice.phone, "image", JPEG, "image/jpeg")
    await archive.settle()
    with monkeypatch.context() as another:
        another.setattr(type(archive.house.store), "keeps_house", False)
        await looks_after(archive)
        assert kept_in(archive) == []
    await looks_after(archive)
    assert len(kept_in(archive)) == 1


async def test_a_photo_that_was_taken_back_before_it_was_fetched_is_never_kept(archive: World) -> None:
    wamid = archive.sandbox.send_file(archive.alice.phone, "image", JPEG, "image/jpeg")
    await archive.settle()
    archive.alice.phone.delete(wamid)
    await archive.settle()
    await looks_after(archive)
    await looks_after(archive)
    assert kept_in(archive) == []


async def test_files_are_deleted_when_their_time_is_over(archive: World) -> None:
    await sends(archive)
    await archive.forward("6d")
    await looks_after(archive)
    assert len(kept_in(archive)) == 1
    await archive.forward("2d")
    await looks_after(archive)
    assert kept_in(archive) == []


async def test_the_same_photo_of_two_messages_stays_until_both_are_gone(archive: World) -> None:
    first, second = await sends(archive), await sends(archive)
    assert len(kept_in(archive)) == 1
    for wamid, left in ((first, 1), (second, 0)):
        archive.alice.phone.delete(wamid)
        await archive.settle()
        await looks_after(archive)
        assert len(kept_in(archive)) == left


async def test_large_files_and_too_many_of_them_are_not_kept(archive: World) -> None:
    await archive.alert("DiskFull")
    await sends(archive, JPEG + bytes(2 * 1024 * 1024))
    assert kept_in(archive) == []
    assert "sent a photo (not kept)" in [entry.text for entry in await archive.timeline()]
    for number in range(5):
        await sends(archive, JPEG + bytes([number]))
    assert len(kept_in(archive)) == 3


async def test_a_file_that_cannot_be_loaded_now_is_asked_for_again(archive: World) -> None:
    archive.sandbox.fail_next(Fault(kind="disconnect", path="/whatsapp_business/attachments/"))
    await sends(archive)
    assert kept_in(archive) == []
    await looks_after(archive)
    assert kept_in(archive) == []
    await archive.forward("1m")
    await looks_after(archive)
    assert len(kept_in(archive)) == 1


async def test_a_file_that_stays_away_is_given_up_in_the_end(archive: World) -> None:
    archive.sandbox.fail_next(Fault(kind="disconnect", path="/whatsapp_business/attachments/", times=100))
    await archive.alert("DiskFull")
    await sends(archive)
    for _ in range(10):
        await archive.forward("7h")
        await looks_after(archive)
    assert "sent a photo (not kept)" in [entry.text for entry in await archive.timeline()]


async def test_the_files_of_a_stranger_are_nobodys_business(archive: World) -> None:
    stranger = archive.sandbox.phone("+447700900999")
    archive.sandbox.send_file(stranger, "image", JPEG, "image/jpeg")
    await archive.settle()
    await looks_after(archive)
    assert kept_in(archive) == []


async def test_the_files_of_somebody_who_is_erased_go_too(archive: World) -> None:
    await sends(archive)
    now = archive.clock()
    archive.house.store.transact(
        lambda tx: erase(tx, "alice", source="command line", actor="operator", now=now)
    ).result()
    await looks_after(archive)
    assert kept_in(archive) == []


class Dies:
    """A store whose process ends before its n-th transaction."""

    keeps_house = True

    def __init__(self, store: Store, calls: int) -> None:
        self._store = store
        self._left = calls

    def transact(self, work: Callable[[Transaction], T]) -> Future[T]:
        self._left -= 1
        if self._left < 0:
            raise StoreError("The process ended.")
        return self._store.transact(work)


@pytest.mark.parametrize("calls", range(7))
async def test_no_crash_leaves_a_file_that_nobody_deletes(archive: World, calls: int) -> None:
    wamid = archive.sandbox.send_file(archive.alice.phone, "image", JPEG, "image/jpeg")
    await archive.settle()
    dying = ReceivedFiles(
        host=MediaApi(http=archive.into_sandbox, account=archive.house.account),
        folder=archive.house.received.folder,
        keep=KeepFiles(),
        clock=archive.clock,
        store=cast("Store", Dies(archive.house.store, calls)),
    )
    with contextlib.suppress(StoreError):
        await dying.work()
    archive.alice.phone.delete(wamid)
    await archive.settle()
    await looks_after(archive)
    assert kept_in(archive) == []
    assert not archive.house.store.transact(lambda tx: tx.received(wamid)).result()


async def test_a_half_written_file_goes_with_its_message(archive: World) -> None:
    wamid = await sends(archive)
    (path,) = kept_in(archive)
    path.with_suffix(".part").write_bytes(b"half")
    archive.alice.phone.delete(wamid)
    await archive.settle()
    await looks_after(archive)
    assert kept_in(archive) == []


async def test_a_file_that_cannot_be_deleted_stands_in_no_others_way(archive: World) -> None:
    stuck = await sends(archive)
    (path,) = kept_in(archive)
    path.unlink()
    path.mkdir()  # which no deleting of files removes
    archive.alice.phone.delete(stuck)
    await archive.settle()
    await sends(archive, JPEG + b"another")
    (other,) = kept_in(archive)
    assert other.read_bytes() == JPEG + b"another"
    path.rmdir()
    await looks_after(archive)
    assert not archive.house.store.transact(lambda tx: tx.received(stuck)).result()


async def test_only_we_can_look_into_the_folder(archive: World) -> None:
    await sends(archive)
    (path,) = kept_in(archive)
    assert [folder.stat().st_mode & 0o777 for folder in (path.parent, path.parent.parent)] == [0o700, 0o700]


async def test_what_was_kept_still_goes_once_files_are_not_kept_any_more(archive: World) -> None:
    """Somebody turns the section off; whoever takes a photo back, or is erased, is not forgotten."""
    wamid = await sends(archive)
    waiting = archive.sandbox.send_file(archive.alice.phone, "image", JPEG + b"2", "image/jpeg")
    await archive.settle()
    text = archive.config_path.read_text()
    archive.config_path.write_text(text.replace("inbound: store", "inbound: off"))
    await archive.restart()
    await looks_after(archive)
    assert len(kept_in(archive)) == 1
    never = archive.house.store.transact(lambda tx: tx.received(waiting)).result()
    assert never is not None
    assert never.state is FileState.REFUSED
    archive.alice.phone.delete(wamid)
    await archive.settle()
    await looks_after(archive)
    assert kept_in(archive) == []


async def test_without_a_word_in_the_configuration_no_file_of_people_is_kept(world: World) -> None:
    world.sandbox.send_file(world.alice.phone, "image", JPEG, "image/jpeg")
    await world.settle()
    await looks_after(world)
    assert [path for path in world.folder.rglob("*") if path.is_file() and path.read_bytes() == JPEG] == []
    assert not await world.house.engine.look(lambda views: views.ticket(1))
