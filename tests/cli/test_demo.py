"""The live demo as a person runs it: a process, four addresses, a tap on a phone, Ctrl-C."""

import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest

WAIT = 30.0  # seconds, on a busy machine


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Demo:
    """The running demo and what it has said so far."""

    def __init__(self) -> None:
        self.service, self.sandbox = free_port(), free_port()
        ports = ["--port", str(self.service), "--sandbox-port", str(self.sandbox)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "wa_notify.cli", "demo", *ports],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said = ""

    def hears(self, part: str) -> None:
        """Read on until this was said."""
        assert self.process.stdout
        deadline = time.monotonic() + WAIT
        while part not in self.said:
            assert time.monotonic() < deadline, f"{part!r} was not said:\n{self.said}"
            line = self.process.stdout.readline()
            assert line, f"the demo ended before it said {part!r}:\n{self.said}"
            self.said += line


@pytest.fixture
def demo() -> Iterator[Demo]:
    running = Demo()
    yield running
    running.process.kill()
    running.process.communicate()


def test_it_shows_four_addresses_narrates_the_story_and_stops_cleanly(demo: Demo) -> None:
    demo.hears("Stop with Ctrl-C")
    urls = re.findall(r"http://127\.0\.0\.1:\d+/\S*", demo.said)[:4]
    assert [httpx.get(url).status_code for url in urls] == [200] * 4
    assert "/admin/setup/" in urls[1]
    demo.hears("The first message to alice is read")
    phone = f"http://127.0.0.1:{demo.sandbox}/_sandbox/phones/447700900123/reply"
    assert httpx.post(phone, json={"tap": "Acknowledge"}).is_success
    demo.hears("Alice takes the ticket")
    demo.hears("The long text to alice leaves as free-form text")
    demo.process.send_signal(signal.SIGINT)
    rest, _ = demo.process.communicate(timeout=WAIT)
    assert demo.process.returncode == 0
    assert rest.splitlines()[-1].startswith("Stopped.")
    assert "Traceback" not in demo.said + rest


def test_it_stops_at_once_although_somebody_looks_at_the_phones(demo: Demo) -> None:
    demo.hears("Stop with Ctrl-C")
    with httpx.stream("GET", f"http://127.0.0.1:{demo.sandbox}/_sandbox/events") as events:
        assert events.status_code == 200
        demo.process.send_signal(signal.SIGINT)
        rest, _ = demo.process.communicate(timeout=WAIT)
    assert demo.process.returncode == 0
    assert "Traceback" not in rest


def test_a_taken_port_is_one_clear_sentence() -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "wa_notify.cli", "demo", "--port", port]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=WAIT, check=False)
    assert ended.returncode == 2
    assert port in ended.stderr
    assert "Traceback" not in ended.stderr


def test_programs_get_the_story_as_one_object_a_line() -> None:
    command = [sys.executable, "-m", "wa_notify.cli", "demo", "--once", "--json"]
    played = subprocess.run(command, capture_output=True, text=True, timeout=2 * WAIT, check=False)
    assert played.returncode == 0, played.stderr
    told = [json.loads(line) for line in played.stdout.splitlines()]
    kinds = {each["kind"] for each in told}
    assert kinds == {"title", "timeline", "phone", "mail", "kept", "say"}
    assert len([each for each in told if each["kind"] == "kept"]) == 14
    assert told[1]["text"] == "Disk 96 % full on db-7 fires. Rule disk tells oncall."
