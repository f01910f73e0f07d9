"""The Graph: Meta's side of the wire. Reading order: `call`, `objects`, `face`; then the operations.

An operation belongs to a kind of object, an edge behind its id, and an HTTP verb. Each topic lists its own,
and `operations` joins the tables: `messages`, `numbers`, `accounts`, `templates`, `files`. What a GET
shows is built in `nodes`, out of the asked `fields`.
"""

from .face import Graph

__all__ = ["Graph"]
