"""Formatting as WhatsApp reads it, and text that must not be read so.

Source: Meta's formatting reference. ``*bold*``, ``_italic_``, ``~strike~``, `` `code` `` and a block between
three backticks; a line that begins with ``* ``, ``- `` or ``> `` is an item of a list or a quote. A mark
counts only where it touches its text and stands at a word's edge; there is no sign that escapes one.

So a mark that could count is kept from the edge by `GUARD` on each side where no letter or digit stands. The
guard is the zero-width non-joiner: Unicode counts it as a part of the word it touches, it is never drawn, it
changes no letter, and the cleaner lets it pass. ``db_7_x`` needs none, nor does a link, so what people copy
most comes out as it was.
"""

import re

GUARD = "\u200c"
MARKS = "*_~`"
BOLD, ITALIC, STRIKE, CODE, BLOCK = "*", "_", "~", "`", "```"
LINK = re.compile(r"https?://[^\s<>\"]+")
LINE_SIGNS = re.compile(r"^(?=[ \t]*(?:-[ \t]|-$|>))", re.MULTILINE)
BEFORE_BLANKS = re.compile(f"^{GUARD}(?=[ \t]+[>-])")
GUARDED = re.compile(f"{GUARD}(?=[{MARKS}>-])|(?<=[{MARKS}]){GUARD}|^{GUARD}(?=[ \t]*[>-])", re.MULTILINE)


class Formatted(str):
    """A text in WhatsApp's own formatting, whose marks are meant."""

    __slots__ = ()


def literal(text: str) -> Formatted:
    """The text as it is read, whatever marks are in it. Links stay as they are; twice is the same as once."""
    if isinstance(text, Formatted):
        return text
    pieces, place = [], 0
    for link in LINK.finditer(text):
        pieces += [_guarded(text, place, link.start()), link[0]]
        place = link.end()
    said = "".join((*pieces, _guarded(text, place, len(text))))
    return Formatted(LINE_SIGNS.sub(GUARD, said))


def unguarded(text: str) -> str:
    """The text as it was before it was made literal, for channels that format nothing."""
    return GUARDED.sub("", text)


def _guarded(text: str, start: int, end: int) -> str:
    """A part of the text in which no mark can count, whatever stands around the whole."""
    pieces = []
    for place in range(start, end):
        char = text[place]
        if char not in MARKS:
            pieces.append(char)
            continue
        before, behind = text[max(place - 1, 0) : place], text[place + 1 : place + 2]
        if before == behind == " " and not text[:place].rpartition("\n")[2].isspace():
            pieces.append(char)  # it touches nothing: ``0 3 * * *``
            continue
        pieces += ["" if _holds(before) else GUARD, char, "" if _holds(behind) else GUARD]
    return "".join(pieces)


def _holds(neighbour: str) -> bool:
    """Whether a mark beside it is inside a word."""
    return neighbour.isalnum() or neighbour == GUARD


def styled(text: str, mark: str) -> Formatted:
    """Each line of the text between two marks; a mark counts in its own line only."""
    lines = literal(text).split("\n")
    return Formatted("\n".join(_between(line, mark) for line in lines))


def _between(line: str, mark: str) -> str:
    line = BEFORE_BLANKS.sub("", line)  # the mark itself keeps what follows from being the sign of a list
    inner = line.strip()
    if not inner or (inner.startswith(mark) and inner.endswith(mark)):  # it is styled so already
        return line
    return line.replace(inner, f"{mark}{inner}{mark}", 1)


def code(text: str) -> Formatted:
    """A short text in the letters of a typewriter, on one line; a backtick cannot stand in it."""
    inner = " ".join(text.split()).replace(CODE, "'")
    return Formatted(f"{CODE}{inner}{CODE}" if inner else "")


def block(text: str) -> Formatted:
    """Lines in the letters of a typewriter, as they are; a backtick cannot stand in them."""
    inner = text.strip("\r\n").rstrip().replace(CODE, "'")
    return Formatted(f"{BLOCK}{inner}{BLOCK}" if inner.strip() else "")
