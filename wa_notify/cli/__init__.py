"""The command line: what a person asks the house, and what it answers.

Read in this order; each file leans only on those before it:

1. ``problem``: what went wrong, where, what to do, and the exit codes
2. ``spoken``, ``terminal``: how times, tables and sentences look, on a screen and in a pipe
3. ``answers``, ``bubble``, ``priced``: what ``--json`` says, a message as the person would see it, its price
4. ``options``, ``place``: where the configuration and the database are; ``asking``: before what cannot be
   undone
5. a module for each command
6. ``app``: all commands in one program

Starting must be quick, so a command imports what it needs when it runs.
"""

import sys
from collections.abc import Sequence
from importlib.util import find_spec

NEEDED = ("typer", "rich")
HOW_TO_INSTALL = (
    "The command line of wa_notify is not installed. Install it: pip install 'wa-notify[service]'"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the answer is the exit code (see `wa_notify.cli.problem.ExitCode`)."""
    if not all(find_spec(name) for name in NEEDED):
        sys.stderr.write(f"{HOW_TO_INSTALL}\n")
        return 2
    from wa_notify.cli.app import run

    return run(arguments)
