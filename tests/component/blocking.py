"""Hear of calls that hold up the event loop, on behalf of the integration or the library."""

from collections.abc import Callable
import functools
import inspect
import os
from pathlib import Path
import sqlite3
import sys
import threading
from types import FrameType
from typing import Any, override

import pytest
import wa_notify

from homeassistant import block_async_io

ROOT = Path(__file__).parents[2]
OURS = (str(ROOT / "custom_components"), str(Path(wa_notify.__file__).parent))
# The platform's part is played in the same loop
NOT_OURS = str(Path(wa_notify.__file__).parent / "sandbox")
# What Python itself tells of, beside what Home Assistant looks for
EVENTS = (
    "open",
    "os.chmod",
    "os.listdir",
    "os.mkdir",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.scandir",
    "os.truncate",
    "os.utime",
    "shutil.",
    "socket.getaddrinfo",
    "socket.gethostby",
    "sqlite3.connect",
    "subprocess.Popen",
    "time.sleep",
)
# Python's own import system opens files (Home Assistant knows what it imports where), and so
# do those who show a source or measure which of its lines are run
ALLOWED_OPENERS = (
    "<frozen importlib",
    f"{os.sep}linecache.py",
    f"{os.sep}coverage{os.sep}",
)


class Watch:
    """What was called in the loop's thread that may make it wait."""

    def __init__(self) -> None:
        """Begin to watch the thread that this is called in."""
        self.found: list[str] = []
        self._loop_thread = threading.get_ident()

    def hear(self, what: str, frame: FrameType | None) -> None:
        """Note a call, if it was made in the loop and for us."""
        if threading.get_ident() != self._loop_thread:
            return
        if place := _place_of_ours(frame):
            self.found.append(f"{what} at {place}")


@functools.cache
def _plain(name: str) -> str:
    """Return the name of a file without detours; pytest finds ours by one."""
    return os.path.normpath(name)


def _place_of_ours(frame: FrameType | None) -> str | None:
    """Return the innermost line of ours that led here."""
    while frame:
        name = _plain(frame.f_code.co_filename)
        if any(opener in name for opener in ALLOWED_OPENERS):
            return None
        if name.startswith(OURS):
            ours = not name.startswith(NOT_OURS)
            return f"{Path(name).relative_to(ROOT)}:{frame.f_lineno}" if ours else None
        frame = frame.f_back
    return None


# Python cannot be told to forget a hook, so there is one for all tests
_WATCHES: list[Watch] = []


def _audit(event: str, args: tuple[Any, ...]) -> None:
    """Pass on what Python tells."""
    if _WATCHES and event.startswith(EVENTS):
        for watch in _WATCHES:
            watch.hear(f"{event} {args[:1]}", inspect.currentframe())


@functools.cache
def _listen() -> None:
    """Begin to listen to Python, once."""
    sys.addaudithook(_audit)


def watch_loop(monkeypatch: pytest.MonkeyPatch) -> Watch:
    """Watch this thread until the end of the test."""
    watch = Watch()
    for call in block_async_io._BLOCKING_CALLS:  # noqa: SLF001
        monkeypatch.setattr(call.object, call.function, _heard(watch, call))
    monkeypatch.setattr(sqlite3, "connect", _connecting(watch))
    _listen()
    monkeypatch.setattr(sys.modules[__name__], "_WATCHES", [watch])
    return watch


def _heard(watch: Watch, call: block_async_io.BlockingCall) -> Callable[..., Any]:
    """Return the call, with an ear on it; what Home Assistant allows is not heard."""

    @functools.wraps(call.original_func)
    def heard(*args: Any, **kwargs: Any) -> Any:
        """Tell, and do it."""
        mapped = {"args": args, "kwargs": kwargs}
        if not (call.check_allowed and call.check_allowed(mapped)):
            watch.hear(f"{call.function} {args[:1]}", inspect.currentframe())
        return call.original_func(*args, **kwargs)

    return heard


def _connecting(watch: Watch) -> Callable[..., sqlite3.Connection]:
    """Return what opens databases, with an ear on each of their uses."""

    class Overheard(sqlite3.Connection):
        """A database whose every use is told."""

        @override
        def __getattribute__(self, name: str) -> Any:
            """Tell what is wanted of it."""
            watch.hear(f"sqlite3 {name}", inspect.currentframe())
            return super().__getattribute__(name)

    return functools.partial(sqlite3.connect, factory=Overheard)
