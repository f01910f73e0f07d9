"""``wa-notify troubles``: what stands in the way of messages, what to do about it, and when it is over."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from wa_notify.cli.options import ConfigOption, JsonOption
from wa_notify.cli.problem import ExitCode, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wa_notify.core.condition import Condition
    from wa_notify.ports import Transaction

WARNS = "warns"  # the effect of what changes nothing
commands = typer.Typer(
    help="Troubles: what keeps messages from leaving, and what to do.", no_args_is_help=True
)


@commands.command("list")
def list_troubles(
    *,
    over: Annotated[bool, typer.Option("--all", help="Also those that are over.")] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what keeps messages from leaving.

    What only deserves a look is listed too.

    Exit code 1 when anything keeps messages from leaving.

    JSON: troubles [number, scope, subject, cause, effect, what, advice, recovery, since, until,
    next_probe_at, told_at, unheard, cleared_at].
    """
    from wa_notify.cli import place, terminal

    here = place.read(config)
    found: Sequence[Condition] = ()
    with place.reading(here) as store:
        if store is not None:
            found = store.read(lambda views: views.conditions()).result()
    shown = [one for one in found if over or one.is_open]
    if as_json:
        terminal.answer({"troubles": [_json(one) for one in shown]})
    elif store is None:
        terminal.note(place.NOTHING_YET.format(path=here.database))
    elif not shown:
        terminal.done("No trouble is known.")
    else:
        _show(shown, here.config.rulebook.time_zone)
    if any(one.is_open and one.effect != WARNS for one in shown):
        raise typer.Exit(ExitCode.NO)


@commands.command("end")
def end_trouble(
    number: Annotated[int, typer.Argument(min=1, metavar="NUMBER", help="As `troubles list` shows it.")],
    *,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say that a trouble is over.

    For example because a person with a new phone is who they say. What waited because of it leaves. Should
    WhatsApp refuse again, the trouble is noticed again.

    JSON: ended [number, scope, subject, cause].
    """
    from wa_notify.cli import place, terminal
    from wa_notify.clock import system_clock
    from wa_notify.pipeline.conditions import end

    here = place.read(config)

    def work(tx: "Transaction") -> "Condition":
        found = next((one for one in tx.open_conditions() if one.id == number), None)
        if found is None:
            raise Problem(
                f"There is no trouble {number} that still stands.",
                where=here.where,
                fix="See `wa-notify troubles list`.",
                code=ExitCode.NO,
            )
        end(tx, [found], system_clock())
        return found

    with place.writing(here) as store:
        ended = store.transact(work).result()
    if as_json:
        known = ("scope", "subject", "cause")
        terminal.answer({"ended": {"number": number, **{key: getattr(ended, key) for key in known}}})
    else:
        terminal.done(f"Trouble {number} with {ended.name} is over: {ended.what}.")


def _show(found: "Sequence[Condition]", time_zone: str) -> None:
    from wa_notify.cli import terminal
    from wa_notify.cli.spoken import minute, relative
    from wa_notify.clock import system_clock
    from wa_notify.core.condition import SPOKEN_RECOVERY

    now = system_clock()
    for one in found:
        sentence = f"{one.id}  {one.name}: {one.what}. Since {relative(one.since, now)}."
        if one.cleared_at:
            terminal.done(f"{sentence} Over {relative(one.cleared_at, now)}.")
            continue
        (terminal.note if one.effect == WARNS else terminal.no)(sentence)
        if one.advice:
            terminal.quiet(f"To do: {one.advice}", indent=5)
        ends = f"at {minute(one.until, time_zone)}" if one.until else SPOKEN_RECOVERY[one.recovery]
        probe = f"; next probe {relative(one.probe_at, now)}" if one.probe_at else ""
        unheard = " No administrator could be told: give `admins` a `fallback`." if one.unheard else ""
        terminal.quiet(f"It ends {ends}{probe}.{unheard}", indent=5)


def _json(one: "Condition") -> dict[str, Any]:
    from wa_notify.cli.answers import moment

    return {
        "number": one.id,
        "scope": one.scope.value,
        "subject": one.subject,
        "cause": one.cause,
        "effect": one.effect.value,
        "what": one.what,
        "advice": one.advice,
        "recovery": one.recovery.value,
        "since": moment(one.since),
        "until": moment(one.until),
        "next_probe_at": moment(one.probe_at),
        "told_at": moment(one.told_at),
        "unheard": one.unheard,
        "cleared_at": moment(one.cleared_at),
    }
