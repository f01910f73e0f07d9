"""One number in virtual time: its services, each with a core, and the pen that they share.

Nothing here measures. What each step costs is given (`Costs`); the simulation only lets the steps wait for
one another as they do in the service: a thread that speaks with the network and a thread that writes share a
core, and whoever writes takes everything that waits, then the pen of the number, which a commit puts down.
"""

import random
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from math import ceil

from benchmarks.costs import STATUSES, Costs
from benchmarks.rounds import percentile
from benchmarks.virtual import LOOP, WRITER, Clock, Core, Pen

STATUSES_AFTER = (0.1, 0.5, 1.0)  # seconds after the answer, for each of them
DOORS = 3  # ingest, claim, record: each takes its third of what a message costs with the pen
MOST_AT_ONCE = 500  # works that share a commit
QUIET = 0.02  # seconds in which what others write is told together
FULL_CALLBACK = 1.0  # seconds that the platform waits for a callback to be full
SAMPLES = 100  # looks at the backlog in one run


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What is asked of a number. ``rate`` is in messages a second, ``seconds`` is virtual time.

    ``alerts_at_once`` come in one request; ``even`` makes every second bring the same number of them, else
    they come as in a Poisson process.
    """

    services: int
    rate: float
    seconds: float
    seed: int
    statuses_at_once: int = 1
    alerts_at_once: int = 1
    even: bool = False
    in_flight: int = 400
    latency: float = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a run shows. The first third of the time is left out of all but the counts.

    ``rate`` is how many messages were accepted in a second; ``growth`` by how much the backlog grows, in
    parts of the rate that was asked for. ``p50_ms`` and ``p99_ms`` lie between an alert's arrival and the
    moment its message is known, durably, to be accepted. ``pen_busy`` and ``core_busy`` (the mean of all
    services) are parts of the time; ``batch`` is how many works share a commit.
    """

    arrived: int
    accepted: int
    applied: int
    rate: float
    growth: float
    p50_ms: float
    p99_ms: float
    pen_busy: float
    core_busy: float
    batch: float


@dataclass(slots=True, kw_only=True)
class Work:
    """What a transaction does: so many pieces, each some seconds of the core and then of the server.

    ``begin`` says how many pieces it has once it has the pen; one without changes needs no commit.
    """

    begin: Callable[[], int]
    cpu: float
    wait: float
    then: Callable[[], None]


class Service:
    """One process: its core, its writer, and what it has on the way."""

    def __init__(self, number: "Partition") -> None:
        self.core = Core(number.clock)
        self.leaving = 0
        self._number = number
        self._waiting: deque[Work] = deque()
        self._writing = self._turning = self._awake = self._heard = self._deaf = False
        self._batch: list[Work] = []
        self._changes = False

    def submit(self, work: Work) -> None:
        """Hand a work to the writer."""
        self._waiting.append(work)
        if not self._writing:
            self._gather()

    def wake(self) -> None:
        """There may be something to send."""
        self._awake = True
        if not self._turning:
            self._turn()

    def hear(self) -> None:
        """Another service wrote: look at once, and a little later for all that is written until then."""
        self._heard = True
        if not self._deaf:
            self._listen()

    def _listen(self) -> None:
        self._deaf = self._heard
        if self._heard:
            self._heard = False
            self._number.clock.after(QUIET, self._listen)
            self.wake()

    def _turn(self) -> None:
        """Claim what is due. Looking in vain costs as much as claiming one message."""
        self._turning, self._awake = True, False
        number, claimed = self._number, list[float]()

        def begin() -> int:
            room = number.load.in_flight - self.leaving
            while number.due and len(claimed) < room:
                claimed.append(number.due.popleft())
            self._changes = self._changes or bool(claimed)
            self.leaving += len(claimed)
            return max(len(claimed), 1)

        def then() -> None:
            self._turning = False
            for arrived in claimed:
                number.send(self, arrived)
            if self._awake or (claimed and number.due and self.leaving < number.load.in_flight):
                self._turn()

        self.submit(Work(begin=begin, cpu=number.pen_cpu, wait=number.pen_wait, then=then))

    def write(self, pieces: int, cpu: float, wait: float, then: Callable[[], None]) -> None:
        """Hand in a work that changes something."""

        def begin() -> int:
            self._changes = True
            return pieces

        self.submit(Work(begin=begin, cpu=cpu, wait=wait, then=then))

    def _gather(self) -> None:
        self._writing = bool(self._waiting)
        if self._writing:
            most = min(len(self._waiting), MOST_AT_ONCE)
            self._batch = [self._waiting.popleft() for _ in range(most)]
            self._number.pen.take(self._begin)

    def _begin(self) -> None:
        self._changes = False
        self._run(iter(self._batch))

    def _run(self, works: Iterator[Work]) -> None:
        work = next(works, None)
        if work is None:
            self._number.clock.after(self._number.commit if self._changes else 0.0, self._end)
        else:
            self._piece(work, work.begin(), works)

    def _piece(self, work: Work, pieces: int, works: Iterator[Work]) -> None:
        """One piece after the other: the core, then the server, and the core is free for the other thread."""

        def answered() -> None:
            if pieces > 1:
                self._piece(work, pieces - 1, works)
            else:
                self._run(works)

        self.core.work(WRITER, work.cpu, lambda: self._number.clock.after(work.wait, answered))

    def _end(self) -> None:
        batch, number = self._batch, self._number
        number.pen.put_down()
        number.batches += self._changes
        number.works += len(batch) if self._changes else 0
        if self._changes:
            for other in number.services:
                if other is not self:
                    other.hear()
        for work in batch:
            work.then()
        self._gather()


