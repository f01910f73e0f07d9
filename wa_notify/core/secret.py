"""Secrets: text that may be used but never shown."""

import hmac


class Secret:
    """A text that must not be shown: ``repr``, ``str`` and format give stars, `reveal` gives the text.

    Comparing takes the same time wherever the two texts differ. It is no dataclass, so that
    ``dataclasses.asdict`` cannot open it, and it refuses to be pickled.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself; use it where it is needed and keep it nowhere."""
        return self._text

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(_octets(self._text), _octets(other._text))

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __bool__(self) -> bool:
        return bool(self._text)

    def __repr__(self) -> str:
        return "Secret('***')" if self._text else "Secret('')"

    def __str__(self) -> str:
        return "***" if self._text else ""

    def __copy__(self) -> "Secret":
        return self

    def __deepcopy__(self, _memo: object) -> "Secret":
        return self

    def __reduce__(self) -> str:
        raise TypeError("A secret is not pickled: read it again where it is needed.")


def _octets(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
