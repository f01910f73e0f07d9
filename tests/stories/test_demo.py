"""The demo tells the whole story, tells the truth about it, and says what the README says it says."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from tests.postgres import cluster
from wa_notify.cli.demo import NIGHT
from wa_notify.cli.demo_stage import Stage, open_stage
from wa_notify.cli.demo_story import play
from wa_notify.cli.narration import TerminalNarrator
from wa_notify.cli.virtual import VirtualClock
from wa_notify.core.consent import ConsentAct
from wa_notify.pipeline.people import Said, record

README = Path(__file__).parents[2] / "README.md"


async def told(folder: Path, sabotage: Callable[[Stage], object], store: str = "") -> tuple[bool, str]:
    """Play the story after something was done to the stage; whether it was kept, and what was said."""
    said = io.StringIO()
    narrator = TerminalNarrator(Console(file=said, highlight=False))
    clock = VirtualClock(NIGHT)
    async with open_stage(folder=folder, clock=clock, narrator=narrator, store=store) as stage:
        await stage.start_quietly()
        sabotage(stage)
        kept = await play(stage)
        await stage.stop_service()
    return kept, said.getvalue()


def consent(stage: Stage, who: str, act: ConsentAct) -> None:
    said = Said(source="test", evidence="none", actor="test", at=NIGHT)
    stage.house.store.transact(lambda tx: record(tx, who, act, said)).result()


async def test_it_keeps_every_step_and_says_what_the_readme_says(tmp_path: Path) -> None:
    kept, said = await told(tmp_path, lambda _: None)
    assert kept, said
    as_the_readme(said)


async def test_it_keeps_every_step_on_a_server_too(tmp_path: Path) -> None:
    kept, said = await told(tmp_path, lambda _: None, store=cluster().database())
    assert kept, said
    as_the_readme(said)


def as_the_readme(said: str) -> None:
    shown = re.search(r"```text\n(.*?)```", README.read_text(), re.DOTALL)
    assert shown
    lines = [line.rstrip() for line in shown[1].splitlines() if line.strip(" .")]
    rest = iter(line.rstrip() for line in said.splitlines())
    missing = [line for line in lines if line not in rest]  # each behind the one before it
    assert len(lines) > 30
    assert missing == []


@pytest.mark.parametrize(
    ("sabotage", "broken"),
    [
        (
            lambda stage: stage.sandbox.review("ops_alert", "en", status="PAUSED"),
            "gets the approved template",
        ),
        (lambda stage: setattr(stage.alice, "reads", False), "ends as read"),
        (lambda stage: setattr(stage.sandbox.account, "app_secret", "another"), "ends as read"),
        (lambda stage: consent(stage, "alice", ConsentAct.REVOKED), "gets the approved template"),
        (lambda stage: consent(stage, "carol", ConsentAct.GRANTED), "reaches Alice alone"),
        (lambda stage: setattr(stage.bob, "online", False), "reminders come"),
        (lambda stage: stage.sandbox.review("ops_resolved", "en", status="PAUSED"), "The alert resolves"),
    ],
)
async def test_it_fails_at_the_step_that_was_broken(
    tmp_path: Path, sabotage: Callable[[Stage], object], broken: str
) -> None:
    kept, said = await told(tmp_path, sabotage)
    assert not kept
    (line,) = [line for line in said.splitlines() if "✗" in line]
    assert broken in line
