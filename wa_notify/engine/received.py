"""Files that people send are fetched and kept, and deleted when their time is over or they are taken back.

A kept file is named by the fingerprint of its bytes, in a folder that only we can read and nothing serves.
It is never opened, shown or run here. Its name is durable before its bytes are, so that whatever a crash
leaves in the folder is known to some row, and goes with it.
"""

import asyncio
import hashlib
import logging
import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from wa_notify.core.errors import MediaRefused, PlatformUnreachable
from wa_notify.core.logged import Logged
from wa_notify.core.received import FileState, KeepFiles, Received, next_look
from wa_notify.ports import Clock, MediaHost, Store, Transaction

T = TypeVar("T")
_LOGGER = logging.getLogger(__name__)

AT_ONCE = 20
PRIVATE, PRIVATE_FOLDER = 0o600, 0o700


class ReceivedFiles:
    """Looks after the files of people; one of it works on a folder."""

    def __init__(
        self,
        *,
        host: MediaHost,
        folder: Path,
        keep: KeepFiles,
        clock: Clock,
        store: Store,
        fetching: bool = True,
    ) -> None:
        """Without ``fetching`` nothing more is kept; what was kept before is deleted like ever."""
        self.folder = folder
        self._fetching = fetching
        self._host = host
        self._keep = keep
        self._clock = clock
        self._store = store

    async def work(self) -> None:
        """Delete what is to go, then fetch what is wanted. Raises `StoreError`.

        What cannot be deleted or fetched is tried again, and stands in no other's way. One of several
        services does it.
        """
        if not self._store.keeps_house:
            return
        now = self._clock()
        going, gone = await self._transact(lambda tx: self._to_delete(tx, now)), []
        for one, alone in going:
            if not alone or await asyncio.to_thread(self._deleted, one):
                gone.append(one)
        await self._transact(lambda tx: _forget(tx, gone))
        for wanted in await self._transact(lambda tx: tx.files_wanted(now, AT_ONCE)):
            await self._fetch(wanted)

    async def _transact(self, work: Callable[[Transaction], T]) -> T:
        return await asyncio.wrap_future(self._store.transact(work))

    def path_of(self, file: Received) -> Path:
        """Where a kept file lies."""
        return self.folder / file.sha256[:2] / file.sha256

    def _to_delete(self, tx: Transaction, now: datetime) -> list[tuple[Received, bool]]:
        """Those to go, marked so, and whether there is a file that no other message has."""
        kept_before = None if self._keep.keep is None else now - self._keep.keep
        unwanted = tx.files_unwanted(kept_before, AT_ONCE)
        for one in unwanted:
            tx.save_received(replace(one, state=FileState.UNWANTED))
        return [(one, bool(one.sha256) and not tx.is_kept(one.sha256)) for one in unwanted]

    def _deleted(self, file: Received) -> bool:
        """Whether nothing of its bytes is left."""
        path = self.path_of(file)
        try:
            path.unlink(missing_ok=True)
            _part_of(path).unlink(missing_ok=True)
        except OSError as error:
            _LOGGER.warning(
                "A file of a person cannot be deleted yet: %s. Look at %s",
                error.strerror,
                path,
                extra=Logged.FILE_NOT_DELETED.of(path=path),
            )
            return False
        return True

    async def _fetch(self, wanted: Received) -> None:
        if not self._fetching:
            await self._transact(lambda tx: _settle(tx, wanted, replace(wanted, state=FileState.REFUSED)))
            return
        named = wanted
        try:
            fetched = await self._host.receive(wanted.media_id, self._keep.largest)
            sha256 = hashlib.sha256(fetched.content).hexdigest()
            named = replace(wanted, sha256=sha256, size=len(fetched.content))
            if not await self._transact(lambda tx: _still_wanted(tx, named)):
                return
            await asyncio.to_thread(self._write, self.path_of(named), fetched.content)
            kept = replace(named, state=FileState.KEPT)
        except MediaRefused as refused:
            _LOGGER.info("A file of a person is not kept. %s", refused, extra=Logged.FILE_REFUSED.of())
            kept = replace(named, state=FileState.REFUSED)
        except (PlatformUnreachable, OSError) as error:
            kept = self._later(named, error)
        await self._transact(lambda tx: _settle(tx, wanted, kept))

    def _later(self, wanted: Received, error: Exception) -> Received:
        """Asked for again, ever more slowly, and given up in the end."""
        attempts = wanted.attempts + 1
        due_at = next_look(attempts, self._clock())
        if due_at is None:
            _LOGGER.warning("A file of a person was given up. %s", error, extra=Logged.FILE_GIVEN_UP.of())
            return replace(wanted, attempts=attempts, state=FileState.REFUSED)
        return replace(wanted, attempts=attempts, due_at=due_at)

    def _write(self, path: Path, content: bytes) -> None:
        """The bytes in their place, complete or not at all. Raises `OSError`."""
        self.folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        path.parent.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        part = _part_of(path)
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)


def _part_of(path: Path) -> Path:
    """Where a file lies until it is complete."""
    return path.with_suffix(".part")


def _still_wanted(tx: Transaction, named: Received) -> bool:
    """Whether nobody took it back meanwhile; then its name is kept before its bytes are."""
    now = tx.received(named.wamid)
    if now is None or now.state is not FileState.WANTED:
        return False
    tx.save_received(replace(now, sha256=named.sha256, size=named.size))
    return True


def _forget(tx: Transaction, deleted: Iterable[Received]) -> None:
    for one in deleted:
        tx.forget_received(one.wamid)


def _settle(tx: Transaction, wanted: Received, after: Received) -> None:
    """Keep what came of it, unless it was taken back meanwhile: then its bytes go too."""
    now = tx.received(wanted.wamid)
    if now is None or now.state is not FileState.WANTED:
        tx.save_received(replace(now or after, state=FileState.UNWANTED, sha256=after.sha256))
        return
    tx.save_received(after)
    tx.tell_received(wanted.wamid, wanted.told, after.told)
