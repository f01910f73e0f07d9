"""How long a first message takes on an idle service: from the 202 until the platform has the request."""

import asyncio
import json
import time
from contextlib import closing
from http.client import HTTPConnection
from itertools import islice
from pathlib import Path

from benchmarks.house import Shape, alerts, open_house
from benchmarks.rounds import Round, Trouble
from benchmarks.sending import LOST_AFTER, PEOPLE, Stub
from wa_notify.clock import system_clock
from wa_notify.core.alert import Alert
from wa_notify.service import answering, listen
from wa_notify.web.admin.live import Live
from wa_notify.web.app import create_app
from wa_notify.whatsapp.transport import service_client


async def first_words(count: int, stub_url: str, folder: Path) -> Round:
    """On an idle service: from the 202 in the sender's hand until the message arrives at the platform.

    Below zero the message was faster than the answer.
    """
    shape = Shape(people=PEOPLE)
    waits = []
    async with (
        service_client() as http,
        open_house(folder, base_url=stub_url, http=http, shape=shape) as house,
    ):
        app = create_app(
            engine=house.engine,
            account=house.account,
            clock=system_clock,
            standing=house.standing,
            http=http,
            live=Live(),
        )
        stub, coming = Stub(stub_url, http), alerts(shape)
        await stub.tell(latency=0)
        listener = listen("127.0.0.1", 0)
        async with answering(app, listener):
            began, cpu = time.perf_counter(), time.process_time()
            for alert in islice(coming, count):
                wait = await first_word(listener.getsockname()[1], alert, stub)
                waits.append(wait)
            seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - cpu
        listener.close()
    return Round(count=count, seconds=seconds, cpu_seconds=cpu_seconds, waits=tuple(waits))


async def first_word(port: int, alert: Alert, stub: Stub) -> float:
    """Post one alert and wait until the platform has its message."""
    await asyncio.sleep(0.03)
    await stub.tell(forget=1)
    answered_at = await asyncio.to_thread(post, port, alert)
    async with asyncio.timeout(LOST_AFTER):
        while True:
            _, arrivals = await stub.tell(arrivals=1)
            if arrivals:
                return arrivals[0] - answered_at
            await asyncio.sleep(0.005)


def post(port: int, alert: Alert) -> float:
    """Post an alert; when the 202 was here, by the machine's monotonic clock."""
    body = {"source": "benchmark", "labels": dict(alert.labels), "annotations": dict(alert.annotations)}
    with closing(HTTPConnection("127.0.0.1", port, timeout=LOST_AFTER)) as connection:
        connection.request("POST", "/alerts", json.dumps(body))
        answer = connection.getresponse()
        answered_at = time.monotonic()
        if answer.status != 202:
            raise Trouble(f"The service answered {answer.status}: {answer.read().decode()}")
        answer.read()
    return answered_at
