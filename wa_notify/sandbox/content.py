"""From the JSON of a free-form message to what the person will see, refusing what the platform refuses."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from .actions import ACTIONS, cards_of
from .fields import check_object
from .interactive import INTERACTIVE
from .messages import Button, ButtonKind, Content
from .refusals import Refusal, Refused
from .sources import require_one_source

NO_HEADER: Mapping[str, Any] = {}
FIRST_LINK = re.compile(r"https?://[^\s<>]+")


def free_form(kind: str, value: Any) -> Content:
    """Return the content of a message of a type other than template, whose shape was checked.

    Raises Refused for what a shape cannot say.
    """
    return BUILDERS[kind](kind, value)


def _text(kind: str, value: Mapping[str, Any]) -> Content:
    link = FIRST_LINK.search(value["body"]) if value.get("preview_url") else None
    return Content(kind=kind, body=value["body"], preview=link[0] if link else "")


def _medium(kind: str, value: Mapping[str, Any]) -> Content:
    require_one_source(value, kind)
    label = f"[{value.get('filename') or kind}]"
    caption = value.get("caption") or ""
    return Content(kind=kind, header=label, body=caption, voice=value.get("voice") is True)


def _location(kind: str, value: Mapping[str, Any]) -> Content:
    place = f"{value['latitude']}, {value['longitude']}"
    return Content(kind=kind, header=value.get("name") or "[location]", body=value.get("address") or place)


def _contacts(kind: str, value: list[Any]) -> Content:
    for place, card in enumerate(value):
        if not any(part for name, part in card["name"].items() if name != "formatted_name"):
            raise Refused(
                Refusal.REQUIRED_MISSING,
                f"The field contacts[{place}].name needs formatted_name and one more part of a name.",
            )
    shown = ", ".join(str(card["name"]["formatted_name"]) for card in value)
    buttons = tuple(_contact_button(card) for card in value if card.get("phones"))
    return Content(kind=kind, header="[contact]", body=shown, buttons=buttons)


def _contact_button(card: Mapping[str, Any]) -> Button:
    """With the `wa_id` of its number a card offers to write to the contact, else to invite them."""
    phone = next((phone for phone in card["phones"] if phone.get("wa_id")), card["phones"][0])
    title = "Message" if phone.get("wa_id") else "Invite"
    name = card["name"]["formatted_name"]
    number = phone.get("wa_id") or phone.get("phone") or ""
    return Button(kind=ButtonKind.CONTACT, title=f"{title} {name}", payload=number)


def _reaction(kind: str, value: Mapping[str, Any]) -> Content:
    return Content(kind=kind, body=value.get("emoji") or "", target=value["message_id"])


def _interactive(kind: str, value: Mapping[str, Any]) -> Content:
    own = value.get("type")
    if not own:
        raise Refused(Refusal.REQUIRED_MISSING, "The field interactive.type is required.")
    if not isinstance(own, str) or own not in INTERACTIVE:
        raise Refused(
            Refusal.VALUE_INVALID, f"interactive.type must be one of {', '.join(sorted(INTERACTIVE))}."
        )
    check_object(value, INTERACTIVE[own], "interactive")
    return Content(
        kind=kind,
        header=_interactive_header(value.get("header") or NO_HEADER),
        body=(value.get("body") or {}).get("text", ""),
        footer=(value.get("footer") or {}).get("text", ""),
        buttons=ACTIONS[own](value["action"]),
        cards=cards_of(value["action"]) if own == "carousel" else (),
    )


def _interactive_header(header: Mapping[str, Any]) -> str:
    if not header:
        return ""
    kind = header["type"]
    value = header.get(kind)
    if not value:
        raise Refused(Refusal.REQUIRED_MISSING, f"The field interactive.header.{kind} is required.")
    if kind == "text":
        return str(value)
    require_one_source(value, f"interactive.header.{kind}")
    return f"[{value.get('filename') or kind}]"


BUILDERS: Mapping[str, Callable[[str, Any], Content]] = {
    "text": _text,
    "interactive": _interactive,
    "reaction": _reaction,
    "image": _medium,
    "video": _medium,
    "document": _medium,
    "audio": _medium,
    "sticker": _medium,
    "location": _location,
    "contacts": _contacts,
}
