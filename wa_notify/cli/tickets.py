"""``wa-notify tickets``: what is open, the story of one ticket, and what people do with it (see `deeds`)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from wa_notify.cli import deeds
from wa_notify.cli.options import ConfigOption, JsonOption
from wa_notify.cli.problem import ExitCode
from wa_notify.core.outbox import SPOKEN, Channel, Item
from wa_notify.core.silence import silenced_until
from wa_notify.core.ticket import UNRESOLVED, Ticket, TicketState
from wa_notify.core.timeline import Entry, EntryKind

if TYPE_CHECKING:
    from wa_notify.ports import Views

commands = typer.Typer(
    help="Tickets: alert groups, from the first alert until it is over.", no_args_is_help=True
)

for name, deed in (
    ("ack", deeds.ack),
    ("resolve", deeds.resolve),
    ("escalate", deeds.escalate),
    ("assign", deeds.assign),
    ("release", deeds.release),
    ("comment", deeds.comment),
    ("silence", deeds.silence),
):
    commands.command(name)(deed)

MOST_ITEMS = 1000
Listed: TypeAlias = tuple[Ticket, datetime | None]


@commands.command("list")
def list_tickets(
    *,
    everything: Annotated[bool, typer.Option("--all", help="Resolved ones too.")] = False,
    state: Annotated[
        list[TicketState] | None,
        typer.Option(metavar="STATE", help="Only those open, acknowledged or resolved; may be repeated."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, metavar="COUNT", help="At most so many, the newest.")] = 50,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the tickets that are not resolved, the newest first.

    JSON: tickets [id, title, state, rule, group, episode, opened_at, acknowledged_at, acknowledged_by,
    resolved_at, reminders_sent, remind_at, told_at, updates, silenced_until].
    """
    from wa_notify.cli import answers, place, terminal
    from wa_notify.clock import system_clock

    here, now = place.read(config), system_clock()
    states = tuple(state or (TicketState if everything else UNRESOLVED))
    with place.reading(here) as store:
        found = [] if store is None else store.read(lambda views: _found(views, states, limit, now)).result()
    if as_json:
        terminal.answer({"tickets": [answers.ticket(ticket, until) for ticket, until in found]})
    elif store is None:
        terminal.note(place.NOTHING_YET.format(path=here.database))
    elif not found:
        terminal.done(_none(everything=everything, states=state))
    else:
        _show_all(found, now)


def _found(views: "Views", states: tuple[TicketState, ...], limit: int, now: datetime) -> list[Listed]:
    """The tickets, each with the end of the silence that keeps it from speaking."""
    return [(ticket, _silenced_until(views, ticket, now)) for ticket in views.tickets(states, limit)]


def _silenced_until(views: "Views", ticket: Ticket, now: datetime) -> datetime | None:
    silences = views.silences(now)
    return silenced_until(silences, views.alerts(ticket), now) if silences else None


def _none(*, everything: bool, states: list[TicketState] | None) -> str:
    if states:
        return f"No ticket is {' or '.join(states)}."
    if everything:
        return "No alert has made a ticket yet. `wa-notify explain` shows what an alert would do."
    return "No ticket is open. `wa-notify tickets list --all` shows those that are resolved."


def _show_all(found: Sequence[Listed], now: datetime) -> None:
    from wa_notify.cli.spoken import relative
    from wa_notify.cli.terminal import table

    rows = [
        (
            f"#{ticket.id}",
            ticket.state.value,
            ticket.title,
            ticket.rule,
            relative(ticket.opened_at, now),
            f"silenced, ends {relative(until, now)}" if until else _then(ticket, now),
        )
        for ticket, until in found
    ]
    table(("ticket", "state", "title", "rule", "opened", "then"), rows, flexible=("title",))


def _then(ticket: Ticket, now: datetime) -> str:
    """What happened since, or what comes next."""
    from wa_notify.cli.spoken import relative

    if ticket.resolved_at:
        over = "given up" if ticket.state is TicketState.EXPIRED else "resolved"
        return f"{over} {relative(ticket.resolved_at, now)}"
    if ticket.acknowledged_at:
        return f"{ticket.acknowledged_by} took it {relative(ticket.acknowledged_at, now)}"
    timers = {
        f"step {ticket.escalations + 1} of escalation": ticket.escalate_at,
        f"reminder {ticket.reminders_sent + 1}": ticket.remind_at,
        "told again": ticket.repeat_at,
        "given up": ticket.expires_at,
    }
    planned = [(at, what) for what, at in timers.items() if at]
    if not planned:
        return "no further reminder" if ticket.reminders_sent else ""
    at, what = min(planned)
    return f"{what} {relative(at, now) if at > now else 'now'}"


