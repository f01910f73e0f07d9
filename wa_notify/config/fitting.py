"""Do the words of a rule fit the parts of a template? The code that fills it later answers that too."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from wa_notify.config.findings import Finding, Severity
from wa_notify.config.lengths import fixed, sensible
from wa_notify.config.uses import Use
from wa_notify.core.enclosed import MediaLink, Place
from wa_notify.core.errors import TemplateMisfit
from wa_notify.core.rule import TemplateText, Text
from wa_notify.core.template import (
    BODY_LIMIT,
    HEADER_LIMIT,
    VARIABLE,
    Category,
    TemplateShape,
    TemplateWish,
    fill,
    variables,
)

SAMPLE = "x"


def fit(use: Use, shapes: Sequence[TemplateShape]) -> Iterator[Finding]:
    """What does not fit the parts of the template, each told for the first language in which it does not."""
    told: set[tuple[str, str]] = set()
    for shape in shapes:
        for key, what, severity in (*_misfits(use, shape), *_lengths(use, shape)):
            if (key, what) not in told:
                told.add((key, what))
                what_where = f"{what} (language {shape.language})"
                fix = "Change the rule or the template."
                yield Finding(use=use, key=key, what=what_where, fix=fix, severity=severity)


def _misfits(use: Use, shape: TemplateShape) -> Iterator[tuple[str, str, Severity]]:
    if shape.category != Category.UTILITY:
        what = f"Template {shape.name} is {shape.category.lower()}; alerts must be utility."
        yield "name", what, Severity.FAULT
    for key, wish, part in _parts(use, shape):
        try:
            fill(wish, part, str)
        except TemplateMisfit as misfit:
            yield key, str(misfit), Severity.FAULT


def _parts(use: Use, shape: TemplateShape) -> Iterator[tuple[str, TemplateWish, TemplateShape]]:
    """Each part of the template by itself, with a sample of what is put into it."""
    bare = replace(shape, header="", header_format="", body="", buttons=())
    template = use.template
    yield (
        "header",
        _header_wish(template, shape.name),
        replace(bare, header=shape.header, header_format=shape.header_format),
    )
    yield (
        "parameters",
        TemplateWish(name=shape.name, body=tuple((name, SAMPLE) for name, _ in template.body)),
        replace(bare, body=shape.body),
    )
    codes = tuple(button for button in shape.buttons if button.kind == "COPY_CODE")
    others = tuple(button for button in shape.buttons if button.kind != "COPY_CODE")
    yield (
        "url",
        TemplateWish(name=shape.name, url_suffix=SAMPLE if template.url_suffix else None),
        replace(bare, buttons=others),
    )
    yield (
        "copy_code",
        TemplateWish(name=shape.name, code=SAMPLE if template.code else None),
        replace(bare, buttons=codes),
    )


def _header_wish(template: TemplateText, name: str) -> TemplateWish:
    """Samples of what is put into the header."""
    return TemplateWish(
        name=name,
        header=SAMPLE if template.header else None,
        file=MediaLink(kind=template.file.kind, link=SAMPLE) if template.file else None,
        place=Place(latitude=0, longitude=0) if template.place else None,
    )


def _lengths(use: Use, shape: TemplateShape) -> Iterator[tuple[str, str, Severity]]:
    """Whether the words that are always there leave room for the facts, which are cut to what is left."""
    template = use.template
    if template.header and variables(shape.header):
        room = HEADER_LIMIT - len(VARIABLE.sub("", shape.header))
        yield from _room("header", f"The header of template {shape.name}", room, [(template.header, 1)])
    wanted = variables(shape.body)
    if template.body and len(template.body) == len(wanted):
        stands = VARIABLE.findall(shape.body)
        named = any(name for name, _ in template.body)
        order = sorted(wanted, key=int) if all(name.isdecimal() for name in wanted) else wanted
        names = [name for name, _ in template.body] if named else order
        texts = [(text, stands.count(name)) for name, (_, text) in zip(names, template.body, strict=True)]
        room = BODY_LIMIT - len(VARIABLE.sub("", shape.body))
        yield from _room("parameters", f"The body of template {shape.name}", room, texts)


def _room(
    key: str, what: str, room: int, texts: Sequence[tuple[Text, int]]
) -> Iterator[tuple[str, str, Severity]]:
    least = sum(fixed(text) * times for text, times in texts)
    good = sum(sensible(text) * times for text, times in texts)
    if least > room:
        yield (
            key,
            f"{what} has room for {room} characters, and the fixed words here are {least}.",
            Severity.FAULT,
        )
    elif good > room:
        said = f"{what} has room for {room} characters, so hardly anything of an alert could be said here."
        yield key, said, Severity.NOTE
