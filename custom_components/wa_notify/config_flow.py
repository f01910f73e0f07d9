"""Config flow of the WhatsApp Notify integration."""

from typing import Any, Final, override

import probatio

from homeassistant.config_entries import ConfigFlow, ConfigFlowResult
from homeassistant.const import CONF_ACCESS_TOKEN
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)

from .cloud_api import (
    CannotConnect,
    InvalidAuth,
    InvalidBaseUrl,
    UnknownNumber,
    async_check_number,
)
from .const import CONF_APP_SECRET, CONF_BASE_URL, CONF_PHONE_NUMBER_ID, DOMAIN

DEFAULT_BASE_URL: Final = "https://graph.facebook.com"
SECTION_ADVANCED: Final = "advanced"

_SECRET = TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD))
STEP_USER_SCHEMA = probatio.Schema(
    {
        probatio.Required(CONF_PHONE_NUMBER_ID): TextSelector(),
        probatio.Required(probatio.Secret(CONF_ACCESS_TOKEN)): _SECRET,
        probatio.Required(probatio.Secret(CONF_APP_SECRET)): _SECRET,
        probatio.Required(SECTION_ADVANCED): section(
            probatio.Schema(
                {
                    probatio.Required(
                        CONF_BASE_URL, default=DEFAULT_BASE_URL
                    ): TextSelector(TextSelectorConfig(type=TextSelectorType.URL))
                }
            ),
            {"collapsed": True},
        ),
    }
)


class WaNotifyConfigFlow(ConfigFlow, domain=DOMAIN):
    """Handle the config flow."""

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Add a business phone number."""
        errors: dict[str, str] = {}
        if user_input is not None:
            data = _entry_data(user_input)
            await self.async_set_unique_id(data[CONF_PHONE_NUMBER_ID])
            self._abort_if_unique_id_configured()
            try:
                number = await async_check_number(self.hass, data)
            except CannotConnect:
                errors["base"] = "cannot_connect"
            except InvalidAuth:
                errors[CONF_ACCESS_TOKEN] = "invalid_auth"
            except InvalidBaseUrl:
                errors["base"] = "invalid_base_url"
            except UnknownNumber:
                errors[CONF_PHONE_NUMBER_ID] = "unknown_number"
            else:
                return self.async_create_entry(
                    title=number.display_phone_number, data=data
                )
        return self.async_show_form(
            step_id="user",
            data_schema=self.add_suggested_values_to_schema(
                STEP_USER_SCHEMA, user_input
            ),
            errors=errors,
        )


def _entry_data(user_input: dict[str, Any]) -> dict[str, str]:
    """Return what is stored, without the blanks that copying brings along."""
    flat = {**user_input, **user_input[SECTION_ADVANCED]}
    del flat[SECTION_ADVANCED]
    return {key: value.strip() for key, value in flat.items()}
