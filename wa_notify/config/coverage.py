"""Can everybody whom a template is for read it? By the chain of languages that decides when it is sent."""

from collections.abc import Iterator, Mapping, Sequence

from wa_notify.config.findings import Finding, Readers, Severity
from wa_notify.config.uses import Use
from wa_notify.core.languages import are_kin
from wa_notify.core.template import TemplateShape, choose

SHOWN_PEOPLE = 3


def coverage(use: Use, shapes: Sequence[TemplateShape], readers: Readers) -> Iterator[Finding]:
    """Who would get it in which language; a fault when nobody would get it at all."""
    name, has = use.template.name, ", ".join(sorted(shape.language for shape in shapes if shape.sendable))
    chosen = {person: choose(shapes, readers.chain(person)) for person in use.audience}
    without = [person for person, shape in chosen.items() if shape is None]
    wanted = list(dict.fromkeys(readers.wishes(person)[0] for person in without))
    fix = f"Translate it into {' and '.join(wanted)}, or add a language it has to `language`."
    if without and len(without) == len(chosen):
        what = f"Nobody could read template {name}, it is there in {has}: {_people(without, readers)}."
        yield Finding(use=use, key="name", what=what, fix=fix)
    elif without:
        what = f"{_people(without, readers)} would get nothing: template {name} is there in {has} only."
        yield Finding(use=use, key="name", what=what, fix=fix, severity=Severity.NOTE)
    if not use.audience and not use.rule and choose(shapes, readers.house) is None:
        house = ", ".join(readers.house)
        what = f"Template {name} is there in {has}, which is not what the house reads ({house})."
        fix = f"Translate it into {readers.house[0]}, or add a language it has to `defaults.language`."
        yield Finding(use=use, key="name", what=what, fix=fix)
    yield from _other_language(use, chosen, readers)


def _other_language(
    use: Use, chosen: Mapping[str, TemplateShape | None], readers: Readers
) -> Iterator[Finding]:
    strangers: dict[str, list[str]] = {}
    for person, shape in chosen.items():
        if shape and not any(are_kin(shape.language, wish) for wish in readers.wishes(person)):
            strangers.setdefault(shape.language, []).append(person)
    for language, people in strangers.items():
        what = f"{_people(people, readers)} would get template {use.template.name} in {language}."
        fix = f"Translate it into {' and '.join(dict.fromkeys(readers.wishes(one)[0] for one in people))}."
        yield Finding(use=use, key="name", what=what, fix=fix, severity=Severity.NOTE)


def _people(people: Sequence[str], readers: Readers) -> str:
    shown = [f"{person} ({' '.join(readers.wishes(person))})" for person in people[:SHOWN_PEOPLE]]
    more = len(people) - SHOWN_PEOPLE
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")
