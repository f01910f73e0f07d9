"""What is simulated follows from what it costs, and what is documented from what is simulated."""

import json
import re
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks import capacity
from benchmarks.capacity import (
    BEGIN,
    COSTS,
    DOCS,
    END,
    GROWTH,
    Trial,
    cheap_enough,
    find,
    greatest,
    main,
    markdown,
    parsed,
    sustained,
    times,
    trial_of,
    with_pen,
    write_docs,
)
from benchmarks.costs import Costs, costs_from
from benchmarks.partition import Load, Seen, simulated
from benchmarks.region import Findings, Limits, breaks, demand
from benchmarks.rounds import Trouble

FREE = Costs(
    at="never",
    cpu="no machine",
    transport_cpu_ms=0,
    pen_cpu_ms=0,
    status_verify_cpu_ms=0,
    status_pen_cpu_ms=0,
    pen_wait_ms=0,
    status_pen_wait_ms=0,
    commit_ms=0,
    server_cpu_ms=0,
    wal_bytes=0,
    resident_mib=0,
)
SOME = replace(
    FREE,
    transport_cpu_ms=4,
    pen_cpu_ms=6,
    status_verify_cpu_ms=1,
    status_pen_cpu_ms=2,
    pen_wait_ms=1,
    status_pen_wait_ms=0.5,
    commit_ms=2,
    server_cpu_ms=5,
    wal_bytes=10_000,
    resident_mib=100,
)
CPU_ALONE = replace(SOME, pen_wait_ms=0, status_pen_wait_ms=0, commit_ms=0)
FOUND = Findings(single={1: 50, 2: 96, 4: 100}, full={1: 50, 2: 96, 4: 100}, full_callback=100)


def tried(costs: Costs, *, seconds: float = 9) -> Trial:
    return Trial(costs=costs, limits=Limits(), seconds=seconds, seed=1)


def seen(costs: Costs, rate: float, *, services: int = 1, drain: bool = False, **more: Any) -> Seen:
    asked = {"even": True, "seconds": 9.0, "seed": 1, **more}
    return simulated(costs, Load(services=services, rate=rate, **asked), drain=drain)


def written(path: Path, told: object) -> Path:
    path.write_text(json.dumps(told))
    return path


def test_without_waits_one_service_sustains_what_its_core_can_do() -> None:
    assert sustained(tried(CPU_ALONE), 1) == pytest.approx(1000 / CPU_ALONE.core_ms, rel=0.05)


def test_more_services_do_not_widen_the_pen() -> None:
    pen_alone = replace(SOME, transport_cpu_ms=0, status_verify_cpu_ms=0, commit_ms=0)
    one, four = (sustained(tried(pen_alone), services) for services in (1, 4))
    bound = 1000 / pen_alone.pen_ms
    assert one == pytest.approx(bound, rel=0.1)
    assert 0.8 * one <= four <= (1 + GROWTH) * bound


def test_transport_is_done_twice_as_often_by_twice_the_services() -> None:
    transport_alone = replace(FREE, transport_cpu_ms=10)
    for services in (1, 2, 4):
        below, above = (
            seen(transport_alone, part * services * 100, services=services) for part in (0.9, 1.1)
        )
        assert below.growth <= GROWTH < above.growth
        assert below.core_busy == pytest.approx(0.9, abs=0.05)


def test_a_batch_shares_a_commit_so_that_a_slow_disk_costs_time_and_no_rate() -> None:
    pen_alone = replace(FREE, pen_cpu_ms=9)  # 111 messages a second
    quick, slow = (seen(replace(pen_alone, commit_ms=ms), 80) for ms in (0, 50))
    assert slow.growth <= GROWTH
    assert slow.rate == pytest.approx(80, rel=0.03)
    assert slow.batch > 5 * quick.batch
    assert slow.p50_ms > quick.p50_ms + 2 * 50
    # One commit for each work, six of them for a message with its statuses, would allow 1000 / (6 * 50)
    assert slow.rate > 10 * 1000 / (6 * 50)


def test_what_is_written_alone_pays_for_its_own_commits() -> None:
    # Ingest, claim and record in turn, and nobody else there: the latency is the sum of what it waits for
    alone = seen(replace(SOME, commit_ms=20), 0.5, seconds=30.0)
    waited_for = SOME.pen_cpu_ms + SOME.pen_wait_ms + SOME.transport_cpu_ms + 300 + 3 * 20
    assert alone.p50_ms == pytest.approx(waited_for, abs=0.1)


