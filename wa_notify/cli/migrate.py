"""``wa-notify migrate``: make the database, bring it to the present schema, or copy it into another."""

from typing import TYPE_CHECKING, Annotated

import typer

from wa_notify.cli.options import ConfigOption, JsonOption

if TYPE_CHECKING:
    from wa_notify.cli.place import Place
    from wa_notify.store.copying import Copied

WHERE = "the address of --to"


def migrate(
    *,
    to: Annotated[
        str,
        typer.Option(
            metavar="URL",
            show_default=False,
            help="Copy everything into this empty database: postgresql://host/name or sqlite:///file.db.",
        ),
    ] = "",
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make the database, or bring it to the present schema. What is up to date is left alone.

    With --to everything in it is copied into another one, which must be empty; stop the service first. A
    password is better left out of the command: ~/.pgpass and PGPASSWORD are read.

    JSON: database, schema, created; with --to database, target, rows, tables.
    """
    from wa_notify.cli import terminal
    from wa_notify.cli.place import located, read
    from wa_notify.store.location import HEAD
    from wa_notify.store.migrate import migrate as bring_up

    place = read(config)
    with located(place):
        created = bring_up(place.config.store)
    if to:
        _copy(place, to, as_json=as_json)
        return
    if as_json:
        terminal.answer({"database": str(place.database), "schema": HEAD, "created": created})
        return
    terminal.done(f"{place.database} {'was made with' if created else 'has'} schema {HEAD}.")


def _copy(place: "Place", to: str, *, as_json: bool) -> None:
    from wa_notify.cli import terminal
    from wa_notify.cli.problem import problem_of
    from wa_notify.core.errors import StoreError
    from wa_notify.store.address import address_of

    try:
        target = str(address_of(to))
        copied = _with_progress(place, to, quiet=as_json)
    except StoreError as error:
        raise problem_of(error, f"{place.where}, and {WHERE}") from error
    if as_json:
        said = {"database": str(place.database), "target": target}
        terminal.answer(said | {"rows": copied.rows, "tables": copied.tables})
        return
    terminal.done(f"{copied.rows} rows in {copied.tables} tables were copied to {target} and compared.")
    if copied.ledger:
        terminal.no(f"The consent ledger is broken there, as it was before: {copied.ledger}")
    else:
        terminal.done("The consent ledger is whole there.")
    terminal.note(
        f"Now write the new address as `store` in {place.path} (with `!secret`, if it has a password), start "
        f"the service, and keep {place.database} until you have seen it work."
    )


def _with_progress(place: "Place", to: str, *, quiet: bool) -> "Copied":
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from wa_notify.cli.terminal import screen
    from wa_notify.store.copying import copy_store

    console = screen(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    off = quiet or not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=off) as bar:
        task = bar.add_task("Copying rows", total=None)
        return copy_store(
            place.config.store, to, lambda done, total: bar.update(task, completed=done, total=total)
        )
