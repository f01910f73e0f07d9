"""Options flow of the WhatsApp Notify integration."""

from collections.abc import Iterable
from typing import Any, Final

import probatio
from wa_notify.config.words import TEMPLATE_NAME
from wa_notify.core.template import Category, TemplateStatus

from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult, OptionsFlow
from homeassistant.const import UnitOfTime
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    EntitySelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TimeSelector,
)
from homeassistant.util import dt as dt_util

from .const import (
    CONF_ALERT_TEMPLATE,
    CONF_FALLBACK,
    CONF_LANGUAGE,
    CONF_MESSAGE_TEMPLATE,
    CONF_QUIET_FROM,
    CONF_QUIET_TO,
    CONF_REMIND_AFTER,
    CONF_REMIND_EVERY,
    CONF_REMIND_TIMES,
    CONF_SILENCE_MINUTES,
    DEFAULT_SILENCE_MINUTES,
)
from .selectors import LANGUAGE, async_fallback_selector

SECTION_QUIET_HOURS: Final = "quiet_hours"
SECTION_REMINDERS: Final = "reminders"
SECTION_TEMPLATES: Final = "templates"
SECTIONS: Final = {
    SECTION_TEMPLATES: (CONF_MESSAGE_TEMPLATE, CONF_ALERT_TEMPLATE),
    SECTION_QUIET_HOURS: (CONF_QUIET_FROM, CONF_QUIET_TO),
    SECTION_REMINDERS: (CONF_REMIND_AFTER, CONF_REMIND_EVERY, CONF_REMIND_TIMES),
}
MINUTES_A_DAY: Final = 24 * 60
MOST_REMINDERS: Final = 20


def options_schema(templates: list[str], fallback: EntitySelector) -> probatio.Schema:
    """Return the form of the options."""
    template = SelectSelector(
        SelectSelectorConfig(
            options=templates, custom_value=True, mode=SelectSelectorMode.DROPDOWN
        )
    )
    fields: dict[str, Any] = {
        CONF_ALERT_TEMPLATE: template,
        CONF_MESSAGE_TEMPLATE: template,
        CONF_QUIET_FROM: TimeSelector(),
        CONF_QUIET_TO: TimeSelector(),
        CONF_REMIND_AFTER: _number(1, MINUTES_A_DAY, UnitOfTime.MINUTES),
        CONF_REMIND_EVERY: _number(1, MINUTES_A_DAY, UnitOfTime.MINUTES),
        CONF_REMIND_TIMES: _number(0, MOST_REMINDERS),
    }
    return probatio.Schema(
        {
            probatio.Optional(CONF_LANGUAGE): LANGUAGE,
            probatio.Optional(CONF_FALLBACK): fallback,
            probatio.Required(
                CONF_SILENCE_MINUTES, default=DEFAULT_SILENCE_MINUTES
            ): _number(1, 7 * MINUTES_A_DAY, UnitOfTime.MINUTES),
            **{
                probatio.Required(name): section(
                    probatio.Schema(
                        {probatio.Optional(key): fields[key] for key in keys}
                    ),
                    {"collapsed": False},
                )
                for name, keys in SECTIONS.items()
            },
        }
    )


class WaNotifyOptionsFlow(OptionsFlow):
    """Change what holds where neither a rule nor an action says anything else."""

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show and take in the options."""
        errors: dict[str, str] = {}
        if user_input is not None:
            if not (errors := _errors(user_input)):
                return self.async_create_entry(data=_flat(user_input))
        schema = options_schema(self._templates(), async_fallback_selector(self.hass))
        return self.async_show_form(
            step_id="init",
            data_schema=self.add_suggested_values_to_schema(
                schema, user_input or _sorted_in(self.config_entry.options)
            ),
            errors=errors,
        )

    def _templates(self) -> list[str]:
        """Return the templates that alerts may use, as far as they are known."""
        entry = self.config_entry
        if entry.state is not ConfigEntryState.LOADED:
            return []
        data = entry.runtime_data.coordinator.data
        return _usable(data.templates) if data else []


def _number(least: int, most: int, unit: str | None = None) -> Any:
    """Return a field for a whole number."""
    config = NumberSelectorConfig(
        min=least, max=most, step=1, mode=NumberSelectorMode.BOX
    )
    if unit:
        config["unit_of_measurement"] = unit
    return probatio.All(NumberSelector(config), probatio.Coerce(int))


def _usable(templates: Iterable[Any]) -> list[str]:
    """Return the names of the templates that WhatsApp takes and that are no adverts."""
    return sorted(
        {
            template.name
            for template in templates
            if template.status in set(TemplateStatus)
            and template.category != Category.MARKETING
        }
    )


def _errors(user_input: dict[str, Any]) -> dict[str, str]:
    """Return what is wrong, by section: the frontend shows no errors inside of one."""
    errors: dict[str, str] = {}
    quiet = user_input[SECTION_QUIET_HOURS]
    start, end = quiet.get(CONF_QUIET_FROM), quiet.get(CONF_QUIET_TO)
    if bool(start) != bool(end):
        errors[SECTION_QUIET_HOURS] = "quiet_incomplete"
    elif start and dt_util.parse_time(start) == dt_util.parse_time(end):
        errors[SECTION_QUIET_HOURS] = "quiet_always"
    if not all(
        TEMPLATE_NAME.fullmatch(name.strip())
        for name in user_input[SECTION_TEMPLATES].values()
    ):
        errors[SECTION_TEMPLATES] = "invalid_template"
    return errors


def _flat(user_input: dict[str, Any]) -> dict[str, Any]:
    """Return the options as they are stored."""
    values = dict(user_input)
    for name in SECTIONS:
        values |= values.pop(name)
    return {
        key: value.strip() if isinstance(value, str) else value
        for key, value in values.items()
    }


def _sorted_in(options: Any) -> dict[str, Any]:
    """Return the options as the form has them."""
    nested = {
        name: {key: options[key] for key in keys if key in options}
        for name, keys in SECTIONS.items()
    }
    return {**options, **nested}
