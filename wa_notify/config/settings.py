"""What a configuration says once it is read: frozen values, complete with their defaults."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from wa_notify.core.errors import Complaint
from wa_notify.core.recipient import Seed
from wa_notify.core.retention import DEFAULT_RETENTION, Retention
from wa_notify.core.rule import Rulebook
from wa_notify.core.secret import Secret
from wa_notify.core.template import TemplateWish

BASE_URL = "https://graph.facebook.com"
VERSION = "v26.0"  # of 2026-07-29, the newest when this was written
STORE = "sqlite:///wa-notify.db"
LISTEN = "127.0.0.1:8711"
LANGUAGE = "en"


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
    display_number: str = ""  # the number people see, E.164; empty when the platform is to be asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Listen:
    """Where the service takes requests."""

    host: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What holds where a person has nothing of their own."""

    country: str = ""  # two letters; whose local notation phone numbers may have
    language: str = LANGUAGE
    invite: TemplateWish | None = None  # the template that invites somebody who asked for it


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The whole configuration. ``complaints`` tell which rules were left out, and why."""

    whatsapp: WhatsAppSettings
    store: str = field(repr=False)  # may hold a password
    listen: Listen
    ingest: Mapping[str, tuple[Secret, ...]]  # source of alerts -> its bearer keys, two while one is replaced
    defaults: Defaults
    recipients: tuple[Seed, ...]
    rulebook: Rulebook
    retention: Retention = DEFAULT_RETENTION
    complaints: tuple[Complaint, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledRules:
    """The part from ``receivers:`` down, for a host that has people and account elsewhere."""

    rulebook: Rulebook
    complaints: tuple[Complaint, ...] = ()
