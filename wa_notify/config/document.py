"""From YAML files to plain values, with the place of every key and value and a fault for what is amiss.

Only texts, numbers, true and false, nothing, lists and mappings come out; a date stays the text it is. What
an anchor repeats counts every time, so a small file cannot grow without bound.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from wa_notify.config.faults import Fault, Faults
from wa_notify.config.places import Marks, Place, Spot
from wa_notify.config.sources import SourceFile, Sources, Stamp
from wa_notify.config.yamlfile import MOST_LEVELS, Unreadable, compose

MOST_NODES = 50_000
NODES_PER_FILE = 100  # what an included file costs of them
LONGEST_NUMBER = 40
PREFIX = "tag:yaml.org,2002:"
MERGE = f"{PREFIX}merge"
TEXTS = {f"{PREFIX}{name}" for name in ("str", "timestamp", "value")}
CONSTRUCTOR = yaml.constructor.SafeConstructor()
TAGS = "Known tags: !secret, !include, !env_var."


class Broken:
    """Stands where a value could not be read; a fault has been noted."""


BROKEN = Broken()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What was read. ``value`` is `BROKEN` where ``faults`` say why; ``files`` are all it asked for."""

    value: Any
    marks: Marks
    faults: Faults
    files: Mapping[Path, Stamp]


def read(path: Path, environ: Mapping[str, str]) -> Document:
    """Read a configuration with everything it includes; never raises, the faults are in the answer."""
    marks, faults = Marks(root=Place(str(path))), Faults()
    resolved = path.resolve()
    sources = Sources(root=resolved.parent, environ=environ)
    sources.look_at(path.absolute())  # which may be a link that leads elsewhere one day
    sources.look_at(resolved)
    try:
        file = SourceFile(path=resolved, shown=str(path), within=(resolved,))
        builder = _Builder(sources, marks, faults)
        value = builder.build(compose(resolved, str(path)), (), file)
    except Unreadable as error:
        faults.add_broken(Fault(spot=(), what=error.what, fix=error.fix, place=error.place))
        value = BROKEN
    return Document(value=value, marks=marks, faults=faults, files=sources.stamps)


