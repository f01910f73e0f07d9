"""``wa-notify outbox``: everything that left, is to leave, or was kept from leaving."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from wa_notify.cli.options import ConfigOption, JsonOption
from wa_notify.cli.problem import ExitCode
from wa_notify.core.outbox import CLAIMABLE, Channel, Item, ItemState

if TYPE_CHECKING:
    from wa_notify.cli.place import Place
    from wa_notify.pipeline.outbox_deeds import OutboxDeed
    from wa_notify.ports import Transaction

    Doing: TypeAlias = Callable[[Place, Transaction, str, datetime], OutboxDeed]

commands = typer.Typer(
    help="The outbox: every message that left, waits, or was kept back.", no_args_is_help=True
)

NumberArgument = Annotated[
    int, typer.Argument(min=1, metavar="ITEM", help="The message's number, as `outbox list` has it.")
]


@commands.command("list")
def list_items(
    *,
    state: Annotated[
        list[ItemState] | None,
        typer.Option(metavar="STATE", help="Only those in this state; may be repeated."),
    ] = None,
    ticket: Annotated[
        int | None, typer.Option(min=1, metavar="NUMBER", help="Only those of this ticket.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, metavar="COUNT", help="At most so many, the newest.")] = 50,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the messages of the outbox, the newest first.

    JSON: items [id, ticket, episode, recipient, channel, target, instead_of, occasion, state, priority, form,
    reason, sentence, due_at, expires_at, created_at, attempts, claimed_at, status_at, delivered_at,
    wamid, failure_code, intent {template, free_form, buttons}].
    """
    from wa_notify.cli import answers, place, terminal

    here = place.read(config)
    states = tuple(state) if state else None
    with place.reading(here) as store:
        found: Sequence[Item] = ()
        if store is not None:
            query = store.read(lambda views: views.items(ticket_id=ticket, states=states, limit=limit))
            found = query.result()
    if as_json:
        terminal.answer({"items": [answers.item(item) for item in found]})
    elif store is None:
        terminal.note(place.NOTHING_YET.format(path=here.database))
    elif not found:
        chosen = states or ticket
        terminal.done("No message fits." if chosen else "The outbox is empty: nothing was ever to be sent.")
    else:
        _show_all(found, here.config.rulebook.time_zone)


def _show_all(found: Sequence[Item], time_zone: str) -> None:
    from wa_notify.cli.terminal import table
    from wa_notify.clock import system_clock

    now = system_clock()
    rows = [
        (
            str(item.id),
            item.state.value,
            item.recipient_id,
            item.occasion.value,
            f"#{item.ticket_id}" if item.ticket_id else "",
            form_of(item),
            when(item, now, time_zone),
            why(item),
        )
        for item in found
    ]
    table(
        ("item", "state", "to", "occasion", "ticket", "form", "when", "reason"),
        rows,
        right=("item",),
        flexible=("reason",),
    )


def form_of(item: Item) -> str:
    """The form it left in; before that nobody knows. Another channel is named by its target."""
    if item.channel is Channel.OTHER:
        return item.target
    return item.form.value.replace("_", "-") if item.form else ""


def when(item: Item, now: datetime, time_zone: str) -> str:
    """When it is due, or when it was last heard of."""
    from wa_notify.cli.spoken import relative
    from wa_notify.core.fallback import waits_for_room
    from wa_notify.core.wallclock import spoken_time

    if waits_for_room(item) and item.due_at > now:
        return f"due {relative(item.due_at, now)}, {spoken_time(item.due_at, time_zone)}"
    if item.state in CLAIMABLE:
        return f"due {relative(item.due_at, now)}" if item.due_at > now else "due now"
    return relative(item.status_at or item.claimed_at or item.created_at, now)


def why(item: Item) -> str:
    """The reason in its word, with the platform's code."""
    code = f"code {item.failure_code}" if item.failure_code else ""
    return ", ".join(part for part in (item.reason.value if item.reason else "", code) if part)


@commands.command("retry")
def retry_item(number: NumberArgument, *, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Try a message again that failed, was refused, or is uncertain. Exit code 1 when that cannot be.

    It is decided anew. What may have arrived already says so.

    JSON: done, text, item, state.
    """
    from wa_notify.pipeline.outbox_deeds import retry

    def work(here: "Place", tx: "Transaction", by: str, now: datetime) -> "OutboxDeed":
        return retry(tx, here.config.rulebook, here.config.whatsapp.number_id, number, by, now)

    _do(work, number, config, as_json=as_json)


@commands.command("drop")
def drop_item(number: NumberArgument, *, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Cancel a message that waits. Exit code 1 when it does not wait any more.

    JSON: done, text, item, state.
    """
    from wa_notify.pipeline.outbox_deeds import drop

    def work(_: "Place", tx: "Transaction", by: str, now: datetime) -> "OutboxDeed":
        return drop(tx, number, by, now)

    _do(work, number, config, as_json=as_json)


def _do(work: "Doing", number: int, config: ConfigOption, *, as_json: bool) -> None:
    from wa_notify.cli import place, terminal
    from wa_notify.cli.optin import whoami
    from wa_notify.clock import system_clock

    here = place.read(config)
    with place.writing(here) as store:
        now, by = system_clock(), whoami()
        deed = store.transact(lambda tx: work(here, tx, by, now)).result()
    if as_json:
        state = deed.item.state.value if deed.item else None
        terminal.answer({"done": deed.done, "text": deed.text, "item": number, "state": state})
    elif deed.done:
        terminal.done(deed.text)
    else:
        terminal.no(deed.text)
    if not deed.done:
        raise typer.Exit(ExitCode.NO)
