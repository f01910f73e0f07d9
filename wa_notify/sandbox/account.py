"""The business that the sandbox plays: a portfolio of accounts with numbers, secrets and templates.

Meta's order of things: a *portfolio* shares the messaging limit; an *account* (WhatsApp Business Account)
holds templates, and an app with token, secret and callback address subscribes to it; a *number* sends.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .default_templates import TEMPLATES
from .numbers import dialling_code, digits_of
from .profile import Profile, first_profile
from .registration import Registration
from .standing import Standing
from .templates import Template
from .tokens import Token

WABA_ID = "300000000000202"  # of the ready-made account
FIRST_TEMPLATE_ID, TEMPLATES_APART = 900000000000700, 100_000
DIRECT_SEND = ("off", "utility", "all", "blocked", "limited")
HEALTH = ("AVAILABLE", "LIMITED", "BLOCKED")  # from the best to the worst

# What a declared account may say of its first number, and its portfolio, beside itself.
SWITCHES = ("direct_send", "disable_marketing_messages_on_cloud_api", "answers_paused")
NUMBER_FIELDS = ("phone_number_id", "display_phone_number", "verified_name", "quality_rating", "throughput")


def _numbered(templates: Iterable[Mapping[str, Any]], waba_id: str) -> dict[tuple[str, str], Template]:
    first = _first_template_id(waba_id)
    read = [
        Template.from_mapping(mapping, id=str(first + place))
        for place, mapping in enumerate(templates, start=1)
    ]
    return {(template.name, template.language): template for template in read}


def _first_template_id(waba_id: str) -> int:
    """Return the id before the first of an account's templates: no two accounts have the same ids."""
    if waba_id == WABA_ID:
        return FIRST_TEMPLATE_ID
    place = int.from_bytes(hashlib.sha256(waba_id.encode()).digest()[:8]) % 10**8 + 1
    return FIRST_TEMPLATE_ID + place * TEMPLATES_APART


def _default_templates() -> dict[tuple[str, str], Template]:
    return _numbered(TEMPLATES, WABA_ID)


@dataclass(slots=True, kw_only=True, eq=False)
class BusinessNumber:
    """A number that a business sends from. Everything in it is invented, and may be changed.

    callback_url: where its callbacks go instead of the account's address.
    callback_headers: what goes with them in place of Meta's signature, as at some providers; None: signed.
    api_key: opens the face of a provider (`dialog360`) for this number; by default made from its id.
    status, name_status: how the platform stands to it, see `conduct`.
    blocked: the people (`wa_id`) on its block list.
    allowed: of a test number, the up to five numbers (digits) that it may write to; None for any other.
    shared_with_app: it is used in the WhatsApp Business app as well, and slower for that.
    welcomes: the business hears when somebody opens the chat for the first time.
    """

    phone_number_id: str = "400000000000101"
    display_phone_number: str = "+44 1632 960111"
    verified_name: str = "Example Ops"
    quality_rating: str = "GREEN"
    throughput: str = "STANDARD"
    callback_url: str | None = None
    callback_headers: Mapping[str, str] | None = None
    api_key: str = ""
    registration: Registration = field(default_factory=Registration)
    profile: Profile = field(default_factory=first_profile)
    status: str = "CONNECTED"
    name_status: str = "APPROVED"
    blocked: set[str] = field(default_factory=set)
    allowed: list[str] | None = None
    shared_with_app: bool = False
    welcomes: bool = False

    @property
    def key(self) -> str:
        """The key that a provider's face takes for it."""
        return self.api_key or f"sandbox-key-{self.phone_number_id}"

    @property
    def digits(self) -> str:
        """The number as callbacks show it: digits only."""
        return digits_of(self.display_phone_number)

    @property
    def country_code(self) -> str:
        """The dialling code of its country."""
        return dialling_code(self.digits)


