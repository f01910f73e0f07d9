"""A day on call: one story through most of what wa_notify does, told by what phones and mailbox really show.

`python -m tests.stories.day_on_call` writes what happened into the README, between the two marks.
"""

import asyncio
import textwrap
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.stories.post_office import PostOffice
from tests.stories.world import Person, World
from tests.stories.world import span as duration
from wa_notify.core.outbox import Channel
from wa_notify.sandbox import ShownMessage

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "examples" / "on-call.yaml"
README = ROOT / "README.md"
BEGIN, END = "<!-- a day on call: begin -->\n", "<!-- a day on call: end -->\n"
MORNING = datetime(2026, 11, 23, 8, 59, tzinfo=UTC)  # a Monday, one minute before the first shift
WIDTH = 74  # of what is said
MAILBOX = "127.0.0.1:8025"


class Day:
    """The stage with a reporter: whatever somebody sees or does becomes a line."""

    def __init__(self, world: World, post: PostOffice) -> None:
        self.lines: list[str] = []
        self.world = world
        self._post = post
        self._shown: dict[str, int] = {}
        self._letters = 0

    async def pass_by(self, span: str) -> None:
        """Time passes; whatever happens is seen within the minute."""
        minutes, rest = divmod(int(duration(span).total_seconds()), 60)
        for step in (*["1m"] * minutes, f"{rest}s"):
            await self.world.forward(step)
            self._look()

    async def alert(
        self, name: str, summary: str, instance: str, severity: str = "critical", more: str = ""
    ) -> None:
        """An alert fires."""
        self._say(f"  ! {summary} ({severity}, {instance})")
        labels = {"alertname": name, "instance": instance, "severity": severity}
        said = {"summary": summary, "description": more or "No runbook yet."}
        await self.world.post("/alerts", {"source": "test", "labels": labels, "annotations": said})
        await self.pass_by("3s")

    async def resolve(self, name: str, instance: str, severity: str = "critical") -> None:
        """An alert ends."""
        self._say(f"  . {name} on {instance} is over")
        await self.world.alert(name, status="resolved", instance=instance, severity=severity)
        await self.pass_by("3s")

    async def says(self, person: Person, text: str) -> None:
        """A person writes."""
        self._say(f'  < {person.name} writes "{text}"')
        await person.replies(text)
        await self.pass_by("3s")

    async def taps(self, person: Person, title: str) -> None:
        """A person taps a button."""
        self._say(f"  < {person.name} taps [{title}]")
        await person.taps(title)
        await self.pass_by("3s")

    async def reacts(self, person: Person, emoji: str) -> None:
        """A person reacts to the newest message."""
        self._say(f"  < {person.name} reacts with {emoji}")
        person.phone.react(emoji, to=person.received[-1].wamid)
        await self.pass_by("3s")

    def phone(self, person: Person, *, on: bool) -> None:
        """A phone is switched off, or on again."""
        self._say(f"    {person.name}'s phone is {'on again' if on else 'off'}")
        person.phone.online = on

    def _look(self) -> None:
        for person in (self.world.alice, self.world.bob, self.world.carol):
            seen = self._shown.get(person.name, 0)
            for message in person.received[seen:]:
                self._say(f"  > {person.name}: ", message)
            self._shown[person.name] = len(person.received)
        for letter in self._post.letters[self._letters :]:
            body = letter.get_body(("plain",))
            words = " ".join(str(body.get_content() if body else "").split())
            self._say(f"  @ mail to {str(letter['to']).strip('<>')}: {letter['subject']}. {words}")
        self._letters = len(self._post.letters)

    def _say(self, text: str, message: ShownMessage | None = None) -> None:
        kind = "[template] " if message and message.kind == "template" else ""
        words = f"{text}{kind}{' '.join(message.text.split())}" if message else text
        buttons = " ".join(f"[{title}]" for title in message.buttons) if message else ""
        self.lines += _wrapped(f"{self.world.clock():%a %H:%M}", words, buttons)


def _wrapped(clock: str, text: str, buttons: str) -> Iterator[str]:
    first, *rest = textwrap.wrap(text, WIDTH, subsequent_indent="    ", drop_whitespace=False)
    yield f"{clock}{first.rstrip()}"
    yield from (f"{' ' * len(clock)}    {line.strip()}" for line in rest)
    if buttons:
        yield f"{' ' * len(clock)}    {buttons}"


async def play(folder: Path) -> Day:
    """Play the day. Raises `AssertionError` where it does not go as it should."""
    post = PostOffice()
    post.open()
    text = CONFIG.read_text().replace(MAILBOX, f"127.0.0.1:{post.port}")
    text = text.replace("store: sqlite:///on-call.db\n", "").replace(
        "http://127.0.0.1:8712", "http://sandbox"
    )
    world = World(folder, text, start=MORNING)
    day = Day(world, post)
    try:
        await world.start()
        await _morning(day)
        await _evening(day)
        await _night(day)
        await _next_morning(day)
    finally:
        post.close()
        await world.close()
    return day


async def _morning(day: Day) -> None:
    """The shift begins, an alert is handled from the chat."""
    alice = day.world.alice
    await day.pass_by("1m5s")
    await day.taps(alice, "I am here")
    await day.pass_by("2h20m")
    await day.alert(
        "DiskFull", "Disk 96 % full on db-7", "db-7", more="/var grows 2 % an hour. Runbook: rb/41"
    )
    await day.reacts(alice, "\N{THUMBS UP SIGN}")
    await day.says(alice, "Old logs of the importer, I am cleaning up")
    await day.pass_by("25m")
    await day.resolve("DiskFull", "db-7")


async def _evening(day: Day) -> None:
    """What is not urgent waits for the morning."""
    await day.pass_by("11h20m")
    await day.alert("BackupLate", "Backup is 6 hours late", "nas-1", "warning")
    await day.alert("CertExpires", "Certificate of shop ends in 9 days", "web-2", "warning")


async def _night(day: Day) -> None:
    """Something is down, and the first phone is off."""
    world = day.world
    await day.pass_by("3h50m")
    day.phone(world.alice, on=False)
    await day.alert("Outage", "Checkout is down", "shop", more="HTTP 503 since 02:54. Runbook: rb/7")
    await day.pass_by("5m")
    await day.pass_by("5m30s")
    await day.taps(world.bob, "Acknowledge")
    await day.pass_by("4m")
    day.phone(world.alice, on=True)
    await day.pass_by("1m")
    await day.says(world.carol, "STOP")
    await day.pass_by("40m")
    await day.resolve("Outage", "shop")
    assert (await world.ticket(4)).acknowledged_by == "bob"


async def _next_morning(day: Day) -> None:
    """The digest."""
    await day.pass_by("3h10m")
    folded = [item for item in await day.world.items() if item.channel is Channel.WHATSAPP]
    assert any(item.occasion == "digest" for item in folded)


def section() -> str:
    """What stands in the README now."""
    text = README.read_text()
    return text[text.index(BEGIN) + len(BEGIN) : text.index(END)]


def written(day: Day) -> str:
    """What should stand there."""
    return "\n```text\n" + "\n".join(day.lines) + "\n```\n\n"


def main() -> None:
    """Play the day and write it down."""
    with TemporaryDirectory() as folder:
        day = asyncio.run(play(Path(folder)))
    text = README.read_text()
    before, behind = text[: text.index(BEGIN) + len(BEGIN)], text[text.index(END) :]
    README.write_text(before + written(day) + behind)


if __name__ == "__main__":
    main()
