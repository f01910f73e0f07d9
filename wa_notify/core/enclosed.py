"""What a message may carry beside or instead of text: a file, a place, cards, a link, a reaction, a question.

Source: Meta's reference of ``POST /{number}/messages``.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias
from urllib.parse import unquote, urlsplit

from wa_notify.core.bounds import (
    BUTTON_LIMIT,
    FILENAME_LIMIT,
    MOST_CONTACTS,
    require_link,
    require_number,
    require_room,
)
from wa_notify.core.errors import MessageMisfit


def name_in(link: str) -> str:
    """The name of the file that a link leads to; empty when it has none."""
    try:
        return unquote(urlsplit(link).path).rpartition("/")[2][:100]
    except ValueError:
        return ""


class MediaKind(StrEnum):
    """Sorts of files."""

    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    DOCUMENT = "document"
    STICKER = "sticker"


IN_HEADER = (
    MediaKind.IMAGE,
    MediaKind.VIDEO,
    MediaKind.DOCUMENT,
)  # may stand above a text, or have one below


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaLink:
    """A file: where it lies (``link``), or under which id WhatsApp has it (``media_id``).

    A link may also be ``file://`` and the path of a file here, which only we can read; it is uploaded before
    the message leaves. ``filename`` is for documents, and decides the icon. ``voice`` is for audio: it is
    shown as a voice note (OGG with Opus only).
    """

    kind: MediaKind
    link: str = ""
    filename: str = ""
    media_id: str = ""
    voice: bool = False

    def __post_init__(self) -> None:
        if bool(self.link) is bool(self.media_id):
            raise MessageMisfit("A file needs a link or an id, and not both.")
        require_room("The name of a file", self.filename, FILENAME_LIMIT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place on the map, in degrees. Raises `MessageMisfit` for what is no place on earth."""

    latitude: float
    longitude: float
    name: str = ""
    address: str = ""

    def __post_init__(self) -> None:
        if not (-90 <= self.latitude <= 90 and -180 <= self.longitude <= 180):
            raise MessageMisfit(
                "A place is no place on earth: the latitude goes from -90 to 90, the longitude to 180."
            )

    @property
    def words(self) -> str:
        """For whoever cannot be shown a map."""
        told = ", ".join(part for part in (self.name, self.address) if part)
        return f"{told} ({self.latitude}, {self.longitude})".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A card of the address book. ``wa_id`` is the number on WhatsApp, which makes it writable at once.

    Raises `MessageMisfit` without a name or a number.
    """

    name: str
    phone: str  # as people read it, best in E.164
    wa_id: str = ""
    company: str = ""
    email: str = ""

    def __post_init__(self) -> None:
        if not self.name.strip() or not self.phone.strip():
            raise MessageMisfit("A contact lacks its name or its phone number.")

    @property
    def words(self) -> str:
        """For whoever cannot be shown a card."""
        return ", ".join(part for part in (f"{self.name} {self.phone}", self.company, self.email) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contacts:
    """One to five cards. Raises `MessageMisfit` for more."""

    cards: tuple[Contact, ...]

    def __post_init__(self) -> None:
        require_number("contacts", self.cards, MOST_CONTACTS)

    @property
    def words(self) -> str:
        """For whoever cannot be shown cards."""
        return "\n".join(card.words for card in self.cards)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkButton:
    """A button that opens a page; it stands instead of the buttons that reply.

    Raises `MessageMisfit` for a title beyond 20 characters or what is no address of the web.
    """

    title: str
    url: str

    def __post_init__(self) -> None:
        require_room("The title of a link button", self.title, BUTTON_LIMIT, least=1)
        require_link("The link of a button", self.url)

    @property
    def words(self) -> str:
        """For whoever cannot be shown a button."""
        return f"{self.title}: {self.url}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReactionTo:
    """An emoji on a message of the chat that is at most 30 days old; an empty one takes it back."""

    wamid: str
    emoji: str

    def __post_init__(self) -> None:
        if not self.wamid:
            raise MessageMisfit("A reaction does not say on which message.")
        require_room("A reaction", self.emoji, 32)

    @property
    def words(self) -> str:
        """For whoever cannot be shown a reaction."""
        return self.emoji


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationWish:
    """The text of the message asks where somebody is; a button below it sends the answer."""

    @property
    def words(self) -> str:
        """There is nothing beside the text."""
        return ""


Enclosed: TypeAlias = Place | Contacts | LinkButton | ReactionTo | LocationWish
