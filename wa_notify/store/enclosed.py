"""What a message carries beside its text, as parts for JSON and back (see `wa_notify.core.enclosed`)."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from wa_notify.core.enclosed import (
    Contact,
    Contacts,
    Enclosed,
    LinkButton,
    LocationWish,
    MediaKind,
    MediaLink,
    Place,
    ReactionTo,
)

KINDS: Mapping[str, type[Place | LinkButton | ReactionTo | LocationWish]] = {
    "place": Place,
    "link": LinkButton,
    "reaction": ReactionTo,
    "ask_location": LocationWish,
}
CONTACTS = "contacts"
NAMES = {kind: name for name, kind in KINDS.items()}


def file_parts(file: MediaLink) -> dict[str, Any]:
    """Take a file apart."""
    return asdict(file)


def file_of(parts: Mapping[str, Any]) -> MediaLink:
    """Put a file together."""
    return MediaLink(**{**parts, "kind": MediaKind(parts["kind"])})


def place_of(parts: Mapping[str, Any]) -> Place:
    """Put a place together."""
    return Place(**parts["place"])


def parts(enclosed: Enclosed) -> dict[str, Any]:
    """Take it apart, under the name of its kind."""
    if isinstance(enclosed, Contacts):
        return {CONTACTS: [asdict(card) for card in enclosed.cards]}
    return {NAMES[type(enclosed)]: asdict(enclosed)}


def enclosed_of(parts: Mapping[str, Any]) -> Enclosed:
    """Put it together."""
    name, values = next(iter(parts.items()))
    if name == CONTACTS:
        return Contacts(cards=tuple(Contact(**card) for card in values))
    return KINDS[name](**values)
