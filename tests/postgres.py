"""A PostgreSQL of the tests' own: Debian's server, a cluster for each process, a database for each test.

It begins with the first test that asks for it and ends with the process, however that ends. Nothing of a
server that may run on this machine is touched.
"""

import atexit
import os
import pwd
import shutil
import signal
import subprocess
from contextlib import closing, suppress
from functools import cache
from itertools import count
from pathlib import Path
from socket import socket
from tempfile import mkdtemp
from time import sleep
from urllib.parse import quote

import psycopg

from tests.needed import missing
from wa_notify.store.migrate import migrate

PASSWORD = "the tests' own"  # of the only role, asked for on TCP alone
SMALL = {
    "shared_buffers": "32MB",
    "max_connections": "50",
    "max_wal_senders": "0",
    "wal_level": "minimal",
    "autovacuum": "off",  # a database of the tests lives for a second
    "log_min_messages": "fatal",
}
STORE = "WA_NOTIFY_STORIES_ON_POSTGRESQL"  # an option of pytest is not known to those who import this
_databases: dict[Path, str] = {}
START = 30.0  # seconds
LEFT = (
    "SELECT datname FROM pg_database WHERE datname LIKE 'store%' "
    "AND NOT EXISTS (SELECT FROM pg_stat_activity AS one WHERE one.datname = pg_database.datname)"
)


class Cluster:
    """A server with a folder and a port of its own."""

    def __init__(self, programs: Path, place: Path | None = None) -> None:
        """``place`` is where its folder is made, if it matters which disk waits for the commits."""
        self._programs = programs
        self.folder = Path(mkdtemp(prefix="wa-notify-postgres-", dir=place or _quickest()))
        self.port = _free_port()
        self._numbers = count(1)
        self._desk: psycopg.Connection | None = None
        self._owner = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        self._make()
        self._server = self.start()
        atexit.register(self.close)

    def _make(self) -> None:
        secret = self.folder / "password"
        secret.write_text(PASSWORD)
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            for path in (self.folder, secret):
                shutil.chown(path, self._owner)
        self._call(
            *("initdb", "--username=wa", f"--pwfile={secret}", "--auth-local=trust"),
            *("--auth-host=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8"),
            f"--pgdata={self.folder / 'data'}",
        )

    def _call(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self._programs / program, *arguments],
            user=self._owner if os.geteuid() == 0 else None,
            cwd="/",
            check=True,
            capture_output=True,
        )

    def start(self) -> "subprocess.Popen[bytes]":
        """Let it run, until this process ends."""
        settings = {"port": self.port, "listen_addresses": "127.0.0.1", **SMALL}
        settings["unix_socket_directories"] = str(self.folder)
        become = ["--reuid", self._owner, "--regid", self._owner, "--clear-groups"]
        with (self.folder / "log").open("ab") as log:
            self._server = subprocess.Popen(
                [
                    *("setpriv", "--pdeathsig", "QUIT", *(become if os.geteuid() == 0 else ())),
                    *(str(self._programs / "postgres"), "-D", str(self.folder / "data")),
                    *(part for name, value in settings.items() for part in ("-c", f"{name}={value}")),
                ],
                cwd="/",
                stdout=subprocess.DEVNULL,
                stderr=log,
            )
        for _ in range(int(START / 0.05)):
            with suppress(psycopg.OperationalError):
                psycopg.connect(self.url("postgres")).close()
                return self._server
            sleep(0.05)
        raise AssertionError((self.folder / "log").read_text())

    def stop(self, *, gently: bool = True) -> None:
        """End it; what is committed stays."""
        if self._desk is not None:
            self._desk.close()
            self._desk = None
        if gently:
            self._server.send_signal(signal.SIGINT)  # fast, not smart
        else:
            self._server.send_signal(signal.SIGQUIT)
        self._server.wait(START)

    def close(self) -> None:
        """End it, and with it everything that it keeps."""
        if self._desk is not None:
            self._desk.close()
        self._server.kill()
        self._server.wait(START)
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, name: str) -> str:
        """The address of a database, over the socket, where no password is asked for."""
        return f"postgresql://wa@/{name}?host={quote(str(self.folder), safe='')}&port={self.port}"

    def url_with_password(self, name: str, password: str = PASSWORD, user: str = "wa") -> str:
        """The address of a database, over TCP."""
        return f"postgresql://{user}:{quote(password, safe='')}@127.0.0.1:{self.port}/{name}"

    def ask(self, words: str) -> "list[tuple[object, ...]]":
        """Run a statement as the administrator."""
        if self._desk is None or self._desk.broken:
            self._desk = psycopg.connect(self.url("postgres"), autocommit=True)
        answer = self._desk.execute(words.encode())
        return answer.fetchall() if answer.description else []

    def empty(self) -> str:
        """A new database without anything in it."""
        name = f"empty_{next(self._numbers)}"
        self.ask(f"CREATE DATABASE {name}")
        return self.url(name)

    @cache  # noqa: B019  # it lives as long as the process
    def _template(self) -> str:
        migrate(self.empty())
        return f"empty_{next(self._numbers) - 1}"

    def tidy(self) -> None:
        """Databases that nobody uses any more go."""
        for (old,) in self.ask(LEFT):
            self.ask(f"DROP DATABASE {old}")

    def database(self) -> str:
        """A new database of the present schema."""
        template = self._template()
        name = f"store_{next(self._numbers)}"
        self.ask(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)


def wanted() -> bool:
    """Whether the stories of this run are told on PostgreSQL (``--store postgresql``)."""
    return STORE in os.environ


def of(folder: Path) -> str:
    """The database of that folder, new or as it was left."""
    if folder not in _databases:
        _databases[folder] = cluster().database()
    return _databases[folder]


def tidy() -> None:
    """After a test its databases go."""
    if _databases or cluster.cache_info().currsize:
        _databases.clear()
        cluster().tidy()


def _quickest() -> Path | None:
    """In memory, if there is room; every commit waits for the disk all the same."""
    memory = Path("/dev/shm")  # noqa: S108  # a folder is made in it
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > 2 * 10**9
    return memory if roomy else None


def _free_port() -> int:
    with closing(socket()) as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


@cache
def cluster() -> Cluster:
    """The server of this process."""
    return Cluster(programs())


def programs() -> Path:
    """Where the programs of the newest server are."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    on_path = shutil.which("initdb")
    if not found and not on_path:
        missing("no PostgreSQL server (Debian: apt-get install postgresql)")
    return found[-1] if found else Path(str(on_path)).resolve().parent
