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

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterable, Mapping
from itertools import chain
from typing import Any
from urllib.parse import quote

import httpx

from wa_notify.core.errors import PlatformUnreachable
from wa_notify.core.message import (
    Accepted,
    Failure,
    ListMessage,
    MediaMessage,
    NoAnswer,
    Outgoing,
    Rejected,
    Remedy,
    SendResult,
    TemplateMessage,
    TextMessage,
)
from wa_notify.core.template import TemplateShape
from wa_notify.whatsapp.account import Account
from wa_notify.whatsapp.codes import read_failure
from wa_notify.whatsapp.payload import request_body, shape_from
from wa_notify.whatsapp.reading import storable

TIMEOUT = 10.0  # seconds for each of: a place in the pool, connecting, writing, each piece of the answer
DEADLINE = 45.0  # seconds for all of it; shorter than the lease of an item in the outbox
PAGE = 100  # templates asked for at once
MOST_PAGES = 1000
TEMPLATE_FIELDS = "id,name,language,status,category,components"
NUMBER_FIELDS = (
    "id,display_phone_number,verified_name,quality_rating,code_verification_status,platform_type,throughput,"
    "status,name_status,account_mode,whatsapp_business_manager_messaging_limit,health_status"
)

NOT_LEFT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,  # the proxy refused to connect us
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,  # we could not even write the request
    httpx.InvalidURL,
)
HELD = ("held_for_quality_assessment", "paused")  # parked by the platform: sent or dropped later

# Answers without a readable error, by HTTP status; asked from the top. Both ends belong to the range.
BY_STATUS: tuple[tuple[int, int, Remedy, str], ...] = (
    (300, 399, Remedy.ADMIN, "The address redirects elsewhere: check base_url"),
    (400, 400, Remedy.FIX, "Request refused without a reason"),
    (401, 403, Remedy.ADMIN, "Access refused without a reason: check the token and base_url"),
    (408, 408, Remedy.RETRY, "The platform waited too long for the request"),
    (429, 429, Remedy.SLOW, "Too many requests"),
    (400, 499, Remedy.ADMIN, "No such address on the platform: check base_url, version and ids"),
    (500, 599, Remedy.RETRY, "The platform has a fault"),
)
GATEWAY_TIMEOUT = 504
SHORTEST_SECRET = 4  # characters; shorter words of ours may stand in an error text by chance


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
        self._http = http
        self._account = account
        self._timeout = httpx.Timeout(timeout)
        self._deadline = deadline
        self._root = f"{account.base_url.rstrip('/')}/{account.version}"
        self._number, self._waba = quote(account.number_id, safe=""), quote(account.waba_id, safe="")
        self._headers = {
            "Authorization": f"Bearer {account.access_token.reveal()}",
            "Content-Type": "application/json",
            "Accept": "application/json",
        }

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
            response = await self._request("POST", f"{self._number}/messages", content=content)
        except NOT_LEFT as error:
            return NoAnswer(why=f"WhatsApp could not be reached ({type(error).__name__}).", left=False)
        except Exception as error:  # noqa: BLE001 - whatever a transport raises, the outcome is unknown
            return NoAnswer(why=f"WhatsApp gave no answer ({type(error).__name__}).")
        secrets = chain([self._account.access_token.reveal()], _words(outgoing))  # read only for a refusal
        return _outcome(response.status_code, _json(response.content), secrets)

    async def templates(self) -> AsyncIterator[TemplateShape]:
        """All templates of the account, page by page.

        Raises `PlatformUnreachable`; what was yielded until then is not all of them.
        """
        params = {"fields": TEMPLATE_FIELDS, "limit": str(PAGE)}
        seen = {""}
        for _ in range(MOST_PAGES):
            page = await self._read("the templates", f"{self._waba}/message_templates", params)
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

    async def number(self) -> dict[str, Any]:
        """What the platform says about our number: display number, quality, limit, health, as it says it.

        Raises `PlatformUnreachable`.
        """
        return await self._read("the business number", self._number, {"fields": NUMBER_FIELDS})

    async def _read(self, what: str, path: str, params: dict[str, str]) -> dict[str, Any]:
        try:
            response = await self._request("GET", path, params=params)
        except Exception as error:  # noqa: BLE001 - a port has one error for all that can happen to a line
            name = type(error).__name__
            raise PlatformUnreachable(
                f"Read {what}: no answer from WhatsApp ({name}). Check network and base_url."
            ) from None
        answer = _json(response.content)
        if response.is_success and isinstance(answer, dict) and "error" not in answer:
            return answer
        secrets = (self._account.access_token.reveal(),)
        failure = _refusal(response.status_code, answer, secrets)
        raise PlatformUnreachable(f"Read {what}: WhatsApp refused. {failure}. {_advice(failure)}")

    async def _request(
        self,
        method: str,
        path: str,
        *,
        content: bytes | None = None,
        params: dict[str, str] | None = None,
    ) -> httpx.Response:
        if self._http.is_closed:
            raise httpx.ConnectError("The HTTP client is closed.")
        # Made by hand: the client's way of merging its defaults into a request costs more than sending it.
        request = httpx.Request(
            method,
            f"{self._root}/{path}",
            content=content,
            params=params,
            headers=self._headers,
            extensions={"timeout": self._timeout.as_dict()},
        )
        async with asyncio.timeout(self._deadline):
            # auth=None: neither the client's own credentials nor a netrc file
            return await self._http.send(request, auth=None, follow_redirects=False)


