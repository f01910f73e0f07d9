"""A message as the person would see it, drawn on the terminal."""

from rich.text import Text

from wa_notify.cli.terminal import QUIET, STRONG, columns, visible, write
from wa_notify.core.bubble import Bubble

EDGE = "    │ "


def draw(shown: Bubble) -> None:
    """Show it with an edge at its left."""
    buttons = "  ".join(f"[{title}]" for title in shown.buttons)
    for text, style in ((shown.heading, STRONG), (shown.body, ""), (shown.footer, QUIET), (buttons, "")):
        if not text:
            continue
        for line in columns("", visible(text), edge=EDGE, style=style):
            write(Text.assemble((EDGE, QUIET), line))
