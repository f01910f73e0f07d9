"""The Jinja2 environment of the texts: no code, no files, no methods, no growth without bound.

Two things happen to a value on its way into a text. What the alert does not have is noted, and a word stands
for it, so that nothing is ever silently empty; asking whether it is there notes nothing. And in texts that
WhatsApp formats, marks that came with the alert are kept from formatting; those of the rule itself count.
"""

from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from functools import cache, partial
from typing import Any

from jinja2 import ChainableUndefined, nodes
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from wa_notify.config.filters import filters_in, first_rounds, marking_filters, spoken
from wa_notify.core.markup import Formatted, literal
from wa_notify.core.wallclock import TIME_ZONE

ROUNDS = "first rounds"  # no text can name these filters
MEANT = "as it is meant"
JOINED = "each as it is meant"
UNKNOWN = "unknown"  # stands for what an alert does not have, unless the rule has another word

LACKING: ContextVar[dict[str, None] | None] = ContextVar("LACKING", default=None)


class Missing(ChainableUndefined):
    """What the alert does not have. Where it is said, a word stands for it, and its name is noted."""

    word = ""

    def __str__(self) -> str:
        noted = LACKING.get()
        if noted is not None and self._undefined_name is not None:
            noted[str(self._undefined_name)] = None
        return self.word


class TextEnvironment(ImmutableSandboxedEnvironment):
    """Knows facts and filters. A label never loses against a method.

    Without a ``word`` a missing fact is an empty text; with one, an empty label counts as missing, as it does
    for Prometheus. ``marks`` tells that WhatsApp formats the text.
    """

    intercepted_binops = frozenset({"*", "**", "%"})

    def __init__(self, zone: str = TIME_ZONE, word: str = "", *, marks: bool = False) -> None:
        speak: Callable[[Any], Any] = partial(spoken, zone=zone)
        super().__init__(
            autoescape=False,  # what comes out is for a phone, never HTML
            undefined=type("Missing", (Missing,), {"word": word}) if word else ChainableUndefined,
            finalize=partial(_marked, speak) if marks else speak,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            cache_size=0,
        )
        self._word = word
        self.globals.clear()
        say = partial(_marked, speak) if marks else partial(_plain, speak)
        ours = {ROUNDS: first_rounds, MEANT: Formatted, JOINED: partial(_joined, say)}
        self.filters = {**filters_in(zone), **(marking_filters(zone) if marks else {}), **ours}

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Multiply and divide numbers only; with texts this makes them huge."""
        if operator == "**" or not (isinstance(left, int | float) and isinstance(right, int | float)):
            raise SecurityError(f"`{operator}` works on numbers only")
        return super().call_binop(context, operator, left, right)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """The entry of a mapping, else a plain attribute; methods are not there."""
        if isinstance(obj, Mapping):
            return self._entry(obj, attribute)
        if isinstance(obj, Undefined):
            return obj
        value = super().getattr(obj, attribute)
        return self._missing(obj, attribute) if callable(value) else value

    def getitem(self, obj: Any, argument: Any) -> Any:
        """The entry of a mapping, else an item of a list or a part of a text."""
        if isinstance(obj, Mapping):
            return self._entry(obj, argument)
        if isinstance(obj, Undefined):
            return obj
        value = super().getitem(obj, argument)
        return self._missing(obj, argument) if callable(value) else value

    def _entry(self, obj: Mapping[Any, Any], key: Any) -> Any:
        is_there = key in obj and not (self._word and obj[key] == "")
        return obj[key] if is_there else self._missing(obj, key)

    def _missing(self, obj: Any, name: Any) -> Undefined:
        return self.undefined(obj=obj, name=name)


def _plain(speak: Callable[[Any], Any], value: Any) -> str:
    return str(speak(value))


def _marked(speak: Callable[[Any], Any], value: Any) -> Formatted:
    """A value in a text that WhatsApp formats: literal, unless a filter has formatted it."""
    said = speak(value)
    return said if isinstance(said, Formatted) else literal(str(said))


def _joined(say: Callable[[Any], str], values: Sequence[Any]) -> Formatted:
    return Formatted("".join(map(say, values)))


def meaning_marks(expression: nodes.Expr) -> nodes.Expr:
    """What is put out, so that marks in texts of the rule itself count: ``{{ '*' ~ title ~ '*' }}``."""
    match expression:
        case nodes.Const(value=str()):
            return _filtered(expression, MEANT)
        case nodes.CondExpr():
            expression.expr1 = meaning_marks(expression.expr1)
            expression.expr2 = meaning_marks(expression.expr2) if expression.expr2 else None
        case nodes.Concat():
            parts = nodes.List([meaning_marks(part) for part in expression.nodes], lineno=expression.lineno)
            return _filtered(parts, JOINED)
        case _:
            pass
    return expression


def _filtered(expression: nodes.Expr, name: str) -> nodes.Expr:
    return nodes.Filter(expression, name, [], [], None, None, lineno=expression.lineno)


ENVIRONMENT = TextEnvironment()


@cache
def environment(time_zone: str, word: str = "", *, marks: bool = False) -> TextEnvironment:
    """The same with the clock of a zone, a word for what is missing, and formatting or none."""
    return TextEnvironment(time_zone, word, marks=marks)
