"""``wa-notify templates list``: what the account has, as it was last read or told."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from wa_notify.cli.options import ConfigOption, JsonOption

if TYPE_CHECKING:
    from datetime import datetime

    from wa_notify.cli.answers import Json
    from wa_notify.core.template import TemplateShape

NOT_READ = (
    "The account's templates were never read: `wa-notify templates sync` does it, and so does the service."
)
STATES = {"PENDING": "in review", "IN_APPEAL": "appealed", "PENDING_DELETION": "being deleted"}


def list_templates(
    *,
    show: Annotated[bool, typer.Option("--show", help="Show each as a phone would.")] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the account's templates, and which rules use them.

    JSON: synced_at, templates [name, language, id, status, sendable, why_rejected, quality, category,
    upcoming_category, ttl, used_by, header_format, header, body, footer, buttons [kind, text, target]].
    """
    from wa_notify.cli import answers, place, terminal
    from wa_notify.cli.templates.account import users
    from wa_notify.clock import system_clock

    here = place.read(config)
    used = users(here)
    with place.reading(here) as store:
        look = (
            None
            if store is None
            else store.read(lambda views: (views.templates(), views.templates_synced_at()))
        )
        shapes, synced_at = ([], None) if look is None else look.result()
    if as_json:
        told = [as_answer(shape, used.get(shape.name, ())) for shape in shapes]
        terminal.answer({"synced_at": answers.moment(synced_at), "templates": told})
    elif synced_at is None:
        terminal.note(NOT_READ)
    else:
        _show(shapes, used, show=show)
        _tell_when(synced_at, system_clock())


def as_answer(shape: "TemplateShape", used_by: Sequence[str]) -> "Json":
    """A template of the account for programs."""
    return {
        "name": shape.name,
        "language": shape.language,
        "id": shape.id or None,
        "status": shape.status,
        "sendable": shape.sendable,
        "why_rejected": shape.why_rejected or None,
        "quality": shape.quality or None,
        "category": shape.category,
        "upcoming_category": shape.upcoming_category or None,
        "ttl": shape.ttl,
        "used_by": list(used_by),
        "header_format": shape.header_format or None,
        "header": shape.header or None,
        "body": shape.body,
        "footer": shape.footer or None,
        "buttons": [
            {"kind": one.kind, "text": one.text, "target": one.target or None} for one in shape.buttons
        ],
    }


def _show(shapes: "Sequence[TemplateShape]", used: Mapping[str, Sequence[str]], *, show: bool) -> None:
    from wa_notify.cli import terminal
    from wa_notify.cli.bubble import draw
    from wa_notify.core.bubble import of_shape

    titles = ("template", "language", "state", "quality", "category", "used by")
    rows = [_row(shape, used.get(shape.name, ())) for shape in shapes]
    if not show:
        terminal.table(titles, rows, flexible=("state", "used by"))
        terminal.write()
        return
    for shape, row in zip(shapes, rows, strict=True):
        facts = ", ".join(filter(None, (*row[1:5], row[5] and f"used by {row[5]}")))
        terminal.write(f"{row[0]}  {terminal.in_one_line(facts)}")
        draw(of_shape(shape))
        terminal.write()


def _row(shape: "TemplateShape", used_by: Sequence[str]) -> tuple[str, ...]:
    return (
        shape.name,
        shape.language,
        state(shape),
        shape.quality.lower(),
        category(shape),
        ", ".join(used_by),
    )


def state(shape: "TemplateShape") -> str:
    """Whether it may be sent, in words."""
    if shape.sendable:
        return "✓ approved" if shape.status == "APPROVED" else f"✓ {shape.status.lower()}"
    word = STATES.get(shape.status, shape.status.lower().replace("_", " "))
    glyph = "!" if shape.status in STATES else "✗"
    return f"{glyph} {word}{f': {shape.why_rejected}' if shape.why_rejected else ''}"


def category(shape: "TemplateShape") -> str:
    """What the platform takes it for, and will."""
    now = shape.category if shape.category == "MARKETING" else shape.category.lower()
    return f"{now}, {shape.upcoming_category} soon" if shape.upcoming_category else now


def _tell_when(synced_at: "datetime", now: "datetime") -> None:
    from wa_notify.cli import terminal
    from wa_notify.cli.spoken import relative

    terminal.quiet(f"read from the account {relative(synced_at, now)}; webhooks tell of changes", indent=0)
