"""What a scenario consists of, once read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place in a file; lines and columns count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """What is wrong with a scenario, where, and what would fit."""

    spot: Spot
    what: str

    def __str__(self) -> str:
        return f"{self.spot}: {self.what}"


class ScenarioError(ValueError):
    """A text is no scenario; every complaint has a line of its own."""

    def __init__(self, complaints: tuple[Complaint, ...]) -> None:
        super().__init__("\n".join(map(str, complaints)))
        self.complaints = complaints


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One control operation. `given`: the fields of its path, query and body, as JSON would hold them."""

    verb: str
    given: Mapping[str, Any]
    spot: Spot


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """What a step waits for: a message of the business in some state, or an entry of the journal.

    what: `message`, or `log`.
    facts: what it must match. Of a message: `to`, `business`, `template`, `language`, `kind`, `status` (by
        default `delivered`), and `text`, which it must contain. Of an entry: `what`, and any of its facts.
    """

    what: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of the script.

    number: its place, from 1.
    after: how long after the step above it, or after its trigger. at: when, instead.
    when: what it waits for. times: how often it happens; None is without end.
    every: how long after the last time it happens again.
    who: whose phone does it: a name of the scenario, a number, or `$name`; the receiver of the message when
        missing.
    keep: under which name later steps find the id of the message that it made.
    bound: what stands for `$name` in it.
    """

    number: int
    deeds: tuple[Deed, ...]
    after: timedelta = timedelta()
    at: datetime | None = None
    when: Trigger | None = None
    times: int | None = None
    every: timedelta | None = None
    who: str | None = None
    keep: str = ""
    bound: Mapping[str, str] = field(default_factory=dict)
    spot: Spot


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """A step is due. `bound`: what its trigger was, besides the step's own."""

    step: Step
    bound: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Something of the file that is made into objects only when the scenario is loaded."""

    given: Mapping[str, Any]
    spot: Spot


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A world to begin with, and a script.

    about: what it shows, and what a client should do.
    start: the instant at which the sandbox begins; None is whenever it is loaded.
    accounts: at least one, or none for the ready-made one. people: with the switches of their phones.
    setup: what is done to the world before anything happens.
    memory: what its parts remember, in a scenario that was saved.
    planned: events under way, in a scenario that was saved.
    """

    name: str = ""
    about: str = ""
    seed: int = 0
    start: datetime | None = None
    portfolio: Placed | None = None
    accounts: tuple[Placed, ...] = ()
    people: tuple[Placed, ...] = ()
    setup: tuple[Deed, ...] = ()
    memory: Placed | None = None
    script: tuple[Step, ...] = ()
    planned: tuple[Placed, ...] = ()
