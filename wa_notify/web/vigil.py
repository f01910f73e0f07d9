"""The vigil: somebody looks again and again whether the service is well, and administrators hear when not.

It sees what ``/readyz`` tells. What lasts is kept as a trouble (see `wa_notify.pipeline.ailments`), told by
the administrators' other channel first, once, and again when it is over for good. Only that the database
itself fails cannot be kept there (see `wa_notify.web.outcry`).
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

from wa_notify.core.ailment import Ailment
from wa_notify.core.errors import StoreError
from wa_notify.engine import Engine
from wa_notify.pipeline.ailments import heed_ailments
from wa_notify.ports import Clock, Store
from wa_notify.web.health import Finding, Health, no_database
from wa_notify.web.outcry import Outcry

ANSWERS_WITHIN = 10.0  # seconds, after which the database counts as failing
MINUTE = timedelta(minutes=1)
# What has lasted for a while when it is found needs no patience; what a start or an edit brings does.
PATIENCE: dict[Ailment, timedelta] = {
    Ailment.DATABASE: MINUTE,
    Ailment.TEMPLATES: 2 * MINUTE,
    Ailment.RULES: MINUTE,
    Ailment.CONFIGURATION: MINUTE,
}
TOLD_ELSEWHERE = (Ailment.ACCOUNT, Ailment.DATABASE)  # by its own condition, and by the outcry


async def looked_at(health: Health) -> list[Finding]:
    """Everything that is not as it should be. A database that hangs counts as one that fails."""
    try:
        async with asyncio.timeout(ANSWERS_WITHIN):
            return await health.findings()
    except TimeoutError:
        return [no_database(f"nothing came back within {ANSWERS_WITHIN:g} s.")]


class Vigil:
    """Looks after the health of one service."""

    def __init__(self, *, engine: Engine, health: Health, store: Store, outcry: Outcry, clock: Clock) -> None:
        self._engine = engine
        self._health = health
        self._store = store
        self._outcry = outcry
        self._clock = clock
        self._since: dict[Ailment, datetime] = {}

    async def look(self) -> None:
        """Look once. Never raises `StoreError`: that is told like all the rest.

        Of several services one looks; whoever cried out goes on until they have said that it is over.
        """
        if not (self._store.keeps_house or self._outcry.goes_on):
            return
        found = _by_ailment(await looked_at(self._health))
        now = self._clock()
        if Ailment.DATABASE not in found and (trouble := await self._keep(found, now)):
            found[Ailment.DATABASE] = trouble.what
        self._since = {ailment: self._since.get(ailment, now) for ailment in found}
        if Ailment.DATABASE not in found:
            await self._outcry.over(now)
        elif self._lasts(Ailment.DATABASE, now):
            await self._outcry.cry(found[Ailment.DATABASE], self._since[Ailment.DATABASE], now)

    def _lasts(self, ailment: Ailment, now: datetime) -> bool:
        """Whether it has been there for long enough to be told."""
        return now - self._since.get(ailment, now) >= PATIENCE.get(ailment, timedelta(0))

    async def _keep(self, found: Mapping[Ailment, str], now: datetime) -> Finding | None:
        """Keep what lasts, and end what is over; what the database says when that fails."""
        ours = {
            ailment: what
            for ailment, what in found.items()
            if ailment not in TOLD_ELSEWHERE and self._lasts(ailment, now)
        }
        unknown = () if self._engine.watch.answered else (Ailment.UNREACHABLE,)  # before the first answer
        try:
            async with asyncio.timeout(ANSWERS_WITHIN):
                kept = self._store.transact(lambda tx: heed_ailments(tx, ours, now, unknown))
                changed = await asyncio.wrap_future(kept)
        except StoreError as error:
            return no_database(str(error))
        except TimeoutError:
            return no_database(f"nothing was kept within {ANSWERS_WITHIN:g} s.")
        if changed:
            self._engine.wake()
        return None


def _by_ailment(findings: list[Finding]) -> dict[Ailment, str]:
    """The first of each kind, and how many more there are."""
    found: dict[Ailment, list[str]] = {}
    for finding in findings:
        if finding.ailment:
            found.setdefault(finding.ailment, []).append(finding.what)
    return {
        ailment: first + (f" And {len(others)} more like that." if others else "")
        for ailment, (first, *others) in found.items()
    }
