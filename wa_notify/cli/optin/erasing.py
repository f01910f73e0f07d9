"""``wa-notify optin erase``: forget a person."""

from wa_notify.cli.asking import YesOption, sure
from wa_notify.cli.optin.shared import SourceOption, WhoArgument, whoami
from wa_notify.cli.options import ConfigOption, JsonOption
from wa_notify.cli.problem import Problem


def erase_somebody(
    who: WhoArgument,
    *,
    source: SourceOption = "cli",
    yes: YesOption = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Forget a person for good. Name, numbers, evidence and messages go, also where timelines name them.

    What waits for them is cancelled. The ledger keeps its entries under a pseudonym that leads nowhere;
    messages stay without words and without the person. Labels of alerts, backups and logs stay as they are.
    If the number writes again it is a stranger's.

    JSON: erased (the word that stands in their place), cancelled, entries, journal_emptied.
    """
    from wa_notify.cli import place, terminal
    from wa_notify.cli.whom import known
    from wa_notify.clock import system_clock
    from wa_notify.pipeline.erasure import erase
    from wa_notify.pipeline.people import find

    here = place.read(config)
    with place.writing(here) as store:
        with known(here, who):
            recipient = store.rehearse(lambda tx: find(tx, who)).result()
        if any(seed.recipient.id == recipient.id for seed in here.config.recipients):
            raise Problem(
                f"{recipient.id} is still in the configuration, and would be back at the next start.",
                where=f"`recipients` of {here.path}",
                fix=f"Take {recipient.id} out there and from `receivers`, then erase.",
            )
        name = recipient.spoken
        sure(f"Erase {name}? This cannot be taken back.", yes=yes, as_json=as_json, where=str(here.database))
        erased = store.transact(
            lambda tx: erase(tx, recipient.id, source=source, actor=whoami(), now=system_clock())
        ).result()
        emptied = store.empty_journal()
    if as_json:
        terminal.answer(
            {
                "erased": erased.stand_in,
                "cancelled": erased.cancelled,
                "entries": erased.entries,
                "journal_emptied": emptied,
            }
        )
        return
    terminal.done(f"Erased. Where they were named stands {erased.stand_in} now.")
    terminal.quiet(
        f"{erased.cancelled} waiting messages cancelled, {erased.entries} entries kept without a name"
    )
    if not emptied:
        terminal.note("The service reads just now, so its journal is emptied a little later.")
    terminal.note("Backups and logs are not touched. Delete old backups too.")
