"""Where the tags look: ``!secret`` in secrets.yaml, ``!env_var`` in the environment, ``!include`` in files.

All files lie in the folder of the configuration or below it; a path that leads out of it is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import yaml

from wa_notify.config.faults import suggestion
from wa_notify.config.places import Place
from wa_notify.config.secret import Hidden
from wa_notify.config.yamlfile import Unreadable, compose

SECRETS = "secrets.yaml"
SHORT = 30

Stamp: TypeAlias = tuple[int, int, int] | None  # when a file changed, its size and which it is; no file


def stamp(path: Path) -> Stamp:
    """By what a file is known to be the same as before."""
    try:
        now = path.stat()
    except (OSError, ValueError):
        return None
    return now.st_mtime_ns, now.st_size, now.st_ino


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """A file that is being read. ``within`` are the files that include it, itself last."""

    path: Path
    shown: str
    within: tuple[Path, ...]

    def place(self, node: yaml.Node) -> Place:
        """Where the node begins, counted from 1."""
        return Place(self.shown, node.start_mark.line + 1, node.start_mark.column + 1)


@dataclass(slots=True, kw_only=True)
class Sources:
    """Everything outside the file itself that its tags may speak of."""

    root: Path
    environ: Mapping[str, str]
    composed: dict[Path, yaml.Node | None] = field(default_factory=dict)
    secrets: dict[str, Hidden] | None = None
    stamps: dict[Path, Stamp] = field(
        default_factory=dict
    )  # of every file that was asked for, before it was read

    def look_at(self, path: Path) -> None:
        """Note how the file is before it is read, so that no change goes unseen."""
        self.stamps.setdefault(path, stamp(path))

    def secret(self, node: yaml.ScalarNode, file: SourceFile) -> Hidden:
        """The value behind ``!secret name``. Raises `Unreadable`."""
        if self.secrets is None:
            self.secrets = self._read_secrets(file.place(node))
        if node.value not in self.secrets:
            fix = suggestion(node.value, self.secrets, "secret")
            # Who wrote the secret itself behind the tag shall not find it in a log.
            wanted = f"`{node.value}`" if len(node.value) < SHORT else "of that name"
            raise Unreadable(file.place(node), f"There is no secret {wanted} in {SECRETS}.", fix)
        return self.secrets[node.value]

    def variable(self, node: yaml.ScalarNode, file: SourceFile) -> Hidden:
        """The value behind ``!env_var NAME`` or ``!env_var NAME default``. Raises `Unreadable`."""
        name, _, default = node.value.strip().partition(" ")
        value = self.environ.get(name) or default.strip()
        if not value:
            fix = f"Set it, or give a default: `!env_var {name or 'NAME'} default`."
            raise Unreadable(file.place(node), f"The environment variable `{name}` is not set.", fix)
        return Hidden(value)

    def included(self, node: yaml.ScalarNode, file: SourceFile) -> tuple[SourceFile, yaml.Node | None]:
        """The file behind ``!include name``, relative to the file that says so. Raises `Unreadable`."""
        place = file.place(node)
        wanted, is_there = _resolved(file.path.parent / node.value, place)
        if not wanted.is_relative_to(self.root):
            raise Unreadable(
                place, f"`{node.value}` lies outside of {self.root}.", "Keep it beside or below."
            )
        if wanted in file.within:
            raise Unreadable(place, f"`{node.value}` includes itself in a circle.", "Break the circle.")
        self.look_at(wanted)
        if not is_there:
            raise Unreadable(place, f"There is no file `{node.value}` to include.", "Check name and folder.")
        shown = str(Path(file.shown).parent / node.value)
        if wanted not in self.composed:
            self.composed[wanted] = compose(wanted, shown)
        return SourceFile(path=wanted, shown=shown, within=(*file.within, wanted)), self.composed[wanted]

    def _read_secrets(self, asked: Place) -> dict[str, Hidden]:
        path = self.root / SECRETS
        self.look_at(path)
        if not path.is_file():
            raise Unreadable(asked, f"There is no {SECRETS} beside the configuration.", f"Write {path}.")
        node = compose(path, str(Path(asked.file).parent / SECRETS), secret=True)
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        return {
            key.value: Hidden(value.value)
            for key, value in pairs
            if isinstance(key, yaml.ScalarNode) and isinstance(value, yaml.ScalarNode)
        }


def _resolved(path: Path, place: Place) -> tuple[Path, bool]:
    """The path without links and dots, and whether a file is there."""
    try:
        resolved = path.resolve()
        return resolved, resolved.is_file()
    except (OSError, ValueError, RuntimeError):
        raise Unreadable(place, "This is no file name.", "Name a file beside this one.") from None
