"""Does a rule fit the templates it names? The code that fills them later answers that too."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from wa_notify.config.faults import suggestion
from wa_notify.core.enclosed import MediaLink, Place
from wa_notify.core.errors import TemplateMisfit
from wa_notify.core.rule import TemplateText
from wa_notify.core.template import Category, TemplateShape, TemplateWish, fill

SAMPLE = "x"


def misfits(template: TemplateText, shapes: Sequence[TemplateShape]) -> Iterator[tuple[str, str, str]]:
    """What does not fit, as the key to look at (empty for the template as a whole), the fault and the remedy.

    A template that is not declared may be in the account all the same; only a name that looks like a slip of
    the pen is a fault.
    """
    declared = [shape for shape in shapes if shape.name == template.name]
    if not declared:
        yield from _slips(template.name, sorted({shape.name for shape in shapes}))
        return
    told: set[tuple[str, str]] = set()
    for shape in declared:
        for key, what in _misfits(template, shape):
            if (key, what) not in told:
                told.add((key, what))
                yield key, f"{what} (language {shape.language})", "Change the rule or the template."


def _slips(name: str, names: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    if any(_is_near(name, known) for known in names):
        fix = f"{suggestion(name, names)} If the account has it under this name, declare it."
        yield "name", f"No template `{name}` is declared.", fix


def _is_near(name: str, known: str) -> bool:
    """Whether one is the other with a single letter changed, added, left out, or two swapped."""
    if abs(len(name) - len(known)) > 1:
        return False
    start = next((at for at, (a, b) in enumerate(zip(name, known, strict=False)) if a != b), None)
    if start is None:
        return name != known
    a, b = name[start:], known[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])


def _misfits(template: TemplateText, shape: TemplateShape) -> Iterator[tuple[str, str]]:
    if shape.category != Category.UTILITY:
        yield "name", f"Template {shape.name} is {shape.category.lower()}; alerts must be utility."
    bare = replace(shape, header="", header_format="", body="", buttons=())
    parts = {
        "header": (
            _header_wish(template, shape.name),
            replace(bare, header=shape.header, header_format=shape.header_format),
        ),
        "parameters": (
            TemplateWish(name=shape.name, body=tuple((name, SAMPLE) for name, _ in template.body)),
            replace(bare, body=shape.body),
        ),
        "url": (
            TemplateWish(
                name=shape.name,
                url_suffix=SAMPLE if template.url_suffix else None,
                code=SAMPLE if template.code else None,
            ),
            replace(bare, buttons=shape.buttons),
        ),
    }
    for key, (wish, part) in parts.items():
        try:
            fill(wish, part, str)
        except TemplateMisfit as misfit:
            yield key, str(misfit)


def _header_wish(template: TemplateText, name: str) -> TemplateWish:
    """Samples of what the rule puts into the header."""
    return TemplateWish(
        name=name,
        header=SAMPLE if template.header else None,
        file=MediaLink(kind=template.file.kind, link=SAMPLE) if template.file else None,
        place=Place(latitude=0, longitude=0) if template.place else None,
    )
