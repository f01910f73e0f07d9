"""The engine: the four doors as async methods, and the loop that empties the outbox.

Every door is one hop to the store's thread and one transaction. Only `WhatsApp.send` touches the network, and
only for items that are durably marked as sending. The engine never sleeps by itself: it looks at the next due
instant in the database and asks the scheduler to be woken then; a missed wake-up loses nothing.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from wa_notify.core.alert import Alert
from wa_notify.core.condition import Health
from wa_notify.core.errors import StoreError
from wa_notify.core.heartbeat import Heartbeat
from wa_notify.core.inbound import Arrival
from wa_notify.core.ledger import verify
from wa_notify.core.logged import Logged
from wa_notify.core.message import NoAnswer, Rejected, SendResult
from wa_notify.core.recipient import Seed
from wa_notify.core.reply import Reading
from wa_notify.core.retention import DEFAULT_RETENTION, Retention
from wa_notify.core.rule import Rulebook
from wa_notify.core.source import Sight
from wa_notify.engine.carrier import Carrier
from wa_notify.engine.courtesy import Courtesy
from wa_notify.engine.desk import Desk
from wa_notify.engine.files import Files
from wa_notify.engine.watch import Watch
from wa_notify.pipeline.conditions import heed_failure, heed_health, take_in, take_stock
from wa_notify.pipeline.deliver import Claim, Claims, begin, claim, reconcile, record
from wa_notify.pipeline.heartbeat import beat, fail
from wa_notify.pipeline.ingest import Admission, ingest
from wa_notify.pipeline.limits import learn_limits, not_before
from wa_notify.pipeline.lookout import heed
from wa_notify.pipeline.passing import obey, pass_time
from wa_notify.pipeline.people import seed
from wa_notify.pipeline.receipts import readings
from wa_notify.pipeline.receive import receive
from wa_notify.pipeline.retention import sweep
from wa_notify.ports import AlertSource, Clock, Fallback, Scheduler, Store, Transaction, Views, WhatsApp

T = TypeVar("T")
_LOGGER = logging.getLogger(__name__)

RECORD_AGAIN = (1.0, 2.0, 4.0, 8.0, 0.0)  # seconds after each try to keep what became of a message
PAUSE = timedelta(seconds=5)  # after a fault
FORGOTTEN_AT_ONCE = 500  # of each kind, in one transaction


class Engine:
    """Alerts in, messages out, replies in. It owns no state that matters: all of it is in the store."""

    def __init__(
        self,
        *,
        store: Store,
        whatsapp: WhatsApp,
        book: Rulebook,
        clock: Clock,
        scheduler: Scheduler,
        chance: Callable[[], float],
        in_flight: int = 64,
        fallback: Fallback | None = None,
        source: AlertSource | None = None,
        keep: Retention = DEFAULT_RETENTION,
        files: Files | None = None,
    ) -> None:
        """``chance`` gives numbers from 0 to 1; ``in_flight`` is how many requests may be open at once.

        Without a ``fallback`` nothing leaves by other channels, and without a ``source`` nothing is asked of
        the source of the alerts, although the rules may want it. ``keep`` is how long things are kept.
        Without ``files`` a file goes out by its link or not at all.
        """
        self.book = book
        self.watch = Watch()
        self._keep = keep
        self._store = store
        self._whatsapp = whatsapp
        self._clock = clock
        self._scheduler = scheduler
        self._chance = chance
        self._in_flight = in_flight
        self._source = source
        self._carrier = Carrier(
            whatsapp=whatsapp,
            fallback=fallback,
            source=source,
            watch=self.watch,
            clock=clock,
            transact=self._transact,
            files=files,
        )
        self._courtesy = Courtesy(whatsapp)
        self.desk = Desk(
            store=store,
            number_id=whatsapp.number_id,
            book=lambda: self.book,
            clock=clock,
            watch=self.watch,
            wake=self.wake,
        )
        self._errands: dict[asyncio.Task[None], Claim | None] = {}  # on the network: a message, or a question
        self._probing = False
        self._awake = asyncio.Event()
        self._stopping = False
        self._record_again: Sequence[float] = RECORD_AGAIN

    # the four doors

    async def ingest(self, alerts: Sequence[Alert]) -> tuple[Admission, ...]:
        """An alert comes. Once this returns, nothing of it can be lost.

        Raises `StoreError`; then nothing was taken in.
        """
        now = self._clock()
        admissions = await self._transact(lambda tx: ingest(tx, self.book, alerts, now))
        self.wake()
        return admissions

    async def receive(self, arrivals: Iterable[Arrival]) -> int:
        """WhatsApp calls. Once this returns, everything it told is durable and applied.

        Raises `StoreError`; then WhatsApp has to call again.
        """
        now, chance, arrived = self._clock(), self._chance(), tuple(arrivals)

        def work(tx: Transaction) -> tuple[int, tuple[Reading, ...]]:
            fresh = receive(tx, self.book, arrived, now, chance)
            return fresh, readings(tx, self.book, arrived, now) if fresh else ()

        fresh, understood = await self._transact(work)
        self.watch.callbacks(arrived, now)
        self._courtesy.show(understood)
        self.wake()
        return fresh

    async def run_due(self) -> int:
        """Do everything that is due now, and wait until it is done; how many messages left."""
        left = 0
        while not self._stopping:
            self._awake.clear()
            claims = await self._turn()
            left += len(claims.leaving)
            for claimed in claims.leaving:
                self._begin_errand(self._send(claimed), claimed)
            if claims.more:
                continue
            if not self._errands:
                return left
            await self._awake.wait()  # a message ends its journey, or something new arrives
        return left

    # around the doors

    async def beat(self, heartbeat: Heartbeat, failure: str | None = None) -> tuple[Admission, ...]:
        """A source reports that all is well, or a failure in its own words (which may be empty).

        Raises `StoreError`; then nothing was taken in.
        """
        now = self._clock()

        def work(tx: Transaction) -> tuple[Admission, ...]:
            if failure is None:
                return beat(tx, self.book, heartbeat, now)
            return fail(tx, self.book, heartbeat, failure, now)

        admissions = await self._transact(work)
        self.wake()
        return admissions

    async def look(self, query: Callable[[Views], T]) -> T:
        """Look at what is durable."""
        return await asyncio.wrap_future(self._store.read(query))

    async def sync_templates(self) -> int:
        """Read all templates of the account; how many.

        Raises `PlatformUnreachable`; then what was known stays.
        """
        begun = self._clock()
        with self.watch.reading_templates():
            shapes = [shape async for shape in self._whatsapp.templates()]
            await self._transact(lambda tx: take_in(tx, shapes, begun))
        self.wake()
        return len(shapes)

    async def read_limits(self) -> Mapping[str, Any]:
        """Read what the account allows: how many people in 24 hours, how many messages a second.

        The answer is all that the platform says of our number. Raises `PlatformUnreachable`; then what was
        known stays.
        """
        number, now = await self._whatsapp.number(), self._clock()
        await self._transact(lambda tx: learn_limits(tx, number, now))
        self.wake()
        return number

    async def check_source(self) -> None:
        """Look after the silences at the source of the alerts; while there is none, this asks nothing.

        Raises `StoreError`.
        """
        watched = await self._transact(lambda tx: tx.silences_at_source()) if self._source else ()
        if self._source is None or not watched:
            return
        looked_at = self._clock()
        sight = await self._source.look()
        self.watch.source(sight)
        if isinstance(sight, Sight):
            seen, now = sight, self._clock()
            await self._transact(lambda tx: heed(tx, self.book, watched, seen, looked_at, now))
            self.wake()

    async def adopt(self, book: Rulebook, seeds: Sequence[Seed], keep: Retention) -> tuple[str, ...]:
        """Obey other rules from now on, as a start with them would; the people whose number nobody knows.

        The rules change between two transactions, never within one. Raises `StoreError`; then all stays.
        """
        now, before = self._clock(), self.book

        def work(tx: Transaction) -> tuple[str, ...]:
            unreachable = seed(tx, seeds, now)
            obey(tx, book, now)
            self.book = book
            return unreachable

        try:
            unreachable = await self._transact(work)
        except BaseException:
            self.book = before
            raise
        self._keep = keep
        self.wake()
        return unreachable

    async def next_due(self) -> datetime | None:
        """The next instant at which there is something to do."""
        now, number_id = self._clock(), self._whatsapp.number_id
        return await self.look(lambda views: not_before(views, self.book, number_id, views.next_due(), now))

    # the life of the loop

    async def start(self) -> None:
        """Find the messages that an earlier process was sending when it died, and await the heartbeats."""
        now = self._clock()
        self._store.hear_others(partial(_call_in, asyncio.get_running_loop(), self.wake))
        lost = await self._transact(lambda tx: self._begin(tx, now))
        if lost:
            _LOGGER.warning(
                "%d messages were on their way when the last process ended. They are checked.",
                lost,
                extra=Logged.OUTBOX_UNFINISHED.of(count=lost),
            )

    def _begin(self, tx: Transaction, now: datetime) -> int:
        obey(tx, self.book, now)
        take_stock(tx, now)
        return begin(tx, now) if self._store.alone else 0  # else their leases tell what is abandoned

    async def run(self) -> None:
        """Work until cancelled or stopped. A full disk or a fault of ours pauses it, nothing ends it."""
        while not self._stopping:
            try:
                await self.run_due()
                self._scheduler.wake_at(await self.next_due())
            except StoreError as error:
                event = Logged.OUTBOX_PAUSED.of()  # no traceback: the sentence says it all
                _LOGGER.error("The outbox pauses: %s", error, extra=event)  # noqa: TRY400
                self._scheduler.wake_at(self._clock() + PAUSE)
            except Exception:
                _LOGGER.exception(
                    "The outbox pauses: wa_notify itself failed", extra=Logged.OUTBOX_PAUSED.of()
                )
                self._scheduler.wake_at(self._clock() + PAUSE)
            await self._awake.wait()
            self._awake.clear()

    def wake(self) -> None:
        """There may be something to do. Call it in the event loop."""
        self._awake.set()

    async def look_around(self) -> None:
        """Notice what another process, such as the command line, put into the outbox."""
        if await asyncio.wrap_future(self._store.changed_elsewhere()):
            self.wake()

    async def tidy(self) -> None:
        """Forget what is older than it is kept, batch by batch; others have their turn in between.

        Raises `StoreError`; what was forgotten by then stays so.
        """
        now, more = self._clock(), True
        while more and not self._stopping:
            more = await self._transact(lambda tx: sweep(tx, self._keep, now, FORGOTTEN_AT_ONCE))

    async def check_ledger(self) -> None:
        """Go through the consent ledger; `Watch.ledger_break` tells what was found.

        Raises `StoreError`.
        """
        found = await self.look(lambda views: verify(views.ledger(), views.ledger_head()))
        self.watch.ledger(found)

    async def stop(self, patience: float = 10.0) -> None:
        """Take nothing new, and give what is on its way ``patience`` seconds to end.

        What has not ended by then is found by the next `start`.
        """
        self._stopping = True
        self.wake()
        await self._courtesy.stop()
        if self._errands:
            await asyncio.wait(self._errands, timeout=patience)
        for task in self._errands:
            task.cancel()

    async def _turn(self) -> Claims:
        """One look at the clock: lost messages, silences and reminders are noticed, due items decided."""
        number_id = self._whatsapp.number_id
        # For WhatsApp nobody waits for mail or a source
        leaving = sum(1 for errand in self._errands.values() if errand and errand.to_whatsapp)

        def work(tx: Transaction) -> tuple[Claims, bool]:
            now = self._clock()  # not sooner: until the database was free, others may have sent
            reconcile(tx, now, now)
            to_probe = pass_time(tx, self.book, number_id, now)
            return claim(tx, self.book, number_id, now, self._in_flight - leaving), to_probe

        claims, to_probe = await self._transact(work)
        if to_probe and not self._probing:
            self._probing = True
            self._begin_errand(self._probe())
        return claims

    async def _probe(self) -> None:
        """Ask the platform whether the number can send. No answer says nothing."""
        try:
            health = await self._whatsapp.health()
        finally:
            self._probing = False
        now = self._clock()
        match health:
            case Health() as known:
                await self._transact(lambda tx: heed_health(tx, known, now))
            case Rejected(failure=failure):
                await self._transact(lambda tx: heed_failure(tx, None, failure, now))
            case NoAnswer():
                pass

    def _begin_errand(self, work: Coroutine[None, None, None], claimed: Claim | None = None) -> None:
        name = f"send on {claimed.lane}" if claimed else "ask for health"
        task = asyncio.create_task(work, name=name)
        self._errands[task] = claimed
        task.add_done_callback(self._end_errand)

    def _end_errand(self, task: asyncio.Task[None]) -> None:
        del self._errands[task]
        if not task.cancelled() and (error := task.exception()):
            # The item stays marked as sending; when its lease is over it is checked and tried again.
            event = Logged.OUTBOX_OUTCOME_LOST.of()
            _LOGGER.error("What became of a message could not be kept", exc_info=error, extra=event)
        self.wake()

    async def _send(self, claimed: Claim) -> None:
        result = await self._carrier.carry(claimed)
        if result is None:
            event = Logged.OUTBOX_LEASE_OVER.of(item=claimed.item_id)
            _LOGGER.warning("Item %d did not leave: its lease ended before", claimed.item_id, extra=event)
        else:
            await self._remember(claimed, result)

    async def _remember(self, claimed: Claim, result: SendResult) -> None:
        """Keep what became of a message, patiently: nobody else knows it."""
        now, chance, number_id = self._clock(), self._chance(), self._whatsapp.number_id
        for pause in self._record_again:
            try:
                await self._transact(lambda tx: record(tx, number_id, claimed, result, now, chance))
            except StoreError as error:
                event = Logged.OUTBOX_OUTCOME_WAITS.of(item=claimed.item_id)
                _LOGGER.error("What became of a message could not be kept yet: %s", error, extra=event)  # noqa: TRY400
                await asyncio.sleep(pause)
            else:
                return

    async def _transact(self, work: Callable[[Transaction], T]) -> T:
        return await asyncio.wrap_future(self._store.transact(work))


def _call_in(loop: asyncio.AbstractEventLoop, callback: Callable[[], None]) -> None:
    """From another thread; a loop that has ended needs to hear nothing."""
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(callback)
