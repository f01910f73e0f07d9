"""Is it alive, and is it able to work? Readiness always says why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from wa_notify.config import Severity
from wa_notify.core.ailment import Ailment
from wa_notify.core.condition import Condition, Scope
from wa_notify.core.errors import StoreError
from wa_notify.core.template import TemplateShape
from wa_notify.core.wallclock import roughly, spoken_span, spoken_time
from wa_notify.engine import Engine
from wa_notify.pipeline.canary import song
from wa_notify.pipeline.limits import Headroom
from wa_notify.pipeline.notices import NOBODY_TOLD, spoken
from wa_notify.ports import Clock
from wa_notify.web.canary import canary_troubles
from wa_notify.web.money import money_troubles
from wa_notify.web.standing import Standing

UNREACHABLE = timedelta(minutes=1)  # for which WhatsApp may be silent before it is worth a word
OVERDUE = timedelta(minutes=2)  # an outbox that is this late is in trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that is not as it should be. Only what keeps alerts from people makes us unready.

    ``ailment`` names what the service itself suffers from; what else there is has its own ways to be told.
    """

    what: str
    blocks: bool
    ailment: Ailment | None = None


class Health:
    """Liveness and readiness."""

    def __init__(self, engine: Engine, clock: Clock, standing: Standing) -> None:
        self._engine = engine
        self._clock = clock
        self._standing = standing

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
        rules = self._written_findings()
        if not self._engine.book.rules:
            what = "There is no rule, so no alert reaches anybody."
            rules.append(Finding(what=what, blocks=True, ailment=Ailment.RULES))
        if broken_at := self._engine.watch.ledger_break:
            what = f"The consent ledger is broken. {broken_at}"
            rules.append(Finding(what=what, blocks=False, ailment=Ailment.LEDGER))
        try:
            return [*self._platform_findings(), *await self._store_findings(), *rules]
        except StoreError as error:
            broken = no_database(str(error))
            return [broken, *self._platform_findings(), *rules]

    def _written_findings(self) -> list[Finding]:
        """What is written and not obeyed. What was obeyed before goes on, so none of it blocks."""
        standing = self._standing
        told: list[tuple[str, Ailment | None]] = []
        told += [(f"Rule refused: {one}", Ailment.CONFIGURATION) for one in standing.complaints]
        told += [(f"Rule {name} works as it was before it was changed.", None) for name in standing.kept]
        refused = "The changed configuration cannot be used"
        told += [(f"{refused}: {one}", Ailment.CONFIGURATION) for one in standing.refused]
        told += [
            (f"The section {one} has changed; that needs a restart.", None) for one in standing.to_restart
        ]
        return [Finding(what=what, blocks=False, ailment=ailment) for what, ailment in told]

    def _platform_findings(self) -> list[Finding]:
        findings = []
        since = self._engine.watch.unreachable_since
        if since and self._clock() - since >= UNREACHABLE:
            told = spoken_time(since, self._engine.book.time_zone)
            what = f"WhatsApp has not answered since {told}. Check network and base_url."
            findings.append(Finding(what=what, blocks=True, ailment=Ailment.UNREACHABLE))
        troubles = self._engine.watch.channel_troubles.values()
        findings += [Finding(what=f"Another channel takes nothing: {why}", blocks=False) for why in troubles]
        if trouble := self._engine.watch.source_trouble:
            findings.append(
                Finding(what=f"The source of the alerts cannot be asked: {trouble}", blocks=False)
            )
        return findings

    def _template_findings(self, templates: Sequence[TemplateShape]) -> list[Finding]:
        """What keeps messages from people because the account's templates are not as the rules need them."""
        faults = [
            Finding(
                what=str(found.complaint),
                blocks=found.use.vital,
                ailment=Ailment.TEMPLATES if found.use.vital else None,
            )
            for found in self._standing.held_against(templates)
            if found.severity is Severity.FAULT
        ]
        return list(dict.fromkeys(faults))  # rules that share a text by an anchor say the same

    async def _store_findings(self) -> list[Finding]:
        book, now = self._engine.book, self._clock()
        due_at, templates, troubles, totals, sung = await self._engine.look(
            lambda views: (
                views.next_claimable(),
                views.templates(),
                views.conditions(),
                views.totals(book.prices.month(now)),
                song(views, book, now),
            )
        )
        others = [one for one in troubles if one.is_open and one.scope is not Scope.SERVICE]
        findings = [_finding(trouble, book.time_zone) for trouble in others]  # ours is looked at here
        findings += _limit_findings(await self._engine.desk.limits(), book.time_zone)
        also = (*money_troubles(book, totals, now), *canary_troubles(book.canary, sung))
        findings += [Finding(what=what, blocks=False) for what in also]
        if not templates:
            what = "The account's templates are not known yet."
            findings.append(Finding(what=what, blocks=True, ailment=Ailment.TEMPLATES))
        else:
            findings += self._template_findings(templates)
        if late := _lateness(due_at, self._clock()):
            what = f"The outbox is {late} behind."
            findings.append(Finding(what=what, blocks=True, ailment=Ailment.OUTBOX))
        return findings


def no_database(why: str) -> Finding:
    """Nothing can be taken in or sent."""
    return Finding(what=f"The database does not answer: {why}", blocks=True, ailment=Ailment.DATABASE)


def _finding(trouble: Condition, time_zone: str) -> Finding:
    """A trouble; one that keeps everybody from being written to makes us unready."""
    blocks = trouble.whatsapp_wide
    unheard = f" {NOBODY_TOLD}" if trouble.unheard else ""
    ailment = Ailment.ACCOUNT if blocks else None
    return Finding(what=f"{spoken(trouble, time_zone)}{unheard}", blocks=blocks, ailment=ailment)


def _limit_findings(limits: Headroom, time_zone: str) -> list[Finding]:
    """Limits are obeyed and not broken, so nothing of it makes us unready."""
    findings = []
    if limits.reach.into_reserve:
        free = (
            f" The next place is free at {spoken_time(limits.places[0], time_zone)}." if limits.places else ""
        )
        what = f"{limits.reach.used} of {limits.reach.limit} people were reached in the last 24 hours"
        rest = f"the rest is kept for critical messages; {limits.waiting} wait."
        findings.append(Finding(what=f"{what}; {rest}{free}", blocks=False))
    for slow in limits.slowdowns:
        until = spoken_time(slow.paused_until, time_zone)
        what = f"WhatsApp asked this {slow.scope} to slow down. It paused until {until} and recovers since."
        findings.append(Finding(what=what, blocks=False))
    return findings


def _lateness(oldest_due_at: datetime | None, now: datetime) -> str | None:
    if oldest_due_at is None or now - oldest_due_at < OVERDUE:
        return None
    return spoken_span(roughly(now - oldest_due_at))
