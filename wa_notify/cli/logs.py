"""What the service says while it works: plain lines, or one JSON object a line; nothing that is private.

Plain: ``time level message``. JSON: ``at`` (UTC), ``level``, ``event`` (see `wa_notify.core.logged`, stable),
``message``, the fields of the event, and ``error`` with the traceback where there is one.

The service does not log tokens, numbers or texts. Should a library do so all the same, secrets of the
configuration and everything that looks like a phone number are blanked here: in messages, fields, tracebacks,
warnings of Python, and in what is said of a crash.

It is the standard library alone: python-json-logger would write the object, which is three lines here, and
know nothing of what has to be blanked before.
"""

import json
import logging
import os
import re
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from wa_notify.cli.problem import Problem
from wa_notify.core.logged import FIXED, Logged
from wa_notify.core.recipient import masked

if TYPE_CHECKING:
    from wa_notify.config.log import LogSettings

_LOGGER = logging.getLogger(__name__)

VARIABLE = "WA_NOTIFY_LOG"
HUMAN, JSON = "human", "json"
FORMAT = "%(asctime)s %(levelname)s %(message)s"
TIME = "%Y-%m-%dT%H:%M:%S%z"
BLANK = "•••"
NUMBER = re.compile(
    r"\+\d(?:[ ().\u00a0-]{0,2}\d){7,14}(?!\d)"  # with its plus, however it is set apart
    r"|(?<![\w.-])\d{9,15}(?![\w-])"
)
WAMID = re.compile(r"wamid\.[\w+/=-]+")  # the number of the person is in it, in base64
BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")  # what would begin a line, or move a cursor
LOUD = (
    "alembic", "apprise", "apscheduler", "aiohttp", "asyncio", "httpcore", "httpx", "requests", "sqlalchemy",
    "urllib3", "uvicorn",
)  # fmt: skip


class Discretion:
    """Blanks what is private in a text."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        written = sorted({way for one in secrets if one for way in _ways(one)}, key=len, reverse=True)
        self._secret = re.compile("|".join(map(re.escape, written))) if written else None

    def __call__(self, text: str) -> str:
        """The text without secrets and numbers."""
        if self._secret:
            text = self._secret.sub(BLANK, text)
        text = WAMID.sub(f"wamid.{BLANK}", text)
        return NUMBER.sub(lambda found: masked(re.sub(r"[^\d+]", "", found[0])), text)

    def value(self, value: object) -> object:
        """A field: what JSON has stays what it is, anything else becomes text."""
        if value is None or isinstance(value, bool | float):
            return value
        told = self(str(value))
        return value if isinstance(value, int) and told == str(value) else told


def _ways(secret: str) -> Iterator[str]:
    """How a secret may stand in a text: as it is, in an address, in JSON or quoted by Python."""
    yield from (secret, quote(secret), quote(secret, safe=""), json.dumps(secret)[1:-1], repr(secret)[1:-1])


class DiscreetFormatter(logging.Formatter):
    """Plain lines: formats as usual, then blanks what is private."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__(FORMAT, TIME)
        self._discreet = Discretion(secrets)

    def format(self, record: logging.LogRecord) -> str:
        """The line, or lines when there is a traceback."""
        plain = logging.makeLogRecord(
            {**record.__dict__, "msg": BREAKS.sub(" ", _said(record)), "args": None}
        )
        return self._discreet(super().format(plain))


class JsonFormatter(logging.Formatter):
    """One JSON object a line, in ASCII, so that nothing in it can end the line."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        self._discreet = Discretion(secrets)

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        event, fields = getattr(record, "event", None), getattr(record, "fields", None)
        if not isinstance(event, Logged):
            event, fields = Logged.LIBRARY, {"logger": record.name}
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": event.value,
            "message": self._discreet(_said(record)),
        }
        for name, value in fields.items() if isinstance(fields, Mapping) else ():
            line[f"{name}_" if name in FIXED else name] = self._discreet.value(value)
        if error := self._error(record):
            line["error"] = self._discreet(error)
        return json.dumps(line)

    def _error(self, record: logging.LogRecord) -> str:
        trace = self.formatException(record.exc_info) if record.exc_info else record.exc_text or ""
        return "\n".join(filter(None, (trace, record.stack_info)))


def _said(record: logging.LogRecord) -> str:
    """The message. If its arguments do not fit, Python would tell that itself, with nothing blanked."""
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):
        return f"{record.msg} {record.args!r}"


def set_up(secrets: Iterable[str] = (), log: "LogSettings | None" = None) -> None:
    """Log to stderr from now on, as the configuration says unless the environment says otherwise.

    Raises `Problem` for an environment variable that says neither.
    """
    level = (log.level if log else "info").upper()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter((JsonFormatter if _format(log) == JSON else DiscreetFormatter)(secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in LOUD:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
    sys.excepthook = _crashed
    threading.excepthook = _thread_crashed


def _format(log: "LogSettings | None") -> str:
    chosen = os.environ.get(VARIABLE, "").strip()
    if chosen and chosen not in (HUMAN, JSON):
        fix = f"Set it to {HUMAN} or {JSON}, or leave it out."
        raise Problem(f"{chosen!r} is no format of a log.", where=f"environment variable {VARIABLE}", fix=fix)
    return chosen or (log.format if log else HUMAN)


def _crashed(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """What nobody expected is told like everything else."""
    if issubclass(kind, KeyboardInterrupt):
        return
    event = Logged.SERVICE_CRASHED.of(kind=kind.__name__)
    _LOGGER.critical("wa_notify itself failed and ends", exc_info=(kind, error, trace), extra=event)


def _thread_crashed(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is None:
        return
    event = Logged.THREAD_CRASHED.of(kind=args.exc_type.__name__)
    trace = (args.exc_type, args.exc_value, args.exc_traceback)
    _LOGGER.error("A thread of wa_notify failed", exc_info=trace, extra=event)
