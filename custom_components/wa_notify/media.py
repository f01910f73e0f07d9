"""Files that go along: of this machine, behind a link, or what a camera sees now."""

from contextlib import suppress
from datetime import timedelta
import mimetypes
from pathlib import Path
import secrets
from typing import Any, Final

from wa_notify.core.enclosed import MediaKind, MediaLink

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.storage import STORAGE_DIR
from homeassistant.loader import async_get_loaded_integration
from homeassistant.util import dt as dt_util

from .const import DOMAIN

CAMERA: Final = "camera"
SNAPSHOTS: Final = "snapshots"
SNAPSHOT_KEPT: Final = timedelta(days=2)
LINKS: Final = ("http://", "https://")
_KINDS: Final = {
    "image": MediaKind.IMAGE,
    "video": MediaKind.VIDEO,
    "audio": MediaKind.AUDIO,
}


async def async_media(
    hass: HomeAssistant, where: str, kind: MediaKind | None = None
) -> MediaLink:
    """Return a file by its path or link.

    Raises ServiceValidationError for a path that is not allowed or not there.
    """
    kind = kind or kind_of(where)
    if where.lower().startswith(LINKS):
        name = Path(where.partition("?")[0]).name
        return MediaLink(
            kind=kind, link=where, filename=name if kind is MediaKind.DOCUMENT else ""
        )
    path = Path(where)
    if not await hass.async_add_executor_job(_is_usable, hass, path):
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="file_not_allowed",
            translation_placeholders={"path": where},
        )
    return MediaLink(
        kind=kind,
        link=path.as_uri(),
        filename=path.name if kind is MediaKind.DOCUMENT else "",
    )


async def async_snapshot(hass: HomeAssistant, entity_id: str) -> MediaLink:
    """Return what a camera sees now.

    Raises ServiceValidationError without a camera, HomeAssistantError if it gives
    no picture.
    """
    if CAMERA not in hass.config.components or hass.states.get(entity_id) is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="no_camera",
            translation_placeholders={"entity": entity_id},
        )
    # Importing it would need its libraries, where no camera was ever set up
    camera: Any = async_get_loaded_integration(hass, CAMERA).get_component()
    image = await camera.async_get_image(hass, entity_id)
    suffix = mimetypes.guess_extension(image.content_type) or ".jpg"
    path = snapshots_of(hass) / f"{secrets.token_hex(16)}{suffix}"
    await hass.async_add_executor_job(_keep, path, image.content)
    return MediaLink(kind=MediaKind.IMAGE, link=path.as_uri())


def snapshots_of(hass: HomeAssistant) -> Path:
    """Return the folder of snapshots that are on their way."""
    return Path(hass.config.path(STORAGE_DIR, DOMAIN, SNAPSHOTS))


def forget_snapshots(folder: Path) -> None:
    """Delete what nobody waits for any more."""
    before = (dt_util.utcnow() - SNAPSHOT_KEPT).timestamp()
    for path in folder.glob("*"):
        with suppress(FileNotFoundError):  # another entry tidies as well
            if path.stat().st_mtime < before:
                path.unlink()


def kind_of(where: str) -> MediaKind:
    """Return what kind of file a name or link stands for."""
    mime_type, _ = mimetypes.guess_type(where.partition("?")[0])
    return _KINDS.get((mime_type or "").partition("/")[0], MediaKind.DOCUMENT)


def _is_usable(hass: HomeAssistant, path: Path) -> bool:
    """Return whether this is a file that may leave."""
    return (
        path.is_absolute() and hass.config.is_allowed_path(str(path)) and path.is_file()
    )


def _keep(path: Path, content: bytes) -> None:
    """Write a snapshot, which only Home Assistant may read."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(content)
