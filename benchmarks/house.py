"""The house that is measured: the real engine on a real database, with a rule for each team.

Rules are read from the same YAML that people write, then multiplied: compiling a thousand templates is not
what is measured here.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from pathlib import Path

import httpx
import yaml

from wa_notify.clock import system_clock
from wa_notify.config import Config, Defaults, Listen, WhatsAppSettings, compile_mapping
from wa_notify.core.alert import Alert, AlertStatus, fingerprint_of
from wa_notify.core.consent import ConsentAct
from wa_notify.core.limits import UNLIMITED, Allowance, Allowed, Limits
from wa_notify.core.matcher import parse_matcher
from wa_notify.core.message import Accepted, Outgoing, SendResult
from wa_notify.core.news import News, Step
from wa_notify.core.outbox import ItemState
from wa_notify.core.recipient import Recipient
from wa_notify.core.rule import Receiver, Rulebook
from wa_notify.core.secret import Secret
from wa_notify.engine import Engine
from wa_notify.pipeline.people import Said, record
from wa_notify.ports import Clock, Transaction
from wa_notify.scheduler import Wakeups
from wa_notify.service import at_work
from wa_notify.store.migrate import migrate
from wa_notify.store.opening import AnyStore, open_store
from wa_notify.web.standing import Standing
from wa_notify.whatsapp.account import Account
from wa_notify.whatsapp.client import CloudApi

AT_ONCE = 5000  # people a transaction of the preparation stores
DATABASE = "wa-notify.db"
APP_SECRET = "benchmark-app-secret"
RULES = """
receivers:
  oncall: {to: [p0]}
