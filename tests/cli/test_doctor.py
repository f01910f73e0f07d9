"""doctor: a real sandbox on a port, a real service beside it or none, and what it says of this machine."""

import asyncio
import hmac
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.desk import Answer, Desk, alert, no_secret_in, wait_for
from tests.stories.world import World
from wa_notify.cli.doctor.gathering import gather
from wa_notify.cli.doctor.service import address_of
from wa_notify.cli.place import read
from wa_notify.clock import system_clock
from wa_notify.config import Listen
from wa_notify.core.examination import GB, Check, Finding, Grade
from wa_notify.sandbox.testing import SandboxServer
from wa_notify.store.examination import examine
from wa_notify.store.location import HEAD, REVISIONS
from wa_notify.store.migrate import migrate
from wa_notify.store.sqlite import open_store
from wa_notify.whatsapp.calling import PROBE

KEYS = ["config", "database", "at", "offline", "grade", "counts", "findings"]
MISFIT = {"templates": "note"}  # the templates of the sandbox live as long as Meta's do


@pytest.fixture
def home(desk: Desk) -> Desk:
    """A desk whose configuration nobody else may read."""
    desk.config_path.chmod(0o600)
    return desk


@pytest.fixture
def platform(home: Desk) -> Iterator[SandboxServer]:
    """A sandbox on the port that the configuration names, which calls the service back."""
    with SandboxServer(port=home.sandbox_port) as server:
        server.do(lambda sandbox: sandbox.subscribe(f"http://127.0.0.1:{home.service_port}/webhook"))
        yield server


def bad(answer: Answer) -> dict[str, str]:
    """What is not as it should be."""
    return {one["check"]: one["grade"] for one in answer.json["findings"] if one["grade"] != "ok"}


def found(answer: Answer, check: str) -> dict[str, Any]:
    one: dict[str, Any] = next(one for one in answer.json["findings"] if one["check"] == check)
    return one


def rewrite(desk: Desk, *changes: tuple[str, str]) -> None:
    desk.write_config(*changes).chmod(0o600)


def dump(database: Path) -> list[str]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as driver:
        return list(driver.iterdump())


# --- beside a service and without one -----------------------------------------------------------------------


@pytest.mark.usefixtures("platform")
def test_beside_a_running_service_everything_is_looked_at_and_nothing_changed(home: Desk) -> None:
    service = home.starts_the_service()
    wait_for(lambda: "templates read" in service.log.read_text())
    before = dump(home.database)
    answer = home.types("doctor", "--json")
    assert answer.code == 0
    assert list(answer.json) == KEYS
    assert (answer.json["grade"], bad(answer)) == ("note", MISFIT)
    assert answer.json["database"] == str(home.database)
    counts = answer.json["counts"]
    assert list(counts) == ["ok", "note", "fault"]
    assert sum(counts.values()) == len(answer.json["findings"])
    checks = [one["check"] for one in answer.json["findings"]]
    assert set(checks) == {check.value for check in Check}
    assert all(list(one) == ["check", "grade", "found", "to_do"] for one in answer.json["findings"])
    assert dump(home.database) == before
    assert service.stop() == 0
    no_secret_in([*home.printed, service.everything])
    assert "1632 960111" not in "".join(home.printed)


def test_people_read_a_line_for_each_finding_and_the_next_step_below_it(home: Desk) -> None:
    answer = home.types("doctor", "--offline")
    assert answer.code == 0
    assert answer.out.splitlines()[0] == "✓ The configuration is in order, with 4 rules."
    lines = answer.out.splitlines()
    at = lines.index(f"! There is no database {home.database} yet.")
    assert lines[at + 1] == "  To do: Run `wa-notify migrate`, or start the service, which does it first."
    assert lines[-1] == "✓ No fault, 3 notes. WhatsApp was not asked."


@pytest.mark.usefixtures("platform")
def test_without_a_service_the_rest_is_looked_at(home: Desk) -> None:
    answer = home.types("doctor", "--json")
    assert answer.code == 0
    assert bad(answer) == {"database": "note", "callback.answers": "note", "service": "note", **MISFIT}
    assert found(answer, "service")["to_do"] == "Start it: `wa-notify serve`."
    assert found(answer, "number")["found"].startswith("The number +44 •••• 0111 is registered")


