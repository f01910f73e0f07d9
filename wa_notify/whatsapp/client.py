"""Sending and asking: the Cloud API over an injected HTTP client.

What comes of handing over one message:

=====================================================  ==============================================
the platform answers ...                               so it is
=====================================================  ==============================================
2xx with a wamid                                       accepted
an error object with a code, whatever the status       rejected, judged by its code
2xx with anything else; 504; the connection broke,     unknown: it may have been taken
or time ran out, after the request had left
no connection was made                                 certainly not taken
another 5xx                                            rejected, to be tried again
429                                                    rejected, too fast
400                                                    rejected, our request is wrong
another 4xx, or a redirect                             rejected: address, token or a box in between
=====================================================  ==============================================

Source: Meta's reference. There is no idempotency key, so an unknown outcome is told as one; statuses that
carry our ``biz_opaque_callback_data`` clear it up. Redirects are never followed: they would carry the token
to another host. No text that leaves here holds token, recipient or words of a message.
"""

import json
import logging
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import replace
from itertools import chain
from typing import Any
from urllib.parse import quote

import httpx

from wa_notify.core.condition import Health
from wa_notify.core.errors import PlatformUnreachable
from wa_notify.core.logged import Logged
from wa_notify.core.message import (
    Accepted,
    NoAnswer,
    Outgoing,
    Rejected,
    SendResult,
)
from wa_notify.core.template import TemplateShape
from wa_notify.core.within import words_in
from wa_notify.whatsapp.account import Account
from wa_notify.whatsapp.codes import read_failure
from wa_notify.whatsapp.health import FIELDS, read_health
from wa_notify.whatsapp.line import DEADLINE, NOT_LEFT, TIMEOUT, Line, parsed, refusal
from wa_notify.whatsapp.payload import request_body, shape_from
from wa_notify.whatsapp.usage import regain

_LOGGER = logging.getLogger(__name__)

PAGE = 100  # templates asked for at once
MOST_PAGES = 1000
TEMPLATE_FIELDS = (
    "id,name,language,status,category,correct_category,components,quality_score,rejected_reason,"
    "message_send_ttl_seconds"
)
NUMBER_FIELDS = (
    "id,display_phone_number,verified_name,quality_rating,code_verification_status,platform_type,throughput,"
    "status,name_status,account_mode,whatsapp_business_manager_messaging_limit,health_status"
)

HELD = ("held_for_quality_assessment", "paused")  # parked by the platform: sent or dropped later
GATEWAY_TIMEOUT = 504