@dataclass(slots=True, kw_only=True, eq=False)
class Account:
    """One WhatsApp Business Account and the app that serves it. Everything in it is invented.

    numbers: at least one; the first is meant wherever a caller names none.
    templates: by (name, language).
    access_token: the token that may do everything. tokens: what is known of it, once that is more, and of
    further ones, by their text. requires_proof: the app wants an `appsecret_proof` beside a token.
    callback_url: where the app wants its signed callbacks; None: nowhere. override_url: where this account
    wants them instead. subscribed: whether the app gets any of this account; None: as soon as there is an
    address. webhook_fields: those that the app subscribed to; None: all there are.
    unwell: what the health status says of PHONE_NUMBER, WABA, BUSINESS or APP, if not AVAILABLE.
    pacing: templates whose messages are held back while their quality is judged, as name/language.
    webhook_version: the Graph version of callbacks, which belongs to the subscription and not to calls.
    direct_send: whether utility messages may go out without a template: `off`, `utility`, `all` (codes as
        well), `blocked` (139200) or `limited` (131064).
    disable_marketing_messages_on_cloud_api: marketing goes through another API only (131063).
    answers_paused: a paused template is not refused, but answered `paused`, and fails as a callback.
    standing: what the platform holds against it.
    auth_international: countries (two letters) to which authentication costs it the international rate.
    """

    waba_id: str = WABA_ID
    app_id: str = "200000000000303"
    name: str = "Example Ops"
    access_token: str = "sandbox-token"  # noqa: S105 - obviously not a secret
    app_secret: str = "sandbox-app-secret"  # noqa: S105
    verify_token: str = "sandbox-verify"  # noqa: S105
    system_user_id: str = "200000000000909"
    tokens: dict[str, Token] = field(default_factory=dict)
    requires_proof: bool = False
    callback_url: str | None = None
    override_url: str | None = None
    subscribed: bool | None = None
    webhook_fields: frozenset[str] | None = None
    webhook_version: str = "v26.0"
    numbers: list[BusinessNumber] = field(default_factory=lambda: [BusinessNumber()])
    templates: dict[tuple[str, str], Template] = field(default_factory=_default_templates)
    unwell: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    pacing: list[str] = field(default_factory=list)
    direct_send: str = "off"
    disable_marketing_messages_on_cloud_api: bool = False
    answers_paused: bool = False
    standing: Standing = field(default_factory=Standing)
    auth_international: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """The ready-made templates have other ids in every account."""
        if self.waba_id != WABA_ID and self.templates == _default_templates():
            self.templates = _numbered(TEMPLATES, self.waba_id)

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any]) -> "Account":
        """Declare an account by the names of its fields; `templates` is a list in the Graph list's shape.

        The fields of its number may stand beside its own, or `numbers` is a list of several. What is left out
        is as in the ready-made account. Raises ValueError for an unknown or empty field and for a template
        that cannot be read.
        """
        values = dict(mapping)
        texts = ("waba_id", "app_id", "name", "access_token", "app_secret", "verify_token", "callback_url",
                 "override_url", "system_user_id", "webhook_version")  # fmt: skip
        known = (*texts, *NUMBER_FIELDS, *SWITCHES, "numbers", "templates")
        unknown = sorted(set(values) - set(known))
        if unknown:
            raise ValueError(f"An account has no {', '.join(unknown)}; it has {', '.join(known)}.")
        switches = {name: values.pop(name) for name in SWITCHES if name in values}
        _require_switches(switches)
        templates = values.pop("templates", TEMPLATES)
        beside = {name: values.pop(name) for name in NUMBER_FIELDS if name in values}
        numbers = values.pop("numbers", None) or [beside]
        if beside and numbers != [beside]:
            raise ValueError(f"Give either numbers or {', '.join(beside)}.")
        _require_texts(values, "an account")
        return cls(
            **values,
            **switches,
            numbers=[_number_from(one) for one in numbers],
            templates=_numbered(templates, values.get("waba_id", WABA_ID)),
        )

    @property
    def address(self) -> str | None:
        """Where its callbacks go, unless a number has an address of its own."""
        return self.override_url or self.callback_url

    @property
    def is_subscribed(self) -> bool:
        """Whether the app gets callbacks of this account."""
        return self.address is not None if self.subscribed is None else self.subscribed

    @property
    def app_token(self) -> str:
        """The token of the app itself, which manages its subscriptions and knows of no account."""
        return f"{self.app_id}|{self.app_secret}"

    def subscribe(self, callback_url: str) -> None:
        """Let the app want callbacks at that address, and get those of this account."""
        self.callback_url, self.subscribed = callback_url, None

    def token(self, text: str) -> Token | None:
        """Return what is known of a token, None when it is none of this account."""
        return self.tokens.get(text) or (Token() if text == self.access_token else None)

    def change_token(self, text: str | None = None) -> Token:
        """Return a token that may be changed, by default the account's own; a new text makes a new one."""
        return self.tokens.setdefault(text or self.access_token, Token())

    @property
    def first(self) -> BusinessNumber:
        """The number that is meant where none is named."""
        return self.numbers[0]

    @property
    def phone_number_id(self) -> str:
        """The id of its first number."""
        return self.first.phone_number_id

    def add_template(self, mapping: Mapping[str, Any]) -> Template:
        """Add or replace a template, given in the Graph list's shape. Raises ValueError if unreadable."""
        taken = {template.id for template in self.templates.values()}
        number = _first_template_id(self.waba_id) + len(self.templates) + 1
        while str(number) in taken:  # since some may have been deleted
            number += 1
        template = Template.from_mapping(mapping, id=str(number))
        self.templates[template.name, template.language] = template
        return template


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One business number with the account it belongs to: the business's end of a chat."""

    account: Account
    number: BusinessNumber

    @property
    def id(self) -> str:
        """The phone number id, which names the line."""
        return self.number.phone_number_id


