"""The circuit breaker: while a condition stands, what it concerns waits and does not knock.

Its twins on other channels leave at once (see `wa_notify.core.fallback.KNOWN_TO_FAIL`); once the condition is
over, all that waited and is still wanted leaves, critical first.
"""

from wa_notify.core.condition import Condition, Effect, Scope, looked_at_again
from wa_notify.core.reason import Reason
from wa_notify.core.rule import Priority
from wa_notify.core.situation import Decision, Situation, Wait

NAMED: dict[Scope, Reason] = {Scope.COUNTRY: Reason.COUNTRY_BLOCKED, Scope.PERSON: Reason.IDENTITY_CHANGED}


def blocked(situation: Situation) -> Decision | None:
    """Account, number, country or person can get nothing now, or only what is critical."""
    for trouble in situation.troubles:
        if trouble.effect is Effect.BLOCKS:
            return _until_over(situation, trouble, NAMED.get(trouble.scope, Reason.ACCOUNT_BLOCKED))
        if trouble.effect is Effect.SLOWS and situation.item.priority is not Priority.CRITICAL:
            return _until_over(situation, trouble, Reason.NUMBER_LIMITED)
    return None


def templates_blocked(situation: Situation) -> Decision | None:
    """The account may answer, but not begin: no template leaves."""
    if situation.item.intent.template is None:
        return None
    forbids = (trouble for trouble in situation.troubles if trouble.effect is Effect.NO_TEMPLATES)
    trouble = next(forbids, None)
    return _until_over(situation, trouble, Reason.NUMBER_LIMITED) if trouble else None


def free_form_blocked(situation: Situation) -> bool:
    """The account may begin, but not answer: what would leave as free-form text needs a template."""
    return any(trouble.effect is Effect.NO_FREE_FORM for trouble in situation.troubles)


def _until_over(situation: Situation, trouble: Condition, reason: Reason) -> Wait:
    return Wait(until=looked_at_again(trouble, situation.now), reason=reason)
