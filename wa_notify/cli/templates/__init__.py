"""``wa-notify templates``: what is to be approved, and what became of it.

Read in this order: ``linting`` (what a reviewer will say), ``starter`` (the ready-made ones),
``quality`` (how people take them).
"""

import typer

from wa_notify.cli.templates import linting, quality, starter

__all__ = ["commands"]

commands = typer.Typer(help="Templates: what may be said while the window is closed.", no_args_is_help=True)

commands.command("lint")(linting.lint_templates)
commands.command("starter")(starter.show_starter)
commands.command("quality")(quality.show_quality)