@dataclass(slots=True, kw_only=True, eq=False)
class Portfolio:
    """The business: its accounts, and the limit that all their numbers share (Meta: since October 2025).

    verified: whether it was verified. limit_as_number: its callbacks tell the limit as a number instead of a
    `TIER_*` (Meta's list and Meta's sample disagree).
    """

    business_id: str = "200000000000404"
    messaging_limit: str = "TIER_2K"
    verified: bool = True
    limit_as_number: bool = False
    accounts: list[Account] = field(default_factory=lambda: [Account()])

    @property
    def lines(self) -> Iterator[Line]:
        """Every number of every account."""
        return (Line(account=one, number=number) for one in self.accounts for number in one.numbers)

    @property
    def home(self) -> Line:
        """The line that is meant where none is named."""
        return next(self.lines)

    def line(self, phone_number_id: str) -> Line | None:
        """Return the line of that id."""
        return next((line for line in self.lines if line.id == phone_number_id), None)

    def is_own(self, digits: str) -> bool:
        """Whether it is one of the business's own numbers."""
        return any(line.number.digits == digits for line in self.lines)


def _number_from(mapping: Mapping[str, Any]) -> BusinessNumber:
    known = (*NUMBER_FIELDS, "callback_url", "api_key")
    unknown = sorted(set(mapping) - set(known))
    if unknown:
        raise ValueError(f"A number has no {', '.join(unknown)}; it has {', '.join(known)}.")
    _require_texts(mapping, "a number")
    return BusinessNumber(**mapping)


def _require_switches(values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if name == "direct_send" and value not in DIRECT_SEND:
            raise ValueError(f"direct_send must be one of {', '.join(DIRECT_SEND)}, not {value!r}.")
        if name != "direct_send" and not isinstance(value, bool):
            raise ValueError(f"{name} must be true or false, not {value!r}.")


def _require_texts(values: Mapping[str, Any], what: str) -> None:
    wrong = [name for name, value in values.items() if not isinstance(value, str) or not value]
    if wrong:
        raise ValueError(f"These fields of {what} must be texts that are not empty: {', '.join(wrong)}.")
