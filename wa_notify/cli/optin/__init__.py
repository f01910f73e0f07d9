"""``wa-notify optin``: who agreed to be written to, and what proves it. The ledger is only ever added to.

Read in this order: ``shared`` (options, who is at the keyboard), ``listing``, ``recording``, ``proof``
(history, verify, export), ``importing`` (a file of people), ``erasing``, ``inviting``. What the desk does as
well stands there: `wa_notify.web.operations`.
"""

import typer

from wa_notify.cli.optin import erasing, importing, inviting, listing, proof, recording
from wa_notify.cli.optin.shared import whoami

__all__ = ["commands", "whoami"]

commands = typer.Typer(help="Consent: who agreed to be written to, and what proves it.", no_args_is_help=True)

commands.command("list")(listing.list_people)
commands.command("grant")(recording.grant_consent)
commands.command("revoke")(recording.revoke_consent)
commands.command("invite")(inviting.invite_somebody)
commands.command("history")(proof.history)
commands.command("verify")(proof.verify_ledger)
commands.command("export")(proof.export)
commands.command("import")(importing.import_people)
commands.command("erase")(erasing.erase_somebody)
