"""The Graph: Meta's side of the wire.

An operation belongs to a kind of object, an edge behind its id, and an HTTP verb.

- a request: `versions` (what a path says), `bodies`, `callers` (whose token it is, and what it permits),
  `objects` (what an id stands for), `call`, `face` (who may ask, and how refusals leave), `usage` (the
  headers of an answer)
- the operations, each topic with its table: `messages`, `files`, `templates`, `numbers`, `registration`,
  `profiles`, `accounts`, `apps`, `tokens`; joined in `operations`
- what a GET shows: `asked` (the parameter `fields`), `paging`, `number_nodes`, `account_nodes`,
  `template_nodes`, `nodes` (the health of all three)
"""

from .callers import Caller
from .face import Graph, Visit
from .versions import NEWEST

__all__ = ["NEWEST", "Caller", "Graph", "Visit"]
