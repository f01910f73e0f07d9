"""``wa-notify sandbox scenarios``: worlds to begin with, each for one thing that a client must survive."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wa_notify.cli.options import JsonOption

if TYPE_CHECKING:
    from wa_notify.sandbox.script import Scenario


def show_scenarios(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="One of them, to be shown as the YAML that it is.")
    ] = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Show the scenarios that come with the sandbox.

    Begin with one: wa-notify sandbox --scenario NAME. Write your own: take one as it is shown, and change it.

    JSON: scenarios [name, about]; of one scenario: name, about, yaml.
    """
    from wa_notify.cli import terminal
    from wa_notify.sandbox.control import VERBS
    from wa_notify.sandbox.scenarios import catalogue

    if name is None:
        found = [catalogue.named(one, VERBS) for one in catalogue.names()]
        if as_json:
            terminal.answer({"scenarios": [{"name": one.name, "about": one.about} for one in found]})
        else:
            terminal.table(
                ("scenario", "what happens"),
                [(one.name, one.about) for one in found],
                flexible=("what happens",),
            )
        return
    try:
        text, read = catalogue.text_of(name), catalogue.named(name, VERBS)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="'NAME'") from error
    if as_json:
        terminal.answer({"name": read.name, "about": read.about, "yaml": text})
    else:
        terminal.write(text.rstrip())


def found_scenario(asked: str) -> "Scenario":
    """Return the scenario of that name, or in that file. Raises `Problem` and typer's complaint."""
    from wa_notify.cli.problem import Problem
    from wa_notify.sandbox.control import VERBS
    from wa_notify.sandbox.scenarios import catalogue
    from wa_notify.sandbox.script import ScenarioError

    path = Path(asked)
    try:
        if asked in catalogue.names() or not path.is_file():
            return catalogue.named(asked, VERBS)
        return catalogue.from_file(path, VERBS)
    except ScenarioError as error:
        count = len(error.complaints)
        what = f"This scenario cannot be used: {count} {'fault' if count == 1 else 'faults'}."
        where = "\n         ".join(map(str, error.complaints))
        raise Problem(what, where=where, fix="Mend them, and start again.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise Problem(f"{asked} cannot be read.", where=asked, fix=f"{error}.") from error
    except ValueError as error:
        raise typer.BadParameter(
            f"{error} No file is called so either.", param_hint="'--scenario'"
        ) from error
