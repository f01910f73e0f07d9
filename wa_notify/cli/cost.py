"""``wa-notify cost``: what WhatsApp has cost, by rule, person, market, category, template or month."""

import csv
import re
import sys
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wa_notify.cli.options import ConfigOption, JsonOption
from wa_notify.core.charge import CostLine, Grouping, Total

if TYPE_CHECKING:
    from wa_notify.core.rule import Rulebook

NOTHING = "(none)"  # messages without a rule, or without a template
COLUMNS = ("messages", "free", "predicted", "confirmed", "total", "currency", "unknown", "why_free")


def cost(
    *,
    by: Annotated[Grouping, typer.Option(help="What to tell apart.")] = Grouping.RULE,
    month: Annotated[
        str, typer.Option(metavar="YYYY-MM", help="Another month than this one; all for every month.")
    ] = "",
    as_csv: Annotated[bool, typer.Option("--csv", help="Answer as CSV, for spreadsheets.")] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what WhatsApp has cost, by rule, person, market or month.

    Predicted is what left and was not confirmed yet, confirmed is what WhatsApp said it delivered. A message
    whose price the table does not know counts as unknown, never as zero.

    JSON: month, by, lines [name, messages, free, predicted, confirmed, total, currency, unknown, why_free],
    spent, currency, budget {monthly, part, level}, note.
    """
    from wa_notify.cli import place, terminal
    from wa_notify.clock import system_clock

    here = place.read(config)
    book = here.config.rulebook
    chosen = _month(month) or book.prices.month(system_clock())
    lines: Sequence[CostLine] = ()
    totals: Sequence[Total] = ()
    with place.reading(here) as store:
        if store is not None:
            of_month = None if chosen == "all" else chosen
            lines = store.read(lambda views: views.cost_lines(by, of_month)).result()
            totals = store.read(lambda views: views.totals(chosen)).result()
    if as_json:
        terminal.answer(_as_answer(book, chosen, by, lines, totals))
    elif as_csv:
        _write_csv(by, lines)
    elif not lines:
        terminal.done(f"Nothing has left in {chosen}, so nothing was charged.")
    else:
        _show(book, chosen, by, lines, totals)


def _month(written: str) -> str:
    if written not in ("", "all") and not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", written):
        raise typer.BadParameter(f"{written!r} is no month; write 2026-11, or all.", param_hint="'--month'")
    return written


def _as_answer(
    book: "Rulebook", month: str, by: Grouping, lines: Sequence[CostLine], totals: Sequence[Total]
) -> dict[str, Any]:
    from wa_notify.core.charge import spent

    budget = book.budget
    paid = spent(totals, book.prices.table.currency)
    return {
        "month": month,
        "by": by.value,
        "lines": [_line(line) for line in lines],
        "spent": str(paid),
        "currency": book.prices.table.currency,
        "budget": {
            "monthly": str(budget.monthly),
            "part": str(round(paid / budget.monthly, 4)),
            "level": budget.level(paid).value,
        }
        if budget and month != "all"
        else None,
        "note": book.prices.table.note or None,
    }


def _line(line: CostLine) -> dict[str, Any]:
    return {
        "name": line.name or None,
        "messages": line.messages,
        "free": sum(line.free.values()),
        "predicted": str(line.predicted),
        "confirmed": str(line.confirmed),
        "total": str(line.predicted + line.confirmed),
        "currency": line.currency,
        "unknown": line.unknown,
        "why_free": line.free,
    }


def _write_csv(by: Grouping, lines: Sequence[CostLine]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow((by.value, *COLUMNS))
    for line in lines:
        told = _line(line)
        cells = [told[name] for name in COLUMNS[:-1]]
        writer.writerow((_harmless(line.name), *cells, _frees(line)))


def _harmless(name: str) -> str:
    """A name that no spreadsheet takes for a formula."""
    return f"'{name}" if name[:1] in ("=", "+", "-", "@") else name


def _frees(line: CostLine) -> str:
    return ", ".join(f"{count} {why}" for why, count in sorted(line.free.items()))


def _show(
    book: "Rulebook", month: str, by: Grouping, lines: Sequence[CostLine], totals: Sequence[Total]
) -> None:
    from wa_notify.cli import terminal
    from wa_notify.core.pricing import spoken_amount

    rows = [
        (
            line.name or NOTHING,
            str(line.messages),
            str(sum(line.free.values())),
            spoken_amount(line.predicted),
            spoken_amount(line.confirmed),
            line.currency,
            str(line.unknown) if line.unknown else "",
            _frees(line),
        )
        for line in lines
    ]
    terminal.table(
        (by.value, "messages", "free", "predicted", "confirmed", "currency", "unknown", "why free"),
        rows,
        right=("messages", "free", "predicted", "confirmed", "unknown"),
        flexible=("why free",),
    )
    terminal.write()
    if month != "all":
        _sum_up(book, month, totals)
    if unknown := sum(line.unknown for line in lines):
        terminal.note(f"The price table does not know what {unknown} of these messages cost.")
    if note := book.prices.table.note:
        terminal.note(note)


def _sum_up(book: "Rulebook", month: str, totals: Sequence[Total]) -> None:
    from wa_notify.cli import terminal
    from wa_notify.core.budget import Level
    from wa_notify.core.charge import spent
    from wa_notify.core.pricing import spoken_amount

    budget, currency = book.budget, book.prices.table.currency
    paid = spent(totals, currency)
    text = f"{month} has cost {spoken_amount(paid)} {currency}"
    if budget is None:
        terminal.done(f"{text}.")
        return
    part: Decimal = paid / budget.monthly
    text += f" of a budget of {spoken_amount(budget.monthly)} ({part:.0%})."
    (terminal.done if budget.level(paid) is Level.FINE else terminal.note)(text)
