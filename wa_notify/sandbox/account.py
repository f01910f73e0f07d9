"""The business account that the sandbox plays: ids, secrets, templates, and where callbacks go."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .default_templates import TEMPLATES
from .numbers import dialling_code, digits_of
from .templates import Template

FIRST_TEMPLATE_ID = 900000000000700


def _numbered(templates: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], Template]:
    read = [
        Template.from_mapping(mapping, id=str(FIRST_TEMPLATE_ID + place))
        for place, mapping in enumerate(templates, start=1)
    ]
    return {(template.name, template.language): template for template in read}


def _default_templates() -> dict[tuple[str, str], Template]:
    return _numbered(TEMPLATES)


@dataclass(slots=True, kw_only=True)
class Account:
    """One WhatsApp Business Account with one number. Everything in it is invented, and may be changed.

    templates: by (name, language), in the order in which the template list shows them.
    callback_url: where signed callbacks go; None while nobody is subscribed.
    unwell: what the health status says of PHONE_NUMBER, WABA, BUSINESS or APP, if not AVAILABLE.
    pacing: templates whose messages are held back while their quality is judged, as name/language.
    webhook_version: the Graph version of callbacks, which belongs to the subscription and not to calls.
    """

    phone_number_id: str = "400000000000101"
    waba_id: str = "300000000000202"
    app_id: str = "200000000000303"
    business_id: str = "200000000000404"
    display_phone_number: str = "+44 1632 960111"
    verified_name: str = "Example Ops"
    access_token: str = "sandbox-token"  # noqa: S105 - obviously not a secret
    app_secret: str = "sandbox-app-secret"  # noqa: S105
    verify_token: str = "sandbox-verify"  # noqa: S105
    callback_url: str | None = None
    quality_rating: str = "GREEN"
    messaging_limit: str = "TIER_2K"
    throughput: str = "STANDARD"
    webhook_version: str = "v26.0"
    templates: dict[tuple[str, str], Template] = field(default_factory=_default_templates)
    unwell: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    pacing: list[str] = field(default_factory=list)

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any]) -> "Account":
        """Declare an account by the names of its fields; `templates` is a list in the Graph list's shape.

        What is left out is as in the ready-made account. Raises ValueError for an unknown or empty field and
        for a template that cannot be read.
        """
        values = dict(mapping)
        unknown = sorted(set(values) - set(cls.__slots__))
        if unknown:
            raise ValueError(f"An account has no {', '.join(unknown)}; it has {', '.join(cls.__slots__)}.")
        templates = values.pop("templates", TEMPLATES)
        wrong = [name for name, value in values.items() if not isinstance(value, str) or not value]
        if wrong:
            raise ValueError(
                f"These fields of an account must be texts that are not empty: {', '.join(wrong)}."
            )
        return cls(**values, templates=_numbered(templates))

    @property
    def number(self) -> str:
        """The business number as callbacks show it: digits only."""
        return digits_of(self.display_phone_number)

    @property
    def country_code(self) -> str:
        """The dialling code of the business number's country."""
        return dialling_code(self.number)

    def add_template(self, mapping: Mapping[str, Any]) -> Template:
        """Add or replace a template, given in the Graph list's shape. Raises ValueError if unreadable."""
        template = Template.from_mapping(mapping, id=str(FIRST_TEMPLATE_ID + len(self.templates) + 1))
        self.templates[template.name, template.language] = template
        return template
