"""Chat text as a phone shows it: bold, italic, struck, code, lists, quotes and links, as markup.

The rules are those of `wa_notify.core.markup`: a mark counts where it touches the text inside and stands at
the edge of a word on its outside. Code keeps everything as it is. Nothing of the text becomes markup itself.
``{{1}}`` is a blank of a template: it is shown as one, and the script fills it while somebody writes.
"""

import re
from collections.abc import Iterator
from itertools import groupby

from markupsafe import Markup, escape

from wa_notify.core.markup import GUARD, LINK

TAGS = {"*": "strong", "_": "em", "~": "s"}
BULLET, NUMBERED, QUOTE = re.compile(r"[*-] +(.+)"), re.compile(r"(\d{1,3})\. +(.+)"), re.compile(r"> ?(.*)")
FENCE = re.compile(r"```(.+?)```", re.DOTALL)
BLANK = re.compile(r"\{\{\s*(\w+)\s*\}\}")
TRAILING = ".,;:!?)*_~"
DEEPEST = len(TAGS)  # a mark never counts inside itself


def formatted(text: str) -> Markup:
    """Everything that a body or a caption may hold."""
    parts: list[Markup] = []
    end = 0
    for fence in FENCE.finditer(text):
        parts.append(_lines(text[end : fence.start()].removesuffix("\n")))
        parts.append(Markup("<pre>{}</pre>").format(fence[1].strip("\n")))
        end = fence.end()
    parts.append(_lines(text[end:].removeprefix("\n") if end else text))
    return Markup("").join(parts)


def linked(text: str) -> Markup:
    """Only blanks and links: what a header or a footer shows."""
    return _inline(text, "")


def _lines(text: str) -> Markup:
    if not text:
        return Markup("")
    blocks = groupby((_sorted(line) for line in text.split("\n")), key=lambda line: line[0])
    return Markup("").join(_block(kind, [rest for _, *rest in lines]) for kind, lines in blocks)


def _sorted(line: str) -> tuple[str, str, str]:
    """What kind of line it is, its content, and its number in a list."""
    if item := BULLET.fullmatch(line):
        return ("ul", item[1], "")
    if item := NUMBERED.fullmatch(line):
        return ("ol", item[2], item[1])
    if quote := QUOTE.fullmatch(line):
        return ("blockquote", quote[1], "")
    return ("p", line, "")


def _block(kind: str, lines: list[list[str]]) -> Markup:
    contents = [_inline(content, "*_~") for content, _ in lines]
    if kind == "p":
        return Markup("").join(Markup("<p>{}</p>").format(content) for content in contents)
    if kind == "blockquote":
        return Markup("<blockquote>{}</blockquote>").format(Markup("<br>").join(contents))
    items = Markup("").join(Markup("<li>{}</li>").format(content) for content in contents)
    start = Markup(' start="{}"').format(lines[0][1]) if kind == "ol" else ""
    return Markup("<{0}{1}>{2}</{0}>").format(kind, start, items)


def _inline(text: str, marks: str) -> Markup:
    return Markup("").join(_pieces(text, marks))


def _pieces(text: str, marks: str) -> Iterator[Markup]:
    """The parts of a line; ``marks`` are those that may still open."""
    at = plain = 0
    while at < len(text):
        made, length = _special(text, at, marks)
        if not length:
            at += 1
            continue
        yield escape(text[plain:at])
        yield made
        at += length
        plain = at
    yield escape(text[plain:])


def _special(text: str, at: int, marks: str) -> tuple[Markup, int]:
    """What begins here, and how long it is; of length 0 when it is plain text."""
    mark = text[at]
    if mark == "{" and (blank := BLANK.match(text, at)):
        return Markup('<span class="blank" data-blank="{}">{}</span>').format(blank[1], blank[0]), len(
            blank[0]
        )
    if mark in "hH" and (url := _link(text, at)):
        link = Markup('<a href="{0}" rel="noopener noreferrer nofollow" target="_blank">{0}</a>').format(url)
        return link, len(url)
    close = _closing(text, at, marks) if mark == "`" or mark in marks else -1
    if close < 0:
        return Markup(""), 0
    inside = text[at + 1 : close]
    if mark == "`":
        return Markup("<code>{}</code>").format(inside), close + 1 - at
    content = _inline(inside, marks.replace(mark, ""))
    return Markup("<{0}>{1}</{0}>").format(TAGS[mark], content), close + 1 - at


def _link(text: str, at: int) -> str:
    found = LINK.match(text, at)
    return found[0].rstrip(TRAILING) if found and not text[at - 1 : at].isalnum() else ""


def _is_word(neighbour: str) -> bool:
    """Whether a mark beside it is inside a word."""
    return neighbour.isalnum() or neighbour == GUARD


def _closing(text: str, at: int, marks: str) -> int:
    """Where the mark that opens at ``at`` closes; -1 when it does not open or never closes."""
    mark, behind = text[at], text[at + 1 : at + 2]
    if mark == "`":
        return text.find("`", at + 2) if marks and behind != "`" else -1
    if _is_word(text[at - 1 : at]) or not behind.strip() or behind == mark:
        return -1
    end = text.find(mark, at + 2)
    while end > 0:
        if text[end - 1].strip() and not _is_word(text[end + 1 : end + 2]):
            return end
        end = text.find(mark, end + 1)
    return -1
