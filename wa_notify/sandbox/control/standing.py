"""How the platform stands to an account and its numbers: measures, countries, quality, names, tests."""

from typing import Any

from wa_notify.sandbox import conduct
from wa_notify.sandbox.account import BusinessNumber
from wa_notify.sandbox.numbers import full_digits
from wa_notify.sandbox.standing import Measure
from wa_notify.sandbox.templates import QUALITIES

from .operation import WABA, Asked, Operation
from .reading import BadInput, Reader, among, flag, seconds, text


def _country(given: Any) -> str:
    if not isinstance(given, str) or len(given) != 2 or not given.isalpha():
        raise BadInput("must be the two letters of a country, such as GB")
    return given.upper()


def _recipients(given: Any) -> list[str] | None:
    if given is None:
        return None
    found = [full_digits(str(one), home="") for one in given] if isinstance(given, list) else [None]
    if None in found:
        raise BadInput("must be a list of telephone numbers, or null")
    return [digits for digits in found if digits is not None]


country = Reader(_country, {"type": "string", "pattern": "^[A-Za-z]{2}$"})
recipients = Reader(_recipients, {"type": ["array", "null"], "items": {"type": "string"}, "maxItems": 5})

STANDING_FIELDS = {
    "measure": among(Measure),
    "lasts": seconds,
    "lift": flag,
    "violation": text,
    "close_country": country,
    "open_country": country,
    "charge_abroad": country,
    "misclassify": flag,
    "warned": flag,
}
NUMBER_FIELDS = {
    "quality": among(QUALITIES),
    "status": among(conduct.STATUSES),
    "name_status": among(conduct.NAME_STATUSES),
    "reason": text,
    "allowed": recipients,
    "shared_with_app": flag,
    "welcomes": flag,
    "maintenance_seconds": seconds,
}


async def standing(asked: Asked) -> dict[str, Any]:
    """Show what the platform holds against an account."""
    return asked.account.standing.as_json()


async def change_standing(asked: Asked) -> dict[str, Any]:
    """Take a measure about an account, or lift one; tell it of a violation; close or open a country.

    A `measure` is for `lasts` seconds or for good. `misclassify` finds one of its templates in the wrong
    category. `charge_abroad`: authentication templates to that country cost the international rate. An
    account that was `warned` for misusing categories gets no notice of a change of category any more.
    """
    world, account, values = asked.world, asked.account, asked.values
    if "measure" in values and values.get("lift"):
        conduct.lift_measure(world, account, Measure(values["measure"]))
    elif "measure" in values:
        told = {"violation": values["violation"]} if "violation" in values else {}
        conduct.take_measure(world, account, Measure(values["measure"]), lasts=values.get("lasts"), **told)
    elif "violation" in values:
        conduct.violate(world, account, values["violation"])
    if values.get("misclassify"):
        conduct.misclassify(world, account)
    if "warned" in values:
        conduct.warn(world, account, warned=values["warned"])
    if "close_country" in values:
        conduct.close_country(world, account, values["close_country"])
    if "open_country" in values:
        conduct.close_country(world, account, values["open_country"], closed=False)
    if "charge_abroad" in values:
        conduct.charge_abroad(world, account, values["charge_abroad"])
    return await standing(asked)


async def change_standing_of_number(asked: Asked) -> dict[str, Any]:
    """Change how the platform stands to a number: its quality, its status, that of its display name.

    `allowed`: the numbers that it may write to as a test number. `shared_with_app`: whether it is used in the
    app as well. `welcomes`: whether it hears of chats opened for the first time. `maintenance_seconds`: how
    long it sends nothing from now on.
    """
    world, values, line = asked.world, asked.values, asked.line
    number = line.number
    if "quality" in values:
        conduct.rate(world, line, values["quality"])
    if "status" in values:
        conduct.set_status(world, line, values["status"])
    if "name_status" in values:
        conduct.judge_name(world, line, values["name_status"], values.get("reason", ""))
    if "allowed" in values:
        conduct.allow_only(world, line, values["allowed"])
    number.shared_with_app = values.get("shared_with_app", number.shared_with_app)
    number.welcomes = values.get("welcomes", number.welcomes)
    if "maintenance_seconds" in values:
        conduct.maintain(world, line, values["maintenance_seconds"])
    return _shown(number)


def _shown(number: BusinessNumber) -> dict[str, Any]:
    return {
        "phone_number_id": number.phone_number_id,
        "quality": number.quality_rating,
        "status": number.status,
        "name_status": number.name_status,
        "allowed": number.allowed,
        "shared_with_app": number.shared_with_app,
        "welcomes": number.welcomes,
    }


OPERATIONS = (
    Operation(verb="GET", path="/standing", act=standing, asks=WABA),
    Operation(verb="POST", path="/standing", act=change_standing, takes=STANDING_FIELDS, asks=WABA),
    Operation(
        verb="POST",
        path="/numbers/{phone_number_id}/standing",
        act=change_standing_of_number,
        takes=NUMBER_FIELDS,
    ),
)
