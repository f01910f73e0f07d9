"""The block list of a number: people from whom it takes no messages, and to whom it cannot send.

The shapes are those that API clients know of. That a person who is not on WhatsApp cannot be blocked is our
deduction; that somebody else changes the list meanwhile (139102) cannot happen here and can only be injected.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .account import BusinessNumber
from .fields import require_product
from .numbers import wa_id_of
from .people import People
from .phones import Phone
from .refusals import Refusal, Refused, error_body

MOST_BLOCKED = 64_000  # Meta's reference
MOST_AT_ONCE = 1000  # our deduction


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """An item of the request: as it was written, and the person it names, if it names one."""

    input: str
    key: str
    phone: Phone | None

    @property
    def shown(self) -> dict[str, str]:
        """How the answer names the person: by the kind of address that was given."""
        if self.phone is None:
            return {"input": self.input}
        address = self.phone.wa_id if self.key == "wa_id" else self.phone.user_id
        return {"input": self.input, self.key: address}


def block(number: BusinessNumber, people: People, body: Mapping[str, Any], trace_id: str) -> dict[str, Any]:
    """Put people on the list. Raises Refused when it is full, or none of them can be put there."""
    named = _named(number, people, body)
    new = {one.phone.wa_id for one in named if one.phone is not None} - number.blocked
    if len(number.blocked) + len(new) > MOST_BLOCKED:
        raise Refused(Refusal.BLOCK_LIST_FULL)
    return _done(named, "added_users", number.blocked.add, trace_id)


def unblock(number: BusinessNumber, people: People, body: Mapping[str, Any], trace_id: str) -> dict[str, Any]:
    """Take people off the list; who is not on it does no harm. Raises Refused as `block` does."""
    return _done(_named(number, people, body), "removed_users", number.blocked.discard, trace_id)


def _named(number: BusinessNumber, people: People, body: Mapping[str, Any]) -> list[Named]:
    require_product(body)
    users = body.get("block_users")
    if not isinstance(users, list) or not 0 < len(users) <= MOST_AT_ONCE:
        raise Refused(Refusal.PARAMETER_INVALID, f"block_users must be a list of 1 to {MOST_AT_ONCE} people.")
    return [_one(number, people, user) for user in users]


def _one(number: BusinessNumber, people: People, user: Any) -> Named:
    given = user if isinstance(user, Mapping) else {}
    if isinstance(written := given.get("user"), str):
        wa_id = wa_id_of(written, home=number.country_code)
        phone = None if wa_id in (None, number.digits) else people.phone(str(wa_id))
        return Named(input=written, key="wa_id", phone=_on_whatsapp(phone))
    if isinstance(written := given.get("user_id"), str):
        return Named(input=written, key="user_id", phone=_on_whatsapp(people.by_user_id(written)))
    raise Refused(Refusal.PARAMETER_INVALID, "Each of block_users has a user (a number) or a user_id.")


def _on_whatsapp(phone: Phone | None) -> Phone | None:
    return phone if phone is not None and phone.on_whatsapp else None


def _done(named: list[Named], edge: str, act: Callable[[str], None], trace_id: str) -> dict[str, Any]:
    failed = [one for one in named if one.phone is None]
    if len(failed) == len(named):
        raise Refused(Refusal.BLOCK_LIST_PARTLY, f"{failed[0].input} is nobody on WhatsApp.")
    done: dict[str, Any] = {edge: [one.shown for one in named if one.phone is not None]}
    for one in named:
        if one.phone is not None:
            act(one.phone.wa_id)
    if not failed:
        return {"messaging_product": "whatsapp", "block_users": done}
    refused = Refused(Refusal.BLOCK_LIST_PARTLY)
    error = error_body(refused, trace_id)["error"]
    item = {name: error[name] for name in ("message", "code", "error_data")}
    done["failed_users"] = [{**one.shown, "errors": [item]} for one in failed]
    return {"messaging_product": "whatsapp", "block_users": done, "errors": error}