rules:
  - name: disk
    match: {team: t0}
    group_by: [instance]
    receiver: oncall
    template:
      name: ops_alert
      header: "{{ labels.instance }}"
      parameters: ["{{ labels.severity }}", "{{ title }}", "{{ starts_at | clock }}"]
      url: "alerts/{{ ticket.number }}"
    free_form: "*{{ title }}* on {{ labels.instance }} since {{ starts_at | clock }}"
    ttl: 1d
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How many people there are, how many of them hear of one alert, and how many ever hear of any.

    Whoever hears of alerts lies spread among the others.
    """

    people: int
    per_alert: int = 1
    asked: int | None = None  # all of them, unless it says otherwise

    @property
    def teams(self) -> int:
        """How many teams, each with a rule of its own."""
        return (self.asked or self.people) // self.per_alert

    def members(self, team: int) -> tuple[str, ...]:
        """Who is in a team."""
        apart = self.people // (self.asked or self.people)
        first = team * self.per_alert
        return tuple(person((first + place) * apart) for place in range(self.per_alert))


class Counted(CloudApi):
    """The real client, counting what was accepted and remembering what left and what went wrong."""

    def __init__(self, *, http: httpx.AsyncClient, account: Account) -> None:
        super().__init__(http=http, account=account)
        self.accepted = 0
        self.left: list[Outgoing] = []
        self.trouble: list[str] = []

    async def mark_read(self, wamid: str, *, typing: bool = False) -> bool:
        """Nobody looks."""
        return bool(wamid) or typing

    async def send(self, outgoing: Outgoing) -> SendResult:
        result = await super().send(outgoing)
        if isinstance(result, Accepted):
            self.accepted += 1
        else:
            self.trouble.append(f"{outgoing.callback_data}: {result}")
        if len(self.left) < 1000:
            self.left.append(outgoing)
        return result


class Tally:
    """Counts accepted messages by what the store tells of each commit, which costs next to nothing.

    Asking the store would take turns from whoever is measured.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._accepted = 0
        self._mark: tuple[int, asyncio.Future[None]] | None = None

    def hear(self, news: Sequence[News]) -> None:
        """Take the news of a commit in, in the store's thread."""
        self._accepted += sum(isinstance(one, Step) and one.item.state is ItemState.ACCEPTED for one in news)
        mark = self._mark
        if mark and self._accepted >= mark[0]:
            self._mark = None
            self._loop.call_soon_threadsafe(mark[1].set_result, None)

    def after(self, count: int) -> asyncio.Future[None]:
        """Done once so many more are durably accepted. Ask before the first of them can be."""
        reached = self._loop.create_future()
        self._mark = (self._accepted + count, reached)
        return reached


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A house at work."""

    engine: Engine
    store: AnyStore
    database: Path
    whatsapp: Counted
    tally: Tally
    wakeups: Wakeups
    account: Account
    standing: Standing
    http: httpx.AsyncClient


def config(account: Account, book: Rulebook) -> Config:
    """The configuration of such a house, as far as the web asks for it."""
    whatsapp = WhatsAppSettings(
        number_id=account.number_id,
        waba_id=account.waba_id,
        access_token=account.access_token,
        app_secret=account.app_secret,
        verify_token=account.verify_token,
    )
    return Config(
        whatsapp=whatsapp,
        store="",
        listen=Listen(host="127.0.0.1", port=0),
        ingest={},
        defaults=Defaults(),
        recipients=(),
        rulebook=book,
    )


def account(base_url: str) -> Account:
    """An account at the stub."""
    return Account(
        number_id="400000000000101",
        waba_id="300000000000202",
        base_url=base_url,
        access_token=Secret("benchmark-token"),
        app_secret=Secret(APP_SECRET),
        verify_token=Secret("benchmark-verify"),
    )


def person(number: int) -> str:
    """The name of a person."""
    return f"p{number}"


def phone(number: int) -> str:
    """The telephone number of a person."""
    return f"+4477{number:08d}"


def rulebook(shape: Shape) -> Rulebook:
    """A rule and a receiver for each team."""
    book = compile_mapping(yaml.safe_load(RULES)).rulebook
    (pattern,) = book.rules
    rules = tuple(
        replace(
            pattern,
            name=f"team-{team}",
            matchers=(parse_matcher("team", f"t{team}"),),
            receiver=f"team-{team}",
        )
        for team in range(shape.teams)
    )
    receivers = {f"team-{team}": Receiver(to=shape.members(team)) for team in range(shape.teams)}
    # Everybody gets more here than a person can read, and faster than the platform takes it: the house would
    # keep all that back.
    faster = Limits(per_second=1_000_000)
    return replace(book, rules=rules, receivers=receivers, storm=None, limits=faster)


def settled(url: str, shape: Shape) -> None:
    """Make the tables, and settle there."""
    migrate(url)
    with closing(open_store(url)) as store:
        settle(store, shape)


def settle(store: AnyStore, shape: Shape) -> None:
    """Let all the people know of us and agree, and let the platform allow us any number of them.

    They are written by the store's own verbs: `seed` looks for the earlier names of each one among all.
    """
    for first in range(0, shape.people, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, shape.people))
        store.transact(partial(_settle, numbers)).result()
    anybody = Allowance(
        what=Allowed.REACH, amount=UNLIMITED, said="TIER_UNLIMITED", source="stub", at=system_clock()
    )
    store.transact(lambda tx: tx.save_allowance(anybody)).result()


def _settle(numbers: range, tx: Transaction) -> None:
    said = Said(source="benchmark", evidence="Agreed", actor="benchmark", at=system_clock())
    for number in numbers:
        tx.save_recipient(Recipient(id=person(number), phone=phone(number)))
        record(tx, person(number), ConsentAct.GRANTED, said)


@contextmanager
def furnished(
    folder: Path,
    *,
    base_url: str,
    http: httpx.AsyncClient,
    shape: Shape,
    book: Rulebook | None = None,
    clock: Clock = system_clock,
    in_flight: int = 64,
    gather: float = 0.0,
    address: str = "",
) -> Iterator[House]:
    """The house while nobody is at work in it: on a file in the folder, or on the database of an address.

    A new file gets people who opted in; for others see `settled`.
    """
    url = address or f"sqlite:///{folder / DATABASE}"
    if not address and not (folder / DATABASE).exists():
        settled(url, shape)
    store = open_store(url, shared=True, gather=gather)
    try:
        tally = Tally()
        store.listen(tally.hear)
        ours = account(base_url)
        whatsapp, wakeups = Counted(http=http, account=ours), Wakeups()
        engine = Engine(
            store=store,
            whatsapp=whatsapp,
            book=book or rulebook(shape),
            clock=clock,
            scheduler=wakeups,
            chance=random.random,
            in_flight=in_flight,
        )
        yield House(
            engine=engine,
            store=store,
            database=folder / DATABASE,
            whatsapp=whatsapp,
            tally=tally,
            wakeups=wakeups,
            account=ours,
            standing=Standing(engine, config(ours, engine.book), clock()),
            http=http,
        )
    finally:
        store.close()


@asynccontextmanager
async def open_house(
    folder: Path,
    *,
    base_url: str,
    http: httpx.AsyncClient,
    shape: Shape,
    book: Rulebook | None = None,
    clock: Clock = system_clock,
    in_flight: int = 64,
    gather: float = 0.0,
    address: str = "",
) -> AsyncIterator[House]:
    """A house with the templates as the account has them, and the loop at work."""
    with furnished(
        folder,
        base_url=base_url,
        http=http,
        shape=shape,
        book=book,
        clock=clock,
        in_flight=in_flight,
        gather=gather,
        address=address,
    ) as house:
        await house.engine.sync_templates()
        async with at_work(house.engine, house.wakeups):
            yield house


def alerts(shape: Shape, first: int = 0) -> Iterator[Alert]:
    """Ever new alerts, each on a machine of its own, for one team after the other."""
    for number in count(first):
        labels = {
            "alertname": "DiskFull",
            "severity": "critical",
            "instance": f"db-{number}:9100",
            "job": "node",
            "mountpoint": "/var",
            "team": f"t{number % shape.teams}",
        }
        yield Alert(
            source="alertmanager",
            status=AlertStatus.FIRING,
            labels=labels,
            annotations={"summary": "Disk almost full", "description": "96 % of /var, growing 2 % an hour"},
            starts_at=system_clock(),
            fingerprint=fingerprint_of(labels),
            url="http://prometheus.example.net/graph?g0.expr=disk",
        )