@commands.command("show")
def show_ticket(
    number: Annotated[int, typer.Argument(min=1, metavar="NUMBER", help="The ticket's number.")],
    *,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell the story of a ticket. Exit code 1 when there is no such ticket.

    JSON: ticket, timeline [at, kind, actor, text, reason, item], items (as `outbox list` has them).
    """
    from wa_notify.cli import answers, place, terminal
    from wa_notify.clock import system_clock

    here, now = place.read(config), system_clock()
    with place.reading(here) as store:
        ticket = None if store is None else store.read(lambda views: views.ticket(number)).result()
        if store is None or ticket is None:
            missing = place.NOTHING_YET.format(path=here.database) if store is None else ""
            terminal.note(missing or f"There is no ticket #{number}.", stderr=True)
            raise typer.Exit(ExitCode.NO)
        until = store.read(lambda views: _silenced_until(views, ticket, now)).result()
        entries = store.read(lambda views: views.timeline(number)).result()
        items = store.read(lambda views: views.items(ticket_id=number, limit=MOST_ITEMS)).result()
    if as_json:
        timeline = [answers.entry(entry) for entry in entries]
        found = [answers.item(item) for item in items]
        terminal.answer({"ticket": answers.ticket(ticket, until), "timeline": timeline, "items": found})
        return
    time_zone = here.config.rulebook.time_zone
    _show_head(ticket, items, until, now, time_zone)
    _show_how_far(items)
    _show_timeline(entries, time_zone)


def _show_head(
    ticket: Ticket, items: Sequence[Item], until: datetime | None, now: datetime, time_zone: str
) -> None:
    from rich.text import Text

    from wa_notify.cli.spoken import count, minute, relative
    from wa_notify.cli.terminal import ACCENT, QUIET, STRONG, in_one_line, write

    write(Text.assemble((f"#{ticket.id}", ACCENT), " ", (in_one_line(ticket.title), STRONG)))
    opened = f"opened {relative(ticket.opened_at, now)}, {minute(ticket.opened_at, time_zone)}"
    silenced = f"silenced, ends {relative(until, now)}" if until else ""
    then = _then(ticket, now)
    parts = (ticket.state.value, f"rule {ticket.rule}", opened, silenced, then, count(items, "message"))
    write(", ".join(part for part in parts if part))
    write(Text(in_one_line(f"group {ticket.group}, episode {ticket.episode}"), style=QUIET))


def _show_how_far(items: Sequence[Item]) -> None:
    """How far each message of the present episode got, person by person."""
    from wa_notify.cli.terminal import quiet

    episode = max((item.episode for item in items), default=0)
    of_each: dict[str, list[str]] = {}
    for item in sorted(items, key=lambda item: item.id):
        if item.channel is Channel.WHATSAPP and item.episode == episode and item.digest_id is None:
            part = f" ({item.intent.part})" if item.intent.part > 1 else ""
            told = f"{SPOKEN[item.occasion]}{part} {item.state.value}"
            of_each.setdefault(item.recipient_id, []).append(told)
    for recipient_id, told_so_far in of_each.items():
        quiet(f"{recipient_id}: {', '.join(told_so_far)}", indent=0)


def _show_timeline(entries: Iterable[Entry], time_zone: str) -> None:
    """One vertical line; each entry a time, an actor, a sentence, and its reason in small."""
    from rich.text import Text

    from wa_notify.cli.spoken import clock, day
    from wa_notify.cli.terminal import ACCENT, QUIET, columns, in_one_line, write

    entries = list(entries)
    width = max((len(in_one_line(entry.actor)) for entry in entries), default=0)
    today = ""
    for entry in entries:
        if day(entry.at, time_zone) != today:
            today = day(entry.at, time_zone)
            write()
            write(Text(today, style=QUIET))
        write(Text("│", style=QUIET))
        lead = f"{clock(entry.at, time_zone)}  {in_one_line(entry.actor):<{width}}  "
        told = columns(lead, in_one_line(entry.text), edge="● ")
        for place, line in enumerate(told):
            write(Text.assemble(("● ", ACCENT) if place == 0 else ("│ ", QUIET), line))
        if small := _in_small(entry):
            write(Text("│ " + " " * len(lead) + small, style=QUIET))


def _in_small(entry: Entry) -> str:
    """The reason in its word and the item; a delivery status has no reason of its own."""
    reason = entry.reason.value if entry.reason and entry.kind is not EntryKind.STATUS else ""
    return ", ".join(part for part in (reason, f"item {entry.item_id}" if entry.item_id else "") if part)
