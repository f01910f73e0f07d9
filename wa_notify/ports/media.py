"""Files: what the engine needs of the store to remember them, and of the world to have them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from wa_notify.core.enclosed import MediaKind
from wa_notify.core.media import File, Uploaded
from wa_notify.core.received import Received


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What a server gave, and what it says that it is."""

    content: bytes
    declared: str = ""


class Fetcher(Protocol):
    """Files by links that somebody else chose."""

    async def is_public(self, link: str) -> bool:
        """Whether WhatsApp could fetch it by itself, as far as its name and addresses tell."""

    async def fetch(self, link: str, most: int) -> Fetched:
        """The file behind a link, of at most so many bytes. Raises `MediaRefused` with the reason."""


class MediaHost(Protocol):
    """WhatsApp's own place for files, behind one of our business numbers."""

    @property
    def number_id(self) -> str:
        """The id of the number to which the files belong."""

    async def upload(self, file: File) -> str:
        """Bring a file there; its id. Raises `MediaRefused` or `PlatformUnreachable`."""

    async def receive(self, media_id: str, most: int) -> Fetched:
        """A file that somebody sent to us. Raises `MediaRefused` or `PlatformUnreachable`."""


class MediaKeeping(Protocol):
    """A part of `wa_notify.ports.transaction`: files that we uploaded, and files that people sent."""

    # files that we uploaded
    def uploaded(self, number_id: str, sha256: str, kind: MediaKind) -> Uploaded | None:
        """This very file, if WhatsApp had it from us."""

    def uploads_from(self, number_id: str, link: str) -> Sequence[Uploaded]:
        """What was uploaded from this link."""

    def save_uploaded(self, uploaded: Uploaded) -> None:
        """Keep it; a number has a file once."""

    def forget_uploaded(self, number_id: str, media_id: str) -> None:
        """WhatsApp does not know that id any more."""

    def forget_uploads(self, before: datetime, limit: int) -> int:
        """What was uploaded before then and is gone there; how many."""

    # files that people sent
    def received(self, wamid: str) -> Received | None:
        """The file of that message."""

    def save_received(self, received: Received) -> None:
        """Keep what is known of it, for the first time or anew."""

    def received_since(self, recipient_id: str, since: datetime) -> int:
        """How many files of this person were asked for since then."""

    def files_wanted(self, now: datetime, limit: int) -> Sequence[Received]:
        """Files to be fetched now, the longest due first."""

    def files_unwanted(self, kept_before: datetime | None, limit: int) -> Sequence[Received]:
        """Files to be deleted: taken back, of somebody erased, or received before then."""

    def forget_received(self, wamid: str) -> None:
        """The file of that message is gone."""

    def is_kept(self, sha256: str) -> bool:
        """Whether some message still wants these bytes to be kept."""

    def tell_received(self, wamid: str, before: str, after: str) -> None:
        """Where the timeline tells of the file in these words, it uses others now."""
