"""A plugin of pytest: which rows of the table of refusals each test met, as JSON in the file REFUSALS_MET."""

import json
import os
import sys
from collections import defaultdict
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from wa_notify.sandbox import Refusal
from wa_notify.sandbox.refusals import Refused, failure_item

met: dict[str, set[str]] = defaultdict(set)
running = [""]


def pytest_configure() -> None:
    raised = Refused.__init__

    def noting(self: Refused, refusal: Refusal, *rest: Any, **more: Any) -> None:
        met[running[0]].add(refusal.name)
        raised(self, refusal, *rest, **more)

    def noting_late(refusal: Refusal) -> dict[str, Any]:
        met[running[0]].add(refusal.name)
        return failure_item(refusal)

    Refused.__init__ = noting  # type: ignore[method-assign]
    for name, module in sorted(sys.modules.items()):
        if name.startswith("wa_notify.sandbox.") and hasattr(module, "failure_item"):
            module.failure_item = noting_late  # type: ignore[attr-defined]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    running[0] = item.nodeid.partition("[")[0].removeprefix("tests/sandbox/")
    return (yield)


def pytest_sessionfinish() -> None:
    found = {test: sorted(names) for test, names in met.items()}
    Path(os.environ["REFUSALS_MET"]).write_text(json.dumps(found))
