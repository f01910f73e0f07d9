"""What is kept of the account's templates between two readings, and of what we did to them.

A part of `wa_notify.ports.transaction` and of `wa_notify.ports.views`.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from wa_notify.core.plan import TemplateDeed
from wa_notify.core.template import TemplateShape


class TemplateKeeping(Protocol):
    """News and deeds."""

    def knows_templates(self) -> bool:
        """Whether the account had any template when it was last read."""

    def save_shape(self, shape: TemplateShape) -> None:
        """Add or change one language of a template."""

    def news_told_at(self, name: str, language: str) -> Mapping[str, datetime]:
        """When the platform, by its own time, last told news of each aspect, since the last reading."""

    def save_news_told_at(self, name: str, language: str, told_at: Mapping[str, datetime]) -> None:
        """Keep these times."""

    def remember_deeds(self, deeds: Iterable[TemplateDeed]) -> None:
        """Keep what we did to templates."""


class TemplateViews(Protocol):
    """What the command line looks at."""

    def templates_synced_at(self) -> datetime | None:
        """When the account's templates were last read in full; never, when nothing."""

    def template_deeds(self) -> Sequence[TemplateDeed]:
        """What we did to templates, oldest first. That is as much as people ever asked for."""
