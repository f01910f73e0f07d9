"""Services that share a database are measured, and no message is lost or doubled among them."""

from pathlib import Path

from benchmarks.costs import costs_from
from tests.benchmarks.running import goals_of, run
from tests.postgres import programs


def test_services_on_one_database_are_held_against_one_on_a_file(tmp_path: Path) -> None:
    programs()  # or it is told that there is no server
    small = ("--rounds", "1", "--messages", "12")
    printed, figures = run("benchmarks.services", *small, report=tmp_path / "services.json")
    assert [one["name"] for one in figures["contestants"]] == [
        "1 service on SQLite",
        "1 service on PostgreSQL",
        "2 services on PostgreSQL",
        "3 services on PostgreSQL",
    ]
    assert {one["ours"]["count"] for one in figures["contestants"]} == {12}
    measured = costs_from(tmp_path / "services.json")
    assert measured.pen_ms > 0
    assert measured.resident_mib > 20
    assert "3 services on PostgreSQL" in printed
    assert set(goals_of(figures)) == {"services.two"}
