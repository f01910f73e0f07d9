"""How the demo speaks: full sentences with the clock at the left, each step marked as kept or broken."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, TextIO

from rich.console import Console
from rich.markup import escape

from wa_notify.core.timeline import Entry

INDENT = " " * 14  # the width of the clock


class Narrator(Protocol):
    """Tells the story as it happens."""

    def title(self, text: str) -> None:
        """A heading."""

    def say(self, text: str) -> None:
        """A plain sentence."""

    def link(self, name: str, url: str, what: str) -> None:
        """An address and what it is for."""

    def heard(self, entry: Entry) -> None:
        """A line of a ticket's timeline."""

    def phone(self, at: datetime, name: str, lines: Sequence[str]) -> None:
        """What stands on a person's phone now."""

    def mail(self, at: datetime, name: str, lines: Sequence[str]) -> None:
        """What lies in a person's mailbox now."""

    def kept(self, text: str) -> None:
        """A step of the story did what it should."""

    def broken(self, text: str, why: str) -> None:
        """A step of the story did not."""


class TerminalNarrator:
    """Writes the story to the terminal; piped, it is plain text."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def title(self, text: str) -> None:
        """A heading."""
        self._console.print(f"\n[bold]{escape(text)}[/bold]")

    def say(self, text: str) -> None:
        """A plain sentence."""
        self._console.print(escape(text), soft_wrap=True)

    def link(self, name: str, url: str, what: str) -> None:
        """An address and what it is for."""
        self._console.print(
            f"  [bold]{name:<8}[/bold] [cyan]{escape(url):<32}[/cyan] [dim]{escape(what)}[/dim]",
            soft_wrap=True,
        )

    def heard(self, entry: Entry) -> None:
        """A line of a ticket's timeline."""
        self._at(entry.at, f"[dim]#{entry.ticket_id}[/dim] {escape(entry.text)}")

    def phone(self, at: datetime, name: str, lines: Sequence[str]) -> None:
        """What stands on a person's phone now."""
        self._at(at, f"[cyan]{escape(name)}'s phone shows:[/cyan]")
        self._quote(lines)

    def mail(self, at: datetime, name: str, lines: Sequence[str]) -> None:
        """What lies in a person's mailbox now."""
        self._at(at, f"[cyan]{escape(name)} gets a mail:[/cyan]")
        self._quote(lines)

    def kept(self, text: str) -> None:
        """A step of the story did what it should."""
        self._console.print(f"{INDENT}[green]✓[/green] {escape(text)}", soft_wrap=True)

    def broken(self, text: str, why: str) -> None:
        """A step of the story did not."""
        self._console.print(f"{INDENT}[red]✗ {escape(text)}[/red]", soft_wrap=True)
        self._console.print(f"{INDENT}  {escape(why)}", soft_wrap=True)

    def _quote(self, lines: Sequence[str]) -> None:
        for line in lines:
            self._console.print(f"{INDENT}[cyan]│[/cyan] {escape(line)}", soft_wrap=True)

    def _at(self, at: datetime, markup: str) -> None:
        self._console.print(f"[dim]{at:%a %H:%M:%S}[/dim]  {markup}", soft_wrap=True)


class JsonNarrator:
    """Writes one JSON object a line; ``kind`` says which of the narrator's words it is."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def title(self, text: str) -> None:
        """A heading."""
        self._write("title", text=text)

    def say(self, text: str) -> None:
        """A plain sentence."""
        self._write("say", text=text.strip())

    def link(self, name: str, url: str, what: str) -> None:
        """An address and what it is for."""
        self._write("link", name=name.lower(), url=url, text=what)

    def heard(self, entry: Entry) -> None:
        """A line of a ticket's timeline."""
        self._write("timeline", at=entry.at.isoformat(), ticket=entry.ticket_id, text=entry.text)

    def phone(self, at: datetime, name: str, lines: Sequence[str]) -> None:
        """What stands on a person's phone now."""
        self._write("phone", at=at.isoformat(), name=name, lines=list(lines))

    def mail(self, at: datetime, name: str, lines: Sequence[str]) -> None:
        """What lies in a person's mailbox now."""
        self._write("mail", at=at.isoformat(), name=name, lines=list(lines))

    def kept(self, text: str) -> None:
        """A step of the story did what it should."""
        self._write("kept", text=text)

    def broken(self, text: str, why: str) -> None:
        """A step of the story did not."""
        self._write("broken", text=text, why=why)

    def _write(self, kind: str, **facts: object) -> None:
        print(json.dumps({"kind": kind, **facts}), file=self._out, flush=True)
