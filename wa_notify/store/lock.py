"""Only one service may work on a database: two of them would both send what is due.

The lock is the kernel's (flock on ``<database>.lock``), so it ends with the process however that ends; the
number in the file only tells people who holds it.
"""

import fcntl
import os
from pathlib import Path

from wa_notify.core.errors import StoreError


class ServiceLock:
    """The right to serve a database, held until `release`."""

    def __init__(self, database: Path) -> None:
        path = database.with_name(f"{database.name}.lock")
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreError(
                f"The lock {path} cannot be made: {error.strerror}. "
                "Give this process write access to its folder."
            ) from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.read(self._file, 20).decode(errors="replace").strip()
            os.close(self._file)
            who = f"process {holder}" if holder else "a process"
            raise StoreError(
                f"Another service works on {database} already: {who} holds {path}. "
                "Stop it first, or give this one a database of its own."
            ) from error
        os.ftruncate(self._file, 0)
        os.write(self._file, f"{os.getpid()}\n".encode())

    def release(self) -> None:
        """Let another service in."""
        os.close(self._file)
