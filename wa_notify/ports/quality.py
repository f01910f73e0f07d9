"""What is asked of the store to see how people take our templates (see `wa_notify.core.quality`)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from wa_notify.core.quality import Judgement, Objection, Sent


class QualityLook(Protocol):
    """The traces, and what was made of them."""

    def sends_of(self, template: str, since: datetime, limit: int) -> Sequence[Sent]:
        """What left as this template after that instant, the newest first."""

    def objections(self, since: datetime) -> Sequence[Objection]:
        """Who said STOP after that instant and has not taken it back."""

    def judgements(self) -> Sequence[Judgement]:
        """The verdicts in force that are not green."""


class QualityKeeping(QualityLook, Protocol):
    """The verdicts, kept."""

    def quality_judged_at(self) -> datetime | None:
        """When everything was judged last; never, when nothing."""

    def save_judgements(self, judgements: Iterable[Judgement], at: datetime) -> None:
        """From then on exactly these verdicts are in force; green ones need not be kept."""
