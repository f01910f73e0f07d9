"""What tests of several rooms share."""

import os
from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser, async_playwright

from tests import postgres
from tests.needed import program

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--store", choices=["sqlite", "postgresql"], default="sqlite", help="what stories are on"
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--store") == "postgresql":
        os.environ[postgres.STORE] = "1"


@pytest.fixture(autouse=True)
def databases_go_with_their_test() -> Iterator[None]:
    yield
    postgres.tidy()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """The system's Chromium."""
    chromium = program("chromium", "chromium")
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield opened
        await opened.close()
