"""The sandbox is measured, and plays every message to its end."""

from pathlib import Path

from tests.benchmarks.running import goals_of, run


def test_the_sandbox_is_held_against_a_bare_application_and_its_size_is_told(tmp_path: Path) -> None:
    arguments = ("--messages", "20", "--rounds", "1", "--growth", "400", "--keep", "50")
    printed, figures = run("benchmarks.sandbox", *arguments, report=tmp_path / "sandbox.json")
    (contest,) = figures["contests"]
    assert contest["ours"]["count"] == contest["floor"]["count"] == 20
    assert [size["messages"] for size in figures["growth"]] == list(range(40, 401, 40))
    assert "50 messages were kept." in printed
    assert set(goals_of(figures)) == {"sandbox.size"}
