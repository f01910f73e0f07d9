"""The scenarios that come with the package, each in a file of `library/` under its name."""

from pathlib import Path

from wa_notify.sandbox.script import Scenario
from wa_notify.sandbox.verbs import Verbs

from .places import suggestion
from .reading import read_scenario

LIBRARY = Path(__file__).parent / "library"


def names() -> tuple[str, ...]:
    """Return the names of all scenarios, in the order of the alphabet."""
    return tuple(sorted(file.stem for file in LIBRARY.glob("*.yaml")))


def text_of(name: str) -> str:
    """Return the YAML text of a scenario. Raises ValueError for an unknown name."""
    if name not in names():
        raise ValueError(f"The library has no scenario {name!r}{suggestion(name, names())}")
    return (LIBRARY / f"{name}.yaml").read_text(encoding="utf-8")


def named(name: str, verbs: Verbs) -> Scenario:
    """Return a scenario of the library. Raises ValueError for an unknown name."""
    return read_scenario(text_of(name), file=f"{name}.yaml", verbs=verbs)


def from_file(path: Path, verbs: Verbs) -> Scenario:
    """Return the scenario in a file. Raises OSError, and ScenarioError with every complaint."""
    return read_scenario(path.read_text(encoding="utf-8-sig"), file=str(path), verbs=verbs)
