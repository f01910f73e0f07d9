"""Is it alive, and is it able to work? Readiness always says why."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from wa_notify.core.errors import Complaint, StoreError
from wa_notify.engine import Engine
from wa_notify.ports import Clock

OVERDUE = timedelta(minutes=2)  # an outbox that is this late is in trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that is not as it should be. Only what keeps alerts from people makes us unready."""

    what: str
    blocks: bool


class Health:
    """Liveness and readiness."""

    def __init__(self, engine: Engine, clock: Clock, complaints: tuple[Complaint, ...]) -> None:
        """``complaints`` are those of the configuration that did not keep the service from starting."""
        self._engine = engine
        self._clock = clock
        self._complaints = complaints

    async def live(self, request: Request) -> Response:  # noqa: ARG002 - the framework's signature
        """The process answers."""
        return JSONResponse({"status": "ok"})

    async def ready(self, request: Request) -> Response:  # noqa: ARG002 - the framework's signature
        """The store answers, templates are known, the account can send, and the outbox keeps up."""
        findings = await self.findings()
        blocked = any(finding.blocks for finding in findings)
        body = {
            "status": "not ready" if blocked else "ready",
            "reasons": [finding.what for finding in findings],
        }
        return JSONResponse(body, 503 if blocked else 200)

    async def findings(self) -> list[Finding]:
        """Everything that is not as it should be."""
        rules = [Finding(what=f"Rule refused: {complaint}", blocks=False) for complaint in self._complaints]
        account = self._engine.account_trouble
        trouble = [Finding(what=f"WhatsApp refuses the account: {account}", blocks=True)] if account else []
        try:
            return [*trouble, *await self._store_findings(), *rules]
        except StoreError as error:
            return [Finding(what=f"The database does not answer: {error}", blocks=True), *trouble, *rules]

    async def _store_findings(self) -> list[Finding]:
        counts = await self._engine.look(lambda views: views.counts())
        known = await self._engine.look(lambda views: bool(views.templates()))
        findings = []
        if not known:
            findings.append(Finding(what="The account's templates are not known yet.", blocks=True))
        if late := _lateness(counts.oldest_due_at, self._clock()):
            findings.append(Finding(what=f"The outbox is {late} behind.", blocks=True))
        return findings


def _lateness(oldest_due_at: datetime | None, now: datetime) -> timedelta | None:
    if oldest_due_at is None or now - oldest_due_at < OVERDUE:
        return None
    return timedelta(seconds=int((now - oldest_due_at).total_seconds()))
