"""``wa-notify templates lint``: what the platform will refuse or take for marketing, before it is asked."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from wa_notify.cli.options import ConfigOption, JsonOption
from wa_notify.cli.problem import ExitCode
from wa_notify.cli.spoken import count

if TYPE_CHECKING:
    from wa_notify.config.places import Place
    from wa_notify.core.lint import Finding
    from wa_notify.core.rule import Rulebook

GLYPHS = {"refused": "✗", "marketing": "✗", "advice": "!"}


def lint_templates(*, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Say what the platform will refuse or take for marketing. Exit code 1 when there is any of that.

    JSON: templates, findings [{name, language, part, severity (refused, marketing, advice), file, line,
    column, what, fix}].
    """
    from wa_notify.cli import place, terminal
    from wa_notify.config.linting import located_findings

    here = place.read(config)
    book = here.config.rulebook
    found = located_findings(here.path, book.drafts, os.environ)
    if as_json:
        told = [_answer(finding, spot) for finding, spot in found]
        terminal.answer({"templates": len({draft.shape.name for draft in book.drafts}), "findings": told})
    else:
        _show(found, book)
    grave = any(finding.grave for finding, _ in found)
    raise typer.Exit(ExitCode.NO if grave else ExitCode.DONE)


def remark_on_templates(book: "Rulebook") -> None:
    """One line for whoever checks the configuration, if a reviewer would mind anything."""
    from wa_notify.cli.terminal import note
    from wa_notify.core.lint import lint

    grave = [finding for finding in lint(book.drafts) if finding.grave]
    if grave:
        note(f"`wa-notify templates lint` tells of {count(grave, 'thing')} that reviewers would mind.")


def _answer(finding: "Finding", spot: "Place") -> dict[str, object]:
    return {
        "name": finding.name,
        "language": finding.language,
        "part": ".".join(map(str, finding.part)),
        "severity": str(finding.severity),
        "file": spot.file,
        "line": spot.line or None,
        "column": spot.column or None,
        "what": finding.what,
        "fix": finding.fix,
    }


def _show(found: "Sequence[tuple[Finding, Place]]", book: "Rulebook") -> None:
    from rich.text import Text

    from wa_notify.cli.terminal import ACCENT, QUIET, done, in_one_line, no, note, write

    for finding, spot in found:
        write(
            Text.assemble(
                (in_one_line(str(spot)), ACCENT),
                f"  {GLYPHS[finding.severity]} {finding.severity}: ",
                in_one_line(f"{finding.name} ({finding.language}): {finding.what}"),
                "  ",
                (in_one_line(finding.fix), QUIET),
            )
        )
    if found:
        write()
    grave = [finding for finding, _ in found if finding.grave]
    templates = count(book.drafts, "text")
    if grave:
        no(f"{templates}: {count(grave, 'thing')} will be refused or taken for marketing.")
    elif found:
        note(f"{templates}: nothing will be refused, as far as we can tell; {len(found)} to think about.")
    elif book.drafts:
        done(f"{templates}: nothing that reviewers are known to mind.")
    else:
        note("No template is declared. Declare some under `templates`, or take those of `starter`.")
