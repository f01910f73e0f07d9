"""What scripts/demo-ha tells, and with `--once` checks sentence by sentence."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.markup import escape

from scripts.hass_home import ADA, BEN, Home, Person
from scripts.hass_house import until
from wa_notify.cli.narration import TerminalNarrator
from wa_notify.clock import system_clock
from wa_notify.sandbox import ShownMessage


class Broken(AssertionError):
    """A step of the story did not happen."""


class Teller(TerminalNarrator):
    """Writes the story to the terminal."""

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._out = console

    def happened(self, at: datetime, text: str) -> None:
        """Something in the house."""
        self._at(at, escape(text))

    def problem(self, what: str, where: str, remedy: str) -> None:
        """What happened, where, and what to do."""
        self._out.print(f"[red]✗[/red] {escape(what)}\n  {escape(where)}\n  {escape(remedy)}", soft_wrap=True)


class Story:
    """The chapters, and how many of their steps were kept."""

    def __init__(self, home: Home, teller: Teller) -> None:
        self.home = home
        self.teller = teller
        self.kept = 0
        self._told: set[tuple[str, str]] = set()

    def begin(self, login: str) -> None:
        """Start Home Assistant and set the integration up. Raises `Broken`."""
        self.teller.say("\nHome Assistant starts; that takes 10 seconds, or 40 on a busy machine.")
        with self.step("Home Assistant runs, with the integration in its folder"):
            self.home.house.start()
            self.home.house.move_in(name=login.title(), username=login, password=login)
        with self.step("The business number, Ada and Ben are added through the integration's own dialogs"):
            self.home.set_up(ADA, BEN)

    def play(self) -> None:
        """Play every step. Raises `Broken`."""
        for chapter in (self.a_leak, self.somebody_took_it, self.it_is_over, self.the_log_is_quiet):
            chapter()

    def a_leak(self) -> None:
        with self.step("The sensor is wet: its automation raises an alert, and Ada gets a template"):
            self.home.switch("leak", on=True)
            message = self.shown(ADA, "Water under the washing machine")
            require(message.template == ("ops_alert", "en"), f"it came as {message.kind}")
        with self.step("Home Assistant has a ticket for it"):
            self.home.hears("ticket_opened")

    def somebody_took_it(self) -> None:
        with self.step("Ada taps Acknowledge: the ticket is hers, in Home Assistant too"):
            self.home.tap(ADA, "Acknowledge")
            self.home.hears("ticket_acknowledged", by=ADA.id)
        with self.step("Her tap is a trigger of the house: the light in the utility room goes on"):
            until(lambda: self.home.house.api.states()["input_boolean.utility_room_light"]["state"] == "on")
        with self.step("Her window is open now, so the rest of the story follows in free words"):
            require(self.shown(ADA, "main valve").template is None, "it came as a template")
        with self.step("Ben is left alone, because she was there"):
            require(not self.home.received(BEN), "he was written to")

    def it_is_over(self) -> None:
        with self.step("The sensor is dry: the ticket is closed, and Ada is told in free words"):
            self.home.switch("leak", on=False)
            require(self.shown(ADA, "is over").template is None, "it came as a template")
            self.home.hears("ticket_resolved")

    def the_log_is_quiet(self) -> None:
        with self.step("Home Assistant had nothing to complain about"):
            complaints = self.home.house.complaints()
            require(not complaints, "".join(complaints))

    # what is told as it happens

    def look_around(self) -> None:
        """Tell what is new on the phones and in the house."""
        for person in (ADA, BEN):
            for message in self.home.received(person):
                if self._is_new(person.id, message.wamid):
                    self._tell(person, message)
        for event in self.home.events():
            if self._is_new(event["entity_id"], event["at"]):
                self.teller.happened(_now(), f"Home Assistant: {_spoken(event)}")

    def shown(self, person: Person, words: str) -> ShownMessage:
        """Wait until a phone shows a message with these words, and tell it."""
        message = self.home.shows(person, words)
        self._tell(person, message)
        return message

    def _is_new(self, *what: str) -> bool:
        is_new = what not in self._told
        self._told.add((what[0], what[1]))
        return is_new

    def _tell(self, person: Person, message: ShownMessage) -> None:
        buttons = " ".join(f"[{title}]" for title in message.buttons)
        lines = [*message.text.splitlines(), *([buttons] if buttons else [])]
        self.teller.phone(_now(), person.name, lines)

    @contextmanager
    def step(self, sentence: str) -> Iterator[None]:
        """One sentence of the story, kept or broken."""
        try:
            yield
        except Exception as error:
            self.teller.broken(sentence, str(error) or type(error).__name__)
            raise Broken(sentence) from error
        self.teller.kept(sentence)
        self.kept += 1


def require(kept: object, why: str) -> None:
    """A step holds only if this does. Raises `Broken`."""
    if not kept:
        raise Broken(why)


def _spoken(event: Mapping[str, Any]) -> str:
    """An event of the integration, as a sentence."""
    what = str(event["event_type"]).removeprefix("ticket_").replace("_", " ")
    if "ticket" in event:
        by = f" by {event['by'].title()}" if event["by"] in {ADA.id, BEN.id} else ""
        return f"ticket #{event['ticket']} {what}{by}"
    words = event.get("title") or event.get("text")
    return f"{event['recipient'].title()}, {what}" + (f": {words}" if words else "")


def _now() -> datetime:
    """The time on the wall of the house."""
    return system_clock().astimezone()
