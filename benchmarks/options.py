"""What every benchmark takes on its command line, and how it ends."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from benchmarks.rounds import Trouble


def command_line(
    name: str, says: str, *, quick: str, folder: str, rounds: str = "", python: str = "python"
) -> argparse.ArgumentParser:
    """The common part, to which each adds its own; one that says nothing of ``rounds`` has none."""
    parser = argparse.ArgumentParser(prog=f"{python} -m benchmarks.{name}", description=says)
    parser.add_argument("--quick", action="store_true", help=quick)
    if rounds:
        parser.add_argument("--rounds", type=int, help=rounds)
    parser.add_argument("--folder", type=Path, help=folder)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    return parser


def end_with(main: Callable[[], int]) -> NoReturn:
    """Run it, and tell in one line when its figures are worth nothing."""
    try:
        sys.exit(main())
    except Trouble as trouble:
        sys.exit(f"The figures are worth nothing: {trouble}")
