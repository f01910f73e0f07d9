"""The Graph: Meta's side of the wire.

An operation belongs to a kind of object, an edge behind its id, and an HTTP verb. Reading order: `versions`
(what a path says), `bodies`, `callers` (whose token it is, and what it permits), `call`, `objects`, `face`,
`usage` (the headers of an answer). Each topic lists its operations, and `operations` joins the tables:
`messages`, `numbers`, `registration`, `profiles`, `accounts`, `apps`, `tokens`, `templates`, `files`. What a
GET shows is built out of the fields that are `asked` in `nodes`, `number_nodes` and `account_nodes`, page by
page in `paging`.
"""

from .callers import Caller
from .face import Graph, Visit
from .versions import NEWEST

__all__ = ["NEWEST", "Caller", "Graph", "Visit"]
