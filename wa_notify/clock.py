"""The one place where the machine is asked for the time and for chance; elsewhere both are arguments."""

import random
import secrets
from datetime import UTC, datetime


def system_clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


def system_chance() -> float:
    """A number from 0 to 1. It spreads waits; nothing secret hangs on it."""
    return random.random()


def system_token() -> str:
    """128 bits in hex that nobody can guess: pseudonyms, salts, codes."""
    return secrets.token_hex(16)
