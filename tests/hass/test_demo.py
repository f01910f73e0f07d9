"""scripts/demo-ha keeps every step of its story."""

import subprocess
import sys

import pytest

from scripts.hass_house import HASS, ROOT
from tests.needed import missing

pytestmark = pytest.mark.hass


def test_it_keeps_every_step() -> None:
    if not HASS.exists():
        missing("no .venv-hass (scripts/test makes it)")
    demo = [sys.executable, "-m", "scripts.demo_ha", "--once"]
    played = subprocess.run(demo, check=False, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert played.returncode == 0, played.stdout + played.stderr
    assert played.stdout.count("✓") == 10
    assert "✗" not in played.stdout
