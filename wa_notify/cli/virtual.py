"""Virtual time: service and sandbox under one clock that moves only when told to."""

from datetime import datetime, timedelta

from wa_notify.engine import Engine
from wa_notify.sandbox import Sandbox

MOST_ROUNDS = 1000  # of give and take at one instant


class VirtualClock:
    """The one clock."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """The time it stands at."""
        return self.now


class NoScheduler:
    """Nobody is woken: whoever moves the clock asks for the next due instant."""

    def wake_at(self, due: datetime | None) -> None:
        """Let it pass."""


async def settle(engine: Engine | None, sandbox: Sandbox) -> None:
    """Let everything happen that is due now, on both sides, until nothing is.

    ``engine`` is missing while the service is down. Raises `RuntimeError` when it never comes to rest.
    """
    for _ in range(MOST_ROUNDS):
        happened = await sandbox.run_due()
        if engine:
            happened += await engine.run_due()
        if not happened:
            return
    raise RuntimeError("Service and sandbox keep each other busy without end.")


async def forward(clock: VirtualClock, engine: Engine | None, sandbox: Sandbox, by: timedelta) -> None:
    """Move the clock, stopping wherever something is due on the way.

    Raises `RuntimeError` when something stays due although it was given its turn.
    """
    target = clock.now + by
    await settle(engine, sandbox)
    while (due := await _next_due(engine, sandbox)) and due <= target:
        if due < clock.now:
            raise RuntimeError(f"Something was due at {due} and did not happen.")
        clock.now = due
        await settle(engine, sandbox)
    clock.now = target
    await settle(engine, sandbox)


async def _next_due(engine: Engine | None, sandbox: Sandbox) -> datetime | None:
    dues = [sandbox.next_due(), await engine.next_due() if engine else None]
    return min((due for due in dues if due), default=None)
