"""Whoever is measured has one core for itself, everything else lives on another."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.rounds import Trouble

MEASURED, REST = 0, 1
CORES = "WA_NOTIFY_BENCHMARK_CORES"  # what the first process of a run was allowed, for those it starts


def take_core(which: int) -> str:
    """Stay on that core from now on; what to say about it."""
    if not hasattr(os, "sched_setaffinity"):
        return "not pinned: this system cannot"
    # A process inherits the core of the one that starts it, so what was allowed at first goes along.
    allowed = os.environ.setdefault(CORES, ",".join(map(str, sorted(os.sched_getaffinity(0)))))
    cores = [int(core) for core in allowed.split(",")]
    if len(cores) < 2:
        return "not pinned: there is one core only, so the platform is measured too"
    os.sched_setaffinity(0, {cores[which]})
    return f"pinned to core {cores[which]}"


@contextmanager
def beside(module: str, *arguments: str) -> Iterator[str]:
    """Run another module of ours in a process of its own; gives the line it prints once it is ready."""
    command = [sys.executable, "-m", module, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            ready = process.stdout.readline().strip()
            if not ready:
                raise Trouble(f"{module} did not start; its error stands above.")
            yield ready
        finally:
            process.kill()
