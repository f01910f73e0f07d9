"""Places: where in which file a part of the configuration stands, so that a complaint can point at it.

A *spot* is the way from the root to a part, by keys and indices, such as ``("rules", 0, "match")``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

Spot: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in a file as editors show it, counted from 1; 0 where it is not known."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part)


class Places(Protocol):
    """Knows the place of every spot; of one that is not there, the place of what should hold it."""

    def of_value(self, spot: Spot) -> Place:
        """Where the value begins."""

    def of_key(self, spot: Spot) -> Place:
        """Where the key of the value stands; for an item of a list, where the item begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """The places noted while our own files were read."""

    root: Place
    values: dict[Spot, Place] = field(default_factory=dict)
    keys: dict[Spot, Place] = field(default_factory=dict)

    def of_value(self, spot: Spot) -> Place:
        """Where the value begins."""
        while spot and spot not in self.values:
            spot = spot[:-1]
        return self.values.get(spot, self.root)

    def of_key(self, spot: Spot) -> Place:
        """Where its key stands."""
        return self.keys.get(spot) or self.of_value(spot)


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotations:
    """The places that Home Assistant's loader attaches to keys and values, as far as they are there."""

    root: Any

    def of_value(self, spot: Spot) -> Place:
        """The nearest annotated thing on the way to the value."""
        found, here = annotation(self.root), self.root
        for step in spot:
            found = _key_annotation(here, step) or found
            here = _inside(here, step)
            found = annotation(here) or found
        return found or Place(dotted(spot))

    def of_key(self, spot: Spot) -> Place:
        """The key's own place, else that of what holds it."""
        if not spot:
            return self.of_value(spot)
        holder = self.root
        for step in spot[:-1]:
            holder = _inside(holder, step)
        return _key_annotation(holder, spot[-1]) or self.of_value(spot)


def annotation(thing: Any) -> Place | None:
    """The file and line that Home Assistant's loader noted on this value, if it did."""
    file, line = getattr(thing, "__config_file__", None), getattr(thing, "__line__", None)
    return Place(str(file), line) if file and isinstance(line, int) else None


def dotted(spot: Spot) -> str:
    """The spot as people write it, such as ``rules[0].match``."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in spot)
    return text.removeprefix(".") or "configuration"


def _key_annotation(holder: Any, step: str | int) -> Place | None:
    if not isinstance(holder, Mapping):
        return None
    return next((annotation(key) for key in holder if key == step), None)


def _inside(holder: Any, step: str | int) -> Any:
    if isinstance(holder, Mapping):
        return holder.get(step)
    if isinstance(holder, Sequence) and not isinstance(holder, str) and isinstance(step, int):
        return holder[step] if step < len(holder) else None
    return None
