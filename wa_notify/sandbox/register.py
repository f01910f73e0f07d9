"""The register of templates: where each change is written down, journaled and told to the business."""

from collections.abc import Mapping
from typing import Any

from .account import Account
from .callbacks import (
    template_category_value,
    template_components_value,
    template_quality_value,
    template_status_value,
)
from .clock import Clock
from .courier import Courier
from .journal import Journal
from .review_policy import ReviewPolicy
from .templates import Template

STATUS, CATEGORY = "message_template_status_update", "template_category_update"
QUALITY, COMPONENTS = "message_template_quality_update", "message_template_components_update"


class Register:
    """Keeps the templates of every account, by the policy of the day."""

    def __init__(self, *, clock: Clock, journal: Journal, courier: Courier) -> None:
        self.policy = ReviewPolicy()
        self.now = clock
        self._journal = journal
        self._courier = courier

    def keep(self, account: Account, template: Template) -> Template:
        """Write a template down as it is now, and return it."""
        account.templates[template.identity] = template
        self._note(template)
        return template

    def drop(self, account: Account, template: Template) -> None:
        """Strike a template out."""
        del account.templates[template.identity]
        self._note(template)

    def tell_status(
        self, account: Account, template: Template, *, event: str = "", info: Mapping[str, str] | None = None
    ) -> None:
        """Tell the status of a template, or another event; `info` is title and description."""
        self._announce(account, STATUS, template_status_value(template, self.now(), event=event, info=info))

    def tell_category(self, account: Account, template: Template) -> None:
        """Tell the category of a template, or the one that is announced."""
        self._announce(account, CATEGORY, template_category_value(template))

    def tell_quality(self, account: Account, template: Template, previous: str) -> None:
        """Tell the quality of a template."""
        self._announce(account, QUALITY, template_quality_value(template, previous))

    def tell_words(self, account: Account, template: Template) -> None:
        """Tell what an edited template says."""
        self._announce(account, COMPONENTS, template_components_value(template))

    def _note(self, template: Template) -> None:
        self._journal.write(
            self.now(), "template", name=template.name, language=template.language,
            status=template.status, category=template.category,
        )  # fmt: skip

    def _announce(self, account: Account, field: str, value: Mapping[str, Any]) -> None:
        self._courier.tell(account, field, value, self.now())
