"""The canary: a message that is sent again and again to a test recipient, and whose silence is the alarm.

What the configuration asks for is `wa_notify.core.rule.Canary`; a *flight* is when the next one leaves and
when the last one is judged. Slots are multiples of ``every``, counted from 1970: the same slot has the same
key, whoever plans it and however often. What has not reached the phone ``within`` its time is missed. What we
keep back ourselves (quiet hours, the budget, our limits) says nothing of WhatsApp and counts neither way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from wa_notify.core.alert import instant
from wa_notify.core.condition import Effect, Recovery, Scope, Sign
from wa_notify.core.outbox import MAY_HAVE_ARRIVED, ItemState, Occasion
from wa_notify.core.reason import SENTENCES, Reason
from wa_notify.core.rule import Canary
from wa_notify.core.wallclock import roughly, spoken_span

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
KEY = f"{Occasion.CANARY}/"  # and the slot
CAUSE = "canary"
MOST_COUNTED = 5000  # slots in the period of the objective, which is looked at again and again
ENDED = (ItemState.REFUSED, ItemState.CANCELLED, ItemState.FAILED)
KEPT_BACK_BY_US = frozenset(
    {Reason.QUIET_HOURS, Reason.BUDGET_SPENT, Reason.REACH_USED_UP, Reason.PAIR_PACE, Reason.WITHDRAWN}
)
WEBHOOK = "Look whether WhatsApp can reach our webhook."
PHONE = "Look whether that phone is switched on and connected."


class Fate(StrEnum):
    """What became of one canary."""

    UNDER_WAY = "under_way"
    IN_TIME = "in_time"
    MISSED = "missed"
    KEPT_BACK = "kept_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flight:
    """When the next canary leaves, and when the last one is judged; nothing when it was, or none left."""

    next_at: datetime
    judge_at: datetime | None = None

    @property
    def due_at(self) -> datetime:
        """When something is to be done about it."""
        return min(self.next_at, self.judge_at) if self.judge_at else self.next_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Flown:
    """One canary as the outbox has it."""

    slot: datetime
    state: ItemState
    reason: Reason | None = None
    left_at: datetime | None = None
    delivered_at: datetime | None = None

    @property
    def latency(self) -> timedelta | None:
        """From its slot to the phone; the platform's clock counts whole seconds and is not ours."""
        return None if self.delivered_at is None else max(self.delivered_at - self.slot, timedelta(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Song:
    """How the canary does. ``missed`` is in a row; ``in_time`` of ``counted`` arrived so over the period.

    ``latency`` is that of the last one that arrived, whenever it did.
    """

    sent_at: datetime | None = None
    delivered_at: datetime | None = None
    latency: timedelta | None = None
    missed: int = 0
    in_time: int = 0
    counted: int = 0
    objective: float

    @property
    def share(self) -> float | None:
        """How many of those that count arrived in time; nothing while none counts."""
        return self.in_time / self.counted if self.counted else None

    @property
    def falls_short(self) -> bool:
        """Whether fewer arrived in time than the objective asks for."""
        return self.share is not None and self.share < self.objective


def slot_of(every: timedelta, now: datetime) -> datetime:
    """The slot that has begun last."""
    return EPOCH + (now - EPOCH) // every * every


def slot_after(every: timedelta, now: datetime) -> datetime:
    """The next slot, always later than now."""
    return slot_of(every, now) + every


def key_of(slot: datetime) -> str:
    """The idempotency key of a slot; keys sort as their slots do."""
    return f"{KEY}{instant(slot)}"


def slot_in(key: str) -> datetime:
    """The slot of a key."""
    return datetime.fromisoformat(key.removeprefix(KEY))


def fate_of(flown: Flown, within: timedelta, now: datetime) -> Fate:
    """What became of it, as far as is known now."""
    if flown.latency is not None:
        return Fate.IN_TIME if flown.latency <= within else Fate.MISSED
    if flown.state is ItemState.CANCELLED and flown.reason in KEPT_BACK_BY_US:
        return Fate.KEPT_BACK
    if flown.state not in ENDED and now < flown.slot + within:
        return Fate.UNDER_WAY
    return Fate.MISSED


def song_of(canary: Canary, flown: Sequence[Flown], now: datetime) -> Song:
    """How it does by those that have flown in the period, the newest first."""
    fates = [fate_of(one, canary.within, now) for one in flown]
    counted = [fate for fate in fates if fate in (Fate.IN_TIME, Fate.MISSED)]
    arrived = next((one for one in flown if one.delivered_at), None)
    in_time = counted.count(Fate.IN_TIME)
    return Song(
        sent_at=next((one.left_at for one in flown if one.state in MAY_HAVE_ARRIVED), None),
        delivered_at=arrived.delivered_at if arrived else None,
        latency=arrived.latency if arrived else None,
        missed=counted.index(Fate.IN_TIME) if in_time else len(counted),
        in_time=in_time,
        counted=len(counted),
        objective=canary.objective,
    )


def alarm(canary: Canary, flown: Sequence[Flown], song: Song, now: datetime) -> Sign | None:
    """The sign of a trouble, or of its end; nothing while neither is certain."""
    if song.counted and not song.missed:
        return Sign(scope=Scope.CANARY, cause=CAUSE, over=True)
    if song.missed < canary.misses:
        return None
    last = next(one for one in flown if fate_of(one, canary.within, now) is Fate.MISSED)
    why, advice = _why(last)
    times = f"{song.missed} canaries in a row" if song.missed > 1 else "A canary"
    return Sign(
        scope=Scope.CANARY,
        cause=CAUSE,
        effect=Effect.WARNS,
        recovery=Recovery.LOOK,
        what=f"{times} did not reach {canary.to} within {spoken_span(canary.within)}; the last: {why}",
        advice=advice,
    )


def _why(missed: Flown) -> tuple[str, str]:
    """Why it was missed, without a full stop, and what to look at."""
    if missed.latency is not None:
        return f"it took {spoken_span(roughly(missed.latency))}", ""
    match missed.state:
        case ItemState.ACCEPTED:
            return "WhatsApp took it, and has told nothing of it since", WEBHOOK
        case ItemState.SENT:
            return "WhatsApp sent it, and the phone has not got it", PHONE
        case _:
            reason = SENTENCES[missed.reason] if missed.reason else "It has not left."
            return reason.rstrip("."), ""
