"""What the commands of ``wa-notify optin`` share: their options, and who is at the keyboard."""

import getpass
import os
import re
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from wa_notify.cli.problem import ExitCode, Problem
from wa_notify.core.consent import Purpose

WHO = "The recipient's name in the configuration, or the number with its plus."
SOURCE = re.compile(r"[a-z][a-z0-9_]{0,31}")  # as in a file of people

WhoArgument: TypeAlias = Annotated[str, typer.Argument(metavar="RECIPIENT", help=WHO, show_default=False)]
PurposeOption: TypeAlias = Annotated[
    Purpose, typer.Option(help="What it is about. Alerts are utility.", show_default=False)
]
WordingOption: TypeAlias = Annotated[
    str, typer.Option(metavar="VERSION", help="The version of the text they agreed to, such as v2.")
]
LanguageOption: TypeAlias = Annotated[
    str, typer.Option(metavar="CODE", help="The language they read it in, such as en.")
]


def source_word(word: str) -> str:
    """A source is one small word, so that it can be counted."""
    if not SOURCE.fullmatch(word):
        raise typer.BadParameter(f"{word!r} is no word such as paper or web.", param_hint="'--source'")
    return word


SourceOption: TypeAlias = Annotated[
    str,
    typer.Option(metavar="WORD", callback=source_word, help="Where it was said: paper, web, phone, ..."),
]


def whoami() -> str:
    """Who is at the keyboard, as the system knows them."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a user without a name, as in some containers
        return "cli"


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, since it is about a person.

    Raises `Problem`.
    """
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
    except OSError as error:
        fix = "Name a file in a folder that may be written."
        what = f"The file could not be written: {error.strerror}."
        raise Problem(what, where=str(path), fix=fix, code=ExitCode.WRONG) from error


def read_whole(path: Path) -> bytes:
    """Read a file.

    Raises `Problem`.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        what = f"The file could not be read: {error.strerror}."
        raise Problem(what, where=str(path), fix="Check its name and rights.") from error
