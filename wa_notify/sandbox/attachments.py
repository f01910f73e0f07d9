"""What a message shows besides words, taken from it as it was written: files, places, cards, lists, goods."""

from collections.abc import Iterator, Mapping
from typing import Any

from .media import KINDS
from .messages import ButtonKind, Content

HEADERS = frozenset({"image", "video", "document", "location"})
LINES_OF_A_CARD = 6


def attachment_of(content: Content) -> dict[str, Any] | None:
    """Return the file, place or cards of a message with its `kind`; None when it is words alone.

    A file that the sandbox holds has `size`; one behind a link has `link`.
    """
    for kind, value in _candidates(content.given):
        if kind in KINDS:
            return _file(content, kind, value)
        if kind == "location":
            place = {name: value.get(name) for name in ("latitude", "longitude", "name", "address")}
            return {"kind": kind, **place}
    cards = content.given.get("contacts")
    if not isinstance(cards, list):
        cards = (content.given.get("contacts") or {}).get("contacts")
    return {"kind": "contacts", "contacts": [_card(card) for card in cards]} if cards else None


def list_of(content: Content) -> tuple[str, Mapping[str, str]]:
    """Return the opener of a list, and the title of the section that each row (by its id) stands in."""
    action = (content.given.get("interactive") or {}).get("action") or {}
    if not isinstance(action, dict) or not isinstance(action.get("sections"), list):
        return "", {}
    sections = {
        str(row.get("id")): str(section.get("title") or "")
        for section in action["sections"]
        for row in section.get("rows") or ()
    }
    return str(action.get("button") or ""), sections


def products_of(content: Content) -> list[str]:
    """Return the numbers of the products that a message names, in order; of a whole catalogue none."""
    if not any(button.kind is ButtonKind.PRODUCTS for button in content.buttons):
        return []
    parts = list(_actions(content.given))
    parts += [card["action"] for action in parts for card in action.get("cards") or ()]
    parts += [
        item
        for action in parts
        for section in action.get("sections") or ()
        for item in section.get("product_items") or ()
    ]
    return [str(part["product_retailer_id"]) for part in parts if part.get("product_retailer_id")]


def _candidates(given: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The message's own value, the header of an interactive one, the header parameter of a template."""
    header = (given.get("interactive") or {}).get("header") or {}
    components = (given.get("template") or {}).get("components") or ()
    parameters = [
        parameter
        for component in components
        if component.get("type") == "header"
        for parameter in component.get("parameters") or ()
    ]
    for holder in (given, header, *parameters):
        for kind, value in holder.items():
            if isinstance(value, dict) and (kind in KINDS or kind in HEADERS):
                yield kind, value


def _actions(given: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The action of an interactive message, or those of the buttons of a template."""
    if "interactive" in given:
        yield given["interactive"]["action"]
    for component in (given.get("template") or {}).get("components") or ():
        for parameter in component.get("parameters") or ():
            if isinstance(parameter.get("action"), dict):
                yield parameter["action"]


def _file(content: Content, kind: str, value: Mapping[str, Any]) -> dict[str, Any]:
    shown = {"kind": kind, "filename": value.get("filename"), "link": value.get("link")}
    if content.file is None:
        return {**shown, "mime_type": value.get("mime_type")}
    named = value.get("filename") or content.file.filename
    held = {"mime_type": content.file.mime_type, "size": len(content.file.content)}
    return {**shown, **held, "filename": named if kind == "document" else value.get("filename")}


def _card(card: Mapping[str, Any]) -> dict[str, Any]:
    name = card.get("name") or {}
    lines = [entry.get("phone") for entry in card.get("phones") or ()]
    lines += [entry.get("email") for entry in card.get("emails") or ()]
    lines += [(card.get("org") or {}).get("company")]
    return {"name": name.get("formatted_name"), "lines": [line for line in lines if line][:LINES_OF_A_CARD]}
