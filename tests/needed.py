"""What tests need of the machine. What is missing skips them; where nothing may be skipped it fails."""

import os
import shutil
from typing import NoReturn

import pytest


def missing(reason: str) -> NoReturn:
    """Something is not there."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def program(name: str, package: str) -> str:
    """Where a program is that a package of Debian brings."""
    return shutil.which(name) or missing(f"no {name} on PATH (Debian: apt-get install {package})")
