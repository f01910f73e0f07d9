"""A real Home Assistant and the sandbox, each a server on loopback; a file of tests has a pair of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.hass_home import Home
from scripts.hass_house import HASS, REPORTS, House
from tests.needed import missing
from wa_notify.sandbox.testing import SandboxServer

OWNER = {"name": "Sam", "username": "sam", "password": "sam"}
HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def platform() -> Iterator[SandboxServer]:
    """WhatsApp."""
    with SandboxServer() as server:
        yield server


@pytest.fixture(scope="module")
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Home Assistant, running, with one user and nothing set up yet."""
    if not HASS.exists():
        missing("no .venv-hass (scripts/test makes it)")
    name = str(request.module.__name__).rpartition(".")[2]
    files = {path.name: path.read_text() for path in (HERE / "house").glob("*.yaml")}
    with House(
        tmp_path_factory.mktemp("hass") / "config", files=files, log_file=REPORTS / f"{name}.log"
    ) as made:
        made.start()
        made.move_in(**OWNER)
        yield made


@pytest.fixture(scope="module")
def home(house: House, platform: SandboxServer) -> Home:
    """Both of them; nothing is set up yet."""
    return Home(house, platform)
