"""A file of people and their opt-ins: looked at first, then imported, each time as a job with a number."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, assert_never

import msgspec
from starlette.responses import Response

from wa_notify.core.access import Right
from wa_notify.pipeline.importing import Outcome
from wa_notify.ports import Views
from wa_notify.web.operations.imports_roster import COLUMNS, Line, NoRoster, read_roster
from wa_notify.web.operations.imports_work import AtWork, LineTold, Record, begin, kept, newest, work
from wa_notify.web.operations.operation import Asked, Given, Nothing, Shape, operation
from wa_notify.web.refusals import NotNow, NotThere, Unfitting
from wa_notify.web.request import storable

LONGEST = 8 * 1024 * 1024  # characters; 100,000 people are 5 million
MOST_SHOWN = 10  # imports in a list
SAID = {
    Outcome.OPTED_IN: "opted in",
    Outcome.ADDED: "added without opt-in",
    Outcome.KNOWN: "known already",
    Outcome.REFUSED: "refused",
}
FILE_AS = f"CSV with a head line. Columns, in any order: {', '.join(COLUMNS)}."
SAMPLE = (
    "name,phone,display_name,language,source,wording,evidence,granted_at\n"
    'dana,+447700900321,Dana Scully,en_GB,paper,v2,"Form 12, signed",2026-03-01\n'
    "erik,+4915112345678,Erik,de,web,v2,Ticked the box at sign-up,2026-03-02T09:30+01:00\n"
    'fatima,+971501234567,Fatima,"ar,en",,,,\n'
)


class ImportState(StrEnum):
    """Where an import stands."""

    RUNNING = "running"
    DONE = "done"
    CUT_OFF = "cut_off"  # by a restart or a fault; what is done is done


class RosterGiven(Given, frozen=True, kw_only=True):
    """A file of people as text. With ``dry_run`` it is only said what would become of each line."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST, description=FILE_AS)]
    file: Annotated[str, msgspec.Meta(max_length=200, description="What the file is called.")] = "people.csv"
    dry_run: bool = True


class ImportShape(Shape, frozen=True, kw_only=True):
    """How far an import has come, and what became of its lines.

    ``counts`` are by outcome: ``opted_in``, ``added`` (or changed, without an opt-in), ``known`` and
    ``refused``; ``lines`` are the first 200 of each. ``ready``: a dry run that can be done for real now.
    """

    number: int
    text: str
    state: ImportState
    dry_run: bool
    file: str
    begun_at: datetime
    begun_by: str
    total: int
    done: int
    counts: dict[str, int]
    lines: dict[str, list[LineTold]]
    ready: bool
    fault: str


class ImportList(Shape, frozen=True, kw_only=True):
    """The last imports of the day, the newest first."""

    items: list[ImportShape]


@operation("POST", "/recipients/import", right=Right.PEOPLE, status=202)
async def import_recipients(asked: Asked[RosterGiven, Nothing]) -> ImportShape:
    """Take a file of people. It is read at once, and goes on as a job: look at it by its number.

    Lines that are good go in, bad ones are told with what to do. Nothing is recorded twice.
    """
    given, country = asked.body, asked.office.standing.config.defaults.country
    file = storable(given.file).strip() or "people.csv"
    try:
        lines = await asyncio.to_thread(
            read_roster,
            storable(given.text),
            file,
            country=country,
            actor=asked.caller.name,
            now=asked.now,
        )
    except NoRoster as error:
        (fault,) = error.complaints
        raise Unfitting(fault.what, where=f"text: {fault.where}", fix=fault.fix) from error
    if not lines:
        raise Unfitting("There is no line below the head line.", where="text", fix="Add people, a line each.")
    return await _started(asked, file, lines, dry_run=given.dry_run)


@operation("POST", "/imports/{number:int}/run", right=Right.PEOPLE, status=202)
async def run_import(asked: Asked[Nothing, Nothing]) -> ImportShape:
    """Do for real what a dry run has looked at, as a job of its own."""
    found = _at_work(asked, asked.path["number"])
    if found is None or not found.record.over or not found.lines:
        fix = "Import the file itself: what is in already is not recorded twice."
        raise NotNow("The file of this dry run is not kept any more.", where="number", fix=fix)
    lines, found.lines = found.lines, ()
    return await _started(asked, found.record.file, lines, dry_run=False)


