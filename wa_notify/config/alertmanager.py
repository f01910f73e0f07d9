"""The section ``alertmanager``: where silences are asked for when somebody acknowledges a ticket."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import voluptuous as vol

from wa_notify.config.account import is_near, token
from wa_notify.config.faults import Fault, Faults, shown
from wa_notify.config.settings import NEVER, ON_ACKNOWLEDGE, AlertmanagerSettings
from wa_notify.config.shape import Check, Flaw, fitted, section
from wa_notify.config.words import duration, one_of, text
from wa_notify.core.secret import Secret
from wa_notify.core.source import ALERTMANAGER as SOURCE

ALERTMANAGER = "alertmanager"
SHORTEST = timedelta(minutes=10)  # it is looked after every minute, and prolonged when half of it is over
URL_FIX = "Write it as http://127.0.0.1:9093."


def url(value: Any) -> str:
    """The base address of its API, without credentials."""
    word = text(value)
    try:
        parts = urlsplit(word)
        parts.port  # noqa: B018 - asking for it is the check
    except ValueError:
        parts = urlsplit("")
    if parts.username is not None or parts.password is not None:
        raise Flaw("Credentials do not belong in an address.", "Write them as `user:` and `password:`.")
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.query or parts.fragment:
        raise Flaw("This is no base address.", URL_FIX)
    return word.rstrip("/")


def password(value: Any) -> Secret:
    """Any text but an empty one. Nothing of it is ever quoted."""
    if not isinstance(value, str) or not value:
        raise Flaw("This takes a text that is not empty.", "Write it in quotes.")
    return Secret(value)


def lasts(value: Any) -> timedelta:
    """How long a silence lives at most."""
    span: timedelta = duration()(value)
    if span < SHORTEST:
        raise Flaw(f"{shown(value)} is too short.", "At least 10m.")
    return span


SECTION: Check = section(
    "The section `alertmanager`",
    {
        vol.Required("url"): url,
        vol.Optional("silence"): one_of(NEVER, ON_ACKNOWLEDGE),
        vol.Optional("lasts"): lasts,
        vol.Optional("token"): token,
        vol.Optional("user"): text,
        vol.Optional("password"): password,
    },
)


def settings_of(values: Mapping[str, Any], faults: Faults) -> AlertmanagerSettings | None:
    """Read the section; nothing when there is none, or when it is faulty."""
    if ALERTMANAGER not in values:
        return None
    fit = fitted(SECTION, values[ALERTMANAGER], (ALERTMANAGER,), faults)
    if fit is None:
        return None
    settings = AlertmanagerSettings(**fit)
    half = bool(settings.user) != bool(settings.password)
    proofs = settings.token or settings.password
    if half or (settings.token and settings.password):
        what = "Either `token`, or both of `user` and `password`, prove who we are."
        faults.add(Fault(spot=(ALERTMANAGER,), what=what, fix="Leave out the others.", on_key=True))
    if proofs and settings.url.startswith("http://") and not is_near(urlsplit(settings.url).hostname or ""):
        what = "This would carry the credentials in clear."
        faults.add(Fault(spot=(ALERTMANAGER, "url"), what=what, fix="Use https://."))
    return settings


def asked_for(settings: AlertmanagerSettings | None) -> Mapping[str, timedelta]:
    """Which source is asked for silences, and how long they may last."""
    return {SOURCE: settings.lasts} if settings and settings.silence == ON_ACKNOWLEDGE else {}
