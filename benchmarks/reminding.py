"""Reminders that wait, and very many that are due at one moment."""

import asyncio
import shutil
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

import yaml

from benchmarks.copies import multiply
from benchmarks.house import DATABASE, RULES, House, Shape, alerts, open_house
from benchmarks.house import rulebook as rulebook_of
from benchmarks.rounds import Round, Trouble
from benchmarks.sending import Course, Stub, durable_round
from wa_notify.clock import system_clock
from wa_notify.config import compile_mapping
from wa_notify.core.news import News
from wa_notify.core.rule import Rulebook
from wa_notify.core.timeline import Entry, EntryKind
from wa_notify.whatsapp.transport import service_client

SHAPE = Shape(people=500)
REALLY = 500  # tickets that alerts really opened; the others are copies of them
AFTER = timedelta(hours=1)
REMIND = {"after": "1h", "every": "1h", "times": 3}
CALM = 2.0  # seconds before idleness is measured
LOST_AFTER = 120.0


@dataclass(slots=True)
class Ahead:
    """The machine's clock, moved ahead when it is told to."""

    by: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        return system_clock() + self.by


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A database in which so many reminders wait."""

    database: Path
    count: int


@dataclass(slots=True, kw_only=True)
class Idleness:
    """What a house takes that has nothing to do but to wait for reminders, if there are any."""

    pending: Pending | None = None
    rounds: list[Round] = field(default_factory=list)  # a count is a second


def rulebook() -> Rulebook:
    """Every rule reminds."""
    written = yaml.safe_load(RULES)
    written["rules"][0]["remind"] = REMIND
    (pattern,) = compile_mapping(written).rulebook.rules
    book = rulebook_of(SHAPE)
    return replace(book, rules=tuple(replace(rule, remind=pattern.remind) for rule in book.rules))


async def waiting(folder: Path, url: str, reminders: int) -> Pending:
    """A database with so many tickets, or a few more, of which people were told and nobody has answered."""
    folder.mkdir()
    async with service_client() as http:
        opened = open_house(folder, base_url=url, http=http, shape=SHAPE, book=rulebook(), in_flight=32)
        async with opened as house:
            course = Course(in_flight=32, latency=0, messages=min(REALLY, reminders))
            await durable_round(house, islice(alerts(SHAPE), course.messages), course, Stub(url, http))
    tickets = multiply(folder / DATABASE, reminders)
    if tickets < reminders:
        raise Trouble(f"{reminders} tickets were to wait, {tickets} do.")
    return Pending(database=folder / DATABASE, count=tickets)


async def idle(pending: Pending | None, seconds: float, url: str, folder: Path) -> Round:
    """The processor time of a house that waits; a new one when nothing is pending."""
    folder.mkdir()
    if pending:
        shutil.copy(pending.database, folder / DATABASE)
    async with (
        service_client() as http,
        open_house(folder, base_url=url, http=http, shape=SHAPE, book=rulebook()),
    ):
        await asyncio.sleep(CALM)
        began, cpu = time.perf_counter(), time.process_time()
        await asyncio.sleep(seconds)
        done = Round(
            count=1,
            seconds=time.perf_counter() - began,
            cpu_seconds=(time.process_time() - cpu) / seconds,
        )
    shutil.rmtree(folder)
    return done


class Reminded:
    """Hears of reminders, and notes when so many were decided on."""

    def __init__(self, reminders: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._left = reminders
        self.done = self._loop.create_future()

    def hear(self, news: Sequence[News]) -> None:
        """Take the news of a commit in, in the store's thread."""
        self._left -= sum(isinstance(one, Entry) and one.kind is EntryKind.REMINDED for one in news)
        if self._left <= 0 and not self.done.done():
            self._loop.call_soon_threadsafe(self._tell, time.perf_counter())

    def _tell(self, at: float) -> None:
        if not self.done.done():
            self.done.set_result(at)


async def due(pending: Pending, url: str, folder: Path) -> Round:
    """All are due at one moment: how long until each is in the outbox, with its words and for its people."""
    folder.mkdir()
    shutil.copy(pending.database, folder / DATABASE)
    clock = Ahead()
    async with (
        service_client() as http,
        open_house(folder, base_url=url, http=http, shape=SHAPE, book=rulebook(), clock=clock) as house,
    ):
        await asyncio.sleep(CALM)
        reminded = Reminded(pending.count)
        house.store.listen(reminded.hear)
        began, cpu = time.perf_counter(), time.process_time()
        clock.by = AFTER
        house.engine.wake()
        async with asyncio.timeout(LOST_AFTER):
            ended = await reminded.done
        done = Round(count=pending.count, seconds=ended - began, cpu_seconds=time.process_time() - cpu)
        check(house, pending.count)
    shutil.rmtree(folder)
    return done


def check(house: House, reminders: int) -> None:
    """Every ticket must have its reminder in the outbox."""
    with closing(sqlite3.connect(f"file:{house.database}?mode=ro", uri=True)) as database:
        question = "SELECT count(DISTINCT ticket_id), count(*) FROM outbox WHERE occasion = 'reminder'"
        found = database.execute(question).fetchone()
    if found != (reminders, reminders):
        raise Trouble(f"{reminders} reminders were due, {found[1]} are there, for {found[0]} tickets.")
