"""Texts: Jinja2 over the facts of a ticket, checked and compiled once, and never the loss of an alert.

A text may look things up, filter, choose and loop; it can call nothing, define nothing and load nothing. What
an alert brings is data and is never compiled. If a text fails while an alert is on its way, the alert's title
goes out instead with the failure behind it, so that somebody sees both.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import CodeType
from typing import Any, TypeVar
from urllib.parse import quote

import voluptuous as vol
from jinja2 import Template, TemplateSyntaxError, nodes
from jinja2.meta import find_undeclared_variables

from wa_notify.config.environment import (
    ENVIRONMENT,
    LACKING,
    ROUNDS,
    UNKNOWN,
    TextEnvironment,
    environment,
    meaning_marks,
)
from wa_notify.config.faults import suggestion
from wa_notify.config.filters import FILTERS, LONGEST
from wa_notify.config.secret import Hidden
from wa_notify.config.shape import Check, Flaw
from wa_notify.config.words import text
from wa_notify.core.cleaner import cut
from wa_notify.core.incomplete import Incomplete
from wa_notify.core.markup import literal
from wa_notify.core.rule import Facts
from wa_notify.core.wallclock import TIME_ZONE

T = TypeVar("T")

LONGEST_SOURCE = 8 * 1024
LONGEST_LINK = 1900  # the platform allows 2,000 together with the fixed part
LINK_SIGNS = "/:?&=,;@+%-._~"  # the others are encoded, so that no label can break the link
MOST_LOOPS = 2  # inside each other
MOST_LEVELS = 30  # of any kind; what Jinja2 does with more of them takes too long
TICKET = ("number", "rule", "group", "episode")
FACTS = (
    *("status", "source", "name", "title", "labels", "annotations", "alerts", "firing", "starts_at"),
    *("url", "duration", "reminder", "change", "ticket"),
)
ALLOWED: tuple[type[nodes.Node], ...] = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Tuple, nodes.List),
    *(nodes.Dict, nodes.Pair, nodes.Keyword, nodes.CondExpr, nodes.Filter, nodes.Test, nodes.Getitem),
    *(nodes.Getattr, nodes.Slice, nodes.Concat, nodes.Compare, nodes.Operand, nodes.Not, nodes.And, nodes.Or),
    *(nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Neg, nodes.Pos),
    *(nodes.If, nodes.For),
)

WRITTEN: dict[type[nodes.Node], str] = {
    nodes.Assign: "set",
    nodes.AssignBlock: "set",
    nodes.Pow: "**",
    nodes.CallBlock: "call",
    nodes.FilterBlock: "filter",
    nodes.FromImport: "import",
}


class Role(StrEnum):
    """What a text is for, which decides what may stand in for it."""

    PART = "part"  # the link or name of a file; may be empty, and is never formatted
    HEADER = "header"  # the blank in a template's header, where WhatsApp formats nothing
    PARAMETER = "parameter"  # one blank of a template's body
    WHOLE = "whole"  # a message of its own; an empty one could not be sent
    LINK = "link"  # the end of a link


MAY_BE_EMPTY = (Role.PART, Role.HEADER, Role.PARAMETER)
FORMATTED = (Role.PARAMETER, Role.WHOLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledText:
    """A text of a rule, ready to be filled with facts. ``label`` says which one when it fails.

    ``missing`` stands for a label or annotation that the alert does not have; the text is then `Incomplete`.
    """

    role: Role
    source: str
    label: str = "text"
    missing: str = UNKNOWN
    code: CodeType = field(repr=False, compare=False)
    template: Template = field(repr=False, compare=False)

    def in_zone(self, time_zone: str, missing: str = UNKNOWN) -> "CompiledText":
        """The same, telling times with the clock of this zone, and with this word for what is missing."""
        here = _environment(self.role, time_zone, missing)
        template = Template.from_code(here, self.code, here.globals)
        return replace(self, template=template, missing=missing)

    def __call__(self, facts: Facts) -> str:
        """Put the facts in. Never raises."""
        lacks: dict[str, None] = {}
        noting = LACKING.set(lacks)
        try:
            said = self._rendered(facts)
        except Exception as error:  # noqa: BLE001 - it can fail in any way, and the alert must go out
            return self._instead(facts, f"{self.label} failed: {cut(str(error), 120)}")
        finally:
            LACKING.reset(noting)
        if not lacks:
            return said if said or self.role in MAY_BE_EMPTY else self._instead(facts, "")
        nothing_else = self.role not in MAY_BE_EMPTY and not said.replace(self.missing, "").strip()
        return Incomplete(self._instead(facts, "") if nothing_else else said, lacks)

    def _rendered(self, facts: Facts) -> str:
        pieces, room = [], LONGEST_LINK if self.role is Role.LINK else LONGEST
        for piece in self.template.generate(facts):
            pieces.append(piece)
            room -= len(piece)
            if room < 0:
                break
        said = "".join(pieces).strip()
        if self.role is Role.LINK:
            return _linked(said)
        return said if room >= 0 else cut(said, LONGEST)

    def _instead(self, facts: Facts, problem: str) -> str:
        if self.role is Role.LINK:
            return str(facts.get("ticket", {}).get("number", ""))
        said = f"{cut(facts['title'], LONGEST // 2)}{f' [{problem}]' if problem else ''}"
        return literal(said) if self.role in FORMATTED else said


def jinja(role: Role, known: Collection[str] = FACTS) -> Check:
    """A text in Jinja2 for this role that may speak of these facts, as a shape."""

    def check(value: Any) -> CompiledText:
        return compiled(value, known, lambda tree: _text(tree, role, value))

    return check


def compiled(value: Any, known: Collection[str], build: Callable[[nodes.Template], T]) -> T:
    """What is built of a text that may speak of ``known`` and does only what texts may do. Raises `Flaw`s."""
    source = text(value)
    if len(source) > LONGEST_SOURCE:
        raise Flaw(f"This text is longer than {LONGEST_SOURCE} characters.", "Shorten it.")
    try:
        return build(_bounded(source, known))
    except TemplateSyntaxError as error:
        problem = "" if isinstance(value, Hidden) else f": {error.message}"
        raise Flaw(f"This text is not valid Jinja2{problem}{_line(error.lineno)}.", "Mend it.") from None
    except (RecursionError, MemoryError, SyntaxError, ValueError):
        raise Flaw("This text is too complicated.", "Make it simpler.") from None


def in_zone(values: Any, time_zone: str, missing: str = UNKNOWN) -> Any:
    """What was read, with the clock of this zone and the word for what is missing in every text."""
    match values:
        case CompiledText():
            return values.in_zone(time_zone, missing)
        case dict():
            return {key: in_zone(value, time_zone, missing) for key, value in values.items()}
        case list() | tuple():
            return type(values)(in_zone(value, time_zone, missing) for value in values)
        case _:
            return values


def _linked(said: str) -> str:
    room, pieces = LONGEST_LINK, []
    for sign in said:
        piece = quote(sign, safe=LINK_SIGNS, errors="replace")
        room -= len(piece)
        if room < 0:
            break
        pieces.append(piece)
    return "".join(pieces)


def _bounded(source: str, known: Collection[str]) -> nodes.Template:
    tree = ENVIRONMENT.parse(source)
    if _depth(tree) > MOST_LEVELS:
        raise RecursionError
    flaws: list[vol.Invalid] = [*_flaws(tree, known)]
    if flaws:
        raise vol.MultipleInvalid(flaws)
    for loop in list(tree.find_all(nodes.For)):
        loop.iter = nodes.Filter(loop.iter, ROUNDS, [], [], None, None, lineno=loop.lineno)
    return tree


def _text(tree: nodes.Template, role: Role, source: str) -> CompiledText:
    for output in tree.find_all(nodes.Output):
        output.nodes = [meaning_marks(one) for one in output.nodes]
    code = ENVIRONMENT.compile(tree)
    here = _environment(role, TIME_ZONE, UNKNOWN)
    template = Template.from_code(here, code, here.globals)
    return CompiledText(role=role, source=source, code=code, template=template)


def _environment(role: Role, time_zone: str, missing: str) -> TextEnvironment:
    """A file without a link is no file, so there nothing stands for what is missing."""
    return environment(time_zone, "" if role is Role.PART else missing, marks=role in FORMATTED)


def _flaws(tree: nodes.Template, known: Collection[str]) -> Iterator[Flaw]:
    sound = True
    for node in _all(tree):
        for flaw in _node_flaws(node):
            sound = False
            yield flaw
    if _depth(tree, nodes.For) > MOST_LOOPS:
        yield Flaw(f"More than {MOST_LOOPS} loops inside each other.", "Loop less.")
    if sound:  # else jinja2 would stop at what was said already
        for name in sorted(find_undeclared_variables(tree) - set(known)):
            yield Flaw(f"Texts do not know `{name}`.", suggestion(name, known))


def _node_flaws(node: nodes.Node) -> Iterator[Flaw]:
    line = _line(node.lineno)
    match node:
        case nodes.Call():
            yield Flaw(f"Texts can call nothing{line}.", "Use filters: `title | upper`, `labels | items`.")
        case nodes.Filter(name=name) if name not in FILTERS:
            yield Flaw(f"There is no filter `{name}`{line}.", suggestion(name, FILTERS))
        case nodes.Test(name=name) if name not in ENVIRONMENT.tests:
            yield Flaw(f"There is no test `{name}`{line}.", suggestion(name, ENVIRONMENT.tests))
        case nodes.Getattr(attr=attr) if attr.startswith("_"):
            yield Flaw(f"`.{attr}` is out of reach{line}.", f'A label of that name is `labels["{attr}"]`.')
        case nodes.Getattr(node=nodes.Name(name="ticket"), attr=attr) if attr not in TICKET:
            yield Flaw(f"A ticket has no `{attr}`{line}.", suggestion(attr, TICKET))
        case nodes.For(recursive=True):
            yield Flaw(f"Texts know no recursive loops{line}.", "Remove `recursive`.")
        case _:
            if not isinstance(node, ALLOWED):
                kind = WRITTEN.get(type(node), type(node).__name__.lower())
                yield Flaw(f"Texts know no `{kind}`{line}.", "They can look up, filter, choose and loop.")


def _all(tree: nodes.Node) -> Iterator[nodes.Node]:
    yield tree
    yield from tree.find_all(nodes.Node)


def _depth(node: nodes.Node, kind: type[nodes.Node] = nodes.Node) -> int:
    """How many nodes of this kind are inside each other, this one included."""
    inside = max((_depth(child, kind) for child in node.iter_child_nodes()), default=0)
    return inside + isinstance(node, kind)


def _line(number: int | None) -> str:
    return f" (line {number} of the text)" if number and number > 1 else ""
