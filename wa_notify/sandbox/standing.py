"""What the platform holds against an account: measures, how long they last, and how it tells of them.

=====================================  ===================================  ========================  =======
measure                                what it does to messages             who says so               sure
=====================================  ===================================  ========================  =======
LOCKED, DISABLED                       131031 for all                       Meta's error codes        firm
POLICY_BLOCK                           368 for all                          Meta's error codes        firm
SCHEDULE_FOR_DISABLE                   nothing yet; DISABLED at its date    Meta's webhook reference  firm
RESTRICTED_BIZ_INITIATED_MESSAGING     368 for what is no answer            our deduction             guess
RESTRICTED_CUSTOMER_INITIATED_...      368 for free-form answers            our deduction             guess
RESTRICTED_UTILITY_TEMPLATES           131064 for utility templates         our deduction             guess
RESTRICTED_DIRECT_SEND_UTILITY_...     139200 for utility by Direct Send    our deduction             guess
RESTRICTED_ADD_PHONE_NUMBER_ACTION     none; 100 for a further number       our deduction             guess
MISCLASSIFICATION                      131064 for utility templates         Meta's error codes        fair
NO_PAYMENT_METHOD                      131042 for what would be charged     observed by API clients   fair
=====================================  ===================================  ========================  =======

How the platform tells of them is in `measures`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any


class Measure(StrEnum):
    """What the platform may do about an account."""

    LOCKED = "LOCKED"
    POLICY_BLOCK = "POLICY_BLOCK"
    SCHEDULE_FOR_DISABLE = "SCHEDULE_FOR_DISABLE"
    DISABLED = "DISABLED"
    NO_WRITING_FIRST = "RESTRICTED_BIZ_INITIATED_MESSAGING"
    NO_ANSWERS = "RESTRICTED_CUSTOMER_INITIATED_MESSAGING"
    NO_UTILITY = "RESTRICTED_UTILITY_TEMPLATES"
    NO_DIRECT_SEND = "RESTRICTED_DIRECT_SEND_UTILITY_TEMPLATES"
    NO_NEW_NUMBERS = "RESTRICTED_ADD_PHONE_NUMBER_ACTION"
    MISCLASSIFICATION = "MISCLASSIFICATION"
    NO_PAYMENT_METHOD = "NO_PAYMENT_METHOD"


RESTRICTIONS = tuple(measure for measure in Measure if measure.startswith("RESTRICTED_"))

# What the health status says of the account. 141006 and 141014 have been met; that the other codes are those
# of the refusals is our deduction.
ILL: Mapping[Measure, tuple[str, int, str, str]] = {
    Measure.DISABLED: ("BLOCKED", 141014, "The account is banned.", "Ask for a review."),
    Measure.LOCKED: ("BLOCKED", 131031, "The account is locked.", "Ask for a review."),
    Measure.POLICY_BLOCK: ("BLOCKED", 368, "The account violated policies.", "Wait, or ask for a review."),
    Measure.NO_PAYMENT_METHOD: ("BLOCKED", 141006, "Payment method problem.", "Add a valid payment method."),
    Measure.MISCLASSIFICATION: (
        "LIMITED", 131064, "Templates were filed under the wrong category.", "File them rightly.",
    ),
}  # fmt: skip

# How long utility templates are refused after each misclassification: first a warning, then a limit (its
# length is our deduction), then restrictions of 7 and 30 days, then for good (Meta's ladder for Direct Send).
LADDER: tuple[tuple[Measure, timedelta | None] | None, ...] = (
    None,
    (Measure.MISCLASSIFICATION, timedelta(days=1)),
    (Measure.NO_UTILITY, timedelta(days=7)),
    (Measure.NO_UTILITY, timedelta(days=30)),
    (Measure.NO_UTILITY, None),
)


@dataclass(slots=True, kw_only=True, eq=False)
class Standing:
    """How an account stands.

    measures: those that were taken, until when (UTC); None for no end.
    closed_countries: the countries (two letters) whose people it may not message.
    misclassified: how often templates of it were found in the wrong category.
    warned: for misusing categories; its templates then change theirs without notice.
    """

    measures: dict[Measure, datetime | None] = field(default_factory=dict)
    closed_countries: set[str] = field(default_factory=set)
    misclassified: int = 0
    warned: bool = False

    def has(self, measure: Measure, now: datetime) -> bool:
        """Whether a measure is in force; a scheduled ban is one from its date on."""
        if measure is Measure.DISABLED and self.is_over(Measure.SCHEDULE_FOR_DISABLE, now):
            return True
        if measure not in self.measures:
            return False
        until = self.measures[measure]
        return until is None or now < until

    def is_over(self, measure: Measure, now: datetime) -> bool:
        """Whether a measure that was taken has reached its end."""
        until = self.measures.get(measure)
        return until is not None and until <= now

    def end(self, measure: Measure) -> Measure | None:
        """Strike out a measure; return the one that follows it by itself, if one does."""
        del self.measures[measure]
        if measure is not Measure.SCHEDULE_FOR_DISABLE:
            return None
        self.measures[Measure.DISABLED] = None
        return Measure.DISABLED

    def as_json(self) -> dict[str, Any]:
        """Return it as the state shows it."""
        measures = {name.value: until and until.isoformat() for name, until in self.measures.items()}
        return {
            "measures": measures,
            "closed_countries": sorted(self.closed_countries),
            "misclassified": self.misclassified,
            "warned": self.warned,
        }

    def health(self) -> dict[str, Any]:
        """Return what the health status says of the account beside its id; nothing when all is well."""
        errors = list(self._errors())
        restricted = [measure.value for measure in RESTRICTIONS if measure in self.measures]
        if not errors and not restricted:
            return {}
        blocked = any(ILL[measure][0] == "BLOCKED" for measure in self.measures if measure in ILL)
        shown: dict[str, Any] = {"can_send_message": "BLOCKED" if blocked else "LIMITED"}
        if errors:
            shown["errors"] = errors
        return {**shown, "additional_info": restricted} if restricted else shown

    def _errors(self) -> Iterator[dict[str, Any]]:
        for measure in self.measures:
            if measure in ILL:
                _, code, description, solution = ILL[measure]
                yield {"error_code": code, "error_description": description, "possible_solution": solution}
