"""One step of a plan, asked of the account."""

import mimetypes
from pathlib import Path

import httpx

from wa_notify.core.draft import TemplateDraft
from wa_notify.core.message import Failure, NoAnswer, Remedy
from wa_notify.core.plan import MEDIA, Step, Verdict
from wa_notify.whatsapp.management import Declined, Management, Outcome, Uploaded

LARGEST = 100 * 1024 * 1024  # bytes of a document; the platform takes no larger file
NO_FILE = "The example of the header cannot be read"


class Submission:
    """Asks for steps one after another. ``folder`` is where example files that are no links lie."""

    def __init__(self, *, http: httpx.AsyncClient, management: Management, folder: Path) -> None:
        self._http = http
        self._management = management
        self._folder = folder
        self._deleted: dict[str, Outcome] = {}  # names of which all languages were deleted at once

    async def carry_out(self, step: Step) -> Outcome:
        """Ask for a step. Never raises: refusals and lost answers are values."""
        if step.draft is None:
            return await self._delete(step)
        handle = ""
        if step.draft.shape.header_format in MEDIA:
            uploaded = await self._upload(step.draft)
            if not isinstance(uploaded, Uploaded):
                return uploaded
            handle = uploaded.handle
        if step.verdict is Verdict.ADD or step.shape is None:
            return await self._management.create(step.draft, handle)
        return await self._management.edit(
            step.shape.id, step.draft, handle, with_category=not step.shape.sendable
        )

    async def _delete(self, step: Step) -> Outcome:
        if not step.whole:
            return await self._management.delete(step.name, step.shape.id if step.shape else "")
        if step.name not in self._deleted:
            self._deleted[step.name] = await self._management.delete(step.name)
        return self._deleted[step.name]

    async def _upload(self, draft: TemplateDraft) -> Uploaded | Declined | NoAnswer:
        example = draft.header_example
        try:
            content = await self._content(example)
        except (OSError, httpx.HTTPError, httpx.InvalidURL) as error:
            return _unreadable(f"{NO_FILE} ({type(error).__name__})")
        if not 0 < len(content) <= LARGEST:
            return _unreadable(f"{NO_FILE}: it has {len(content)} bytes")
        name = example.split("?", maxsplit=1)[0].rpartition("/")[2]
        media_type = mimetypes.guess_type(name)[0]
        if media_type is None:
            return _unreadable(f"{NO_FILE}: its name does not tell its type")
        return await self._management.upload(content, media_type, name)

    async def _content(self, example: str) -> bytes:
        if not example.startswith(("https://", "http://")):
            return (self._folder / example).read_bytes()
        answer = await self._http.get(example, follow_redirects=False)
        answer.raise_for_status()
        return answer.content


def _unreadable(why: str) -> Declined:
    return Declined(failure=Failure(code=0, title=why, remedy=Remedy.FIX))
