"""Meta's reviewers and classifiers: what becomes of a template, and who hears of it.

A template that is new or edited is PENDING until it is reviewed (`classifier` says what the reviewers say).
Everything a reviewer may do can also be asked for, at any time. The rest of a template's life is in the
modules `quality` (pauses), `pacing` (samples), `categories` (announced changes), `retirement` (deletion).
"""

from dataclasses import replace
from datetime import datetime

from .account import Account, Portfolio
from .agenda import Agenda, Due, TemplateDue
from .categories import Categories
from .classifier import verdict_on
from .network import Network
from .pacing import Pacing
from .quality import Quality
from .register import Register
from .retirement import Retirement
from .review_policy import ReviewPolicy
from .templates import Template

FIRST_NEW_ID = 900000000001001
APPEALABLE = frozenset({"REJECTED", "DISABLED"})


class Reviewers:
    """Whoever looks at templates, of every account."""

    def __init__(self, *, register: Register, agenda: Agenda, network: Network, portfolio: Portfolio) -> None:
        self.quality = Quality(register, agenda)
        self.pacing = Pacing(register, agenda, network, self.quality)
        self.categories = Categories(register, agenda)
        self.retirement = Retirement(register, agenda, network)
        self._register = register
        self._agenda = agenda
        self._portfolio = portfolio
        self.appeals: dict[str, bool] = {}  # whether the answer will be yes, by template
        self.next_number = FIRST_NEW_ID

    @property
    def policy(self) -> ReviewPolicy:
        """How templates are taken in and looked after; set another to change it."""
        return self._register.policy

    @policy.setter
    def policy(self, policy: ReviewPolicy) -> None:
        self._register.policy = policy

    def next_id(self) -> str:
        """Return the id of a new template."""
        self.next_number += 1
        return str(self.next_number - 1)

    def most(self) -> int:
        """Return how many templates an account may have."""
        return self.policy.most_of(verified=self._portfolio.verified)

    def hand_in(self, account: Account, template: Template, *, edited: bool) -> Template:
        """Take a new or edited template in; return it as it is afterwards."""
        pending = replace(
            template,
            status="PENDING",
            rejected_reason="NONE",
            why="",
            recommendation="",
            correct_category=None,
            pause="",
            paused_at=None,
        )
        self._agenda.cancel(template, Due.CATEGORY, Due.PAUSE)
        self.pacing.forget(pending)
        self._register.keep(account, pending)
        if edited:
            self._register.tell_words(account, pending)
        if not self.policy.after:
            return self._finish(account, pending)
        self._agenda.plan(account, pending, Due.REVIEW, self._register.now() + self.policy.after)
        return pending

    def come_due(self, due: TemplateDue) -> None:
        """Let happen what was planned about a template, unless something came between."""
        template, account = self._agenda.take(due), due.account
        if template is None:
            return
        match due.what:
            case Due.REVIEW:
                self._finish(account, template)
            case Due.APPEAL:
                self._answer(account, template)
            case Due.PAUSE:
                self.quality.end_pause(account, template)
            case Due.CATEGORY:
                self.categories.come_true(account, template)
            case Due.PACING:
                self.pacing.judge_trial(account, template)
            case Due.DELETION | Due.ARCHIVE:
                self.retirement.finish(account, template)

    def resume(self, due: TemplateDue, at: datetime) -> None:
        """Take over what was planned about a template in another world."""
        self._agenda.resume(due, at)

    def is_given_up(self, due: TemplateDue) -> bool:
        """Whether nothing will come of what was planned about a template."""
        return self._agenda.is_given_up(due)

    def change(
        self,
        account: Account,
        name: str,
        language: str,
        *,
        status: str | None = None,
        category: str | None = None,
        correct_category: str | None = None,
        quality: str | None = None,
        reason: str | None = None,
        recommendation: str = "",
    ) -> Template:
        """Do to a template what a reviewer may do, and announce what really changed.

        `correct_category` announces a category, which is true a day later; `quality` has all its consequences
        unless a `status` is given too; `reason` is why it is rejected. Returns the template as it is now.
        Raises KeyError when there is none, ValueError for an unknown value.
        """
        before = account.templates[name, language]
        after = replace(
            before,
            status=status or before.status,
            rejected_reason=reason or ("NONE" if status else before.rejected_reason),
            recommendation=recommendation,
        )
        if status is not None:
            self._agenda.cancel(before, Due.REVIEW, Due.APPEAL, Due.PAUSE)
            after = replace(after, pause="", paused_at=None, why="")
        self._register.keep(account, after)
        if after.status != before.status:
            self._register.tell_status(account, after)
        if category is not None:
            after = self.categories.change(account, after, category)
        elif correct_category is not None:
            after = self.categories.announce(account, after, correct_category)
        if quality is None:
            return after
        return self.quality.grade(account, after, quality, follow=status is None)

    def complain(self, account: Account, name: str, language: str) -> Template:
        """Count a person's report or block because of a template. Raises KeyError."""
        return self.quality.complain(account, account.templates[name, language])

    def appeal(self, account: Account, name: str, language: str, *, granted: bool = True) -> Template:
        """Object to a rejection, to the end of a template, or to its category; the answer takes its time.

        `granted` is that answer. A category stays in force meanwhile, one that is announced is suspended.
        Raises KeyError when there is no such template, ValueError when there is nothing to object to.
        """
        template = account.templates[name, language]
        if template.status in APPEALABLE:
            template = replace(template, status="IN_APPEAL", former_status=template.status)
            self._register.keep(account, template)
            self._register.tell_status(account, template)
        elif self.categories.is_disputable(template):
            self._agenda.cancel(template, Due.CATEGORY)
        else:
            raise ValueError(f"There is nothing to object to: {name} ({language}) is {template.status}.")
        self.appeals[template.id] = granted
        self._agenda.plan(account, template, Due.APPEAL, self._register.now() + self.policy.appeal_after)
        return template

    def _answer(self, account: Account, template: Template) -> None:
        granted = self.appeals.pop(template.id)
        if template.status != "IN_APPEAL":
            settled = self.categories.settle(account, template, granted=granted)
            self.categories.come_true(account, settled)
            return
        former = template.former_status
        status = "APPROVED" if granted else former
        after = replace(template, status=status, former_status="")
        if granted:
            after = replace(after, rejected_reason="NONE", why="", recommendation="")
        self._register.keep(account, after)
        event = "REINSTATED" if granted and former == "DISABLED" else ""
        self._register.tell_status(account, after, event=event)

    def _finish(self, account: Account, template: Template) -> Template:
        """Write down what the reviewers say of what was handed in."""
        verdict = verdict_on(template)
        full = verdict.status == "APPROVED" and len(account.templates) > self.most()
        judged = replace(
            template,
            status="LIMIT_EXCEEDED" if full else verdict.status,
            rejected_reason=verdict.reason,
            why=verdict.why,
            recommendation=verdict.recommendation,
        )
        if verdict.category != template.category:  # so that the news of the approval names the new one
            judged = replace(judged, category=verdict.category, previous_category=template.category)
            judged = replace(judged, category_at=self._register.now())
        self._register.keep(account, judged)
        self._register.tell_status(account, judged)
        if judged.category != template.category:
            self._register.tell_category(account, judged)
        return judged
