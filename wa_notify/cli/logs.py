"""What the service says while it works: plain lines, ``time level message``, and nothing that is private.

The service does not log tokens, numbers or texts. Should a library do so all the same, secrets of the
configuration and everything that looks like a phone number are blanked here, tracebacks included.
"""

import logging
import re
import sys
from collections.abc import Iterable

from wa_notify.core.recipient import masked

FORMAT = "%(asctime)s %(levelname)s %(message)s"
TIME = "%Y-%m-%dT%H:%M:%S%z"
BLANK = "•••"
NUMBER = re.compile(r"(?<![\w.:-])\+?\d{9,15}(?![\w:-])")
LOUD = (
    "alembic", "apprise", "apscheduler", "aiohttp", "asyncio", "httpcore", "httpx", "requests", "sqlalchemy",
    "urllib3", "uvicorn",
)  # fmt: skip


class DiscreetFormatter(logging.Formatter):
    """Formats as usual, then blanks what is private."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__(FORMAT, TIME)
        self._secrets = sorted((secret for secret in secrets if secret), key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        """The line, or lines when there is a traceback."""
        line = super().format(record)
        for secret in self._secrets:
            line = line.replace(secret, BLANK)
        return NUMBER.sub(lambda number: masked(number[0]), line)


def set_up(secrets: Iterable[str] = (), *, level: int = logging.INFO) -> None:
    """Log to stderr from now on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(DiscreetFormatter(secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in LOUD:
        logging.getLogger(name).setLevel(logging.WARNING)
