"""All commands in one program."""

import contextlib
import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from wa_notify import __version__
from wa_notify.cli import (
    admin,
    check,
    cost,
    doctor,
    explain,
    limits,
    migrate,
    optin,
    outbox,
    sandbox,
    schedule,
    send,
    serve,
    silence,
    templates,
    tickets,
    troubles,
)
from wa_notify.cli.options import JsonOption
from wa_notify.cli.problem import ExitCode, tell
from wa_notify.core.errors import WaNotifyError

NAME = "wa-notify"
PLAIN: Any = {"rich_markup_mode": None}  # help without boxes, which also starts in half the time


class Commands(TyperGroup):
    """Turns what goes wrong in a command into three lines and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except WaNotifyError as error:
            raise typer.Exit(tell(error, f"{NAME} {ctx.invoked_subcommand}")) from None
        except KeyboardInterrupt:
            raise typer.Exit(ExitCode.INTERRUPTED) from None


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
    **PLAIN,
)


def _show_version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it so
    if wanted:
        typer.echo(f"{NAME} {__version__}")
        raise typer.Exit


@app.callback()
def wa_notify(
    *,
    _version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_show_version, help="Show the version.")
    ] = False,
) -> None:
    """WhatsApp alerting that obeys the platform's rules by itself.

    Exit codes: 0 done, 1 the answer is no, 2 wrong usage or configuration, 3 not reachable.
    """


@app.command()
def demo(
    *,
    once: Annotated[
        bool, typer.Option("--once", help="Play the whole story in virtual time, and check each step.")
    ] = False,
    port: Annotated[
        int, typer.Option(min=1, max=65535, metavar="PORT", help="Where the service listens.")
    ] = 8711,
    sandbox_port: Annotated[
        int, typer.Option(min=1, max=65535, metavar="PORT", help="Where the simulated WhatsApp listens.")
    ] = 8712,
    as_json: JsonOption = False,
) -> None:
    """Show it at work, with a simulated WhatsApp.

    Service and simulation run side by side, and a first alert is told step by step.

    JSON, one line each: kind (title, say, link, timeline, phone, mail, kept, broken) and what belongs to it.
    """
    play = import_module("wa_notify.cli.demo").demo
    raise typer.Exit(play(once=once, port=port, sandbox_port=sandbox_port, as_json=as_json))


for command in (
    check.check,
    cost.cost,
    doctor.doctor,
    explain.explain,
    limits.limits,
    serve.serve,
    send.send,
):
    app.command()(command)
for group, name in (
    (sandbox, "sandbox"),
    (optin, "optin"),
    (tickets, "tickets"),
    (silence, "silence"),
    (outbox, "outbox"),
    (schedule, "schedule"),
    (templates, "templates"),
    (troubles, "troubles"),
    (admin, "admin"),
):
    app.add_typer(group.commands, name=name)
app.command()(migrate.migrate)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the answer is the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that lacks a sign gets a question mark
            with contextlib.suppress(ValueError):
                stream.reconfigure(errors="replace")
    try:
        app(args=arguments, prog_name=NAME)
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else int(bool(leaving.code))
    else:
        code = ExitCode.DONE
    return code if _flushed() else ExitCode.NO


def _flushed() -> bool:
    """Whether everything was read; that a reader such as ``head`` has gone is nothing to shout about."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return False
    return True
