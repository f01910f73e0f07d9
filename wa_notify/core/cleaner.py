"""Text that fits: what a reader sees stays whole, and what a parameter may not hold is gone.

Source: Meta's template reference. A text parameter must be non-empty and free of newlines, tabs and runs of
more than four spaces; lengths count characters.
"""

import unicodedata
from collections.abc import Sequence
from operator import mul

JOINERS = "\u200c\u200d"
FLAG_LETTERS = "".join(chr(code) for code in range(0x1F1E6, 0x1F200))  # two of them make a flag
EMPTY = "-"  # stands where a parameter would be empty, which the platform refuses (131008)


def clean(text: str, limit: int) -> str:
    """Make a text fit for a parameter: one line, no control or bidi marks, never empty, cut to size."""
    visible = "".join(" " if char.isspace() else char for char in text if _is_visible(char))
    return cut(" ".join(visible.split()), limit).strip(JOINERS) or EMPTY


def _is_visible(char: str) -> bool:
    # Cc: control, Cf: format (bidi marks, zero width), Cs: lone surrogates. Joiners hold letters and emoji.
    return char.isspace() or char in JOINERS or unicodedata.category(char) not in ("Cc", "Cf", "Cs")


def shorten(texts: Sequence[str], budget: int, times: Sequence[int] = ()) -> list[str]:
    """Cut the longest texts until all of them together fit the budget of characters.

    ``times`` says how often each of them stands; once, when it is empty.
    """
    weights = times or [1] * len(texts)
    lengths = [len(text) for text in texts]
    while sum(map(mul, lengths, weights)) > budget and max(lengths, default=0) > 1:
        lengths[lengths.index(max(lengths))] -= 1
    return [cut(text, length) for text, length in zip(texts, lengths, strict=True)]


def cut(text: str, limit: int) -> str:
    """Cut a text to at most ``limit`` characters without splitting what a reader sees as one sign."""
    if len(text) <= limit:
        return text
    end = max(limit - 1, 0)
    while end > 0 and _is_inside_a_sign(text, end):
        end -= 1
    return text[:end].rstrip() + "…" if limit > 0 else ""


def _is_inside_a_sign(text: str, place: int) -> bool:
    """Whether a cut there would split accents, vowel signs, keycaps, skin tones, joined emoji or flags."""
    char = text[place]
    if unicodedata.category(char).startswith("M") or char in JOINERS or text[place - 1] == "\u200d":
        return True
    if "\U0001f3fb" <= char <= "\U0001f3ff":  # a skin tone belongs to the person before it
        return True
    before = text[:place]
    flags = len(before) - len(before.rstrip(FLAG_LETTERS))
    return char in FLAG_LETTERS and flags % 2 == 1
