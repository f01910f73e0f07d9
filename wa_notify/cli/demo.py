"""`wa-notify demo`: sandbox, service and a first alert in one process, with no account at Meta.

Live, it stays up and narrates what happens; with ``--once`` it plays the whole story in virtual time and
succeeds only if every step of it happened.
"""

import asyncio
import sys
import tempfile
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from wa_notify.cli.demo_stage import Stage, open_stage
from wa_notify.cli.demo_story import play
from wa_notify.cli.narration import JsonNarrator, Narrator, TerminalNarrator
from wa_notify.cli.virtual import VirtualClock
from wa_notify.clock import system_chance, system_clock
from wa_notify.scheduler import Wakeups
from wa_notify.service import at_work, on_signals
from wa_notify.web.access.entering import Entrance

NIGHT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)  # when --once begins, so that every run tells the same


def demo(*, once: bool, port: int, sandbox_port: int, as_json: bool) -> int:
    """Run the demo; the exit code.

    Raises `PortTaken` when one of the two ports is.
    """
    narrator = JsonNarrator(sys.stdout) if as_json else TerminalNarrator(Console(highlight=False))
    with tempfile.TemporaryDirectory(prefix="wa-notify-demo-") as folder:
        if once:
            return asyncio.run(_once(Path(folder), narrator))
        asyncio.run(_live(Path(folder), narrator, port, sandbox_port))
        narrator.say("\nStopped. Nothing was kept, and nothing left this machine.")
        return 0


async def _once(folder: Path, narrator: Narrator) -> int:
    async with open_stage(folder=folder, clock=VirtualClock(NIGHT), narrator=narrator) as stage:
        await stage.start_quietly()
        told = await play(stage)
        await stage.stop_service()
        return 0 if told else 1


async def _live(folder: Path, narrator: Narrator, port: int, sandbox_port: int) -> None:
    asked_to_leave = on_signals()
    async with AsyncExitStack() as leaving:
        stage = await leaving.enter_async_context(
            open_stage(
                folder=folder,
                clock=system_clock,
                narrator=narrator,
                service_port=port,
                sandbox_port=sandbox_port,
            )
        )
        wakeups = Wakeups()
        house = stage.furnish(wakeups, system_chance)
        leaving.callback(house.store.close)
        post = asyncio.create_task(stage.sandbox.run_forever())
        leaving.callback(post.cancel)
        await leaving.enter_async_context(at_work(house.engine, wakeups, house.standing))
        _greet(stage, await Entrance(house.engine, system_clock).first_link())
        await stage.alertmanager("DiskFull", "Disk 96 % full on db-7", "db-7")
        await asked_to_leave.wait()


def _greet(stage: Stage, proof: str) -> None:
    service, sandbox = stage.addresses.service, stage.addresses.sandbox
    stage.narrator.title("wa_notify demo: a service, and WhatsApp played by a sandbox")
    stage.narrator.link("Phones", f"{sandbox}/", "tap Acknowledge on Alice's phone")
    stage.narrator.link("Page", f"{service}/admin/setup/{proof}", "choose a password, and look after it all")
    stage.narrator.link("Health", f"{service}/readyz", "is everything ready, and if not, why")
    stage.narrator.link("Metrics", f"{service}/metrics", "what Prometheus would scrape")
    stage.narrator.say("\nAnother alert, from another terminal:")
    stage.narrator.say(
        f"  curl {service}/alerts -d '"
        '{"labels": {"alertname": "DiskFull", "severity": "critical", "instance": "db-8"},'
        ' "annotations": {"summary": "Disk full on db-8", "description": "Full since noon"}}'
        "'"
    )
    stage.narrator.say("\nStop with Ctrl-C. The story so far:\n")
