"""The category of a template after its review: announced, changed, disputed.

Meta's template reference: existing templates are put into another category automatically; a callback
announces it a day ahead, another tells it when it is done; accounts that were warned get no notice; a dispute
is possible for 60 days. Our deductions: an edit, or an appeal that is granted, during the notice ends it.
"""

from dataclasses import replace
from datetime import timedelta

from .account import Account
from .agenda import Agenda, Due
from .register import Register
from .templates import CATEGORIES, Template

DISPUTABLE_FOR = timedelta(days=60)


class Categories:
    """Puts templates into the category that they deserve."""

    def __init__(self, register: Register, agenda: Agenda) -> None:
        self._register = register
        self._agenda = agenda

    def announce(self, account: Account, template: Template, category: str) -> Template:
        """Announce another category for tomorrow; a warned account gets it at once. Raises ValueError."""
        if category not in CATEGORIES:
            raise ValueError(f"{category!r} is no category; there are {', '.join(sorted(CATEGORIES))}.")
        if account.standing.warned:
            return self.change(account, template, category)
        if category == template.correct_category:
            return template
        announced = self._register.keep(account, replace(template, correct_category=category))
        self._register.tell_category(account, announced)
        at = self._register.now() + self._register.policy.notice
        self._agenda.plan(account, announced, Due.CATEGORY, at)
        return announced

    def change(self, account: Account, template: Template, category: str) -> Template:
        """Put a template into another category now, and tell it."""
        if category == template.category:
            return self._register.keep(account, replace(template, correct_category=None))
        changed = replace(
            template,
            category=category,
            previous_category=template.category,
            correct_category=None,
            category_at=self._register.now(),
        )
        self._register.keep(account, changed)
        self._register.tell_category(account, changed)
        return changed

    def come_true(self, account: Account, template: Template) -> None:
        """The notice is over."""
        if template.correct_category is not None:
            self.change(account, template, template.correct_category)

    def is_disputable(self, template: Template) -> bool:
        """Whether the business may still object to the category, or to the one that is announced."""
        if template.correct_category is not None:
            return True
        changed = template.category_at
        return changed is not None and self._register.now() <= changed + DISPUTABLE_FOR

    def settle(self, account: Account, template: Template, *, granted: bool) -> Template:
        """Answer a dispute: what was announced is forgotten, or the old category comes back, or neither."""
        if not granted:
            return template
        if template.correct_category is not None:
            return self._register.keep(account, replace(template, correct_category=None))
        return self.change(account, template, template.previous_category or template.category)