@operation("GET", "/imports", right=Right.PEOPLE)
async def list_imports(asked: Asked[Nothing, Nothing]) -> ImportList:
    """List the last imports, the newest first; they are forgotten after a day."""

    def found(views: Views) -> list[Record | None]:
        last = newest(views)
        return [kept(views, number) for number in range(last, max(last - MOST_SHOWN, 0), -1)]

    records = await asked.look(found)
    return ImportList(items=[_shape(asked, one.number, one) for one in records if one])


@operation("GET", "/imports/{number:int}", right=Right.PEOPLE)
async def show_import(asked: Asked[Nothing, Nothing]) -> ImportShape:
    """Show how far an import has come, and what became of its lines."""
    number = asked.path["number"]
    return _shape(asked, number, await asked.look(lambda views: kept(views, number)))


@operation("GET", "/imports/sample", right=Right.SEE)
async def sample_roster(asked: Asked[Nothing, Nothing]) -> Response:  # noqa: ARG001 - all operations are asked
    """Hand out a file that can be imported, as an example."""
    headers = {"Content-Disposition": 'attachment; filename="people.csv"'}
    return Response(SAMPLE, media_type="text/csv; charset=utf-8", headers=headers)


async def _started(asked: Asked[Any, Any], file: str, lines: Sequence[Line], *, dry_run: bool) -> ImportShape:
    office = asked.office
    for name, other in [*office.behind.items()]:
        if isinstance(other, AtWork) and not other.record.over and not other.failed:
            what = f"Import {other.record.number} is still at work."
            raise NotNow(what, where="text", fix="Wait for its end, then try again.")
        office.behind.pop(name)
    record = await office.engine.desk.transact(lambda tx: begin(tx, asked, file, len(lines), dry_run=dry_run))
    if not dry_run:
        begun = asked.line(f"import {record.number}", {}, {"lines": record.total})
        await office.engine.desk.transact(lambda tx: tx.audit(begun))
    job = AtWork(record=record, lines=lines)
    office.behind[_name(record.number)] = job
    task = asyncio.get_running_loop().create_task(work(asked, job))
    office.tasks.add(task)
    task.add_done_callback(office.tasks.discard)
    return _shape(asked, record.number, record)


def _name(number: int) -> str:
    return f"import {number}"


def _at_work(asked: Asked[Any, Any], number: int) -> AtWork | None:
    found = asked.office.behind.get(_name(number))
    return found if isinstance(found, AtWork) else None


def _shape(asked: Asked[Any, Any], number: int, written: Record | None) -> ImportShape:
    """As it stands: what this process knows of it, else what was written down."""
    job = _at_work(asked, number)
    record = job.record if job else written
    if record is None:
        raise NotThere(f"There is no import {number}, or it is forgotten.", where="number")
    is_at_work = job is not None and not job.failed
    state = ImportState.DONE if record.over else ImportState.RUNNING if is_at_work else ImportState.CUT_OFF
    return ImportShape(
        number=record.number,
        text=_told(record, state),
        state=state,
        dry_run=record.dry_run,
        file=record.file,
        begun_at=record.begun_at,
        begun_by=record.begun_by,
        total=record.total,
        done=record.done,
        counts=record.counts,
        lines=record.told,
        ready=record.dry_run and record.over and bool(job and job.lines) and _has_news(record),
        fault=job.failed if job else "",
    )


def _has_news(record: Record) -> bool:
    return bool(record.counts[Outcome.OPTED_IN] + record.counts[Outcome.ADDED])


def _told(record: Record, state: ImportState) -> str:
    counted = ", ".join(f"{record.counts[word]} {said}" for word, said in SAID.items() if record.counts[word])
    match state:
        case ImportState.RUNNING if not record.done:
            return f"Import {record.number} has begun: {record.total} lines."
        case ImportState.RUNNING:
            return f"Import {record.number} is at work: {record.done} of {record.total} lines."
        case ImportState.DONE if record.dry_run:
            return f"{record.total} lines, if imported: {counted}."
        case ImportState.DONE:
            return f"{record.total} lines: {counted}."
        case ImportState.CUT_OFF if record.dry_run:
            return "The look at the file was cut off. Nothing was changed; choose the file again."
        case ImportState.CUT_OFF:
            return (
                f"Import {record.number} was cut off after {record.done} of {record.total} lines. "
                "Import the same file again: what is in is not recorded twice."
            )
        case _:
            assert_never(state)


OPERATIONS = (import_recipients, run_import, list_imports, show_import, sample_roster)
