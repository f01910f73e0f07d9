"""What is planned about a template: the end of a review, a pause, a notice. A later plan voids an earlier."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from .account import Account
from .schedule import Schedule
from .templates import Template


class Due(StrEnum):
    """What is to happen to a template."""

    REVIEW = "review"  # its review is over
    APPEAL = "appeal"  # the answer to an appeal, or to a dispute about its category
    PAUSE = "pause"  # its pause is over
    CATEGORY = "category"  # an announced category becomes true
    PACING = "pacing"  # the sample that got it is judged
    DELETION = "deletion"  # nothing of it can be under way any more
    ARCHIVE = "archive"  # its time in the archive is over


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateDue:
    """A plan whose time has come, unless it was given up meanwhile. `number` tells it from all others."""

    account: Account
    template_id: str
    what: Due
    number: int


GIVEN_UP = 0  # the number of a plan of which nothing will come


class Agenda:
    """The plans for every template: at most one of each kind."""

    def __init__(self, schedule: Schedule[Any]) -> None:
        self._schedule = schedule
        self._plans: dict[tuple[str, Due], TemplateDue] = {}
        self._number = 0

    def plan(self, account: Account, template: Template, what: Due, at: datetime) -> None:
        """Plan something for that instant, in place of what was planned of this kind."""
        self._number += 1
        due = TemplateDue(account=account, template_id=template.id, what=what, number=self._number)
        self._plans[template.id, what] = due
        self._schedule.add(at, due)

    def resume(self, due: TemplateDue, at: datetime) -> None:
        """Take over a plan of another world."""
        self._number = max(self._number, due.number)
        if due.number != GIVEN_UP:
            self._plans[due.template_id, due.what] = due
        self._schedule.add(at, due)

    def is_given_up(self, due: TemplateDue) -> bool:
        """Whether nothing will come of a plan."""
        return self._plans.get((due.template_id, due.what)) != due

    def cancel(self, template: Template, *what: Due) -> None:
        """Give up what is planned of these kinds."""
        for kind in what:
            self._plans.pop((template.id, kind), None)

    def take(self, due: TemplateDue) -> Template | None:
        """Return the template of a plan whose time has come; nothing when plan or template are gone."""
        if self.is_given_up(due):
            return None
        del self._plans[due.template_id, due.what]
        return next((one for one in due.account.templates.values() if one.id == due.template_id), None)
