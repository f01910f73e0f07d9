"""pywa sends as many messages as it is told, 32 at once. It runs in the environment of the judges.

.venv-judges/bin/python -m benchmarks.rival_pywa URL COUNT
"""

import asyncio
import sys
from itertools import islice
from typing import Any

import httpx
from pywa_async import WhatsApp  # type: ignore[import-not-found]  # in the other environment only
from pywa_async.types.templates import (  # type: ignore[import-not-found]
    BodyText,
    HeaderText,
    TemplateLanguage,
    URLButton,
)

from benchmarks.contestant import Watch, tell

AT_ONCE = 32
TEMPLATE = [
    HeaderText.params("db-7:9100"),
    BodyText.params("critical", "Disk almost full", "09:30 UTC"),
    URLButton.params(url_variable="alerts/7", index=2),
]


class Redirected(httpx.AsyncHTTPTransport):
    """pywa has no setting for the address: this connects to the stub whatever host is asked for."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = httpx.URL(url)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(scheme=self._url.scheme, host=self._url.host, port=self._url.port)
        request.headers["Host"] = self._url.netloc.decode()
        return await super().handle_async_request(request)


async def send(whatsapp: Any, count: int) -> None:
    """Send so many."""
    numbers = islice(range(count), count)

    async def lane() -> None:
        for number in numbers:
            await whatsapp.send_template(
                to=f"4477{number:08d}",
                name="ops_alert",
                language=TemplateLanguage.ENGLISH,
                params=TEMPLATE,
                tracker=f"1.1.{number}",
            )

    await asyncio.gather(*(lane() for _ in range(AT_ONCE)))


async def play(url: str, count: int) -> None:
    """Warm up, then the round."""
    async with httpx.AsyncClient(transport=Redirected(url)) as http:
        whatsapp = WhatsApp(phone_id="400000000000101", token="benchmark-token", session=http)
        await send(whatsapp, AT_ONCE)
        watch = Watch()
        await send(whatsapp, count)
        tell(watch.round(count))


if __name__ == "__main__":
    asyncio.run(play(sys.argv[1], int(sys.argv[2])))
