"""What the programs of this folder share: each is told one JSON object, and tells one JSON object back."""

import json
import sys
from collections.abc import Callable, Mapping
from typing import Any

Deed = Callable[[Any, Mapping[str, Any]], Any]
DEEDS: list[Deed] = []


def told() -> dict[str, Any]:
    """What the test wants the program to know: addresses, ids, secrets."""
    known: dict[str, Any] = json.loads(sys.argv[1])
    return known


def deed(function: Deed) -> Deed:
    """Let a function be one of the deeds of the program, in the order in which they are written down."""
    DEEDS.append(function)
    return function


def do_all(client: Any, known: Mapping[str, Any]) -> None:
    """Do each deed and tell what it returned, or what the client raised."""
    print(json.dumps({one.__name__: _outcome(one, client, known) for one in DEEDS}, default=str))


def _outcome(one: Deed, client: Any, known: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return {"answer": one(client, known)}
    except Exception as error:  # noqa: BLE001 - whatever a client raises is what it made of the answer
        code, subcode = getattr(error, "code", None), getattr(error, "subcode", None)
        return {"error": type(error).__name__, "code": code, "subcode": subcode, "text": str(error)}
