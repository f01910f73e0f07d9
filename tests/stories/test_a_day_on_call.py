"""The README tells a day as it really happened."""

from pathlib import Path

from tests.stories.day_on_call import play, section, written


async def test_the_day_in_the_readme_is_the_day_that_is_played(tmp_path: Path) -> None:
    day = await play(tmp_path)
    assert section() == written(day), "run: python -m tests.stories.day_on_call"
