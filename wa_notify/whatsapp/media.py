"""Files at the platform: upload, fetch what people sent, delete.

Source: Meta's media reference. An id that we got by uploading lives 30 days, one of a webhook 7 days; the
address behind an id lives 5 minutes and wants the token. So the token is only ever sent to hosts of Meta, or
to the very host that the configuration names as the platform.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from wa_notify.core.errors import MediaRefused, PlatformUnreachable
from wa_notify.core.media import File, spoken_size
from wa_notify.core.message import Failure, Remedy
from wa_notify.ports import Fetched
from wa_notify.whatsapp.account import Account
from wa_notify.whatsapp.line import DEADLINE, TIMEOUT, Line, advice, parsed

PLATFORM_HOSTS = ("facebook.com", "fbsbx.com", "fbcdn.net", "whatsapp.net", "whatsapp.com")
NO_FILE = "file"  # what a file without a name is called on its way


class MediaApi:
    """The files of one business number; it implements the port `wa_notify.ports.MediaHost`.

    ``http`` stays the caller's, who closes it.
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
        self._base = urlsplit(account.base_url)

    @property
    def number_id(self) -> str:
        """The id of the number to which the files belong."""
        return self._account.number_id

    async def upload(self, file: File) -> str:
        """Bring a file to the platform; its id. Raises `MediaRefused` or `PlatformUnreachable`."""
        form = httpx.Request(
            "POST",
            self._account.base_url,
            data={"messaging_product": "whatsapp", "type": file.mime_type},
            files={"file": (file.filename or NO_FILE, file.content, file.mime_type)},
        )
        answer = await self._ask(
            "Upload a file",
            "POST",
            f"{quote(self.number_id, safe='')}/media",
            content=form.read(),
            content_type=form.headers["Content-Type"],
        )
        media_id = answer.get("id")
        if not isinstance(media_id, str) or not media_id:
            raise PlatformUnreachable("Upload a file: the answer names no id. Check base_url.")
        return media_id

    async def receive(self, media_id: str, most: int) -> Fetched:
        """A file that somebody sent to us. Raises `MediaRefused` or `PlatformUnreachable`."""
        info = await self._ask("Read about a file", "GET", quote(media_id, safe=""), params=self._ours())
        size, url = _whole(info.get("file_size")), info.get("url")
        if size > most:
            raise MediaRefused(f"It has {spoken_size(size)}; at most {spoken_size(most)} are kept.")
        if not isinstance(url, str) or not self._is_platform(url):
            raise MediaRefused("Its address is none of the platform's, so it gets no token.")
        content = await self._download(url, most)
        declared = info.get("mime_type")
        return Fetched(content=content, declared=declared if isinstance(declared, str) else "")

    def _ours(self) -> dict[str, str]:
        """Only answer if the file belongs to our number."""
        return {"phone_number_id": self.number_id}

    async def _ask(self, what: str, method: str, path: str, **more: Any) -> Mapping[str, Any]:
        try:
            response = await self._line.request(method, path, **more)
        except Exception as error:  # noqa: BLE001 - a port has one error for all that can happen to a line
            name = type(error).__name__
            raise PlatformUnreachable(f"{what}: no answer from WhatsApp ({name}). Try again later.") from None
        answer = parsed(response.content)
        if response.is_success and isinstance(answer, dict) and "error" not in answer:
            return answer
        raise _error(what, self._line.failure(response, answer))

    async def _download(self, url: str, most: int) -> bytes:
        try:
            response, content = await self._line.download(url, most)
        except Exception as error:  # noqa: BLE001 - as above
            name = type(error).__name__
            raise PlatformUnreachable(f"Load a file: no answer from WhatsApp ({name}).") from None
        if not response.is_success:
            raise _error("Load a file", self._line.failure(response, parsed(content)))
        if len(content) > most:
            raise MediaRefused(f"It has more than {spoken_size(most)}.")
        return content

    def _is_platform(self, url: str) -> bool:
        """Whether the token may go there."""
        try:
            parts = urlsplit(url)
            host = (parts.hostname or "").lower()
            same = (parts.scheme, host, parts.port) == (
                self._base.scheme,
                (self._base.hostname or "").lower(),
                self._base.port,
            )
        except ValueError:
            return False
        metas = any(host == one or host.endswith(f".{one}") for one in PLATFORM_HOSTS)
        return not parts.username and (same or (parts.scheme == "https" and metas))


def _error(what: str, failure: Failure) -> MediaRefused | PlatformUnreachable:
    """A refusal of this file, or a trouble that has nothing to do with it."""
    if failure.remedy is Remedy.FIX:
        return MediaRefused(f"{what}: WhatsApp refused. {failure}.")
    return PlatformUnreachable(f"{what}: WhatsApp refused. {failure}. {advice(failure)}")


def _whole(value: object) -> int:
    """A number, which has been seen as text too."""
    if isinstance(value, int | str) and not isinstance(value, bool) and str(value).isdecimal():
        return int(str(value)[:18])
    return 0
