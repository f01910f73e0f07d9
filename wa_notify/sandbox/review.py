"""Meta's reviewers and classifiers: what becomes of a template that was handed in, and who hears of it.

A template that is new or edited is PENDING until it is reviewed. What sounds like an offer is approved as
MARKETING whatever it was filed as (Meta does so since April 2025; our list of words is only an example of
what a classifier sees). Everything a reviewer may do can also be asked for, at any time.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from .account import Account
from .callbacks import (
    management_payload,
    template_category_value,
    template_components_value,
    template_quality_value,
    template_status_value,
)
from .clock import Clock
from .courier import Courier
from .journal import Journal
from .schedule import Schedule
from .templates import Template

FIRST_NEW_ID = 900000000001001
PROMOTIONAL = re.compile(
    r"\b(offer|discount|sale|promo|promotion|coupon|voucher|deal|buy now|shop now|exclusive|% off"
    r"|angebot|rabatt|gutschein|oferta|descuento|desconto|promotion|remise|diskon)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPolicy:
    """How templates are taken in, changeable at run time.

    after: how long a review takes; with nothing the answer to the request tells its result.
    most: templates that the account may have, each language counts (Meta: 250, verified 6,000).
    an_hour: templates that may be created within an hour (Meta: 100).
    """

    after: timedelta = timedelta(seconds=5)
    most: int = 250
    an_hour: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewDue:
    """The review of a template is over. `turn`: of which review, since an edit begins another."""

    account: Account
    template_id: str
    turn: int


class Reviewers:
    """Whoever looks at templates, of every account."""

    def __init__(
        self,
        *,
        clock: Clock,
        journal: Journal,
        schedule: Schedule[Any],
        courier: Courier,
    ) -> None:
        self.policy = ReviewPolicy()
        self._clock = clock
        self._journal = journal
        self._schedule = schedule
        self._courier = courier
        self._turns: dict[str, int] = {}
        self._ids = FIRST_NEW_ID

    def next_id(self) -> str:
        """Return the id of a new template."""
        self._ids += 1
        return str(self._ids - 1)

    def hand_in(self, account: Account, template: Template, *, edited: bool) -> Template:
        """Take a new or edited template in; return it as it is afterwards."""
        turn = self._turns[template.id] = self._turns.get(template.id, 0) + 1
        pending = replace(template, status="PENDING", rejected_reason="NONE", recommendation="")
        self._keep(account, pending)
        if edited:
            value = template_components_value(pending)
            self._announce(account, "message_template_components_update", value)
        due = ReviewDue(account=account, template_id=template.id, turn=turn)
        if not self.policy.after:
            return self.finish(due) or pending
        self._schedule.add(self._clock() + self.policy.after, due)
        return pending

    def finish(self, due: ReviewDue) -> Template | None:
        """Approve what was handed in, in the category it deserves; nothing when it is gone or was edited."""
        template = next((one for one in due.account.templates.values() if one.id == due.template_id), None)
        if template is None or template.status != "PENDING" or self._turns[due.template_id] != due.turn:
            return None
        category = "MARKETING" if _is_promotional(template) else template.category
        return self.change(
            due.account, template.name, template.language, status="APPROVED", category=category
        )

    def resume(self, due: ReviewDue) -> None:
        """Take over a review that was under way in another world."""
        self._turns[due.template_id] = due.turn

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

        `correct_category` announces a category for tomorrow, `reason` is why it is rejected. Returns the
        template as it is now. Raises KeyError when there is none, ValueError for an unknown value.
        """
        before = account.templates[name, language]
        after = replace(
            before,
            status=status or before.status,
            quality=quality or before.quality,
            rejected_reason=reason or ("NONE" if status else before.rejected_reason),
            recommendation=recommendation,
        )
        if category is not None and category != before.category:
            after = replace(
                after, category=category, previous_category=before.category, correct_category=None
            )
        elif correct_category is not None:
            after = replace(after, correct_category=correct_category)
        self._keep(account, after)
        self._tell(account, before, after)
        return after

    def remove(self, account: Account, template: Template) -> None:
        """Take a template out of the account."""
        del account.templates[template.name, template.language]
        gone = replace(template, status="PENDING_DELETION")
        self._announce(account, "message_template_status_update", template_status_value(gone))
        self._note(gone)

    def _tell(self, account: Account, before: Template, after: Template) -> None:
        if after.status != before.status:
            self._announce(account, "message_template_status_update", template_status_value(after))
        if after.category != before.category or (
            after.correct_category and after.correct_category != before.correct_category
        ):
            self._announce(account, "template_category_update", template_category_value(after))
        if after.quality != before.quality:
            value = template_quality_value(after, before.quality)
            self._announce(account, "message_template_quality_update", value)

    def _keep(self, account: Account, template: Template) -> None:
        account.templates[template.name, template.language] = template
        self._note(template)

    def _note(self, template: Template) -> None:
        facts = {"name": template.name, "language": template.language}
        self._journal.write(
            self._clock(), "template", **facts, status=template.status, category=template.category
        )

    def _announce(self, account: Account, field: str, value: Mapping[str, Any]) -> None:
        now: datetime = self._clock()
        payload = management_payload(account, field, value, now)
        self._courier.announce(payload, now, line=account, lane=account.waba_id, about=[field])


def _is_promotional(template: Template) -> bool:
    texts = [str(part.get("text", "")) for part in template.components]
    return any(map(PROMOTIONAL.search, [*texts, *(str(one.get("text", "")) for one in template.buttons)]))
