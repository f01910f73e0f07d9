"""A week of a house in virtual time: alerts, answers, reminders, statuses, and what is forgotten each night.

Service and engine are the real ones and the database is a file; the clock is moved from one due instant to
the next. What the platform would call us about is made here, from what stands in the outbox as accepted, and
posted to the web like everything else.
"""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import yaml

from benchmarks.caller import notification, status_of
from benchmarks.house import APP_SECRET, account, phone
from benchmarks.rounds import Trouble
from wa_notify.config import load
from wa_notify.core.limits import UNLIMITED, Allowance, Allowed, Limits
from wa_notify.core.outbox import Item, ItemState
from wa_notify.core.ticket import UNRESOLVED
from wa_notify.service import House, furnish, tidy_desk
from wa_notify.store.migrate import migrate
from wa_notify.store.sqlite import open_store
from wa_notify.whatsapp.transport import service_client

BEGIN = datetime(2026, 11, 16, tzinfo=UTC)  # a Monday
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
TEAMS, EACH = 10, 2  # people of a team
WORDS = ("sent", "delivered", "read")
ENDED = (ItemState.READ, ItemState.CANCELLED)
ANSWERED_AFTER, OVER_AFTER, LONG_OVER_AFTER = timedelta(minutes=5), timedelta(minutes=45), timedelta(hours=2)
MOST_AT_ONCE = 1000
ALERT = {
    "name": "ops_alert",
    "header": "{{ labels.instance }}",
    "parameters": ["{{ labels.severity }}", "{{ title }}", "{{ starts_at | clock }}"],
    "url": "alerts/{{ ticket.number }}",
}


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = BEGIN

    def __call__(self) -> datetime:
        """The time at which it stands."""
        return self.now


class Nobody:
    """Wakes nobody: whoever moves the clock asks for the next due instant."""

    def wake_at(self, due: datetime | None) -> None:
        """Let it pass."""


@dataclass(slots=True, kw_only=True)
class Tally:
    """What was done from outside, to hold against what the house knows."""

    alerts: int = 0
    answers: int = 0
    accepted: int = 0  # messages of which the platform then told
    statuses: int = 0


@dataclass(slots=True, kw_only=True)
class Week:
    """A house, its clock, and what is still to happen to it."""

    house: House
    clock: Clock
    web: httpx.AsyncClient
    tally: Tally = field(default_factory=Tally)
    numbers: "count[int]" = field(default_factory=count)

    async def day(self, alerts: int) -> None:
        """A day with so many alerts, evenly spread, and the night's work at its end."""
        ends, gap = self.clock.now + DAY, DAY / alerts
        planned = [self._story(self.clock.now + place * gap) for place in range(alerts)]
        happenings = sorted((one for story in planned for one in story), key=lambda one: one[0])
        hours = [self.clock.now + place * HOUR for place in range(24)]
        for at, what, alert in sorted(
            [*happenings, *((hour, "hour", {}) for hour in hours)], key=lambda it: it[0]
        ):
            await self._until(min(at, ends))
            await self._happen(what, alert)
        await self._until(ends)
        await self.house.engine.tidy()
        await self.house.engine.check_ledger()
        await self.house.received.work()
        await tidy_desk(self.house)

    async def calm_down(self) -> None:
        """Let everything end that is still on its way."""
        await self._until(self.clock.now + DAY)

    def _story(self, at: datetime) -> list[tuple[datetime, str, dict[str, Any]]]:
        """An alert: every second one is answered and ends soon, the others are reminded of."""
        number = next(self.numbers)
        team = f"t{number % TEAMS}"
        alert = {
            "status": "firing",
            "labels": {
                "alertname": "DiskFull",
                "severity": "critical",
                "instance": f"db-{number}",
                "team": team,
            },
            "annotations": {"summary": f"Disk of db-{number} almost full", "description": "96 % of /var"},
            "starts_at": at.isoformat(),
        }
        over = {**alert, "status": "resolved"}
        if number % 2:
            return [(at, "alert", alert), (at + LONG_OVER_AFTER, "alert", over)]
        return [
            (at, "alert", alert),
            (at + ANSWERED_AFTER, "answer", alert),
            (at + OVER_AFTER, "alert", over),
        ]

    async def _happen(self, what: str, alert: Mapping[str, Any]) -> None:
        match what:
            case "alert":
                await self._post("/alerts", json.dumps(alert).encode(), 202)
                self.tally.alerts += alert["status"] == "firing"
            case "answer":
                await self._answer(alert)
            case _:
                await self.house.engine.sync_templates()
                await self.web.get("/metrics")
                await self.web.get("/readyz")

    async def _answer(self, alert: Mapping[str, Any]) -> None:
        """The first of the team writes that it is theirs."""
        title = alert["annotations"]["summary"]
        tickets = await self.house.engine.look(lambda views: views.tickets(UNRESOLVED, MOST_AT_ONCE))
        number = next((ticket.id for ticket in tickets if ticket.title == title), None)
        if number is None:
            raise Trouble(f"No ticket is open for {title!r}.")
        person = phone(int(alert["labels"]["team"][1:]) * EACH)[1:]
        self.tally.answers += 1
        message = {
            "from": person,
            "id": f"wamid.ANSWER{self.tally.answers:08d}",
            "timestamp": str(int(self.clock.now.timestamp())),
            "type": "text",
            "text": {"body": f"ack {number}"},
        }
        whole = json.loads(notification([]))
        value = whole["entry"][0]["changes"][0]["value"]
        del value["statuses"]
        value |= {"contacts": [{"profile": {"name": "Alice"}, "wa_id": person}], "messages": [message]}
        await self._call(json.dumps(whole).encode())

    async def _until(self, target: datetime) -> None:
        """Move the clock, stopping wherever something is due on the way."""
        engine = self.house.engine
        while True:
            while await engine.run_due() + await self._report():
                pass
            due = await engine.next_due()
            if due is None or due > target:
                break
            self.clock.now = max(due, self.clock.now + timedelta(milliseconds=1))
        self.clock.now = max(target, self.clock.now)

    async def _report(self) -> int:
        """Tell of all messages that were accepted: sent, delivered, read; how many."""
        states = (ItemState.ACCEPTED,)
        found = await self.house.engine.look(lambda views: views.items(states=states, limit=MOST_AT_ONCE))
        now = int(self.clock.now.timestamp())
        for word in WORDS if found else ():
            await self._call(notification([status_of(_named(item), word, now) for item in found]))
        self.tally.accepted += len(found)
        self.tally.statuses += len(found) * len(WORDS)
        return len(found)

    async def _call(self, body: bytes) -> None:
        signature = hmac.new(APP_SECRET.encode(), body, hashlib.sha256).hexdigest()
        await self._post("/webhook", body, 200, {"X-Hub-Signature-256": f"sha256={signature}"})

    async def _post(
        self, path: str, body: bytes, wanted: int, headers: Mapping[str, str] | None = None
    ) -> None:
        head = {"Content-Type": "application/json", **(headers or {})}
        answer = await self.web.post(path, content=body, headers=head)
        if answer.status_code != wanted:
            raise Trouble(f"{path} answered {answer.status_code}: {answer.text}")


