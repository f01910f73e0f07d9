"""The buttons of an interactive message, from its `action`; what a shape cannot say is refused here."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .messages import Button, ButtonKind, Card
from .refusals import Refusal, Refused
from .sources import require_one_source

LIST_ROWS_MOST, PRODUCTS_MOST = 10, 30
Action = Mapping[str, Any]


def _reply_buttons(action: Action) -> tuple[Button, ...]:
    return _replies([button["reply"] for button in action["buttons"]])


def _replies(replies: Sequence[Mapping[str, Any]]) -> tuple[Button, ...]:
    _require_unique("title", replies)
    _require_unique("id", replies)
    return tuple(
        Button(kind=ButtonKind.REPLY, title=reply["title"], payload=reply["id"]) for reply in replies
    )


def _list_rows(action: Action) -> tuple[Button, ...]:
    _require_titles(action["sections"])
    rows = [row for section in action["sections"] for row in section["rows"]]
    if len(rows) > LIST_ROWS_MOST:
        raise Refused(
            Refusal.VALUE_INVALID, f"A list has at most {LIST_ROWS_MOST} rows in total, not {len(rows)}."
        )
    _require_unique("id", rows)
    return tuple(
        Button(
            kind=ButtonKind.ROW,
            title=row["title"],
            payload=row["id"],
            description=row.get("description") or "",
        )
        for row in rows
    )


def _link(action: Action) -> tuple[Button, ...]:
    parameters = action["parameters"]
    if not parameters["url"].startswith(("http://", "https://")):
        raise Refused(Refusal.VALUE_INVALID, "The url of a link button must begin with http:// or https://.")
    return (Button(kind=ButtonKind.URL, title=parameters["display_text"], url=parameters["url"]),)


def _location_request(_action: Action) -> tuple[Button, ...]:
    return (Button(kind=ButtonKind.LOCATION, title="Send location"),)


def _form(action: Action) -> tuple[Button, ...]:
    parameters = action["parameters"]
    if bool(parameters.get("flow_id")) is bool(parameters.get("flow_name")):
        raise Refused(Refusal.VALUE_INVALID, "A flow is named by flow_id or by flow_name, not by both.")
    return (
        Button(
            kind=ButtonKind.FLOW,
            title=parameters["flow_cta"],
            payload=parameters.get("flow_token") or "unused",
        ),
    )


def _product(action: Action) -> tuple[Button, ...]:
    return (Button(kind=ButtonKind.PRODUCTS, title="View", payload=action["catalog_id"]),)


def _products(action: Action) -> tuple[Button, ...]:
    _require_titles(action["sections"])
    count = sum(len(section["product_items"]) for section in action["sections"])
    if count > PRODUCTS_MOST:
        raise Refused(
            Refusal.VALUE_INVALID, f"A message has at most {PRODUCTS_MOST} products in total, not {count}."
        )
    return (Button(kind=ButtonKind.PRODUCTS, title="View items", payload=action["catalog_id"]),)


def _catalogue(_action: Action) -> tuple[Button, ...]:
    return (Button(kind=ButtonKind.PRODUCTS, title="View catalog"),)


def _address(_action: Action) -> tuple[Button, ...]:
    return (Button(kind=ButtonKind.ADDRESS, title="Provide address"),)


def _call(action: Action) -> tuple[Button, ...]:
    title = (action.get("parameters") or {}).get("display_text") or "Call Now"
    return (Button(kind=ButtonKind.CALL, title=title),)


def _call_permission(_action: Action) -> tuple[Button, ...]:
    return (Button(kind=ButtonKind.CALL_PERMISSION, title="Choose preference"),)


def _contact_info(_action: Action) -> tuple[Button, ...]:
    return (Button(kind=ButtonKind.CONTACT_INFO, title="Share contact info"),)


def _all_of_the_cards(action: Action) -> tuple[Button, ...]:
    return tuple(button for card in cards_of(action) for button in card.buttons)


def cards_of(action: Action) -> tuple[Card, ...]:
    """Return the cards of a carousel. Raises Refused unless they are numbered from 0 and each is whole."""
    places = [card["card_index"] for card in action["cards"]]
    if places != list(range(len(places))):
        raise Refused(
            Refusal.VALUE_INVALID, f"The cards' card_index must be 0, 1, ... in order, not {places}."
        )
    return tuple(_card(place, card) for place, card in enumerate(action["cards"]))


def _card(place: int, card: Mapping[str, Any]) -> Card:
    where, action = f"interactive.action.cards[{place}]", card["action"]
    header = card.get("header") or {}
    if card["type"] == "product":
        if not (action.get("catalog_id") and action.get("product_retailer_id")):
            raise Refused(Refusal.REQUIRED_MISSING, f"{where}: a product needs its catalogue and number.")
        return Card(header=f"[{action['product_retailer_id']}]", buttons=_product(action))
    kind = header.get("type", "image")
    if not header.get(kind):
        raise Refused(Refusal.REQUIRED_MISSING, f"The field {where}.header.{kind} is required.")
    require_one_source(header[kind], f"{where}.header.{kind}")
    return Card(
        header=f"[{kind}]", body=(card.get("body") or {}).get("text", ""), buttons=_of_card(where, action)
    )


def _of_card(where: str, action: Action) -> tuple[Button, ...]:
    if action.get("buttons"):
        return _replies([button["quick_reply"] for button in action["buttons"]])
    if action.get("parameters"):
        return _link(action)
    raise Refused(Refusal.REQUIRED_MISSING, f"{where}.action needs `buttons` or `parameters` of a link.")


def _require_titles(sections: Sequence[Mapping[str, Any]]) -> None:
    if len(sections) > 1 and not all(section.get("title") for section in sections):
        raise Refused(Refusal.REQUIRED_MISSING, "With more than one section each needs a title.")


def _require_unique(name: str, items: Sequence[Mapping[str, Any]]) -> None:
    if len({item[name] for item in items}) < len(items):
        raise Refused(Refusal.VALUE_INVALID, f"Every button or row needs a {name} of its own.")


ACTIONS: Mapping[str, Callable[[Action], tuple[Button, ...]]] = {
    "button": _reply_buttons,
    "list": _list_rows,
    "cta_url": _link,
    "location_request_message": _location_request,
    "flow": _form,
    "product": _product,
    "product_list": _products,
    "catalog_message": _catalogue,
    "carousel": _all_of_the_cards,
    "address_message": _address,
    "voice_call": _call,
    "call_permission_request": _call_permission,
    "request_contact_info": _contact_info,
}