class Partition:
    """One number with its services, under a load."""

    def __init__(self, costs: Costs, load: Load) -> None:
        self.clock, self.load = Clock(), load
        self.pen = Pen(self.clock)
        self.pen_cpu = costs.pen_cpu_ms / DOORS / 1000
        self.pen_wait = costs.pen_wait_ms / DOORS / 1000
        self.commit = costs.commit_ms / 1000
        self.due = deque[float]()  # when the alerts came whose messages may leave
        self.services = [Service(self) for _ in range(load.services)]
        self.batches = self.works = 0
        self._costs = costs
        self._chance = random.Random(load.seed)
        self._arrived = self._accepted = self._told = self._applied = 0
        self._waits = list[float]()
        self._untold = 0  # statuses that the platform gathers for one callback
        self._callbacks = 0

    def run(self, *, drain: bool = False) -> Seen:
        """Live through the load; ``drain`` goes on without arrivals until nothing waits."""
        load, backlogs = self.load, list[float]()
        for moment in arrivals(load, self._chance):
            self.clock.at(moment, self._arrive)
        for sample in range(1, SAMPLES + 1):
            self.clock.at(load.seconds * sample / SAMPLES, lambda: backlogs.append(self._backlog()))
        warm = load.seconds / 3
        self.clock.run(warm)
        accepted, pen, cores = self._accepted, self.pen.busy, self._core_seconds()
        self.clock.run(load.seconds)
        passed = load.seconds - warm
        measured = self._waits[accepted:]
        rate = len(measured) / passed
        pen, cores = self.pen.busy - pen, self._core_seconds() - cores
        if drain:
            self.clock.run()
        return Seen(
            arrived=self._arrived,
            accepted=self._accepted,
            applied=self._applied,
            rate=rate,
            growth=growth(backlogs, load),
            p50_ms=1000 * percentile(measured, 50) if measured else float("inf"),
            p99_ms=1000 * percentile(measured, 99) if measured else float("inf"),
            pen_busy=pen / passed,
            core_busy=cores / passed / load.services,
            batch=self.works / max(self.batches, 1),
        )

    def send(self, service: Service, arrived: float) -> None:
        """Build the request, wait for the platform, read the answer, keep it."""
        half = self._costs.transport_cpu_ms / 2 / 1000
        read = partial(service.core.work, LOOP, half, lambda: self._answered(service, arrived))
        service.core.work(LOOP, half, lambda: self.clock.after(self.load.latency, read))

    def _arrive(self) -> None:
        """Alerts come in one request, to any of the services."""
        alerts, now = self.load.alerts_at_once, self.clock.now
        service = self._chance.choice(self.services)
        self._arrived += alerts

        def durable() -> None:
            self.due.extend([now] * alerts)
            service.wake()

        service.write(alerts, self.pen_cpu, self.pen_wait, durable)

    def _answered(self, service: Service, arrived: float) -> None:
        for seconds in STATUSES_AFTER:
            self.clock.after(seconds, self._status)

        def recorded() -> None:
            self._accepted += 1
            self._waits.append(self.clock.now - arrived)
            service.leaving -= 1
            service.wake()

        service.write(1, self.pen_cpu, self.pen_wait, recorded)

    def _status(self) -> None:
        """The platform has a status to tell, and tells it when a callback is full, or after a while."""
        self._untold += 1
        if self._untold == self.load.statuses_at_once:
            self._call_back(self._callbacks)
        elif self._untold == 1:
            self.clock.after(FULL_CALLBACK, partial(self._call_back, self._callbacks))

    def _call_back(self, number: int) -> None:
        if number != self._callbacks:
            return  # it was full before
        statuses, self._untold = self._untold, 0
        self._callbacks += 1
        self._told += statuses
        service = self._chance.choice(self.services)
        cpu, wait = self._costs.status_pen_cpu_ms / 1000, self._costs.status_pen_wait_ms / 1000

        def applied() -> None:
            self._applied += statuses
            service.wake()

        write = partial(service.write, statuses, cpu, wait, applied)
        service.core.work(LOOP, self._costs.status_verify_cpu_ms / 1000, write)

    def _backlog(self) -> float:
        """How many messages, or their statuses, are not done with."""
        return self._arrived - self._accepted + (self._told - self._applied) / STATUSES

    def _core_seconds(self) -> float:
        return sum(service.core.busy for service in self.services)


def arrivals(load: Load, chance: random.Random) -> Iterator[float]:
    """When requests with alerts come."""
    rate = load.rate / load.alerts_at_once
    if not load.even:
        now = chance.expovariate(rate)
        while now < load.seconds:
            yield now
            now += chance.expovariate(rate)
        return
    for second in range(ceil(load.seconds)):
        moments = [second + chance.random() for _ in range(int(rate * (second + 1)) - int(rate * second))]
        yield from (moment for moment in moments if moment < load.seconds)


def growth(backlogs: list[float], load: Load) -> float:
    """By how much the backlog grew from the second third of the time to the last, in parts of the rate."""
    third = len(backlogs) // 3
    before, after = sum(backlogs[-2 * third : -third]), sum(backlogs[-third:])
    return (after - before) / third / (load.seconds / 3) / load.rate


def simulated(costs: Costs, load: Load, *, drain: bool = False) -> Seen:
    """What a number does under a load."""
    return Partition(costs, load).run(drain=drain)
