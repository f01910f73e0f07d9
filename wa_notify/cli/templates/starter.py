"""``wa-notify templates starter``: the ready-made templates, to be edited by hand."""

import sys
from typing import Annotated

import typer

from wa_notify.cli.options import JsonOption

HEAD = (
    "# Put this into the configuration and edit it. Without changes the section `starter` is shorter:\n"
    "# starter: {{languages: [{languages}]{link}}}\n"
)


def show_starter(
    *,
    languages: Annotated[
        str, typer.Option(metavar="CODES", help="Which, with commas between: en,de,pt_BR.")
    ] = "en",
    link: Annotated[
        str, typer.Option(metavar="URL", help="Where the button that opens an alert leads; else it has none.")
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """Print ready-made templates as YAML, to be edited.

    JSON: templates, as the section of the configuration is written.
    """
    import yaml

    from wa_notify.cli import terminal
    from wa_notify.config.starter import pack_of

    wanted = _wanted(languages)
    if link and not link.startswith(("https://", "http://")):
        raise typer.BadParameter(f"{link!r} is no link; it begins with https://.", param_hint="'--link'")
    section = {"templates": pack_of(wanted, link)}
    if as_json:
        terminal.answer(section)
        return
    linked = f', link: "{link}"' if link else ""
    sys.stdout.write(HEAD.format(languages=", ".join(wanted), link=linked))
    sys.stdout.write(yaml.safe_dump(section, allow_unicode=True, sort_keys=False, width=100))


def _wanted(written: str) -> list[str]:
    from wa_notify.config.starter import LANGUAGES

    codes = [code.strip() for code in written.split(",") if code.strip()]
    unknown = [code for code in codes if code not in LANGUAGES]
    if unknown or not codes:
        what = f"There is no starter pack in {', '.join(unknown) or 'no language'}."
        raise typer.BadParameter(f"{what} Known: {', '.join(LANGUAGES)}.", param_hint="'--languages'")
    return codes
