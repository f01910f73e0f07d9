"""The options that every command shares."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

ConfigOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--config",
        "-c",
        metavar="FILE",
        envvar="WA_NOTIFY_CONFIG",
        show_default=False,
        help="The configuration; else ./wa-notify.yaml.",
    ),
]
JsonOption: TypeAlias = Annotated[bool, typer.Option("--json", help="Answer as JSON, for programs.")]
NumbersOption: TypeAlias = Annotated[
    bool, typer.Option("--show-numbers", help="Show phone numbers in full instead of +44 •••• 0123.")
]


def pairs(written: list[str], option: str) -> dict[str, str]:
    """``name=value`` options as a mapping."""
    found: dict[str, str] = {}
    for one in written:
        name, equals, value = one.partition("=")
        if not equals or not name:
            raise typer.BadParameter(f"{one!r} is no name=value.", param_hint=f"'{option}'")
        if name in found:
            raise typer.BadParameter(f"{name!r} is given twice.", param_hint=f"'{option}'")
        found[name] = value
    return found
