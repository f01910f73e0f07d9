"""What a message may hold at most, and values that refuse to hold more.

Lengths are Meta's (reference of ``POST /{number}/messages``, read 2026-11-21) and count code points, as far
as anyone can tell; Meta does not say.
"""

from collections.abc import Sequence

from wa_notify.core.errors import MessageMisfit

HEADING_LIMIT = 60
FOOTER_LIMIT = 60
BUTTON_LIMIT = 20  # the title of a button under free-form text
PAYLOAD_LIMIT = 256  # what a tap on such a button sends us
MOST_BUTTONS = 3
ROW_PAYLOAD_LIMIT = 200
URL_LIMIT = 2000
FILENAME_LIMIT = 240
MOST_CONTACTS = 5
CODE_LIMIT = 15  # of a button that copies a code
SCHEMES = ("http://", "https://")


def require_room(what: str, text: str, most: int, *, least: int = 0) -> None:
    """Raise `MessageMisfit` unless the text has between ``least`` and ``most`` characters."""
    if not least <= len(text) <= most:
        bounds = f"at most {most}" if len(text) > most else f"at least {least}"
        raise MessageMisfit(f"{what} has {len(text)} characters; WhatsApp takes {bounds}. Change its text.")


def require_number(what: str, things: Sequence[object], most: int) -> None:
    """Raise `MessageMisfit` unless there are between 1 and ``most`` of them."""
    if not 1 <= len(things) <= most:
        raise MessageMisfit(f"A message has {len(things)} {what}; WhatsApp takes 1 to {most}.")


def require_different(what: str, words: Sequence[str]) -> None:
    """Raise `MessageMisfit` when two of them are the same."""
    if len(set(words)) < len(words):
        raise MessageMisfit(f"Two {what} of a message are the same; WhatsApp tells them apart by it.")


def require_link(what: str, link: str) -> None:
    """Raise `MessageMisfit` unless it is an address of the web that is not too long."""
    if not link.lower().startswith(SCHEMES):
        raise MessageMisfit(f"{what} is no address of the web; it begins with http:// or https://.")
    require_room(what, link, URL_LIMIT)
