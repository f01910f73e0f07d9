"""Recorded payloads: how the platform's answers and notifications look, and how to hold others against them.

Each file of `payloads/` is a group: by name a whole `payload` as the platform's reference shows it (with
invented ids), and under `optional` what may be there or not, by its path, with the reason.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("payloads")
# Keys whose values are words of the platform: in the same situation they are the same.
WORDS = frozenset({"object", "field", "messaging_product", "type", "event", "status", "code", "decision"})


@dataclass(frozen=True)
class Recorded:
    """One payload. `optional`: path to the reason why it may be missing on either side."""

    payload: dict[str, Any]
    optional: Mapping[str, str]


def group(name: str) -> dict[str, Recorded]:
    read = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return {key: Recorded(one["payload"], one.get("optional", {})) for key, one in read.items()}


def differences(recorded: Recorded, emitted: Any) -> list[str]:
    """Where keys, JSON types, nesting or words differ; paths are written `entry[].changes[].value`."""
    return list(_differ(recorded.payload, emitted, "", recorded.optional))


def _differ(recorded: Any, emitted: Any, path: str, optional: Mapping[str, str]) -> Iterator[str]:
    if _kind(recorded) != _kind(emitted):
        yield f"{path} is {_kind(emitted)}, recorded was {_kind(recorded)}"
    elif isinstance(recorded, dict):
        yield from _differ_in_keys(recorded, emitted, path, optional)
    elif isinstance(recorded, list):
        if len(recorded) != len(emitted):
            yield f"{path} has {len(emitted)} items, recorded were {len(recorded)}"
        for ours, theirs in zip(recorded, emitted, strict=False):
            yield from _differ(ours, theirs, f"{path}[]", optional)
    elif path.rpartition(".")[2] in WORDS and recorded != emitted:
        yield f"{path} is {emitted!r}, recorded was {recorded!r}"


def _differ_in_keys(
    recorded: Mapping[str, Any], emitted: Mapping[str, Any], path: str, optional: Mapping[str, str]
) -> Iterator[str]:
    for key in sorted({*recorded, *emitted}):
        inner = f"{path}.{key}".lstrip(".")
        if key in recorded and key in emitted:
            yield from _differ(recorded[key], emitted[key], inner, optional)
        elif inner not in optional:
            yield f"{inner} is {'missing' if key in recorded else 'there, and was not recorded'}"


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")
