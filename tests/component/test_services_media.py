"""Files that go along: of this machine, behind links, and what cameras see."""

from collections.abc import Generator
from datetime import timedelta
import os
from pathlib import Path
import shutil

import pytest
from pytest_homeassistant_custom_component.common import MockModule, mock_integration

from homeassistant.util import dt as dt_util

from .home import Home
from .writing import ARRIVES, PICTURE, refused, send, write

SNAPSHOTS = ".storage/wa_notify/snapshots"


@pytest.fixture
def picture(home: Home, tmp_path: Path) -> Path:
    """Return a picture that may be sent."""
    home.hass.config.allowlist_external_dirs = {str(tmp_path)}
    picture = tmp_path / "porch.jpg"
    picture.write_bytes(PICTURE)
    return picture


@pytest.fixture
def manual(picture: Path) -> Path:
    """Return a document that may be sent."""
    manual = picture.with_name("manual.pdf")
    manual.write_bytes(b"%PDF-1.7\n" + bytes(64))
    return manual


@pytest.fixture
def escape(picture: Path) -> Path:
    """Return a link in that folder which leads out of it."""
    escape = picture.with_name("escape.jpg")
    escape.symlink_to("/etc/hostname")
    return escape


def _file_of(home: Home) -> bytes:
    """Return the file that Ada was shown last."""
    return home.sandbox.media.find(home.ada.messages[-1].media_id).content


async def test_file_of_this_machine(home: Home, picture: Path) -> None:
    """A file of a folder that is allowed leaves as it is."""
    await write(home)
    await send(home, "send_message", message="Somebody is there", image=str(picture))
    assert home.ada.messages[-1].text == "[image]\nSomebody is there"
    assert _file_of(home) == PICTURE


async def test_document_has_its_name(home: Home, manual: Path) -> None:
    """A document keeps its name."""
    await write(home)
    await send(home, "send_message", document=str(manual))
    assert home.ada.messages[-1].text == "[manual.pdf]"


@pytest.mark.parametrize("name", ["porch.jpg", "/etc/hostname", "{}/missing.jpg"])
async def test_files_that_may_not_leave(home: Home, picture: Path, name: str) -> None:
    """A file has to be there, in a folder that is allowed, and named as a whole."""
    where = name.format(picture.parent)
    assert await refused(home, image=where) == "file_not_allowed"


async def test_link_out_of_the_folder(home: Home, escape: Path) -> None:
    """A link in the file system leads nowhere that is not allowed."""
    assert await refused(home, image=str(escape)) == "file_not_allowed"


async def test_two_files(home: Home, picture: Path) -> None:
    """A message carries one file."""
    key = await refused(home, image=str(picture), video="https://1.1.1.1/porch.mp4")
    assert key == "several_files"


async def test_files_of_an_alert(home: Home, picture: Path) -> None:
    """Files of an alert follow it, each as what it is."""
    attachments = [str(picture), "https://1.1.1.1/manual.pdf"]
    await home.act("raise_alert", {"title": "Leak", "attachments": attachments})
    await home.forward(ARRIVES)
    story = await home.entry.runtime_data.engine.desk.story(1)
    [alert] = story.alerts
    assert [(one.kind, one.filename) for one in alert.attachments] == [
        ("image", ""),
        ("document", "manual.pdf"),
    ]


# Cameras


class Camera:
    """What the camera integration gives."""

    content_type = "image/jpeg"
    content = PICTURE

    def __init__(self) -> None:
        """Initialize the camera."""
        self.asked: list[str] = []

    async def async_get_image(self, hass: object, entity_id: str) -> Camera:
        """Return what the camera sees."""
        self.asked.append(entity_id)
        return self


@pytest.fixture
def camera(home: Home) -> Generator[Camera]:
    """Return a camera integration; the real one needs libraries that are not here."""
    folder = home.hass.config.path(SNAPSHOTS)
    shutil.rmtree(folder, ignore_errors=True)
    seen = Camera()
    module = MockModule("camera")
    module.async_get_image = seen.async_get_image
    mock_integration(home.hass, module)
    home.hass.config.components.add("camera")
    home.hass.states.async_set("camera.porch", "idle")
    yield seen
    shutil.rmtree(folder, ignore_errors=True)


def _snapshots(home: Home) -> list[Path]:
    """Return the snapshots that are kept."""
    return list(Path(home.hass.config.path(SNAPSHOTS)).glob("*"))


async def test_camera(home: Home, camera: Camera) -> None:
    """What a camera sees leaves as a picture, which only Home Assistant may read."""
    await write(home)
    await send(home, "send_message", message="The porch", camera="camera.porch")
    assert home.ada.messages[-1].text == "[image]\nThe porch"
    assert _file_of(home) == PICTURE
    assert camera.asked == ["camera.porch"]
    [snapshot] = _snapshots(home)
    assert snapshot.suffix == ".jpg"
    assert snapshot.stat().st_mode & 0o777 == 0o600


async def test_camera_of_an_alert(home: Home, camera: Camera) -> None:
    """An alert may bring along what a camera sees."""
    await home.act("raise_alert", {"title": "Leak", "camera": "camera.porch"})
    story = await home.entry.runtime_data.engine.desk.story(1)
    [attachment] = story.alerts[0].attachments
    assert attachment.link.startswith("file://")


async def test_snapshots_are_forgotten(home: Home, camera: Camera) -> None:
    """Snapshots are deleted once nobody can wait for them any more."""
    await write(home)
    for _ in range(2):
        await send(home, "send_message", camera="camera.porch")
    old, new = _snapshots(home)
    before = (dt_util.utcnow() - timedelta(days=1, hours=1)).timestamp()
    os.utime(old, (before, before))
    now = dt_util.utcnow().timestamp()
    os.utime(new, (now, now))
    await home.forward(timedelta(days=1, seconds=1).total_seconds())
    assert _snapshots(home) == [new]


async def test_no_camera(home: Home, camera: Camera) -> None:
    """A camera has to be there."""
    assert await refused(home, camera="camera.attic") == "no_camera"


async def test_no_camera_at_all(home: Home) -> None:
    """Without the camera integration there is no camera."""
    home.hass.states.async_set("camera.porch", "idle")
    assert await refused(home, camera="camera.porch") == "no_camera"


async def test_recording(home: Home) -> None:
    """A recording goes by itself."""
    await write(home)
    await send(home, "send_message", audio="https://1.1.1.1/bell.ogg")
    assert home.ada.messages[-1].kind == "audio"
