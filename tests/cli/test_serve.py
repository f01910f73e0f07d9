"""serve: a real service beside a real sandbox."""

import json
import re
import signal

import httpx
import pytest

from tests.cli.desk import Desk, alert, no_secret_in, wait_for


def test_a_whole_story_can_be_followed_from_the_command_line(desk: Desk) -> None:
    sandbox = desk.starts_the_sandbox()
    service = desk.starts_the_service()

    told = desk.types("explain", "--label", "alertname=DiskFull", "--label", "instance=db-7", "--json").json
    assert told["rehearsed_on"] == str(desk.database)

    desk.tells_the_service(**alert())
    wait_for(lambda: "read" in desk.types("outbox", "list", "--json").out)
    desk.phone("+447700900123", tap="Acknowledge")
    wait_for(lambda: desk.types("tickets", "list", "--state", "acknowledged", "--json").json["tickets"])

    shown = desk.types("tickets", "show", "1").out
    assert "#1 Disk almost full" in shown
    assert "acknowledged" in shown
    people = {one["id"]: one for one in desk.types("optin", "list", "--json").json["people"]}
    assert people["alice"]["window"]["open"] is True
    known = desk.types("explain", "--file", "-", stdin=json.dumps(alert()))
    assert "ticket #1 knows it already" in known.out

    assert service.stop() == 0
    assert sandbox.stop(signal.SIGINT) == 0
    assert service.log.read_text().splitlines()[-1].endswith("INFO Stopped.")
    no_secret_in([*desk.printed, service.everything])


def test_it_says_where_it_listens_and_which_rules_were_left_out(desk: Desk) -> None:
    desk.write_config(("receiver: everybody", "receiver: evrybody"))
    service = desk.starts("serve")
    assert service.first_line().startswith(f"✓ At work with 3 rules on {desk.database}.")
    wait_for(desk.service_answers)
    assert service.stop(signal.SIGINT) == 0
    address = f"http://127.0.0.1:{desk.service_port}"
    assert f"  health   {address}/healthz" in service.everything
    assert f"  alerts   {address}/alerts" in service.everything
    assert f"  webhook  {address}/webhook" in service.everything
    log = service.log.read_text()
    assert re.search(
        r"^\S+ WARNING Rule left out: wa-notify.yaml:\d+:15: There is no receiver", log, re.MULTILINE
    )
    assert "Traceback" not in log
    assert "RuntimeWarning" not in log


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_cleanly_and_may_start_again(desk: Desk, how: signal.Signals) -> None:
    for _ in range(2):
        service = desk.starts_the_service()
        assert service.stop(how) == 0
        assert "Traceback" not in service.everything


def test_a_second_service_on_the_same_database_is_refused(desk: Desk) -> None:
    desk.starts_the_service()
    other = desk.write_config((f":{desk.service_port}", ":0"), to="other.yaml")
    answer = desk.runs("serve", "--config", str(other))
    assert answer.code == 2
    what, where, fix = answer.err.splitlines()
    assert what.startswith(f"✗ Another service works on {desk.database} already: process ")
    assert "other.yaml" in where
    assert "Stop it first" in fix
    assert desk.service_answers()


def test_a_port_that_is_taken_is_three_lines(desk: Desk) -> None:
    desk.starts_the_sandbox()
    desk.write_config((f":{desk.service_port}", f":{desk.sandbox_port}"))
    answer = desk.runs("serve")
    assert answer.code == 2
    assert answer.err.splitlines() == [
        f"✗ Cannot listen on 127.0.0.1:{desk.sandbox_port}: Address already in use.",
        "  Where: `listen` of wa-notify.yaml",
        (
            "  To do: Choose another port: `listen` in the configuration, --port or --sandbox-port of the "
            "demo, --port of the sandbox."
        ),
    ]


def test_it_does_not_listen_unprotected_beyond_this_machine(desk: Desk) -> None:
    desk.write_config((f"127.0.0.1:{desk.service_port}", f"0.0.0.0:{desk.service_port}"))
    answer = desk.runs("serve")
    assert answer.code == 2
    assert "there is no key for" in answer.err
    assert "Traceback" not in answer.err


def test_a_wrong_token_is_never_logged(desk: Desk) -> None:
    desk.starts_the_sandbox()
    secret = "canary-token-4711"
    desk.write_config(("access_token: sandbox-token", f"access_token: {secret}"))
    service = desk.starts_the_service()
    answer = desk.types("send", "alice", "--template", "ops_resolved", "--parameter", "a", "--parameter", "b",
                        "--wait", "3")  # fmt: skip
    assert answer.code == 3
    assert service.stop() == 0
    for text in (*desk.printed, service.everything):
        assert secret not in text
    no_secret_in([*desk.printed, service.everything])


def test_the_sandbox_prints_what_the_configuration_needs(desk: Desk) -> None:
    sandbox = desk.starts("sandbox", "--port", str(desk.sandbox_port))
    assert sandbox.first_line().startswith(f"✓ The phones are at http://127.0.0.1:{desk.sandbox_port}/.")
    wait_for(lambda: httpx.get(f"http://127.0.0.1:{desk.sandbox_port}/_sandbox/state", timeout=5).is_success)
    taken = desk.runs("sandbox", "--port", str(desk.sandbox_port))
    assert taken.code == 2
    assert (
        taken.err.splitlines()[0]
        == f"✗ Cannot listen on 127.0.0.1:{desk.sandbox_port}: Address already in use."
    )
    assert sandbox.stop(signal.SIGINT) == 0
    for line in ('phone_number_id: "400000000000101"', 'waba_id: "300000000000202"', 'app_secret: "'):
        assert f"  {line}" in sandbox.everything
    assert sandbox.log.read_text() == ""


def test_the_sandbox_ends_although_its_page_is_open(desk: Desk) -> None:
    sandbox = desk.starts_the_sandbox()
    with httpx.stream("GET", f"http://127.0.0.1:{desk.sandbox_port}/_sandbox/events", timeout=10) as events:
        assert events.is_success
        assert sandbox.stop() == 0


def test_the_sandbox_wants_an_address_to_call_back(desk: Desk) -> None:
    assert desk.types("sandbox", "--callback", "nowhere").code == 2


def test_it_reads_the_configuration_again_on_sighup_and_when_it_has_changed(desk: Desk) -> None:
    service = desk.starts_the_service()
    service.process.send_signal(signal.SIGHUP)
    wait_for(lambda: "The configuration was read again: 4 rules" in service.everything)
    desk.write_config(
        ("name: daily", "name: every_day"), ("access_token: sandbox-token", "access_token: fresh-token")
    )
    wait_for(lambda: "The section whatsapp has changed; that needs a restart" in service.everything)
    desk.write_config(("receiver: everybody", "receiver: evrybody"), ("recipients:\n", "recipints:\n"))
    wait_for(lambda: "what was good goes on: wa-notify.yaml:" in service.everything)
    assert desk.service_answers()
    assert service.stop() == 0
    no_secret_in([service.everything])
    assert "fresh-token" not in service.everything
    assert "Traceback" not in service.everything
