"""Markdown, as alerts of Grafana, Alertmanager and many others carry it, in WhatsApp's own formatting.

WhatsApp has no headings, tables, links with other words, or images: a heading is bold, a table its lines, a
link stands behind its words, and of an image there is its link. What formats nothing there stays what people
read (see `wa_notify.core.markup`).
"""

from collections.abc import Iterable, Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from wa_notify.core.markup import BOLD, GUARD, ITALIC, LINK, STRIKE, Formatted, block, code, literal, styled

PARSER = MarkdownIt("commonmark", {"html": False}).enable(["strikethrough", "table"])
RULER = "———"
STYLES = {"strong": BOLD, "em": ITALIC, "s": STRIKE}
# Where a style begins and ends, until it is known whether its marks would count there.
OPENS = {mark: chr(0xF0000 + place) for place, mark in enumerate(STYLES.values())}
CLOSES = {mark: chr(0xF0010 + place) for place, mark in enumerate(STYLES.values())}
PLACES = {**{sign: mark for mark, sign in OPENS.items()}, **{sign: mark for mark, sign in CLOSES.items()}}
WITHOUT_PLACES = str.maketrans("", "", "".join(PLACES))


def whatsapp(text: str) -> Formatted:
    """Markdown in WhatsApp's formatting."""
    tree = SyntaxTreeNode(PARSER.parse(text.translate(WITHOUT_PLACES)))
    return Formatted("\n\n".join(part for part in map(_block, tree.children) if part))


def _block(node: SyntaxTreeNode) -> str:
    match node.type:
        case "heading":
            return styled(Formatted(_inline(node, outer=BOLD)), BOLD)
        case "fence" | "code_block":
            return block(node.content or node.info)  # a fence that nothing follows is no code
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
    pieces, opened = list(said), []
    for place, sign in enumerate(said):
        if sign in OPENS.values():
            opened.append(place)
        elif sign in CLOSES.values():
            start = opened.pop()
            counts = _counts(said[:start], said[start + 1 : place], said[place + 1 :])
            pieces[start] = pieces[place] = PLACES[sign] if counts else ""
    return "".join(pieces)


def _counts(before: str, inner: str, behind: str) -> bool:
    """Whether marks around the inner text stand at the edges of a word and touch it."""
    last = next(_seen(reversed(before)), " ")
    following = next(_seen(behind), " ")
    inside = inner.translate(WITHOUT_PLACES)
    return bool(inside) and inside == inside.strip() and _is_edge(last) and _is_edge(following)


def _seen(text: Iterable[str]) -> Iterator[str]:
    return (char for char in text if char not in PLACES)


def _is_edge(char: str) -> bool:
    return not char.isalnum() and char != GUARD
