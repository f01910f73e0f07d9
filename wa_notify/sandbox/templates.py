"""Message templates as the account holds them: values in the shape of the Graph template list."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# `{{1}}` or `{{lower_case_name}}`
VARIABLE = re.compile(r"\{\{\s*(\d+|[a-z][a-z0-9_]*)\s*\}\}")

CATEGORIES = frozenset({"UTILITY", "MARKETING", "AUTHENTICATION"})
SENDABLE = frozenset({"APPROVED", "FLAGGED", "REINSTATED"})
NOT_SENDABLE = frozenset({
    "PENDING", "REJECTED", "PAUSED", "DISABLED", "IN_APPEAL", "PENDING_DELETION", "DELETED", "LIMIT_EXCEEDED",
    "ARCHIVED", "LOCKED",
})  # fmt: skip
STATUSES = SENDABLE | NOT_SENDABLE
QUALITIES = frozenset({"GREEN", "YELLOW", "RED", "UNKNOWN"})
FORMATS = frozenset({"POSITIONAL", "NAMED"})
RATED_AT = 1795100000  # when the ready-made templates got their quality, in Unix seconds

DEFAULT_FIELDS = ("id", "name", "language", "status", "category", "parameter_format", "components")
MORE_FIELDS = ("sub_category", "quality_score", "rejected_reason", "previous_category", "correct_category",
               "message_send_ttl_seconds", "library_template_name", "cta_url_link_tracking_opted_out",
               "source", "health_status", "degrees_of_freedom_spec")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One template in one language; identity is (name, language).

    ttl_seconds: how long the platform tries to deliver; None is its default of 30 days.
    components: header, body, footer and buttons exactly as the template list shows them.
    quality_at: since when it has its quality, in Unix seconds.
    correct_category: what it will be taken for from tomorrow on, as announced.
    recommendation: what a reviewer wrote about a rejection.
    source: AUTO_GENERATED when Direct Send made it.
    """

    id: str
    name: str
    language: str
    status: str = "APPROVED"
    category: str = "UTILITY"
    parameter_format: str = "POSITIONAL"
    components: tuple[Mapping[str, Any], ...] = ()
    quality: str = "GREEN"
    quality_at: int = RATED_AT
    rejected_reason: str = "NONE"
    previous_category: str | None = None
    correct_category: str | None = None
    recommendation: str = ""
    ttl_seconds: int | None = None
    source: str | None = None

    def __post_init__(self) -> None:
        if not all(isinstance(part, Mapping) for part in self.components) or not all(
            isinstance(button, Mapping) for button in self.buttons
        ):
            raise ValueError(f"Template {self.name}: components and buttons must be objects.")
        variables = [name for part in self.components for name in variables_of(str(part.get("text", "")))]
        if any(name.isdecimal() is self.named for name in variables):
            raise ValueError(
                f"Template {self.name}: {self.parameter_format} does not fit {', '.join(variables)}."
            )
        for value, known in (
            (self.status, STATUSES), (self.category, CATEGORIES), (self.parameter_format, FORMATS),
        ):  # fmt: skip
            if value not in known:
                raise ValueError(f"Template {self.name}: {value!r} is none of {', '.join(sorted(known))}.")

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any], *, id: str) -> "Template":  # noqa: A002 - Graph's name
        """Read a template in the shape of the template list; `id` is used when the mapping has none.

        Raises ValueError naming what is missing or unknown.
        """
        missing = [key for key in ("name", "language", "components") if not mapping.get(key)]
        if missing:
            raise ValueError(f"A template needs {', '.join(missing)}; got the keys {', '.join(mapping)}.")
        known = {key: mapping[key] for key in ("status", "category", "parameter_format") if key in mapping}
        if not isinstance(mapping["components"], list | tuple):
            raise ValueError(f"Template {mapping['name']}: components must be a list.")  # noqa: TRY004
        quality = mapping.get("quality_score") or {}
        return cls(
            id=str(mapping.get("id", id)),
            name=str(mapping["name"]),
            language=str(mapping["language"]),
            components=tuple(mapping["components"]),
            quality=str(quality.get("score", "GREEN")),
            quality_at=int(quality.get("date", RATED_AT)),
            rejected_reason=str(mapping.get("rejected_reason", "NONE")),
            ttl_seconds=mapping.get("message_send_ttl_seconds"),
            **known,
        )

    @property
    def named(self) -> bool:
        """Whether its variables have names instead of numbers."""
        return self.parameter_format == "NAMED"

    def component(self, kind: str) -> Mapping[str, Any]:
        """Return the HEADER, BODY, FOOTER or BUTTONS component; empty when the template has none."""
        return next((part for part in self.components if str(part.get("type", "")).upper() == kind), {})

    @property
    def buttons(self) -> tuple[Mapping[str, Any], ...]:
        """Its buttons in their order, which is what `index` counts."""
        return tuple(self.component("BUTTONS").get("buttons", ()))

    def as_json(self, fields: tuple[str, ...] = DEFAULT_FIELDS) -> dict[str, Any]:
        """Return the asked fields as the template list shows them; fields without a value are left out."""
        values = {
            "id": self.id,
            "name": self.name,
            "language": self.language,
            "status": self.status,
            "category": self.category,
            "parameter_format": self.parameter_format,
            "components": list(self.components),
            "quality_score": {"score": self.quality, "date": self.quality_at},
            "rejected_reason": self.rejected_reason,
            "previous_category": self.previous_category,
            "correct_category": self.correct_category,
            "message_send_ttl_seconds": self.ttl_seconds,
            "source": self.source,
            "health_status": {"can_send_message": "AVAILABLE" if self.status in SENDABLE else "BLOCKED"},
        }
        return {name: values[name] for name in ("id", *fields) if values.get(name) is not None}


def variables_of(text: str) -> tuple[str, ...]:
    """Return the names or numbers of the variables in a text, each once, in order of appearance."""
    return tuple(dict.fromkeys(VARIABLE.findall(text)))


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return the text with its variables replaced; one that has no value stays as it is."""
    return VARIABLE.sub(lambda match: values.get(match[1], match[0]), text)
