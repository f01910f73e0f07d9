"""``wa-notify optin``: who agreed to be written to. Entries of the ledger are only ever added."""

import getpass
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import typer

from wa_notify.cli.options import ConfigOption, JsonOption, NumbersOption
from wa_notify.core.consent import ConsentAct, Purpose, standing
from wa_notify.core.recipient import Recipient
from wa_notify.core.window import Window
from wa_notify.ports import Person

commands = typer.Typer(help="Consent: who agreed to be written to, and what proves it.", no_args_is_help=True)

WHO = "The recipient's name in the configuration, or the number with its plus."
STATES = {
    ConsentAct.GRANTED: "✓ opted in",
    ConsentAct.REVOKED: "✗ opted out",
    ConsentAct.LAPSED: "! new number",
    None: "! never asked",
}
NEW_NUMBER = (
    "{name} has changed to another address than the configuration lists. The new one counts. Write it into "
    "`recipients`; `wa-notify optin list --show-numbers` shows it."
)

WhoArgument = Annotated[str, typer.Argument(metavar="RECIPIENT", help=WHO, show_default=False)]
GuestsOption = Annotated[
    bool, typer.Option("--all", help="Also guests: people who wrote without being in the configuration.")
]
SourceOption = Annotated[str, typer.Option(metavar="WORD", help="Where it was said: paper, web, phone, ...")]


@commands.command("list")
def list_people(
    *,
    show_numbers: NumbersOption = False,
    guests: GuestsOption = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """List everybody with their consent and their 24-hour window.

    JSON: people [id, name, phone, language, consent (granted, revoked, lapsed, none), since, source,
    evidence, actor, window {open, closes_at, last_inbound_at}, guest, moved].
    """
    from wa_notify.cli import answers, place, terminal
    from wa_notify.clock import system_clock

    here, now = place.read(config), system_clock()
    number_id = here.config.whatsapp.number_id
    with place.reading(here) as store:
        people = [] if store is None else store.read(lambda views: views.people(number_id)).result()
    people = [person for person in people if _is_shown(person.recipient, guests=guests)]
    if as_json:
        told = [answers.person(person, now, in_full=show_numbers) for person in people]
        terminal.answer({"people": told})
    elif store is None:
        terminal.note(place.NOTHING_YET.format(path=here.database))
    elif not people:
        terminal.note(f"There is nobody. Add people to `recipients` of {here.path}.")
    else:
        _show_all(people, now, in_full=show_numbers)
        for person in people:
            if person.recipient.former and not person.recipient.guest:
                terminal.note(NEW_NUMBER.format(name=person.recipient.name or person.recipient.id))


def _is_shown(recipient: Recipient, *, guests: bool) -> bool:
    """Guests only when asked for, and not those who turned out to be somebody else."""
    return not recipient.guest or (guests and recipient.reachable)


def _show_all(people: Sequence[Person], now: datetime, *, in_full: bool) -> None:
    from wa_notify.cli import answers
    from wa_notify.cli.spoken import relative
    from wa_notify.cli.terminal import table

    rows = []
    for person in people:
        consent = standing(person.consents, Purpose.UTILITY)
        rows.append(
            (
                person.recipient.id,
                person.recipient.name,
                answers.phone(person.recipient, in_full=in_full) or "none",
                STATES[consent.act if consent else None],
                relative(consent.at, now) if consent else "",
                consent.source if consent else "",
                window_in_words(person.window, now),
            )
        )
    table(("recipient", "name", "number", "consent", "since", "source", "window"), rows, flexible=("name",))


def window_in_words(window: Window, now: datetime) -> str:
    """Whether free-form text may go to this person, and how long."""
    from wa_notify.cli.spoken import relative

    if window.closes_at is None:
        return "closed"
    if not window.is_open(now):
        return f"closed {relative(window.closes_at, now)}"
    return f"open, closes {relative(window.closes_at, now)}"


@commands.command("grant")
def grant_consent(
    who: WhoArgument,
    *,
    evidence: Annotated[
        str,
        typer.Option(
            metavar="TEXT",
            help="What proves it: a sentence, a file name, a form's number.",
            show_default=False,
        ),
    ],
    source: SourceOption = "cli",
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record that somebody agreed to be written to, and what proves it.

    JSON: recipient, name, consent, at, source, evidence, actor.
    """
    if not evidence.strip():
        raise typer.BadParameter("Say what proves the opt-in.", param_hint="'--evidence'")
    told = _record(who, ConsentAct.GRANTED, source, evidence, config)
    _tell(told, "opted in. Messages may go out from now on.", as_json=as_json)


@commands.command("revoke")
def revoke_consent(
    who: WhoArgument,
    *,
    evidence: Annotated[str, typer.Option(metavar="TEXT", help="How it was said.")] = "",
    source: SourceOption = "cli",
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record that somebody does not want to be written to any more. It holds at once.

    JSON: recipient, name, consent, at, source, evidence, actor.
    """
    told = _record(who, ConsentAct.REVOKED, source, evidence, config)
    _tell(told, "opted out. Nothing is sent any more, not even what waits.", as_json=as_json)


def _record(who: str, act: ConsentAct, source: str, evidence: str, config: Any) -> dict[str, Any]:
    from wa_notify.cli import answers, place
    from wa_notify.cli.whom import known
    from wa_notify.clock import system_clock
    from wa_notify.pipeline.people import grant, revoke

    here, actor = place.read(config), whoami()
    record = grant if act is ConsentAct.GRANTED else revoke
    with place.writing(here) as store, known(here, who):
        now = system_clock()  # after what the configuration says was noted, so that this word is the newest
        recipient = store.transact(
            lambda tx: record(tx, who, source=source, evidence=evidence, actor=actor, now=now)
        ).result()
    return {
        "recipient": recipient.id,
        "name": recipient.name or None,
        "consent": act.value,
        "at": answers.moment(now),
        "source": source,
        "evidence": evidence or None,
        "actor": actor,
    }


def _tell(told: dict[str, Any], what: str, *, as_json: bool) -> None:
    from wa_notify.cli import terminal

    if as_json:
        terminal.answer(told)
        return
    terminal.done(f"{told['name'] or told['recipient']} {what}")
    evidence = f": {told['evidence']}" if told["evidence"] else ""
    terminal.quiet(f"{told['consent']}, source {told['source']}, recorded by {told['actor']}{evidence}")


def whoami() -> str:
    """Who is at the keyboard, as the system knows them."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a user without a name, as in some containers
        return "cli"