def _json(content: bytes) -> object:
    try:
        return storable(json.loads(content))
    except (ValueError, RecursionError):
        return None


def _outcome(status: int, answer: object, secrets: Iterable[str]) -> SendResult:
    if 200 <= status < 300 and not _has_error(answer):
        return _accepted(answer) or NoAnswer(why=f"WhatsApp's answer cannot be read (HTTP {status}).")
    if status == GATEWAY_TIMEOUT and not _has_error(answer):
        return NoAnswer(why="WhatsApp's gateway gave up waiting (HTTP 504).")
    return Rejected(failure=_refusal(status, answer, secrets))


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


def _refusal(status: int, answer: object, secrets: Iterable[str]) -> Failure:
    failure = read_failure(answer.get("error")) if isinstance(answer, Mapping) else None
    if failure is None:
        return _by_status(status)
    private = tuple(secrets)
    return Failure(
        code=failure.code,
        title=_discreet(failure.title, private),
        details=_discreet(failure.details, private),
        remedy=failure.remedy,
    )


def _by_status(status: int) -> Failure:
    for first, last, remedy, title in BY_STATUS:
        if first <= status <= last:
            return Failure(code=status, title=title, remedy=remedy)
    return Failure(code=status, title="The answer is none of WhatsApp's: check base_url", remedy=Remedy.ADMIN)


def _advice(failure: Failure) -> str:
    match failure.remedy:
        case Remedy.ADMIN | Remedy.FIX:
            return "Check token, permissions, ids and version in the configuration."
        case _:
            return "Try again later."


def _words(outgoing: Outgoing) -> Iterable[str]:
    """What is private in a message; the platform may quote it in an error."""
    yield from (outgoing.to, outgoing.to.lstrip("+"), outgoing.bsuid)
    match outgoing.message:
        case TextMessage(body=body):
            yield body
        case ListMessage(body=body, rows=rows):
            yield body
            for row in rows:
                yield from (row.title, row.description)
        case MediaMessage(media=media, caption=caption):
            yield from (media.link, media.filename, caption)
        case TemplateMessage(header=header, body=parameters, buttons=buttons):
            yield from (parameter.text for parameter in parameters)
            yield from (button.text for button in buttons)
            if header is not None:
                yield header.text


def _discreet(said: str, secrets: Iterable[str]) -> str:
    telling = sorted({secret for secret in secrets if len(secret) >= SHORTEST_SECRET}, key=len, reverse=True)
    return re.sub("|".join(map(re.escape, telling)), "…", said) if telling else said


def _next_cursor(page: Mapping[str, Any]) -> str | None:
    """Where the next page begins. Its address is never used: it could lead the token to another host."""
    paging = page.get("paging")
    if not isinstance(paging, Mapping) or not paging.get("next"):
        return None
    cursors = paging.get("cursors")
    after = cursors.get("after") if isinstance(cursors, Mapping) else None
    return after if isinstance(after, str) else ""
