"""A service whose store is at a PostgreSQL server, and what is said when it cannot be."""

import json
import sys
from typing import Any
from urllib.parse import quote

import pytest

from tests.cli.desk import Desk, alert, no_secret_in, wait_for
from tests.postgres import PASSWORD, Cluster, cluster


@pytest.fixture
def server() -> Cluster:
    return cluster()


def store_at(desk: Desk, address: str, to: str = "wa-notify.yaml") -> None:
    desk.write_config((f"store: sqlite:///{desk.database}", f"store: {address}"), to=to)


def test_a_whole_story_on_a_server_with_a_secret_password(desk: Desk, server: Cluster) -> None:
    name = server.empty().partition("?")[0].rpartition("/")[2]
    address = server.url_with_password(name)
    (desk.folder / "secrets.yaml").write_text(f"database: {json.dumps(address)}\n")
    store_at(desk, "!secret database")
    seen = f"postgresql://127.0.0.1:{server.port}/{name}"

    made = desk.types("migrate")
    assert made.out == f"✓ {seen} was made with schema {made.out[-6:-2]}.\n"
    sandbox = desk.starts_the_sandbox()
    service = desk.starts_the_service()
    assert json.loads(service.first_line())["database"] == seen
    desk.tells_the_service(**alert())
    wait_for(lambda: "read" in desk.types("outbox", "list", "--json").out)
    desk.phone("+447700900123", tap="Acknowledge")
    wait_for(lambda: desk.types("tickets", "list", "--state", "acknowledged", "--json").json["tickets"])
    assert "acknowledged" in desk.types("tickets", "show", "1").out
    sent = desk.types("send", "alice", "--text", "by hand", "--wait", "15")
    assert sent.code == 0, sent.err

    refused = desk.types("migrate", "--to", f"sqlite:///{desk.folder / 'new.db'}")
    assert refused.code == 2
    assert f"✗ Another service works on {seen} already: wa-notify service" in refused.err
    checked = desk.types("doctor", "--offline")
    assert f"The database {seen} has the present schema" in checked.out
    assert f"At work on it: wa-notify service {service.process.pid}" in checked.out.replace("\n", " ")

    assert service.stop() == 0
    assert sandbox.stop() == 0
    secrets = (PASSWORD, quote(PASSWORD, safe=""))
    for text in (*desk.printed, service.everything):
        assert not [secret for secret in secrets if secret in text], text
    no_secret_in([*desk.printed, service.everything])


def test_a_desk_moves_to_a_server_and_back(desk: Desk, server: Cluster) -> None:
    desk.has_had(alert(), alert("LoadHigh"))
    target = server.empty()
    before = desk.types("tickets", "list", "--json").json["tickets"]
    moved = desk.types("migrate", "--to", target)
    assert moved.code == 0, moved.err
    assert "tables were copied to postgresql://" in moved.out
    assert "✓ The consent ledger is whole there." in moved.out
    assert "Now write the new address as `store` in wa-notify.yaml" in moved.out

    again = desk.types("migrate", "--to", target)
    assert again.code == 2
    assert "is not empty" in again.err

    store_at(desk, target)
    assert desk.types("tickets", "list", "--json").json["tickets"] == before
    back = desk.types("migrate", "--to", f"sqlite:///{desk.folder / 'back.db'}", "--json").json
    assert back["rows"] > 0
    assert back["target"] == str(desk.folder / "back.db")
    desk.write_config((f"store: sqlite:///{desk.database}", f"store: sqlite:///{desk.folder / 'back.db'}"))
    assert desk.types("tickets", "list", "--json").json["tickets"] == before


def test_a_service_at_work_is_not_copied_away_from(desk: Desk) -> None:
    service = desk.starts_the_service()
    refused = desk.types("migrate", "--to", f"sqlite:///{desk.folder / 'new.db'}")
    assert refused.code == 2
    assert "Another service works on" in refused.err
    assert service.stop() == 0


def faults_of(server: Cluster) -> dict[str, tuple[str, str]]:
    return {
        "wrong password": (
            server.url_with_password("postgres", "not-the-password"),
            "refuses this role or its",
        ),
        "no such database": (server.url_with_password("nowhere"), "Create it with `createdb"),
        "nobody there": ("postgresql://wa:not-the-password@127.0.0.1:1/x", "See that the server is up"),
        "no database": ("postgresql://wa:not-the-password@127.0.0.1/", "names no database"),
        "two @": ("postgresql://wa:not-the-pass@word@127.0.0.1/x", "as %40"),
    }


@pytest.mark.parametrize(
    "fault", ["wrong password", "no such database", "nobody there", "no database", "two @"]
)
def test_an_address_that_does_not_work_is_told_with_what_to_do(
    desk: Desk, server: Cluster, fault: str
) -> None:
    address, told = faults_of(server)[fault]
    store_at(desk, address)
    for command in (("serve",), ("migrate",), ("tickets", "list")):
        answer = desk.types(*command)
        assert answer.code == 2
        assert told in answer.err
        assert "`store` of wa-notify.yaml" in answer.err
        assert "not-the-pass" not in answer.err + answer.out
        assert PASSWORD not in answer.err + answer.out


def test_without_the_driver_it_is_told_what_to_install(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    gone: dict[str, Any] = {name: None for name in sys.modules if name.partition(".")[0] == "psycopg"}
    for name in [name for name in sys.modules if name.startswith("wa_notify.store.postgres")]:
        monkeypatch.delitem(sys.modules, name)
    for name in {"psycopg", *gone}:
        monkeypatch.setitem(sys.modules, name, None)
    store_at(desk, "postgresql://127.0.0.1/x")
    for command in (("serve",), ("migrate",), ("tickets", "list")):
        answer = desk.types(*command)
        assert answer.code == 2
        assert "✗ A PostgreSQL store needs psycopg, which is not installed." in answer.err
        assert "pip install 'wa-notify[postgres]'" in answer.err
