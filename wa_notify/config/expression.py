"""Texts and expressions over the JSON of a source: the Jinja2 and the sandbox of the rules' texts.

Other than a text of a rule, one that fails here raises: a source that sends something unexpected is told so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from jinja2 import Template, nodes
from jinja2.environment import TemplateExpression

from wa_notify.config.environment import ENVIRONMENT
from wa_notify.config.filters import LONGEST
from wa_notify.config.shape import Flaw
from wa_notify.config.text import compiled
from wa_notify.core.cleaner import cut

BODY = ("body",)
ITEM = ("alert", "body")
EXPRESSION_FIX = 'Write a single one, such as "{{ body.items }}".'


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A text over an item and the body it came in."""

    template: Template = field(repr=False, compare=False)

    def __call__(self, facts: Mapping[str, Any]) -> str:
        """Put the facts in, at most `LONGEST` characters. Raises whatever goes wrong."""
        pieces, room = [], LONGEST
        for piece in self.template.generate(facts):
            pieces.append(piece)
            room -= len(piece)
            if room < 0:
                break
        return cut("".join(pieces).strip(), LONGEST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """An expression over the body, whose value is what it is and not a text."""

    expression: TemplateExpression = field(repr=False, compare=False)

    def __call__(self, facts: Mapping[str, Any]) -> Any:
        """The value; nothing when it leads nowhere. Raises whatever goes wrong."""
        return self.expression(facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedSource:
    """A source with JSON of its own, and how to read alerts out of it."""

    name: str
    labels: Mapping[str, Words]
    annotations: Mapping[str, Words] = field(default_factory=dict)
    alerts: Expression | None = None  # without it the body is the alert, or a list of them
    status: Words | None = None
    fingerprint: Words | None = None
    starts_at: Words | None = None
    url: Words | None = None


def words(value: Any) -> Words:
    """A text over `ITEM`."""
    return compiled(value, ITEM, lambda tree: Words(template=ENVIRONMENT.from_string(tree)))


def expression(value: Any) -> Expression:
    """A single ``{{ ... }}`` over `BODY`."""
    return compiled(value, BODY, _expression)


def _expression(tree: nodes.Template) -> Expression:
    match tree.body:
        case [nodes.Output(nodes=[nodes.Expr() as one])] if not isinstance(one, nodes.TemplateData):
            assign = nodes.Assign(nodes.Name("result", "store"), one, lineno=1)
            template = ENVIRONMENT.from_string(nodes.Template([assign], lineno=1))
            return Expression(expression=TemplateExpression(template, undefined_to_none=True))
        case _:
            raise Flaw("This is no expression.", EXPRESSION_FIX)
