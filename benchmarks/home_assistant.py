"""What the integration takes of Home Assistant's event loop while it is set up, in a start like any other.

    .venv-ha/bin/python -m benchmarks.home_assistant            medians of seven starts
    .venv-ha/bin/python -m benchmarks.home_assistant --quick

Each start is a process of its own: Home Assistant's core, its registries and everything that the integration
asks for are there before; then the entry, which an earlier run has stored, is set up, and WhatsApp is played
by the sandbox in another process. Counted is the processor time of all callbacks of the loop from then until
nothing is left to do. What threads do meanwhile holds nobody up, and does not count.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from asyncio import events
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

# Home Assistant first: it decides which httpx there is.
from homeassistant import auth, bootstrap, loader  # type: ignore[import-not-found]  # another environment
from homeassistant.config_entries import (  # type: ignore[import-not-found]
    SOURCE_USER,
    ConfigEntries,
    ConfigEntry,
    ConfigEntryState,
    ConfigSubentryData,
)
from homeassistant.core import CoreState, HomeAssistant  # type: ignore[import-not-found]
from homeassistant.helpers import entity_registry  # type: ignore[import-not-found]
from homeassistant.setup import async_setup_component  # type: ignore[import-not-found]

from benchmarks.cores import MEASURED, REST, take_core
from benchmarks.goals import Bound, Goal
from benchmarks.household import free_port, installed
from benchmarks.options import command_line, end_with
from benchmarks.rounds import Trouble, table, write_json
from wa_notify.sandbox import Account
from wa_notify.sandbox.testing import SandboxServer

DOMAIN = "wa_notify"
# What is there in every house, and not ours to pay for.
OTHERS = ("homeassistant", "persistent_notification", "http", "webhook", "notify", "binary_sensor", "button")
PLATFORMS = ("event", "sensor", "switch")
MOST_ON_LOOP = 50.0
ROUND = "round"  # the word that makes this program one start
RULES = {
    "rules": [
        {
            "name": f"room-{room}",
            "match": {"room": f"room-{room}"},
            "receiver": "home",
            "free_form": "*{{ title }}* in {{ labels.room }}",
        }
        for room in range(10)
    ],
    "receivers": {"home": {"to": ["p0", "p1"]}},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """One start. Milliseconds on the loop, of them the longest callback; seconds until all was there."""

    on_loop_ms: float
    longest_ms: float
    seconds: float
    callbacks: int
    entities: int


class Ledger:
    """How long each callback of the loop took, in processor time of its thread."""

    def __init__(self) -> None:
        self.took: list[float] = []

    def open(self) -> None:
        """Begin to count; there is no way back, since the process ends afterwards."""
        run = events.Handle._run

        def timed(handle: events.Handle) -> None:
            begun = time.thread_time()
            run(handle)
            self.took.append(1000 * (time.thread_time() - begun))

        events.Handle._run = timed  # type: ignore[assignment, method-assign]


async def core_of(folder: Path) -> Any:
    """Home Assistant with what every house has, about to start."""
    hass = HomeAssistant(str(folder))
    loader.async_setup(hass)
    hass.config.skip_pip = True
    hass.config_entries = ConfigEntries(hass, {})
    await loader.async_get_custom_components(hass)
    if not await bootstrap.async_load_base_functionality(hass):
        raise Trouble("Home Assistant could not load its registries.")
    hass.auth = await auth.auth_manager_from_config(hass, [{"type": "homeassistant"}], [])
    hass.set_state(CoreState.starting)
    for domain in (*OTHERS, *PLATFORMS):
        if not await async_setup_component(hass, domain, {"http": {"server_port": free_port()}}):
            raise Trouble(f"Home Assistant could not set up {domain}.")
    await hass.async_block_till_done()
    return hass


def entry_at(url: str, people: int) -> Any:
    """A business number with people, as the dialogs would have stored it."""
    account = Account()
    subentries = [
        ConfigSubentryData(
            data={"recipient_id": f"p{one}", "phone": f"+4477009001{one:02}", "opt_in": "Said yes"},
            subentry_type="recipient",
            title=f"Person {one}",
            unique_id=f"4477009001{one:02}",
        )
        for one in range(people)
    ]
    data = {
        "access_token": account.access_token,
        "app_id": account.app_id,
        "app_secret": account.app_secret,
        "base_url": url,
        "phone_number_id": account.phone_number_id,
        "verify_token": "verify-token-of-the-entry",
        "waba_id": account.waba_id,
        "webhook_id": "0123456789abcdef",
    }
    return ConfigEntry(
        data=data,
        discovery_keys={},
        domain=DOMAIN,
        minor_version=1,
        options={},
        source=SOURCE_USER,
        subentries_data=subentries,
        title="+44 1632 960111",
        unique_id=account.phone_number_id,
        version=1,
    )


async def first_start(folder: Path, url: str, people: int) -> None:
    """Add the entry, as somebody at the screen would, and stop."""
    hass = await core_of(folder)
    await async_setup_component(hass, DOMAIN, {DOMAIN: RULES})
    await hass.config_entries.async_add(entry_at(url, people))
    await hass.async_block_till_done()
    _check(hass, people)
    await hass.async_stop(force=True)


async def later_start(folder: Path, people: int) -> Start:
    """Set the entry up, and count."""
    hass, ledger = await core_of(folder), Ledger()
    ledger.open()
    await asyncio.sleep(0)  # this callback began before there was a ledger
    begun = time.perf_counter()
    await async_setup_component(hass, DOMAIN, {DOMAIN: RULES})
    await hass.async_block_till_done()
    seconds, took = time.perf_counter() - begun, tuple(ledger.took)
    entities = _check(hass, people)
    await hass.async_stop(force=True)
    return Start(
        on_loop_ms=sum(took), longest_ms=max(took), seconds=seconds, callbacks=len(took), entities=entities
    )


def _check(hass: Any, people: int) -> int:
    """How many entities there are. Raises `Trouble` when not all of it was set up."""
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    if entry.state is not ConfigEntryState.LOADED:
        raise Trouble(f"The entry is {entry.state}: {entry.reason}")
    found = entity_registry.async_entries_for_config_entry(entity_registry.async_get(hass), entry.entry_id)
    shown = [one for one in found if hass.states.get(one.entity_id)]
    if len(shown) < people:
        raise Trouble(f"There are only {len(shown)} entities for {people} people.")
    return len(shown)


def a_round(words: Sequence[str]) -> int:
    """One start in this process; the first stores the entry, the others are counted."""
    take_core(MEASURED)
    folder, url, people = Path(words[0]), words[1], int(words[2])
    if not (folder / ".storage").exists():
        asyncio.run(first_start(folder, url, people))
        return 0
    print(json.dumps(asdict(asyncio.run(later_start(folder, people)))))
    return 0


def in_a_process(folder: Path, url: str, people: int) -> str:
    """One start in a process of its own; what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.home_assistant", ROUND, str(folder), url, str(people)],
        capture_output=True,
        text=True,
        check=False,
        env=installed(folder / "compiled"),
    )
    if done.returncode:
        raise Trouble(done.stderr)
    return done.stdout


