"""Three services on one PostgreSQL database, as processes: one dies, one is paused, the server falls over."""

import signal
import time
from bisect import bisect_left
from collections import Counter
from contextlib import closing
from datetime import timedelta
from typing import Any

import httpx
import psycopg
import pytest

from tests.cli.desk import Desk, Program, free_port, wait_for
from tests.postgres import Cluster, cluster
from wa_notify.core.outbox import LEASE, Item, ItemState
from wa_notify.core.pace import PER_SECOND
from wa_notify.store.opening import open_store
from wa_notify.store.postgres_locks import HOUSE

CROWD = 200
PEOPLE = [f"p{number}" for number in range(CROWD)]
ALERTS = ("north", "south")
SOON, AT_LAST = 60.0, 180.0  # seconds; the latter is a lease, a grace period, and what a slow machine takes
RECIPIENTS = "\n  ".join(f"{one}: {{phone: '+44{one[1:]:0>10}', opt_in: Signed}}" for one in PEOPLE)
RULE = (
    "{name: crowd, match: {alertname: Evacuate}, group_by: [instance], receiver: crowd, "
    "template: {name: ops_alert, header: x, parameters: [x, '{{ title }}', now], url: x}}"
)
CHANGES = (
    ("recipients:\n", f"recipients:\n  {RECIPIENTS}\n"),
    ("receivers:\n", f"receivers:\n  crowd: {{to: [{', '.join(PEOPLE)}]}}\n"),
    ("rules:\n", f"rules:\n  - {RULE}\n"),
)


HOLDERS = (
    "SELECT split_part(application_name, ' ', 3) FROM pg_locks JOIN pg_stat_activity USING (pid) "
    "WHERE locktype = 'advisory' AND granted AND objid = %s AND datname = current_database()"
)


class Services:
    """The three, a sandbox that calls the third, and the database that they share."""

    def __init__(self, desk: Desk, server: Cluster) -> None:
        self.desk, self.server, self.address = desk, server, server.empty()
        self.ports = [free_port(), free_port(), desk.service_port]
        desk.starts_the_sandbox()
        self.programs = [self._started(number) for number in range(3)]

    def _started(self, number: int) -> Program:
        config = self.desk.write_config(
            (f"store: sqlite:///{self.desk.database}", f"store: {self.address}"),
            (f"listen: 127.0.0.1:{self.desk.service_port}", f"listen: 127.0.0.1:{self.ports[number]}"),
            *CHANGES,
            to=f"service-{number}.yaml",
        )
        program = self.desk.starts("serve", "--config", str(config), "--json")
        program.first_line()
        return program

    def tell(self, number: int, instance: str) -> None:
        alert = {"labels": {"alertname": "Evacuate", "instance": instance}, "annotations": {"summary": "Out"}}
        answer = httpx.post(f"http://127.0.0.1:{self.ports[number]}/alerts", json=alert, timeout=20)
        assert answer.status_code == 202, answer.text

    def signals(self, number: int, which: signal.Signals) -> None:
        self.programs[number].process.send_signal(which)

    def accepted(self) -> Counter[int]:
        """How often the platform took each item of the outbox."""
        log = httpx.get(f"http://127.0.0.1:{self.desk.sandbox_port}/_sandbox/log", timeout=20).json()
        taken = [entry["opaque"] for entry in log["entries"] if entry["what"] == "accepted"]
        return Counter(int(opaque.partition(".")[0]) for opaque in taken)

    def items(self) -> list[Item]:
        return list(self._look(lambda views: views.items(limit=10_000)))

    def who_keeps_the_house(self) -> int:
        """The process that does what one of all does."""
        with closing(psycopg.connect(self.address)) as server:
            found = server.execute(HOLDERS.encode(), [HOUSE]).fetchone()
        assert found
        return int(found[0])

    def _look(self, query: Any) -> Any:
        with closing(open_store(self.address, exclusive=False)) as store:
            return store.read(query).result()


def most_in_a_second(items: list[Item]) -> int:
    """When they left, whoever sent them; a busy machine may let them arrive closer together."""
    left = sorted(item.claimed_at for item in items if item.claimed_at)
    return max(bisect_left(left, at + timedelta(seconds=1)) - number for number, at in enumerate(left))


@pytest.fixture
def services(desk: Desk) -> Services:
    return Services(desk, cluster())


def test_nothing_is_lost_or_doubled_and_the_limits_are_kept(services: Services) -> None:
    for number, instance in enumerate(ALERTS):
        services.tell(number, instance)
    everything = CROWD * len(ALERTS)
    wait_for(lambda: services.accepted().total() > everything // 8)
    services.signals(0, signal.SIGKILL)
    wait_for(lambda: services.accepted().total() > everything // 4)
    services.signals(1, signal.SIGSTOP)
    paused_at = time.monotonic()
    services.server.stop(gently=False)
    services.server.start()
    wait_for(lambda: services.accepted().total() > everything // 2, SOON)
    wait_for(lambda: time.monotonic() - paused_at > LEASE.total_seconds() + 5, SOON + LEASE.total_seconds())
    assert services.who_keeps_the_house() == services.programs[2].process.pid
    services.signals(1, signal.SIGCONT)
    wait_for(
        lambda: {item.state for item in services.items()} <= {ItemState.DELIVERED, ItemState.READ}, AT_LAST
    )
    assert len(services.items()) == everything
    assert services.accepted() == {item.id: 1 for item in services.items()}
    assert most_in_a_second(services.items()) <= PER_SECOND
    services.tell(1, "east")  # whoever was paused works on
    wait_for(lambda: services.accepted().total() == everything + CROWD, SOON)
    assert [services.programs[number].stop() for number in (1, 2)] == [0, 0]


def test_who_works_on_the_database_is_told_and_is_asked_to_stop_for_what_must_be_alone(
    services: Services,
) -> None:
    desk = services.desk
    copied = desk.types(
        "migrate", "--config", "service-0.yaml", "--to", f"sqlite:///{desk.folder / 'new.db'}"
    )
    assert copied.code == 2
    for program in services.programs:
        assert f"wa-notify service {program.process.pid}" in copied.err
    assert [program.stop() for program in services.programs] == [0, 0, 0]
