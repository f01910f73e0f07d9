"""What people do with a ticket, typed instead of said in the chat: the same deeds, the same rules."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from wa_notify.cli.options import ConfigOption, JsonOption
from wa_notify.cli.problem import ExitCode

if TYPE_CHECKING:
    from wa_notify.core.rule import Rulebook
    from wa_notify.core.ticket import Ticket
    from wa_notify.pipeline.handling import Deed
    from wa_notify.pipeline.telling import Actor
    from wa_notify.ports import Transaction

    Doing: TypeAlias = Callable[[Transaction, Rulebook, Ticket, Actor, datetime], Deed]

NumberArgument = Annotated[int, typer.Argument(min=1, metavar="NUMBER", help="The ticket's number.")]
AsOption = Annotated[
    str,
    typer.Option(
        "--as", metavar="RECIPIENT", help="Act for this person; else under the system's name for you."
    ),
]


def ack(
    number: NumberArgument, *, who: AsOption = "", config: ConfigOption = None, as_json: JsonOption = False
) -> None:
    """Take a ticket: reminders and escalation stop. Exit code 1 when it is taken or over.

    JSON: done, text, ticket, state.
    """
    from wa_notify.pipeline.handling import take

    _do(number, take, who, config, as_json=as_json)


def resolve(
    number: NumberArgument, *, who: AsOption = "", config: ConfigOption = None, as_json: JsonOption = False
) -> None:
    """Close a ticket. Everybody who was told of it hears so. Exit code 1 when it is over already.

    JSON: done, text, ticket, state.
    """
    from wa_notify.pipeline.handling import close_by_hand

    _do(number, close_by_hand, who, config, as_json=as_json)


def escalate(
    number: NumberArgument, *, who: AsOption = "", config: ConfigOption = None, as_json: JsonOption = False
) -> None:
    """Ask the next people of the receiver now. Exit code 1 when nobody is left.

    JSON: done, text, ticket, state.
    """
    from wa_notify.pipeline.handling import ask_next

    _do(number, ask_next, who, config, as_json=as_json)


def release(
    number: NumberArgument, *, who: AsOption = "", config: ConfigOption = None, as_json: JsonOption = False
) -> None:
    """Give a ticket back. Nobody has it any more, and people are asked anew. Exit code 1 when nobody has it.

    JSON: done, text, ticket, state.
    """
    from wa_notify.pipeline.handling import give_back

    _do(number, give_back, who, config, as_json=as_json)


def assign(
    number: NumberArgument,
    to: Annotated[str, typer.Argument(metavar="RECIPIENT", help="Who shall have it: id or name.")],
    *,
    who: AsOption = "",
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give a ticket to somebody, who is told. They must have opted in. Exit code 1 when that cannot be.

    JSON: done, text, ticket, state.
    """
    from wa_notify.pipeline.handling import give

    def doing(tx: "Transaction", book: "Rulebook", ticket: "Ticket", actor: "Actor", now: datetime) -> "Deed":
        return give(tx, book, ticket, actor, to, now)

    _do(number, doing, who, config, as_json=as_json)


def comment(
    number: NumberArgument,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What the others shall read.")],
    *,
    who: AsOption = "",
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say something to the others of a ticket. Who has no open window reads it on their next reply.

    Exit code 1 when it is over.

    JSON: done, text, ticket, state.
    """
    from wa_notify.core.timeline import LONGEST_COMMENT
    from wa_notify.pipeline.handling import comment as say

    said = text.strip()
    if not said or len(said) > LONGEST_COMMENT:
        raise typer.BadParameter(
            f"A comment has 1 to {LONGEST_COMMENT} characters; this has {len(said)}.", param_hint="'TEXT'"
        )

    def doing(tx: "Transaction", book: "Rulebook", ticket: "Ticket", actor: "Actor", now: datetime) -> "Deed":
        return say(tx, book, ticket, actor, said, now)

    _do(number, doing, who, config, as_json=as_json)


def silence(
    number: NumberArgument,
    *,
    span: Annotated[str, typer.Option("--for", metavar="SPAN", help="How long: 30m, 2h, 1d.")] = "1h",
    who: AsOption = "",
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Mute the alerts of a ticket for a while. What still fires then is told. Exit code 1 when it is over.

    JSON: done, text, ticket, state.
    """
    from wa_notify.pipeline.handling import hush

    length = span_option(span)

    def doing(tx: "Transaction", book: "Rulebook", ticket: "Ticket", actor: "Actor", now: datetime) -> "Deed":
        return hush(tx, book, ticket, actor, length, now)

    _do(number, doing, who, config, as_json=as_json)


def span_option(text: str) -> timedelta:
    """How long a silence shall be. Anything else is wrong usage."""
    from wa_notify.core.reply import LONGEST_SILENCE
    from wa_notify.core.wallclock import spoken_span
    from wa_notify.core.words import bare, without_span

    span, rest = without_span(bare(text))
    if not span or rest.strip():
        raise typer.BadParameter(
            f"{text!r} is no span of time. Write it as 30m, 2h or 1d.", param_hint="'--for'"
        )
    if span > LONGEST_SILENCE:
        longest = spoken_span(LONGEST_SILENCE)
        raise typer.BadParameter(f"{text!r} is too long: at most {longest}.", param_hint="'--for'")
    return span


def _do(number: int, doing: "Doing", who: str, config: Any, *, as_json: bool) -> None:
    from wa_notify.cli import place, terminal
    from wa_notify.cli.whom import known
    from wa_notify.clock import system_clock

    here = place.read(config)
    with place.writing(here) as store, known(here, who):
        now = system_clock()

        def work(tx: "Transaction") -> "Deed | None":
            ticket = tx.ticket(number)
            return doing(tx, here.config.rulebook, ticket, _actor(tx, who, now), now) if ticket else None

        deed = store.transact(work).result()
    if deed is None:
        terminal.note(f"There is no ticket #{number}.", stderr=True)
        raise typer.Exit(ExitCode.NO)
    if as_json:
        text, state = deed.told or deed.text, deed.ticket.state.value
        terminal.answer({"done": bool(deed.told), "text": text, "ticket": number, "state": state})
    elif deed.told:
        terminal.done(f"#{number}: {deed.told}")
    else:
        terminal.no(deed.text)
    if not deed.told:
        raise typer.Exit(ExitCode.NO)


def _actor(tx: "Transaction", who: str, now: datetime) -> "Actor":
    """The person of that name, or whoever is at the keyboard."""
    from wa_notify.cli.optin import whoami
    from wa_notify.pipeline.people import find
    from wa_notify.pipeline.telling import Actor, acting

    mark = f"typed/{now.isoformat()}"
    return acting(find(tx, who), mark) if who else Actor(id=whoami(), name=whoami(), mark=mark)
