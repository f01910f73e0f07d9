"""The section ``admin``: under which address people find the page, and who may vouch for them.

admin:
  url: https://alerts.example.net          # where browsers find this service; for links that are shown
  audit: 400d                              # how long the audit trail is kept; or never, as it is without this
  proxy:                                   # a proxy that has logged people in already
    from: [127.0.0.1, 10.0.0.0/24]         # only what comes from there is believed
    header: X-Forwarded-User
    roles: {alice: admin, bob: operator}
    others: viewer                         # or refuse, which is what holds without it
"""

import re
from typing import Any
from urllib.parse import urlsplit

import voluptuous as vol

from wa_notify.config.faults import shown
from wa_notify.config.media import network
from wa_notify.config.retention import AGE
from wa_notify.config.settings import AdminSettings, ProxySettings
from wa_notify.config.shape import Check, Flaw, listing, section, table
from wa_notify.config.words import one_of, text
from wa_notify.core.access import Role

ADMIN = "admin"
REFUSE = "refuse"
HEADER = "X-Forwarded-User"


def _url(value: Any) -> str:
    word = text(value)
    parts = urlsplit(word)
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.query or parts.fragment:
        raise Flaw(f"{shown(word)} is no address of a page.", "Write it as https://alerts.example.net.")
    return word.rstrip("/")


def _header(value: Any) -> str:
    word = text(value)
    if not re.fullmatch(r"[A-Za-z0-9-]{1,64}", word):
        raise Flaw(f"{shown(word)} is no name of a header.", f"Write it as {HEADER}.")
    return word.lower()


def _proxy(values: dict[str, Any]) -> ProxySettings:
    others = values["others"]
    return ProxySettings(
        networks=tuple(values["from"]),
        header=values["header"],
        roles={name: Role(role) for name, role in values["roles"].items()},
        others=None if others == REFUSE else Role(others),
    )


_PROXY: Check = vol.All(
    section(
        "The section `proxy`",
        {
            vol.Required("from"): listing("`from`", network, least=1, most=50),
            vol.Optional("header", default=HEADER): _header,
            vol.Optional("roles", default=dict): table("`roles`", text, one_of(*Role)),
            vol.Optional("others", default=REFUSE): one_of(REFUSE, *Role),
        },
    ),
    _proxy,
)

ADMINISTRATION: Check = vol.All(
    section(
        "The section `admin`",
        {
            vol.Optional("url"): _url,
            vol.Optional("audit"): AGE,
            vol.Optional("proxy"): _PROXY,
        },
    ),
    lambda values: AdminSettings(**values),
)
