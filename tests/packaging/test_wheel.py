"""The wheel is all that a user gets: it carries pages, migrations and types, and runs anywhere."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DATA = (
    "wa_notify/sandbox/page",
    "wa_notify/starter",
    "wa_notify/store/migrations",
)  # what no import pulls in

pytestmark = pytest.mark.packaging


def uv(*arguments: str | Path, cwd: Path) -> None:
    beside = Path(sys.executable).with_name("uv")
    command = [beside if beside.exists() else "uv", *arguments]
    environment = {**os.environ, "UV_SYSTEM_CERTS": "true"}
    environment.pop("VIRTUAL_ENV", None)
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build from a copy of what is packaged: nothing else slips in, and nothing is left behind."""
    folder = tmp_path_factory.mktemp("build")
    for name in ("pyproject.toml", "README.md", "LICENSE", "_wa_notify_pytest.py"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "wa_notify", folder / "wa_notify", ignore=shutil.ignore_patterns("__pycache__"))
    uv("build", "--wheel", "--out-dir", folder / "dist", folder, cwd=folder)
    (built,) = (folder / "dist").glob("wa_notify-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the programs of an environment that has the wheel, what the wheel asks for, and nothing else."""
    folder = tmp_path_factory.mktemp("empty")
    venv = folder / "venv"
    uv("venv", "--python", sys.executable, venv, cwd=folder)
    uv("pip", "install", "--python", venv / "bin" / "python", f"{wheel}[service]", cwd=folder)
    return venv / "bin"


def test_everything_of_the_package_is_in_the_wheel(wheel: Path) -> None:
    packed = set(zipfile.ZipFile(wheel).namelist())
    for path in (ROOT / "wa_notify").rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            assert path.relative_to(ROOT).as_posix() in packed
    assert "wa_notify/py.typed" in packed


@pytest.mark.parametrize("folder", DATA)
def test_pages_templates_and_migrations_are_in_the_wheel(wheel: Path, folder: str) -> None:
    assert [name for name in zipfile.ZipFile(wheel).namelist() if name.startswith(f"{folder}/")]


def test_only_the_package_is_in_the_wheel(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert tops == {
        "wa_notify",
        "_wa_notify_pytest.py",
        "wa_notify-" + wheel.name.split("-")[1] + ".dist-info",
    }


def test_the_demo_plays_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    home, elsewhere = tmp_path / "home", tmp_path / "elsewhere"
    home.mkdir()
    elsewhere.mkdir()
    played = subprocess.run(
        [installed / "wa-notify", "demo", "--once"],
        cwd=elsewhere,
        env={"HOME": str(home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert played.returncode == 0, played.stdout + played.stderr
    for sentence in ("The first message to alice is read.", "Alice takes the ticket.", "steps were kept."):
        assert sentence in played.stdout


ANOTHER_PROJECT = """
def test_the_first_message_of_another_project(whatsapp_sandbox_server):
    from urllib.request import Request, urlopen
    settings = whatsapp_sandbox_server.settings
    body = (
        b'{"messaging_product": "whatsapp", "to": "+447700900123", "type": "template",'
        b' "template": {"name": "hello_world", "language": {"code": "en_US"}}}'
    )
    headers = {"Authorization": f"Bearer {settings.access_token}", "Content-Type": "application/json"}
    urlopen(Request(f"{settings.base_url}/v26.0/{settings.phone_number_id}/messages", body, headers))
    shown = whatsapp_sandbox_server.wait_for(
        lambda sandbox: [m.text for m in sandbox.phone("+447700900123").messages if m.status == "read"]
    )
    assert "Hello" in shown[0]

def test_in_process(whatsapp_sandbox):
    assert whatsapp_sandbox.settings.base_url == "http://graph.test"
"""
ALONE = """
def test_the_library_is_not_loaded_by_its_plugin():
    import sys
    assert "_wa_notify_pytest" in sys.modules
    assert "wa_notify" not in sys.modules
"""


@pytest.mark.parametrize("text", [ANOTHER_PROJECT, ALONE])
def test_another_project_gets_the_fixtures_by_installing_the_wheel(
    installed: Path, tmp_path: Path, text: str
) -> None:
    uv("pip", "install", "--python", installed / "python", "pytest", cwd=tmp_path)
    (tmp_path / "test_another.py").write_text(text)
    played = subprocess.run(
        [installed / "python", "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert played.returncode == 0, played.stdout + played.stderr
