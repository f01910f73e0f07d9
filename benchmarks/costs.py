"""What a message and its statuses cost: read from a file, never measured here."""

import json
from dataclasses import dataclass, fields
from math import isfinite
from pathlib import Path

from benchmarks.rounds import Trouble

STATUSES = 3  # of a message: sent, delivered, read


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """What was measured, in milliseconds for a message or a status unless the name says otherwise."""

    at: str
    cpu: str
    transport_cpu_ms: float
    pen_cpu_ms: float
    status_verify_cpu_ms: float
    status_pen_cpu_ms: float
    pen_wait_ms: float
    status_pen_wait_ms: float
    commit_ms: float  # for a batch
    server_cpu_ms: float  # with its statuses
    wal_bytes: float  # with its statuses
    resident_mib: float  # for a service

    @property
    def core_ms(self) -> float:
        """Of a service's core, for a message with its statuses, each in a callback of its own."""
        statuses = STATUSES * (self.status_verify_cpu_ms + self.status_pen_cpu_ms)
        return self.transport_cpu_ms + self.pen_cpu_ms + statuses

    @property
    def pen_ms(self) -> float:
        """Of the pen, for a message with its statuses: no commit, and no wait for the core."""
        statuses = STATUSES * (self.status_pen_cpu_ms + self.status_pen_wait_ms)
        return self.pen_cpu_ms + self.pen_wait_ms + statuses


def costs_from(path: Path) -> Costs:
    """The costs in a file: a report that has them under "costs", or they alone. Raises `Trouble`."""
    try:
        told = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise Trouble(f"{path} cannot be read as costs: {error}") from error
    kept = told.get("costs", told) if isinstance(told, dict) else {}
    names = [field.name for field in fields(Costs)]
    if missing := [name for name in names if not isinstance(kept, dict) or name not in kept]:
        raise Trouble(f"{path} lacks {', '.join(missing)}.")
    words = ("at", "cpu")
    if wrong := [name for name in names if name not in words and not is_cost(kept[name])]:
        raise Trouble(f"{path} has something else than a number that is not negative as {', '.join(wrong)}.")
    figures = {name: float(kept[name]) for name in names if name not in words}
    return Costs(at=str(kept["at"]), cpu=str(kept["cpu"]), **figures)


def is_cost(value: object) -> bool:
    """Whether it is a number of something that can be spent."""
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value) and value >= 0
