"""What a program that is measured in a process of its own says of its round: one line of JSON."""

import json
import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.cores import MEASURED, take_core
from benchmarks.rounds import Round, Trouble

ROOT = Path(__file__).parents[1]


class Watch:
    """Runs from when it is made; whoever makes it has taken the measured core."""

    def __init__(self) -> None:
        take_core(MEASURED)
        self._began, self._cpu = time.perf_counter(), time.process_time()

    def round(self, count: int) -> Round:
        """What was done since, with so many messages."""
        seconds = time.perf_counter() - self._began
        return Round(count=count, seconds=seconds, cpu_seconds=time.process_time() - self._cpu)


def tell(done: Round) -> None:
    """Say it to whoever asked for the round."""
    print(json.dumps(asdict(done)), flush=True)


def play(python: str, module: str, words: Sequence[str], environ: Mapping[str, str]) -> Round:
    """Let one play a round. Raises `Trouble` when it does not come to its end."""
    done = subprocess.run(
        [python, "-m", module, *words],
        cwd=ROOT,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if done.returncode:
        raise Trouble(f"{module} failed:\n{done.stderr}")
    said = json.loads(done.stdout.splitlines()[-1])
    return Round(count=said["count"], seconds=said["seconds"], cpu_seconds=said["cpu_seconds"])
