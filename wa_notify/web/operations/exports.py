"""Handing out: everybody as a table, and the proof of what people agreed to. It is written down who asked."""

import csv
import io
import json
import re
from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Any

from starlette.responses import HTMLResponse, Response, StreamingResponse

from wa_notify.core.access import Right
from wa_notify.core.consent import Purpose, standing
from wa_notify.core.directory import agreement
from wa_notify.core.recipient import Recipient
from wa_notify.ports import Views
from wa_notify.ports.pages import MOST, Person, PersonMark, Slice
from wa_notify.web.operations.exports_page import page_of
from wa_notify.web.operations.exports_proof import gather, proof_beside
from wa_notify.web.operations.operation import Asked, Nothing, operation
from wa_notify.web.operations.recipients_shapes import somebody, who_of

HEAD = (
    "name",
    "phone",
    "display_name",
    "language",
    "consent",
    "purpose",
    "source",
    "wording",
    "evidence",
    "recorded_by",
    "since",
    "last_received",
)
PLAIN_NUMBER = re.compile(r"\+[0-9]{5,15}")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # OWASP, "CSV injection"
PRIVATE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
NO_SCRIPT = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox"}


@operation("POST", "/recipients/export", right=Right.REVEAL)
async def export_recipients(asked: Asked[Nothing, Nothing]) -> StreamingResponse:
    """Hand out everybody with consent as CSV, numbers in full. No cell of it is taken for a formula."""
    await asked.change("recipients", lambda _: None)
    return StreamingResponse(
        _table(asked), media_type="text/csv; charset=utf-8", headers=PRIVATE | _named("recipients.csv")
    )


@operation("POST", "/recipients/{id}/consent/proof", right=Right.REVEAL)
async def export_proof(asked: Asked[Nothing, Nothing]) -> Response:
    """Hand out the proof of what somebody agreed to, as JSON, with what is needed to check it by hand."""
    who = who_of(asked)
    recipient = await asked.change(f"recipient {who}", lambda tx: somebody(tx, who))
    return _as_json(await _proof(asked, [recipient]), f"consent-{who}.json")


@operation("POST", "/recipients/{id}/consent/proof-page", right=Right.REVEAL)
async def export_proof_page(asked: Asked[Nothing, Nothing]) -> HTMLResponse:
    """Hand out the same as a page to read and print, which needs nothing else."""
    who = who_of(asked)
    recipient = await asked.change(f"recipient {who}", lambda tx: somebody(tx, who))
    page = page_of(await _proof(asked, [recipient]))
    return HTMLResponse(page, headers=PRIVATE | NO_SCRIPT | _named(f"consent-{who}.html"))


@operation("POST", "/consent/export", right=Right.REVEAL)
async def export_ledger(asked: Asked[Nothing, Nothing]) -> Response:
    """Hand out the whole ledger with everybody in it, as JSON."""
    await asked.change("consent", lambda _: None)
    everybody = [one.recipient for one in await asked.look(lambda views: views.people(""))]
    return _as_json(await _proof(asked, everybody, everybody=True), "consent.json")


async def _proof(asked: Asked[Any, Any], people: Sequence[Recipient], *, everybody: bool = False) -> Any:
    evidence = await asked.look(lambda views: gather(views, people))
    return await proof_beside(evidence, asked.now, everybody=everybody)


def _as_json(proof: Any, file: str) -> Response:
    text = json.dumps(proof, indent=2, ensure_ascii=False) + "\n"
    return Response(text, media_type="application/json", headers=PRIVATE | _named(file))


def _named(file: str) -> dict[str, str]:
    """Names of people hold nothing that a header could not; see `wa_notify.config.words.NAME`."""
    return {"Content-Disposition": f'attachment; filename="{re.sub(r"[^A-Za-z0-9_.-]", "-", file)}"'}


async def _table(asked: Asked[Any, Any]) -> AsyncIterator[str]:
    """Piece by piece, however many there are."""
    yield _row(HEAD)
    mark: PersonMark | None = None
    while True:
        found = await asked.look(partial(_piece, asked, mark))
        yield "".join(_row(_cells(one)) for one in found.found)
        if not found.more:
            return
        mark = found.mark


def _piece(asked: Asked[Any, Any], mark: PersonMark | None, views: Views) -> Slice[Person, PersonMark]:
    return views.people_page(asked.office.account.number_id, now=asked.now, after=mark, limit=MOST)


def _cells(person: Person) -> tuple[str, ...]:
    recipient, consent = person.recipient, standing(person.consents, Purpose.UTILITY)
    received = person.window.last_inbound_at
    return (
        recipient.id,
        recipient.phone,
        recipient.name,
        recipient.language,
        agreement(person.consents).value,
        consent.purpose.value if consent else "",
        consent.source if consent else "",
        consent.wording if consent else "",
        consent.evidence if consent else "",
        consent.actor if consent else "",
        consent.at.isoformat() if consent else "",
        received.isoformat() if received else "",
    )


def _row(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([guarded(cell) for cell in cells])
    return line.getvalue()


def guarded(cell: str) -> str:
    """The cell so that no spreadsheet takes it for a formula. A number with its plus is none."""
    return f"'{cell}" if cell.startswith(FORMULA) and not PLAIN_NUMBER.fullmatch(cell) else cell


OPERATIONS = (export_recipients, export_proof, export_proof_page, export_ledger)
