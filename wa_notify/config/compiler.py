"""Can everything that sends a template be sent? Rules and their like, held against the shapes of templates.

Against the shapes that the configuration declares, or against those that the account has. A *fault* keeps a
message from everybody it is for; a *note* is worth knowing, and the message leaves all the same.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from wa_notify.config.coverage import coverage
from wa_notify.config.faults import suggestion
from wa_notify.config.findings import Finding, Readers, Severity
from wa_notify.config.fitting import fit
from wa_notify.config.settings import Config
from wa_notify.config.timing import answerable, lasting
from wa_notify.config.uses import Use
from wa_notify.core.template import Category, TemplateShape, choose


def readers_of(config: Config) -> Readers:
    """Who reads what, as the configuration says it."""
    own = {seed.recipient.id: seed.recipient.languages for seed in config.recipients}
    return Readers(own=own, house=config.rulebook.languages)


def hold(
    uses: Iterable[Use], shapes: Sequence[TemplateShape], readers: Readers, *, account: bool
) -> tuple[Finding, ...]:
    """Hold all uses against the shapes; with ``account`` they are the account's, else only declared.

    A template that is not declared may be in the account all the same: nobody can say, which is told once;
    only a name that looks like a slip of the pen is a fault.
    """
    names = sorted({shape.name for shape in shapes})
    sendable = {shape.name for shape in shapes if shape.sendable}
    found: dict[tuple[str, str, str], Finding] = {}
    undeclared: set[str] = set()
    for use in map(partial(_with_way_out, sendable=sendable), uses):
        name = use.template.name
        if name in names:
            mine = [shape for shape in shapes if shape.name == name]
            findings = _of_account(use, mine, readers) if account else _of_declared(use, mine, readers)
        elif account:
            findings = _missing(use, names)
        else:
            findings = _undeclared(use, names, known=name in undeclared)
            undeclared.add(name)
        for finding in findings:
            found.setdefault((str(use.spot_of(finding.key)), finding.what, use.owner), finding)
    return tuple(found.values())


def _with_way_out(use: Use, *, sendable: Collection[str]) -> Use:
    """As long as a spare can leave, the template itself keeps no alert from people."""
    return replace(use, vital=use.vital and not any(one.name in sendable for one in use.template.spares))


def _undeclared(use: Use, names: Sequence[str], *, known: bool) -> Iterator[Finding]:
    name = use.template.name
    if any(_is_near(name, other) for other in names):
        fix = f"{suggestion(name, names)} If the account has it under this name, declare it."
        yield Finding(use=use, key="name", what=f"No template `{name}` is declared.", fix=fix)
    elif not known:
        what = f"Template {name} is not declared, so nobody could check it."
        fix = "Declare it under `templates`, or check with --online."
        yield Finding(use=use, key="name", what=what, fix=fix, severity=Severity.NOTE)


def _missing(use: Use, names: Sequence[str]) -> Iterator[Finding]:
    what = f"{use.owner} needs the template {use.template.name}, which the account does not have."
    near = [name for name in names if _is_near(use.template.name, name)]
    fix = f"Did you mean `{near[0]}`?" if near else "Submit it for review, or use another."
    yield Finding(use=use, key="name", what=what, fix=fix)


def _of_declared(use: Use, shapes: Sequence[TemplateShape], readers: Readers) -> Iterator[Finding]:
    yield from fit(use, shapes)
    yield from coverage(use, shapes, readers)
    yield from lasting(use, shapes, platform_default=False)
    yield from answerable(use, shapes)


def _of_account(use: Use, shapes: Sequence[TemplateShape], readers: Readers) -> Iterator[Finding]:
    """Languages that nobody gets may be whatever they are."""
    name, sendable = use.template.name, [shape for shape in shapes if shape.sendable]
    if not sendable:
        states = ", ".join(sorted({_state(shape) for shape in shapes}))
        what = f"{use.owner} needs the template {name}, which the account has not approved ({states})."
        yield Finding(use=use, key="name", what=what, fix="Wait for the review, or use another template.")
        return
    chains = [readers.chain(person) for person in use.audience] or [readers.house]
    chosen = {shape.language: shape for chain in chains if (shape := choose(sendable, chain))}
    given = [chosen[language] for language in sorted(chosen)]
    yield from fit(use, given)
    yield from coverage(use, shapes, readers)
    yield from lasting(use, given, platform_default=True)
    yield from answerable(use, given)
    for shape in given:
        if shape.upcoming_category not in ("", Category.UTILITY):
            soon = shape.upcoming_category.lower()
            what = f"WhatsApp is going to take template {name} ({shape.language}) for {soon}."
            fix = "Ask for a review of the category now; alerts may then no longer use it."
            yield Finding(use=use, key="name", what=what, fix=fix, severity=Severity.NOTE)


def _state(shape: TemplateShape) -> str:
    return f"{shape.status}: {shape.why_rejected}" if shape.why_rejected else shape.status


def _is_near(name: str, known: str) -> bool:
    """Whether one is the other with a single letter changed, added, left out, or two swapped."""
    if abs(len(name) - len(known)) > 1:
        return False
    start = next((at for at, (a, b) in enumerate(zip(name, known, strict=False)) if a != b), None)
    if start is None:
        return name != known
    a, b = name[start:], known[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])
