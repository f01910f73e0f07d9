"""The maps in the docstrings of the packages: each module is named there once."""

import re
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from wa_notify import sandbox
from wa_notify.sandbox import control, graph

ENTRY = re.compile(r"^- .*?(?=^\S|\Z)", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("package", [control, graph, sandbox], ids=lambda package: package.__name__)
def test_every_module_is_on_the_map_of_its_package_once(package: ModuleType) -> None:
    folder = Path(str(package.__file__)).parent
    files = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    modules = files | {path.parent.name for path in folder.glob("*/__init__.py")}
    named = Counter(re.findall(r"`(\w+)`", "".join(ENTRY.findall(package.__doc__ or ""))))
    assert {name: named[name] for name in modules if named[name] != 1} == {}
