"""What a person gives back to a message that asks for something, in the shape of callbacks.

==================  =====================================================  ================================
what is asked for   what is given                                          what the business gets
==================  =====================================================  ================================
a form (flow)       its fields, with any JSON values                       `interactive`: `nfm_reply`
an address          its fields                                             `interactive`: `nfm_reply`
products            `items`: product_retailer_id, quantity, item_price,    `order`
                    currency each; `text`
leave to call       `response`: accept or reject                           `call_permission_reply`
a place             `latitude`, `longitude`; `name`, `address`             `location`
the own number      nothing                                                `contacts`
==================  =====================================================  ================================

`response_json` of a form is a text (Meta's webhook reference); the other particulars of `nfm_reply` and
`call_permission_reply` are those that API clients read, and that leave to call lasts a week is our deduction.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeAlias

from .messages import Button, ButtonKind

LEAVE_LASTS = timedelta(days=7)
OWN_CATALOGUE = "55000001"  # invented; of messages that name none
RESPONSES = ("accept", "reject")


class Person(Protocol):
    """Who answers."""

    number: str
    wa_id: str
    name: str


Given: TypeAlias = Mapping[str, Any]
Answer: TypeAlias = tuple[str, Any, str]  # the kind of the message, its value, and what the chat shows


def answer_of(button: Button, given: Given, person: Person, now: datetime) -> Answer:
    """Return the answer to the button of a message. Raises ValueError saying what does not fit."""
    match button.kind:
        case ButtonKind.CONTACT_INFO:
            return _own_contact(person)
        case ButtonKind.CALL_PERMISSION:
            return _leave_to_call(given, now)
        case _:
            return ANSWERS[button.kind](button, given)


def _form(button: Button, given: Given) -> Answer:
    return _nfm("flow", "Sent", {"flow_token": button.payload, **given})


def _address(_button: Button, given: Given) -> Answer:
    lines = ", ".join(str(value) for value in given.values())
    return _nfm("address_message", lines, {"values": dict(given)})


def _nfm(name: str, body: str, response: Given) -> Answer:
    reply = {"name": name, "body": body, "response_json": json.dumps(response)}
    return "interactive", {"type": "nfm_reply", "nfm_reply": reply}, body


def _order(button: Button, given: Given) -> Answer:
    items = given.get("items")
    needed = {"product_retailer_id", "quantity", "item_price", "currency"}
    whole = (
        isinstance(items, list)
        and items
        and all(isinstance(one, dict) and set(one) == needed for one in items)
    )
    if not whole:
        raise ValueError(f"An order needs `items`, each with {', '.join(sorted(needed))}.")
    said = {"text": str(given["text"])} if given.get("text") else {}
    value = {"catalog_id": button.payload or OWN_CATALOGUE, **said, "product_items": items}
    return "order", value, f"{len(items or ())} items"


def _place(_button: Button, given: Given) -> Answer:
    unknown = sorted(set(given) - {"latitude", "longitude", "name", "address"})
    numbers = [given.get(name) for name in ("latitude", "longitude")]
    if unknown or not all(isinstance(one, int | float) and not isinstance(one, bool) for one in numbers):
        raise ValueError("A place is the numbers `latitude` and `longitude`; also `name` and `address`.")
    return "location", dict(given), str(given.get("name") or "{}, {}".format(*numbers))


def _leave_to_call(given: Given, now: datetime) -> Answer:
    response = given.get("response")
    if response not in RESPONSES:
        raise ValueError(f"`response` is one of {', '.join(RESPONSES)}, not {response!r}.")
    ends = {"expiration_timestamp": int((now + LEAVE_LASTS).timestamp())} if response == "accept" else {}
    reply = {"response": response, **ends, "response_source": "user_action"}
    value = {"type": "call_permission_reply", "call_permission_reply": reply}
    return "interactive", value, str(response)


def _own_contact(person: Person) -> Answer:
    phone = {"phone": person.number, "wa_id": person.wa_id, "type": "CELL"}
    card = {"name": {"formatted_name": person.name, "first_name": person.name}, "phones": [phone]}
    return "contacts", [card], person.number


ANSWERS: Mapping[ButtonKind, Callable[[Button, Given], Answer]] = {
    ButtonKind.FLOW: _form,
    ButtonKind.ADDRESS: _address,
    ButtonKind.PRODUCTS: _order,
    ButtonKind.LOCATION: _place,
}
