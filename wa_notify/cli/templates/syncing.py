"""``wa-notify templates sync``: read all templates of the account."""

from wa_notify.cli.options import ConfigOption, JsonOption


def sync_templates(*, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Read all templates of the account now. A running service uses them at once.

    The service does so by itself every hour, and sooner when WhatsApp tells of a change.

    JSON: synced_at, templates, sendable, missing [sentences: what needs a template that cannot be sent].
    """
    import asyncio

    from wa_notify.cli import answers, place, terminal
    from wa_notify.cli.spoken import count
    from wa_notify.cli.templates.account import keep, read_account
    from wa_notify.config import Severity, hold, readers_of

    here = place.read(config)
    with place.writing(here) as store:
        shapes, begun = asyncio.run(read_account(here, quiet=as_json))
        keep(store, shapes, begun)
    found = hold(here.config.uses, shapes, readers_of(here.config), account=True)
    lacking = [one.complaint.what for one in found if one.severity is Severity.FAULT]
    sendable = [shape for shape in shapes if shape.sendable]
    if as_json:
        terminal.answer(
            {
                "synced_at": answers.moment(begun),
                "templates": len(shapes),
                "sendable": len(sendable),
                "missing": lacking,
            }
        )
        return
    terminal.done(f"{count(shapes, 'template')} read, {len(sendable)} of them may be sent.")
    for sentence in lacking:
        terminal.note(sentence)
