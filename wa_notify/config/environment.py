"""The Jinja2 environment of the texts: no code, no files, no methods, no growth without bound."""

from collections.abc import Mapping
from functools import cache, partial
from typing import Any

from jinja2 import ChainableUndefined
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from wa_notify.config.filters import filters_in, first_rounds, spoken
from wa_notify.core.wallclock import TIME_ZONE

ROUNDS = "first rounds"  # no text can name this filter


class TextEnvironment(ImmutableSandboxedEnvironment):
    """Knows facts and filters. A missing fact is an empty text; a label never loses against a method."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def __init__(self, zone: str = TIME_ZONE) -> None:
        super().__init__(
            autoescape=False,  # what comes out is plain text for a phone, never HTML
            undefined=ChainableUndefined,
            finalize=partial(spoken, zone=zone),
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            cache_size=0,
        )
        self.globals.clear()
        self.filters = {**filters_in(zone), ROUNDS: first_rounds}

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Multiply and divide numbers only; with texts this makes them huge."""
        if operator == "**" or not (isinstance(left, int | float) and isinstance(right, int | float)):
            raise SecurityError(f"`{operator}` works on numbers only")
        return super().call_binop(context, operator, left, right)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """The entry of a mapping, else a plain attribute; methods are not there."""
        if isinstance(obj, Mapping):
            return self._entry(obj, attribute)
        value = super().getattr(obj, attribute)
        return self._missing(obj, attribute) if callable(value) else value

    def getitem(self, obj: Any, argument: Any) -> Any:
        """The entry of a mapping, else an item of a list or a part of a text."""
        if isinstance(obj, Mapping):
            return self._entry(obj, argument)
        value = super().getitem(obj, argument)
        return self._missing(obj, argument) if callable(value) else value

    def _entry(self, obj: Mapping[Any, Any], key: Any) -> Any:
        return obj[key] if key in obj else self._missing(obj, key)

    def _missing(self, obj: Any, name: Any) -> Undefined:
        return self.undefined(obj=obj, name=name)


ENVIRONMENT = TextEnvironment()


@cache
def environment(time_zone: str) -> TextEnvironment:
    """The same with the clock of a zone."""
    return TextEnvironment(time_zone)