def starts(folder: Path, rounds: int, people: int) -> list[Start]:
    """Many starts of one house."""
    with SandboxServer() as sandbox:
        in_a_process(folder, sandbox.url, people)
        in_a_process(folder, sandbox.url, people)  # reads files from the disk, and does not count
        told = [in_a_process(folder, sandbox.url, people) for _ in range(rounds)]
    return [Start(**json.loads(one)) for one in told]


def show(found: Sequence[Start]) -> None:
    """The table."""
    rows = [
        (f"start {place}", f"{one.on_loop_ms:.1f}", f"{one.longest_ms:.1f}", f"{one.seconds:.2f}")
        for place, one in enumerate(found, start=1)
    ]
    print(table(("", "on the loop ms", "longest callback ms", "until all is there s"), rows))
    print(f"\n{found[0].entities} entities were there in the end of each.")


def goals(found: Sequence[Start]) -> list[Goal]:
    """The promise, with what was measured."""
    return [
        Goal(
            key="ha.setup",
            says="Set-up of the integration, on Home Assistant's event loop",
            measured=median(one.on_loop_ms for one in found),
            bound=Bound.AT_MOST,
            limit=MOST_ON_LOOP,
            unit="ms",
        )
    ]


def parsed(words: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = command_line(
        "home_assistant",
        "What it takes of the loop.",
        quick="fewer starts",
        rounds="starts (7; quick: 5)",
        folder="where Home Assistant's files go",
        python=".venv-ha/bin/python",
    )
    parser.add_argument("--people", type=int, default=5, help="recipients of the number")
    arguments = parser.parse_args(words)
    arguments.rounds = arguments.rounds or (5 if arguments.quick else 7)
    return arguments


def main(words: Sequence[str]) -> int:
    if words and words[0] == ROUND:
        return a_round(words[1:])
    arguments = parsed(words)
    print(f"Starts of Home Assistant with a number and {arguments.people} people.\n", flush=True)
    take_core(REST)
    with tempfile.TemporaryDirectory(prefix="wa-notify-ha-", dir=arguments.folder) as name:
        found = starts(Path(name), arguments.rounds, arguments.people)
    show(found)
    settings = {"rounds": arguments.rounds, "people": arguments.people}
    write_json(arguments.json, settings, {"starts": [asdict(one) for one in found]}, goals(found))
    return 0


if __name__ == "__main__":
    end_with(partial(main, sys.argv[1:]))
