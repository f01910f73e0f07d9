"""How answers look: one accent colour, no boxes, glyphs with words; in a pipe plain lines that are never cut.

Texts of alerts are foreign. Whatever is printed goes through `visible`, so that nothing in them can move the
cursor or colour the screen.
"""

import json
import os
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from rich.cells import cell_len
from rich.console import Console, JustifyMethod
from rich.table import Table
from rich.text import Text

ACCENT = "cyan"
QUIET = "dim"
STRONG = "bold"
DONE, NOTE, NO = "✓", "!", "✗"
LINE_LENGTH = 72  # of running text
PIPE_WIDTH = 10_000
GAP = 2  # between columns
LEAST_WIDTH = 20  # to which a flexible column may shrink
INVISIBLE = ("Cc", "Cf", "Cs")


def screen(*, stderr: bool = False) -> Console:
    """Where to print. In a pipe lines are as long as they are, unless COLUMNS says otherwise."""
    file = sys.stderr if stderr else sys.stdout
    width = None if file.isatty() or "COLUMNS" in os.environ else PIPE_WIDTH
    return Console(file=file, width=width, highlight=False, markup=False, emoji=False)


def visible(text: str) -> str:
    """The text without what a terminal would obey: control, bidi and zero-width signs."""
    return "".join(char for char in text if _harmless(char))


def _harmless(char: str) -> bool:
    return char in "\n\u200d" or unicodedata.category(char) not in INVISIBLE


def in_one_line(text: str) -> str:
    """The text without line breaks."""
    return " ".join(visible(text.replace("\n", " ").replace("\t", " ")).split())


def done(text: str) -> None:
    """It is done, or all is well."""
    say(DONE, text)


def note(text: str, *, stderr: bool = False) -> None:
    """Something to know."""
    say(NOTE, text, stderr=stderr)


def no(text: str) -> None:
    """The answer is no."""
    say(NO, text)


def say(glyph: str, text: str, *, stderr: bool = False) -> None:
    """A sentence behind its glyph."""
    style = ACCENT if glyph == DONE else STRONG
    write(Text.assemble((glyph, style), " ", in_one_line(text)), stderr=stderr)


def write(text: Text | str = "", *, stderr: bool = False) -> None:
    """A line as it is."""
    screen(stderr=stderr).print(text, soft_wrap=True)


def quiet(text: str, *, indent: int = 2) -> None:
    """What need not be read: reasons, codes."""
    write(Text.assemble(" " * indent, (in_one_line(text), QUIET)))


def answer(value: Any) -> None:
    """The whole answer as JSON, for programs."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def answer_in_one_line(value: Any) -> None:
    """An answer that a program reads while the command goes on."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")


def table(
    titles: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    right: Sequence[str] = (),
    flexible: Sequence[str] = (),
) -> None:
    """Rows under their titles; the first column is what commands take to name a row.

    Columns that are not flexible are never broken, whatever the width of the screen.
    """
    cells = [[in_one_line(cell) for cell in row] for row in rows]
    longest = [max(map(cell_len, column)) for column in zip(titles, *cells, strict=True)]
    least = [
        min(width, LEAST_WIDTH) if title in flexible else width
        for title, width in zip(titles, longest, strict=True)
    ]
    drawn = Table(box=None, pad_edge=False, header_style=QUIET, padding=(0, GAP, 0, 0))
    for place, title in enumerate(titles):
        justify: JustifyMethod = "right" if title in right else "left"
        style = ACCENT if place == 0 else ""
        drawn.add_column(title, justify=justify, style=style, min_width=least[place], overflow="fold")
    for row in cells:
        drawn.add_row(*map(Text, row))
    console = screen()
    console.width = max(console.width, sum(least) + GAP * len(least))
    with console.capture() as captured:
        console.print(drawn)
    # Rich fills every line up to the width of the table; in a pipe that is only noise.
    for line in captured.get().splitlines():
        console.file.write(line.rstrip() + "\n")


def columns(lead: str, text: str, *, edge: str = "", style: str = "") -> Iterable[Text]:
    """Running text beside a lead: the lead stands before the first line, spaces before the others.

    In a pipe it stays one line. There is room for an edge, which the caller draws.
    """
    console = screen()
    room = (
        max(min(console.width - len(edge + lead), LINE_LENGTH), 20)
        if console.width < PIPE_WIDTH
        else PIPE_WIDTH
    )
    first = lead
    for line in text.split("\n"):
        for part in Text(line, style=style).wrap(console, room) or [Text("")]:
            part.rstrip()
            yield Text.assemble(first, part)
            first = " " * len(lead)
