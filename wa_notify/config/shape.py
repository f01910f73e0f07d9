"""Shapes: voluptuous schemas whose complaints say what to do.

voluptuous does the checking. What is added here: every flaw carries its remedy, an unknown key a suggestion,
and one run finds all flaws of all parts.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

import voluptuous as vol

from wa_notify.config.faults import Fault, Faults, kind_of, suggestion
from wa_notify.config.places import Spot

Check: TypeAlias = Callable[[Any], Any]


class Flaw(vol.Invalid):
    """Something that does not fit, and the remedy. ``on_key``: the key is wrong, not its value."""

    def __init__(
        self, what: str, fix: str = "", path: list[Any] | None = None, *, on_key: bool = False
    ) -> None:
        super().__init__(what, path)
        self.fix = fix
        self.on_key = on_key


def section(title: str, keys: Mapping[Any, Any]) -> Check:
    """A mapping with known keys; nothing at all counts as an empty one."""
    schema = vol.Schema(dict(keys))
    known = [str(key) for key in keys]

    def check(value: Any) -> Any:
        if value is None:
            value = {}
        if not isinstance(value, Mapping):
            raise Flaw(f"{title} is a mapping, not {kind_of(value)}.", f"Keys: {', '.join(known)}.")
        try:
            return schema(dict(value))
        except vol.MultipleInvalid as many:
            raise vol.MultipleInvalid([_worded(flaw, title, value, known) for flaw in many.errors]) from None

    return check


def _worded(flaw: vol.Invalid, title: str, value: Mapping[Any, Any], known: list[str]) -> vol.Invalid:
    if isinstance(flaw, Flaw) or len(flaw.path) != 1:
        return flaw
    key = str(flaw.path[0])
    if flaw.path[0] not in value:
        return Flaw(f"{title} lacks the key `{key}`.", f"Add `{key}:`.")
    if key not in known:
        fix = suggestion(key, known)
        return Flaw(f"`{key}` is not a key of {title[0].lower()}{title[1:]}.", fix, [key], on_key=True)
    return flaw


def listing(title: str, item: Check, *, least: int = 0, most: int = 10_000) -> Check:
    """A list whose items all have this shape."""

    def check(value: Any) -> list[Any]:
        if value is None:
            value = []
        if not isinstance(value, list):
            raise Flaw(f"{title} is a list, not {kind_of(value)}.", "Write it as [one, two].")
        if not least <= len(value) <= most:
            raise Flaw(f"There are {len(value)} items here.", f"From {least} to {most} are possible.")
        flaws: list[vol.Invalid] = []
        items = _each(item, enumerate(value), flaws)
        if flaws:
            raise vol.MultipleInvalid(flaws)
        return items

    return check


def table(title: str, name: Check, item: Check, *, least: int = 0) -> Check:
    """A mapping whose keys are names of the user's own, and whose values all have this shape."""

    def check(value: Any) -> dict[str, Any]:
        if value is None:
            value = {}
        if not isinstance(value, Mapping):
            raise Flaw(f"{title} is a mapping, not {kind_of(value)}.", "Write it as `name: ...`.")
        if len(value) < least:
            raise Flaw(f"{title} is empty.", "Write it as `name: ...`.")
        flaws: list[vol.Invalid] = []
        names = _each(name, ((key, key) for key in value), flaws, on_key=True)
        items = _each(item, value.items(), flaws)
        if flaws:
            raise vol.MultipleInvalid(flaws)
        return dict(zip(names, items, strict=True))

    return check


def _each(
    item: Check, parts: Iterable[tuple[Any, Any]], flaws: list[vol.Invalid], *, on_key: bool = False
) -> list[Any]:
    schema, good = vol.Schema(item), []
    for step, part in parts:
        try:
            good.append(schema(part))
        except vol.MultipleInvalid as many:
            for flaw in many.errors:
                fix, marked = getattr(flaw, "fix", ""), on_key or getattr(flaw, "on_key", False)
                flaws.append(Flaw(flaw.msg, fix, [step, *flaw.path], on_key=marked))
    return good


def by_kind(**checks: Check) -> Check:
    """One shape for a ``text``, another for a ``list``, another for a ``mapping``."""

    def check(value: Any) -> Any:
        kind = "text" if isinstance(value, str) else "list" if isinstance(value, list) else "mapping"
        if not isinstance(value, str | list | Mapping) or kind not in checks:
            wanted = " or ".join(f"a {name}" for name in checks)
            raise Flaw(f"This takes {wanted}, not {kind_of(value)}.", quoting(value))
        return checks[kind](value)

    return check


def quoting(value: Any) -> str:
    """The remedy for YAML's habit of taking 12, yes and no for something else than text."""
    return "Write it in quotes." if isinstance(value, bool | int | float) else ""


def fitted(check: Check, value: Any, spot: Spot, faults: Faults) -> Any:
    """Hold a value against a shape; nothing when it does not fit, and ``faults`` say why."""
    try:
        return vol.Schema(check)(value)
    except vol.MultipleInvalid as many:
        for flaw in many.errors:
            faults.add(
                Fault(
                    spot=(*spot, *(step if isinstance(step, int) else str(step) for step in flaw.path)),
                    what=flaw.msg,
                    fix=getattr(flaw, "fix", ""),
                    on_key=getattr(flaw, "on_key", False),
                )
            )
        return None
