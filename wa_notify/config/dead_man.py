"""The section ``dead_man``: the address that hears again and again that the service is well."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import voluptuous as vol

from wa_notify.config.account import is_near
from wa_notify.config.settings import DeadManSettings
from wa_notify.config.shape import Check, Flaw, section
from wa_notify.config.words import duration, one_of, text
from wa_notify.core.secret import Secret

DEAD_MAN = "dead_man"
METHODS = ("GET", "POST")
OFTENEST, LONGEST = timedelta(seconds=10), timedelta(days=1)
URL_FIX = "Copy it from the page of the watching service, such as https://hc-ping.com/..."


def address(value: Any) -> Secret:
    """Where to call. Whoever knows it can speak for us, so nothing of it is ever quoted."""
    word = text(value).strip()
    try:
        parts = urlsplit(word)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        parts, host = urlsplit(""), ""
    if parts.scheme not in ("https", "http") or not host or any(char.isspace() for char in word):
        raise Flaw("This is no address of a web service.", URL_FIX)
    if parts.scheme == "http" and not is_near(host):
        raise Flaw("This would carry a secret address in clear.", "Use https://.")
    return Secret(word)


def often(value: Any) -> timedelta:
    """How often it is called."""
    span: timedelta = duration(longest=LONGEST)(value)
    if span < OFTENEST:
        raise Flaw("This is too often.", "At least 10s.")
    return span


DEAD_MANS_SWITCH: Check = vol.All(
    section(
        "The section `dead_man`",
        {
            vol.Required("url"): address,
            vol.Optional("failing_url"): address,
            vol.Optional("every"): often,
            vol.Optional("method"): one_of(*METHODS),
        },
    ),
    lambda values: DeadManSettings(**values),
)