@pytest.mark.parametrize("services", [1, 3])
@pytest.mark.parametrize(("statuses", "alerts"), [(1, 1), (100, 1), (7, 40)])
def test_no_message_and_no_status_is_lost(services: int, statuses: int, alerts: int) -> None:
    load = {"services": services, "statuses_at_once": statuses, "alerts_at_once": alerts}
    drained = seen(SOME, 120, drain=True, seconds=4.0, **load)  # more than is sustained
    assert drained.arrived == drained.accepted
    assert drained.arrived == pytest.approx(4 * 120, rel=0.1)
    assert drained.applied == 3 * drained.arrived


def test_a_message_takes_the_longer_the_nearer_the_limit() -> None:
    most = sustained(tried(SOME), 2)
    calm, busy, over = (seen(SOME, part * most, services=2) for part in (0.5, 0.95, 1.2))
    assert 300 < calm.p99_ms < busy.p99_ms < over.p99_ms
    assert calm.growth <= GROWTH < over.growth
    assert busy.batch > calm.batch


def test_requests_in_flight_limit_a_service_that_has_nothing_else_to_wait_for() -> None:
    limited = seen(replace(FREE, transport_cpu_ms=0.1), 200, in_flight=30)
    assert limited.rate == pytest.approx(30 / 0.3, rel=0.05)
    assert limited.growth > 0.3


def test_many_statuses_in_a_callback_are_verified_at_the_price_of_one() -> None:
    dear = replace(FREE, status_verify_cpu_ms=5)
    single, full = (seen(dear, 40, statuses_at_once=statuses) for statuses in (1, 100))
    assert single.core_busy == pytest.approx(3 * 40 * 0.005, rel=0.05)
    assert full.core_busy == pytest.approx(single.core_busy / 100, rel=0.2)


def test_the_same_seed_gives_the_same_figures_and_another_gives_others() -> None:
    first, again, other = (seen(SOME, 60, even=False, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_bisection_finds_where_it_ends() -> None:
    assert greatest(lambda rate: rate <= 61.8, 100) == pytest.approx(61.8, abs=1)
    assert greatest(lambda rate: rate <= 61.8, 50) == 50
    assert greatest(lambda rate: False, 100) == 0


def test_the_pen_is_cheap_enough_just_where_the_target_is_sustained() -> None:
    trial = replace(tried(SOME, seconds=6), limits=Limits(target=100))
    enough = cheap_enough(trial, 4)
    assert 0.8 * 1000 / 100 < enough < 1000 / 100 < SOME.pen_ms
    assert sustained(replace(trial, costs=with_pen(SOME, 0.95 * enough)), 4) >= 100
    assert with_pen(SOME, enough).pen_ms == pytest.approx(enough)


def test_what_all_numbers_need_is_what_one_needs_so_many_times() -> None:
    limits = Limits(numbers=10)
    need = demand(SOME, limits, FOUND, 80)
    assert (need.possible, need.services, need.connections) == (True, 2, 3 * 2 * 10)
    assert need.service_cores == pytest.approx(10 * 80 * 0.019)
    assert need.server_cores == pytest.approx(10 * 80 * 0.005)
    assert need.wal_mb == pytest.approx(10 * 80 * 0.01)
    assert need.memory_gib == pytest.approx(2 * 10 * 100 / 1024)
    beyond = demand(SOME, limits, FOUND, 1000)
    assert (beyond.possible, beyond.services) == (False, 19)
    assert beyond.servers == {"cores": 4, "WAL": 1, "connections": 2}
    assert (beyond.most_servers, beyond.asking) == (4, "cores")


def test_what_gives_out_first_stands_first() -> None:
    found = breaks(SOME, Limits(numbers=10, server_connections=90), FOUND, 1)
    rates = {what: rate for rate, what, _ in found}
    assert [rate for rate, _, _ in found] == sorted(rates.values())
    assert rates["The core of one service"] == pytest.approx(1000 / 19)
    assert rates["The pen of a number"] == pytest.approx(1000 / 14.5)
    assert rates["The servers' cores"] == pytest.approx(16 / 10 / 0.005)
    assert rates["The servers' WAL"] == pytest.approx(500e6 / 10 / 10_000)
    assert rates["The servers' connections"] == pytest.approx(3 * 1000 / 19)
    assert rates["Requests in flight of 2 services"] == pytest.approx(2 * 400 / 0.3)
    assert rates["What the platform takes of a number"] == 1000


@pytest.mark.parametrize("told", ["bare", "report"])
def test_costs_are_read_from_a_report_or_alone(tmp_path: Path, told: str) -> None:
    bare = json.loads(COSTS.read_text())
    report = {"conditions": {}, "goals": [], "costs": bare}
    read = costs_from(written(tmp_path / "costs.json", bare if told == "bare" else report))
    assert read == costs_from(COSTS)
    assert read.transport_cpu_ms == bare["transport_cpu_ms"]


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"at": "now", "cpu": "x"}, "lacks transport_cpu_ms, pen_cpu_ms"),
        ({"costs": [1]}, "lacks at, cpu, transport_cpu_ms"),
        ([1], "lacks at, cpu"),
        ({**json.loads(COSTS.read_text()), "commit_ms": -1, "wal_bytes": "9"}, "as commit_ms, wal_bytes"),
        ({**json.loads(COSTS.read_text()), "pen_cpu_ms": True}, "as pen_cpu_ms"),
        ({**json.loads(COSTS.read_text()), "pen_cpu_ms": float("nan")}, "as pen_cpu_ms"),
    ],
)
def test_bad_costs_are_refused_with_what_is_wrong(tmp_path: Path, told: object, why: str) -> None:
    with pytest.raises(Trouble, match=why):
        costs_from(written(tmp_path / "costs.json", told))


