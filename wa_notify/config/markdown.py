"""Markdown, as alerts of Grafana, Alertmanager and many others carry it, in WhatsApp's own formatting.

WhatsApp has no headings, tables, links with other words, or images: a heading is bold, a table its lines, a
link stands behind its words, and of an image there is its link. What formats nothing there stays what people
read (see `wa_notify.core.markup`).
"""

from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from wa_notify.core.markup import BOLD, GUARD, ITALIC, LINK, STRIKE, Formatted, block, code, literal, styled

WITHOUT_TABLES = MarkdownIt("commonmark", {"html": False}).enable("strikethrough")
PARSER = MarkdownIt("commonmark", {"html": False}).enable(["strikethrough", "table"])
MOST_CELLS = 4000  # a table of more is no table that anybody reads on a phone
MOST_LEVELS = 50  # of styles within styles
RULER = "———"
STYLES = {"strong": BOLD, "em": ITALIC, "s": STRIKE}
# Where a style begins and ends, until it is known whether its marks would count there.
OPENS = {mark: chr(0xF0000 + place) for place, mark in enumerate(STYLES.values())}
CLOSES = {mark: chr(0xF0010 + place) for place, mark in enumerate(STYLES.values())}
PLACES = {**{sign: mark for mark, sign in OPENS.items()}, **{sign: mark for mark, sign in CLOSES.items()}}
WITHOUT_PLACES = str.maketrans("", "", "".join(PLACES))


def whatsapp(text: str) -> Formatted:
    """Markdown in WhatsApp's formatting. What nests too deep to be meant stays as it was written."""
    text = text.translate(WITHOUT_PLACES)
    tokens = (PARSER if _cells(text) <= MOST_CELLS else WITHOUT_TABLES).parse(text)
    if any(inner.level > MOST_LEVELS for token in tokens for inner in token.children or ()):
        return literal(text)
    tree = SyntaxTreeNode(tokens)
    return Formatted("\n\n".join(part for part in map(_block, tree.children) if part))


def _cells(text: str) -> int:
    """How many cells a table in the text can have at most: each of its lines is filled up to the widest."""
    lines = text.splitlines()
    return len(lines) * max((line.count("|") for line in lines), default=0)


def _block(node: SyntaxTreeNode) -> str:
    match node.type:
        case "heading":
            return styled(Formatted(_inline(node, outer=BOLD)), BOLD)
        case "fence" | "code_block":  # beside its lines the word for its language says nothing
            return block(node.content) or literal(node.info.strip())
        case "blockquote":
            said = "\n\n".join(map(_block, node.children))
            return "\n".join(f"> {line}".rstrip() for line in said.split("\n"))
        case "bullet_list":
            return "\n".join(_item(item, "- ") for item in node.children)
        case "ordered_list":
            first = int(node.attrs.get("start", 1))
            return "\n".join(_item(item, f"{n}. ") for n, item in enumerate(node.children, first))
        case "hr":
            return RULER
        case "table":
            return "\n".join(_row(row) for row in node.walk() if row.type == "tr")
        case _:
            return _inline(node)


def _item(item: SyntaxTreeNode, sign: str) -> str:
    """An item of a list; what follows its first line stands below it, moved in."""
    first, *rest = "\n".join(map(_block, item.children)).split("\n")
    return "\n".join([f"{sign}{first}", *(f"  {line}" for line in rest)])


def _row(row: SyntaxTreeNode) -> str:
    heads = row.children[0].type == "th"
    cells = (_inline(cell, outer=BOLD if heads else "") for cell in row.children)
    return " | ".join(styled(Formatted(cell), BOLD) if heads else cell for cell in cells)


def _inline(node: SyntaxTreeNode, *, outer: str = "") -> str:
    """The words of a block; ``outer`` is the style that all of it has already."""
    parts = (part for inline in node.children for part in inline.children or (inline,))
    said = "".join(_said(part, outer) for part in parts)
    return _marked(said)


def _said(node: SyntaxTreeNode, within: str) -> str:
    match node.type:
        case "strong" | "em" | "s":
            mark = STYLES[node.type]
            inner = _all(node.children, within + mark)
            return inner if mark in within else f"{OPENS[mark]}{inner}{CLOSES[mark]}"
        case "code_inline":
            return code(node.content)
        case "link":
            return _link(_all(node.children, within), str(node.attrs.get("href", "")))
        case "image":
            return str(node.attrs.get("src", ""))
        case "softbreak" | "hardbreak":
            return " " if within else "\n"  # a mark counts in its own line only
        case _:
            return literal(node.content)


def _all(nodes: Sequence[SyntaxTreeNode], within: str) -> str:
    return "".join(_said(node, within) for node in nodes)


def _link(words: str, target: str) -> str:
    target = target.removeprefix("mailto:")
    plain = words.translate(WITHOUT_PLACES).replace(GUARD, "")
    shown = target if LINK.fullmatch(target) else literal(target)
    return shown if plain in ("", target) else f"{words} ({shown})"


def _marked(said: str) -> str:
    """The text with its marks, but for those that would not count where they are."""
    plain, pieces = said.translate(WITHOUT_PLACES), list(said)
    opened: list[tuple[int, int]] = []
    seen = 0  # letters so far, which is a place in the plain text
    for place, sign in enumerate(said):
        if sign in OPENS.values():
            opened.append((place, seen))
        elif sign in CLOSES.values():
            start, first = opened.pop()
            pieces[start] = pieces[place] = PLACES[sign] if _counts(plain, first, seen) else ""
        else:
            seen += 1
    return "".join(pieces)


def _counts(plain: str, first: int, end: int) -> bool:
    """Whether marks around this part of the text stand at the edges of a word and touch it."""
    before, behind = plain[max(first - 1, 0) : first], plain[end : end + 1]
    touches = first < end and not plain[first].isspace() and not plain[end - 1].isspace()
    return touches and _is_edge(before) and _is_edge(behind)


def _is_edge(char: str) -> bool:
    return not char.isalnum() and char != GUARD