def test_offline_nobody_elsewhere_is_asked(home: Desk, platform: SandboxServer) -> None:
    service = home.starts_the_service()
    wait_for(lambda: "templates read" in service.log.read_text())
    wait_for(lambda: platform.do(lambda sandbox: any("health_status" in str(one) for one in sandbox.log)))
    before = platform.do(lambda sandbox: len(sandbox.log))
    answer = home.types("doctor", "--offline", "--json")
    assert platform.do(lambda sandbox: len(sandbox.log)) == before
    assert answer.code == 0
    checks = {one["check"] for one in answer.json["findings"]}
    assert "platform" not in checks
    assert {"service.signature", "templates", "callback.heard"} <= checks
    assert answer.json["offline"] is True


@pytest.mark.usefixtures("platform")
def test_a_service_with_another_secret_refuses_what_we_sign(home: Desk) -> None:
    home.starts_the_service()
    rewrite(home, ("app_secret: sandbox-app-secret", "app_secret: canary-secret"))
    answer = home.types("doctor", "--json")
    assert answer.code == 1
    assert bad(answer)["app_secret"] == "fault"
    assert bad(answer)["service.signature"] == "fault"
    assert "was started with another" in found(answer, "service.signature")["found"]
    assert "canary-secret" not in answer.out


def test_a_service_that_is_not_where_the_configuration_says_is_told(home: Desk) -> None:
    home.starts_the_service()
    elsewhere = f"listen: 127.0.0.1:{home.sandbox_port}"
    rewrite(home, (f"listen: 127.0.0.1:{home.service_port}", elsewhere))
    answer = home.types("doctor", "--offline", "--json")
    assert answer.code == 1
    assert bad(answer)["service"] == "fault"
    assert "holds the database, and does not answer" in found(answer, "service")["found"]


def test_a_service_on_another_database_is_told(home: Desk) -> None:
    home.starts_the_service()
    rewrite(home, ("desk.db", "other.db"))
    answer = home.types("doctor", "--offline", "--json")
    assert answer.code == 1
    assert "works on another database" in found(answer, "service")["found"]


def test_what_a_service_that_is_not_ready_says_is_passed_on(home: Desk) -> None:
    home.starts_the_service()
    answer = home.types("doctor", "--offline", "--json")
    assert answer.code == 1
    assert found(answer, "service.ready")["grade"] == "fault"
    assert "templates are not known yet" in found(answer, "service.ready")["found"]


@pytest.mark.parametrize(
    ("listen", "address"),
    [
        (Listen(host="0.0.0.0", port=8711), "http://127.0.0.1:8711"),  # noqa: S104 - nothing listens
        (Listen(host="::", port=8711), "http://[::1]:8711"),
        (Listen(host="::1", port=8711), "http://[::1]:8711"),
        (Listen(host="ops.internal", port=8711), "http://ops.internal:8711"),
    ],
)
def test_a_service_is_asked_where_it_can_be_reached_from_here(listen: Listen, address: str) -> None:
    assert address_of(listen) == address


async def test_the_signed_probe_is_no_news(tmp_path: Path) -> None:
    """An empty notification would be taken for a call of WhatsApp, and hide that no real one comes."""
    world = World(tmp_path)
    await world.start()
    try:
        house = world.house
        signature = hmac.digest(house.account.app_secret.reveal().encode(), PROBE, "sha256").hex()
        headers = {"X-Hub-Signature-256": f"sha256={signature}"}
        async with httpx.AsyncClient(transport=httpx.ASGITransport(house.app)) as http:
            answer = await http.post("http://house/webhook", content=PROBE, headers=headers)
        assert answer.status_code == 400
        assert house.engine.watch.called_at is None
    finally:
        await world.close()


# --- exit codes ---------------------------------------------------------------------------------------------


def test_a_platform_that_does_not_answer_is_3_while_nothing_else_is_wrong(home: Desk) -> None:
    answer = home.types("doctor", "--json")
    assert answer.code == 3
    assert bad(answer)["platform"] == "fault"
    home.config_path.chmod(0o644)
    assert home.types("doctor", "--json").code == 1


