"""Passwords: argon2id with the parameters that argon2-cffi recommends (RFC 9106, low memory)."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from wa_notify.web.refusals import Unfitting

SHORTEST, LONGEST = 12, 256  # characters
AT_ONCE = 2  # each takes 64 MB for a while
_HASHER = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
_THREADS = ThreadPoolExecutor(AT_ONCE, "passwords")
T = TypeVar("T")


async def beside(work: Callable[..., T], *given: str) -> T:
    """Do this beside the event loop, in threads of its own: whoever floods the log-in holds up no alert."""
    return await asyncio.get_running_loop().run_in_executor(_THREADS, work, *given)


def fit(password: str, name: str) -> str:
    """The password, if it is worth something. Raises `Unfitting`.

    Length is what counts (NIST SP 800-63B): no rules about signs, which make people write passwords down.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        what = f"A password has {SHORTEST} to {LONGEST} characters; this has {len(password)}."
        raise Unfitting(what, where="password", fix="Four words in a row are easy to remember.")
    if len(set(password)) < 5 or name.casefold() in password.casefold():
        what = "This password is easy to guess."
        raise Unfitting(what, where="password", fix="Leave the name out, and do not repeat a sign.")
    return password


def hashed(password: str) -> str:
    """What is kept of a password. It takes tens of milliseconds, so call it by `beside`."""
    return _HASHER.hash(password)


def matches(kept: str, password: str) -> bool:
    """Whether it is the password. It takes as long for an account that does not exist (``kept`` is empty)."""
    try:
        _HASHER.verify(kept or _nobodys(), password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return bool(kept)


def is_outdated(kept: str) -> bool:
    """Whether it should be hashed anew, because the recommended parameters have changed."""
    return _HASHER.check_needs_rehash(kept)


@cache
def _nobodys() -> str:
    return _HASHER.hash("nobody has this password")