def _named(item: Item) -> dict[str, str]:
    """What the platform calls a message."""
    number = int(item.recipient_id.removeprefix("p"))
    return {"wamid": item.wamid or "", "wa_id": phone(number)[1:], "callback_data": item.callback_data}


def written(folder: Path, base_url: str) -> str:
    """The configuration: ten teams of two, a rule for each, reminders, and as little kept as may be."""
    ours = account(base_url)
    people = range(TEAMS * EACH)
    rule = {
        "group_by": ["instance"],
        "template": ALERT,
        "free_form": "*{{ title }}* on {{ labels.instance }} since {{ starts_at | clock }}",
        "details": "{{ annotations.description }}",
        "remind": {
            "after": "15m",
            "every": "30m",
            "times": 2,
            "template": ALERT,
            "free_form": "Again: {{ title }}",
        },
        "resolved": {"template": ALERT, "free_form": "Over: {{ title }}"},
        "ttl": "1d",
    }
    return yaml.safe_dump(
        {
            "whatsapp": {
                "base_url": base_url,
                "phone_number_id": ours.number_id,
                "waba_id": ours.waba_id,
                "access_token": ours.access_token.reveal(),
                "app_secret": ours.app_secret.reveal(),
                "verify_token": ours.verify_token.reveal(),
            },
            "store": f"sqlite:///{folder / 'wa-notify.db'}",
            "retention": {"inbox": "7d", "messages": "1d", "tickets": "2d"},
            "recipients": {f"p{one}": {"phone": phone(one), "opt_in": "Agreed"} for one in people},
            "receivers": {
                f"t{team}": {"to": [f"p{team * EACH + place}" for place in range(EACH)]}
                for team in range(TEAMS)
            },
            "rules": [
                {"name": f"t{team}", "match": {"team": f"t{team}"}, "receiver": f"t{team}", **rule}
                for team in range(TEAMS)
            ],
        }
    )


@asynccontextmanager
async def open_week(folder: Path, base_url: str) -> AsyncIterator[Week]:
    """A furnished house on Monday at midnight."""
    (folder / "wa-notify.yaml").write_text(written(folder, base_url))
    config = load(folder / "wa-notify.yaml", environ={})
    # Everybody hears more here than a person can bear, which the house would keep back.
    book = replace(config.rulebook, storm=None, limits=Limits(per_second=1000))
    migrate(config.store)
    store, clock = open_store(config.store), Clock()
    anybody = Allowance(
        what=Allowed.REACH, amount=UNLIMITED, said="TIER_UNLIMITED", source="stub", at=clock()
    )
    try:
        async with service_client() as http:
            house = furnish(
                replace(config, rulebook=book),
                store=store,
                http=http,
                clock=clock,
                scheduler=Nobody(),
                chance=lambda: 0.5,
            )
            store.transact(lambda tx: tx.save_allowance(anybody)).result()
            await house.engine.start()
            await house.engine.sync_templates()
            transport = httpx.ASGITransport(house.app, client=("127.0.0.1", 50_000))
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8711") as web:
                yield Week(house=house, clock=clock, web=web)
            await house.engine.stop()
    finally:
        store.close()


async def check(week: Week, taken: int) -> Sequence[str]:
    """What is not as it should be after a week; ``taken`` is how many requests the platform took."""
    counts = await week.house.engine.look(lambda views: views.counts())
    tally, faults = week.tally, []
    if open_ := sum(counts.tickets.get(state, 0) for state in UNRESOLVED):
        faults.append(f"{open_} tickets are open although every alert has ended")
    if unread := {state: many for state, many in counts.items.items() if many and state not in ENDED}:
        faults.append(f"of the messages some were not read: {unread}")
    known = tally.accepted + tally.answers  # each answer is marked as read, which is a request too
    if taken != known:
        faults.append(f"the platform took {taken} requests, and {known} are known")
    if tally.accepted < tally.alerts * EACH * 2:  # that it began, and that it is over
        faults.append(f"{tally.accepted} messages are too few for {tally.alerts} alerts")
    return faults
