"""Rules: how long it takes to find those that answer an alert, with ten rules and with a thousand.

The rules are mixed as people write them: most want one or two labels to be certain texts, some add a regular
expression or a negation, and one in twenty wants no certain text at all. Every alert is answered, since the
last rule takes what nobody else does.
"""

import argparse
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

import yaml

from benchmarks.cores import MEASURED, take_core
from benchmarks.goals import Bound, Goal
from benchmarks.house import RULES
from benchmarks.options import command_line, end_with
from benchmarks.rounds import Contest, Round, Trouble, summary, table, write_json
from wa_notify.clock import system_clock
from wa_notify.config import compile_mapping
from wa_notify.core.alert import Alert, AlertStatus, fingerprint_of
from wa_notify.core.matcher import Matcher, parse_matcher
from wa_notify.core.rule import Rule, Rulebook

FEW, MANY = 10, 1000
SEED = 20261122  # the same rules and alerts in every run
SEVERITIES = ("info", "warning", "critical")
LAST = "everybody"


def matchers(number: int, of: int) -> tuple[Matcher, ...]:
    """What the rule of that number wants; services and teams are shared by a handful of rules each."""
    service, team = f"svc-{number % max(of // 3, 1)}", f"team-{number % max(of // 10, 1)}"
    kind = number % 20
    if kind == 0:  # no certain text at all
        wanted = {"alertname": f"=~(Disk|Inode){number}.*", "instance": "*"}
    elif kind < 3:
        wanted = {"team": team, "alertname": "=~(Disk|Inode|Memory).*"}
    elif kind < 6:
        wanted = {"service": service, "severity": "!=info"}
    elif kind < 8:
        wanted = {"team": team, "instance": "!~test-.*"}
    elif kind < 14:
        wanted = {"service": service, "severity": SEVERITIES[number % 3]}
    else:
        wanted = {"service": service}
    return tuple(parse_matcher(label, text) for label, text in wanted.items())


def rulebook(count: int) -> Rulebook:
    """So many rules, the last of which takes whatever is left."""
    book = compile_mapping(yaml.safe_load(RULES)).rulebook
    (pattern,) = book.rules
    rules: list[Rule] = [
        replace(pattern, name=f"rule-{number}", matchers=matchers(number, count))
        for number in range(count - 1)
    ]
    return replace(book, rules=(*rules, replace(pattern, name=LAST, matchers=())))


def alerts(of: int) -> Iterator[Alert]:
    """Alerts of all services and teams; one in ten is of none."""
    chance = random.Random(SEED)
    while True:
        known = chance.random() < 0.9
        labels = {
            "alertname": chance.choice(("DiskFull", "InodesLow", "MemoryLow", "TargetDown", "JobFailed")),
            "severity": chance.choice(SEVERITIES),
            "instance": f"{chance.choice(('db', 'web', 'test'))}-{chance.randrange(500)}:9100",
            "job": "node",
            "service": f"svc-{chance.randrange(max(of // 3, 1))}" if known else "svc-of-nobody",
            "team": f"team-{chance.randrange(max(of // 10, 1))}" if known else "team-of-nobody",
        }
        yield Alert(
            source="alertmanager",
            status=AlertStatus.FIRING,
            labels=labels,
            starts_at=system_clock(),
            fingerprint=fingerprint_of(labels),
        )


def round_of(book: Rulebook, coming: Sequence[Alert]) -> Round:
    """Find the rules of each alert. Raises `Trouble` when one is answered by none."""
    waits = []
    began, cpu = time.perf_counter(), time.process_time()
    for alert in coming:
        asked = time.perf_counter()
        answered = list(book.rules_for(alert))
        waits.append(time.perf_counter() - asked)
        if not answered:
            raise Trouble(f"No rule answers {dict(alert.labels)}, although the last one takes everything.")
    return Round(
        count=len(coming),
        seconds=time.perf_counter() - began,
        cpu_seconds=time.process_time() - cpu,
        waits=tuple(waits),
    )


def checked(book: Rulebook, coming: Sequence[Alert]) -> None:
    """Every rule must be found that would be by asking one after the other."""
    for alert in coming:
        expected: list[str] = []
        for rule in book.rules:
            if rule.matches(alert.labels):
                expected.append(rule.name)
                if not rule.goes_on:
                    break
        found = [rule.name for rule in book.rules_for(alert)]
        if found != expected:
            raise Trouble(f"{dict(alert.labels)} is answered by {found}, not by {expected}.")


def contest(decisions: int, rounds: int) -> Contest:
    """Few rules and many in turns, after both were checked and warm."""
    found = Contest(name=f"{MANY} rules")
    books = {count: rulebook(count) for count in (FEW, MANY)}
    coming = {count: list(islice(alerts(count), decisions)) for count in books}
    for count, book in books.items():
        checked(book, coming[count][:200])
        round_of(book, coming[count])
    for _ in range(rounds):
        found.floor.append(round_of(books[FEW], coming[FEW]))
        found.ours.append(round_of(books[MANY], coming[MANY]))
    return found


def show(found: Contest) -> None:
    """The table."""
    rows = []
    for count, rounds in ((FEW, found.floor), (MANY, found.ours)):
        one = summary(rounds)
        row = (f"{count} rules", f"{one['p50_ms']:.4f}", f"{one['p99_ms']:.4f}", f"{one['cpu_ms']:.4f}")
        rows.append((*row, str(one["count"])))
    print(table(("", "p50 ms", "p99 ms", "CPU ms", "counted"), rows))
    print(f"\nWith {MANY} rules a decision costs {found.cpu_ratio:.1f} times what it does with {FEW}.")


def goals(found: Contest) -> list[Goal]:
    """What the run says about the promises."""
    many, says = summary(found.ours), f"Which of {MANY} rules answer an alert"
    return [
        Goal(
            key="rules.p50",
            says=f"{says}, p50",
            measured=many["p50_ms"],
            bound=Bound.AT_MOST,
            limit=0.3,
            unit="ms",
        ),
        Goal(
            key="rules.p99",
            says=f"{says}, p99",
            measured=many["p99_ms"],
            bound=Bound.AT_MOST,
            limit=1,
            unit="ms",
        ),
        Goal(
            key="rules.growth",
            says=f"CPU of a decision among {MANY} rules, in those of one among {FEW}",
            measured=found.cpu_ratio,
            bound=Bound.AT_MOST,
            limit=20,  # of a hundred times as many rules one in twenty has to be asked each time
            unit="x",
            relative=True,
        ),
    ]


def parsed(words: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = command_line(
        "rules",
        "Finding the rules of an alert, among few and many.",
        quick="a fifth of the decisions, three rounds",
        rounds="rounds (5; quick: 3)",
        folder="not needed; as the other benchmarks have it",
    )
    parser.add_argument("--decisions", type=int, help="decisions a round (10000; quick: 2000)")
    arguments = parser.parse_args(words)
    arguments.rounds = arguments.rounds or (3 if arguments.quick else 5)
    arguments.decisions = arguments.decisions or (2000 if arguments.quick else 10_000)
    return arguments


def main(words: Sequence[str] | None = None) -> int:
    arguments = parsed(words)
    print(f"Rules. This process is {take_core(MEASURED)}.\n", flush=True)
    found = contest(arguments.decisions, arguments.rounds)
    show(found)
    settings: dict[str, Any] = {"rounds": arguments.rounds, "decisions": arguments.decisions}
    write_json(arguments.json, settings, {"contests": [found.figures()]}, goals(found))
    return 0


if __name__ == "__main__":
    end_with(main)
