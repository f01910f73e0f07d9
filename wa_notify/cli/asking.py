"""Questions before something that cannot be taken back, and progress of what takes a while."""

import sys
from collections.abc import Iterator, Sequence
from typing import Annotated, TypeAlias, TypeVar

import typer

from wa_notify.cli.problem import ExitCode, Problem

T = TypeVar("T")
YesOption: TypeAlias = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


def sure(question: str, *, yes: bool, as_json: bool, where: str) -> None:
    """Ask, unless the answer was given; ends the command when the answer is no.

    Raises `Problem` when a program calls, which cannot be asked, or input ends before there is an answer.
    """
    if yes:
        return
    if as_json:
        raise Problem(f"{question} Nobody can be asked with --json.", where=where, fix="Say it with --yes.")
    try:
        agreed = typer.confirm(question, err=True)
    except typer.Abort:
        if sys.stdin.isatty():  # somebody left
            raise
        typer.echo(err=True)
        raise Problem(
            f"{question} Nobody was there to answer.", where=where, fix="Say it with --yes."
        ) from None
    if not agreed:
        raise typer.Exit(ExitCode.NO)


def in_batches(things: Sequence[T], size: int, title: str, *, quiet: bool) -> Iterator[Sequence[T]]:
    """Cut a long work into batches, with a progress bar on a terminal."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from wa_notify.cli.terminal import screen

    console = screen(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    off = quiet or not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=off) as progress:
        task = progress.add_task(title, total=len(things))
        for start in range(0, len(things), size):
            batch = things[start : start + size]
            yield batch
            progress.advance(task, len(batch))
