"""The service that WhatsApp calls, in a process of its own, and beside it a handler that only verifies.

It fills a fresh database with messages that the platform accepted, writes their names into a file for the
caller, and prints its port. ``/cpu`` tells how many seconds of the processor it has used.

    python -m benchmarks.receiver FOLDER STUB_URL MESSAGES LOOP
"""

import asyncio
import json
import sys
import time
from functools import partial
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from benchmarks.cores import MEASURED, take_core
from benchmarks.house import House, Shape, open_house, phone
from wa_notify.clock import system_clock
from wa_notify.core.message import Accepted, Form
from wa_notify.core.outbox import Intent, Item, Occasion
from wa_notify.core.progress import accepted, claimed
from wa_notify.core.template import TemplateWish
from wa_notify.core.ticket import Ticket
from wa_notify.ports import Transaction
from wa_notify.service import answering, listen
from wa_notify.web.admin.live import Live
from wa_notify.web.app import create_app
from wa_notify.web.request import read_body
from wa_notify.whatsapp.transport import service_client
from wa_notify.whatsapp.webhook import verify_signature

PEOPLE = 200
AT_ONCE = 500  # messages a transaction of the preparation stores
NAMES = "messages.json"


def app_of(house: House) -> Starlette:
    """The real app, and the floor: the same server, the same framework, the signature, and nothing else."""
    app = create_app(
        engine=house.engine,
        account=house.account,
        clock=system_clock,
        standing=house.standing,
        http=house.http,
        live=Live(),
    )

    async def verify_only(request: Request) -> Response:
        body = await read_body(request)
        genuine = verify_signature(house.account.app_secret, body, request.headers["x-hub-signature-256"])
        return PlainTextResponse("", 200 if genuine else 403)

    async def cpu(_request: Request) -> Response:
        return JSONResponse(time.process_time())

    app.router.routes.insert(0, Route("/verify-only", verify_only, methods=["POST"]))
    app.router.routes.append(Route("/cpu", cpu, methods=["GET"]))
    return app


def fill(house: House, messages: int) -> list[dict[str, str]]:
    """Put messages into the outbox that were accepted a moment ago."""
    names: list[dict[str, str]] = []
    for first in range(0, messages, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, messages))
        names += house.store.transact(partial(accepted_messages, numbers)).result()
    return names


def accepted_messages(numbers: range, tx: Transaction) -> list[dict[str, str]]:
    """Some messages."""
    return [accepted_message(tx, number) for number in numbers]


def accepted_message(tx: Transaction, number: int) -> dict[str, str]:
    """One message of a ticket of its own."""
    now, who = system_clock(), number % PEOPLE
    opened = Ticket(rule="team-0", group=f"db-{number}", title="Disk almost full", opened_at=now)
    ticket = tx.save_ticket(opened)
    wish = TemplateWish(name="ops_alert", header="db-7", body=(("", "critical"), ("", "Disk"), ("", "now")))
    item = tx.enqueue(
        Item(
            key=f"{ticket.id}.1/opened/p{who}",
            ticket_id=ticket.id,
            episode=1,
            recipient_id=f"p{who}",
            occasion=Occasion.OPENED,
            intent=Intent(template=wish, free_form="Disk almost full", ticket_ref=ticket.ref),
            due_at=now,
            created_at=now,
            form=Form.TEMPLATE,
        )
    )
    assert item is not None, "every key is new"
    sending = claimed(item, now)
    answer = Accepted(wamid=f"wamid.HBgMNDQ3NzAwOTAwMTIzFQIAERgS{number:012d}AA==", wa_id=phone(who)[1:])
    tx.save_item(accepted(sending, answer, now))
    return {"wamid": answer.wamid, "wa_id": answer.wa_id, "callback_data": sending.callback_data}


async def serve(folder: Path, stub_url: str, messages: int) -> None:
    """Answer until killed."""
    async with (
        service_client() as http,
        open_house(folder, base_url=stub_url, http=http, shape=Shape(people=PEOPLE)) as house,
    ):
        (folder / NAMES).write_text(json.dumps(fill(house, messages)))
        with listen("127.0.0.1", 0) as listener:
            async with answering(app_of(house), listener):
                print(listener.getsockname()[1], flush=True)
                await asyncio.Event().wait()


def main(words: list[str]) -> int:
    folder, stub_url, messages, loop = words
    take_core(MEASURED)
    service = serve(Path(folder), stub_url, int(messages))
    if loop == "uvloop":
        import uvloop

        uvloop.run(service)
    else:
        asyncio.run(service)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
