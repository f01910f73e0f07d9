"""Long text in several messages: parted where a reader would pause, and nothing of it lost.

Source: Meta's message reference. A text message holds at most 4,096 characters. Several messages are not
promised to arrive in the order in which they were sent, so each part carries its number.
"""

import re

from wa_notify.core.cleaner import boundary
from wa_notify.core.markup import BLOCK, CODE

PARAGRAPH_END, LINE_END = re.compile(r"\n[ \t]*\n\s*"), re.compile(r"\n")
SENTENCE_END, WORD_END = re.compile(r"[.!?…。！？][)\"'”»]*\s+"), re.compile(r"\s+")  # noqa: RUF001 - Chinese ends
PAUSES = (PARAGRAPH_END, LINE_END, SENTENCE_END, WORD_END)  # the best first
NUMBER_ROOM = len("(99/99)\n")
REST_ROOM = len("\n… 999,999,999 characters more")


def split(text: str, limit: int, most: int) -> tuple[str, ...]:
    """The text in at most ``most`` parts of at most ``limit`` (100 or more) characters, numbered if several.

    What does not fit into them is counted at the end of the last. A block of code that goes on in the next
    part is closed and opened again.
    """
    if len(text) <= limit:
        return (text,)
    room = limit - NUMBER_ROOM - 2 * len(BLOCK)
    pieces: list[str] = []
    rest = text
    while len(rest) > room and len(pieces) < most - 1:
        end = _pause(rest, room)
        pieces.append(rest[:end])
        rest = rest[end:]
    left_out = 0
    if len(rest) > room:
        end = _pause(rest, room - REST_ROOM)
        left_out, rest = len(rest) - end, rest[:end]
    bodies = _with_whole_blocks([*pieces, rest])
    if left_out:
        bodies[-1] += f"\n… {left_out:,} characters more"
    count = len(bodies)
    return tuple(f"({place}/{count})\n{body}" if count > 1 else body for place, body in enumerate(bodies, 1))


def _pause(text: str, room: int) -> int:
    """The last good place to part a text that is longer than the room; a pause in its second half, if any."""
    for pause in PAUSES:
        ends = [found.end() for found in pause.finditer(text, room // 2, room)]
        if ends:
            return ends[-1]
    end = boundary(text, room)
    while end > 0 and text[end - 1] == text[end] == CODE:  # the marks of a block stay together
        end -= 1
    return end or room


def _with_whole_blocks(pieces: list[str]) -> list[str]:
    """Each piece with the marks that its blocks of code need to begin and end in it."""
    bodies, open_before = [], False
    for piece in pieces:
        open_behind = open_before ^ (piece.count(BLOCK) % 2 == 1)
        bodies.append(f"{BLOCK if open_before else ''}{piece}{BLOCK if open_behind else ''}")
        open_before = open_behind
    return bodies
