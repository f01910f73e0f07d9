"""Whatever happens in whatever order: the service comes to rest, fails nowhere, and ends what it began."""

import logging
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.stories.post_office import PostOffice
from tests.stories.test_seams import AT_ONCE, EVENING, SLOW, a_house, mute, unmute
from tests.stories.world import World, span
from wa_notify.core.outbox import ASKS_SOMEBODY, CLAIMABLE, Channel, Item, ItemState, Occasion
from wa_notify.core.reason import Reason
from wa_notify.core.silence import Silence
from wa_notify.core.ticket import Ticket, TicketState
from wa_notify.sandbox import CallbackPolicy, Fault, Refusal

STEPS = 40
LEFT = (ItemState.SENT, ItemState.DELIVERED, ItemState.READ)
MOST_TURNS = 10
NAMES = ("Service", "HostDown", "Note")
TEAMS = ("chain", "sleepers", "strangers", "work")
TOKEN = "sandbox-token"
WORDS = (
    "ack", "ack 1", "ack 2", "resolve 1", "resolve 2", "release 1", "release", "escalate 1", "escalate 2",
    "silence 1h", "silence 2", "assign carol", "assign me", "details", "status", "hello", "STOP", "START",
)  # fmt: skip
DEEDS = (
    *["alert"] * 4, *["resolve"] * 2, *["forward"] * 6, *["word"] * 4,
    "mute", "unmute", "fault", "policy", "restart",
)  # fmt: skip
SPANS = ("1s", "40s", "5m", "11m", "17m", "1h", "3h", "9h")
FAULTS = (
    Fault(times=2),
    Fault(refusal=Refusal.SOMETHING_WRONG, times=20),
    Fault(kind="failed", refusal=Refusal.UNDELIVERABLE),
    Fault(kind="timeout", hold_seconds=0),
    Fault(kind="accept_then_timeout", hold_seconds=0, times=2),
    Fault(kind="disconnect"),
)
STRAIN = ("template", "token", "long", "strain")
STRAINS = (
    Fault(refusal=Refusal.THROUGHPUT, times=3),
    Fault(refusal=Refusal.TEMPLATE_PAUSED),
    Fault(kind="failed", refusal=Refusal.WINDOW_CLOSED),
    Fault(refusal=Refusal.ACCOUNT_RATE),
)
TEMPLATES = ("ops_alert", "ops_reminder", "ops_resolved")
SHORT = """
limits: {reach: 2, reserve: 1}
prices:
  currency: GBP
  merge: true
  rates: [{market: GB, category: utility, price: 0.02}]
budget: {monthly: 0.20 GBP}
"""
QUICK = CallbackPolicy(sent_after=AT_ONCE, delivered_after=AT_ONCE)
LOSING = CallbackPolicy(drop=frozenset({"delivered", "read"}), duplicates=1)


class Chaos:
    """Somebody who does one thing after another to a house, as the dice fall."""

    def __init__(self, world: World, dice: random.Random, *, strained: bool = False) -> None:
        self._world = world
        self._deeds = (*DEEDS, *STRAIN) if strained else DEEDS
        self._dice = dice
        self._silences: list[Silence] = []
        self.done: list[str] = []

    async def step(self) -> None:
        """Do one thing."""
        world, dice = self._world, self._dice
        what = dice.choice(self._deeds)
        name, team, instance = dice.choice(NAMES), dice.choice(TEAMS), dice.choice(("a", "b"))
        labels = {"team": team, "instance": instance, "severity": dice.choice(("critical", "warning"))}
        match what:
            case "alert":
                await world.alert(name, settle=dice.random() < 0.8, **labels)
            case "resolve":
                await world.resolve(name, **labels)
            case "forward":
                by = dice.choice(SPANS)
                what += f" {by}"
                await forward(world, by)
            case "word":
                word, person = dice.choice(WORDS), dice.choice((world.alice, world.bob, world.carol))
                what += f" {person.name} {word}"
                await person.replies(word)
            case "mute":
                self._silences.append(await mute(world, f"instance={instance}", length=dice.choice(SPANS)))
            case "unmute" if self._silences:
                await unmute(world, self._silences.pop())
            case "fault":
                world.sandbox.fail_next(dice.choice(FAULTS))
            case "policy":
                world.sandbox.policy = dice.choice((QUICK, SLOW, LOSING))
            case "restart" if world.sandbox.account.access_token == TOKEN:  # it reads the account
                await world.restart()
            case "template":
                status = dice.choice(("PAUSED", "APPROVED", "APPROVED"))
                world.sandbox.review(dice.choice(TEMPLATES), "en", status=status)
            case "token":
                world.sandbox.account.access_token = dice.choice((TOKEN, TOKEN, "another-token"))
            case "long":
                await world.alert(name, summary="A very long text. " * 400, settle=True, **labels)
            case "strain":
                world.sandbox.fail_next(dice.choice(STRAINS))
            case _:
                pass
        self.done.append(f"{world.clock.now:%d %H:%M:%S} {what} {name} {labels}")
        await comes_to_rest(world)

    async def end(self) -> None:
        """All is over, nothing fails any more, and three days pass."""
        world = self._world
        world.sandbox.policy = QUICK
        world.sandbox.account.access_token = TOKEN
        for template in TEMPLATES:
            world.sandbox.review(template, "en", status="APPROVED")
        for name in NAMES:
            for team in TEAMS:
                for instance in ("a", "b"):
                    for severity in ("critical", "warning"):
                        await world.resolve(name, team=team, instance=instance, severity=severity)
        await forward(world, "3d")


