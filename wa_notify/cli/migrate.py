"""``wa-notify migrate``: make the database, or bring it to the present schema."""

from wa_notify.cli.options import ConfigOption, JsonOption


def migrate(*, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Make the database, or bring it to the present schema. What is up to date is left alone.

    JSON: database, schema, created.
    """
    from wa_notify.cli import terminal
    from wa_notify.cli.place import located, read
    from wa_notify.store.location import HEAD
    from wa_notify.store.migrate import migrate as bring_up

    place = read(config)
    with located(place):
        created = bring_up(place.config.store)
    if as_json:
        terminal.answer({"database": str(place.database), "schema": HEAD, "created": created})
        return
    terminal.done(f"{place.database} {'was made with' if created else 'has'} schema {HEAD}.")
