"""How the platform tells of the measures against an account, and when they end.

`account_update` tells of locks and blocks (ACCOUNT_VIOLATION), restrictions (ACCOUNT_RESTRICTION with all
that are in force) and bans (DISABLED_UPDATE), as Meta's webhook reference has it. A missing payment method is
told by the health status alone. The end of a restriction was told at its beginning, so that nothing is told
then (our deduction).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .account import Account
from .standing import RESTRICTIONS, Measure, Standing

VIOLATION = "POLICY_VIOLATION"  # invented: the documents have no list of violation types
VIOLATIONS = (Measure.LOCKED, Measure.POLICY_BLOCK, Measure.MISCLASSIFICATION)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureOver:
    """A measure was to end now, unless it was lifted or prolonged."""

    account: Account
    measure: Measure


def news_of(standing: Standing, measure: Measure, *, violation: str = VIOLATION) -> dict[str, Any] | None:
    """Return the value of the `account_update` that tells of a measure just taken; None when nothing does."""
    match measure:
        case Measure.SCHEDULE_FOR_DISABLE:
            until = standing.measures[measure]
            date = {"waba_ban_date": f"{until:%B} {until.day}, {until.year}"} if until else {}
            return {"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": measure.value, **date}}
        case Measure.DISABLED:
            return {"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "DISABLE"}}
        case _ if measure in RESTRICTIONS:
            info = [
                _restriction(one, standing.measures[one]) for one in RESTRICTIONS if one in standing.measures
            ]
            return {"event": "ACCOUNT_RESTRICTION", "restriction_info": info}
        case _ if measure in VIOLATIONS:
            return violation_news(violation)
        case _:
            return None


def violation_news(violation: str) -> dict[str, Any]:
    """Return the value of the `account_update` that tells of a violation."""
    return {"event": "ACCOUNT_VIOLATION", "violation_info": {"violation_type": violation}}


def _restriction(measure: Measure, until: datetime | None) -> dict[str, Any]:
    expiration = {} if until is None else {"expiration": int(until.timestamp())}
    return {"restriction_type": measure.value, **expiration}
