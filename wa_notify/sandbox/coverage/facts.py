"""What a line of the list tells: something the platform does, and whether the sandbox does it too."""

from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    """Whether the sandbox does it: of itself, only when it is asked to, or not."""

    IMITATED = "imitated"
    ON_DEMAND = "on_demand"
    NOT_IMITATED = "not_imitated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing the platform does.

    what: its name. value: what the platform does, in our words. proof: the test that shows the same of the
    sandbox, `file::function` among its tests. why: why not, or in what the sandbox differs.
    """

    what: str
    value: str
    standing: Standing
    proof: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """Facts that belong together. name: one word, to ask for them."""

    name: str
    title: str
    facts: tuple[Fact, ...]


def imitated(what: str, value: str, proof: str, why: str = "") -> Fact:
    """Return a fact that the sandbox imitates of itself; `why` tells where it still differs."""
    return Fact(what=what, value=value, standing=Standing.IMITATED, proof=proof, why=why)


def on_demand(what: str, value: str, proof: str, why: str) -> Fact:
    """Return a fact that comes about only when somebody asks for it by the controls."""
    return Fact(what=what, value=value, standing=Standing.ON_DEMAND, proof=proof, why=why)


def missing(what: str, value: str, why: str) -> Fact:
    """Return a fact that is not imitated, with the reason."""
    return Fact(what=what, value=value, standing=Standing.NOT_IMITATED, why=why)
