"""The parameter `fields`: which fields of a node are asked for, and which of those inside them.

`name{first_name},throughput{level}` asks for parts; `phone_numbers.limit(2){id}` for some of the objects
behind an edge (general behaviour of the Graph).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wa_notify.sandbox.refusals import Refusal, Refused

NAME = re.compile(r"([a-z_0-9]+)((?:\.[a-z_]+\([^()]*\))*)")
MODIFIER = re.compile(r"\.([a-z_]+)\(([^()]*)\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A field: its name, what is asked of it in braces, and its modifiers, such as a `limit`."""

    name: str
    inner: str = ""
    modifiers: Mapping[str, str]

    @property
    def query(self) -> dict[str, str]:
        """What a request to the edge itself would have as parameters."""
        return {**self.modifiers, **({"fields": self.inner} if self.inner else {})}


def fields_in(text: str) -> tuple[Asked, ...]:
    """Read the parameter. Raises Refused when its braces do not match, or a name is none."""
    return tuple(_read(part) for part in _parts(text) if part)


def picked(value: Any, inner: str, node: str) -> Any:
    """Return the asked parts of an object, or of every object of a list; those that one lacks are left out.

    Raises Refused for a part that none of them has.
    """
    if not inner or not isinstance(value, list | Mapping):
        return value
    items = [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, Mapping)]
    asked = fields_in(inner)
    for one in asked:
        if items and not any(one.name in item for item in items):
            raise unreadable(one.name, node)
    shown = [
        {one.name: picked(item[one.name], one.inner, node) for one in asked if one.name in item}
        for item in items
    ]
    return shown if isinstance(value, list) else shown[0]


def shown(
    values: Mapping[str, Any],
    asked: tuple[Asked, ...],
    defaults: tuple[str, ...],
    empty: frozenset[str],
    node: str,
) -> dict[str, Any]:
    """Return the asked fields of a node, or its usual ones, and its id always.

    empty: fields that it has, although it may lack a value for them. Raises Refused for any other.
    """
    answer = {"id": values["id"]}
    for one in asked or fields_in(",".join(defaults)):
        if one.name in values:
            answer[one.name] = picked(values[one.name], one.inner, node)
        elif one.name not in empty:
            raise unreadable(one.name, node)
    return answer


def unreadable(name: str, node: str) -> Refused:
    """Return the refusal of a field that the node does not have."""
    return Refused(Refusal.FIELD_NOT_READABLE, f"({name}) is not a field of node type ({node}).")


def _parts(text: str) -> list[str]:
    """Cut at the commas that stand in no braces."""
    parts, depth = [""], 0
    for sign in text:
        depth += (sign in "{(") - (sign in "})")
        if depth < 0:
            break
        if sign == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    if depth != 0:
        raise Refused(Refusal.PARAMETER_INVALID, f"Syntax error in fields: {text}")
    return [part.strip() for part in parts]


def _read(part: str) -> Asked:
    match = NAME.match(part)
    rest = part[match.end() :] if match else part
    if match is None or (rest and not (rest.startswith("{") and rest.endswith("}"))):
        raise Refused(Refusal.PARAMETER_INVALID, f"Syntax error in fields: {part}")
    return Asked(name=match[1], inner=rest[1:-1], modifiers=dict(MODIFIER.findall(match[2])))
