"""Many numbers from one: what they need of machines and database servers, and what gives out first."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil

from benchmarks.costs import STATUSES, Costs
from benchmarks.partition import MOST_AT_ONCE, STATUSES_AFTER, Seen
from benchmarks.summary import figure
from benchmarks.virtual import SLICE

CEILING = 1000  # messages that the platform takes of a number in a second
CONNECTIONS = 3  # of a service: one writes, one reads, one listens
NEARLY = 0.95  # of the greatest rate: what more services add beyond that is not worth them
PLANNED = 0.8  # of what a number sustains: the rest is for bursts, and for the day a service is missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What is wanted, and what a service, a database server and the platform allow."""

    numbers: int = field(default=100, metadata={"help": "how many numbers"})
    target: int = field(default=CEILING, metadata={"help": "messages a second of each"})
    server_cores: int = field(default=16, metadata={"help": "cores of a database server"})
    server_wal: int = field(
        default=500, metadata={"help": "MB of WAL that a database server writes in a second"}
    )
    server_connections: int = field(
        default=500, metadata={"help": "connections that a database server takes"}
    )
    in_flight: int = field(default=400, metadata={"help": "requests that a service has open at once"})
    latency_ms: float = field(
        default=300.0, metadata={"help": "milliseconds until the platform answers a request"}
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantiles:
    """What was seen at a ``part`` of the rate that is sustained, with so many alerts in a request."""

    part: float
    alerts_at_once: int
    seen: Seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What the simulation of one number found.

    ``single`` and ``full`` are the greatest rates by how many services there are, with one status in a
    callback and with ``full_callback``; ``cheap_pen_ms`` is the pen's time for a message at which
    ``many_services`` sustain the target, 0 if they never do.
    """

    single: dict[int, int]
    full: dict[int, int]
    full_callback: int
    times: Sequence[Quantiles] = ()
    cheap_pen_ms: float = 0.0
    many_services: int = 0

    @property
    def services(self) -> int:
        """The fewest services that sustain nearly the greatest rate."""
        enough = NEARLY * max(self.single.values())
        return min(services for services, rate in self.single.items() if rate >= enough)

    @property
    def most(self) -> int:
        """What a number sustains with them, in messages a second."""
        return self.single[self.services]


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What all numbers need at one rate. ``possible`` says whether a number sustains it."""

    rate: float
    possible: bool
    services: int  # of a number
    service_cores: float
    connections: int
    server_cores: float
    wal_mb: float
    memory_gib: float
    pen: float  # of a number's time
    servers: dict[str, int]  # by what asks for them

    @property
    def most_servers(self) -> int:
        """How many database servers are needed, whatever asks for them."""
        return max(self.servers.values())

    @property
    def asking(self) -> str:
        """What asks for the most of them."""
        return max(self.servers, key=lambda what: self.servers[what])


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What is printed, or stands in the documentation."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


def demand(costs: Costs, limits: Limits, found: Findings, rate: float) -> Demand:
    """What all numbers need; at a rate that no number sustains, as many services as their cores ask for."""
    possible = rate <= found.most
    services = found.services if possible else max(found.services, ceil(rate * costs.core_ms / 1000))
    connections, all_rate = CONNECTIONS * services * limits.numbers, rate * limits.numbers
    server_cores, wal_mb = all_rate * costs.server_cpu_ms / 1000, all_rate * costs.wal_bytes / 1e6
    return Demand(
        rate=rate,
        possible=possible,
        services=services,
        service_cores=all_rate * costs.core_ms / 1000,
        connections=connections,
        server_cores=server_cores,
        wal_mb=wal_mb,
        memory_gib=services * limits.numbers * costs.resident_mib / 1024,
        pen=rate * costs.pen_ms / 1000,
        servers={
            "cores": max(1, ceil(server_cores / limits.server_cores)),
            "WAL": max(1, ceil(wal_mb / limits.server_wal)),
            "connections": max(1, ceil(connections / limits.server_connections)),
        },
    )


def breaks(costs: Costs, limits: Limits, found: Findings, servers: int) -> list[tuple[float, str, str]]:
    """At which rate of a number each resource gives out if nothing else does, the first one first.

    Each is the rate, what gives out, and how the rate comes about.
    """
    services, numbers = found.services, limits.numbers
    of_connections = servers * limits.server_connections // (CONNECTIONS * numbers)
    core = per(1000, costs.core_ms)
    cores = f"{servers * limits.server_cores} cores, {costs.server_cpu_ms:.3g} ms of one for a message"
    wal = f"{servers * limits.server_wal:,} MB/s, {costs.wal_bytes / 1000:.3g} kB for a message"
    rates = [
        (core, "The core of one service", f"{costs.core_ms:.3g} ms for a message"),
        (per(1000, costs.pen_ms), "The pen of a number", f"{costs.pen_ms:.3g} ms for a message"),
        (
            per(servers * limits.server_cores * 1000, costs.server_cpu_ms * numbers),
            "The servers' cores",
            cores,
        ),
        (per(servers * limits.server_wal * 1e6, costs.wal_bytes * numbers), "The servers' WAL", wal),
        (
            of_connections * core if of_connections else 0.0,
            "The servers' connections",
            f"enough for {of_connections} services of a number",
        ),
        (CEILING, "What the platform takes of a number", "its ceiling"),
        (
            services * limits.in_flight / limits.latency_ms * 1000,
            f"Requests in flight of {services} services",
            f"{limits.in_flight} each for {limits.latency_ms:g} ms",
        ),
    ]
    if services > 1:
        rates.append((services * core, f"The cores of {services} services", f"{services} times one"))
    return sorted(rates)


def per(what: float, cost: float) -> float:
    """How many of that cost there are in it; no end of them if they cost nothing."""
    return what / cost if cost else float("inf")


def assumptions(costs: Costs, limits: Limits) -> list[str]:
    """What the figures rest on, besides the costs."""
    after = ", ".join(f"{seconds:g}" for seconds in STATUSES_AFTER)
    said = f"""
Costs as measured at {costs.at} on {costs.cpu}; every core is as quick as that one.
Every message gets {STATUSES} statuses, {after} s after the platform's answer. At worst each comes in a
    callback of its own; at best many share one, which is verified at the price of one.
Rates are searched with equally many alerts in every second, at random moments of it; times are those of
    Poisson arrivals, one alert or a burst in a request. A request goes to any of the services.
The platform answers after {limits.latency_ms:g} ms; a service has at most {limits.in_flight} requests open.
    Messages go to different people, so that none waits for another.
Taking in, claiming and recording a message need the pen for a third of its time each. A look at the outbox in
    vain costs as much as claiming one message.
At most {MOST_AT_ONCE} works share a commit, which waits for the server's disk (synchronous_commit). The pen
    passes to whoever waited longest, in no time.
The two threads of a service have its core in turns, for a piece of work, at most for {1000 * SLICE:g} ms.
A service has {CONNECTIONS} connections. A database server has {limits.server_cores} cores, writes
    {limits.server_wal} MB/s of WAL and takes {limits.server_connections} connections.
"""
    return said.strip().replace("\n    ", " ").splitlines()


def tables(costs: Costs, limits: Limits, found: Findings) -> list[Table]:
    """Everything, in the order to read it."""
    planned = demand(costs, limits, found, PLANNED * found.most)
    return [
        costs_table(costs),
        Table(
            title="What one number sustains, in messages a second",
            head=("services", "one status in a callback", f"{found.full_callback} in one"),
            rows=[(f"{each}", f"{rate:,}", f"{found.full[each]:,}") for each, rate in found.single.items()],
        ),
        times_table(found),
        region_table(costs, limits, found),
        Table(
            title=f"What breaks first: {limits.numbers} numbers, database servers: {planned.most_servers}",
            head=("", "at messages/s of a number", ""),
            rows=[
                (what, figure(rate, ""), why)
                for rate, what, why in breaks(costs, limits, found, planned.most_servers)
            ],
        ),
        cheaper_table(costs, limits, found),
    ]


def costs_table(costs: Costs) -> Table:
    """What everything rests on."""
    rows = [
        ("Transport of a message, service's core", figure(costs.transport_cpu_ms, "ms")),
        ("Taking in, claiming, recording a message: service's core", figure(costs.pen_cpu_ms, "ms")),
        ("... and waiting for the server, pen in hand", figure(costs.pen_wait_ms, "ms")),
        ("Taking a callback in, service's core", figure(costs.status_verify_cpu_ms, "ms")),
        ("Applying a status, service's core", figure(costs.status_pen_cpu_ms, "ms")),
        ("... and waiting for the server, pen in hand", figure(costs.status_pen_wait_ms, "ms")),
        ("A commit, pen in hand", figure(costs.commit_ms, "ms")),
        ("A message with its statuses: service's core", figure(costs.core_ms, "ms")),
        ("... pen, commits apart", figure(costs.pen_ms, "ms")),
        ("... database server's cores", figure(costs.server_cpu_ms, "ms")),
        ("... WAL", figure(costs.wal_bytes / 1000, "kB")),
        ("Memory of a service", figure(costs.resident_mib, "MiB")),
    ]
    return Table(title="What it costs", head=("", "measured"), rows=rows)


def times_table(found: Findings) -> Table:
    """How long a message takes, and how busy everything is."""
    head = (
        "of the most",
        "messages/s",
        "alerts in a request",
        "p50",
        "p99",
        "pen busy",
        "core busy",
        "batch",
    )
    rows = [
        (
            f"{each.part:.0%}",
            f"{each.part * found.most:.0f}",
            f"{each.alerts_at_once}",
            figure(each.seen.p50_ms, "ms"),
            figure(each.seen.p99_ms, "ms"),
            f"{each.seen.pen_busy:.0%}",
            f"{each.seen.core_busy:.0%}",
            f"{each.seen.batch:.1f}",
        )
        for each in found.times
    ]
    return Table(title=f"From alert to accepted, services: {found.services}", head=head, rows=rows)


def region_table(costs: Costs, limits: Limits, found: Findings) -> Table:
    """What all numbers need: as planned, at most, and at the target."""
    rates = (PLANNED * found.most, found.most, limits.target)
    demands = [demand(costs, limits, found, rate) for rate in rates]
    head = (
        "",
        f"planned: {PLANNED:.0%}",
        "the most",
        f"target{'' if demands[-1].possible else ', out of reach'}",
    )
    rows = [
        ("Messages/s of a number", *(f"{one.rate:,.0f}" for one in demands)),
        ("Messages/s of all", *(f"{one.rate * limits.numbers:,.0f}" for one in demands)),
        ("Pen of a number, its time", *(f"{one.pen:.0%}" for one in demands)),
        ("Services of a number", *(f"{one.services:,}" for one in demands)),
        ("Services", *(f"{one.services * limits.numbers:,}" for one in demands)),
        ("Cores they keep busy", *(f"{one.service_cores:,.0f}" for one in demands)),
        ("Memory they take, GiB", *(f"{one.memory_gib:,.0f}" for one in demands)),
        ("Connections", *(f"{one.connections:,}" for one in demands)),
        ("Database cores", *(f"{one.server_cores:,.0f}" for one in demands)),
        ("WAL, MB/s", *(f"{one.wal_mb:,.0f}" for one in demands)),
        ("Database servers", *(f"{one.most_servers:,} ({one.asking})" for one in demands)),
    ]
    return Table(title=f"What {limits.numbers} numbers need", head=head, rows=rows)


def cheaper_table(costs: Costs, limits: Limits, found: Findings) -> Table:
    """What the pen may cost at the target."""
    statuses = STATUSES * (costs.status_pen_cpu_ms + costs.status_pen_wait_ms)
    reached = figure(found.cheap_pen_ms, "ms") if found.cheap_pen_ms else "never"
    planned = max(1.0, PLANNED * found.most)
    rows = [
        ("Pen for a message with its statuses, now", figure(costs.pen_ms, "ms")),
        ("... of it its statuses", figure(statuses, "ms")),
        ("... at most, if nothing else waited", figure(1000 / limits.target, "ms")),
        (f"... at most, simulated with {found.many_services} services", reached),
        (
            f"Numbers for {limits.numbers * limits.target:,} messages/s at the planned rate, as it is",
            f"{ceil(limits.numbers * limits.target / planned):,}",
        ),
    ]
    title = f"What would have to get cheaper for {limits.target:,} messages/s of a number"
    return Table(title=title, head=("", ""), rows=rows)
