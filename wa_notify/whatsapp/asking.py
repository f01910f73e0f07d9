"""Questions to WhatsApp with one token, before an account is known: the answer, or why there is none.

Redirects are never followed. No text of an error holds a token, an id or what was asked.
"""

import json
from typing import Any

import httpx

from wa_notify.core.errors import PlatformUnreachable, WaNotifyError
from wa_notify.core.message import Remedy
from wa_notify.core.secret import Secret
from wa_notify.whatsapp.account import TOKEN, Account
from wa_notify.whatsapp.codes import CODES, read_failure
from wa_notify.whatsapp.line import Line, parsed
from wa_notify.whatsapp.reading import pieces, word

CHECK_ADDRESS = "Check network and base_url."
SCHEMES = ("http", "https")
PASSING = (Remedy.RETRY, Remedy.SLOW)  # of a code that is listed: what is not, is no fault that passes
PAGE, MOST_PAGES = "100", 20  # rows asked for at once, and how often


class AccessRefused(WaNotifyError):
    """WhatsApp refused the token, or it lacks a permission."""


class InvalidAddress(WaNotifyError):
    """The base URL is no web address."""


class Refused(WaNotifyError):
    """The platform said no; it never leaves this room."""

    def __init__(self, what: str, code: int) -> None:
        super().__init__(f"{what}: WhatsApp refused with code {code}. Check token, permissions and ids.")
        self.code = code


class Asking:
    """Questions with one token; each is over after ``deadline`` seconds.

    Raises `InvalidAddress`, and `AccessRefused` for a token that no request could carry.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        *,
        base_url: str,
        version: str,
        access_token: Secret,
        deadline: float,
    ) -> None:
        _require_address(base_url)
        if not TOKEN.fullmatch(access_token.reveal()):
            raise AccessRefused("The access token is empty or holds blanks or odd characters. Copy it again.")
        nothing = Secret("")
        account = Account(
            number_id="",
            waba_id="",
            base_url=base_url,
            version=version,
            access_token=access_token,
            app_secret=nothing,
            verify_token=nothing,
        )
        self._line = Line(http=http, account=account, timeout=deadline, deadline=deadline)

    async def get(self, what: str, path: str, **params: str) -> dict[str, Any]:
        """Read an object; ``what`` names it in errors. Raises `Refused` and `PlatformUnreachable`."""
        return await self._exchange(f"Read {what}", "GET", path, params=params)

    async def rows(self, what: str, path: str, fields: str) -> list[dict[str, Any]]:
        """Read a list to its end; of an endless one its first pages. Raises as `get`."""
        rows: list[dict[str, Any]] = []
        params = {"fields": fields, "limit": PAGE}
        for _ in range(MOST_PAGES):
            page = await self.get(what, path, **params)
            rows += pieces(page, "data")
            after = _after(page.get("paging"))
            if not after:
                break
            params["after"] = after
        return rows

    async def post(self, what: str, path: str, **body: Any) -> None:
        """Change something. Raises as `get`, also when the platform says that it did not succeed."""
        await self._exchange(what, "POST", path, content=json.dumps(body).encode() if body else None)

    async def delete(self, what: str, path: str, **params: str) -> None:
        """Take something back. Raises as `post`."""
        await self._exchange(what, "DELETE", path, params=params)

    async def _exchange(self, what: str, method: str, path: str, **more: Any) -> dict[str, Any]:
        try:
            response = await self._line.request(method, path, **more)
        except Exception as error:  # noqa: BLE001 - one error for all that can happen to a line
            name = type(error).__name__
            raise PlatformUnreachable(f"{what}: no answer from WhatsApp ({name}). {CHECK_ADDRESS}") from None
        answer = parsed(response.content)
        answer = answer if isinstance(answer, dict) else {}
        failure = read_failure(answer.get("error"))
        if failure is not None and failure.code in CODES and failure.remedy in PASSING:
            raise PlatformUnreachable(f"{what}: WhatsApp is busy (code {failure.code}). Try again later.")
        if failure is not None:
            raise Refused(what, failure.code)
        if not (response.is_success and answer) or answer.get("success") is False:
            told = f"HTTP {response.status_code}"
            raise PlatformUnreachable(f"{what}: the answer cannot be used ({told}). {CHECK_ADDRESS}")
        return answer


def _after(paging: object) -> str:
    """Where the next page begins. Its address is never used: it could lead the token to another host."""
    cursors = paging.get("cursors") if isinstance(paging, dict) and paging.get("next") else None
    return word(cursors, "after") if isinstance(cursors, dict) else ""


def _require_address(base_url: str) -> None:
    try:
        url = httpx.URL(base_url)
    except httpx.InvalidURL:
        url = httpx.URL("")
    if url.scheme not in SCHEMES or not url.host or url.userinfo or url.query or url.fragment:
        raise InvalidAddress("base_url is no web address. Write it with https, and nothing behind the path.")
