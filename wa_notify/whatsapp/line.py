"""The line to the Cloud API: one authenticated request, and what an answer without a readable error means.

Redirects are never followed: they would carry the token to another host. No text that leaves here holds the
token, nor anything else its caller names as private.
"""

import asyncio
import contextlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

import httpx

from wa_notify.core.condition import ACCESS, NO_CONSEQUENCE, TOKEN, Consequence, Effect, Recovery, Scope
from wa_notify.core.errors import PlatformUnreachable, TokenRefused
from wa_notify.core.message import Failure, Remedy
from wa_notify.whatsapp.account import Account
from wa_notify.whatsapp.codes import read_failure
from wa_notify.whatsapp.reading import storable

TIMEOUT = 10.0  # seconds for each of: a place in the pool, connecting, writing, each piece of the answer
DEADLINE = 45.0  # seconds for all of it; shorter than the lease of an item in the outbox
JSON = "application/json"

NOT_LEFT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,  # the proxy refused to connect us
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,  # we could not even write the request
    httpx.InvalidURL,
)

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
OUT = Consequence(
    scope=Scope.APP, effect=Effect.BLOCKS, tells=True, recovery=Recovery.PROBE, cause=ACCESS
)  # what such an answer means when somebody has to act
LOOK_AT_CONFIG = "Check token, permissions, ids and version in the configuration."
LONGEST_REFUSAL = 64 * 1024  # bytes of an answer that says why there is no file
SHORTEST_SECRET = 4  # characters; shorter words of ours may stand in an error text by chance


class Line:
    """Requests in the name of one account. ``http`` stays the caller's, who closes it.

    ``timeout`` is in seconds and counts for each step of a request, ``deadline`` for the whole of it.
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
        self._headers = {
            "Authorization": f"Bearer {account.access_token.reveal()}",
            "Accept": JSON,
        }

    def failure(self, response: httpx.Response, answer: object, private: Iterable[str] = ()) -> Failure:
        """Why it was refused, in words that hold neither the token nor anything ``private``."""
        return refusal(response.status_code, answer, (self._account.access_token.reveal(), *private))

    async def read(self, what: str, path: str, params: dict[str, str]) -> dict[str, Any]:
        """Ask for an object; ``what`` names it in errors. Raises `PlatformUnreachable` or `TokenRefused`."""
        try:
            response = await self.request("GET", path, params=params)
        except Exception as error:  # noqa: BLE001 - a port has one error for all that can happen to a line
            name = type(error).__name__
            raise PlatformUnreachable(
                f"Read {what}: no answer from WhatsApp ({name}). Check network and base_url."
            ) from None
        answer = parsed(response.content)
        if response.is_success and isinstance(answer, dict) and "error" not in answer:
            return answer
        failure = self.failure(response, answer)
        refused = TokenRefused if failure.consequence.cause == TOKEN else PlatformUnreachable
        raise refused(f"Read {what}: WhatsApp refused. {failure}. {advice(failure)}")

    async def request(
        self,
        method: str,
        path: str,
        *,
        content: bytes | None = None,
        content_type: str = JSON,
        params: dict[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Send one request to a path below the version, with ``headers`` over ours.

        Raises whatever the transport raises.
        """
        if self._http.is_closed:
            raise httpx.ConnectError("The HTTP client is closed.")
        # Made by hand: the client's way of merging its defaults into a request costs more than sending it.
        request = httpx.Request(
            method,
            f"{self._root}/{path}",
            content=content,
            params=params,
            headers={**self._headers, "Content-Type": content_type, **(headers or {})},
            extensions={"timeout": self._timeout.as_dict()},
        )
        async with asyncio.timeout(self._deadline):
            # auth=None: neither the client's own credentials nor a netrc file
            return await self._http.send(request, auth=None, follow_redirects=False)

    async def download(self, url: str, most: int) -> tuple[httpx.Response, bytes]:
        """Fetch an address with the token; the caller has made sure that it is the platform's.

        Not much more than ``most`` bytes are read of it. Raises whatever the transport raises.
        """
        headers = {**self._headers, "Accept": "*/*", "Accept-Encoding": "identity"}
        extensions = {"timeout": self._timeout.as_dict()}
        request = httpx.Request("GET", url, headers=headers, extensions=extensions)
        async with asyncio.timeout(self._deadline):
            response = await self._http.send(request, auth=None, follow_redirects=False, stream=True)
            content = bytearray()
            async with contextlib.aclosing(response):
                async for piece in response.aiter_bytes():
                    content += piece
                    if len(content) > max(most, LONGEST_REFUSAL):
                        break
            return response, bytes(content)


def parsed(content: bytes) -> object:
    """An answer as JSON that any database can hold; nothing when it is none."""
    try:
        return storable(json.loads(content))
    except (ValueError, RecursionError):
        return None


def refusal(status: int, answer: object, secrets: Iterable[str]) -> Failure:
    """Why an answer is a refusal: by its error, else by its HTTP status; without any of the secrets."""
    failure = read_failure(answer.get("error")) if isinstance(answer, Mapping) else None
    if failure is None:
        return _by_status(status)
    private = tuple(secrets)
    return Failure(
        code=failure.code,
        title=_discreet(failure.title, private),
        details=_discreet(failure.details, private),
        remedy=failure.remedy,
        consequence=failure.consequence,
        advice=failure.advice,
    )


def _by_status(status: int) -> Failure:
    for first, last, remedy, title in BY_STATUS:
        if first <= status <= last:
            return _told_by_status(status, title, remedy)
    return _told_by_status(status, "The answer is none of WhatsApp's: check base_url", Remedy.ADMIN)


def _told_by_status(status: int, title: str, remedy: Remedy) -> Failure:
    """Only what an administrator has to mend stands in the way of more than the one message."""
    consequence = OUT if remedy is Remedy.ADMIN else NO_CONSEQUENCE
    return Failure(code=status, title=title, remedy=remedy, consequence=consequence, advice=LOOK_AT_CONFIG)


def advice(failure: Failure) -> str:
    """What to do about a refused question."""
    match failure.remedy:
        case Remedy.ADMIN | Remedy.FIX:
            return LOOK_AT_CONFIG
        case _:
            return "Try again later."


def _discreet(said: str, secrets: Iterable[str]) -> str:
    telling = sorted({secret for secret in secrets if len(secret) >= SHORTEST_SECRET}, key=len, reverse=True)
    return re.sub("|".join(map(re.escape, telling)), "…", said) if telling else said
