"""Where templates are handed in, edited and deleted, with the platform's limits on each.

The limits, by Meta's template reference: 100 creations an hour; an approved template is edited once in 24
hours and ten times in 30 days, and not its category; the name of a deleted approved template is blocked for
30 days. Whether the block meets one language or the whole name is not documented; here it meets what was
deleted.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from .account import Account
from .chance import Chance
from .clock import Clock
from .refusals import Refusal, Refused
from .review import Reviewers
from .template_rules import check_category, check_format, check_name, check_ttl, checked
from .templates import SENDABLE, Template
from .uploads import Uploads

HOUR, DAY, MONTH = timedelta(hours=1), timedelta(hours=24), timedelta(days=30)
EDITS_A_MONTH = 10
EDITABLE = SENDABLE | {"REJECTED", "PAUSED"}
ALL = ""  # every language of a name
CREATE_FIELDS = frozenset({
    "name", "language", "category", "components", "parameter_format", "message_send_ttl_seconds",
    "allow_category_change",
})  # fmt: skip
EDIT_FIELDS = frozenset({"category", "components", "parameter_format", "message_send_ttl_seconds"})


class Desk:
    """Takes templates in, for every account."""

    def __init__(self, *, clock: Clock, chance: Chance, reviewers: Reviewers) -> None:
        self.uploads = Uploads(chance)
        self._clock = clock
        self._reviewers = reviewers
        self._created: dict[str, deque[datetime]] = {}  # by account
        self._edited: dict[str, list[datetime]] = {}
        # (account, name, language or ALL) to when it is free
        self._blocked: dict[tuple[str, str, str], datetime] = {}

    def create(self, account: Account, body: Mapping[str, Any]) -> dict[str, Any]:
        """Answer `POST /{waba_id}/message_templates`."""
        self._require_fields(body, CREATE_FIELDS)
        name, language, category = body.get("name"), body.get("language"), body.get("category")
        check_name(name, language)
        check_category(category)
        parameter_format = body.get("parameter_format", "POSITIONAL")
        check_format(parameter_format)
        if "message_send_ttl_seconds" in body:
            check_ttl(body["message_send_ttl_seconds"], str(category))
        components = checked(
            body.get("components"), named=parameter_format == "NAMED", has_handle=self.uploads.has
        )
        self._require_room(account, str(name), str(language))
        template = self._reviewers.hand_in(
            account,
            Template(
                id=self._reviewers.next_id(),
                name=str(name),
                language=str(language),
                category=str(category),
                parameter_format=parameter_format,
                components=components,
                ttl_seconds=body.get("message_send_ttl_seconds"),
                quality="UNKNOWN",
            ),
            edited=False,
        )
        return {"id": template.id, "status": template.status, "category": template.category}

    def edit(self, account: Account, template: Template, body: Mapping[str, Any]) -> dict[str, Any]:
        """Answer `POST /{template_id}`. What is sent replaces what was there."""
        self._require_fields(body, EDIT_FIELDS)
        if not body:
            raise Refused(Refusal.TEMPLATE_FIELD, "There is nothing to edit.")
        if template.status not in EDITABLE:
            raise Refused(Refusal.EDIT_STATUS, f"The template is {template.status}.")
        category = body.get("category", template.category)
        check_category(category)
        approved = template.status in SENDABLE
        if approved and category != template.category:
            raise Refused(Refusal.EDIT_CATEGORY)
        parameter_format = body.get("parameter_format", template.parameter_format)
        check_format(parameter_format)
        if "message_send_ttl_seconds" in body:
            check_ttl(body["message_send_ttl_seconds"], category)
        components = template.components
        if "components" in body:
            named = parameter_format == "NAMED"
            components = checked(body["components"], named=named, has_handle=self.uploads.has)
        if approved:
            self._count_edit(template.id)
        self._reviewers.hand_in(
            account,
            replace(
                template,
                category=category,
                parameter_format=parameter_format,
                components=components,
                ttl_seconds=body.get("message_send_ttl_seconds", template.ttl_seconds),
            ),
            edited=True,
        )
        return {"success": True, "id": template.id, "name": template.name, "category": category}

    def delete(self, account: Account, query: Mapping[str, str]) -> dict[str, Any]:
        """Answer `DELETE /{waba_id}/message_templates`: all languages of a name, or one by `hsm_id`."""
        name, template_id = query.get("name", ""), query.get("hsm_id")
        found = [
            template
            for template in account.templates.values()
            if template.name == name and template_id in (None, template.id)
        ]
        if not found:
            raise Refused(Refusal.TEMPLATE_GONE)
        if any(template.status == "DISABLED" for template in found):
            raise Refused(Refusal.DELETE_DISABLED)
        for template in found:
            if template.status in SENDABLE:
                block = (account.waba_id, name, ALL if template_id is None else template.language)
                self._blocked[block] = self._clock() + MONTH
            self._reviewers.remove(account, template)
        return {"success": True}

    def _require_fields(self, body: Mapping[str, Any], known: frozenset[str]) -> None:
        unknown = sorted(set(body) - known)
        if unknown:
            raise Refused(Refusal.TEMPLATE_FIELD, f"Unexpected field {unknown[0]}.")

    def _require_room(self, account: Account, name: str, language: str) -> None:
        """Refuse what is there already, whose name is blocked, and what is one too many; count the rest."""
        now, policy = self._clock(), self._reviewers.policy
        if (name, language) in account.templates:
            raise Refused(
                Refusal.TEMPLATE_EXISTS, f"A template with the name {name} already exists in {language}."
            )
        free_at = max(self._blocked.get((account.waba_id, name, which), now) for which in (ALL, language))
        if now < free_at:
            raise Refused(Refusal.TEMPLATE_NAME_BLOCKED, f"The name {name} is blocked until {free_at:%d %B}.")
        if len(account.templates) >= policy.most:
            raise Refused(Refusal.TEMPLATE_LIMIT, f"The account may have {policy.most} templates.")
        created = self._created.setdefault(account.waba_id, deque())
        while created and created[0] <= now - HOUR:
            created.popleft()
        if len(created) >= policy.an_hour:
            raise Refused(Refusal.ACCOUNT_RATE, wait=created[0] + HOUR - now)
        created.append(now)

    def _count_edit(self, template_id: str) -> None:
        now = self._clock()
        recent = [at for at in self._edited.get(template_id, []) if at > now - MONTH]
        if len(recent) >= EDITS_A_MONTH or (recent and recent[-1] > now - DAY):
            raise Refused(Refusal.EDIT_LIMIT)
        self._edited[template_id] = [*recent, now]
