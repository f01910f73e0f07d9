from pathlib import Path

from benchmarks.household import ALERTS, PEOPLE
from tests.benchmarks.running import goals_of, run


def test_starting_is_timed_and_an_idle_service_has_handled_every_alert(tmp_path: Path) -> None:
    printed, figures = run("benchmarks.home", "--rounds", "1", "--idle", "1", report=tmp_path / "home.json")
    assert [contest["ours"]["count"] for contest in figures["contests"]] == [1, 1]
    assert len(figures["help_seconds"]) == len(figures["bare_seconds"]) == 1
    assert figures["idle"]["alerts"] == len(ALERTS)
    assert figures["idle"]["messages"] == len(ALERTS) * PEOPLE
    assert figures["idle"]["seconds"] >= 1
    assert set(goals_of(figures)) == {"home.help", "home.import", "home.memory"}
    assert goals_of(figures)["home.memory"] > 20
    assert "all of them read" in printed
