"""Texts in which something is missing that their alert was to bring."""

from collections.abc import Iterable
from typing import Self


class Incomplete(str):  # noqa: SLOT000 - a text cannot have slots that hold anything
    """A text in which a word stands for labels or annotations that the alert does not have."""

    lacks: tuple[str, ...]

    def __new__(cls, text: str, lacks: Iterable[str]) -> Self:
        """The text, and the names of what it lacks."""
        said = super().__new__(cls, text)
        said.lacks = tuple(lacks)
        return said


def lacking(*texts: str | None) -> tuple[str, ...]:
    """All that these texts lack, each name once."""
    found = (name for text in texts if isinstance(text, Incomplete) for name in text.lacks)
    return tuple(dict.fromkeys(found))
