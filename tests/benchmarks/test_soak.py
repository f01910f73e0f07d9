import asyncio
from pathlib import Path

from benchmarks.cores import beside
from benchmarks.week import EACH, WORDS, check, open_week
from tests.benchmarks.running import goals_of, run


def test_every_alert_of_a_few_days_is_told_and_ended_and_nothing_is_lost(tmp_path: Path) -> None:
    printed, figures = run("benchmarks.soak", "--rounds", "3", "--alerts", "2", report=tmp_path / "soak.json")
    tally = figures["tally"]
    assert (tally["alerts"], tally["answers"]) == (6 + 6 + 2, 3 + 3 + 1)
    assert tally["accepted"] >= 14 * EACH * 2
    assert tally["statuses"] == tally["accepted"] * len(WORDS)
    assert [evening["day"] for evening in figures["evenings"]] == [1, 2, 3]
    assert set(goals_of(figures)) == {"soak.memory", "soak.objects"}
    assert "nothing was lost" in printed


def test_a_message_that_the_platform_does_not_know_is_a_fault(tmp_path: Path) -> None:
    async def lived(stub: str) -> tuple[list[str], list[str]]:
        async with open_week(tmp_path, f"http://127.0.0.1:{stub}") as week:
            await week.day(2)
            await week.calm_down()
            taken = week.tally.accepted + week.tally.answers
            return [*await check(week, taken)], [*await check(week, taken - 1)]

    with beside("benchmarks.stub") as stub:
        faultless, short = asyncio.run(lived(stub))
    assert faultless == []
    assert len(short) == 1
    assert short[0].startswith("the platform took ")
