"""Message templates as the account holds them: values in the shape of the Graph template list."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
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
# How long the platform tries to deliver, where the template does not say (Meta's template reference).
TTL = timedelta(days=30)
TTL_OF_CODES = timedelta(seconds=600)
QUALITIES = frozenset({"GREEN", "YELLOW", "RED", "UNKNOWN"})  # of numbers as well
FORMATS = frozenset({"POSITIONAL", "NAMED"})

DEFAULT_FIELDS = ("id", "name", "language", "status", "category", "sub_category", "parameter_format",
                  "components")  # fmt: skip
MORE_FIELDS = ("quality_score", "rejected_reason", "previous_category", "correct_category",
               "message_send_ttl_seconds", "library_template_name", "cta_url_link_tracking_opted_out",
               "source", "health_status", "degrees_of_freedom_spec")  # fmt: skip

RATED_AT = datetime(2026, 11, 19, 14, 53, 20, tzinfo=UTC)  # of templates that do not say when


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One template in one language; identity is (name, language).

    ttl_seconds: how long the platform tries to deliver; None is its default for the category.
    components: header, body, footer and buttons exactly as the template list shows them.
    quality_at: when the quality was judged last.
    correct_category: what it will be taken for from tomorrow on, as announced.
    category_at: when its category was changed for it.
    why, recommendation: what a reviewer wrote about a rejection.
    source: AUTO_GENERATED when Direct Send made it.
    pauses: how often it was paused for low quality. pause: why it is paused now, as callbacks name it; empty
        when somebody paused it by hand. paused_at: since when.
    former_status: what it goes back to when it leaves the archive, or an appeal was in vain.
    """

    id: str
    name: str
    language: str
    status: str = "APPROVED"
    category: str = "UTILITY"
    sub_category: str | None = None
    parameter_format: str = "POSITIONAL"
    components: tuple[Mapping[str, Any], ...] = ()
    quality: str = "GREEN"
    quality_at: datetime = RATED_AT
    rejected_reason: str = "NONE"
    why: str = ""
    recommendation: str = ""
    previous_category: str | None = None
    correct_category: str | None = None
    category_at: datetime | None = None
    ttl_seconds: int | None = None
    library_template_name: str | None = None
    link_tracking_opted_out: bool | None = None
    source: str | None = None
    pauses: int = 0
    pause: str = ""
    paused_at: datetime | None = None
    former_status: str = ""

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
        judged = quality.get("date") if isinstance(quality, Mapping) else quality
        if judged is not None and not isinstance(judged, int):
            raise ValueError(f"Template {mapping['name']}: quality_score is an object of score and date.")
        return cls(
            id=str(mapping.get("id", id)),
            name=str(mapping["name"]),
            language=str(mapping["language"]),
            components=tuple(mapping["components"]),
            quality=str(quality.get("score", "GREEN")),
            quality_at=RATED_AT if judged is None else datetime.fromtimestamp(judged, UTC),
            rejected_reason=str(mapping.get("rejected_reason", "NONE")),
            ttl_seconds=mapping.get("message_send_ttl_seconds"),
            link_tracking_opted_out=mapping.get("cta_url_link_tracking_opted_out"),
            sub_category=mapping.get("sub_category"),
            previous_category=mapping.get("previous_category"),
            correct_category=mapping.get("correct_category"),
            library_template_name=mapping.get("library_template_name"),
            source=mapping.get("source"),
            **known,
        )

    @property
    def identity(self) -> tuple[str, str]:
        """Name and language, by which messages choose it."""
        return self.name, self.language

    @property
    def is_sendable(self) -> bool:
        """Whether messages can be made from it."""
        return self.status in SENDABLE

    @property
    def ttl(self) -> timedelta:
        """How long the platform tries to deliver a message of it."""
        if self.ttl_seconds is not None:
            return timedelta(seconds=self.ttl_seconds)
        return TTL_OF_CODES if self.category == "AUTHENTICATION" else TTL

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
            "sub_category": self.sub_category,
            "parameter_format": self.parameter_format,
            "components": list(self.components),
            "quality_score": {"score": self.quality, "date": int(self.quality_at.timestamp())},
            "rejected_reason": self.rejected_reason,
            "previous_category": self.previous_category,
            "correct_category": self.correct_category,
            "message_send_ttl_seconds": self.ttl_seconds,
            "library_template_name": self.library_template_name,
            "cta_url_link_tracking_opted_out": self.link_tracking_opted_out,
            "source": self.source,
        }
        return {name: values[name] for name in ("id", *fields) if values.get(name) is not None}


def variables_of(text: str) -> tuple[str, ...]:
    """Return the names or numbers of the variables in a text, each once, in order of appearance."""
    return tuple(dict.fromkeys(VARIABLE.findall(text)))


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return the text with its variables replaced; one that has no value stays as it is."""
    return VARIABLE.sub(lambda match: values.get(match[1], match[0]), text)
