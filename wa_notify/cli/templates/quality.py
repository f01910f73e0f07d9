"""``wa-notify templates quality``: how people take each template and rule, and what we make of it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from wa_notify.cli.options import ConfigOption, JsonOption
from wa_notify.cli.problem import ExitCode

if TYPE_CHECKING:
    from datetime import datetime

    from wa_notify.core.rule import Rulebook
    from wa_notify.pipeline.quality import Measured
    from wa_notify.ports import Views

TITLES = ("name", "of", "left", "delivered", "read", "failed", "people", "stopped", "verdict", "why")


def show_quality(*, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Show what became of the messages of the last seven days. Exit code 1 when people mind something.

    JSON: days, subjects [{of (template, rule), name, left, delivered, read, failed, people, stopped, lost,
    platform [the platform's words], verdict (green, slow, warn), why}].
    """
    from wa_notify.cli import place, terminal
    from wa_notify.clock import system_clock
    from wa_notify.core.quality import LOOK_BACK, Verdict

    here, now = place.read(config), system_clock()
    with place.reading(here) as store:
        book = here.config.rulebook
        seen = store.read(lambda views: _look(views, book, now)).result() if store else None
    found, words = seen or ([], {})
    if as_json:
        told = [_answer(one, words) for one in found]
        terminal.answer({"days": LOOK_BACK.days, "subjects": told})
    elif store is None:
        terminal.note(place.NOTHING_YET.format(path=here.database))
    else:
        _show(found)
    minded = any(one.judgement.verdict is not Verdict.GREEN for one in found)
    raise typer.Exit(ExitCode.NO if minded else ExitCode.DONE)


def _look(
    views: "Views", book: "Rulebook", now: "datetime"
) -> "tuple[list[Measured], dict[str, tuple[str, ...]]]":
    """What the configuration uses and what the account has, counted now."""
    from wa_notify.pipeline.quality import measured

    words: dict[str, tuple[str, ...]] = {}
    shapes = views.templates()
    for shape in shapes:
        words[shape.name] = (*words.get(shape.name, ()), *filter(None, [shape.quality]))
    return measured(views, book, shapes, now), words


def _answer(one: "Measured", words: "dict[str, tuple[str, ...]]") -> dict[str, object]:
    counted, judgement = one.tally, one.judgement
    of_template = judgement.subject.value == "template"
    return {
        "of": judgement.subject.value,
        "name": judgement.name,
        "left": counted.left,
        "delivered": counted.delivered,
        "read": counted.read,
        "failed": counted.failed,
        "people": counted.people,
        "stopped": counted.stopped,
        "lost": counted.lost,
        "platform": sorted(set(words.get(judgement.name, ()))) if of_template else [],
        "verdict": judgement.verdict.value,
        "why": judgement.why or None,
    }


def _show(found: "Sequence[Measured]") -> None:
    from wa_notify.cli.terminal import done, no, table, write
    from wa_notify.core.quality import Verdict

    if not found:
        done("No template is used, so nobody can mind any.")
        return
    rows = [
        (
            one.judgement.name,
            one.judgement.subject.value,
            str(one.tally.left),
            str(one.tally.delivered),
            str(one.tally.read),
            str(one.tally.failed),
            str(one.tally.people),
            str(one.tally.stopped),
            one.judgement.verdict.value,
            one.judgement.why,
        )
        for one in found
    ]
    table(TITLES, rows, right=TITLES[2:8], flexible=("why",))
    write()
    minded = [one for one in found if one.judgement.verdict is not Verdict.GREEN]
    if minded:
        no("Reminders that are not critical come at half the pace where it is not green.")
    else:
        done("Nobody minds anything, as far as it can be seen.")
