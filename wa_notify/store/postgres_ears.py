"""What a service hears of the others at its database, in a thread and a session of their own.

The session also holds what makes the service one of them (see `postgres_locks`). It says something every few
seconds, and the server ends it when it does not: so a process that was paused, or whose machine is gone, is
not waited for by those who could do its work.
"""

import logging
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from time import monotonic

import psycopg

from wa_notify.core.errors import StoreError
from wa_notify.core.logged import Logged
from wa_notify.store.address import PostgresAddress
from wa_notify.store.postgres_locks import join, keep_house, leave, serve
from wa_notify.store.postgres_schema import check_schema
from wa_notify.store.postgres_session import PostgresSession

_LOGGER = logging.getLogger(__name__)

# Whoever changed something says so with the commit.
NEWS = "wa_notify"
BEAT = 5.0  # seconds between two words to the server
SILENCE = 30  # seconds after which it takes us for gone
AGAIN = 1.0  # seconds until it is tried again when it cannot be reached
GATHER = 0.02  # seconds in which what others write is told together


class Ears:
    """Hears when another service wrote; ``is_ours`` knows our own sessions by their number."""

    def __init__(self, address: PostgresAddress, *, shared: bool, is_ours: Callable[[int], bool]) -> None:
        self.alone = True
        self.keeps_house = False
        self._address = address
        self._shared = shared
        self._is_ours = is_ours
        self._listeners: list[Callable[[], None]] = []
        self._heard = threading.Event()
        self._closed = threading.Event()
        self._bell, self._button = os.pipe()
        try:
            self._session = PostgresSession(address, "service", self._greet)
        except BaseException:
            self._take_down_bell()
            raise
        self._thread = threading.Thread(target=self._listen, name="store-ears", daemon=True)
        self._thread.start()

    def hear(self, listener: Callable[[], None]) -> None:
        """Call it, in the thread of the ears, soon after another service wrote."""
        self._listeners.append(listener)

    def take_heard(self) -> bool:
        """Whether another service wrote since this was last asked."""
        heard = self._heard.is_set()
        self._heard.clear()
        return heard

    def close(self) -> None:
        """Leave, so that others need not wait to find out."""
        if self._closed.is_set():
            return
        self._closed.set()
        os.write(self._button, b".")
        self._thread.join()
        with suppress(psycopg.Error):
            leave(self._session)
        self._session.close()
        self._take_down_bell()

    def _take_down_bell(self) -> None:
        os.close(self._bell)
        os.close(self._button)

    def _greet(self, session: PostgresSession) -> None:
        """Begin a new session: nothing is taken for granted about the database behind it."""
        check_schema(session, self._address)
        session.execute(f"SET idle_session_timeout = '{SILENCE}s'")
        session.execute(f"LISTEN {NEWS}")
        if self._shared:
            self.alone = join(session, self._address)
        else:
            serve(session, self._address)
        self.keeps_house = keep_house(session)
        self._beats_at = monotonic() + BEAT

    def _listen(self) -> None:
        while not self._closed.is_set():
            try:
                if self._session.renew():
                    self._tell()  # what was said in between was not heard
                told = self._session.wait_for_news(max(self._beats_at - monotonic(), 0.0), self._bell)
                if not all(map(self._is_ours, told)):
                    self._tell()
                if monotonic() >= self._beats_at:
                    self._beat()
            except (psycopg.Error, StoreError):  # until it is back, whoever kept the house speaks for all
                self._closed.wait(AGAIN)

    def _beat(self) -> None:
        """Say that we are here, and look whether somebody is needed for the house."""
        if self.keeps_house:
            self._session.execute("SELECT 1")
        else:
            self.keeps_house = keep_house(self._session)
        self._beats_at = monotonic() + BEAT

    def _tell(self) -> None:
        self._heard.set()
        for listener in self._listeners:
            try:
                listener()
            except Exception:
                event = Logged.LISTENER_FAILED.of()
                _LOGGER.exception("A listener could not hear that another service wrote.", extra=event)
        self._closed.wait(GATHER)
