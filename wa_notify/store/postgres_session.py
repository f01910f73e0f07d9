"""One session at a PostgreSQL server, made anew when it was lost. It belongs to one thread.

It speaks through psycopg's wrapper of libpq, and always in pipeline mode: a statement is prepared the first
time and sent with everything that was put off before it, so that a savepoint costs no round trip of its own.
Values go and come as text, which for numbers and words is as quick as any form.
"""

import os
import re
import socket
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from select import POLLIN, poll
from typing import Any, TypeAlias

import psycopg
from psycopg import pq
from psycopg.conninfo import conninfo_to_dict
from psycopg.errors import error_from_result

from wa_notify.core.errors import StoreError
from wa_notify.store.address import PostgresAddress

NEEDED, OLDEST = 140000, "PostgreSQL 14"  # which notices when nobody waits for its answer any more
PEN_IDLE = 10  # seconds after which a transaction in which nothing happens is ended, and others may write
LOCK_WAIT = 15  # seconds; longer than that, so that whoever waits for the pen of a paused process gets it
STATEMENT = 60  # seconds
PATIENCE = 90  # seconds; longer than the server gives any statement
SILENT = "the server does not answer"
SETTINGS = (
    f"SET idle_in_transaction_session_timeout = '{PEN_IDLE}s'",
    f"SET lock_timeout = '{LOCK_WAIT}s'",
    f"SET statement_timeout = '{STATEMENT}s'",
    "SET client_connection_check_interval = '2s'",
    "SET tcp_keepalives_idle = 10",
    "SET tcp_keepalives_interval = 5",
    "SET tcp_keepalives_count = 3",
    "SET tcp_user_timeout = 15000",
    "SET jit = off",  # for statements that take a second, and ours take none
    # A commit has reached the disk; whoever asked for more, such as a standby's disk, keeps that.
    "SELECT set_config(name, 'on', false) FROM pg_settings "  # noqa: ISC004  # one statement
    "WHERE name = 'synchronous_commit' AND setting = 'off'",
)
OURS: dict[str, Any] = {  # what libpq shall do, unless the address says otherwise
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15000,
    "client_encoding": "UTF8",
}
NAME = re.compile(r"%\((\w+)\)s|%%")  # a value, in the words of SQLAlchemy for psycopg
NUMBERS = frozenset({20, 21, 23, 1700})  # bigint, smallint, integer, and numeric: the sum of whole numbers
TRUTH = 16
PUT_OFF = ("BEGIN", "SAVEPOINT ", "RELEASE ", "NOTIFY ", "SELECT nextval", "SELECT pg_advisory_xact_lock")
FINE = (pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK)

