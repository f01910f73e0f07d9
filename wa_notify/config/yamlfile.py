"""One YAML file: bytes in, nodes out, with a budget for size and depth. Nothing is constructed here."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from wa_notify.config.places import Place

MOST_BYTES = 1024 * 1024
MOST_LEVELS = 50
LOADER: Any = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
MEND = "Mend it here or a little above: a colon, a quote, a bracket or a space is often missing."


class Unreadable(Exception):
    """A file that cannot be used at all."""

    def __init__(self, place: Place, what: str, fix: str) -> None:
        super().__init__(what)
        self.place, self.what, self.fix = place, what, fix


def compose(path: Path, shown: str, *, secret: bool = False) -> yaml.Node | None:
    """Read a file into nodes that know their places; nothing for an empty one.

    ``shown`` is how complaints name the file; of a ``secret`` file they quote nothing. Raises `Unreadable`.
    """
    text = _text(path, shown)
    try:
        _measure(text, shown)
        return yaml.compose(text, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(shown, mark.line + 1, mark.column + 1) if mark else Place(shown)
        words = ", ".join(word for word in (error.context, error.problem) if word)
        problem = "" if secret else f": {words}"
        raise Unreadable(place, f"This is not valid YAML{problem}.", MEND) from None
    except yaml.YAMLError:
        place = Place(shown, *_unprintable(text))
        raise Unreadable(place, "This character may not stand in a YAML file.", "Remove it.") from None


def _text(path: Path, shown: str) -> str:
    place = Place(shown)
    if not path.is_file():
        raise Unreadable(place, "There is no such file.", "Check the name and the folder.")
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise Unreadable(place, f"The file cannot be read: {error.strerror}.", "Check its owner.") from None
    if len(content) > MOST_BYTES:
        raise Unreadable(place, "The file is larger than 1 MiB.", "Split it with `!include`.")
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Unreadable(Place(shown, line), "The file is not in UTF-8.", "Save it as UTF-8.") from None


def _measure(text: str, shown: str) -> None:
    depth = 0
    events: Iterator[Any] = iter(yaml.parse(text, Loader=LOADER))
    for event in events:
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MOST_LEVELS:
            place = Place(shown, event.start_mark.line + 1, event.start_mark.column + 1)
            raise Unreadable(place, f"More than {MOST_LEVELS} levels inside each other.", "Flatten it.")


def _unprintable(text: str) -> tuple[int, int]:
    found = yaml.reader.Reader.NON_PRINTABLE.search(text)
    before = text[: found.start()] if found else ""
    return before.count("\n") + 1, len(before) - before.rfind("\n")
