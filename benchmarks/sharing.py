"""Services that share a database while they are measured, and what they and its server spend on it."""

import json
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median
from typing import Any

import psycopg

from benchmarks.costs import STATUSES
from benchmarks.household import cpu_of, resident
from benchmarks.rounds import Round, Trouble
from benchmarks.run import cpu_model
from benchmarks.sending import PEOPLE
from tests.postgres import Cluster

COMMITS = 200  # of which the median is taken


class Worker:
    """A service in a process of its own (see `benchmarks.worker`)."""

    def __init__(self, address: str, stub_url: str, number: int) -> None:
        words = (address, stub_url, str(number), str(PEOPLE))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.worker", *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    @property
    def number(self) -> int:
        """Of its process."""
        return self._process.pid

    def say(self, words: str) -> None:
        """Let it begin."""
        assert self._process.stdin
        self._process.stdin.write(f"{words}\n")
        self._process.stdin.flush()

    def answer(self) -> dict[str, float]:
        """What it says once it is done."""
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise Trouble("A service ended; its error stands above.")
        told: dict[str, float] = json.loads(line)
        return told

    def close(self) -> None:
        """End it."""
        self._process.communicate()


@dataclass(slots=True, kw_only=True)
class Contestant:
    """Services that share a database, and what each round cost: theirs, their writers', the server's."""

    name: str
    address: str
    workers: list[Worker]
    sent: int = 0
    rounds: list[Round] = field(default_factory=list)
    writers: list[float] = field(default_factory=list)  # seconds of the processor in each round
    server: list[float] = field(default_factory=list)
    journal: list[int] = field(default_factory=list)  # bytes that the server wrote ahead

    def cost(self) -> dict[str, float]:
        """What all of them have used by now."""
        for worker in self.workers:
            worker.say("cost")
        told = [worker.answer() for worker in self.workers]
        return {name: sum(one[name] for one in told) for name in ("process", "writer")}


def busy(server: Cluster) -> float:
    """Seconds of the processor that all processes of the server have used."""
    with closing(psycopg.connect(server.url("postgres"))) as desk:
        pids = desk.execute("SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()").fetchall()
    return sum(cpu_of(pid) for (pid,) in pids)


def written(server: Cluster) -> int:
    """Bytes that the server has written ahead."""
    ((told,),) = server.ask("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn")
    return int(str(told))


def commit_seconds(server: Cluster) -> float:
    """How long a commit of next to nothing waits for the server's disk; the median."""
    taken = []
    with closing(psycopg.connect(server.empty())) as desk:
        desk.execute("CREATE TABLE ticks (at bigint)")
        desk.commit()
        for number in range(COMMITS):
            desk.execute("INSERT INTO ticks VALUES (%s)", [number])
            began = time.perf_counter()
            desk.commit()
            taken.append(time.perf_counter() - began)
    return median(taken)


def costs(alone: Contestant, server: Cluster, statuses: int) -> dict[str, Any]:
    """What a message and a status cost the one service that is alone at the server (see `benchmarks.costs`).

    So many statuses come in at it. Whoever has the pen waits for as long as the server works for them.
    """
    (service,) = alone.workers
    writes, work = written(server), busy(server)
    service.say(f"hear {statuses}")
    heard = service.answer()
    writes, work = written(server) - writes, busy(server) - work
    count, told = sum(one.count for one in alone.rounds), heard["heard"]
    process, writer = sum(one.cpu_seconds for one in alone.rounds), sum(alone.writers)
    at_server = 1000 * sum(alone.server) / count
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cpu": cpu_model(),
        "transport_cpu_ms": 1000 * (process - writer) / count,
        "pen_cpu_ms": 1000 * writer / count,
        "pen_wait_ms": at_server,
        "status_verify_cpu_ms": 1000 * (heard["process"] - heard["writer"]) / told,
        "status_pen_cpu_ms": 1000 * heard["writer"] / told,
        "status_pen_wait_ms": 1000 * work / told,
        "commit_ms": 1000 * commit_seconds(server),
        "server_cpu_ms": at_server + STATUSES * 1000 * work / told,
        "wal_bytes": sum(alone.journal) / count + STATUSES * writes / told,
        "resident_mib": resident(service.number) / 2**20,
    }
