"""What the script of a scenario can do: the controls, as far as a script needs to know them."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Protocol


class Field(Protocol):
    """A field of a control: reads a value, and says in JSON Schema what fits."""

    @property
    def schema(self) -> Mapping[str, Any]:
        """What fits."""
        ...

    def __call__(self, given: Any) -> Any:
        """Return the value. Raises ValueError with a sentence."""
        ...


class Verb(Protocol):
    """A control under its name.

    takes: the fields of its body, None when any will do; `needs` are those that must be there.
    asks: parameters of its query. placed: those of its path.
    """

    @property
    def name(self) -> str:
        """How a script calls it."""
        ...

    @property
    def takes(self) -> Mapping[str, Field] | None:
        """The fields of its body."""
        ...

    @property
    def needs(self) -> tuple[str, ...]:
        """Those that must be there."""
        ...

    @property
    def asks(self) -> Mapping[str, str]:
        """Parameters of its query."""
        ...

    @property
    def placed(self) -> tuple[str, ...]:
        """Parameters of its path."""
        ...

    @property
    def perform(self) -> Callable[[Any, Mapping[str, Any]], Coroutine[Any, Any, Any]]:
        """Do it in a world, with the parameters of path and query beside the fields."""
        ...


Verbs = Mapping[str, Verb]
