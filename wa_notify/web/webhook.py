"""WhatsApp calls: the handshake, and signed notifications.

The signature is checked over the raw bytes before anything is read from them. 200 is answered only once what
was told is durable, since WhatsApp repeats everything else for up to seven days and then never again.
"""

import logging

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from wa_notify.core.errors import NotificationRefused
from wa_notify.core.logged import Logged
from wa_notify.engine import Engine
from wa_notify.ports import Clock
from wa_notify.web.metrics.events import Call, Events
from wa_notify.web.refusals import TooLarge
from wa_notify.web.request import read_body
from wa_notify.whatsapp.account import Account
from wa_notify.whatsapp.webhook import handshake, parse, verify_signature

_LOGGER = logging.getLogger(__name__)


class Webhook:
    """The two calls WhatsApp makes."""

    def __init__(self, engine: Engine, account: Account, clock: Clock, events: Events) -> None:
        self._engine = engine
        self._account = account
        self._clock = clock
        self._events = events

    async def get(self, request: Request) -> Response:
        """Prove that the callback is ours by giving back the challenge."""
        challenge = handshake(dict(request.query_params), self._account.verify_token)
        if challenge is None:
            self._events.called(Call.WRONG_TOKEN)
            _LOGGER.warning(
                "A webhook handshake with a wrong verify token was refused",
                extra=Logged.HANDSHAKE_REFUSED.of(),
            )
            return PlainTextResponse("The verify token is wrong.", 403)
        return PlainTextResponse(challenge)

    async def post(self, request: Request) -> Response:
        """Take a notification in."""
        try:
            body = await read_body(request)
        except TooLarge as error:
            self._events.called(Call.TOO_LARGE)
            return PlainTextResponse(str(error), 413)
        if not verify_signature(self._account.app_secret, body, _signature(request)):
            self._events.called(Call.WRONG_SIGNATURE)
            _LOGGER.warning(
                "A webhook call with a wrong signature was refused: whatsapp.app_secret is not the app's, "
                "or somebody else called",
                extra=Logged.SIGNATURE_REFUSED.of(),
            )
            return PlainTextResponse("The signature is wrong.", 403)
        try:
            arrivals = parse(body, received_at=self._clock())
        except NotificationRefused as error:
            self._events.called(Call.UNREADABLE)
            _LOGGER.warning(
                "A signed webhook call could not be read: %s", error, extra=Logged.WEBHOOK_UNREADABLE.of()
            )
            return PlainTextResponse(str(error), 400)
        await self._engine.receive(arrivals)
        self._events.called(Call.TAKEN)
        self._events.told(arrivals, self._clock())
        return PlainTextResponse("")


def _signature(request: Request) -> str | None:
    """The one signature header; two of them are as wrong as none."""
    headers = request.headers.getlist("x-hub-signature-256")
    return headers[0] if len(headers) == 1 else None
