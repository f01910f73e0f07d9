"""Digests: many messages to one person, folded into one that names each ticket.

What is folded shares the fate of the digest: once that may have arrived, the person was told of each ticket.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wa_notify.core.cleaner import cut
from wa_notify.core.markup import literal
from wa_notify.core.message import TEXT_LIMIT
from wa_notify.core.outbox import ON_ITS_WAY, Item, ItemState
from wa_notify.core.reason import Reason
from wa_notify.core.wallclock import spoken_time

MOST_LINES = 20
# What waited for these leaves together, as one message.
GATHERED = frozenset(
    {Reason.QUIET_HOURS, Reason.TOO_MANY, Reason.REACH_USED_UP, Reason.PACE, Reason.PAIR_PACE}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What a digest says of one ticket."""

    number: int
    title: str
    over: bool = False

    def __str__(self) -> str:
        """As it stands in the list."""
        return f"#{self.number} {literal(self.title)}{': over' if self.over else ''}"


def newest_of_each(items: Iterable[Item]) -> Sequence[Item]:
    """Of several messages about one ticket the newest says it; the gravest tickets first, then by number."""
    newest: Mapping[int | None, Item] = {
        item.ticket_id: item for item in sorted(items, key=lambda item: item.id)
    }
    return sorted(newest.values(), key=lambda item: (item.priority, item.ticket_id or 0))


def facts(lines: Sequence[Line], since: datetime) -> dict[str, Any]:
    """What the texts of a digest and of a nudge may speak of.

    ``titles`` and ``numbers`` are those of the first 20 tickets, ``more`` counts the others, and ``since`` is
    when the first of them had something to say.
    """
    shown = lines[:MOST_LINES]
    return {
        "count": len(lines),
        "titles": [line.title for line in shown],
        "numbers": [f"#{line.number}" for line in shown],
        "more": len(lines) - len(shown),
        "since": since,
        "title": shown[0].title if shown else "",
        "ticket": {"number": shown[0].number if shown else ""},
    }


def said(lines: Sequence[Line], since: datetime, time_zone: str) -> str:
    """The free-form text: a line for each ticket, and how to take one."""
    shown = [*lines[:MOST_LINES]]
    rest = len(lines) - len(shown)
    begun = [line for line in lines if not line.over]
    counted = f"{len(lines)} ticket{'' if len(lines) == 1 else 's'}"
    head = f"{counted} since {spoken_time(since, time_zone)}:"
    tail = [f"and {rest} more"] if rest else []
    hint = [f"Reply ack {begun[0].number} to take #{begun[0].number}."] if begun else []
    room = (TEXT_LIMIT - sum(len(text) + 1 for text in (head, *tail, *hint))) // max(len(shown), 1) - 1
    return "\n".join([head, *(cut(str(line), room) for line in shown), *tail, *hint])


def shared_fate(state: ItemState) -> ItemState:
    """The state of an item that a digest in this state carries.

    It never waits by itself: the digest does, and until it leaves nobody was told.
    """
    if state in ON_ITS_WAY:
        return ItemState.SENDING
    return ItemState.CANCELLED if state in (ItemState.PENDING, ItemState.HELD) else state
