"""Is it alive, and is it able to work? Readiness always says why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from wa_notify.core.errors import Complaint, StoreError
from wa_notify.core.rule import Rulebook
from wa_notify.core.template import TemplateShape
from wa_notify.core.wallclock import roughly, spoken_span, spoken_time
from wa_notify.engine import Engine
from wa_notify.ports import Clock
from wa_notify.web.money import money_troubles

UNREACHABLE = timedelta(minutes=1)  # for which WhatsApp may be silent before it is worth a word
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
        if not self._engine.book.rules:
            rules.append(Finding(what="There is no rule, so no alert reaches anybody.", blocks=True))
        if broken_at := self._engine.watch.ledger_break:
            rules.append(Finding(what=f"The consent ledger is broken. {broken_at}", blocks=False))
        try:
            return [*self._platform_findings(), *await self._store_findings(), *rules]
        except StoreError as error:
            broken = Finding(what=f"The database does not answer: {error}", blocks=True)
            return [broken, *self._platform_findings(), *rules]

    def _platform_findings(self) -> list[Finding]:
        findings = []
        if account := self._engine.watch.account_trouble:
            findings.append(Finding(what=f"WhatsApp refuses the account: {account}", blocks=True))
        since = self._engine.watch.unreachable_since
        if since and self._clock() - since >= UNREACHABLE:
            told = spoken_time(since, self._engine.book.time_zone)
            what = f"WhatsApp has not answered since {told}. Check network and base_url."
            findings.append(Finding(what=what, blocks=True))
        troubles = self._engine.watch.channel_troubles.values()
        findings += [Finding(what=f"Another channel takes nothing: {why}", blocks=False) for why in troubles]
        if trouble := self._engine.watch.source_trouble:
            findings.append(
                Finding(what=f"The source of the alerts cannot be asked: {trouble}", blocks=False)
            )
        return findings

    async def _store_findings(self) -> list[Finding]:
        book, now = self._engine.book, self._clock()
        counts, templates, totals = await self._engine.look(
            lambda views: (views.counts(), views.templates(), views.totals(book.prices.month(now)))
        )
        findings = [Finding(what=what, blocks=False) for what in money_troubles(book, totals, now)]
        if not templates:
            findings.append(Finding(what="The account's templates are not known yet.", blocks=True))
        else:
            findings += [Finding(what=what, blocks=True) for what in missing(self._engine.book, templates)]
        if late := _lateness(counts.oldest_due_at, self._clock()):
            findings.append(Finding(what=f"The outbox is {late} behind.", blocks=True))
        return findings


def missing(book: Rulebook, account: Sequence[TemplateShape]) -> list[str]:
    """Which rules, and what else speaks, need a template that the account does not have, or not approved."""
    sendable = {shape.name for shape in account if shape.sendable}
    known = {shape.name for shape in account}
    needs = [
        *((f"Rule {rule.name}", template) for rule in book.rules for template in rule.templates),
        *((f"defaults.{key}", use) for key, use in (("digest", book.digest), ("nudge", book.nudge)) if use),
    ]
    return [
        f"{who} needs the template {name}, which the account "
        f"{'has not approved' if name in known else 'does not have'}."
        for who, name in dict.fromkeys((who, template.name) for who, template in needs)
        if name not in sendable
    ]


def _lateness(oldest_due_at: datetime | None, now: datetime) -> str | None:
    if oldest_due_at is None or now - oldest_due_at < OVERDUE:
        return None
    return spoken_span(roughly(now - oldest_due_at))
