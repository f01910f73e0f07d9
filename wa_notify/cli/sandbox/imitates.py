"""``wa-notify sandbox imitates``: what the sandbox does as the platform does, and what not."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from wa_notify.cli.options import JsonOption

if TYPE_CHECKING:
    from wa_notify.sandbox.coverage import Area, Fact

ERRORS = "errors"  # an area as long as all others; it is shown when it is asked for
HERE = {"imitated": "✓ yes", "on_demand": "! asked", "not_imitated": "✗ no"}
SUMMED = {
    "imitated": "imitated",
    "on_demand": "when asked for",
    "not_imitated": "not imitated",
}


def show_imitated(
    area: Annotated[
        str | None,
        typer.Argument(
            metavar="AREA",
            help="messages, files, templates, money, limits, callbacks, numbers or errors.",
        ),
    ] = None,
    *,
    gaps: Annotated[bool, typer.Option("--gaps", help="Only what is not imitated of itself.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show what the sandbox imitates of the platform, and what not.

    yes: of itself. asked: when a control, a fault or a policy asks for it. no: left out, with the reason.
    In a pipe each line names the test that shows it.

    JSON: areas [name, title, facts [what, value, standing (imitated, on_demand, not_imitated), proof
    (file::function below tests/sandbox), why]].
    """
    from wa_notify.cli import terminal
    from wa_notify.sandbox.coverage import AREAS, area_view

    names = [one.name for one in AREAS]
    if area is not None and area not in names:
        raise typer.BadParameter(f"There is {', '.join(names)}.", param_hint="'AREA'")
    chosen = [_without_the_imitated(one) if gaps else one for one in AREAS if area in (None, one.name)]
    if as_json:
        terminal.answer({"areas": [area_view(one) for one in chosen]})
        return
    for one in chosen:
        _show(one, in_full=area is not None or one.name != ERRORS)
    if area is None:
        terminal.write(f"Together {counted([fact for one in chosen for fact in one.facts])}.")
        if not gaps:
            terminal.quiet("Without what is imitated of itself: wa-notify sandbox imitates --gaps", indent=0)


def _without_the_imitated(area: "Area") -> "Area":
    from dataclasses import replace

    return replace(area, facts=tuple(fact for fact in area.facts if fact.standing != "imitated"))


def _show(area: "Area", *, in_full: bool) -> None:
    from rich.text import Text

    from wa_notify.cli.terminal import STRONG, quiet, table, write

    write(Text(area.title, style=STRONG))
    if in_full and area.facts:
        titles, rows = _columns(area.facts)
        table(titles, rows, flexible=titles[1:4])
    quiet(counted(area.facts) or "nothing", indent=0)
    if not in_full:
        quiet(f"Each of them: wa-notify sandbox imitates {area.name}", indent=0)
    write()


def counted(facts: Sequence["Fact"]) -> str:
    """``36 imitated, 7 not imitated``."""
    found = Counter(fact.standing.value for fact in facts)
    return ", ".join(f"{found[name]} {words}" for name, words in SUMMED.items() if found[name])


def _columns(facts: Sequence["Fact"]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    from wa_notify.cli.terminal import PIPE_WIDTH, screen

    titles: tuple[str, ...] = ("here", "what", "the platform", "remark")
    rows = [(HERE[fact.standing], fact.what, fact.value, fact.why) for fact in facts]
    if screen().width < PIPE_WIDTH:
        return titles, [*rows]
    return (*titles, "shown by"), [(*row, fact.proof) for row, fact in zip(rows, facts, strict=True)]
