"""Text that fits: what a reader sees stays whole, and what a parameter may not hold is gone.

Source: Meta's template reference. A text parameter must be non-empty and free of newlines, tabs and runs of
more than four spaces; lengths count characters. So a line break becomes a space, a paragraph break a dot in
the middle, and what was changed is told (see `Mending`), since it changes what people read.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

JOINERS = "\u200c\u200d"
FLAG_LETTERS = "".join(chr(code) for code in range(0x1F1E6, 0x1F200))  # two of them make a flag
SKIN_TONES = "".join(chr(code) for code in range(0x1F3FB, 0x1F400))
EMPTY = "-"  # stands where a parameter would be empty, which the platform refuses (131008)
PARAGRAPH = " · "  # stands where a paragraph ended: calmer than a bar, and nothing that WhatsApp formats
WHITESPACE = re.compile(r"\s+")
BREAK = re.compile("\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
SEPARATING = ":;,·|\u2013\u2014-"  # behind these a paragraph's end needs no further sign
VIRAMA = 9  # the combining class of the sign that binds two consonants into one
KOREAN = re.compile("[\u1100-\u11ff\ua960-\ua97f\uac00-\ud7ff]")
SYLLABLES, LAST_SYLLABLE = "\uac00", "\ud7a3"  # whole ones stand for themselves
# Signs that belong to the one before them although they are letters (Unicode's GraphemeBreakProperty).
CLINGING = "\u0e33\u0eb3\uff9e\uff9f"


class Mend(StrEnum):
    """What a text needed to become fit for a parameter."""

    BREAKS = "breaks"  # line breaks that became spaces
    PARAGRAPHS = "paragraphs"  # paragraph breaks that became a dot in the middle
    SPACES = "spaces"  # tabs and runs of spaces that became one space
    UNSEEN = "unseen"  # control, bidi and other characters nobody sees, which went
    EMPTY = "empty"  # there was nothing, so a dash stands there
    CUT = "cut"  # it was too long; the count is what is left


@dataclass(frozen=True, slots=True, kw_only=True)
class Mending:
    """One kind of change, and how often or how long."""

    kind: Mend
    count: int

    def __str__(self) -> str:
        """As the timeline says it: ``2 line breaks became spaces``."""
        one, many = SPOKEN[self.kind]
        return (one if self.count == 1 else many).format(count=self.count)


SPOKEN: dict[Mend, tuple[str, str]] = {
    Mend.BREAKS: ("a line break became a space", "{count} line breaks became spaces"),
    Mend.PARAGRAPHS: ("a paragraph break became a dot", "{count} paragraph breaks became dots"),
    Mend.SPACES: ("a run of spaces became one", "{count} runs of spaces became one each"),
    Mend.UNSEEN: ("an invisible character was left out", "{count} invisible characters were left out"),
    Mend.EMPTY: (f'it was empty, so "{EMPTY}" stands there', ""),
    Mend.CUT: ("cut to {count} character", "cut to {count} characters"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """A text that may stand in a parameter, and what was changed to make it so."""

    text: str
    mendings: tuple[Mending, ...] = ()

    def shortened(self, text: str) -> "Cleaned":
        """The same once it had to give way to others."""
        if text == self.text:
            return self
        others = tuple(one for one in self.mendings if one.kind is not Mend.CUT)
        return Cleaned(text=text, mendings=(*others, Mending(kind=Mend.CUT, count=len(text))))


def clean(text: str, limit: int) -> str:
    """Make a text fit for a parameter, for those who need not know what was changed."""
    return cleaned(text, limit).text


def cleaned(text: str, limit: int) -> Cleaned:
    """Make a text fit for a parameter: one line, no control or bidi marks, never empty, cut to size.

    ``limit`` is at least 1.
    """
    if _is_clean(text) and len(text) <= limit:
        return Cleaned(text=text)
    counts = dict.fromkeys(Mend, 0)
    visible = "".join(char for char in text if _is_visible(char))
    counts[Mend.UNSEEN] = len(text) - len(visible)
    whole = visible.strip()

    def flattened(run: re.Match[str]) -> str:
        breaks = len(BREAK.findall(run[0]))
        if not breaks:
            counts[Mend.SPACES] += run[0] not in (" ", "\u00a0")
            return " "
        is_paragraph = (breaks > 1 or "\u2029" in run[0]) and whole[run.start() - 1] not in SEPARATING
        counts[Mend.PARAGRAPHS if is_paragraph else Mend.BREAKS] += 1
        return PARAGRAPH if is_paragraph else " "

    line = WHITESPACE.sub(flattened, whole)
    short = cut(line, limit)
    counts[Mend.CUT] = len(short) if short != line else 0
    if not short.strip(JOINERS + " "):  # nothing but joiners that join nothing
        short, counts = EMPTY, {Mend.EMPTY: 1}
    mendings = tuple(Mending(kind=kind, count=count) for kind, count in counts.items() if count)
    return Cleaned(text=short, mendings=mendings)


def _is_clean(text: str) -> bool:
    """Whether there is certainly nothing to mend, as with most texts: told without looking at each sign."""
    return text.isascii() and text.isprintable() and "  " not in text and text == text.strip() != ""


def _is_visible(char: str) -> bool:
    # Cc: control, Cf: format (bidi marks, zero width), Cs: lone surrogates. Joiners hold letters and emoji.
    return char.isspace() or char in JOINERS or unicodedata.category(char) not in ("Cc", "Cf", "Cs")


def shorten(texts: Sequence[str], budget: int, times: Sequence[int] = ()) -> list[str]:
    """Cut the longest texts until all of them together fit the budget of characters.

    ``times`` says how often each of them stands; once, when it is empty. Each keeps at least one character.
    """
    weights = times or [1] * len(texts)
    level = _level([len(text) for text in texts], weights, budget)
    left = budget - sum(min(len(text), level) * weight for text, weight in zip(texts, weights, strict=True))
    short = []
    for text, weight in zip(texts, weights, strict=True):
        more = len(text) > level and weight <= left  # what is left over goes to the first of the longest
        left -= weight * more
        short.append(cut(text, level + more))
    return short


def _level(lengths: Sequence[int], weights: Sequence[int], budget: int) -> int:
    """The length to which the longest are cut, like water that finds its level; at least 1."""
    low, high = 1, max(lengths, default=1)
    while low < high:
        middle = (low + high + 1) // 2
        taken = sum(min(length, middle) * weight for length, weight in zip(lengths, weights, strict=True))
        low, high = (middle, high) if taken <= budget else (low, middle - 1)
    return low


def cut(text: str, limit: int) -> str:
    """Cut a text to at most ``limit`` characters without splitting what a reader sees as one sign."""
    if len(text) <= limit:
        return text
    return text[: boundary(text, limit - 1)].rstrip() + "…" if limit > 0 else ""


def boundary(text: str, place: int) -> int:
    """The last place up to this one where a text can be parted without splitting a sign."""
    while 0 < place < len(text) and _is_inside_a_sign(text, place):
        place -= 1
    return max(place, 0)


def _is_inside_a_sign(text: str, place: int) -> bool:
    """Whether parting there would split what Unicode calls a grapheme cluster; in doubt, it would."""
    char, before = text[place], text[place - 1]
    kind = unicodedata.category(char)
    if kind.startswith("M") or kind == "Cn" or char in JOINERS or before == "\u200d":
        return True  # of what our Unicode does not know yet, most are marks
    if char in SKIN_TONES or char in CLINGING or "\U000e0020" <= char <= "\U000e007f":  # tags of a flag
        return True
    if char in FLAG_LETTERS:
        flags = text[:place]
        return (len(flags) - len(flags.rstrip(FLAG_LETTERS))) % 2 == 1
    if before == "\r" and char == "\n":
        return True
    return _is_bound_to(before, char) or (char.isalpha() and _ends_in_virama(text, place))


def _is_bound_to(before: str, char: str) -> bool:
    """Whether the parts of a Korean syllable follow each other, or a sign that stands before its digits."""
    if KOREAN.match(before) and KOREAN.match(char):
        return not (before >= SYLLABLES and SYLLABLES <= char <= LAST_SYLLABLE)
    prepended = unicodedata.category(before) == "Cf" and "ARABIC" in unicodedata.name(before, "")
    return prepended or before in PREPENDED


def _ends_in_virama(text: str, place: int) -> bool:
    """Whether the letter there is bound to the one before it."""
    while place > 0 and (unicodedata.category(text[place - 1]).startswith("M") or text[place - 1] in JOINERS):
        place -= 1
        if unicodedata.combining(text[place]) == VIRAMA:
            return True
    return False


# Signs that belong to the one behind them (Unicode's GraphemeBreakProperty, Prepend), beside the Arabic ones.
PREPENDED = (
    "\u070f\u0d4e\U000110bd\U000110cd\U000111c2\U000111c3\U000113d1\U0001193f\U00011941"
    "\U00011a3a\U00011a84\U00011a85\U00011a86\U00011a87\U00011a88\U00011a89\U00011d46\U00011f02"
)
