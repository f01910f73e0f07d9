"""Callbacks on their way: doubled, reordered, batched or held by policy, signed, posted and tried again.

Anything but HTTP 200 counts as a failure, and is tried again after growing gaps for seven days (Meta
documents the seven days and "falling frequency"; the gaps are ours). A second try carries the same bytes.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import httpx

from .account import Account, BusinessNumber, Line
from .callbacks import (
    OLD_SIGNATURE_HEADER,
    SIGNATURE_HEADER,
    StatusReport,
    encode,
    management_payload,
    padded,
    sign,
    sign_old,
    statuses_payload,
    with_unknown_fields,
)
from .chance import Chance
from .clock import Clock
from .journal import Journal
from .links import Fetched
from .policy import CallbackPolicy
from .schedule import Schedule
from .traffic import Direction, Traffic, body_of

GIVE_UP_AFTER = timedelta(days=7)
FIRST_GAP, LONGEST_GAP = timedelta(seconds=5), timedelta(hours=12)
GAP_GROWTH, GROWING_ATTEMPTS = 3.0, 12
TIMEOUT_SECONDS = 10.0  # real seconds; Meta's is not documented, guesses run from 10 to 20
CONNECTIONS = 8
OK = 200
UNREACHABLE = "ConnectError"  # the same word as of an address where nobody listens


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One callback to be posted.

    account: whose app signs it. number: the number it concerns, if it concerns one alone.
    lane: what keeps its order: the person it concerns, or the account.
    """

    body: bytes
    account: Account
    number: BusinessNumber | None = None
    lane: str
    about: tuple[str, ...]
    attempt: int = 1
    first_at: datetime | None = None

    @property
    def url(self) -> str | None:
        """Where it goes: the number's own address comes before the account's, and that before the app's."""
        return (self.number and self.number.callback_url) or self.account.address


@dataclass(frozen=True, slots=True)
class FlushBatch:
    """The collecting time of a batch is over."""

    number: int


def gap_after(attempt: int) -> timedelta:
    """Return how long to wait after that failed attempt (the first is 1): 5 s, 15 s, 45 s ... 12 h."""
    growth: float = GAP_GROWTH ** min(attempt - 1, GROWING_ATTEMPTS)
    return min(FIRST_GAP * growth, LONGEST_GAP)


