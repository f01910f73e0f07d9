"""APScheduler behind the Scheduler port: it wakes the engine and runs the periodic chores.

It keeps no jobs on disk. Due times live in the database; a wake-up that was missed, because the machine slept
or the loop was busy, is made up at once, and several missed ones count as one.
"""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

from wa_notify.clock import system_clock
from wa_notify.core.errors import WaNotifyError
from wa_notify.core.logged import Logged

_LOGGER = logging.getLogger(__name__)

WAKE = "wake the engine"


class Wakeups:
    """Calls back at an instant, and again and again for chores. Use it inside a running event loop."""

    def __init__(self, on_wake: Callable[[], None] = lambda: None) -> None:
        """``on_wake`` is called in the event loop and must not block."""
        self.on_wake = on_wake
        self.on_late: Callable[[timedelta], None] = lambda _: None  # hears how late each wake-up was
        self._due: datetime | None = None
        # It would report a chore that is cut off at the end, or late on a busy machine, as a failure.
        logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
        self._scheduler = AsyncIOScheduler(
            timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )

    def start(self) -> None:
        """Begin; chores may be added before or after."""
        self._scheduler.start()

    def stop(self) -> None:
        """End; a chore that is running is not waited for."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def wake_at(self, due: datetime | None) -> None:
        """Plan the one wake-up, in place of the one planned before; nothing cancels it."""
        self._due = due and max(due, system_clock())
        if due is not None:
            self._scheduler.add_job(self._woken, DateTrigger(due), id=WAKE, replace_existing=True)
        elif self._scheduler.get_job(WAKE):
            self._scheduler.remove_job(WAKE)

    def chore(self, name: str, every: timedelta, work: Callable[[], Awaitable[object]]) -> None:
        """Run ``work`` at once and then every so often, one run at a time; its failures are one line each."""

        async def run() -> None:  # a coroutine function, whatever ``work`` is: others would run in a thread
            try:
                await work()
            except WaNotifyError as error:
                _LOGGER.warning(
                    "The chore '%s' failed, it will be tried again: %s",
                    name,
                    error,
                    extra=Logged.CHORE_FAILED.of(chore=name),
                )
            except Exception:
                event = Logged.CHORE_FAILED.of(chore=name)
                _LOGGER.exception("The chore '%s' failed, it will be tried again", name, extra=event)

        trigger = IntervalTrigger(seconds=int(every.total_seconds()))
        self._scheduler.add_job(run, trigger, id=name, next_run_time=system_clock())

    async def _woken(self) -> None:
        if self._due:
            self.on_late(system_clock() - self._due)
        self.on_wake()