class _Builder:
    def __init__(self, sources: Sources, marks: Marks, faults: Faults) -> None:
        self.sources, self.marks, self.faults = sources, marks, faults
        self.count = 0
        self.too_much = False

    def build(self, node: yaml.Node | None, spot: Spot, file: SourceFile) -> Any:
        if node is None:
            return None
        self._spend(node, spot, file)
        self.marks.values.setdefault(spot, file.place(node))
        try:
            if node.tag.startswith("!"):
                return self._tagged(node, spot, file)
            return self._plain(node, spot, file)
        except Unreadable as error:
            if self.too_much:
                raise
            fault = Fault(spot=spot, what=error.what, fix=error.fix, place=error.place)
            self.faults.add_broken(fault)
            return BROKEN

    def _spend(self, node: yaml.Node, spot: Spot, file: SourceFile) -> None:
        self.count += 1
        if self.count > MOST_NODES or len(spot) > MOST_LEVELS:
            self.too_much = True
            what = "The configuration is too large or too deep once its anchors and files are put in."
            fix = f"It may hold {MOST_NODES} values, {MOST_LEVELS} levels deep."
            raise Unreadable(file.place(node), what, fix)

    def _plain(self, node: yaml.Node, spot: Spot, file: SourceFile) -> Any:
        if isinstance(node, yaml.ScalarNode):
            return _scalar(node, file)
        if isinstance(node, yaml.SequenceNode) and node.tag == f"{PREFIX}seq":
            return [self.build(item, (*spot, index), file) for index, item in enumerate(node.value)]
        if isinstance(node, yaml.MappingNode) and node.tag == f"{PREFIX}map":
            return self._mapping(node, spot, file)
        raise Unreadable(file.place(node), f"The tag !!{node.tag.removeprefix(PREFIX)} is not known.", TAGS)

    def _tagged(self, node: yaml.Node, spot: Spot, file: SourceFile) -> Any:
        if not isinstance(node, yaml.ScalarNode):
            raise Unreadable(file.place(node), f"The tag {node.tag} wants one word here.", TAGS)
        match node.tag:
            case "!secret":
                return self.sources.secret(node, file)
            case "!env_var":
                return self.sources.variable(node, file)
            case "!include":
                self.count += NODES_PER_FILE
                inner, content = self.sources.included(node, file)
                self.marks.values.pop(spot, None)
                return self.build(content, spot, inner)
            case _:
                raise Unreadable(file.place(node), f"The tag {node.tag} is not known.", TAGS)

    def _mapping(self, node: yaml.MappingNode, spot: Spot, file: SourceFile) -> dict[str, Any]:
        found: dict[str, Any] = {}
        own = {key.value for key, _ in node.value if key.tag != MERGE and isinstance(key, yaml.ScalarNode)}
        for key, value in node.value:
            if key.tag == MERGE:
                continue
            if name := self._key(key, spot, file, found):
                self._entry(found, name, key, value, (*spot, name), file)
        for key, value in self._merged(node, spot, file, 0):
            if key.value not in own and key.value not in found:
                self._entry(found, key.value, key, value, (*spot, key.value), file)
        return found

    def _entry(
        self,
        found: dict[str, Any],
        name: str,
        key: yaml.Node,
        value: yaml.Node,
        spot: Spot,
        file: SourceFile,
    ) -> None:
        self.marks.keys[spot] = file.place(key)
        found[name] = self.build(value, spot, file)

    def _key(self, key: yaml.Node, spot: Spot, file: SourceFile, found: Mapping[str, Any]) -> str | None:
        place = file.place(key)
        if not isinstance(key, yaml.ScalarNode) or key.tag not in TEXTS or not key.value:
            written = f"`{key.value[:LONGEST_NUMBER]}`" if isinstance(key, yaml.ScalarNode) else "this"
            fault = Fault(spot=spot, what=f"A key is a text, {written} is not.", fix="Quote it.", place=place)
        elif key.value in found:
            first = self.marks.keys[*spot, key.value].line
            what = f"The key `{key.value}` was given in line {first} already."
            fault = Fault(spot=(*spot, key.value), what=what, fix="Remove one of them.", place=place)
        else:
            return str(key.value)
        self.faults.add(fault)
        return None

    def _merged(
        self, node: yaml.MappingNode, spot: Spot, file: SourceFile, depth: int
    ) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
        """What ``<<:`` brings in, nearest first."""
        for key, value in node.value:
            if key.tag != MERGE:
                continue
            for source in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                self._spend(source, (*spot, *[0] * depth), file)
                if not isinstance(source, yaml.MappingNode):
                    raise Unreadable(file.place(source), "`<<` takes a mapping.", "Use it as `<<: *anchor`.")
                for inner, content in source.value:
                    if isinstance(inner, yaml.ScalarNode) and inner.tag in TEXTS:
                        yield inner, content
                yield from self._merged(source, spot, file, depth + 1)


def _scalar(node: yaml.ScalarNode, file: SourceFile) -> Any:
    try:
        match node.tag.removeprefix(PREFIX):
            case "null":
                return None
            case "bool":
                return CONSTRUCTOR.construct_yaml_bool(node)
            case "int" if len(node.value) <= LONGEST_NUMBER:
                return CONSTRUCTOR.construct_yaml_int(node)
            case "float" if len(node.value) <= LONGEST_NUMBER:
                return CONSTRUCTOR.construct_yaml_float(node)
            case "int" | "float" | "str" | "timestamp" | "value" | "merge":
                return node.value
            case tag:
                raise Unreadable(file.place(node), f"The tag !!{tag} is not known.", TAGS)
    except (ValueError, LookupError):
        kind = node.tag.removeprefix(PREFIX)
        raise Unreadable(file.place(node), f"This cannot be read as {kind}.", "Write it in quotes.") from None
