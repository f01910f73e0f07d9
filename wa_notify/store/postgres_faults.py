"""What a fault of PostgreSQL means, in a sentence that says what to do and shows no password."""

from collections.abc import Iterator

import psycopg

from wa_notify.core.errors import StoreError
from wa_notify.store.address import HOW, PostgresAddress

NOTHING = "Nothing of this was stored."
FAULTS = {  # by the first signs of the code (SQLSTATE)
    "08": f"was lost while it was used. {NOTHING} See that the server is up and can be reached.",
    "22": f"cannot hold what was to be stored. {NOTHING}",
    "23": f"contradicts what was to be stored. {NOTHING}",
    "25P03": f"let go of a transaction in which nothing happened for too long. {NOTHING} "
    "This process was paused, or its machine is very busy.",
    "25006": f"may only be read: the server is a standby. {NOTHING} Name the primary server in `store`.",
    "28": "refuses this role or its password. Check both in the address.",
    "3D": "does not exist. Create it with `createdb --encoding=UTF8 NAME`, or name another.",
    "42501": "does not let this role do what is needed. Make the role its owner: "
    "`ALTER DATABASE name OWNER TO role`.",
    "53100": f"could not be written: the server's disk is full. {NOTHING} Make room.",
    "53300": f"has no connection left. {NOTHING} Raise `max_connections` of the server; "
    "each process of wa_notify needs two.",
    "55P03": f"was held by another process for too long. {NOTHING} Find out who else writes to it.",
    "57014": f"took too long over one statement. {NOTHING} See what the server is busy with.",
    "57P": f"is being stopped or started. {NOTHING} It is used again as soon as it is up.",
    "58": f"could not be read or written. {NOTHING} Check the server's disk.",
    "XX": f"is damaged or has met a fault of its own. {NOTHING} Look into the server's log.",
}
GREETINGS = {  # what libpq says when there is no connection yet, which has no code
    "password authentication failed": "28",
    "no password supplied": "28",
    "no pg_hba.conf entry": "28",
    'role "': "28",
    "does not exist": "3D",
    "too many clients": "53300",
    "remaining connection slots": "53300",
    "starting up": "57P",
    "shutting down": "57P",
}
UNREACHABLE = "cannot be reached. See that the server is up, and that host and port in `store` are right."


def explained(error: BaseException, address: PostgresAddress) -> BaseException:
    """A fault of the database as a `StoreError` that says what to do; anything else as it is."""
    if isinstance(error, StoreError) and isinstance(error.__cause__, psycopg.Error):
        error = error.__cause__
    if not isinstance(error, psycopg.Error):
        return error
    if (
        isinstance(error, psycopg.ProgrammingError) and error.sqlstate is None
    ):  # libpq quotes the odd word only
        return StoreError(f"The address of {address} cannot be read: {error}. {HOW}.")
    said = " ".join(str(error).split())
    code = error.sqlstate or next(_greeted(said), "")
    known = (sentence for prefix, sentence in FAULTS.items() if code.startswith(prefix))
    sentence = next(known, f"refused what was asked of it. {NOTHING}") if code else UNREACHABLE
    fault = StoreError(f"The database {address} {sentence} (PostgreSQL: {said}{f', {code}' if code else ''})")
    fault.__cause__ = error
    return fault


def _greeted(said: str) -> Iterator[str]:
    return (code for words, code in GREETINGS.items() if words in said)
