"""Repairs: what keeps messages from people and somebody can mend."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import probatio
from wa_notify.config import takes_alerts, takes_messages
from wa_notify.core.condition import ACCESS, TOKEN, Condition, Scope
from wa_notify.core.rule import Rulebook, TemplateText
from wa_notify.engine import Overview
from wa_notify.whatsapp.onboarding import RegistrationRefused

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.network import NoURLAvailableError
from homeassistant.helpers.selector import SelectSelector, SelectSelectorConfig

from .callback import async_callback_url, async_register_callback
from .const import CONF_ALERT_TEMPLATE, CONF_VERIFY_TOKEN, DOMAIN
from .models import WaNotifyConfigEntry
from .sending import usual_templates

ISSUE_ACCOUNT = "account_trouble"
ISSUE_LIMIT = "limit_near"
ISSUE_PAYMENT = "payment"
ISSUE_TEMPLATE = "template"
ISSUE_WEBHOOK = "webhook_silent"
ISSUES = (ISSUE_ACCOUNT, ISSUE_LIMIT, ISSUE_PAYMENT, ISSUE_TEMPLATE, ISSUE_WEBHOOK)
FIXABLE = (ISSUE_TEMPLATE, ISSUE_WEBHOOK)
PAYMENT = "payment"


@dataclass(frozen=True, kw_only=True, slots=True)
class Issue:
    """Something to be mended."""

    key: str
    subject: str = ""
    severity: ir.IssueSeverity = ir.IssueSeverity.WARNING
    placeholders: dict[str, str] = field(default_factory=dict)


@callback
def async_follow_troubles(hass: HomeAssistant, entry: WaNotifyConfigEntry) -> None:
    """Tell of each trouble while it stands, and ask for a token that WhatsApp takes."""
    board, engine = entry.runtime_data.board, entry.runtime_data.engine
    # What was told before a reload may be over by now
    told: dict[str, Issue | None] = dict.fromkeys(_told(hass, entry))

    @callback
    def async_follow() -> None:
        """Compare what stands with what was told."""
        used = {*_templates_of(engine.book), *usual_templates(entry).values()}
        found = {
            f"{issue.key}_{entry.entry_id}_{issue.subject}": issue
            for issue in _issues(board.overview, used)
        }
        for issue_id in told.keys() - found.keys():
            ir.async_delete_issue(hass, DOMAIN, issue_id)
        for issue_id, issue in found.items():
            if told.get(issue_id) != issue:
                _async_tell(hass, entry, issue_id, issue)
        told.clear()
        told.update(found)
        if any(one.cause in (TOKEN, ACCESS) for one in board.overview.troubles):
            entry.async_start_reauth(hass)

    async_follow()
    entry.async_on_unload(board.async_add_listener(async_follow))


@callback
def async_forget_issues(hass: HomeAssistant, entry: WaNotifyConfigEntry) -> None:
    """Delete all issues of an entry that is disabled or removed."""
    for domain, issue_id in list(ir.async_get(hass).issues):
        if domain == DOMAIN and entry.entry_id in issue_id:
            ir.async_delete_issue(hass, domain, issue_id)


def _told(hass: HomeAssistant, entry: WaNotifyConfigEntry) -> Iterator[str]:
    """Return the troubles that an earlier run of an entry told."""
    ours = tuple(f"{key}_{entry.entry_id}_" for key in ISSUES)
    for (domain, issue_id), issue in ir.async_get(hass).issues.items():
        if domain == DOMAIN and issue.active and issue_id.startswith(ours):
            yield issue_id


def _templates_of(book: Rulebook) -> Iterator[str]:
    """Return the names of the templates that the rules use."""
    found: list[TemplateText | None] = [book.digest, book.nudge]
    for rule in book.rules:
        found += [rule.template, rule.resolved, rule.updated]
        found += [rule.remind.template] if rule.remind else []
    found += [check_in.template for check_in in book.check_ins.values()]
    found += [book.notice.template] if book.notice else []
    for text in found:
        if text:
            yield from (text.name, *(spare.name for spare in text.spares))


@callback
def _async_tell(
    hass: HomeAssistant, entry: WaNotifyConfigEntry, issue_id: str, issue: Issue
) -> None:
    """Create the issue."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id,
        data={"entry_id": entry.entry_id, "subject": issue.subject},
        is_fixable=issue.key in FIXABLE,
        severity=issue.severity,
        translation_key=issue.key,
        translation_placeholders={"account": entry.title, **issue.placeholders},
    )


def _issues(overview: Overview, used: Collection[str]) -> Iterator[Issue]:
    """Return what is to be mended; templates that nothing uses are somebody else's."""
    for trouble in overview.troubles:
        if trouble.cause not in (TOKEN, ACCESS):
            yield from _issue_of(trouble, used)
    reach = overview.limits.reach
    if reach.into_reserve:
        yield Issue(
            key=ISSUE_LIMIT,
            placeholders={"used": str(reach.used), "limit": str(reach.limit)},
        )
    if overview.unheard_since:
        yield Issue(key=ISSUE_WEBHOOK, severity=ir.IssueSeverity.ERROR)


