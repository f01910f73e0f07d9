"""An import at work: batch by batch, so that nobody else waits, with a record that outlives a restart.

What has come of an import is kept in the same transaction as each batch of it, so that the record is true
whatever happens. It names people by their ids alone, and is forgotten after a day.
"""

import asyncio
import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

import msgspec

from wa_notify.core.errors import WaNotifyError
from wa_notify.core.logged import Logged
from wa_notify.pipeline.importing import Outcome, Verdict
from wa_notify.ports import Transaction
from wa_notify.ports.access import AccessViews, Remembered
from wa_notify.web.operations.imports_roster import Line, admit_all
from wa_notify.web.operations.operation import Asked, Shape

AT_ONCE = 50  # lines in one transaction: what an alert may have to wait for
MOST_TOLD = 200  # lines of an outcome that a report shows
TOPIC = "imports"
FOREVER = datetime(9000, 1, 1, tzinfo=UTC)  # a number is never used again
COUNTER = "/imports"  # no caller has an empty name, so that no idempotency key is like it
_LOGGER = logging.getLogger(__name__)


class LineTold(Shape, frozen=True, kw_only=True):
    """What became of a line of the file."""

    line: int
    recipient: str
    why: str


class Record(Shape, frozen=True, kw_only=True):
    """How far an import has come. ``told`` are the first lines of each outcome."""

    number: int
    dry_run: bool
    file: str
    begun_at: datetime
    begun_by: str
    total: int
    done: int = 0
    over: bool = False
    counts: dict[str, int] = {}  # noqa: RUF012 - msgspec copies it
    told: dict[str, list[LineTold]] = {}  # noqa: RUF012


@dataclass(slots=True, kw_only=True)
class AtWork:
    """An import of this process. ``lines`` are kept after a dry run, so that it can be done for real."""

    record: Record
    lines: Sequence[Line] = field(repr=False)
    failed: str = ""


def begin(tx: Transaction, asked: Asked[Any, Any], file: str, total: int, *, dry_run: bool) -> Record:
    """Number it and write it down."""
    last = tx.remembered(COUNTER)
    number = int(last.answer) + 1 if last else 1
    tx.remember(Remembered(key=COUNTER, asked="", status=200, answer=str(number), at=FOREVER))
    record = Record(
        number=number,
        dry_run=dry_run,
        file=file,
        begun_at=asked.now,
        begun_by=asked.caller.name,
        total=total,
        counts={one.value: 0 for one in Outcome},
        told={one.value: [] for one in Outcome},
    )
    keep(tx, record)
    return record


def keep(tx: Transaction, record: Record) -> None:
    """Write down how far it has come."""
    answer = msgspec.json.encode(record).decode()
    asked = hashlib.sha256(record.file.encode()).hexdigest()
    at_work = 200 if record.over else 0
    tx.remember(
        Remembered(
            key=f"{COUNTER}/{record.number}", asked=asked, status=at_work, answer=answer, at=record.begun_at
        )
    )


def kept(views: AccessViews, number: int) -> Record | None:
    """What was written down of it; nothing when it never was, or is forgotten."""
    found = views.remembered(f"{COUNTER}/{number}")
    return msgspec.json.decode(found.answer, type=Record) if found else None


def newest(views: AccessViews) -> int:
    """The number of the last import; 0 when there was none."""
    last = views.remembered(COUNTER)
    return int(last.answer) if last else 0


async def work(asked: Asked[Any, Any], job: AtWork) -> None:
    """Go through all lines; what cannot go on ends, and says why."""
    office = asked.office
    try:
        for start in range(0, len(job.lines), AT_ONCE):
            batch = job.lines[start : start + AT_ONCE]
            run = office.engine.desk.rehearse if job.record.dry_run else office.engine.desk.transact
            job.record = await run(partial(_admit, job.record, batch, asked.now))
            office.stir(TOPIC)
            await asyncio.sleep(0)
        job.record = await office.engine.desk.transact(partial(_end, asked, job.record))
    except WaNotifyError as error:
        job.failed = str(error)
        event = Logged.IMPORT_CUT_OFF.of(number=job.record.number, done=job.record.done)
        _LOGGER.warning("Import %d was cut off: %s", job.record.number, error, extra=event)
    finally:
        if not job.record.over:  # whatever it was, nobody shall wait for it
            job.failed = job.failed or "It was cut off; the log of the service tells more."
        if job.failed or not job.record.dry_run:
            job.lines = ()
        office.stir(TOPIC)


def _admit(record: Record, batch: Sequence[Line], now: datetime, tx: Transaction) -> Record:
    after = _counted(record, batch, admit_all(tx, batch, now))
    keep(tx, after)
    return after


def _end(asked: Asked[Any, Any], record: Record, tx: Transaction) -> Record:
    over = msgspec.structs.replace(record, over=True)
    keep(tx, over)
    if not over.dry_run:
        tx.audit(asked.line(f"import {over.number}", {}, {**over.counts, "lines": over.done}))
    return over


def _counted(record: Record, batch: Sequence[Line], verdicts: Sequence[Verdict]) -> Record:
    counts, told = dict(record.counts), {name: list(lines) for name, lines in record.told.items()}
    for line, verdict in zip(batch, verdicts, strict=True):
        outcome = verdict.outcome.value
        counts[outcome] += 1
        if len(told[outcome]) < MOST_TOLD:
            one = LineTold(line=line.number, recipient=verdict.recipient_id, why=verdict.why)
            told[outcome].append(one)
    return msgspec.structs.replace(record, done=record.done + len(batch), counts=counts, told=told)
