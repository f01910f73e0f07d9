"""Templates handed in, edited and deleted at the account.

What comes of one request is a value: taken in, declined, or nothing known. Declined is told in the platform's
own words for people (``error_user_title``, ``error_user_msg``), with how long a used-up quota stays so: the
header ``X-Business-Use-Case-Usage`` names the minutes in ``estimated_time_to_regain_access``. A request whose
answer is lost may have been carried out; reading the account again shows it.

Source: Meta's references of templates, resumable uploads and rate limits.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeAlias
from urllib.parse import quote

import httpx

from wa_notify.core.draft import TemplateDraft
from wa_notify.core.message import Failure, NoAnswer, Remedy
from wa_notify.whatsapp.account import Account
from wa_notify.whatsapp.drafts import creation, edition
from wa_notify.whatsapp.line import DEADLINE, NOT_LEFT, TIMEOUT, Line, parsed
from wa_notify.whatsapp.reading import word

USAGE = "X-Business-Use-Case-Usage"
LONGEST_WAIT = timedelta(days=1)  # a header that names more is odd
GATEWAY_TIMEOUT = 504  # the gateway gave up waiting, and the platform may go on
TELLING = 500  # characters of the platform's words that are shown


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenIn:
    """The platform did it. What it did not say is empty."""

    id: str = ""
    status: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined:
    """The platform refused. ``told`` is what it has to say to people; empty when it has nothing.

    ``again_in`` is how long its quota stays used up, for a refusal that is about pace and names it.
    """

    failure: Failure
    told: str = ""
    again_in: timedelta | None = None

    @property
    def too_fast(self) -> bool:
        """Whether the same request may succeed later."""
        return self.failure.remedy is Remedy.SLOW

    def __str__(self) -> str:
        """Why, in words for people, and the code."""
        return f"{self.told} ({self.failure.code})" if self.told else str(self.failure)


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploaded:
    """An example file is at the platform, under this handle."""

    handle: str


Outcome: TypeAlias = TakenIn | Declined | NoAnswer


class Management:
    """The templates of one account. ``app_id`` is the app under which example files are uploaded.

    ``http`` stays the caller's, who closes it. ``timeout`` and ``deadline`` are in seconds, as in `Line`.
    """

    def __init__(
        self,
        *,
        http: httpx.AsyncClient,
        account: Account,
        app_id: str = "",
        timeout: float = TIMEOUT,
        deadline: float = DEADLINE,
    ) -> None:
        self._account = account
        self._app = quote(app_id, safe="")
        self._templates = f"{quote(account.waba_id, safe='')}/message_templates"
        self._line = Line(http=http, account=account, timeout=timeout, deadline=deadline)

    async def how_many(self) -> int | None:
        """How many templates the account has; nothing when it does not tell. Raises `PlatformUnreachable`."""
        params = {"limit": "1", "fields": "name", "summary": "total_count"}
        page = await self._line.read("the number of templates", self._templates, params)
        summary = page.get("summary")
        total = summary.get("total_count") if isinstance(summary, dict) else None
        return total if isinstance(total, int) else None

    async def create(self, draft: TemplateDraft, header_handle: str = "") -> Outcome:
        """Hand a new template in. Never raises: refusals and lost answers are values."""
        return await self._write("POST", self._templates, creation(draft, header_handle))

    async def edit(
        self, template_id: str, draft: TemplateDraft, header_handle: str = "", *, with_category: bool
    ) -> Outcome:
        """Let a template say something else; it is reviewed again. Never raises.

        The platform does not take a category for an approved template.
        """
        body = edition(draft, header_handle, with_category=with_category)
        return await self._write("POST", quote(template_id, safe=""), body)

    async def delete(self, name: str, template_id: str = "") -> Outcome:
        """Delete one language of a template, or all without an id. Never raises."""
        which = {"hsm_id": template_id} if template_id else {}
        return await self._write("DELETE", self._templates, params={**which, "name": name})

    async def upload(self, content: bytes, media_type: str, filename: str) -> Uploaded | Declined | NoAnswer:
        """Upload an example file, which may then stand in a header. Never raises.

        It takes two requests: the first opens a session, the second brings the bytes.
        """
        params = {"file_name": filename, "file_length": str(len(content)), "file_type": media_type}
        opened = await self._exchange("POST", f"{self._app}/uploads", params=params)
        if not isinstance(opened, Mapping):
            return opened
        session = quote(word(opened, "id"), safe=":?=&%-._~")
        if not session.startswith("upload:"):
            return NoAnswer(why="WhatsApp opened no session for the file.")
        token = self._account.access_token.reveal()
        headers = {"Authorization": f"OAuth {token}", "file_offset": "0", "Content-Type": media_type}
        done = await self._exchange("POST", session, content=content, headers=headers)
        if not isinstance(done, Mapping):
            return done
        handle = word(done, "h")
        return Uploaded(handle=handle) if handle else NoAnswer(why="WhatsApp named no handle for the file.")

    async def _write(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, **more: Any
    ) -> Outcome:
        content = None if body is None else json.dumps(body).encode()
        answer = await self._exchange(method, path, content=content, **more)
        if not isinstance(answer, Mapping):
            return answer
        if answer.get("success") is False:
            return NoAnswer(why="WhatsApp says that it did not succeed, and not why.")
        status, category = word(answer, "status").upper(), word(answer, "category").upper()
        return TakenIn(id=word(answer, "id"), status=status, category=category)

    async def _exchange(self, method: str, path: str, **more: Any) -> Mapping[str, Any] | Declined | NoAnswer:
        try:
            response = await self._line.request(method, path, **more)
        except NOT_LEFT as error:
            return NoAnswer(why=f"WhatsApp could not be reached ({type(error).__name__}).", left=False)
        except Exception as error:  # noqa: BLE001 - whatever a transport raises, the outcome is unknown
            return NoAnswer(why=f"WhatsApp gave no answer ({type(error).__name__}).")
        answer = parsed(response.content)
        if response.is_success and isinstance(answer, dict) and "error" not in answer:
            return answer
        unread = response.is_success or response.status_code == GATEWAY_TIMEOUT
        if unread and not isinstance(answer, dict):
            return NoAnswer(why=f"WhatsApp's answer cannot be read (HTTP {response.status_code}).")
        return Declined(
            failure=self._line.failure(response, answer),
            told=self._discreet(_told(answer)),
            again_in=_again_in(response.headers.get(USAGE, "")),
        )

    def _discreet(self, said: str) -> str:
        return said.replace(self._account.access_token.reveal(), "…")[:TELLING]


def _told(answer: object) -> str:
    error = answer.get("error") if isinstance(answer, Mapping) else None
    if not isinstance(error, Mapping):
        return ""
    parts = (word(error, "error_user_title").rstrip("."), word(error, "error_user_msg"))
    return ". ".join(filter(None, parts))


def _again_in(usage: str) -> timedelta | None:
    """The longest wait that any quota of the header names; nothing when none is used up."""
    try:
        said = json.loads(usage or "{}")
    except (ValueError, RecursionError):
        return None
    minutes = max(_minutes(said), default=0)
    return min(timedelta(minutes=minutes), LONGEST_WAIT) if 0 < minutes < 10**6 else None


def _minutes(usage: object) -> Iterator[int]:
    for uses in usage.values() if isinstance(usage, dict) else ():
        for use in uses if isinstance(uses, list) else ():
            minutes = use.get("estimated_time_to_regain_access") if isinstance(use, dict) else None
            if isinstance(minutes, int):
                yield minutes