Read: TypeAlias = Callable[[bytes], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """What came back."""

    cells: list[Sequence[Any]]

    def fetchall(self) -> list[Any]:
        """All rows."""
        return self.cells


NOTHING = Rows(cells=[])


class Learned:
    """A statement in the server's words. ``ready`` once the server has prepared it."""

    __slots__ = ("names", "reads", "ready", "text", "title")

    def __init__(self, text: str, number: int) -> None:
        self.names: list[str] = []
        self.text = NAME.sub(self._place, text).encode()
        self.title = b"s%d" % number
        self.ready = False
        self.reads: list[Read] = []

    def know(self, prepared: pq.abc.PGresult, described: pq.abc.PGresult) -> None:
        """The server has answered how it took the statement, and what comes back."""
        if prepared.status == described.status == pq.ExecStatus.COMMAND_OK:
            self.reads = [_reading(described.ftype(place)) for place in range(described.nfields)]
            self.ready = True

    def _place(self, found: re.Match[str]) -> str:
        name = found[1]
        if name is None:
            return "%"
        if name not in self.names:
            self.names.append(name)
        return f"${self.names.index(name) + 1}"


class PostgresSession:
    """A session and the statements it has learned. Raises `psycopg.Error` for every fault.

    ``greet`` is called with each new connection, before it is used.
    """

    def __init__(
        self,
        address: PostgresAddress,
        purpose: str,
        greet: Callable[["PostgresSession"], None] = lambda _: None,
    ) -> None:
        self._address = address
        self._greet = greet
        self._more = _lacking(address, purpose)
        self.number = 0  # the server's, of the session
        self._put_off: list[bytes] = []
        self._learned: dict[str, Learned] = {}
        self._connect()

    @property
    def lost(self) -> bool:
        """Whether there is no connection any more."""
        return bool(self._line.status != pq.ConnStatus.OK)

    def renew(self) -> bool:
        """Connect again if the connection was lost; whether it was."""
        if not self.lost:
            return False
        self.close()
        self._connect()
        return True

    def close(self) -> None:
        """Let go of the connection."""
        self._whole.close()

    def _connect(self) -> None:
        self._put_off.clear()
        self._learned.clear()
        self._whole = psycopg.connect(self._address.url, autocommit=True, **self._more)
        self._line = self._whole.pgconn
        self.number = self._line.backend_pid
        try:
            if self._line.server_version < NEEDED:
                raise StoreError(f"The server of {self._address} is older than {OLDEST}. Update it first.")  # noqa: TRY301
            for words in SETTINGS:
                self._whole.execute(words.encode())
            self._line.nonblocking = 0
            self._line.enter_pipeline_mode()
            self._news = poll()
            self._news.register(self._line.socket, POLLIN)
            self._greet(self)
        except BaseException:
            self.close()
            raise

    def execute(self, text: str, values: Mapping[str, Any] | None = None, /) -> Rows:
        """Run a statement. One without values that begins or ends something goes with the next."""
        if values is None:
            put_off = text.startswith(PUT_OFF)
            if put_off and self._line.transaction_status == pq.TransactionStatus.INERROR:
                raise psycopg.errors.InFailedSqlTransaction("a fault was passed over")  # not by the next one
            self._put_off.append(text.encode())
            if not put_off:
                self._send_put_off()
                self._answers(len(self._put_off))
            return NOTHING
        learned = self._statement(text)
        answer = self._run(learned, [values])
        reads = learned.reads
        if not reads:
            return NOTHING
        value = answer.get_value
        return Rows(
            cells=[
                [
                    None if (cell := value(row, place)) is None else read(cell)
                    for place, read in enumerate(reads)
                ]
                for row in range(answer.ntuples)
            ]
        )

    def executemany(self, text: str, each: Iterable[Mapping[str, Any]], /) -> None:
        """Run a statement for each of these, in one round trip; nothing comes back."""
        if values := list(each):
            self._run(self._statement(text), values)

    def wait_for_news(self, seconds: float, bell: int) -> set[int]:
        """Wait for a NOTIFY; the numbers of the sessions that said it. ``bell`` is a file that ends it."""
        waiting = poll()
        waiting.register(self._line.socket, POLLIN)
        waiting.register(bell, POLLIN)
        waiting.poll(seconds * 1000)
        self._line.consume_input()
        told = set()
        while notice := self._line.notifies():
            told.add(notice.be_pid)
        return told

    def _statement(self, text: str) -> Learned:
        learned = self._learned.get(text)
        if learned is None:
            learned = self._learned[text] = Learned(text, len(self._learned))
        return learned

    def _run(self, learned: Learned, each: Sequence[Mapping[str, Any]]) -> pq.abc.PGresult:
        """Run it for each of these; the last answer."""
        before = len(self._put_off)
        self._send_put_off()
        if not learned.ready:
            self._line.send_prepare(learned.title, learned.text)
            self._line.send_describe_prepared(learned.title)
        for values in each:
            self._line.send_query_prepared(learned.title, [_written(values[name]) for name in learned.names])
        if learned.ready:
            return self._answers(before + len(each))[-1]
        return self._answers(before + 2 + len(each), (learned, before))[-1]

    def _next(self) -> pq.abc.PGresult | None:
        """The next answer. Other threads run on meanwhile, which they would not while libpq itself waits."""
        while self._line.is_busy():
            if not self._news.poll(PATIENCE * 1000):
                return None
            with suppress(psycopg.OperationalError):  # what came before the end is still to be had
                self._line.consume_input()
                continue
            break
        return self._line.get_result()

    def _send_put_off(self) -> None:
        for words in self._put_off:
            self._line.send_query_params(words, None)

    def _answers(self, expected: int, learning: tuple[Learned, int] | None = None) -> list[pq.abc.PGresult]:
        """Wait for everything that was sent. Raises the first fault.

        ``learning`` is a statement that was sent to be prepared, and how many answers come before its own.
        """
        self._put_off.clear()
        self._line.pipeline_sync()
        answers: list[pq.abc.PGresult] = []
        nothing = 0  # between two answers there is one
        while nothing < 2 and not (answers and answers[-1].status == pq.ExecStatus.PIPELINE_SYNC):
            answer = self._next()
            nothing = nothing + 1 if answer is None else 0
            if answer is not None:
                answers.append(answer)
        said = self._line.get_error_message().strip() or SILENT
        if nothing == 2:
            self.close()  # the server is gone, or nobody knows any more what an answer is the answer to
        if learning and len(answers) > expected:
            learned, place = learning
            learned.know(*answers[place : place + 2])
        for answer in answers[:expected]:
            _check(answer, said)
        if nothing == 2 or len(answers) <= expected:
            raise psycopg.OperationalError(said)
        return answers[:-1]


def _lacking(address: PostgresAddress, purpose: str) -> Mapping[str, Any]:
    """What the address does not say itself."""
    said = conninfo_to_dict(address.url)
    name = f"wa-notify {purpose} {os.getpid()} {socket.gethostname()}"[:63]
    return {key: value for key, value in (OURS | {"application_name": name}).items() if key not in said}


def _check(answer: pq.abc.PGresult, said: str) -> None:
    """Raise the fault that the server, or the way to it, has told."""
    if answer.status not in (*FINE, pq.ExecStatus.PIPELINE_SYNC):
        if answer.status == pq.ExecStatus.FATAL_ERROR and answer.error_field(pq.DiagnosticField.SQLSTATE):
            raise error_from_result(answer, "utf-8")
        raise psycopg.OperationalError(said)


def _reading(kind: int) -> Read:
    if kind in NUMBERS:
        return int
    return _truth if kind == TRUTH else _word


def _truth(cell: bytes) -> bool:
    return cell == b"t"


def _word(cell: bytes) -> str:
    return cell.decode()


def _written(value: Any) -> bytes | None:
    """The value as the server reads it. It keeps no NUL, and those who bring texts replace it too."""
    if value is None:
        return None
    if isinstance(value, str):
        return value.replace("\0", "\ufffd").encode()
    return b"%d" % value
