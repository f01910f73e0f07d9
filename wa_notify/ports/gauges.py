"""What metrics show of the present. However long the history, looking costs no more than what is open now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from wa_notify.core.condition import Effect, Scope
from wa_notify.core.directory import Agreement
from wa_notify.core.outbox import ON_ITS_WAY, WAITING, ItemState
from wa_notify.core.rule import Priority
from wa_notify.core.ticket import TicketState

OPEN_ITEMS = tuple(dict.fromkeys((*WAITING, *ON_ITS_WAY)))  # what has not left for good


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauges:
    """How much there is of what is open.

    ``oldest`` is when the item of that state was planned that has waited longest, ``due`` when the first item
    of that priority was or will be due; what there is none of is missing. ``people`` are counted without
    guests. ``token_refused``: the platform does not take our token. ``size`` is the database's, in bytes.
    """

    tickets: Mapping[TicketState, int]
    items: Mapping[ItemState, int]
    oldest: Mapping[ItemState, datetime]
    due: Mapping[Priority, datetime]
    people: Mapping[Agreement, int]
    troubles: Mapping[tuple[Scope, Effect], int]
    token_refused: bool
    windows_open: int
    size: int


class GaugeViews(Protocol):
    """What metrics show."""

    def gauges(self, number_id: str, now: datetime) -> Gauges:
        """How much is open; windows are those towards this number."""
