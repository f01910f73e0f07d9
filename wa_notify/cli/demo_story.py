"""The whole story in virtual time: what `wa-notify demo --once` plays, and checks sentence by sentence."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import httpx

from wa_notify.cli.demo_stage import Stage
from wa_notify.core.outbox import ItemState
from wa_notify.core.reason import Reason
from wa_notify.core.ticket import TicketState
from wa_notify.sandbox import CallbackPolicy

LATE_DOUBLED_UNORDERED = CallbackPolicy(
    sent_after=timedelta(seconds=3),
    delivered_after=timedelta(seconds=20),
    read_after=timedelta(seconds=30),
    duplicates=1,
    order="reversed",
)


class Broken(AssertionError):
    """A step of the story did not happen."""


def require(kept: object, why: str) -> None:
    """A step holds only if this does. Raises `Broken`."""
    if not kept:
        raise Broken(why)


async def play(stage: Stage) -> bool:
    """Play every step; whether all of them were kept."""
    story = Story(stage)
    stage.narrator.title("One night on call, in virtual time")
    try:
        for chapter in story.chapters():
            await chapter()
    except Broken:
        return False
    stage.narrator.say(f"\nAll {story.kept} steps were kept. Nothing left this machine.")
    return True


@dataclass
class Story:
    """The chapters in order; each leans on those before it."""

    stage: Stage
    kept: int = 0

    def chapters(self) -> tuple[Callable[[], Awaitable[None]], ...]:
        """The story."""
        return (
            self.an_alert_becomes_a_template,
            self.statuses_come_as_they_like,
            self.a_tap_opens_the_window,
            self.silence_is_answered_with_reminders,
            self.then_the_next_person_is_asked,
            self.consent_is_obeyed,
            self.a_restart_loses_nothing,
            self.after_a_day_only_templates_go,
            self.the_alert_ends,
        )

    async def an_alert_becomes_a_template(self) -> None:
        """Alertmanager posts, the rule maps, the template arrives."""
        async with self.step("Alertmanager's alert opens ticket #1"):
            self.stage.sandbox.policy = LATE_DOUBLED_UNORDERED
            answer = await self.stage.alertmanager("DiskFull", "Disk 96 % full on db-7", "db-7")
            require(answer.status_code == httpx.codes.ACCEPTED, f"the service answered {answer.status_code}")
            require(answer.json()["alerts"][0]["ticket"] == 1, f"it answered {answer.text}")
        async with self.step("Alice, who opted in, gets the approved template with the alert's words in it"):
            await self.stage.forward(seconds=21)
            message = self.stage.shown(self.stage.alice)
            require(message.template == ("ops_alert", "en"), "it is no template")
            require("Disk 96 % full on db-7" in message.text, f"it reads: {message.text}")

    async def statuses_come_as_they_like(self) -> None:
        """Late, doubled, backwards."""
        async with self.step("Statuses come late, doubled and in the wrong order; the message ends as read"):
            await self.stage.forward(minutes=1)
            first = (await self.stage.items())[0]
            require(first.state is ItemState.READ, f"the item is {first.state}")
            self.stage.sandbox.policy = CallbackPolicy()

    async def a_tap_opens_the_window(self) -> None:
        """Acknowledge, and what follows."""
        async with self.step("Alice taps Acknowledge: the ticket is hers, and the 24-hour window opens"):
            self.stage.alice.tap("Acknowledge")
            await self.stage.forward(seconds=5)
            ticket = await self.stage.ticket(1)
            require(
                ticket.state is TicketState.ACKNOWLEDGED, f"the ticket is {ticket.state}, not acknowledged"
            )
            window = await self.stage.window("alice")
            require(window.is_open(self.stage.clock()), "the window is closed")
        async with self.step("The held details follow as free-form text"):
            held = [m for m in self.stage.received(self.stage.alice) if "growing" in m.text]
            require(len(held) == 1 and held[0].kind == "text", "the details did not come once, as text")
            self.stage.shown(self.stage.alice)

    async def silence_is_answered_with_reminders(self) -> None:
        """Nobody answers ticket #2."""
        async with self.step("Bob does not answer ticket #2: reminders come after 10 and 25 minutes"):
            await self.stage.alertmanager("BackupLate", "Backup is 6 hours late", "nas-1")
            for count, minutes in ((1, 10), (2, 15)):
                await self.stage.forward(minutes=minutes, seconds=2)
                message = self.stage.shown(self.stage.bob)
                require(f"Reminder {count}" in message.text, f"his phone shows: {message.text}")
                require(message.kind == "template", "the window is closed, so only a template may come")

    async def then_the_next_person_is_asked(self) -> None:
        """Escalation."""
        async with self.step("No answer after 30 minutes: Alice is asked too, and takes it with a word"):
            await self.stage.forward(minutes=5)
            require("Unanswered" in self.stage.shown(self.stage.alice).text, "Alice was not asked")
            self.stage.alice.reply("ack 2")
            await self.stage.forward(seconds=5)
            owner = (await self.stage.ticket(2)).acknowledged_by
            require(owner == "alice", f"the ticket is with {owner or 'nobody'}")

    async def consent_is_obeyed(self) -> None:
        """Carol never opted in, Bob says STOP."""
        async with self.step("Bob replies STOP, is told so once, and Carol never opted in"):
            self.stage.bob.reply("STOP")
            await self.stage.forward(seconds=5)
            require("no more alerts" in self.stage.shown(self.stage.bob).text, "STOP was not confirmed")
        async with self.step("An alert for everybody reaches Alice alone; the ticket says why"):
            before = len(self.stage.received(self.stage.bob))
            await self.stage.alertmanager("PowerLost", "Power lost in rack 4", "rack-4", team="all")
            await self.stage.forward(minutes=1)
            require("Power lost" in self.stage.shown(self.stage.alice).text, "Alice heard nothing")
            require(len(self.stage.received(self.stage.bob)) == before, "Bob was written to after STOP")
            require(not self.stage.carol.messages, "Carol was written to without an opt-in")
            reasons = {entry.reason for entry in await self.stage.timeline(3)}
            require({Reason.OPTED_OUT, Reason.NO_CONSENT} <= reasons, "the reasons are not on the ticket")
        async with self.step("Where WhatsApp may not, another channel tells Carol, and says why"):
            letter = self.stage.letter("Carol")
            require("Power lost" in letter.title, f"the title is {letter.title}")
            require("never opted in" in letter.body, f"it reads: {letter.body}")

    async def a_restart_loses_nothing(self) -> None:
        """Everything is in the database."""
        async with self.step("The service stops and starts again in the middle; nothing is lost or repeated"):
            before = len(self.stage.received(self.stage.alice))
            tickets = await self.stage.tickets()
            await self.stage.restart()
            await self.stage.forward(minutes=1)
            require(await self.stage.tickets() == tickets, "the tickets are not the same")
            require(len(self.stage.received(self.stage.alice)) == before, "something was sent again")

    async def after_a_day_only_templates_go(self) -> None:
        """The same rule, the other form."""
        async with self.step("While the window is open, the next alert comes as free-form text"):
            await self.stage.alertmanager("DiskSlow", "Disk slow on db-8", "db-8")
            await self.stage.forward(seconds=5)
            forms = [m.kind for m in self.stage.received(self.stage.alice) if "db-8" in m.text]
            require(forms[:1] == ["interactive"], f"it came as {forms}")
        async with self.step("After 24 hours free-form is impossible: the same intent comes as a template"):
            await self.stage.forward(hours=24)
            await self.stage.alertmanager("DiskSlow", "Disk slow on db-9", "db-9")
            await self.stage.forward(seconds=5)
            require(self.stage.shown(self.stage.alice).kind == "template", "it is no template")
            refused = [entry for entry in self.stage.sandbox.log if "131047" in str(entry)]
            require(not refused, "a free-form message was tried with the window closed")

    async def the_alert_ends(self) -> None:
        """Resolved."""
        async with self.step("The alert resolves: the ticket closes, Alice is told, pending reminders die"):
            await self.stage.forward(minutes=8)
            await self.stage.alertmanager("DiskSlow", "Disk slow on db-9", "db-9", status="resolved")
            await self.stage.forward(minutes=1)
            ticket = (await self.stage.tickets())[0]
            require(ticket.state is TicketState.RESOLVED, f"the ticket is {ticket.state}, not resolved")
            require("resolved" in self.stage.shown(self.stage.alice).text, "Alice was not told")
            before = len(self.stage.received(self.stage.alice))
            await self.stage.forward(hours=2)
            later = [m.text for m in self.stage.received(self.stage.alice)[before:]]
            require(not any("db-9" in text for text in later), "a reminder came for what is over")

    @asynccontextmanager
    async def step(self, sentence: str) -> AsyncIterator[None]:
        """One sentence of the story, kept or broken."""
        try:
            yield
        except Exception as error:
            self.stage.narrator.broken(sentence, str(error) or type(error).__name__)
            raise Broken(sentence) from error
        self.stage.narrator.kept(sentence)
        self.kept += 1