def test_a_file_that_holds_no_costs_is_refused(tmp_path: Path) -> None:
    (tmp_path / "costs.json").write_text("{")
    for name in ("costs.json", "none.json"):
        with pytest.raises(Trouble, match=f"{name} cannot be read as costs"):
            costs_from(tmp_path / name)


def test_costs_at_which_nothing_is_sustained_are_refused() -> None:
    with pytest.raises(Trouble, match="not sustain a single message"):
        find(tried(replace(SOME, transport_cpu_ms=5000), seconds=3))


def test_the_command_tells_and_keeps_what_it_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(capacity, "SERVICES", (1, 2))
    costs = written(tmp_path / "costs.json", {"costs": asdict(SOME)})
    report = tmp_path / "capacity.json"
    words = ["--costs", str(costs), "--quick", "--seconds", "3", "--target", "50", "--folder", str(tmp_path)]
    assert main([*words, "--json", str(report)]) == 0
    told, kept = capsys.readouterr().out, json.loads(report.read_text())
    assert kept["costs"] == asdict(SOME)
    assert kept["settings"]["target"] == 50
    assert kept["goals"] == []
    assert re.search(rf"^1 +{kept['single']['1']} +{kept['full']['1']}$", told, flags=re.MULTILINE)
    assert "What breaks first: 100 numbers" in told


def test_only_what_stands_between_the_marks_is_written_anew(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    write_docs("new", page)
    assert page.read_text() == f"before\n{BEGIN}\nnew\n{END}\nafter\n"
    page.write_text("no marks\n")
    with pytest.raises(Trouble, match="has no <!-- capacity -->"):
        write_docs("new", page)


def test_the_documentation_is_what_is_found_now() -> None:
    """The searches are read from the page, because all of them take long; the rest is simulated again."""
    page = DOCS.read_text().partition(BEGIN)[2].partition(END)[0].strip()
    trial = trial_of(parsed([]))
    rows = re.findall(r"^\| (\d+) \| ([\d,]+) \| ([\d,]+) \|$", page, flags=re.MULTILINE)
    cheap = re.search(r"simulated with (\d+) services \| ([\d.]+) ms", page)
    assert cheap is not None
    found = Findings(
        single={int(services): number(single) for services, single, _ in rows},
        full={int(services): number(full) for services, _, full in rows},
        full_callback=capacity.FULL_CALLBACK,
        cheap_pen_ms=float(cheap[2]),
        many_services=int(cheap[1]),
    )
    assert tuple(found.single) == capacity.SERVICES
    assert sustained(trial, found.services) == found.most
    found = replace(found, times=times(trial, found.services, found.most))
    assert markdown(trial, found) == page, "run python -m benchmarks.capacity --write-docs"


def number(written_so: str) -> int:
    return int(written_so.replace(",", ""))