def test_a_configuration_that_cannot_be_used_is_2_and_its_faults_are_told(home: Desk) -> None:
    rewrite(home, ("phone_number_id:", "phone_numbr_id:"))
    answer = home.types("doctor", "--json")
    assert answer.code == 2
    assert list(answer.json) == KEYS
    assert answer.json["database"] is None
    assert bad(answer) == {"config": "fault"}
    assert "wa-notify.yaml:" in found(answer, "config")["found"]
    told = home.types("doctor")
    assert told.code == 2
    assert told.out.startswith("✗ wa-notify.yaml:")
    assert home.types("doctor", "--config", "nowhere.yaml").code == 2


def test_a_rule_that_is_left_out_is_a_fault(home: Desk) -> None:
    rewrite(home, ("receiver: everybody", "receiver: evrybody"))
    answer = home.types("doctor", "--offline", "--json")
    assert answer.code == 1
    assert "There is no receiver 'evrybody'" in found(answer, "config")["found"]
    assert "Did you mean `everybody`?" in found(answer, "config")["to_do"]


@pytest.mark.usefixtures("platform")
def test_a_dead_token_is_a_fault_and_is_not_shown(home: Desk) -> None:
    rewrite(home, ("access_token: sandbox-token", "access_token: canary-token-4711"))
    answer = home.types("doctor", "--json")
    assert answer.code == 1
    assert bad(answer)["token"] == "fault"
    assert "canary-token" not in answer.out


def test_what_the_platform_writes_is_blanked_as_in_the_log(home: Desk, platform: SandboxServer) -> None:
    said = "Call +44 7700 900123 (447700900123) about sandbox-token."
    error = {"error_code": 141006, "error_description": said, "possible_solution": said}
    blocked = {"can_send_message": "BLOCKED", "errors": [error]}
    platform.do(lambda sandbox: sandbox.account.unwell.update(WABA=blocked))
    answer = home.types("doctor", "--json")
    assert bad(answer)["number.health"] == "fault"
    told = found(answer, "number.health")
    assert told["to_do"] == "Call +44 •••• 0123 (447 •••• 0123) about •••."
    assert "(141006)" in told["found"]
    home.types("doctor")
    no_secret_in(home.printed)
    assert "7700 900123" not in "".join(home.printed)


@pytest.mark.usefixtures("platform")
def test_templates_that_the_account_does_not_have_are_faults(home: Desk) -> None:
    rewrite(home, ("name: ops_alert", "name: ops_alarm"), ("\n  ops_alert:", "\n  ops_alarm:"))
    answer = home.types("doctor", "--json")
    assert answer.code == 1
    assert "ops_alarm" in found(answer, "templates")["found"]


# --- callbacks that do not come -----------------------------------------------------------------------------


async def heard(desk: Desk, after: timedelta) -> Finding:
    place = read(desk.config_path)
    async with httpx.AsyncClient() as http:
        steps = gather(place, http, secrets=(), now=system_clock() + after, offline=True)
        (one,) = [finding async for finding in steps if finding.check is Check.CALLBACKS_COME]
        return one


def test_messages_that_no_callback_follows_are_a_fault(home: Desk, platform: SandboxServer) -> None:
    nowhere = "http://127.0.0.1:9/webhook"
    platform.do(lambda sandbox: sandbox.subscribe(nowhere))
    home.starts_the_service()
    home.tells_the_service(**alert())
    wait_for(lambda: "accepted" in home.types("outbox", "list", "--json").out)
    soon, later = (asyncio.run(heard(home, timedelta(minutes=by))) for by in (1, 30))
    assert soon.grade is Grade.OK
    assert later.grade is Grade.FAULT
    assert "no callback came since" in later.found


@pytest.mark.usefixtures("platform")
def test_a_message_that_was_delivered_shows_that_callbacks_come(home: Desk) -> None:
    home.starts_the_service()
    home.tells_the_service(**alert())
    wait_for(lambda: "read" in home.types("outbox", "list", "--json").out)
    told = asyncio.run(heard(home, timedelta(minutes=30)))
    assert told.grade is Grade.OK
    assert told.found.startswith("Callbacks come: a message was delivered ")


# --- files, disk, database ----------------------------------------------------------------------------------


