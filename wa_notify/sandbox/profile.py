"""The business profile of a number: what a person finds behind its name.

Its fields and their lengths are those that API clients know of.
"""

from collections.abc import Mapping
from typing import Any

from .refusals import Refusal, Refused

LENGTHS = {"about": 139, "address": 256, "description": 512, "email": 128}
MOST_WEBSITES, WEBSITE_MOST = 2, 256
VERTICALS = (
    "UNDEFINED", "OTHER", "AUTO", "BEAUTY", "APPAREL", "EDU", "ENTERTAIN", "EVENT_PLAN", "FINANCE", "GROCERY",
    "GOVT", "HOTEL", "HEALTH", "NONPROFIT", "PROF_SERVICES", "RETAIL", "TRAVEL", "RESTAURANT", "NOT_A_BIZ",
)  # fmt: skip
FIELDS = (*LENGTHS, "profile_picture_url", "websites", "vertical")
CHANGEABLE = (*LENGTHS, "profile_picture_handle", "websites", "vertical")
PICTURES = "https://pictures.example.net"

Profile = dict[str, Any]


def first_profile() -> Profile:
    """Return the profile of a number that nobody has changed."""
    return {"about": "Hey there! I am using WhatsApp.", "vertical": "OTHER"}


def changed(profile: Profile, body: Mapping[str, Any]) -> Profile:
    """Return the profile with the given fields; an empty text clears one. Raises Refused.

    A handle of an uploaded picture becomes an address, which leads nowhere: pictures are not kept.
    """
    given = {name: value for name, value in body.items() if name != "messaging_product"}
    unknown = sorted(set(given) - set(CHANGEABLE))
    if unknown:
        raise Refused(Refusal.FIELD_UNKNOWN, f"The profile has no {unknown[0]}.")
    for name, value in given.items():
        _check(name, value)
    if (handle := given.pop("profile_picture_handle", None)) is not None:
        given["profile_picture_url"] = f"{PICTURES}/{handle}" if handle else ""
    if given.get("about") == "":
        raise Refused(Refusal.PARAMETER_INVALID, "about must not be empty.")
    return {name: value for name, value in {**profile, **given}.items() if value}


def _check(name: str, value: Any) -> None:
    if name == "websites":
        fits = isinstance(value, list) and len(value) <= MOST_WEBSITES and all(map(_is_website, value))
        wanted = f"at most {MOST_WEBSITES} addresses, each with http:// or https:// and {WEBSITE_MOST} signs"
    elif name == "vertical":
        fits, wanted = value in VERTICALS, f"one of {', '.join(VERTICALS)}"
    else:
        most = LENGTHS.get(name, WEBSITE_MOST)
        fits, wanted = isinstance(value, str) and len(value) <= most, f"a text of at most {most} signs"
    if fits and name == "email" and value:
        fits, wanted = "@" in value[1:-1], "an e-mail address"
    if not fits:
        raise Refused(Refusal.PARAMETER_INVALID, f"{name} must be {wanted}.")


def _is_website(given: Any) -> bool:
    return (
        isinstance(given, str)
        and given.startswith(("http://", "https://"))
        and len(given) <= WEBSITE_MOST
    )  # fmt: skip
