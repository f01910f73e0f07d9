"""What a configuration says once it is read: frozen values, complete with their defaults."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TypeAlias
from urllib.parse import parse_qs, unquote, urlsplit

from wa_notify.config.environment import UNKNOWN
from wa_notify.config.expression import MappedSource
from wa_notify.config.log import LogSettings
from wa_notify.config.sources import Stamp
from wa_notify.config.uses import Use
from wa_notify.core.access import Role
from wa_notify.core.errors import Complaint
from wa_notify.core.media import LARGEST, Upload
from wa_notify.core.pricing import Preference
from wa_notify.core.quiet import QuietHours
from wa_notify.core.received import KeepFiles
from wa_notify.core.recipient import Seed
from wa_notify.core.retention import DEFAULT_RETENTION, Retention
from wa_notify.core.rule import HELD_FOR, SEVERITIES, Rulebook, TemplateText, Text
from wa_notify.core.secret import Secret
from wa_notify.core.storm import Storm
from wa_notify.core.template import TemplateWish
from wa_notify.core.wallclock import TIME_ZONE

IpNetwork: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

BASE_URL = "https://graph.facebook.com"
VERSION = "v26.0"  # of 2026-07-29, the newest when this was written
STORE_FILE = "sqlite:///"  # and the path
STORE = f"{STORE_FILE}wa-notify.db"
LISTEN = "127.0.0.1:8711"
LANGUAGE = "en"
NEVER, ON_ACKNOWLEDGE = "never", "on_acknowledge"  # when Alertmanager is asked for a silence


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatsAppSettings:
    """Our number at the platform, and what proves that we may use it."""

    number_id: str
    waba_id: str
    access_token: Secret
    app_secret: Secret
    verify_token: Secret
    base_url: str = BASE_URL
    version: str = VERSION
    app_id: str = ""  # under which example files of templates are uploaded; needed for nothing else
    display_number: str = ""  # the number people see, E.164; empty when the platform is to be asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Listen:
    """Where the service takes requests."""

    host: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertmanagerSettings:
    """Where Alertmanager is asked for silences, if it is, and what proves that we may ask."""

    url: str
    silence: str = NEVER
    lasts: timedelta = timedelta(hours=4)  # the longest a silence lives should we never end it
    token: Secret | None = None
    user: str = ""
    password: Secret | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What holds where a person has nothing of their own."""

    country: str = ""  # two letters; whose local notation phone numbers may have
    language: str = LANGUAGE  # codes with commas in between, the preferred one first
    invite: TemplateWish | None = None  # the template that invites somebody who asked for it
    time_zone: str = TIME_ZONE  # of schedules, quiet hours and the times in texts
    quiet_hours: QuietHours | None = None
    severities: tuple[str, ...] = SEVERITIES
    storm: Storm | None = field(default_factory=Storm)
    digest: TemplateText | None = None
    digest_free_form: Text | None = None
    nudge: TemplateText | None = None
    held_for: timedelta = HELD_FOR  # how long the platform may hold what is critical before a spare leaves
    prefer: Preference = Preference.FREE_FORM
    ttls: Mapping[str, timedelta] = field(default_factory=dict)  # by severity; "" for all others
    most_parts: int = 5  # messages in which a text too long for one may leave
    missing: str = UNKNOWN  # stands for a label that an alert does not have; "refuse" sends nothing then


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaSettings:
    """Which files go out and how, and whether those that people send are kept.

    ``allow`` are private networks from which files may be fetched, ``largest`` is in bytes. ``received`` is
    nothing while what people send is not kept; ``folder`` is where it goes, and ``kept`` says how long
    what was kept before stays.
    """

    upload: Upload = Upload.NEEDED
    allow: tuple[IpNetwork, ...] = ()
    largest: int = max(LARGEST.values())
    folder: Path = Path("received")
    received: KeepFiles | None = None
    kept: KeepFiles = field(default_factory=KeepFiles)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxySettings:
    """Who has logged people in already, when a request of theirs comes from one of these networks.

    ``others`` is the role of people whom ``roles`` does not name; nothing when they are refused.
    """

    networks: tuple[IpNetwork, ...]
    header: str
    roles: Mapping[str, Role] = field(default_factory=dict)
    others: Role | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminSettings:
    """The desk: where browsers find it, how long its trail is kept (for ever, when nothing), who vouches."""

    url: str = ""
    audit: timedelta | None = None
    proxy: ProxySettings | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadManSettings:
    """Who hears ``every`` so often that the service is well, and who that it is not, if anybody does."""

    url: Secret
    failing_url: Secret | None = None
    every: timedelta = timedelta(seconds=60)
    method: str = "GET"


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The whole configuration. ``complaints`` tell which rules were left out, those of inhibition too.

    ``notes`` are worth knowing and keep nothing back, ``uses`` is everything that sends a template, and
    ``rules_written`` the names of all rules in their order, those that were left out too. ``files`` are all
    files it was made of, as they were then.
    """

    whatsapp: WhatsAppSettings
    store: str = field(repr=False)  # may hold a password
    listen: Listen
    ingest: Mapping[str, tuple[Secret, ...]]  # source of alerts -> its bearer keys, two while one is replaced
    defaults: Defaults
    recipients: tuple[Seed, ...]
    rulebook: Rulebook
    retention: Retention = DEFAULT_RETENTION
    sources: Mapping[str, MappedSource] = field(default_factory=dict)  # of alerts with JSON of their own
    alertmanager: AlertmanagerSettings | None = None
    media: MediaSettings = field(default_factory=MediaSettings)
    admin: AdminSettings = field(default_factory=AdminSettings)
    dead_man: DeadManSettings | None = None
    log: LogSettings = field(default_factory=LogSettings)
    complaints: tuple[Complaint, ...] = ()
    notes: tuple[Complaint, ...] = ()
    uses: tuple[Use, ...] = ()
    rules_written: tuple[str, ...] = ()
    files: Mapping[Path, Stamp] = field(default_factory=dict)

    @property
    def secret_keys(self) -> list[Secret]:
        """Every token, key and password; none of them is ever shown."""
        account, source = self.whatsapp, self.alertmanager
        found = [account.access_token, account.app_secret, account.verify_token]
        found += [secret for secret in (source.token, source.password) if secret] if source else []
        password = password_in(self.store)
        found += [Secret(password)] if password else []
        return found + [key for keys in self.ingest.values() for key in keys]

    @property
    def secret_addresses(self) -> list[Secret]:
        """Addresses that are secret as a whole or in part: other channels, and the dead man's switch."""
        switch = self.dead_man
        called = [url for url in (switch.url, switch.failing_url) if url] if switch else []
        return [*self.rulebook.channels.values(), *called]


def password_in(store: str) -> str:
    """The password for the server of a database, if its address holds one."""
    if store.startswith(STORE_FILE):
        return ""
    try:
        parts = urlsplit(store)
    except ValueError:
        return ""
    return unquote(parts.password or next(iter(parse_qs(parts.query).get("password", [])), ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledRules:
    """Everything but what only the service needs, for a host that has account and sources elsewhere.

    ``strangers`` are complaints about names that nobody has; whoever else is named is told.
    """

    rulebook: Rulebook
    recipients: tuple[Seed, ...] = ()
    retention: Retention = DEFAULT_RETENTION
    media: MediaSettings = field(default_factory=MediaSettings)
    complaints: tuple[Complaint, ...] = ()
    notes: tuple[Complaint, ...] = ()
    strangers: tuple[Complaint, ...] = ()
    uses: tuple[Use, ...] = ()
    rules_written: tuple[str, ...] = ()
