"""``wa-notify templates plan``: what the account lacks of the declared templates, part by part."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from wa_notify.cli.options import ConfigOption, JsonOption
from wa_notify.cli.place import Place
from wa_notify.cli.problem import ExitCode, Problem

if TYPE_CHECKING:
    from datetime import datetime

    from wa_notify.cli.answers import Json
    from wa_notify.core.plan import Plan, Step
    from wa_notify.core.template import TemplateShape
    from wa_notify.store.opening import AnyStore

PruneOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--prune", metavar="NAME", help="Delete this template where it is not declared; may be repeated."
    ),
]
SIGNS = {"add": "+", "change": "~", "remove": "-", "blocked": "!", "rejected": "✗", "drifted": "✗"}
SAID = {
    "add": "to add",
    "change": "to change",
    "remove": "to delete",
    "blocked": "blocked",
    "rejected": "rejected",
    "drifted": "in another category",
    "unchanged": "as declared",
}


def plan_templates(
    *, prune: PruneOption = None, config: ConfigOption = None, as_json: JsonOption = False
) -> None:
    """Show what the account lacks of the declared templates. Nothing is submitted.

    Exit code 1 when there is something to do or to see to, 0 when all is as declared. What is not declared
    stays, unless --prune names it.

    JSON: in_order, counts, steps [verdict (add, change, remove, blocked, rejected, drifted, unchanged), name,
    language, status, category, differences [part, account, declared], why, until], left_over [name,
    language], others.
    """
    import asyncio

    from wa_notify.cli import place, terminal
    from wa_notify.cli.templates.account import keep, read_account

    here = place.read(config)
    with place.writing(here) as store:
        shapes, begun = asyncio.run(read_account(here, quiet=as_json))
        keep(store, shapes, begun)
        found = planned(here, store, shapes, begun, prune or ())
    if as_json:
        terminal.answer(as_answer(found))
    else:
        show(found, here)
        if found.to_do:
            named = "".join(f" --prune {name}" for name in prune or ())
            terminal.quiet(f"`wa-notify templates apply{named}` does it", indent=0)
    raise typer.Exit(ExitCode.DONE if found.in_order else ExitCode.NO)


def planned(
    here: Place,
    store: "AnyStore",
    shapes: "Sequence[TemplateShape]",
    now: "datetime",
    prune: Collection[str],
) -> "Plan":
    """The plan for these templates of the account.

    A name to prune that is gone already is only noted, so that the same command can be run again. Raises
    `Problem` for one that is declared.
    """
    from wa_notify.cli import terminal
    from wa_notify.cli.templates.account import users
    from wa_notify.core.plan import History, plan
    from wa_notify.engine.approval import not_to_prune

    drafts = here.config.rulebook.drafts
    declared, gone = not_to_prune(drafts, shapes, prune)
    for name in declared:
        what = f"Template {name} is declared, so it is not deleted."
        raise Problem(what, where="--prune", fix="Take it out of `templates` first.")
    for name in gone:
        what = f"The account has no template {name}: it is gone already, or has another name."
        terminal.note(what, stderr=True)
    history = History(
        now=now,
        deeds=store.read(lambda views: views.template_deeds()).result(),
        can_upload=bool(here.config.whatsapp.app_id),
    )
    return plan(drafts, shapes, history, prune=prune, needed=users(here).keys())


def as_answer(found: "Plan") -> "Json":
    """The plan for programs."""
    return {
        "in_order": found.in_order,
        "counts": {word: len([step for step in found.steps if step.verdict.value == word]) for word in SAID},
        "steps": [_step(step) for step in found.steps],
        "left_over": [{"name": shape.name, "language": shape.language} for shape in found.left_over],
        "others": found.others,
    }


def _step(step: "Step") -> "Json":
    from wa_notify.cli.answers import moment

    return {
        "verdict": step.verdict.value,
        "name": step.name,
        "language": step.language,
        "status": step.shape.status if step.shape else None,
        "category": step.shape.category if step.shape else None,
        "differences": [
            {"part": one.part, "account": one.account, "declared": one.declared} for one in step.differences
        ],
        "why": step.why or None,
        "until": moment(step.until),
    }


def show(found: "Plan", here: Place) -> None:
    """The plan for people: what needs nobody is only counted."""
    from wa_notify.cli import terminal

    told = [step for step in found.steps if step.verdict.value in SIGNS]
    for step in told:
        _show_step(step, here)
    if told:
        terminal.write()
    for shape in found.left_over:
        terminal.note(
            f"{shape.name} ({shape.language}) was created here and is not declared any more. "
            f"`--prune {shape.name}` deletes it."
        )
    if found.others:
        terminal.quiet(f"{found.others} more at the account are not declared, and are left alone", indent=0)
    counts = [(said, sum(step.verdict.value == word for step in found.steps)) for word, said in SAID.items()]
    summary = ", ".join(f"{number} {said}" for said, number in counts if number)
    if not found.steps:
        terminal.note("No template is declared. Declare some under `templates`, or take those of `starter`.")
    elif found.in_order:
        terminal.done(f"{summary}.")
    else:
        terminal.no(f"{summary}.")


def _show_step(step: "Step", here: Place) -> None:
    from rich.text import Text

    from wa_notify.cli.spoken import minute
    from wa_notify.cli.terminal import ACCENT, in_one_line, quiet, write

    word = step.verdict.value
    until = f" Free again {minute(step.until, here.config.rulebook.time_zone)}." if step.until else ""
    again = " It is approved, and is reviewed again." if step.reviews_again else ""
    why = in_one_line(f"{step.why}{again}{until}")
    name = f"{step.name} ({step.language})"
    write(Text.assemble((f"{SIGNS[word]} {name}", ACCENT), f"  {SAID[word]}", f": {why}" if why else ""))
    for one in step.differences:
        quiet(one.part, indent=4)
        for sign, said in (("-", one.account), ("+", one.declared)):
            if said:
                write(f"      {sign} {in_one_line(said)}")
