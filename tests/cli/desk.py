"""A desk with a terminal: a configuration, commands that are typed, and programs that run beside them."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
from typer.testing import CliRunner

from tests.databases import migrated
from wa_notify.cli.app import app
from wa_notify.clock import system_clock
from wa_notify.config import Config, load
from wa_notify.core.outbox import Item
from wa_notify.pipeline.deliver import Claims, claim
from wa_notify.pipeline.ingest import ingest
from wa_notify.pipeline.people import seed
from wa_notify.ports import Transaction
from wa_notify.store.sqlite import open_store
from wa_notify.web.alerts import parse

ROOT = Path(__file__).parents[2]
HOUSE = ROOT / "tests" / "stories" / "house.yaml"
EXAMPLE = ROOT / "examples" / "wa-notify.yaml"
ALICE, BOB, CAROL = "+447700900123", "+447700900456", "+447700900789"
# What no output and no log may ever hold.
PRIVATE = ("sandbox-token", "sandbox-app-secret", "sandbox-verify", "7700900123", "7700900456", "7700900789")
PATIENCE = 20.0
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "TZ": "UTC", "PYTHONUNBUFFERED": "1"}
for name in ("COLUMNS", "WA_NOTIFY_CONFIG", "FORCE_COLOR"):
    ENVIRONMENT.pop(name, None)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True, kw_only=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Program:
    """A command that runs until it is told to stop."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        of_them = len(list(folder.glob(f"{arguments[0]}*.out")))
        name = f"{arguments[0]}-{of_them}" if of_them else arguments[0]
        self.output, self.log = folder / f"{name}.out", folder / f"{name}.log"
        with self.output.open("w") as output, self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "wa_notify.cli", *arguments],
                cwd=folder,
                env=ENVIRONMENT,
                stdout=output,
                stderr=log,
            )

    def first_line(self) -> str:
        """What it says once it is ready."""
        wait_for(lambda: "\n" in self.output.read_text() or self.process.poll() is not None)
        said = self.output.read_text()
        assert said, f"it ended with {self.process.poll()}:\n{self.log.read_text()}"
        return said.splitlines()[0]

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Tell it to stop; its exit code."""
        self.process.send_signal(how)
        return self.process.wait(timeout=PATIENCE)

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    @property
    def everything(self) -> str:
        return self.output.read_text() + self.log.read_text()


def wait_for(question: Callable[[], object], patience: float = PATIENCE) -> None:
    ends = time.monotonic() + patience
    while not question():
        assert time.monotonic() < ends, "it never came true"
        time.sleep(0.1)


class Desk:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config_path = folder / "wa-notify.yaml"
        self.database = folder / "desk.db"
        self.service_port, self.sandbox_port = free_port(), free_port()
        self.programs: list[Program] = []
        self.printed: list[str] = []
        self.write_config()

    def write_config(self, *changes: tuple[str, str], to: str = "wa-notify.yaml") -> Path:
        """The house of the stories on free ports, with the templates of the example, and changes."""
        house = HOUSE.read_text().replace("http://sandbox", f"http://127.0.0.1:{self.sandbox_port}")
        templates = re.search(
            r"^templates:.*?(?=^# The first)", EXAMPLE.read_text(), re.DOTALL | re.MULTILINE
        )
        assert templates
        here = f"store: sqlite:///{self.database}\nlisten: 127.0.0.1:{self.service_port}\n"
        text = here + templates[0] + house
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path = self.folder / to
        path.write_text(text)
        return path

    @property
    def config(self) -> Config:
        return load(self.config_path, environ={})

    def items(self) -> list[Item]:
        """What is in the outbox, the oldest first."""
        store = open_store(self.config.store)
        try:
            return sorted(store.read(lambda views: views.items(limit=100)).result(), key=lambda one: one.id)
        finally:
            store.close()

    def types(
        self, *arguments: str, stdin: str | None = None, environ: dict[str, str | None] | None = None
    ) -> Answer:
        """Type a command and read the answer."""
        env = {"WA_NOTIFY_CONFIG": None, "COLUMNS": None, "TZ": "UTC", **(environ or {})}
        result = CliRunner(env=env).invoke(app, arguments, input=stdin, catch_exceptions=False)
        self.printed += [result.stdout, result.stderr]
        return Answer(code=result.exit_code, out=result.stdout, err=result.stderr)

    def runs(self, *arguments: str, stdin: str = "") -> Answer:
        """Type a command into a real shell."""
        done = subprocess.run(
            [sys.executable, "-m", "wa_notify.cli", *arguments],
            cwd=self.folder,
            env=ENVIRONMENT,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        self.printed += [done.stdout, done.stderr]
        return Answer(code=done.returncode, out=done.stdout, err=done.stderr)

    def starts(self, *arguments: str) -> Program:
        program = Program(self.folder, *arguments)
        self.programs.append(program)
        return program

    def starts_the_sandbox(self) -> Program:
        callback = f"http://127.0.0.1:{self.service_port}/webhook"
        program = self.starts("sandbox", "--port", str(self.sandbox_port), "--callback", callback, "--json")
        assert json.loads(program.first_line())["callback"] == callback
        return program

    def starts_the_service(self) -> Program:
        program = self.starts("serve", "--json")
        program.first_line()
        wait_for(self.service_answers)
        return program

    def service_answers(self) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{self.service_port}/healthz", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    def tells_the_service(self, **alert: Any) -> None:
        answer = httpx.post(f"http://127.0.0.1:{self.service_port}/alerts", json=alert, timeout=5)
        assert answer.status_code == 202, answer.text

    def phone(self, number: str, **does: Any) -> Any:
        """Reply as a phone of the sandbox."""
        url = f"http://127.0.0.1:{self.sandbox_port}/_sandbox/phones/{number}/reply"
        answer = httpx.post(url, json=does, timeout=5)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def has_had(self, *alerts: dict[str, Any]) -> None:
        """A database in which these alerts came, and what was due was decided (and never answered)."""
        config, now = self.config, system_clock()

        def work(tx: Transaction) -> None:
            seed(tx, config.recipients, now)
            ingest(tx, config.rulebook, parse(list(alerts), now), now)
            left = list[Item]()
            claims = Claims(more=True)
            while claims.more or claims.leaving:
                claims = claim(tx, config.rulebook, config.whatsapp.number_id, now, 100)
                for item in filter(None, (tx.item(one.item_id) for one in claims.leaving)):
                    left.append(item)
                    tx.save_item(replace(item, lease_until=None))  # what comes behind it is decided too
            for item in left:
                tx.save_item(item)

        self.in_the_store(work)

    def in_the_store(self, work: Callable[[Transaction], Any]) -> Any:
        migrated(str(self.database))
        store = open_store(str(self.database), exclusive=False)
        try:
            return store.transact(work).result()
        finally:
            store.close()

    def cleans_up(self) -> None:
        for program in self.programs:
            program.kill()


def alert(name: str = "DiskFull", **more: Any) -> dict[str, Any]:
    labels = {"alertname": name, "severity": "critical", "instance": "db-7"}
    return {"labels": labels, "annotations": {"summary": "Disk almost full"}, **more}


def no_secret_in(texts: Sequence[str]) -> None:
    for text in texts:
        for secret in PRIVATE:
            assert secret not in text, text
