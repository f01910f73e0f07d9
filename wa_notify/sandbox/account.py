"""The business that the sandbox plays: a portfolio of accounts with numbers, secrets and templates.

Meta's order of things: a *portfolio* shares the messaging limit; an *account* (WhatsApp Business Account)
holds templates, and an app with token, secret and callback address subscribes to it; a *number* sends.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .default_templates import TEMPLATES
from .numbers import dialling_code, digits_of
from .templates import Template

FIRST_TEMPLATE_ID = 900000000000700
HEALTH = ("AVAILABLE", "LIMITED", "BLOCKED")  # from the best to the worst

# What a declared account may say of its first number, and its portfolio, beside itself.
NUMBER_FIELDS = ("phone_number_id", "display_phone_number", "verified_name", "quality_rating", "throughput")


def _numbered(templates: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], Template]:
    read = [
        Template.from_mapping(mapping, id=str(FIRST_TEMPLATE_ID + place))
        for place, mapping in enumerate(templates, start=1)
    ]
    return {(template.name, template.language): template for template in read}


def _default_templates() -> dict[tuple[str, str], Template]:
    return _numbered(TEMPLATES)


@dataclass(slots=True, kw_only=True, eq=False)
class BusinessNumber:
    """A number that a business sends from. Everything in it is invented, and may be changed.

    callback_url: where its callbacks go instead of the account's address.
    """

    phone_number_id: str = "400000000000101"
    display_phone_number: str = "+44 1632 960111"
    verified_name: str = "Example Ops"
    quality_rating: str = "GREEN"
    throughput: str = "STANDARD"
    callback_url: str | None = None

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
    templates: by (name, language), in the order in which the template list shows them.
    callback_url: where signed callbacks go; None while nobody is subscribed.
    unwell: what the health status says of PHONE_NUMBER, WABA, BUSINESS or APP, if not AVAILABLE.
    pacing: templates whose messages are held back while their quality is judged, as name/language.
    webhook_version: the Graph version of callbacks, which belongs to the subscription and not to calls.
    """

    waba_id: str = "300000000000202"
    app_id: str = "200000000000303"
    name: str = "Example Ops"
    access_token: str = "sandbox-token"  # noqa: S105 - obviously not a secret
    app_secret: str = "sandbox-app-secret"  # noqa: S105
    verify_token: str = "sandbox-verify"  # noqa: S105
    callback_url: str | None = None
    webhook_version: str = "v26.0"
    numbers: list[BusinessNumber] = field(default_factory=lambda: [BusinessNumber()])
    templates: dict[tuple[str, str], Template] = field(default_factory=_default_templates)
    unwell: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    pacing: list[str] = field(default_factory=list)

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any]) -> "Account":
        """Declare an account by the names of its fields; `templates` is a list in the Graph list's shape.

        The fields of its number may stand beside its own, or `numbers` is a list of several. What is left out
        is as in the ready-made account. Raises ValueError for an unknown or empty field and for a template
        that cannot be read.
        """
        values = dict(mapping)
        texts = ("waba_id", "app_id", "name", "access_token", "app_secret", "verify_token", "callback_url",
                 "webhook_version")  # fmt: skip
        known = (*texts, *NUMBER_FIELDS, "numbers", "templates")
        unknown = sorted(set(values) - set(known))
        if unknown:
            raise ValueError(f"An account has no {', '.join(unknown)}; it has {', '.join(known)}.")
        templates = values.pop("templates", TEMPLATES)
        beside = {name: values.pop(name) for name in NUMBER_FIELDS if name in values}
        numbers = values.pop("numbers", None) or [beside]
        if beside and numbers != [beside]:
            raise ValueError(f"Give either numbers or {', '.join(beside)}.")
        _require_texts(values, "an account")
        return cls(**values, numbers=[_number_from(one) for one in numbers], templates=_numbered(templates))

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
        template = Template.from_mapping(mapping, id=str(FIRST_TEMPLATE_ID + len(self.templates) + 1))
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
    """The business: its accounts, and the limit that all their numbers share (Meta: since October 2025)."""

    business_id: str = "200000000000404"
    messaging_limit: str = "TIER_2K"
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
    known = (*NUMBER_FIELDS, "callback_url")
    unknown = sorted(set(mapping) - set(known))
    if unknown:
        raise ValueError(f"A number has no {', '.join(unknown)}; it has {', '.join(known)}.")
    _require_texts(mapping, "a number")
    return BusinessNumber(**mapping)


def _require_texts(values: Mapping[str, Any], what: str) -> None:
    wrong = [name for name, value in values.items() if not isinstance(value, str) or not value]
    if wrong:
        raise ValueError(f"These fields of {what} must be texts that are not empty: {', '.join(wrong)}.")
