"""Files are brought to WhatsApp before the message that shows them, once for however many messages."""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Protocol, TypeVar
from urllib.parse import unquote, urlsplit

from wa_notify.core.enclosed import MediaKind, MediaLink
from wa_notify.core.errors import MediaRefused
from wa_notify.core.logged import Logged
from wa_notify.core.media import (
    LARGEST,
    File,
    Upload,
    Uploaded,
    accepted,
    spoken_size,
)
from wa_notify.core.message import Outgoing
from wa_notify.core.stand_in import STAND_IN, drawn
from wa_notify.core.within import file_of, with_file
from wa_notify.ports import Clock, Fetcher, MediaHost, Transaction

T = TypeVar("T")
_LOGGER = logging.getLogger(__name__)

PATIENCE = 50.0  # seconds for having and bringing a file; see `wa_notify.core.outbox.FILE_TAKES`
FILE_SCHEME = "file://"


class Transact(Protocol):
    """One hop to the store's thread and one transaction. Raises `StoreError`."""

    def __call__(self, work: Callable[[Transaction], T]) -> Awaitable[T]:
        """What the work answers, once it is durable."""


class Files:
    """Knows where files come from and which of them WhatsApp has already."""

    def __init__(
        self,
        *,
        host: MediaHost,
        fetcher: Fetcher,
        clock: Clock,
        upload: Upload = Upload.NEEDED,
        largest: int = max(LARGEST.values()),
    ) -> None:
        """``largest`` is how many bytes of a file we are ready to fetch, whatever WhatsApp would take."""
        self._host = host
        self._fetcher = fetcher
        self._clock = clock
        self._upload = upload
        self._largest = largest
        self._on_the_way: dict[tuple[MediaKind, str], asyncio.Task[str]] = {}

    async def with_its_file(self, outgoing: Outgoing, transact: Transact) -> Outgoing:
        """The message with its file where WhatsApp finds it; one without a file stays as it is.

        Raises `MediaRefused` when the file cannot be had, `PlatformUnreachable` when it cannot be brought.
        """
        file = file_of(outgoing.message)
        if file is None or file.media_id:
            return outgoing
        try:
            async with asyncio.timeout(PATIENCE):
                if await self._goes_by_its_link(file):
                    return outgoing
                media_id = await self._brought(file, transact)
        except TimeoutError:
            raise MediaRefused(f"It could not be had and brought within {PATIENCE:g} seconds.") from None
        there = MediaLink(kind=file.kind, media_id=media_id, filename=file.filename, voice=file.voice)
        return replace(outgoing, message=with_file(outgoing.message, there))

    async def _goes_by_its_link(self, file: MediaLink) -> bool:
        """Whether WhatsApp is to fetch it by itself."""
        if file.link.startswith((FILE_SCHEME, STAND_IN)) or self._upload is Upload.ALWAYS:
            return False
        return self._upload is Upload.NEVER or await self._fetcher.is_public(file.link)

    async def _brought(self, file: MediaLink, transact: Transact) -> str:
        """Its id at WhatsApp. Whoever wants the same file at the same time waits for the one upload."""
        key = (file.kind, file.link)
        task = self._on_the_way.get(key)
        if task is None:
            task = asyncio.create_task(self._bring(file, transact), name="bring a file")
            self._on_the_way[key] = task
            task.add_done_callback(lambda _: self._on_the_way.pop(key, None))
        return await asyncio.shield(task)

    async def _bring(self, file: MediaLink, transact: Transact) -> str:
        found = await self._had(file)
        sha256 = hashlib.sha256(found.content).hexdigest()
        number_id, now = self._host.number_id, self._clock()

        def known(tx: Transaction) -> str:
            earlier = tx.uploaded(number_id, sha256, file.kind)
            if earlier is None or not earlier.lasts(now):
                return ""
            if earlier.link != file.link:  # by which it is found should WhatsApp refuse it
                tx.save_uploaded(replace(earlier, link=file.link))
            return earlier.media_id

        if media_id := await transact(known):
            return media_id
        media_id = await self._host.upload(found)
        uploaded = Uploaded(
            number_id=number_id,
            sha256=sha256,
            kind=file.kind,
            mime_type=found.mime_type,
            size=len(found.content),
            filename=found.filename,
            media_id=media_id,
            link=file.link,
            uploaded_at=self._clock(),
        )

        def remember(tx: Transaction) -> str:
            tx.save_uploaded(uploaded)
            return media_id

        size = len(found.content)
        event = Logged.FILE_UPLOADED.of(mime_type=found.mime_type, bytes=size)
        _LOGGER.info("A file was uploaded: %s, %s", found.mime_type, spoken_size(size), extra=event)
        return await transact(remember)

    async def _had(self, file: MediaLink) -> File:
        """Its bytes, judged. Raises `MediaRefused`."""
        most = min(LARGEST[file.kind], self._largest)
        if file.link.startswith(STAND_IN):
            instead = drawn(file.link)
            if instead is None:
                raise MediaRefused("There is nothing that could stand in for it.")
            return instead
        if file.link.startswith(FILE_SCHEME):
            content = await asyncio.to_thread(_read, path_of(file.link), most)
            return accepted(file.kind, content, filename=file.filename or path_of(file.link).name)
        fetched = await self._fetcher.fetch(file.link, most)
        return accepted(file.kind, fetched.content, fetched.declared, file.filename)


def path_of(link: str) -> Path:
    """The path in a ``file://`` link."""
    return Path(unquote(urlsplit(link).path))


def _read(path: Path, most: int) -> bytes:
    """A file of this machine that somebody named on the command line."""
    try:
        if not path.is_file():
            raise MediaRefused(f"There is no file {path.name} any more.")
        with path.open("rb") as file:
            content = file.read(most + 1)
    except OSError as error:
        raise MediaRefused(f"The file {path.name} cannot be read: {error.strerror}.") from None
    if len(content) > most:
        raise MediaRefused(f"The file {path.name} is larger than {spoken_size(most)}.")
    return content