def test_a_file_with_secrets_that_others_may_read_is_told(home: Desk) -> None:
    home.config_path.chmod(0o644)
    (home.folder / "secrets.yaml").write_text("token: sandbox-token\n")
    answer = home.types("doctor", "--offline", "--json")
    assert answer.code == 1
    told = found(answer, "files")
    assert (told["grade"], told["to_do"]) == ("fault", f"chmod 600 {home.config_path}")
    rewrite(home, ("access_token: sandbox-token", "access_token: !secret token"))
    told = found(home.types("doctor", "--offline", "--json"), "files")
    assert told["grade"] == "fault"
    assert "secrets.yaml may be read by everybody" in told["found"]


def test_a_file_without_secrets_may_be_read(home: Desk) -> None:
    (home.folder / "secrets.yaml").write_text("a: sandbox-token\nb: sandbox-app-secret\nc: sandbox-verify\n")
    (home.folder / "secrets.yaml").chmod(0o600)
    changes = [
        ("sandbox-token", "!secret a"),
        ("sandbox-app-secret", "!secret b"),
        ("sandbox-verify", "!secret c"),
    ]
    desk = home.write_config(*changes)
    desk.chmod(0o644)
    assert found(home.types("doctor", "--offline", "--json"), "files")["grade"] == "ok"


def grades(findings: tuple[Finding, ...]) -> dict[Check, Grade]:
    return {one.check: one.grade for one in findings}


def test_a_database_that_others_may_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    migrate(str(path))
    assert grades(examine(path)) == dict.fromkeys((Check.DATABASE, Check.DATABASE_FILE, Check.DISK), Grade.OK)
    path.chmod(0o640)
    assert grades(examine(path))[Check.DATABASE_FILE] is Grade.NOTE
    path.chmod(0o604)
    assert grades(examine(path))[Check.DATABASE_FILE] is Grade.FAULT


def test_the_journal_is_as_private_as_the_database(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    migrate(str(path))
    store = open_store(str(path))
    try:
        store.transact(lambda tx: tx.count_reached("portfolio", "alice", system_clock())).result()
        journal = tmp_path / "x.db-wal"
        journal.chmod(0o644)
        told = [one.found for one in examine(path) if one.grade is Grade.FAULT]
        assert told == [f"{journal} may be read by everybody on this machine."]
    finally:
        store.close()


def test_an_older_schema_is_a_fault_with_its_remedy(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    migrate(str(path))
    with closing(sqlite3.connect(path)) as driver:
        driver.execute("UPDATE alembic_version SET version_num = ?", (REVISIONS[0],))
        driver.commit()
    told = examine(path)[0]
    assert (told.check, told.grade) == (Check.DATABASE, Grade.FAULT)
    assert told.found.endswith(f"has the older schema {REVISIONS[0]}.")
    assert "wa-notify migrate" in told.to_do


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"no database at all, but long enough to be looked at" * 20, "is no SQLite database"),
    ],
)
def test_what_is_no_database_of_ours_is_a_fault(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(content)
    path.chmod(0o600)
    told = examine(path)[0]
    assert told.grade is Grade.FAULT
    assert said in told.found
    assert told.to_do


def test_a_schema_from_the_future_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    migrate(str(path))
    with closing(sqlite3.connect(path)) as driver:
        driver.execute("UPDATE alembic_version SET version_num = '9999'")
        driver.commit()
    told = examine(path)[0]
    assert told.grade is Grade.FAULT
    assert f"newer than this wa_notify knows ({HEAD})" in told.found
    assert "Update wa_notify" in told.to_do


@pytest.mark.parametrize(("free", "grade"), [(10 * GB, Grade.OK), (GB // 2, Grade.NOTE), (0, Grade.FAULT)])
def test_a_disk_that_fills_up_is_told(tmp_path: Path, free: int, grade: Grade) -> None:
    assert grades(examine(tmp_path / "x.db", free=lambda _: free))[Check.DISK] is grade


def test_a_disk_that_cannot_be_looked_at_is_told(tmp_path: Path) -> None:
    def broken(_: Path) -> int:
        raise OSError(5, "Input/output error")

    assert "Input/output error" in examine(tmp_path / "x.db", free=broken)[-1].found
