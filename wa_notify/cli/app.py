"""All commands in one program.

A command is loaded when it is called; before that its name and its one line are known, so that help is quick.
"""

import contextlib
import io
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from wa_notify import __version__
from wa_notify.cli.options import JsonOption
from wa_notify.cli.problem import ExitCode, tell
from wa_notify.core.errors import WaNotifyError

NAME = "wa-notify"
PLAIN: Any = {"rich_markup_mode": None}  # help without boxes, which also starts in half the time


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A command of which only is known what help tells of it.

    Its module has a function of the same name, or ``commands`` if it is a group of them.
    """

    name: str
    says: str


TOLD = (
    Told(name="check", says="Find every fault of the configuration."),
    Told(name="cost", says="Show what WhatsApp has cost, by rule, person, market or month."),
    Told(name="doctor", says="Look whether everything is right for alerts to reach people."),
    Told(name="explain", says="Show who would get what for an alert, in which form, and why."),
    Told(name="limits", says="Show how much may leave to how many people, and who waits."),
    Told(name="serve", says="Run the service until Ctrl-C or SIGTERM."),
    Told(name="send", says="Say something to somebody."),
    Told(name="migrate", says="Make the database, or bring it to the present schema."),
    Told(name="sandbox", says="Run a simulated WhatsApp until Ctrl-C."),
    Told(name="optin", says="Consent: who agreed to be written to, and what proves it."),
    Told(name="tickets", says="Tickets: alert groups, from the first alert until it is over."),
    Told(name="silence", says="Silences: alerts that nobody is told of for a while."),
    Told(name="outbox", says="The outbox: every message that left, waits, or was kept back."),
    Told(name="schedule", says="Who is on call, and when."),
    Told(name="templates", says="Templates: what may be said while the window is closed."),
    Told(name="troubles", says="Troubles: what keeps messages from leaving, and what to do."),
    Told(name="admin", says="Who may log in to the admin page."),
)


def load(told: Told) -> Any:
    """The command itself."""
    module = import_module(f"wa_notify.cli.{told.name}")
    alone = typer.Typer(callback=wa_notify, add_completion=False, **PLAIN)
    if hasattr(module, "commands"):
        alone.add_typer(module.commands, name=told.name)
    else:
        alone.command(told.name)(getattr(module, told.name))
    return typer.main.get_group(alone).commands[told.name]


class Commands(TyperGroup):
    """Loads the command that is called, and turns what goes wrong in it into three lines and an exit code."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - click's signature
        """The names of all commands."""
        loaded_at_once = [name for name in self.commands if name not in {told.name for told in TOLD}]
        return [*loaded_at_once, *(told.name for told in TOLD)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name, if there is one; who mistypes it gets suggestions from all of them."""
        wanted = [told for told in TOLD if told.name == cmd_name] or TOLD
        if cmd_name not in self.commands:
            self.commands.update({told.name: load(told) for told in wanted})
        return super().get_command(ctx, cmd_name)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the names, each with its line."""
        lines = {name: command.get_short_help_str(formatter.width) for name, command in self.commands.items()}
        lines |= {told.name: told.says for told in TOLD}
        with formatter.section("Commands"):
            formatter.write_dl([(name, lines[name]) for name in self.list_commands(ctx)])

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
