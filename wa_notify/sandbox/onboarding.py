"""A further number of an account: how many there may be, and what a new one begins with.

Meta's reference: a business has 2 numbers, and 20 once it is verified or may write to 2,000 people a day.
With which code more are refused, and those of an account that may add none, is not documented.
"""

from datetime import datetime

from .account import Account, BusinessNumber, Portfolio
from .numbers import digits_of, wa_id_of
from .reach import STEPS
from .refusals import Refusal, Refused
from .registration import Registration
from .standing import Measure

FEW, MANY = 2, 20
MANY_FROM = 2000  # people a day
FIRST_ADDED = 400000000001000


def added_number(
    portfolio: Portfolio,
    account: Account,
    *,
    country_code: str,
    phone_number: str,
    verified_name: str,
    now: datetime,
) -> BusinessNumber:
    """Add a number to the account. Raises Refused when it is none, is there already, or none may be added."""
    if account.standing.has(Measure.NO_NEW_NUMBERS, now):
        raise Refused(Refusal.PARAMETER_INVALID, "The account is restricted: it may not add numbers.")
    home = digits_of(country_code)
    digits = digits_of(phone_number)
    whole = digits if phone_number.startswith("+") or digits.startswith(home) else home + digits
    if wa_id_of(f"+{whole}", home=home) is None:
        raise Refused(Refusal.PARAMETER_INVALID, "phone_number must be a telephone number.")
    if portfolio.is_own(whole):
        raise Refused(Refusal.PARAMETER_INVALID, "The business has this number already.")
    count = len(list(portfolio.lines))
    if count >= most_numbers(portfolio):
        raise Refused(Refusal.PARAMETER_INVALID, f"The business has {count} numbers and may not have more.")
    number = BusinessNumber(
        phone_number_id=str(FIRST_ADDED + count),
        display_phone_number=f"+{whole}",
        verified_name=verified_name,
        quality_rating="UNKNOWN",
        registration=Registration(registered=False, pin=None, verification="NOT_VERIFIED"),
    )
    account.numbers.append(number)
    return number


def most_numbers(portfolio: Portfolio) -> int:
    """Return how many numbers the business may have."""
    limit = STEPS.get(portfolio.messaging_limit)
    return MANY if portfolio.verified or limit is None or limit >= MANY_FROM else FEW
