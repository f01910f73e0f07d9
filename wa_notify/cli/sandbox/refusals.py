"""``wa-notify sandbox refusals``: every way in which the platform says no, and how to meet it here."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from wa_notify.cli.options import JsonOption
from wa_notify.cli.problem import ExitCode

if TYPE_CHECKING:
    from wa_notify.sandbox import Refusal
    from wa_notify.sandbox.refusals import Row

A_FEW = 5  # rows of a code that are shown in full
CONTROL = "POST /_sandbox/faults"
MOMENTS = {
    "answer": "the answer to the request",
    "after_sent": "a failed callback after sent",
    "instead_of_sent": "a failed callback instead of sent",
    "inbound": "a message from a person",
    "health": "the health status",
}
IN_SHORT = {
    "after_sent": "after sent",
    "instead_of_sent": "not sent",
    "inbound": "inbound",
    "health": "health",
}
AGAIN = {
    "no": "does not help",
    "once": "once",
    "soon": "yes, with growing pauses",
    "later": "after hours, or when somebody has done something",
}
LEAD = 12


def show_refusals(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="CODE | WORD", help="A code, a subcode, a topic, or words to look for."),
    ] = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Show every way in which the platform says no.

    A code is shown in full: 131047, 2388024, or 100/33 with its subcode. Exit code 1 when nothing is found.

    JSON: refusals [name, topic, code, upto, subcode, today, seen_as, title, when, kind, timing (answer,
    after_sent, instead_of_sent, inbound, health), also, http, http_sure, retry (no, once, soon, later),
    source, sure (firm, fair, guess), as_of, arises (empty: only a fault injects it), proof, fault, plain,
    throttle, managed].
    """
    from wa_notify.cli import terminal
    from wa_notify.sandbox.refusals import matching, row_view

    wanted = " ".join(words or ())
    found = matching(wanted)
    if as_json:
        terminal.answer({"refusals": [row_view(refusal) for refusal in found]})
    elif not found:
        terminal.no(
            f"The table of refusals has nothing about {wanted}. Without an argument it is shown whole."
        )
    elif wanted and (len(found) == 1 or (len(found) <= A_FEW and wanted[-1].isdecimal())):
        _show_in_full(found)
    else:
        _show_table(found)
    raise typer.Exit(ExitCode.DONE if found else ExitCode.NO)


def _show_table(found: Sequence["Refusal"]) -> None:
    from wa_notify.cli.terminal import quiet, table, write
    from wa_notify.sandbox.refusals import topic_of

    table(
        ("code", "when", "comes", "sure", "to meet it here"),
        [
            (number(row), row.when, _comes(row), row.sure.value, row.arises or "only by a fault")
            for row in (refusal.value for refusal in found)
        ],
        flexible=("when", "to meet it here"),
    )
    write()
    ruled = sum(bool(refusal.value.arises) for refusal in found)
    quiet(f"{len(found)} rows, {ruled} of them by rules of the sandbox. A fault injects any other.", indent=0)
    quiet("One in full: wa-notify sandbox refusals 131047", indent=0)
    topics = sorted(set(map(topic_of, found)))
    if len(topics) > 1:
        quiet(f"By topic: {', '.join(topics)}", indent=0)


def _show_in_full(found: Sequence["Refusal"]) -> None:
    from rich.text import Text

    from wa_notify.cli.terminal import ACCENT, STRONG, columns, write

    for place, refusal in enumerate(found):
        if place:
            write()
        row = refusal.value
        write(Text.assemble((number(row), ACCENT), "  ", (row.title, STRONG)))
        for lead, text in _told(row):
            for line in columns(f"  {lead}".ljust(LEAD), text):
                write(line)
        for lead, text in _typed(refusal):  # to be copied, so never broken
            write(f"  {lead}".ljust(LEAD) + text)


def _told(row: "Row") -> list[tuple[str, str]]:
    lines = [("when", row.when), ("comes", _comes_in_full(row)), ("again", AGAIN[row.retry])]
    lines.append(("known", f"{row.sure}: {row.source}, as of {row.as_of}"))
    if row.today:
        lines.append(("today", f"{row.today}"))
    if row.seen_as:
        lines.append(("seen as", f"{', '.join(map(str, row.seen_as))} too"))
    lines.append(("here", row.arises or "No rule brings it about; a fault injects it."))
    return lines


def _typed(refusal: "Refusal") -> list[tuple[str, str]]:
    from wa_notify.sandbox.refusals import fault_for

    row, fault = refusal.value, fault_for(refusal)
    lines = [] if fault is None else [("fault", f"{CONTROL} {json.dumps(fault)}")]
    if row.timing != "health":
        kind = "" if row.http else 'kind="failed", '
        lines.append(("in Python", f"sandbox.fail_next(Fault({kind}refusal=Refusal.{refusal.name}))"))
    if row.proof:
        lines.append(("shown by", f"tests/sandbox/{row.proof}"))
    return lines


def number(row: "Row") -> str:
    """``131047``, ``100/33`` with a subcode, ``200-299`` for a range."""
    if row.subcode is not None:
        return f"{row.code}/{row.subcode}"
    return f"{row.code}-{row.upto}" if row.upto else str(row.code)


def _comes(row: "Row") -> str:
    return f"answer {row.http}" if row.timing == "answer" else IN_SHORT[row.timing]


def _comes_in_full(row: "Row") -> str:
    moments = [MOMENTS[row.timing]]
    if row.timing == "answer":
        older = ", or 400 as the older pages say" if row.throttle else ""
        moments = [f"{moments[0]}, HTTP {row.http}{older} ({row.http_sure})"]
    return ", or in ".join(["in " + moments[0], *(MOMENTS[also] for also in row.also)])
