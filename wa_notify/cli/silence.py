"""``wa-notify silence``: alerts muted until a time that is always named."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from wa_notify.cli.deeds import span_option
from wa_notify.cli.options import ConfigOption, JsonOption
from wa_notify.cli.problem import ExitCode

if TYPE_CHECKING:
    from wa_notify.core.matcher import Matcher
    from wa_notify.core.silence import Silence

commands = typer.Typer(help="Silences: alerts that nobody is told of for a while.", no_args_is_help=True)


@commands.command("add")
def add_silence(
    conditions: Annotated[
        list[str],
        typer.Argument(
            metavar="CONDITION...",
            help="On labels and `source`; all must hold: severity=warning 'alertname=~Disk.*' team!=web",
            show_default=False,
        ),
    ],
    *,
    span: Annotated[str, typer.Option("--for", metavar="SPAN", help="How long: 30m, 2h, 1d.")] = "1h",
    comment: Annotated[str, typer.Option(metavar="TEXT", help="Why; it stands on the timelines.")] = "",
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Mute alerts. Their tickets open all the same and say so; what still fires at the end is told then.

    JSON: silence [id, matchers, starts_at, ends_at, author, comment, ticket].
    """
    from wa_notify.cli import answers, place, terminal
    from wa_notify.cli.optin import whoami
    from wa_notify.cli.spoken import minute
    from wa_notify.clock import system_clock
    from wa_notify.core.silence import Silence

    matchers, length = tuple(_matcher(text) for text in conditions), span_option(span)
    here = place.read(config)
    with place.writing(here) as store:
        now = system_clock()
        wanted = Silence(
            matchers=matchers, starts_at=now, ends_at=now + length, author=whoami(), comment=comment.strip()
        )
        silence = store.transact(lambda tx: tx.add_silence(wanted)).result()
    if as_json:
        terminal.answer({"silence": answers.silence(silence)})
        return
    until = minute(silence.ends_at, here.config.rulebook.time_zone)
    terminal.done(f"Silence {silence.id} holds until {until}.")
    terminal.quiet(f"{_conditions(silence)}; end it sooner with `wa-notify silence end {silence.id}`")


def _matcher(text: str) -> "Matcher":
    from wa_notify.core.matcher import read_matcher

    try:
        return read_matcher(text)
    except ValueError:
        fix = "Write label=value, label!=value, label=~pattern or label!~pattern."
        raise typer.BadParameter(f"{text!r} is no condition. {fix}", param_hint="'CONDITION'") from None
    except re.error as error:
        raise typer.BadParameter(
            f"{text!r} holds no regular expression: {error}.", param_hint="'CONDITION'"
        ) from None


@commands.command("list")
def list_silences(*, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """List the silences that are not over, the soonest end first.

    JSON: silences [id, matchers, starts_at, ends_at, author, comment, ticket].
    """
    from wa_notify.cli import answers, place, terminal
    from wa_notify.clock import system_clock

    here, now = place.read(config), system_clock()
    with place.reading(here) as store:
        found = [] if store is None else store.read(lambda views: views.silences(now)).result()
    if as_json:
        terminal.answer({"silences": [answers.silence(silence) for silence in found]})
    elif store is None:
        terminal.note(place.NOTHING_YET.format(path=here.database))
    elif not found:
        terminal.done("Nothing is silenced.")
    else:
        _show_all(found, now)


def _show_all(found: "Sequence[Silence]", now: datetime) -> None:
    from wa_notify.cli.spoken import relative
    from wa_notify.cli.terminal import table

    rows = [
        (
            str(silence.id),
            _conditions(silence),
            relative(silence.ends_at, now),
            silence.author,
            f"#{silence.ticket_id}" if silence.ticket_id else "",
            silence.comment,
        )
        for silence in found
    ]
    table(("silence", "alerts", "ends", "author", "ticket", "comment"), rows, flexible=("alerts", "comment"))


def _conditions(silence: "Silence") -> str:
    return " ".join(str(matcher) for matcher in silence.matchers) or "everything"


@commands.command("end")
def end_silence(
    number: Annotated[int, typer.Argument(min=1, metavar="SILENCE", help="As `silence list` has it.")],
    *,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """End a silence now. What waited for it and still fires is told. Exit code 1 when it is over already.

    JSON: silence [id, matchers, starts_at, ends_at, author, comment, ticket].
    """
    from wa_notify.cli import answers, place, terminal
    from wa_notify.cli.optin import whoami
    from wa_notify.clock import system_clock
    from wa_notify.pipeline.silences import end_silence as end

    with place.writing(place.read(config)) as store:
        now = system_clock()
        ended = store.transact(lambda tx: end(tx, number, whoami(), now)).result()
    if ended is None:
        terminal.note(f"There is no silence {number}, or it is over.", stderr=True)
        raise typer.Exit(ExitCode.NO)
    if as_json:
        terminal.answer({"silence": answers.silence(ended)})
    else:
        terminal.done(f"Silence {number} has ended. What waited for it is told now if it still fires.")
