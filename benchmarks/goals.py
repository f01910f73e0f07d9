"""What the house promises of its speed, and what a run says of each promise.

A goal is either a ratio to a floor that was measured in the same run, and so the same on any machine, or a
figure of this machine. Only ratios are compared with the run that is kept (see `benchmarks.kept`).
"""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Bound(StrEnum):
    """On which side of its limit a figure is good."""

    AT_MOST = "at most"
    AT_LEAST = "at least"


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """One promise and what was measured.

    ``key`` never changes: runs are compared by it. ``unit`` stands behind the figures, such as "x" or "ms".
    ``relative`` says that the figure is a ratio to a floor of the same run.
    """

    key: str
    says: str
    measured: float
    bound: Bound
    limit: float
    unit: str
    relative: bool = False

    @property
    def met(self) -> bool:
        """Whether the figure lies on the good side of its limit."""
        if self.bound is Bound.AT_MOST:
            return self.measured <= self.limit
        return self.measured >= self.limit

    def figures(self) -> dict[str, Any]:
        """Everything, for the file."""
        return {**asdict(self), "bound": self.bound.value, "met": self.met}
