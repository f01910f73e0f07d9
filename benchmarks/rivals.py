"""Beside others: what pywa, Apprise's own WhatsApp plugin and the house send on the same machine in one run.

All talk to the same stub, each in a process of its own that has the measured core for itself, in turns. The
others keep nothing: ours is durable at every step. Over TLS the stub has a certificate made for the run, and
the programs trust its maker beside everybody whom they trust in earnest.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import certifi
import trustme

from benchmarks.contestant import ROOT, play
from benchmarks.cores import beside
from benchmarks.goals import Bound, Goal
from benchmarks.options import command_line, end_with
from benchmarks.rounds import Round, summary, table, write_json

JUDGES = ROOT / ".venv-judges" / "bin" / "python"
TRUSTED = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")  # where the programs look for whom to trust


@dataclass(slots=True, kw_only=True)
class Contestant:
    """One program under one condition; ``messages`` is how many it sends in a round."""

    key: str
    name: str
    module: str
    messages: int
    words: tuple[str, ...] = ()
    tls: bool = False
    python: str = sys.executable
    rounds: list[Round] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where the stubs answer, and the certificate that the programs are to trust."""

    plain: str
    tls: str
    authority: Path

    def let_play(self, one: Contestant) -> None:
        """One more round."""
        words = (self.tls if one.tls else self.plain, str(one.messages), *one.words)
        trusted = dict.fromkeys(TRUSTED, str(self.authority)) if one.tls else {}
        one.rounds.append(play(one.python, one.module, words, trusted))


@contextmanager
def stage(folder: Path) -> Iterator[Stage]:
    """A stub without TLS and one with it."""
    authority = trustme.CA()
    whom_to_trust, certificate = folder / "authority.pem", folder / "stub.pem"
    # Beside all that a program trusts in earnest: who reads that list for every message pays for it.
    whom_to_trust.write_text(certifi.contents() + authority.cert_pem.bytes().decode())
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(certificate))
    with beside("benchmarks.stub") as plain, beside("benchmarks.stub", str(certificate)) as tls:
        yield Stage(
            plain=f"http://127.0.0.1:{plain}", tls=f"https://127.0.0.1:{tls}", authority=whom_to_trust
        )


def contestants(part: float, folder: Path) -> list[Contestant]:
    """Everybody who is here; a slow one sends fewer messages."""

    def of(count: int) -> int:
        return max(int(count * part), 1)

    apprise, ours = "benchmarks.rival_apprise", "benchmarks.rival_ours"
    everybody = [
        Contestant(key="ours", name="ours, 32 at once", module=ours, messages=of(2000), words=(str(folder),)),
        Contestant(
            key="ours_tls",
            name="ours, 32 at once, TLS",
            module=ours,
            messages=of(2000),
            words=(str(folder),),
            tls=True,
        ),
        Contestant(
            key="pywa",
            name="pywa async, 32 at once",
            module="benchmarks.rival_pywa",
            messages=of(400),
            python=str(JUDGES),
        ),
        Contestant(key="apprise", name="Apprise as shipped", module=apprise, messages=of(10)),
        Contestant(
            key="apprise_unthrottled",
            name="Apprise without its pause",
            module=apprise,
            messages=of(1000),
            words=("0",),
        ),
        Contestant(
            key="apprise_tls",
            name="Apprise without its pause, TLS",
            module=apprise,
            messages=of(60),
            words=("0",),
            tls=True,
        ),
    ]
    if JUDGES.exists():
        return everybody
    print(f"LEFT OUT: pywa, since there is no {JUDGES.relative_to(ROOT)}. `scripts/test` makes it.\n")
    return [one for one in everybody if one.key != "pywa"]


def ahead(ours: Contestant, other: Contestant) -> float:
    """How many times as many messages a second leave here; the median of the rounds' ratios."""
    return median(mine.rate / theirs.rate for mine, theirs in zip(ours.rounds, other.rounds, strict=True))


def show(found: dict[str, Contestant]) -> None:
    """The table."""
    head = ("", "msg/s", "CPU ms", "ours are", "rounds", "counted")
    rows = []
    for one in found.values():
        done, ours = summary(one.rounds), found["ours_tls" if one.tls else "ours"]
        row = (
            one.name,
            f"{done['rate']:.1f}",
            f"{done['cpu_ms']:.2f}",
            f"{ahead(ours, one):.1f} x",
            str(done["rounds"]),
            str(done["count"]),
        )
        rows.append(row)
    print(table(head, rows))


def goals(found: dict[str, Contestant]) -> list[Goal]:
    """What the run says about the promises."""
    promised = (
        ("rivals.pywa", "pywa", "ours", 6),
        ("rivals.apprise", "apprise", "ours", 150),
        ("rivals.apprise_tls", "apprise_tls", "ours_tls", 40),
    )
    return [
        Goal(
            key=key,
            says=f"Durable messages a second, in those of {found[other].name}",
            measured=ahead(found[ours], found[other]),
            bound=Bound.AT_LEAST,
            limit=limit,
            unit="x",
            relative=True,
        )
        for key, other, ours, limit in promised
        if other in found
    ]


def parsed(words: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = command_line(
        "rivals",
        "The house beside pywa and Apprise's own plugin.",
        quick="a third of the messages, three rounds",
        rounds="rounds (5; quick: 3)",
        folder="where the databases go: the disk that is measured",
    )
    parser.add_argument("--part", type=float, help="this part of the messages (1; quick: 0.33)")
    arguments = parser.parse_args(words)
    arguments.rounds = arguments.rounds or (3 if arguments.quick else 5)
    arguments.part = arguments.part or (0.33 if arguments.quick else 1)
    return arguments


def main(words: Sequence[str] | None = None) -> int:
    arguments = parsed(words)
    print(
        "Beside others. Who is measured has a core for itself; ours is durable at every step.\n", flush=True
    )
    with tempfile.TemporaryDirectory(prefix="wa-notify-rivals-", dir=arguments.folder) as name:
        everybody = contestants(arguments.part, Path(name))
        with stage(Path(name)) as here:
            for number in range(arguments.rounds):
                for one in everybody:
                    here.let_play(one)
                print(f"  round {number + 1} of {arguments.rounds}", file=sys.stderr)
    found = {one.key: one for one in everybody}
    show(found)
    figures: dict[str, Any] = {
        "contestants": [{"key": one.key, "name": one.name, **summary(one.rounds)} for one in everybody]
    }
    settings = {"rounds": arguments.rounds, "part": arguments.part, "cores": os.cpu_count()}
    write_json(arguments.json, settings, figures, goals(found))
    return 0


if __name__ == "__main__":
    end_with(main)
