"""What `health_status` says of an entity: what is known of it, and what was set on demand.

Of a number, FLAGGED is no obstacle (LIMITED), RESTRICTED, RATE_LIMITED and BANNED are, and so is a display
name that may not be used; one under review is mentioned. A business that is not verified is LIMITED with
141010, as small senders are. What else has no code in the documents has that of the refusal (our deduction).
"""

from collections.abc import Mapping
from typing import Any

from .account import HEALTH, Account, BusinessNumber, Portfolio
from .fates import lacks_approved_name

LIMITED_BY = ("FLAGGED",)
BLOCKED_BY = {"RESTRICTED": 131048, "RATE_LIMITED": 131048, "BANNED": 131031}
AVAILABLE: Mapping[str, Any] = {"can_send_message": "AVAILABLE"}


def state_of(portfolio: Portfolio, account: Account, entity: str, id: str) -> dict[str, Any]:  # noqa: A002 - Graph's name
    """Return how an entity is, the worst of what is known and what was set, with errors and remarks."""
    found = [AVAILABLE, account.unwell.get(entity, AVAILABLE)]
    match entity:
        case "WABA":
            found.append(account.standing.health() or AVAILABLE)
        case "BUSINESS" if not portfolio.verified:
            found.append(_ill("LIMITED", 141010, "Business not verified.", "Start verification."))
        case "PHONE_NUMBER":
            found += [_of_number(one) for one in account.numbers if one.phone_number_id == id]
        case _:
            pass
    return _together(found)


def _of_number(number: BusinessNumber) -> Mapping[str, Any]:
    if number.status in BLOCKED_BY:
        text = f"The number is {number.status}."
        return _ill("BLOCKED", BLOCKED_BY[number.status], text, "Wait, or ask for a review.")
    if lacks_approved_name(number):
        return _ill("BLOCKED", 131037, "The display name is not approved.", "Hand in another name.")
    if number.status in LIMITED_BY:
        return {"can_send_message": "LIMITED", "additional_info": ["The quality of the number is low."]}
    if number.name_status == "PENDING_REVIEW":
        return {**AVAILABLE, "additional_info": ["Display name still under review."]}
    return AVAILABLE


def _together(found: list[Mapping[str, Any]]) -> dict[str, Any]:
    worst = max((one["can_send_message"] for one in found), key=HEALTH.index)
    shown: dict[str, Any] = {"can_send_message": worst}
    for name in ("errors", "additional_info"):
        if told := [item for one in found for item in one.get(name, ())]:
            shown[name] = told
    return shown


def _ill(state: str, code: int, description: str, solution: str) -> dict[str, Any]:
    error = {"error_code": code, "error_description": description, "possible_solution": solution}
    return {"can_send_message": state, "errors": [error]}
