"""How long a text is at least, whatever the alert says: what no facts can make shorter."""

from collections.abc import Iterable
from functools import lru_cache

from jinja2 import nodes

from wa_notify.config.environment import ENVIRONMENT
from wa_notify.config.text import CompiledText
from wa_notify.core.cleaner import EMPTY, clean
from wa_notify.core.rule import Text

SENSIBLE = 10  # characters that a text with facts in it should have: a host name, a time, a severity


@lru_cache(maxsize=2048)
def fixed(text: Text) -> int:
    """How many characters of the text stand there whatever the facts are."""
    return _fixed(ENVIRONMENT.parse(text.source).body) if isinstance(text, CompiledText) else 0


@lru_cache(maxsize=2048)
def sensible(text: Text) -> int:
    """How many characters it should have room for: what is fixed, and a few for what the facts put in."""
    if not isinstance(text, CompiledText):
        return 1
    speaks = any(True for _ in ENVIRONMENT.parse(text.source).find_all(nodes.Name))
    return fixed(text) + (SENSIBLE if speaks else 0)


def _fixed(body: Iterable[nodes.Node]) -> int:
    return sum(_of_node(node) for node in body)


def _of_node(node: nodes.Node) -> int:
    match node:
        case nodes.Output():
            return sum(_shown(part.data) for part in node.nodes if isinstance(part, nodes.TemplateData))
        case nodes.If():
            ways = (node.body, *(other.body for other in node.elif_), node.else_)
            return min(_fixed(way) for way in ways)
        case _:  # a loop may have no rounds at all
            return 0


def _shown(data: str) -> int:
    said = clean(data, len(data))
    return 0 if said == EMPTY else len(said)