class CloudApi:
    """One business number on the Cloud API; it implements the port `wa_notify.ports.WhatsApp`.

    ``http`` stays the caller's, who closes it. ``timeout`` is in seconds and counts for each step of a
    request, ``deadline`` for the whole of it.
    """

    def __init__(
        self,
        *,
        http: httpx.AsyncClient,
        account: Account,
        timeout: float = TIMEOUT,
        deadline: float = DEADLINE,
    ) -> None:
        self._account = account
        self._line = Line(http=http, account=account, timeout=timeout, deadline=deadline)
        self._number, self._waba = quote(account.number_id, safe=""), quote(account.waba_id, safe="")

    def __repr__(self) -> str:
        return f"CloudApi(number_id={self.number_id!r})"

    @property
    def number_id(self) -> str:
        """The id of the number we send from."""
        return self._account.number_id

    async def send(self, outgoing: Outgoing) -> SendResult:
        """Hand over one message. Never raises: refusals and lost answers are values."""
        try:
            content = json.dumps(request_body(outgoing)).encode()
            response = await self._line.request("POST", f"{self._number}/messages", content=content)
        except NOT_LEFT as error:
            return NoAnswer(why=f"WhatsApp could not be reached ({type(error).__name__}).", left=False)
        except Exception as error:  # noqa: BLE001 - whatever a transport raises, the outcome is unknown
            return NoAnswer(why=f"WhatsApp gave no answer ({type(error).__name__}).")
        secrets = chain([self._account.access_token.reveal()], _words(outgoing))  # read only for a refusal
        outcome = _outcome(response.status_code, parsed(response.content), secrets)
        if isinstance(outcome, Rejected) and (wait := regain(response.headers)):
            return Rejected(failure=replace(outcome.failure, regain=wait))
        return outcome

    async def mark_read(self, wamid: str, *, typing: bool = False) -> bool:
        """Show a person that their message was read; whether WhatsApp took it. Never raises.

        With ``typing`` they see for at most 25 seconds that an answer is being written.
        """
        body: dict[str, Any] = {"messaging_product": "whatsapp", "status": "read", "message_id": wamid}
        if typing:
            body["typing_indicator"] = {"type": "text"}
        try:
            content = json.dumps(body).encode()
            response = await self._line.request("POST", f"{self._number}/messages", content=content)
        except Exception as error:  # noqa: BLE001 - nothing depends on it, whatever a transport raises
            _LOGGER.debug(
                "A message was not marked as read (%s)",
                type(error).__name__,
                extra=Logged.WHATSAPP_READ_MARK_LOST.of(),
            )
            return False
        if not response.is_success:
            failure = self._line.failure(response, parsed(response.content), [wamid])
            _LOGGER.debug(
                "A message was not marked as read. %s", failure, extra=Logged.WHATSAPP_READ_MARK_LOST.of()
            )
        return response.is_success

    async def templates(self) -> AsyncIterator[TemplateShape]:
        """All templates of the account, page by page.

        Raises `PlatformUnreachable`; what was yielded until then is not all of them.
        """
        params = {"fields": TEMPLATE_FIELDS, "limit": str(PAGE)}
        seen = {""}
        for _ in range(MOST_PAGES):
            page = await self._line.read("the templates", f"{self._waba}/message_templates", params)
            rows = page.get("data")
            if not isinstance(rows, list):
                raise PlatformUnreachable("Read the templates: the answer is no list. Check base_url.")
            for shape in map(shape_from, rows):
                if shape is not None:
                    yield shape
            after = _next_cursor(page)
            if after is None:
                return
            if after in seen:
                break
            seen.add(after)
            params = {**params, "after": after}
        raise PlatformUnreachable("Read the templates: the pages have no end. Try again later.")

    async def health(self) -> Health | Rejected | NoAnswer:
        """Whether the number can send, as the platform says. Never raises: troubles are values."""
        try:
            response = await self._line.request("GET", self._number, params={"fields": FIELDS})
        except Exception as error:  # noqa: BLE001 - whatever a transport raises, nothing is known
            return NoAnswer(why=f"WhatsApp gave no answer ({type(error).__name__}).")
        answer = parsed(response.content)
        if response.is_success and isinstance(answer, dict) and not _has_error(answer):
            return read_health(answer)
        return Rejected(failure=self._line.failure(response, answer))

    async def number(self) -> dict[str, Any]:
        """What the platform says about our number: display number, quality, limit, health, as it says it.

        Raises `PlatformUnreachable`.
        """
        return await self._line.read("the business number", self._number, {"fields": NUMBER_FIELDS})


def _outcome(status: int, answer: object, secrets: Iterable[str]) -> SendResult:
    if 200 <= status < 300 and not _has_error(answer):
        return _accepted(answer) or NoAnswer(why=f"WhatsApp's answer cannot be read (HTTP {status}).")
    if status == GATEWAY_TIMEOUT and not _has_error(answer):
        return NoAnswer(why="WhatsApp's gateway gave up waiting (HTTP 504).")
    return Rejected(failure=refusal(status, answer, secrets))


def _has_error(answer: object) -> bool:
    return isinstance(answer, Mapping) and read_failure(answer.get("error")) is not None


def _accepted(answer: object) -> Accepted | None:
    message = _first(answer, "messages")
    wamid = message.get("id")
    if not isinstance(wamid, str) or not wamid:
        return None
    contact = _first(answer, "contacts")
    wa_id, bsuid = contact.get("wa_id"), contact.get("user_id")
    return Accepted(
        wamid=wamid,
        wa_id=wa_id if isinstance(wa_id, str) else "",
        bsuid=bsuid if isinstance(bsuid, str) else "",
        held=message.get("message_status") in HELD,
    )


def _first(answer: object, key: str) -> Mapping[str, Any]:
    found = answer.get(key) if isinstance(answer, Mapping) else None
    first = found[0] if isinstance(found, list) and found else None
    return first if isinstance(first, Mapping) else {}


def _words(outgoing: Outgoing) -> Iterable[str]:
    """What is private in a message; the platform may quote it in an error."""
    yield from (outgoing.to, outgoing.to.lstrip("+"), outgoing.bsuid)
    yield from words_in(outgoing.message)


def _next_cursor(page: Mapping[str, Any]) -> str | None:
    """Where the next page begins. Its address is never used: it could lead the token to another host."""
    paging = page.get("paging")
    if not isinstance(paging, Mapping) or not paging.get("next"):
        return None
    cursors = paging.get("cursors")
    after = cursors.get("after") if isinstance(cursors, Mapping) else None
    return after if isinstance(after, str) else ""
