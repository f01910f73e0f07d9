"""What parts of a world remember of the past, beside what is seen of accounts and people.

Without it a loaded world would forget whom it reached, which names are blocked, and what was complained of.
"""

from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wa_notify.sandbox.pacing import Trial
from wa_notify.sandbox.world import World

from .plain import Restorer, plain

MOST_ENTRIES = 20_000  # of one part, so that the whole stays a text that can be read again


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Something that is remembered: an attribute of `owner`, of the type `kind`."""

    owner: Callable[[World], object]
    attribute: str
    kind: Any


PARTS: Mapping[str, Part] = {
    "reached": Part(owner=lambda world: world.reach, attribute="reached", kind=dict[str, datetime]),
    "proven": Part(owner=lambda world: world.reach, attribute="proven", kind=dict[str, datetime]),
    "tier_to_be_raised": Part(owner=lambda world: world.reach, attribute="raising", kind=str | None),
    "next_template": Part(owner=lambda world: world.reviewers, attribute="next_number", kind=int),
    "appeals": Part(owner=lambda world: world.reviewers, attribute="appeals", kind=dict[str, bool]),
    "complaints": Part(
        owner=lambda world: world.reviewers.quality, attribute="complaints", kind=Counter[str]
    ),
    "trials": Part(owner=lambda world: world.reviewers.pacing, attribute="trials", kind=dict[str, Trial]),
    "trials_passed": Part(
        owner=lambda world: world.reviewers.pacing, attribute="passed", kind=dict[str, str]
    ),
    "blocked_names": Part(
        owner=lambda world: world.reviewers.retirement,
        attribute="blocked",
        kind=dict[tuple[str, str, str], datetime],
    ),
    "created": Part(owner=lambda world: world.desk, attribute="created", kind=dict[str, deque[datetime]]),
    "edited": Part(owner=lambda world: world.desk, attribute="edited", kind=dict[str, list[datetime]]),
    "direct_send_used": Part(owner=lambda world: world.generated, attribute="used", kind=dict[str, datetime]),
    "files_stored": Part(owner=lambda world: world.media, attribute="stored", kind=int),
}


def remembered(world: World, left_out: Counter[str]) -> dict[str, Any]:
    """Return what the parts of a world remember; what is too much is only counted."""
    found = {}
    for name, part in PARTS.items():
        value = getattr(part.owner(world), part.attribute)
        if isinstance(value, Mapping) and len(value) > MOST_ENTRIES:
            left_out[f"entries of {name}"] += len(value)
        elif value:
            found[name] = plain(value)
    return found


def remember(world: World, given: Mapping[str, Any]) -> None:
    """Let the parts of a world remember. Raises ValueError naming what does not fit."""
    restorer = Restorer(world)
    for name, item in given.items():
        part = PARTS[name]
        try:
            setattr(part.owner(world), part.attribute, restorer.value(part.kind, item))
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from error
