"""The plugin for Apprise, under the real apprise command, beside a real service and sandbox."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.desk import ENVIRONMENT, ROOT, Answer, Desk, no_secret_in, wait_for

PLUGIN = ROOT / "wa_notify" / "apprise_plugin.py"
RULE = """
  - name: apprise
    match: {receiver: oncall}
    receiver: oncall
    template:
      name: ops_alert
      header: "{{ labels.team }}"
      parameters: ["{{ labels.severity }}", "{{ title }}", "now"]
      url: alerts
    resolved: {template: {name: ops_resolved, parameters: ["{{ title }}", "{{ duration }}"]}}
"""


def apprise(desk: Desk, *arguments: str) -> Answer:
    """Type the command, which knows nothing of ours but the file of the plugin."""
    environment = {name: value for name, value in ENVIRONMENT.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [Path(sys.executable).with_name("apprise"), "--plugin-path", str(PLUGIN), "-v", *arguments],
        cwd=desk.folder,
        env={**environment, "HOME": str(desk.folder), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    desk.printed += [done.stdout, done.stderr]
    return Answer(code=done.returncode, out=done.stdout, err=done.stderr)


def screen(desk: Desk) -> str:
    state: Any = httpx.get(f"http://127.0.0.1:{desk.sandbox_port}/_sandbox/state", timeout=5).json()
    return json.dumps(state["phones"], ensure_ascii=False)


@pytest.fixture
def at_work(desk: Desk) -> Desk:
    """A desk whose service wants a key of Apprise."""
    path = desk.write_config()
    path.write_text(f"{path.read_text()}{RULE}\ningest: {{keys: {{apprise: canary-key-4711}}}}\n")
    desk.starts_the_sandbox()
    desk.starts_the_service()
    return desk


def test_who_speaks_apprise_reaches_a_phone_and_ends_what_they_began(at_work: Desk) -> None:
    desk = at_work
    url = f"wanotify://canary%2Dkey-4711@127.0.0.1:{desk.service_port}/oncall?:team=storage"
    answer = apprise(desk, "-n", "failure", "-t", "Backup late", "-b", "Since 03:00", url)
    assert answer.code == 0, answer.err
    wait_for(lambda: "Alert: storage" in screen(desk) and "Backup late" in screen(desk))
    assert apprise(desk, "-n", "success", "-t", "Backup late", "-b", "Done", url).code == 0
    wait_for(lambda: "resolved" in screen(desk))
    no_secret_in([*desk.printed, desk.programs[1].everything])
    assert not any("canary" in text for text in [*desk.printed, desk.programs[1].everything])


def test_what_the_service_refuses_is_a_failure_of_the_command(at_work: Desk) -> None:
    desk = at_work
    host = f"127.0.0.1:{desk.service_port}"
    wrong = apprise(desk, "-t", "x", "-b", "y", f"wanotify://canary-wrong@{host}/oncall")
    assert (wrong.code, "401 The bearer key is missing or wrong." in wrong.out + wrong.err) == (1, True)
    nobody = apprise(desk, "-t", "x", "-b", "y", f"wanotify://canary-key-4711@{host}/nobody")
    assert (nobody.code, "no rule matches." in nobody.out + nobody.err) == (1, True)
    other = apprise(
        desk, "-t", "x", "-b", "y", f"wanotify://canary-key-4711@127.0.0.1:{desk.sandbox_port}/oncall"
    )
    assert (other.code, "seems to answer there" in other.out + other.err) == (1, True)
    secure = apprise(desk, "-t", "x", "-b", "y", f"wanotifys://canary-key-4711@{host}/oncall")
    assert (secure.code, f"https://{host}/alerts/apprise could not be" in secure.out + secure.err) == (
        1,
        True,
    )
    asked = apprise(desk, "-t", "x", "-b", "y", f"wanotify://canary-key-4711@{host}/oncall?secure=yes")
    assert (asked.code, f"https://{host}/alerts/apprise could not be" in asked.out + asked.err) == (1, True)
    assert not any("canary" in text for text in [*desk.printed, desk.programs[1].everything])


def test_its_own_json_plugin_speaks_to_us_too(at_work: Desk) -> None:
    desk = at_work
    url = (
        f"json://127.0.0.1:{desk.service_port}/alerts/apprise"
        "?+Authorization=Bearer%20canary-key-4711&:receiver=oncall&:team=storage"
    )
    assert apprise(desk, "-n", "warning", "-t", "Fan is slow", "-b", "900 rpm", url).code == 0
    wait_for(lambda: "Fan is slow" in screen(desk))
