"""Whether it is small enough for a machine at home: starting, loading, and doing nothing.

    python -m benchmarks.home              medians of five rounds, then an idle minute
    python -m benchmarks.home --quick

Help is timed as a person waits for it: from the start of the process to its end. The library is loaded in
fresh processes, and the floor is loading every module of other people that it loads, in the same order; which
those are is asked of Python after the library was loaded once (``sys.modules``). Everything is compiled
before, as an installer leaves it. The service is the real command with the configuration of `examples/`,
beside the sandbox; it has handled alerts before it idles.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.cores import MEASURED, REST, take_core
from benchmarks.goals import Bound, Goal
from benchmarks.household import Idle, installed, measure_idle
from benchmarks.options import command_line, end_with
from benchmarks.rounds import Contest, Round, Trouble, summary, table, write_json

# What a program that alerts with the library says: its engine, its memory, its rules, its WhatsApp.
LIBRARY = ("wa_notify.engine", "wa_notify.store.sqlite", "wa_notify.config", "wa_notify.whatsapp.client")
LOADED = """
import sys
for name in {names!r}:
    __import__(name)
own = sys.stdlib_module_names | {{"wa_notify"}}
# cython_runtime is made by whoever was built with Cython; nobody can ask for it.
others = [name for name in sys.modules if name.partition(".")[0] not in own]
print(*(name for name in others if not name.startswith(("_", "cython_runtime"))))
"""
TIMED = """
import time
from importlib import import_module
begun, cpu = time.perf_counter(), time.process_time()
for name in {names!r}:
    import_module(name)
print(time.perf_counter() - begun, time.process_time() - cpu)
"""
MOST_HELP, MOST_LOADING, MOST_RESIDENT = 0.5, 1.2, 90.0


@dataclass(slots=True, kw_only=True)
class Starts:
    """What was timed of starting. ``bare`` is a Python that does nothing."""

    loading: Contest = field(default_factory=lambda: Contest(name="loading the library"))
    names: Contest = field(default_factory=lambda: Contest(name="import wa_notify alone"))
    bare: list[float] = field(default_factory=list)
    help: list[float] = field(default_factory=list)


def in_python(code: str, compiled: Path) -> str:
    """What a fresh Python prints. It stays on the core of the measured."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env=installed(compiled),
        preexec_fn=partial(take_core, MEASURED),
    )
    if done.returncode:
        raise Trouble(done.stderr)
    return done.stdout


def needed(compiled: Path) -> list[str]:
    """The modules of other people that the library loads, in its order."""
    return in_python(LOADED.format(names=LIBRARY), compiled).split()


def loading(names: Sequence[str], compiled: Path) -> Round:
    """Load these in a fresh process."""
    seconds, cpu = map(float, in_python(TIMED.format(names=tuple(names)), compiled).split())
    return Round(count=1, seconds=seconds, cpu_seconds=cpu)


def running(compiled: Path, *command: str) -> float:
    """Seconds until the process has ended."""
    begun = perf_counter()
    done = subprocess.run(
        command,
        capture_output=True,
        check=False,
        env=installed(compiled),
        preexec_fn=partial(take_core, MEASURED),
    )
    if done.returncode:
        raise Trouble(done.stderr.decode())
    return perf_counter() - begun


def starts(rounds: int, compiled: Path) -> Starts:
    """Everything in turns; the first, which compiles and reads from the disk, does not count."""
    found, others = Starts(), needed(compiled)
    program = (sys.executable, "-m", "wa_notify.cli", "--help")
    for place in range(rounds + 1):
        floor, ours, names = (loading(names, compiled) for names in (others, LIBRARY, ("wa_notify",)))
        bare, help_ = running(compiled, sys.executable, "-c", "pass"), running(compiled, *program)
        if place:
            found.loading.floor.append(floor)
            found.loading.ours.append(ours)
            found.names.floor.append(floor)
            found.names.ours.append(names)
            found.bare.append(bare)
            found.help.append(help_)
    return found


def goals(found: Starts, idle: Idle) -> list[Goal]:
    """The promises, with what was measured."""
    return [
        Goal(
            key="home.help",
            says="`wa-notify --help` from start to end",
            measured=statistics.median(found.help),
            bound=Bound.AT_MOST,
            limit=MOST_HELP,
            unit="s",
        ),
        Goal(
            key="home.import",
            says="Loading the library against loading what it needs of others",
            measured=1 / found.loading.rate_ratio,
            bound=Bound.AT_MOST,
            limit=MOST_LOADING,
            unit="x",
            relative=True,
        ),
        Goal(
            key="home.memory",
            says="Resident memory of an idle service that has handled alerts",
            measured=idle.resident_mib,
            bound=Bound.AT_MOST,
            limit=MOST_RESIDENT,
            unit="MiB",
        ),
    ]


def show(found: Starts, idle: Idle) -> None:
    """The tables."""
    rows = [
        ("a Python that does nothing", f"{1000 * statistics.median(found.bare):.0f}", ""),
        ("wa-notify --help", f"{1000 * statistics.median(found.help):.0f}", ""),
        ("floor: what the library needs of others", _ms(found.loading.floor), "1.00"),
    ]
    rows += [(one.name, _ms(one.ours), f"{1 / one.rate_ratio:.2f}") for one in (found.loading, found.names)]
    print(table(("", "ms", "ratio"), rows))
    print(
        f"\nThe idle service has {idle.resident_mib:.1f} MiB resident after {idle.alerts} alerts and "
        f"{idle.messages} messages, all of them read; it took {idle.cpu_per_minute:.2f} s of the processor a "
        f"minute, over {idle.seconds:.0f} s."
    )


def _ms(rounds: Sequence[Round]) -> str:
    return f"{1000 / summary(rounds)['rate']:.0f}"


def parsed(words: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = command_line(
        "home",
        "Small enough for a home?",
        quick="fewer rounds, and a shorter idle time",
        rounds="rounds of starting (7; quick: 5)",
        folder="where the service's files go",
    )
    parser.add_argument("--idle", type=float, help="seconds without anything to do (60; quick: 15)")
    arguments = parser.parse_args(words)
    arguments.rounds = arguments.rounds or (5 if arguments.quick else 7)
    arguments.idle = arguments.idle or (15.0 if arguments.quick else 60.0)
    return arguments


def figures(found: Starts, idle: Idle) -> dict[str, Any]:
    """Everything, for the file."""
    return {
        "contests": [found.loading.figures(), found.names.figures()],
        "bare_seconds": found.bare,
        "help_seconds": found.help,
        "idle": idle.figures(),
    }


def main(words: Sequence[str] | None = None) -> int:
    arguments = parsed(words)
    print("At home: what is measured has a core for itself.\n", flush=True)
    with tempfile.TemporaryDirectory(prefix="wa-notify-home-", dir=arguments.folder) as name:
        found = starts(arguments.rounds, Path(name) / "compiled")
        take_core(REST)
        idle = measure_idle(Path(name), arguments.idle)
    show(found, idle)
    settings = {"rounds": arguments.rounds, "idle": arguments.idle, "library": LIBRARY}
    write_json(arguments.json, settings, figures(found, idle), goals(found, idle))
    return 0


if __name__ == "__main__":
    end_with(main)
