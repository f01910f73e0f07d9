"""schemathesis makes up requests from the description of the API and finds what breaks or differs from it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.desk import Desk
from wa_notify.clock import system_clock
from wa_notify.core.access import ApiKey, Right
from wa_notify.ports import Transaction
from wa_notify.web.access.proofs import digest_of

KEY = "wan_for_the_tests"
EACH = "8"  # requests made up for each operation, beside those that cover the description
# It would end its own key. And no description tells all sense there is in a text.
LEFT_OUT = (
    "--exclude-operation-id",
    "revoke_key",
    "--exclude-checks",
    "positive_data_acceptance,missing_required_header",
)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.chdir(tmp_path)
    return Desk(tmp_path)


def let_in(tx: Transaction) -> None:
    rights = tuple(Right)
    tx.add_api_key(
        ApiKey(digest=digest_of(KEY), name="st", rights=rights, created_by="st", created_at=system_clock())
    )


def test_nothing_that_schemathesis_thinks_of_breaks_the_api(desk: Desk) -> None:
    try:
        desk.starts_the_sandbox()
        service = desk.starts_the_service()
        desk.in_the_store(let_in)
        desk.tells_the_service(labels={"alertname": "DiskFull", "instance": "db-7"})
        url = f"http://127.0.0.1:{desk.service_port}/api/v1/openapi.json"
        done = subprocess.run(
            [
                Path(sys.executable).with_name("st"), "run", url, "--header", f"Authorization: Bearer {KEY}",
                "--phases", "examples,coverage,fuzzing", "--max-examples", EACH, "--seed", "1",
                "--generation-database", "none", "--continue-on-failure", *LEFT_OUT,
            ],
            cwd=desk.folder, capture_output=True, text=True, timeout=600, check=False,
            env={**os.environ, "NO_COLOR": "1"},
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-12_000:] + done.stderr[-2000:]
        assert re.search(r"\d{2,} generated", done.stdout), done.stdout
        assert "Traceback" not in service.everything
    finally:
        desk.cleans_up()
