"""From a claim to an answer: one item goes out by the way that was decided for it."""

from wa_notify.core.message import Elsewhere, Failure, Outgoing, Rejected, Remedy, SendResult
from wa_notify.core.source import Request, Silencing, Unsilencing
from wa_notify.engine.watch import Watch
from wa_notify.pipeline.deliver import Claim
from wa_notify.ports import AlertSource, Clock, Fallback, WhatsApp


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
    ) -> None:
        self.whatsapp = whatsapp
        self.fallback = fallback
        self.source = source
        self._watch = watch
        self._clock = clock

    async def carry(self, claim: Claim) -> SendResult:
        """Hand it over. Never raises: refusals and lost answers are values."""
        match claim.outgoing:
            case Elsewhere() as elsewhere:
                return await self._elsewhere(claim.lane, elsewhere)
            case Silencing() | Unsilencing() as request:
                return await self._ask(request)
            case Outgoing() as outgoing:
                result = await self.whatsapp.send(outgoing)
                self._watch.whatsapp(result, self._clock())
                return result

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
