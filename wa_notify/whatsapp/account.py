"""The account we speak for: its ids, where the platform stands, and the three secrets."""

import re
from dataclasses import dataclass

from wa_notify.core.errors import Complaint, ConfigError
from wa_notify.core.secret import Secret

TOKEN = re.compile(r"[!-~]+")  # what an HTTP header can carry


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One business number on the WhatsApp Business Platform and the keys to it.

    ``version`` is the Graph API version we call. Meta retires a version about two years after its release;
    v26.0 appeared on 2026-07-29 and has no announced end. The version of the webhooks is set at the app.
    Raises `ConfigError` for a token that no request could carry.
    """

    number_id: str  # the id of the business number, not the number itself
    waba_id: str  # the WhatsApp Business Account that owns templates and numbers
    base_url: str = "https://graph.facebook.com"
    version: str = "v26.0"
    access_token: Secret  # of a system user who may message and manage (whatsapp_business_*)
    app_secret: Secret  # signs the webhooks
    verify_token: Secret  # our own word, repeated by the platform when the webhook is set up

    def __post_init__(self) -> None:
        if not TOKEN.fullmatch(self.access_token.reveal()):
            what = "The access token is empty or holds blanks or other characters that no token has."
            raise ConfigError((Complaint(where="access_token", what=what, fix="Copy it again."),))