class Courier:
    """Takes what happened, and brings it to the account's callback address."""

    def __init__(
        self,
        *,
        clock: Clock,
        chance: Chance,
        journal: Journal,
        schedule: Schedule[Any],
        traffic: Traffic,
        client: httpx.AsyncClient | None,
    ) -> None:
        self._clock = clock
        self._chance = chance
        self._journal = journal
        self._schedule = schedule
        self._traffic = traffic
        self._client = client
        self._own_client: httpx.AsyncClient | None = None
        self._policy = CallbackPolicy()
        self._unordered: dict[str, list[StatusReport]] = {}
        self._batch: list[StatusReport] = []
        self._batches = 0
        self._held: list[Delivery] = []

    @property
    def policy(self) -> CallbackPolicy:
        """How callbacks travel. Setting it lets go what the new policy does not keep back any more."""
        return self._policy

    @policy.setter
    def policy(self, policy: CallbackPolicy) -> None:
        self._policy = policy
        now = self._clock()
        if policy.order == "in_order":
            for wamid in list(self._unordered):
                self.finish(wamid, now)
        if policy.batch <= len(self._batch):
            self._flush(now)
        if not policy.held:
            held, self._held = self._held, []
            for delivery in held:
                self._schedule.add(now, delivery)

    @property
    def held(self) -> tuple[Delivery, ...]:
        """The callbacks that pile up because the policy holds them."""
        return tuple(self._held)

    @property
    def collecting(self) -> int:
        """How many statuses wait for others of their message, or of their batch."""
        return len(self._batch) + sum(map(len, self._unordered.values()))

    def resume(self, delivery: Delivery, at: datetime) -> None:
        """Take a callback that was on its way in another world."""
        self._put(delivery, at)

    def take_over(self, former: "Courier") -> None:
        """Go on with the client of another courier, which sends nothing more."""
        self._client, self._own_client = former._client, former._own_client

    @property
    def waiting(self) -> int:
        """How many callbacks and statuses the policy keeps back at the moment."""
        return len(self._held) + self.collecting

    def announce(
        self,
        payload: Mapping[str, Any],
        at: datetime,
        *,
        line: Line | Account,
        lane: str,
        about: Sequence[str],
    ) -> None:
        """Send a callback of its own about a number, or a whole account, at that instant."""
        for delivery in self._deliveries(payload, line, lane, about):
            self._put(delivery, at)

    def tell(
        self,
        account: Account,
        field: str,
        value: Mapping[str, Any],
        at: datetime,
        *,
        about: str | None = None,
    ) -> None:
        """Send news of an account, of a number or of a template of it; `about` as in `management_payload`."""
        payload = management_payload(account, field, value, at, about=about)
        self.announce(payload, at, line=account, lane=account.waba_id, about=[field])

    def report(self, report: StatusReport, at: datetime) -> None:
        """Send a status, subject to `drop`, `order` and `batch`."""
        if report.status in self._policy.drop:
            self._journal.write(at, "callback_dropped", about=[f"{report.status} {report.wamid}"])
        elif self._policy.order == "in_order":
            self._collect(report, at)
        else:
            self._unordered.setdefault(report.wamid, []).append(report)

    def finish(self, wamid: str, at: datetime) -> None:
        """Say that no further status of that message is to be expected soon: reordered ones may go."""
        reports = self._unordered.pop(wamid, [])
        if self._policy.order == "reversed":
            reports.reverse()
        elif self._policy.order == "shuffled":
            reports = self._chance.shuffled(reports)
        for report in reports:
            self._collect(report, at)

    async def report_at_once(self, report: StatusReport) -> None:
        """Post a status now, past order and batch, and return when it was answered."""
        if report.status in self._policy.drop or self._policy.held:
            self.report(report, self._clock())
            return
        payload = statuses_payload([report])
        for delivery in self._deliveries(payload, report.line, report.wa_id, _about([report])):
            await self.post(delivery)

    def flush(self, event: FlushBatch, at: datetime) -> None:
        """Send the batch whose time is over, unless it has gone."""
        if event.number == self._batches:
            self._flush(at)

    async def post(self, delivery: Delivery) -> None:
        """Try a delivery once; plan the next try when it fails. Never raises."""
        url = delivery.url
        if url is None:
            self._journal.write(self._clock(), "callback_without_address", about=delivery.about)
            return
        headers = self._headers(delivery)
        number = self._traffic.begin(
            Direction.CALLBACK, self._clock(), "POST", url, about=delivery.about,
            headers=[_raw(name, value) for name, value in headers.items()],
            body=body_of(delivery.body, headers["Content-Type"]), attempt=delivery.attempt,
        )  # fmt: skip
        answer = await self._answer_to(url, delivery.body, headers)
        now = self._clock()
        self._journal.write(
            now, "callback", about=delivery.about, attempt=delivery.attempt, answer=answer, url=url
        )
        next_try = None if answer == OK else self._retry(delivery, now)
        status, failure = (answer, None) if isinstance(answer, int) else (None, answer)
        self._traffic.change(number, ended_at=now, status=status, failure=failure, next_try_at=next_try)

    async def verify(self, url: str, verify_token: str) -> bool:
        """Do the handshake: ask the address for a challenge back. Never raises."""
        challenge = str(int.from_bytes(self._chance.trace_id().encode()[:4], "big"))
        query = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": verify_token}
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                response = await self._http().get(url, params=query)
        except Exception:  # noqa: BLE001 - whatever the far side does, it did not answer the challenge
            return False
        return response.status_code == OK and response.text == challenge

    async def fetch(self, url: str, most: int) -> Fetched | None:
        """Ask an address for a file of at most so many bytes; None when it gives none. Never raises."""
        content = bytearray()
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                async with self._http().stream("GET", url, follow_redirects=True) as response:
                    async for chunk in response.aiter_bytes():
                        content += chunk
                        if len(content) > most:
                            return None
        except Exception:  # noqa: BLE001 - whatever the far side does, there is no file
            return None
        if response.status_code != OK:
            return None
        return Fetched(mime_type=response.headers.get("content-type", ""), content=bytes(content))

    async def aclose(self) -> None:
        """Close the client, if it is the sandbox's own."""
        if self._own_client is not None:
            await self._own_client.aclose()

    def _collect(self, report: StatusReport, at: datetime) -> None:
        self._batch.append(report)
        if len(self._batch) >= self._policy.batch:
            self._flush(at)
        elif len(self._batch) == 1:
            self._schedule.add(at + self._policy.batch_within, FlushBatch(self._batches))

    def _flush(self, at: datetime) -> None:
        collected, self._batch = self._batch, []
        self._batches += 1
        for way in dict.fromkeys(_way_of(report) for report in collected):
            reports = [report for report in collected if _way_of(report) == way]
            account, lines = way[0], {report.line for report in reports}
            self.announce(
                statuses_payload(reports),
                at,
                line=lines.pop() if len(lines) == 1 else account,
                lane=reports[0].wa_id if len(reports) == 1 else account.waba_id,
                about=_about(reports),
            )

    def _deliveries(
        self, payload: Mapping[str, Any], line: Line | Account, lane: str, about: Sequence[str]
    ) -> list[Delivery]:
        account, number = (line.account, line.number) if isinstance(line, Line) else (line, None)
        if not _is_wanted(payload, account):
            self._journal.write(self._clock(), "callback_not_subscribed", about=tuple(about))
            return []
        if self._policy.unknown_fields:
            payload = with_unknown_fields(payload)
        if self._policy.pad_to:
            payload = padded(payload, self._policy.pad_to)
        delivery = Delivery(
            body=encode(payload), account=account, number=number, lane=lane, about=tuple(about)
        )
        return [delivery] * (1 + self._policy.duplicates)

    def _put(self, delivery: Delivery, at: datetime) -> None:
        if self._policy.held:
            self._held.append(delivery)
        else:
            self._schedule.add(at + self._chance.up_to(self._policy.jitter), delivery)

    async def _answer_to(self, url: str, body: bytes, headers: Mapping[str, str]) -> int | str:
        if self._policy.unreachable:
            return UNREACHABLE
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                response = await self._http().post(url, content=body, headers=headers)
        except Exception as error:  # noqa: BLE001 - an in-process target may raise anything; to Meta it just failed
            return type(error).__name__
        return response.status_code

    def _headers(self, delivery: Delivery) -> dict[str, str]:
        """Return what goes with a callback: above all the signature over its bytes, if Meta itself calls."""
        kind = {"Content-Type": "application/json"}
        if delivery.number is not None and delivery.number.callback_headers is not None:
            return {**kind, **delivery.number.callback_headers}
        return {**kind, "User-Agent": "facebookexternalua", **self._signatures(delivery)}

    def _signatures(self, delivery: Delivery) -> dict[str, str]:
        secret = delivery.account.app_secret
        if self._policy.signature == "missing":
            return {}
        if self._policy.signature == "wrong":
            secret = f"not {secret}"
        signatures = {SIGNATURE_HEADER: sign(delivery.body, secret)}
        if self._policy.old_signature:
            signatures[OLD_SIGNATURE_HEADER] = sign_old(delivery.body, secret)
        return signatures

    def _retry(self, delivery: Delivery, now: datetime) -> datetime | None:
        """Plan the next try; return when it is, None when there is none."""
        first_at = delivery.first_at or now
        due = now + gap_after(delivery.attempt)
        if due - first_at > GIVE_UP_AFTER:
            self._journal.write(now, "callback_given_up", about=delivery.about, attempts=delivery.attempt)
            return None
        self._schedule.add(due, replace(delivery, attempt=delivery.attempt + 1, first_at=first_at))
        return due

    def _http(self) -> httpx.AsyncClient:
        if self._client is not None:
            return self._client
        if self._own_client is None:  # made on first use: a sandbox without callbacks needs no client
            limits = httpx.Limits(max_connections=CONNECTIONS)
            self._own_client = httpx.AsyncClient(timeout=TIMEOUT_SECONDS, limits=limits, trust_env=False)
        return self._own_client


def _is_wanted(payload: Mapping[str, Any], account: Account) -> bool:
    """Whether the app of the account gets callbacks at all, and those of this field."""
    field = payload["entry"][0]["changes"][0]["field"]
    return account.subscribed is not False and (
        account.webhook_fields is None or field in account.webhook_fields
    )


def _way_of(report: StatusReport) -> tuple[Account, BusinessNumber | None]:
    """What a batch has in common: the account, and the number if it has an address of its own."""
    number = report.line.number
    return report.line.account, number if number.callback_url else None


def _raw(name: str, value: str) -> tuple[bytes, bytes]:
    return name.encode(errors="replace"), value.encode(errors="replace")


def _about(reports: Sequence[StatusReport]) -> tuple[str, ...]:
    return tuple(f"{report.status} {report.wamid}" for report in reports)
