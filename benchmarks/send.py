"""Alerts out: a durable alert until the platform accepted its message, and that too is durable.

Every alert comes in by itself through the engine's door, finds its rule among all of them, opens a
ticket and leaves as a template: on SQLite with ``synchronous=FULL``, over the service's transport. The floor
is a bare loop over that transport: the same payloads by the same client with as many requests in flight, and
nothing durable.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from benchmarks.cores import MEASURED, beside, take_core
from benchmarks.first_word import first_words
from benchmarks.goals import Bound, Goal
from benchmarks.options import command_line, end_with
from benchmarks.rounds import Contest, Round, percentile, summary, table, write_json
from benchmarks.sending import LOOPS, PEOPLE, Course, contest, run_on

COMMON = Course(in_flight=32, latency=0, messages=2000)  # what the goals of rate and cost speak of
FAR = Course(in_flight=400, latency=0.3, messages=4000)  # with fewer in flight no client reaches the goal
FULL = (
    Course(in_flight=1, latency=0, messages=500),
    COMMON,
    Course(in_flight=300, latency=0, messages=2000),
    Course(in_flight=1, latency=0.3, messages=8),
    Course(in_flight=32, latency=0.3, messages=320),
    Course(in_flight=300, latency=0.3, messages=3000),
    FAR,
    Course(in_flight=32, latency=0, messages=2000, per_alert=20),
)
QUICK = (
    Course(in_flight=1, latency=0, messages=200),
    Course(in_flight=32, latency=0, messages=800),
    Course(in_flight=300, latency=0, messages=800),
    Course(in_flight=400, latency=0.3, messages=2000),
)


def show(contests: Sequence[Contest], idle: Round) -> None:
    """The table."""
    head = ("", "bare/s", "ours/s", "ratio", "bare CPU ms", "ours CPU ms", "CPU ratio", "rounds", "counted")
    rows = []
    for one in contests:
        floor, ours = summary(one.floor), summary(one.ours)
        row = (
            one.name,
            f"{floor['rate']:.0f}",
            f"{ours['rate']:.0f}",
            f"{one.rate_ratio:.2f}",
            f"{floor['cpu_ms']:.2f}",
            f"{ours['cpu_ms']:.2f}",
            f"{one.cpu_ratio:.2f}",
            str(ours["rounds"]),
            str(ours["count"]),
        )
        rows.append(row)
    print(table(head, rows))
    half, most = percentile(idle.waits, 50), percentile(idle.waits, 95)
    print("\nIdle service, 202 until the request is at the platform: ", end="")
    print(f"p50 {1000 * half:.1f} ms, p95 {1000 * most:.1f} ms")


async def run(arguments: argparse.Namespace, stub_url: str) -> tuple[list[tuple[Course, Contest]], Round]:
    """All contests, one after the other."""
    found = []
    for course in courses(arguments):
        with tempfile.TemporaryDirectory(prefix="wa-notify-send-", dir=arguments.folder) as folder:
            one = await contest(course, arguments.rounds, stub_url, Path(folder), arguments.gather / 1000)
            found.append((course, one))
            print(f"  {course.name}: CPU ratio {one.cpu_ratio:.2f}", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="wa-notify-send-", dir=arguments.folder) as folder:
        idle = await first_words(arguments.words, stub_url, Path(folder))
    return found, idle


def goals(found: Sequence[tuple[Course, Contest]], idle: Round) -> list[Goal]:
    """What the courses that were run say about the promises."""
    return [*_goals_of_sending(found), _idle_goal(idle)]


def _idle_goal(idle: Round) -> Goal:
    return Goal(
        key="idle.p50",
        says="Idle service: from the 202 until the request is at the platform, p50",
        measured=1000 * percentile(idle.waits, 50),
        bound=Bound.AT_MOST,
        limit=20,
        unit="ms",
    )


def _goals_of_sending(found: Sequence[tuple[Course, Contest]]) -> Iterator[Goal]:
    near = [(course, one) for course, one in found if course.per_alert == 1 and not course.latency]
    for course, one in found:
        if course.per_alert == 1 and course.in_flight == COMMON.in_flight and not course.latency:
            yield Goal(
                key="send.rate",
                says="Durable alert until accepted, one core",
                measured=summary(one.ours)["rate"],
                bound=Bound.AT_LEAST,
                limit=1000,
                unit="msg/s",
            )
            yield Goal(
                key="send.cpu",
                says="CPU for each durable message, in those of the bare loop",
                measured=one.cpu_ratio,
                bound=Bound.AT_MOST,
                limit=1.6,
                unit="x",
                relative=True,
            )
        if (course.in_flight, course.latency) == (FAR.in_flight, FAR.latency):
            yield Goal(
                key="send.latency300.rate",
                says=f"The same while the platform takes 300 ms, {course.in_flight} in flight",
                measured=summary(one.ours)["rate"],
                bound=Bound.AT_LEAST,
                limit=950,
                unit="msg/s",
            )
    if len(near) > 1:
        costs = {course.in_flight: summary(one.ours)["cpu_ms"] for course, one in near}
        yield Goal(
            key="send.flat",
            says=f"CPU for each message, {min(costs)} to {max(costs)} in flight: the dearest in the cheapest",
            measured=max(costs.values()) / min(costs.values()),
            bound=Bound.AT_MOST,
            limit=1.25,
            unit="x",
            relative=True,
        )


def courses(arguments: argparse.Namespace) -> Sequence[Course]:
    """The conditions that were asked for."""
    if arguments.messages:
        return (replace(COMMON, messages=arguments.messages),)
    return QUICK if arguments.quick else FULL


def parsed(words: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = command_line(
        "send",
        "Durable alert until accepted, against a bare loop.",
        quick="three conditions, three rounds",
        rounds="rounds for each condition (5; quick: 3)",
        folder="where the databases go: the disk that is measured",
    )
    parser.add_argument("--messages", type=int, help="one condition only, with so many messages a round")
    parser.add_argument("--words", type=int, default=40, help="alerts on the idle service (40)")
    parser.add_argument("--gather", type=float, default=0.0, help="milliseconds the store waits for more (0)")
    parser.add_argument("--loop", choices=LOOPS, default=LOOPS[0], help="the event loop (uvloop)")
    arguments = parser.parse_args(words)
    arguments.rounds = arguments.rounds or (3 if arguments.quick else 5)
    return arguments


def main(words: Sequence[str] | None = None) -> int:
    arguments = parsed(words)
    print(
        f"Alerts out. This process is {take_core(MEASURED)} ({arguments.loop}); SQLite synchronous=FULL.\n",
        flush=True,
    )
    with beside("benchmarks.stub") as port:
        found, idle = run_on(arguments.loop, run(arguments, f"http://127.0.0.1:{port}"))
    contests = [one for _, one in found]
    show(contests, idle)
    settings = {
        "loop": arguments.loop,
        "rounds": arguments.rounds,
        "gather_ms": arguments.gather,
        "people": PEOPLE,
    }
    figures = {
        "contests": [one.figures() for one in contests],
        "idle": summary([idle]),
        "courses": [asdict(course) for course in courses(arguments)],
    }
    write_json(arguments.json, settings, figures, goals(found, idle))
    return 0


if __name__ == "__main__":
    end_with(main)
