"""YAML whose every value knows its line. It holds what JSON can hold, and no more.

Unlike YAML 1.1, only `true` and `false` are true or false (`on` is a text), instants stay texts, and a number
with a plus sign is a telephone number.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from itertools import count
from typing import Any, NoReturn

import yaml

from wa_notify.sandbox.script import Complaint, ScenarioError, Spot

MOST_BYTES = 4 * 1024 * 1024
MOST_LEVELS = 40
MOST_VALUES = 500_000

Path = tuple[str | int, ...]


SAFE: Any = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


class Loader(SAFE):  # type: ignore[misc]  # of two classes, whichever is there
    """PyYAML's safe loader with JSON's idea of a scalar."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - PyYAML's own name and type


for _tag, _pattern, _first in (
    ("null", r"(?:~|null|)", ["~", "n", ""]),
    ("bool", r"(?:true|false)", ["t", "f"]),
    ("int", r"-?(?:0|[1-9][0-9]{0,17})", list("-0123456789")),
    ("float", r"-?[0-9]{1,18}(?:\.[0-9]*(?:[eE][-+]?[0-9]{1,3})?|[eE][-+]?[0-9]{1,3})", list("-0123456789")),
):
    Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"\A{_pattern}\Z"), _first)

SCALARS: dict[str, Callable[[str], Any]] = {
    "tag:yaml.org,2002:null": lambda _: None,
    "tag:yaml.org,2002:bool": lambda written: written == "true",
    "tag:yaml.org,2002:int": int,
    "tag:yaml.org,2002:float": float,
    "tag:yaml.org,2002:str": str,
}


def reads_otherwise(text: str) -> bool:
    """Whether a text without quotes would be read as something else than a text."""
    resolvers = Loader.yaml_implicit_resolvers.values()
    return any(pattern.match(text) for one in resolvers for _, pattern in one)


class Page:
    """One text: its values, where each of them stands, and what is wrong with it so far."""

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.complaints: list[Complaint] = []
        self._spots: dict[Path, Spot] = {}
        self._count = count(1)
        self.value: Any = self._read(text)

    def spot(self, path: Path) -> Spot:
        """Return where a value stands, or the nearest value around it."""
        while path and path not in self._spots:
            path = path[:-1]
        return self._spots.get(path, Spot(file=self.file, line=1, column=1))

    def complain(self, path: Path, what: str) -> None:
        """Note what is wrong with a value."""
        self.complaints.append(Complaint(spot=self.spot(path), what=what))

    def mapping(self, path: Path, value: Any, known: Iterable[str] | None = None) -> Mapping[str, Any]:
        """Return a mapping without the keys that are not known; nothing, with a complaint, for another."""
        if not isinstance(value, dict):
            self.complain(path, f"Here must stand fields with values, not {_shown(value)}.")
            return {}
        names = None if known is None else list(known)
        for key in value:
            if names is not None and key not in names:
                self.complain((*path, key), f"There is no `{key}` here{suggestion(key, names)}")
        return {key: item for key, item in value.items() if names is None or key in names}

    def sequence(self, path: Path, value: Any) -> list[Any]:
        """Return a list; an empty one, with a complaint, for anything else."""
        if isinstance(value, list):
            return value
        self.complain(path, f"Here must stand a list, not {_shown(value)}.")
        return []

    def text(self, path: Path, value: Any) -> str:
        """Return a text; an empty one, with a complaint, for anything else."""
        if isinstance(value, str) and value:
            return value
        self.complain(path, f"Here must stand a text, not {_shown(value)}.")
        return ""

    def whole(self, path: Path, value: Any, least: int) -> int:
        """Return a whole number; the least, with a complaint, for anything else."""
        if isinstance(value, int) and not isinstance(value, bool) and value >= least:
            return value
        self.complain(path, f"Here must stand a whole number from {least} on, not {_shown(value)}.")
        return least

    def require_peace(self) -> None:
        """Raise ScenarioError when there is any complaint."""
        if self.complaints:
            raise ScenarioError(tuple(sorted(self.complaints, key=lambda one: (one.spot.line, one.what))))

    def _read(self, text: str) -> Any:
        try:
            self._measure(text)
            node = yaml.compose(text, Loader=Loader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            problem = ", ".join(filter(None, (error.context, error.problem)))
            self._give_up(f"This is not valid YAML: {problem}.", mark)
        except yaml.YAMLError as error:
            self._give_up(f"This is not valid YAML: {' '.join(str(error).split())}.", None)
        return {} if node is None else self._value(node, ())

    def _measure(self, text: str) -> None:
        if len(text) > MOST_BYTES:
            self._give_up(f"A scenario has at most {MOST_BYTES} characters.", None)
        depth = 0
        for event in yaml.parse(text, Loader=Loader):
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > MOST_LEVELS:
                self._give_up(f"At most {MOST_LEVELS} levels may stand inside each other.", event.start_mark)

    def _value(self, node: yaml.Node, path: Path) -> Any:
        mark = node.start_mark
        self._spots.setdefault(path, self._at(mark))
        if len(path) > MOST_LEVELS:  # an alias of what is around it
            self._give_up(f"At most {MOST_LEVELS} levels may stand inside each other.", mark)
        if next(self._count) > MOST_VALUES:
            self._give_up(f"A scenario holds at most {MOST_VALUES} values.", mark)
        if isinstance(node, yaml.SequenceNode):
            return [self._value(item, (*path, place)) for place, item in enumerate(node.value)]
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        try:
            return SCALARS[node.tag](node.value)
        except (KeyError, ValueError):
            self.complain(path, f"`{node.value}` is no {node.tag} that has a meaning here; write it plainly.")
            return None

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in node.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else ""
            below = (*path, name)
            if not name or name in found:
                spot = self._at(key.start_mark)
                what = f"`{name}` stands here twice." if name else "The name of a field must be a text."
                self.complaints.append(Complaint(spot=spot, what=what))
                continue
            self._spots[below] = self._at(key.start_mark)
            found[name] = self._value(value, below)
        return found

    def _at(self, mark: Any) -> Spot:
        return Spot(file=self.file, line=mark.line + 1, column=mark.column + 1)

    def _give_up(self, what: str, mark: Any) -> NoReturn:
        spot = self._at(mark) if mark else Spot(file=self.file, line=1, column=1)
        raise ScenarioError((*self.complaints, Complaint(spot=spot, what=what)))


def suggestion(written: str, known: Iterable[str]) -> str:
    """Return the end of a sentence: which name was meant, or which there are."""
    names = sorted(known)
    close = get_close_matches(written, names, n=1, cutoff=0.6)
    return f"; did you mean `{close[0]}`?" if close else f"; there are {', '.join(names) or 'none'}."


def _shown(value: Any) -> str:
    match value:
        case None:
            return "nothing"
        case dict():
            return "fields"
        case list():
            return "a list"
        case _:
            return f"`{value}`"