async def comes_to_rest(world: World) -> None:
    """Everything that is due has happened."""
    for _ in range(MOST_TURNS):  # a mail that is hastened leaves one turn later
        await world.settle()
        due = await world.house.engine.next_due()
        if due is None or due > world.clock.now:
            return
    pytest.fail(f"Something is still due at {world.clock.now}\n{world.story()}")


async def forward(world: World, by: str) -> None:
    """Move the clock, and look whether it could go on without end."""
    target = world.clock.now + span(by)
    await comes_to_rest(world)
    while (due := await next_due(world)) and due <= target:
        world.clock.now = max(due, world.clock.now)
        await comes_to_rest(world)
    world.clock.now = target
    await comes_to_rest(world)


async def next_due(world: World) -> datetime | None:
    dues = [world.sandbox.next_due(), await world.house.engine.next_due()]
    return min((due for due in dues if due), default=None)


@pytest.mark.parametrize("seed", range(6))
async def test_whatever_happens_it_comes_to_rest_and_everybody_hears_the_end(
    seed: int, tmp_path: Path, post: PostOffice, caplog: pytest.LogCaptureFixture
) -> None:
    world = await a_house(tmp_path, post, EVENING - timedelta(hours=3))
    items, tickets, told = await after_chaos(world, Chaos(world, random.Random(seed)))  # noqa: S311 - the same chaos every time
    assert not [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR], told
    for ticket in tickets:
        heard, over = who_heard(items, ticket)
        assert heard - set(over) <= {ticket.resolved_by}, f"#{ticket.id}: {heard} heard, {over}\n{told}"


@pytest.mark.parametrize("seed", [0, 3, 5])
async def test_whatever_is_short_or_broken_it_comes_to_rest_and_nobody_is_told_twice(
    seed: int, tmp_path: Path, post: PostOffice
) -> None:
    world = await a_house(tmp_path, post, EVENING - timedelta(hours=3), more=SHORT)
    chaos = Chaos(world, random.Random(1000 + seed), strained=True)  # noqa: S311
    _, _, told = await after_chaos(world, chaos)
    refused = [str(entry) for entry in world.sandbox.log if "131056" in str(entry)]
    assert not refused, told


async def after_chaos(world: World, chaos: Chaos) -> tuple[list[Item], list[Ticket], str]:
    """What there is once all is over: nothing waits, nothing failed by our fault, one all-clear for each."""
    for _ in range(STEPS):
        await chaos.step()
    await chaos.end()
    items, tickets, told = await world.items(), await world.tickets(), f"{chaos.done}\n{world.story()}"
    await world.close()
    assert not [item for item in items if item.reason is Reason.OUR_FAULT], told
    assert not [item for item in items if item.state in (*CLAIMABLE, ItemState.SENDING)], told
    assert not [
        item for item in items if item.recipient_id == "dan" and is_first(item) and item.state in LEFT
    ]
    for ticket in tickets:
        assert ticket.state in (TicketState.RESOLVED, TicketState.EXPIRED), told
        _, over = who_heard(items, ticket)
        assert len(over) == len(set(over)), told
    return items, tickets, told


def who_heard(items: Sequence[Item], ticket: Ticket) -> tuple[set[str], list[str]]:
    """Who was told of the trouble, and for whom there was an all-clear."""
    ended = [one for one in items if (one.ticket_id, one.episode) == (ticket.id, ticket.episode)]
    heard = {one.recipient_id for one in ended if one.occasion in ASKS_SOMEBODY and one.state in LEFT}
    return heard, [one.recipient_id for one in ended if one.occasion is Occasion.RESOLVED and is_first(one)]


def is_first(item: Item) -> bool:
    """Not on another channel, beside another item."""
    return item.channel is Channel.WHATSAPP
