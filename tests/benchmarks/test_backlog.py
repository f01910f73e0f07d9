"""What very much that waits does is measured, with nothing lost and everything that waits really there."""

from pathlib import Path

from tests.benchmarks.running import goals_of, run


def test_a_heap_is_overtaken_started_with_and_reminded_of(tmp_path: Path) -> None:
    small = ("--waiting", "1000", "--reminders", "20", "--alerts", "2", "--idle", "0.5", "--rounds", "1")
    printed, figures = run("benchmarks.backlog", *small, report=tmp_path / "backlog.json")
    assert [(one["waiting"], one["count"]) for one in figures["critical"]] == [(0, 2), (1000, 2), (1000, 2)]
    assert [one["left"] > 0 for one in figures["critical"]] == [False, True, True]
    assert [(one["waiting"], one["count"]) for one in figures["starts"]] == [(500, 1), (1000, 1)]
    assert [one["waiting"] for one in figures["idle"]] == [0, 1000]
    (due,) = figures["contests"]
    assert (due["floor"]["count"], due["ours"]["count"]) == (2, 20)
    assert "reminders that are due" in printed
    assert set(goals_of(figures)) == {
        "backlog.critical",
        "backlog.start",
        "backlog.start.cpu",
        "reminders.due",
        "reminders.idle",
        "reminders.flat",
    }
