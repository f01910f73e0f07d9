"""``wa-notify sandbox``: a simulated WhatsApp on this machine, and what is to be known about it.

Read in this order: ``running`` (alone, the command runs it), ``refusals`` (every way in which it says no),
``imitates`` (what it imitates and what not), ``scenarios`` (worlds to begin with).
"""

import typer

from wa_notify.cli.sandbox import imitates, refusals, running, scenarios

__all__ = ["commands"]

commands = typer.Typer()

commands.callback(invoke_without_command=True)(running.run_sandbox)
commands.command("refusals")(refusals.show_refusals)
commands.command("imitates")(imitates.show_imitated)
commands.command("scenarios")(scenarios.show_scenarios)
