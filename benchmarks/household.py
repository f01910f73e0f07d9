"""A service as somebody has it at home, as real processes: alerts are handled, then nothing happens."""

import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.cores import MEASURED, REST, take_core
from benchmarks.rounds import Trouble

EXAMPLE = Path(__file__).parents[1] / "examples" / "wa-notify.yaml"
ALERTS = ("FreezerWarm", "DoorOpen", "WaterLeak", "BackupLate")
PEOPLE = 2  # hear of each
PAGES = ("/healthz", "/readyz", "/metrics", "/admin/", "/api/v1/openapi.json")
WITHIN = 60.0  # seconds for a start, and for all messages to be read
CALM = 3.0  # seconds before idleness is measured
PAUSE = 0.1
MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Idle:
    """What a service takes that has nothing to do."""

    alerts: int
    messages: int
    seconds: float
    cpu_seconds: float
    resident_mib: float

    @property
    def cpu_per_minute(self) -> float:
        """Seconds of the processor in a minute."""
        return 60 * self.cpu_seconds / self.seconds

    def figures(self) -> dict[str, Any]:
        """Everything, for the file."""
        return {**asdict(self), "cpu_per_minute": self.cpu_per_minute}


def measure_idle(folder: Path, seconds: float) -> Idle:
    """Start service and sandbox, let alerts be handled until they are read, and look at an idle service."""
    service_port, sandbox_port = free_port(), free_port()
    base = f"http://127.0.0.1:{service_port}"
    config = folder / "wa-notify.yaml"
    config.write_text(written(service_port, sandbox_port))
    # The very first start also makes the database, and keeps what that took; all others are measured.
    subprocess.run(
        [sys.executable, "-m", "wa_notify.cli", "migrate", "--json"],
        cwd=folder,
        check=True,
        stdout=subprocess.DEVNULL,
        env=installed(folder / "compiled"),
    )
    sandbox = ("sandbox", "--port", str(sandbox_port), "--callback", f"{base}/webhook", "--json")
    with program(folder, REST, *sandbox), program(folder, MEASURED, "serve", "--json") as service:
        for name in ALERTS:
            post(f"{base}/alerts", {"labels": {"alertname": name, "severity": "warning"}})
        wait_for(
            lambda: states(folder) == ["read"] * len(ALERTS) * PEOPLE, "not all messages were read", folder
        )
        for page in PAGES:
            fetch(base + page)
        time.sleep(CALM)
        cpu, begun = cpu_of(service), time.monotonic()
        time.sleep(seconds)
        return Idle(
            alerts=len(ALERTS),
            messages=len(states(folder)),
            seconds=time.monotonic() - begun,
            cpu_seconds=cpu_of(service) - cpu,
            resident_mib=resident(service) / MIB,
        )


def installed(compiled: Path) -> dict[str, str]:
    """An environment in which everything is compiled once, into that folder, as an installer does it."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": str(compiled)}


def written(service_port: int, sandbox_port: int) -> str:
    """The configuration of the examples, at these ports."""
    text = EXAMPLE.read_text()
    for before, after in (("8712", str(sandbox_port)), ("8711", str(service_port))):
        if before not in text:
            raise Trouble(f"{EXAMPLE} does not name port {before} any more.")
        text = text.replace(before, after)
    return text


@contextmanager
def program(folder: Path, core: int, *words: str) -> Iterator[int]:
    """A command of ours at work, on a core; gives its process id once it listens."""
    command = [sys.executable, "-m", "wa_notify.cli", *words]
    log = folder / f"{words[0]}.log"
    with (
        log.open("w") as told,
        subprocess.Popen(
            command,
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=told,
            env=installed(folder / "compiled"),
            preexec_fn=partial(take_core, core),  # noqa: PLW1509 - no other thread is here to hold a lock
        ) as process,
    ):
        try:
            assert process.stdout is not None
            if not process.stdout.readline().strip():
                raise Trouble(f"`wa-notify {words[0]}` did not start: {log.read_text()}")
            yield process.pid
        finally:
            process.terminate()


def post(url: str, body: object) -> None:
    """Post JSON."""
    asked = urllib.request.Request(
        url, json.dumps(body).encode(), {"Content-Type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(asked, timeout=10) as answer:
        if answer.status != 202:
            raise Trouble(f"{url} answered {answer.status}.")


def fetch(url: str) -> None:
    """Look at a page as a browser does."""
    with urllib.request.urlopen(url, timeout=10) as answer:
        answer.read()


def states(folder: Path) -> list[str]:
    """How far each message got."""
    with closing(sqlite3.connect(f"file:{folder / 'wa-notify.db'}?mode=ro", uri=True)) as database:
        return [state for (state,) in database.execute("SELECT state FROM outbox")]


def wait_for(happened: Callable[[], bool], trouble: str, folder: Path) -> None:
    """Wait until it happened. Raises `Trouble`."""
    latest = time.monotonic() + WITHIN
    while not happened():
        if time.monotonic() > latest:
            raise Trouble(f"{trouble}: {states(folder)}\n{(folder / 'serve.log').read_text()}")
        time.sleep(PAUSE)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def resident(pid: int) -> int:
    """Bytes that a process has in memory."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def cpu_of(pid: int) -> float:
    """Seconds of the processor that a process has used; fields 14 and 15, counted after the name."""
    told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")
