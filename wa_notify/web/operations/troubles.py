"""Troubles: what keeps messages from leaving, what to do about it, and when it is over."""

from datetime import datetime
from typing import Any

from wa_notify.core.access import Right
from wa_notify.core.condition import SPOKEN_RECOVERY, Condition, Effect, Recovery
from wa_notify.pipeline.conditions import end
from wa_notify.pipeline.notices import SPOKEN_EFFECT
from wa_notify.ports import Transaction
from wa_notify.web.operations.operation import Asked, Nothing, Shape, operation
from wa_notify.web.operations.paging import PageAsked, next_of, number_of
from wa_notify.web.refusals import NotThere


class TroublesAsked(PageAsked, frozen=True, kw_only=True):
    """Those that stand, or with ``over`` also those that are over."""

    over: bool = False


class TroubleShape(Shape, frozen=True, kw_only=True):
    """A trouble. ``grave``: it keeps messages from leaving; ``ends`` says how it ends."""

    number: int
    name: str
    scope: str
    subject: str
    cause: str
    effect: str
    what: str
    advice: str
    does: str
    ends: str
    grave: bool
    since: datetime
    until: datetime | None
    next_probe_at: datetime | None
    unheard: bool
    cleared_at: datetime | None


class TroublePage(Shape, frozen=True, kw_only=True):
    """Those that were noticed last first."""

    items: list[TroubleShape]
    next: str


class TroubleDone(Shape, frozen=True, kw_only=True):
    """What came of it, in a sentence."""

    text: str


@operation("GET", "/troubles", right=Right.SEE)
async def list_troubles(asked: Asked[Nothing, TroublesAsked]) -> TroublePage:
    """List what keeps messages from leaving, or deserves a look, with what to do about it."""
    after = number_of(asked.query.after)
    query = asked.query
    page = await asked.look(
        lambda views: views.conditions_page(only_open=not query.over, after=after, limit=query.limit)
    )
    items = [trouble_shape(one) for one in page.found]
    return TroublePage(items=items, next=next_of(page.mark, more=page.more))


@operation("POST", "/troubles/{number:int}/end", right=Right.SEND)
async def end_trouble(asked: Asked[Nothing, Nothing]) -> TroubleDone:
    """Say that a trouble is over. What waited because of it leaves.

    Should WhatsApp refuse again, it is noticed again. That a person with a new phone is who they say takes
    the right to look after people.
    """
    number, now = asked.path["number"], asked.now

    def standing(tx: Transaction) -> Condition | None:
        return next((one for one in tx.open_conditions() if one.id == number), None)

    def work(tx: Transaction) -> Condition:
        found = standing(tx)
        if found is None:
            raise NotThere(f"There is no trouble {number} that still stands.", where="number")
        if found.recovery is Recovery.HAND:
            asked.need(Right.PEOPLE)
        end(tx, [found], now)
        return found

    def look(tx: Transaction) -> dict[str, Any]:
        found = standing(tx)
        return {"trouble": found.name, "cause": found.cause, "what": found.what} if found else {}

    ended = await asked.change(f"trouble {number}", work, look)
    return TroubleDone(text=f"The trouble with {ended.name} is over: {ended.what}.")


def trouble_shape(trouble: Condition) -> TroubleShape:
    """A trouble as it is shown."""
    return TroubleShape(
        number=trouble.id,
        name=trouble.name,
        scope=trouble.scope.value,
        subject=trouble.subject,
        cause=trouble.cause,
        effect=trouble.effect.value,
        what=trouble.what,
        advice=trouble.advice,
        does=SPOKEN_EFFECT[trouble.effect],
        ends=SPOKEN_RECOVERY[trouble.recovery],
        grave=trouble.effect is not Effect.WARNS,
        since=trouble.since,
        until=trouble.until,
        next_probe_at=trouble.probe_at,
        unheard=trouble.unheard,
        cleared_at=trouble.cleared_at,
    )


OPERATIONS = (list_troubles, end_trouble)
