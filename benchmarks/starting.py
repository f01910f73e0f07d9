"""From the start of a `wa-notify serve` until its first message is at the platform."""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from benchmarks.contestant import ROOT
from benchmarks.heap import heap_up, written
from benchmarks.rounds import Round, Trouble
from wa_notify.service import listen

LOST_AFTER = 120.0
LOOK_EVERY = 0.05  # seconds; when the message arrived the stub notes by itself


async def prepared(folder: Path, url: str, waiting: int) -> Path:
    """A folder with a configuration and a database in which so many messages wait; the file to start with."""
    async with httpx.AsyncClient() as http:
        await heap_up(folder, url, http, waiting)
    with listen("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    return written(folder, url, port)


def start(config: Path, url: str) -> Round:
    """Start the service, and end it once its first message has left, which is what the seconds tell.

    The processor time is that of its whole life.
    """
    ask(url, "forget=1")
    cpu = _of_children()
    command = [sys.executable, "-m", "wa_notify.cli", "serve", "--config", str(config)]
    log = config.parent / "serve.log"
    with log.open("w") as said:
        began = time.monotonic()
        with subprocess.Popen(command, stdout=said, stderr=said, env=compiled()) as service:
            try:
                while not (arrived := ask(url, "arrivals=1")):
                    if service.poll() is not None or time.monotonic() - began > LOST_AFTER:
                        raise Trouble(f"The service sent nothing:\n{log.read_text()[-2000:]}")
                    time.sleep(LOOK_EVERY)
            finally:
                service.send_signal(signal.SIGTERM)
                try:
                    service.wait(LOST_AFTER)
                except subprocess.TimeoutExpired:
                    service.kill()
    return Round(count=1, seconds=arrived[0] - began, cpu_seconds=_of_children() - cpu)


def _of_children() -> float:
    """Seconds of the processor that processes used which were started here and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def compiled() -> dict[str, str]:
    """The environment, in which Python keeps what it compiled: only the very first start has to do that."""
    usual = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**usual, "PYTHONPYCACHEPREFIX": str(ROOT / ".cache" / "bench" / "compiled")}


def ask(url: str, wish: str) -> list[float]:
    """When messages arrived at the stub."""
    with closing(HTTPConnection(urlsplit(url).netloc, timeout=30)) as connection:
        connection.request("GET", f"/_stub?{wish}")
        answer = json.loads(connection.getresponse().read())
    return [float(at) for at in answer["arrived_at"]]