def _issue_of(trouble: Condition, used: Collection[str]) -> Iterator[Issue]:
    """Return the issue of a trouble; those of single people are no issue."""
    words = {"what": trouble.what, "advice": trouble.advice or "-"}
    if trouble.cause == PAYMENT:
        yield Issue(
            key=ISSUE_PAYMENT, severity=ir.IssueSeverity.ERROR, placeholders=words
        )
    elif trouble.scope is Scope.TEMPLATE:
        name, _, language = trouble.subject.rpartition("/")
        if name in used:
            yield Issue(
                key=ISSUE_TEMPLATE,
                subject=trouble.subject,
                placeholders={"template": name, "language": language, **words},
            )
    elif trouble.whatsapp_wide or trouble.scope is Scope.COUNTRY:
        yield Issue(
            key=ISSUE_ACCOUNT,
            subject=f"{trouble.scope.value}_{trouble.subject}_{trouble.cause}",
            severity=ir.IssueSeverity.ERROR,
            placeholders=words,
        )


async def async_create_fix_flow(
    hass: HomeAssistant,
    issue_id: str,
    data: dict[str, str | int | float | None] | None,
) -> RepairsFlow:
    """Return the flow that mends an issue."""
    if TYPE_CHECKING:
        assert data is not None
    entry = hass.config_entries.async_get_known_entry(str(data["entry_id"]))
    if issue_id.startswith(ISSUE_WEBHOOK):
        return WebhookRepairFlow(entry)
    return TemplateRepairFlow(entry, str(data["subject"]))


class _EntryRepairFlow(RepairsFlow):
    """Mend something of a number that is set up."""

    def __init__(self, entry: WaNotifyConfigEntry) -> None:
        """Initialize the flow."""
        self._entry = entry

    def _placeholders(self) -> dict[str, str] | None:
        """Return what is said of the issue."""
        issue = ir.async_get(self.hass).async_get_issue(self.handler, self.issue_id)
        return issue.translation_placeholders if issue else None

    def _is_gone(self) -> bool:
        """Return whether the number was removed, disabled or unloaded meanwhile."""
        return self._entry.state is not ConfigEntryState.LOADED


class WebhookRepairFlow(_EntryRepairFlow):
    """Register the callback anew."""

    async def async_step_init(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Begin."""
        return await self.async_step_confirm()

    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Register the callback, or say how to do it by hand."""
        if self._is_gone():
            return self.async_abort(reason="entry_removed")
        errors = {}
        if user_input is not None:
            try:
                await async_register_callback(self.hass, self._entry.data)
            except NoURLAvailableError, RegistrationRefused:
                errors["base"] = "not_registered"
            else:
                return self.async_create_entry(data={})
        return self.async_show_form(
            step_id="confirm",
            data_schema=probatio.Schema({}),
            errors=errors,
            description_placeholders={
                "callback_url": async_callback_url(self.hass, self._entry.data) or "-",
                "verify_token": self._entry.data[CONF_VERIFY_TOKEN],
            },
        )


class TemplateRepairFlow(_EntryRepairFlow):
    """Choose another template for the usual messages, or read the account again."""

    def __init__(self, entry: WaNotifyConfigEntry, subject: str) -> None:
        """Initialize the flow."""
        super().__init__(entry)
        self._subject = subject
        self._template = subject.rpartition("/")[0]

    async def async_step_init(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Choose, if an option names the template; else look whether it is over."""
        if self._is_gone():
            return self.async_abort(reason="entry_removed")
        if self._option():
            return await self.async_step_choose()
        return await self.async_step_confirm()

    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Read the templates of the account again."""
        if self._is_gone():
            return self.async_abort(reason="entry_removed")
        errors = {}
        if user_input is not None:
            try:
                await self._entry.runtime_data.coordinator.async_ask()
            except HomeAssistantError:
                errors["base"] = "cannot_connect"
            else:
                await self._entry.runtime_data.board.async_show()
                if not self._stands():
                    return self.async_create_entry(data={})
                errors["base"] = "still_there"
        return self.async_show_form(
            step_id="confirm",
            data_schema=probatio.Schema({}),
            errors=errors,
            description_placeholders=self._placeholders(),
        )

    async def async_step_choose(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Take in another template; the entry is loaded anew with it."""
        if self._is_gone():
            return self.async_abort(reason="entry_removed")
        if (option := self._option()) is None:
            return await self.async_step_confirm()
        if user_input is not None:
            self.hass.config_entries.async_update_entry(
                self._entry,
                options={**self._entry.options, option: user_input["template"]},
            )
            return self.async_create_entry(data={})
        return self.async_show_form(
            step_id="choose",
            data_schema=probatio.Schema(
                {
                    probatio.Required("template"): SelectSelector(
                        SelectSelectorConfig(options=self._replacements(option))
                    )
                }
            ),
            description_placeholders=self._placeholders(),
        )

    def _stands(self) -> bool:
        """Return whether the trouble goes on."""
        troubles = self._entry.runtime_data.board.overview.troubles
        return any(
            one.scope is Scope.TEMPLATE and one.subject == self._subject
            for one in troubles
        )

    def _option(self) -> str | None:
        """Return the option that names the template, if another could take its place."""
        return next(
            (
                option
                for option, template in usual_templates(self._entry).items()
                if template == self._template and self._replacements(option)
            ),
            None,
        )

    def _replacements(self, option: str) -> list[str]:
        """Return the templates that can stand in."""
        fits = takes_alerts if option == CONF_ALERT_TEMPLATE else takes_messages
        known = self._entry.runtime_data.board.overview.templates
        return sorted(
            {
                shape.name
                for shape in known
                if shape.sendable and fits(shape) and shape.name != self._template
            }
        )
