"""The fields of a node that a request asks for."""

from collections.abc import Iterable, Mapping
from typing import Any

from wa_notify.sandbox.refusals import Refusal, Refused

Query = Mapping[str, str]


def picked(values: Mapping[str, Any], query: Query, defaults: tuple[str, ...], node: str) -> dict[str, Any]:
    """Return the asked fields of a node, its id always among them. Raises Refused."""
    return {name: values[name] for name in ("id", *asked_fields(query, defaults, set(values), node))}


def asked_fields(query: Query, defaults: tuple[str, ...], known: Iterable[str], node: str) -> tuple[str, ...]:
    """Return the asked fields, each once. Raises Refused for one that the node does not have."""
    asked = tuple(filter(None, (name.strip() for name in query.get("fields", "").split(","))))
    for name in asked:
        if name not in known:
            raise Refused(Refusal.FIELD_NOT_READABLE, f"({name}) is not a field of node type ({node}).")
    return asked or defaults


def require_known(query: Query, known: Iterable[str], what: str) -> None:
    """Raise Refused for a parameter that the edge does not have."""
    unknown = sorted(set(query) - set(known))
    if unknown:
        raise Refused(Refusal.FIELD_NOT_READABLE, f"({unknown[0]}) is not a parameter of {what}.")
