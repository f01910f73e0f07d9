"""What went wrong, told in three lines: what happened, where, what to do. Never a traceback."""

import re
import sys
from enum import IntEnum

from wa_notify.core.errors import AlertRefused, BadInput, PlatformUnreachable, WaNotifyError

SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z`'])")


class ExitCode(IntEnum):
    """What a script can tell from our going."""

    DONE = 0
    NO = 1  # the question was understood, and the answer is no
    WRONG = 2  # wrong usage or configuration
    UNREACHABLE = 3  # the service or the platform did not answer
    INTERRUPTED = 130


class Problem(WaNotifyError):
    """Something a command could not do, with the place to look at and the remedy."""

    def __init__(self, what: str, *, where: str, fix: str, code: ExitCode = ExitCode.WRONG) -> None:
        super().__init__(" ".join(part for part in (what, fix) if part))
        self.what, self.where, self.fix, self.code = what, where, fix, code


def problem_of(error: WaNotifyError, where: str) -> Problem:
    """Any error of ours as a problem: its first sentence says what happened, the others what to do."""
    if isinstance(error, Problem):
        return error
    code = ExitCode.UNREACHABLE if isinstance(error, PlatformUnreachable) else ExitCode.WRONG
    what, *rest = SENTENCE_END.split(str(error), maxsplit=1)
    return Problem(what, where=where, fix=" ".join(rest), code=code)


def tell(error: WaNotifyError, where: str) -> ExitCode:
    """Say on stderr what went wrong; the answer is the exit code."""
    if isinstance(error, BadInput):
        return _tell_complaints(error)
    problem = problem_of(error, where)
    lines = [f"✗ {problem.what}", f"  Where: {problem.where}"]
    if problem.fix:
        lines.append(f"  To do: {problem.fix}")
    _write(lines)
    return problem.code


def _tell_complaints(error: BadInput) -> ExitCode:
    alert = isinstance(error, AlertRefused)
    what = "This is no alert" if alert else "The configuration cannot be used"
    count = len(error.complaints)
    lines = [f"✗ {what}: {count} {'fault' if count == 1 else 'faults'}."]
    lines += [f"  {complaint}" for complaint in error.complaints]
    lines.append(
        "  To do: mend the alert and try again."
        if alert
        else "  To do: mend them; `wa-notify check` looks again."
    )
    _write(lines)
    return ExitCode.WRONG


def _write(lines: list[str]) -> None:
    sys.stderr.write("\n".join(lines) + "\n")
