"""Where templates are handed in, edited and deleted, with the platform's limits on each.

The limits, by Meta's template reference: 250 templates of an account, 6,000 of a verified business; 100
creations an hour; an approved template is edited once in 24 hours and ten times in 30 days, and not its
category.
"""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from .account import Account
from .chance import Chance
from .clock import Clock
from .direct_send import require_own
from .refusals import Refusal, Refused
from .review import Reviewers
from .template_rules import check_category, check_format, check_name, check_ttl, checked
from .templates import SENDABLE, Template
from .uploads import Uploads

HOUR, DAY, MONTH = timedelta(hours=1), timedelta(hours=24), timedelta(days=30)
EDITS_A_MONTH = 10
EDITABLE = SENDABLE | {"REJECTED", "PAUSED"}
TEXTS = frozenset({"sub_category"})
FLAGS = frozenset({"allow_category_change", "cta_url_link_tracking_opted_out"})
EDIT_FIELDS = frozenset({
    "category", "components", "parameter_format", "message_send_ttl_seconds",
    "cta_url_link_tracking_opted_out",
})  # fmt: skip
CREATE_FIELDS = EDIT_FIELDS | {"name", "language", "allow_category_change", "sub_category"}
# Name and language cannot be changed, but clients may say them again.
AGAIN = frozenset({"name", "language"})
UPSERT_FIELDS = frozenset({"name", "languages", "category", "components", "message_send_ttl_seconds"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What a request says of a template, checked."""

    category: str
    parameter_format: str
    components: tuple[Mapping[str, Any], ...]
    ttl_seconds: int | None
    link_tracking_opted_out: bool | None


class Desk:
    """Takes templates in, for every account."""

    def __init__(self, *, clock: Clock, chance: Chance, reviewers: Reviewers) -> None:
        self.uploads = Uploads(clock, chance)
        self._clock = clock
        self._reviewers = reviewers
        self.created: dict[str, deque[datetime]] = {}  # by account
        self.edited: dict[str, list[datetime]] = {}

    def create(self, account: Account, body: Mapping[str, Any]) -> dict[str, Any]:
        """Answer `POST /{waba_id}/message_templates`. Raises Refused."""
        _require_fields(body, CREATE_FIELDS)
        name, language = body.get("name"), body.get("language")
        check_name(name, language)
        form = self._form({"category": None, "components": None, **body})
        self._require_room(account, str(name), str(language))
        template = self._hand_in(account, str(name), str(language), form, body.get("sub_category"))
        return {"id": template.id, "status": template.status, "category": template.category}

    def edit(self, account: Account, template: Template, body: Mapping[str, Any]) -> dict[str, Any]:
        """Answer `POST /{template_id}`. What is sent replaces what was there. Raises Refused."""
        _require_fields(body, EDIT_FIELDS | AGAIN)
        if not set(body) & EDIT_FIELDS:
            raise Refused(Refusal.TEMPLATE_FIELD, "There is nothing to edit.")
        for field, value in (("name", template.name), ("language", template.language)):
            if body.get(field, value) != value:
                raise Refused(Refusal.TEMPLATE_FIELD, f"The {field} of a template cannot be edited.")
        edited = self._edit(account, template, body)
        return {"success": True, "id": template.id, "name": template.name, "category": edited.category}

    def upsert(self, account: Account, body: Mapping[str, Any]) -> dict[str, Any]:
        """Answer `POST /{waba_id}/upsert_message_templates`: one authentication template in many languages.

        A language that is there is edited, the others are created (as API clients describe it). Everything is
        checked before anything is done, as far as the languages do not differ. Raises Refused.
        """
        _require_fields(body, UPSERT_FIELDS)
        name, languages, category = body.get("name"), body.get("languages"), body.get("category")
        if category != "AUTHENTICATION":
            raise Refused(Refusal.TEMPLATE_FIELD, "Only AUTHENTICATION templates are handled in bulk.")
        if not isinstance(languages, list) or not languages or len(set(map(str, languages))) < len(languages):
            raise Refused(Refusal.TEMPLATE_FIELD, "languages must be a list of codes, each once.")
        for language in languages:
            check_name(name, language)
        content = {field: value for field, value in body.items() if field in EDIT_FIELDS}
        self._form({"components": None, **content})
        return {"data": [self._upsert(account, str(name), language, content) for language in languages]}

    def delete(self, account: Account, query: Mapping[str, str]) -> dict[str, Any]:
        """Answer `DELETE /{waba_id}/message_templates`: all languages of a name, or one by `hsm_id`."""
        name, template_id = query.get("name", ""), query.get("hsm_id")
        found = [
            template
            for template in account.templates.values()
            if template.name == name
            and template_id in (None, template.id)
            and template.status != "PENDING_DELETION"
        ]
        if not found:
            raise Refused(Refusal.TEMPLATE_GONE)
        for template in found:
            require_own(template, Refusal.DELETE_GENERATED)
        if any(template.status == "DISABLED" for template in found):
            raise Refused(Refusal.DELETE_DISABLED)
        for template in found:
            self._reviewers.retirement.delete(account, template, whole_name=template_id is None)
        return {"success": True}

    def archive(self, account: Account, body: Mapping[str, Any]) -> dict[str, Any]:
        """Answer `POST /{waba_id}/message_templates/archive`. Raises Refused."""
        return self._each(account, body, self._reviewers.retirement.archive, "archived_templates")

    def unarchive(self, account: Account, body: Mapping[str, Any]) -> dict[str, Any]:
        """Answer `POST /{waba_id}/message_templates/unarchive`. Raises Refused."""
        return self._each(account, body, self._reviewers.retirement.unarchive, "unarchived_templates")

    def unpause(self, account: Account, template: Template) -> dict[str, Any]:
        """Answer `POST /{template_id}/unpause`, which ends a pause by pacing."""
        why_not = self._reviewers.quality.unpause(account, template)
        return {"success": False, "reason": why_not} if why_not else {"success": True}

    def _form(self, body: Mapping[str, Any], before: Template | None = None) -> Form:
        """Check the fields that creations and edits share; what is not said stays as it was."""
        category = body.get("category", before and before.category)
        check_category(category)
        parameter_format = body.get("parameter_format", before.parameter_format if before else "POSITIONAL")
        check_format(parameter_format)
        for field in sorted((FLAGS | TEXTS) & set(body)):
            if not isinstance(body[field], bool if field in FLAGS else str):
                raise Refused(Refusal.TEMPLATE_FIELD, f"{field} has the wrong type.")
        ttl = body.get("message_send_ttl_seconds", before and before.ttl_seconds)
        if "message_send_ttl_seconds" in body or (before and ttl is not None and category != before.category):
            check_ttl(ttl, category)
        if before and "components" not in body and _needs_other_words(before, category, parameter_format):
            raise Refused(Refusal.TEMPLATE_FIELD, "With this change the components must be sent too.")
        components = before.components if before else ()
        if "components" in body:
            components = checked(
                body["components"],
                category=category,
                named=parameter_format == "NAMED",
                file_type=self.uploads.type_of,
            )
        opted_out = before and before.link_tracking_opted_out
        return Form(
            category=category,
            parameter_format=parameter_format,
            components=components,
            ttl_seconds=ttl,
            link_tracking_opted_out=body.get("cta_url_link_tracking_opted_out", opted_out),
        )

    def _hand_in(
        self, account: Account, name: str, language: str, form: Form, sub_category: str | None = None
    ) -> Template:
        template = Template(
            id=self._reviewers.next_id(),
            name=name,
            language=language,
            category=form.category,
            sub_category=sub_category,
            parameter_format=form.parameter_format,
            components=form.components,
            ttl_seconds=form.ttl_seconds,
            link_tracking_opted_out=form.link_tracking_opted_out,
            quality="UNKNOWN",
            quality_at=self._clock(),
        )
        return self._reviewers.hand_in(account, template, edited=False)

    def _edit(self, account: Account, template: Template, body: Mapping[str, Any]) -> Template:
        require_own(template, Refusal.EDIT_GENERATED)
        if template.status not in EDITABLE:
            raise Refused(Refusal.EDIT_STATUS, f"The template is {template.status}.")
        form = self._form(body, template)
        if template.is_sendable and form.category != template.category:
            raise Refused(Refusal.EDIT_CATEGORY)
        if template.is_sendable:
            self._count_edit(template.id)
        edited = replace(
            template,
            category=form.category,
            parameter_format=form.parameter_format,
            components=form.components,
            ttl_seconds=form.ttl_seconds,
            link_tracking_opted_out=form.link_tracking_opted_out,
        )
        return self._reviewers.hand_in(account, edited, edited=True)

    def _upsert(
        self, account: Account, name: str, language: str, content: Mapping[str, Any]
    ) -> dict[str, Any]:
        there = account.templates.get((name, language))
        if there is not None:
            template = self._edit(account, there, content)
        else:
            self._require_room(account, name, language)
            template = self._hand_in(account, name, language, self._form(content))
        return {"id": template.id, "status": template.status, "language": language}

    def _each(
        self,
        account: Account,
        body: Mapping[str, Any],
        act: Callable[[Account, Template], str],
        done: str,
    ) -> dict[str, Any]:
        """Do something to each of the templates that `hsm_ids` names; tell which ones, and why not."""
        given = body.get("hsm_ids")
        ids = given.split(",") if isinstance(given, str) else given
        if not isinstance(ids, list) or not ids:
            raise Refused(Refusal.TEMPLATE_FIELD, "hsm_ids must name templates by their ids.")
        by_id = {template.id: template for template in account.templates.values()}
        failed: dict[str, str] = {}
        for template_id in dict.fromkeys(str(one).strip() for one in ids):
            found = by_id.get(template_id)
            why_not = act(account, found) if found else "The account has no such template."
            if why_not:
                failed[template_id] = why_not
        acted = [one for one in dict.fromkeys(str(one).strip() for one in ids) if one not in failed]
        return {done: acted, "failed_templates": failed}

    def _require_room(self, account: Account, name: str, language: str) -> None:
        """Refuse what is there already, whose name is blocked, and what is one too many; count the rest."""
        now, policy = self._clock(), self._reviewers.policy
        if (name, language) in account.templates:
            raise Refused(
                Refusal.TEMPLATE_EXISTS, f"A template with the name {name} already exists in {language}."
            )
        free_at = self._reviewers.retirement.free_at(account, name, language)
        if free_at is not None:
            raise Refused(Refusal.TEMPLATE_NAME_BLOCKED, f"The name {name} is blocked until {free_at:%d %B}.")
        most = self._reviewers.most()
        if len(account.templates) >= most:
            raise Refused(Refusal.TEMPLATE_LIMIT, f"The account may have {most} templates.")
        created = self.created.setdefault(account.waba_id, deque())
        while created and created[0] <= now - HOUR:
            created.popleft()
        if len(created) >= policy.an_hour:
            raise Refused(Refusal.ACCOUNT_RATE, wait=created[0] + HOUR - now)
        created.append(now)

    def _count_edit(self, template_id: str) -> None:
        now = self._clock()
        recent = [at for at in self.edited.get(template_id, []) if at > now - MONTH]
        if len(recent) >= EDITS_A_MONTH or (recent and recent[-1] > now - DAY):
            raise Refused(Refusal.EDIT_LIMIT)
        self.edited[template_id] = [*recent, now]


def _needs_other_words(before: Template, category: str, parameter_format: str) -> bool:
    """Whether the components that are there cannot be those of the category or the format."""
    codes = "AUTHENTICATION" in (category, before.category) and category != before.category
    return codes or parameter_format != before.parameter_format


def _require_fields(body: Mapping[str, Any], known: frozenset[str]) -> None:
    unknown = sorted(set(body) - known)
    if unknown:
        raise Refused(Refusal.TEMPLATE_FIELD, f"Unexpected field {unknown[0]}.")
