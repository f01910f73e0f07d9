"""What holds for all tests of the library."""

from collections.abc import Container
from pathlib import Path

import pytest

BROWSER = "in_browser"  # in the names of files whose tests take longest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let what takes longest begin first, or one process would still work on it when all others are done."""
    items.sort(key=lambda item: not is_slow(item.path, item.keywords))


def is_slow(path: Path, keywords: Container[str]) -> bool:
    """Whether a browser or a whole Home Assistant is started for it."""
    return BROWSER in path.name or "browser" in keywords or "hass" in keywords
