"""The guide for other projects (`docs/sandbox.md`), and what can be run in it."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

GUIDE = (Path(__file__).parents[2] / "docs/sandbox.md").read_text(encoding="utf-8")
ADDRESS = "http://127.0.0.1:8712"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
OF_PYWA = "from pywa"
OF_PYTEST = "import pytest"


def blocks(language: str) -> list[str]:
    """The blocks of code in that language, in their order."""
    return [text for found, text in BLOCK.findall(GUIDE) if found == language]


def block_with(words: str) -> str:
    """The block of Python that has these words."""
    (found,) = [text for text in blocks("python") if words in text]
    return found


def commands() -> list[list[str]]:
    """What is typed at the prompt, in words."""
    lines = "".join(blocks("console")).splitlines()
    return [shlex.split(line.removeprefix("$ ")) for line in lines]


def posts() -> list[tuple[str, Any]]:
    """What curl posts: where and what."""
    return [
        (words[1].removeprefix(ADDRESS), json.loads(words[3])) for words in commands() if words[0] == "curl"
    ]
