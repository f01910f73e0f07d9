"""From a claim to an answer: one item goes out by the way that was decided for it."""

from dataclasses import replace
from datetime import datetime
from functools import partial

from wa_notify.core.bounds import SCHEMES
from wa_notify.core.errors import MediaRefused, PlatformUnreachable
from wa_notify.core.media import GONE_CODES
from wa_notify.core.message import Elsewhere, Failure, NoAnswer, Outgoing, Rejected, Remedy, SendResult
from wa_notify.core.source import Request, Silencing, Unsilencing
from wa_notify.core.within import file_of
from wa_notify.engine.files import Files, Transact
from wa_notify.engine.watch import Watch
from wa_notify.pipeline.deliver import Claim
from wa_notify.pipeline.files import go_without
from wa_notify.pipeline.unsendable import stale
from wa_notify.ports import AlertSource, Clock, Fallback, WhatsApp

NO_FILE = Failure(code=0, title="The file cannot be had", remedy=Remedy.FIX)


class Carrier:
    """Knows the ways out. What it hears on them, `Watch` remembers."""

    def __init__(
        self,
        *,
        whatsapp: WhatsApp,
        fallback: Fallback | None,
        source: AlertSource | None,
        watch: Watch,
        clock: Clock,
        transact: Transact,
        files: Files | None = None,
    ) -> None:
        self.whatsapp = whatsapp
        self.fallback = fallback
        self.source = source
        self._watch = watch
        self.files = files
        self._clock = clock
        self._transact = transact

    async def carry(self, claim: Claim) -> SendResult | None:
        """Hand it over. Never raises: refusals and lost answers are values.

        Nothing when that was too late: a process that was paused may not send what others have taken over.
        """
        if self._is_too_late(claim):
            return None
        match claim.outgoing:
            case Elsewhere() as elsewhere:
                return await self._elsewhere(claim.lane, elsewhere)
            case Silencing() | Unsilencing() as request:
                return await self._ask(request)
            case Outgoing() as outgoing:
                return await self._by_whatsapp(claim, outgoing)

    def _is_too_late(self, claim: Claim) -> bool:
        return self._clock() >= claim.lease_until

    async def _by_whatsapp(self, claim: Claim, outgoing: Outgoing) -> SendResult | None:
        """With its file where WhatsApp finds it, or without its file."""
        began = self._clock()
        try:
            ready = await self._with_its_file(claim, outgoing)
        except PlatformUnreachable as error:
            return NoAnswer(why=str(error), left=False)
        if ready is None:
            return Rejected(failure=NO_FILE)
        if self._is_too_late(claim):  # the file took its time
            return None
        result = await self.whatsapp.send(ready)
        self._watch.whatsapp(result, self._clock())
        return await self._seen_again(outgoing, result, began)

    async def _with_its_file(self, claim: Claim, outgoing: Outgoing) -> Outgoing | None:
        """Nothing when the message is nothing without its file. Raises `PlatformUnreachable`."""
        if file_of(outgoing.message) is None:
            return outgoing
        try:
            return await self._files_of(outgoing)
        except MediaRefused as refused:
            why, now = str(refused), self._clock()
        work = partial(
            go_without,
            item_id=claim.item_id,
            attempt=claim.attempt,
            outgoing=outgoing,
            why=why,
            now=now,
        )
        instead = await self._transact(work)
        if instead is None or file_of(instead.message) is None:
            return instead
        try:
            return await self._files_of(instead)
        except MediaRefused:
            return None

    async def _files_of(self, outgoing: Outgoing) -> Outgoing:
        if self.files:
            return await self.files.with_its_file(outgoing, self._transact)
        file = file_of(outgoing.message)
        if file and not file.media_id and not file.link.startswith(SCHEMES):
            raise MediaRefused("Nothing here can upload files.")
        return outgoing

    async def _seen_again(self, outgoing: Outgoing, result: SendResult, began: datetime) -> SendResult:
        """An id of an earlier upload that WhatsApp forgot is forgotten here too; the file is brought anew."""
        file = file_of(outgoing.message)
        if file is None or not isinstance(result, Rejected) or result.failure.code not in GONE_CODES:
            return result
        number_id = self.whatsapp.number_id
        if not await self._transact(lambda tx: stale(tx, number_id, file, began)):
            return result
        return Rejected(failure=replace(result.failure, remedy=Remedy.RETRY))

    async def _elsewhere(self, target: str, elsewhere: Elsewhere) -> SendResult:
        """By another channel."""
        if self.fallback is None:
            result: SendResult = _nobody("Nothing here can send by other channels")
        else:
            result = await self.fallback.send(elsewhere)
        self._watch.channel(target, elsewhere, result)
        return result

    async def _ask(self, request: Request) -> SendResult:
        """Of the source of the alerts."""
        if self.source is None:
            return _nobody("Nothing here can ask the source: the section alertmanager is gone")
        if isinstance(request, Silencing):
            result = await self.source.silence(request)
        else:
            result = await self.source.expire(request)
        self._watch.source(result)
        return result


def _nobody(title: str) -> Rejected:
    return Rejected(failure=Failure(code=0, title=title, remedy=Remedy.RETRY))
