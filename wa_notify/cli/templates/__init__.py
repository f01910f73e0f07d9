"""``wa-notify templates``: what is to be approved, and what became of it.

Read in this order: ``linting`` (what a reviewer will say), ``starter`` (the ready-made ones); ``account``,
``listing``, ``syncing`` (what the account has); ``planning``, ``applying`` (what it lacks, and
how it gets it); ``quality`` (how people take them).
"""

import typer

from wa_notify.cli.templates import applying, linting, listing, planning, quality, starter, syncing

__all__ = ["commands"]

commands = typer.Typer(help="Templates: what may be said while the window is closed.", no_args_is_help=True)

commands.command("lint")(linting.lint_templates)
commands.command("list")(listing.list_templates)
commands.command("sync")(syncing.sync_templates)
commands.command("plan")(planning.plan_templates)
commands.command("apply")(applying.apply_templates)
commands.command("starter")(starter.show_starter)
commands.command("quality")(quality.show_quality)
