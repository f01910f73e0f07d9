"""The guide for other projects does what it says: its code runs, its calls are taken, its values are true."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from wa_notify.sandbox import Account, Sandbox
from wa_notify.sandbox.coverage import AREAS, Standing
from wa_notify.sandbox.testing import SandboxServer

from .guide import ADDRESS, GUIDE, OF_PYTEST, OF_PYWA, block_with, blocks, commands, posts

ROOT = Path(__file__).parents[2]
SCRIPTS = [text for text in blocks("python") if OF_PYTEST not in text and OF_PYWA not in text]
LINES_MOST = 160
# as the guide has it -> area and fact of the list
MOST_IMPORTANT_GAPS = {
    "groups": ("messages", "groups"),
    "calls": ("callbacks", "calls"),
    "the inside of flows": ("messages", "flows' inside"),
    "catalogues and payments": ("messages", "catalogues and payments"),
    "what is inside files": ("files", "contents"),
    "carousels and product headers of templates": (
        "templates", "header of a carousel, limited-time offer or product",
    ),
    "amounts of money": ("money", "rates and volume tiers"),
    "several apps on one account": ("callbacks", "several apps"),
    "mTLS": ("callbacks", "mTLS"),
    "batch requests": ("messages", "batch requests"),
}  # fmt: skip


def run(*arguments: str, folder: Path) -> str:
    """Run Python in another folder, as another project would; return what it printed."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_ADDOPTS": ""}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def test_the_guide_has_code_of_each_kind() -> None:
    assert (len(SCRIPTS), len(blocks("python")), len(posts()) > 10) == (1, 3, True)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda text: text.partition("\n")[0])
def test_the_programs_of_the_guide_run(
    script: str, whatsapp_sandbox_server: SandboxServer, tmp_path: Path
) -> None:
    run("-c", script.replace(ADDRESS, whatsapp_sandbox_server.url), folder=tmp_path)
    shown = whatsapp_sandbox_server.do(lambda sandbox: sandbox.phone("+447700900123").messages[-1].text)
    assert shown.startswith("Hello World")


def test_the_tests_of_the_guide_pass_in_another_project(tmp_path: Path) -> None:
    (tmp_path / "test_mine.py").write_text(block_with(OF_PYTEST))
    assert "2 passed" in run("-m", "pytest", "-q", "-p", "no:cacheprovider", "test_mine.py", folder=tmp_path)


@pytest.mark.parametrize("path_and_body", posts(), ids=lambda post: f"{post[0]} {post[1]}")
async def test_the_calls_of_the_guide_are_taken(path_and_body: tuple[str, Any]) -> None:
    path, body = path_and_body
    sandbox = Sandbox()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(sandbox.app), base_url=ADDRESS) as client:
        answer = await client.post(path, json=body)
    await sandbox.aclose()
    assert answer.status_code == 200, answer.text


def test_curl_may_leave_out_the_type_of_its_body(whatsapp_sandbox_server: SandboxServer) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    for path, body in posts()[:2]:
        text = httpx.Response(200, json=body).content
        answer = httpx.post(whatsapp_sandbox_server.url + path, content=text, headers=form)
        assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    "value",
    ["phone_number_id", "waba_id", "app_id", "access_token", "app_secret", "verify_token"],
)
def test_the_values_of_the_guide_are_those_of_the_account(value: str) -> None:
    table = GUIDE.partition("## Point a client at it")[0]
    assert f"`{getattr(Account(), value)}`" in table
    assert f"D360-API-KEY: {Account().first.key}" in GUIDE


async def test_the_paths_of_the_guide_are_there(whatsapp_sandbox: Any) -> None:
    paths = (await whatsapp_sandbox.client.get("/_sandbox/openapi.json")).json()["paths"]
    named = set(re.findall(r"`(?:[A-Z]+ )?(/_sandbox/[^`]+)`", GUIDE))
    assert named == {"/_sandbox/subscribe", "/_sandbox/openapi.json", "/_sandbox/scenario"}
    assert named <= set(paths)


def test_the_gaps_of_the_guide_are_gaps_of_the_list() -> None:
    told = GUIDE.partition("The most important gaps: ")[2].partition(".")[0]
    assert [" ".join(words.split()) for words in told.split(";")] == list(MOST_IMPORTANT_GAPS)
    standings = {(area.name, fact.what): fact.standing for area in AREAS for fact in area.facts}
    assert {standings[gap] for gap in MOST_IMPORTANT_GAPS.values()} == {Standing.NOT_IMITATED}


def test_the_guide_is_one_page() -> None:
    assert len(GUIDE.splitlines()) <= LINES_MOST
    assert {words[0] for words in commands()} == {"pip", "wa-notify", "curl"}
