"""The sections about the service itself: ``whatsapp``, ``store``, ``listen``, ``ingest``, ``defaults``."""

import ipaddress
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

import phonenumbers
import voluptuous as vol

from wa_notify.config.calm import DIGEST, NUDGE, STORM, calmed
from wa_notify.config.faults import shown
from wa_notify.config.hours import QUIET, zone
from wa_notify.config.rules import by_severity, preference
from wa_notify.config.settings import (
    BASE_URL,
    LANGUAGE,
    VERSION,
    Defaults,
    Listen,
    WhatsAppSettings,
)
from wa_notify.config.shape import Check, Flaw, by_kind, listing, section, table
from wa_notify.config.words import (
    digits,
    duration,
    label,
    languages,
    matching,
    one_of,
    phone,
    template_name,
    text,
    whole,
)
from wa_notify.core.rule import SEVERITIES
from wa_notify.core.secret import Secret
from wa_notify.core.template import TemplateWish
from wa_notify.core.wallclock import TIME_ZONE

SOURCES = ("alerts", "alertmanager", "grafana", "apprise")  # of alerts, that need no configuration
STORES = re.compile(r"(sqlite:///|postgres(ql)?://).+", re.DOTALL)
MOST_PARTS = 20
VERSION_FIX = f"Write it as {VERSION}."


def token(value: Any) -> Secret:
    """A secret that goes into an HTTP header. Nothing of it is ever quoted."""
    if not isinstance(value, str):
        raise Flaw("This takes a text.", "Write it in quotes.")
    if not re.fullmatch(r"[!-~]+", value):
        raise Flaw("This secret is empty or holds spaces or strange characters.", "Copy it again.")
    return Secret(value)


def base_url(value: Any) -> str:
    """Where the platform is. In clear only to a machine nearby, such as the sandbox."""
    word = text(value)
    try:
        parts = urlsplit(word)
        host = parts.hostname or ""
    except ValueError:
        parts, host = urlsplit(""), ""
    if parts.scheme not in ("https", "http") or not host or parts.query or parts.fragment:
        raise Flaw("This is no base address.", f"Write it as {BASE_URL}.")
    if parts.scheme == "http" and not is_near(host):
        raise Flaw("This would carry the access token in clear.", "Use https://.")
    return word.rstrip("/")


def is_near(host: str) -> bool:
    """Whether it is this machine or one of the same network, as far as its name tells."""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith((".localhost", ".local", ".internal"))


def store(value: Any) -> str:
    """The address of the database. It may hold a password, so it is not quoted."""
    word = text(value)
    if not STORES.fullmatch(word):
        raise Flaw(
            "This is no address of a database.",
            "Write sqlite:///file.db, or postgresql://user:password@host/name.",
        )
    return word


def listen(value: Any) -> Listen:
    """Address and port to listen on."""
    word = text(value)
    found = re.fullmatch(r"(?:\[([0-9a-fA-F:]+)\]|([^\[\]:\s/]+)):(\d{1,5})", word)
    if not found or not int(found[3]) < 65536:
        raise Flaw(f"{shown(word)} is no address with a port.", "Write it as 127.0.0.1:8711 or [::1]:8711.")
    return Listen(host=found[1] or found[2], port=int(found[3]))


def country(value: Any) -> str:
    """A country that has phone numbers. Unquoted, YAML takes NO (Norway) for false."""
    if value is False:
        raise Flaw("YAML reads this as false.", 'For Norway write "NO" in quotes.')
    word = text(value)
    if word not in phonenumbers.SUPPORTED_REGIONS:
        raise Flaw(f"{shown(word)} is no country code.", "Use two capital letters, such as GB.")
    return word


def _keys(value: Any) -> tuple[Secret, ...]:
    return (token(value),) if isinstance(value, str) else tuple(_key_list(value))


def _whatsapp(values: dict[str, Any]) -> WhatsAppSettings:
    return WhatsAppSettings(number_id=values.pop("phone_number_id"), **values)


def _defaults(values: dict[str, Any]) -> Defaults:
    quiet = values.pop("quiet_hours").resolved(values["time_zone"])
    severities = tuple(values.pop("severities"))
    return Defaults(quiet_hours=quiet, severities=severities, **calmed(values))


_key_list = listing("The keys of a source", token, least=1, most=2)
VERSION_CHECK = matching(re.compile(r"v\d{1,3}\.\d"), "version of the platform", VERSION_FIX)

WHATSAPP: Check = vol.All(
    section(
        "The section `whatsapp`",
        {
            vol.Required("phone_number_id"): digits,
            vol.Required("waba_id"): digits,
            vol.Required("access_token"): token,
            vol.Required("app_secret"): token,
            vol.Required("verify_token"): token,
            vol.Optional("base_url", default=BASE_URL): base_url,
            vol.Optional("version", default=VERSION): VERSION_CHECK,
            vol.Optional("app_id"): digits,
            vol.Optional("display_number"): phone(""),
        },
    ),
    _whatsapp,
)
INVITE: Check = vol.All(
    section(
        "The section `invite`",
        {
            vol.Required("template"): template_name,
            vol.Optional("parameters", default=list): listing("`parameters`", text, most=100),
        },
    ),
    lambda values: TemplateWish(
        name=values["template"], body=tuple(("", one) for one in values["parameters"])
    ),
)


def ingest(sources: Iterable[str]) -> Check:
    """Who may send alerts: keys for these sources."""
    keys = table("The keys", one_of(*sources), by_kind(text=_keys, list=_keys))
    return section("The section `ingest`", {vol.Optional("keys", default=dict): keys})


DEFAULTS: Check = vol.All(
    section(
        "The section `defaults`",
        {
            vol.Optional("country"): country,
            vol.Optional("language", default=LANGUAGE): languages,
            vol.Optional("invite"): INVITE,
            vol.Optional("time_zone", default=TIME_ZONE): zone,
            vol.Optional("quiet_hours", default="none"): QUIET,
            vol.Optional("storm"): STORM,
            vol.Optional("digest"): DIGEST,
            vol.Optional("nudge"): NUDGE,
            vol.Optional("held_for", default="10m"): duration(),
            vol.Optional("ttl"): by_severity,
            vol.Optional("missing"): text,
            vol.Optional("most_parts"): whole(1, MOST_PARTS),
            vol.Optional("prefer"): preference,
            vol.Optional("severities", default=list(SEVERITIES)): listing("`severities`", label, least=1),
        },
    ),
    _defaults,
)
