"""Pacing: a template without a good quality is tried on a few people before everybody gets it.

Meta: new, unpaused and not green templates of marketing (since October 2023) and utility (since April 2024)
go to a sample first; the rest is held until its quality is judged, usually within an hour, and then released
or dropped with 132015; dropping pauses the template until the business ends that. How large the sample is and
what is judged is not published: here the quality must not have fallen meanwhile. A template that stood the
test is not tried again with that quality, and if the quality was unknown it is green from then on.
"""

from dataclasses import dataclass

from .account import Account
from .agenda import Agenda, Due
from .network import Network
from .quality import Quality
from .register import Register
from .templates import Template

PACED = frozenset({"MARKETING", "UTILITY"})
WORSE = ("GREEN", "UNKNOWN", "YELLOW", "RED")  # from good to bad


@dataclass(slots=True, kw_only=True)
class Trial:
    """A template on trial. `quality`: at the beginning. `used`: messages since."""

    quality: str
    used: int = 0


class Pacing:
    """Tries templates, and holds messages meanwhile."""

    def __init__(self, register: Register, agenda: Agenda, network: Network, quality: Quality) -> None:
        self._register = register
        self._agenda = agenda
        self._network = network
        self._quality = quality
        self.trials: dict[str, Trial] = {}
        self.passed: dict[str, str] = {}  # the quality with which a template stood the test

    def holds(self, account: Account, template: Template | None) -> bool:
        """Count a message of a template, and say whether it is to wait."""
        if template is None:
            return False
        if f"{template.name}/{template.language}" in account.pacing:
            return True
        if template.id not in self.trials:
            if not self._needs_trial(template):
                return False
            self._begin(account, template)
        trial = self.trials[template.id]
        trial.used += 1
        return trial.used > self._register.policy.sample

    def judge_trial(self, account: Account, template: Template) -> None:
        """The time of a trial is over."""
        trial = self.trials[template.id]
        in_use = template.is_sendable or template.status == "PENDING_DELETION"
        good = in_use and WORSE.index(template.quality) <= WORSE.index(trial.quality)
        self.judge(account, template, good=good)

    def judge(self, account: Account, template: Template, *, good: bool) -> int:
        """Release or drop what is held; return how many messages."""
        self.trials.pop(template.id, None)
        self._agenda.cancel(template, Due.PACING)
        account.pacing = [one for one in account.pacing if one != f"{template.name}/{template.language}"]
        count = self._network.judged(account, template.identity, good=good)
        if not template.is_sendable:
            return count
        if not good:
            self._quality.pause_by_pacing(account, template)
        elif template.quality == "UNKNOWN":
            self._quality.grade(account, template, "GREEN")
        else:
            self.passed[template.id] = template.quality
        return count

    def forget(self, template: Template) -> None:
        """Take a template for a new one: it was edited, or its pause is over."""
        self.passed.pop(template.id, None)

    def _needs_trial(self, template: Template) -> bool:
        if self._register.policy.pacing == "off" or template.category not in PACED:
            return False
        return template.quality != "GREEN" and self.passed.get(template.id) != template.quality

    def _begin(self, account: Account, template: Template) -> None:
        self.trials[template.id] = Trial(quality=template.quality)
        at = self._register.now() + self._register.policy.judged_after
        self._agenda.plan(account, template, Due.PACING, at)
