"""Config flow of the WhatsApp Notify integration."""

from collections.abc import Mapping
import secrets
from typing import Any, Final, override

import probatio
from wa_notify.core.errors import WaNotifyError
from wa_notify.core.secret import Secret
from wa_notify.whatsapp.onboarding import (
    AccessRefused,
    AppSecretWrong,
    BusinessNumber,
    InvalidAddress,
    ProofRequired,
    RegistrationRefused,
    UnknownAccount,
    UnknownNumber,
    Why,
    look_up,
)

from homeassistant.components import webhook
from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    SOURCE_USER,
    ConfigEntry,
    ConfigFlow,
    ConfigFlowResult,
    ConfigSubentryFlow,
    FlowType,
    SubentryFlowContext,
)
from homeassistant.const import CONF_ACCESS_TOKEN, CONF_WEBHOOK_ID
from homeassistant.core import callback
from homeassistant.data_entry_flow import section
from homeassistant.helpers.httpx_client import get_async_client
from homeassistant.helpers.network import NoURLAvailableError
from homeassistant.helpers.selector import (
    BooleanSelector,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)

from .callback import (
    async_answer_handshakes,
    async_callback_url,
    async_forget_callback,
    async_register_callback,
    is_nearby,
)
from .cloudhook import async_delete_cloudhook, async_get_cloudhook
from .const import (
    API_VERSION,
    CONF_APP_ID,
    CONF_APP_SECRET,
    CONF_BASE_URL,
    CONF_CLOUDHOOK_URL,
    CONF_PHONE_NUMBER_ID,
    CONF_VERIFY_TOKEN,
    CONF_WABA_ID,
    DOMAIN,
    SUBENTRY_TYPE_RECIPIENT,
)
from .options_flow import WaNotifyOptionsFlow
from .recipient_flow import RecipientSubentryFlow

CONF_REGISTER_AGAIN: Final = "register_again"
DEFAULT_BASE_URL: Final = "https://graph.facebook.com"
SECTION_ADVANCED: Final = "advanced"

_SECRET = TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD))
_ADVANCED: dict[probatio.Marker, Any] = {
    probatio.Required(SECTION_ADVANCED): section(
        probatio.Schema(
            {
                probatio.Required(
                    CONF_BASE_URL, default=DEFAULT_BASE_URL
                ): TextSelector(TextSelectorConfig(type=TextSelectorType.URL))
            }
        ),
        {"collapsed": True},
    )
}
STEP_USER_SCHEMA = probatio.Schema(
    {
        probatio.Required(CONF_PHONE_NUMBER_ID): TextSelector(),
        probatio.Required(probatio.Secret(CONF_ACCESS_TOKEN)): _SECRET,
        probatio.Required(probatio.Secret(CONF_APP_SECRET)): _SECRET,
        **_ADVANCED,
    }
)
STEP_ACCOUNT_SCHEMA = probatio.Schema({probatio.Required(CONF_WABA_ID): TextSelector()})
STEP_WEBHOOK_SCHEMA = probatio.Schema({})
STEP_REAUTH_SCHEMA = probatio.Schema(
    {
        probatio.Required(probatio.Secret(CONF_ACCESS_TOKEN)): _SECRET,
        probatio.Optional(probatio.Secret(CONF_APP_SECRET)): _SECRET,
    }
)
STEP_RECONFIGURE_SCHEMA = probatio.Schema(
    {
        probatio.Optional(probatio.Secret(CONF_ACCESS_TOKEN)): _SECRET,
        probatio.Optional(probatio.Secret(CONF_APP_SECRET)): _SECRET,
        probatio.Required(CONF_REGISTER_AGAIN, default=False): BooleanSelector(),
        **_ADVANCED,
    }
)

# The first kind that fits counts: what is wrong, and at which field it is shown
LOOK_UP_ERRORS: tuple[tuple[type[WaNotifyError], str, str], ...] = (
    (ProofRequired, CONF_ACCESS_TOKEN, "proof_required"),
    (AccessRefused, CONF_ACCESS_TOKEN, "invalid_auth"),
    (AppSecretWrong, CONF_APP_SECRET, "invalid_app_secret"),
    (InvalidAddress, SECTION_ADVANCED, "invalid_base_url"),
    (UnknownAccount, CONF_WABA_ID, "unknown_account"),
    (UnknownNumber, CONF_PHONE_NUMBER_ID, "unknown_number"),
    (WaNotifyError, "base", "cannot_connect"),
)
ERROR_NO_PUBLIC_URL: Final = "no_public_url"
REGISTRATION_ERRORS: Mapping[Why, str] = {
    Why.ACCESS: "callback_no_access",
    Why.APP_UNKNOWN: "callback_app_unknown",
    Why.HANDSHAKE: "callback_unreachable",
    Why.REFUSED: "callback_refused",
    Why.UNREACHABLE: "callback_cannot_connect",
}


class WaNotifyConfigFlow(ConfigFlow, domain=DOMAIN):
    """Handle the config flow."""

    _answering = False
    _data: dict[str, Any]
    _done = False
    _number: BusinessNumber

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(
        cls, config_entry: ConfigEntry
    ) -> dict[str, type[ConfigSubentryFlow]]:
        """Return the subentry types."""
        return {SUBENTRY_TYPE_RECIPIENT: RecipientSubentryFlow}

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> WaNotifyOptionsFlow:
        """Return the options flow."""
        return WaNotifyOptionsFlow()

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Add a business phone number."""
        errors: dict[str, str] = {}
        if user_input is not None:
            self._data = _flat(user_input)
            await self.async_set_unique_id(self._data[CONF_PHONE_NUMBER_ID])
            self._abort_if_unique_id_configured()
            errors = await self._async_look_up(STEP_USER_SCHEMA)
            if not errors:
                if self._number.waba_id:
                    return await self.async_step_webhook()
                return await self.async_step_account()
        return self.async_show_form(
            step_id="user",
            data_schema=self.add_suggested_values_to_schema(
                STEP_USER_SCHEMA, user_input
            ),
            errors=errors,
        )

    async def async_step_account(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the account, which not every token tells."""
        errors: dict[str, str] = {}
        if user_input is not None:
            self._data |= _flat(user_input)
            errors = await self._async_look_up(STEP_ACCOUNT_SCHEMA)
            if not errors and self._number.waba_id:
                return await self.async_step_webhook()
            errors = errors or {CONF_WABA_ID: "unknown_account"}
        return self.async_show_form(
            step_id="account",
            data_schema=self.add_suggested_values_to_schema(
                STEP_ACCOUNT_SCHEMA, user_input
            ),
            errors=errors,
        )

    async def async_step_webhook(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Let WhatsApp call Home Assistant, or say how to do it by hand."""
        if user_input is not None:
            return self._async_finish()
        error = await self._async_register_callback()
        if error is None:
            return await self.async_step_webhook_registered()
        path = webhook.async_generate_path(self._data[CONF_WEBHOOK_ID])
        return self.async_show_form(
            step_id="webhook",
            data_schema=STEP_WEBHOOK_SCHEMA,
            errors={"base": error},
            description_placeholders={
                "callback_url": async_callback_url(self.hass, self._data) or path,
                "verify_token": self._data[CONF_VERIFY_TOKEN],
            },
        )

    async def async_step_webhook_registered(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Tell that WhatsApp calls Home Assistant from now on."""
        if user_input is not None:
            return self._async_finish()
        return self.async_show_form(
            step_id="webhook_registered", data_schema=STEP_WEBHOOK_SCHEMA
        )

    @override
    async def async_on_create_entry(self, result: ConfigFlowResult) -> ConfigFlowResult:
        """Go on with the first recipient."""
        recipient = await self.hass.config_entries.subentries.async_init(
            (result["result"].entry_id, SUBENTRY_TYPE_RECIPIENT),
            context=SubentryFlowContext(source=SOURCE_USER),
        )
        result["next_flow"] = (FlowType.CONFIG_SUBENTRIES_FLOW, recipient["flow_id"])
        return result

    async def async_step_reauth(
        self, entry_data: Mapping[str, Any]
    ) -> ConfigFlowResult:
        """Start after WhatsApp refused the access token."""
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for a new access token."""
        errors: dict[str, str] = {}
        if user_input is not None:
            errors, result = await self._async_change(
                self._get_reauth_entry(), STEP_REAUTH_SCHEMA, _flat(user_input)
            )
            if result:
                return result
        return self.async_show_form(
            step_id="reauth_confirm", data_schema=STEP_REAUTH_SCHEMA, errors=errors
        )

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Change the credentials, or the address of the Cloud API."""
        entry = self._get_reconfigure_entry()
        errors: dict[str, str] = {}
        if user_input is not None:
            changes = _flat(user_input)
            errors, result = await self._async_change(
                entry,
                STEP_RECONFIGURE_SCHEMA,
                changes,
                again=changes.pop(CONF_REGISTER_AGAIN),
            )
            if result:
                return result
        return self.async_show_form(
            step_id="reconfigure",
            data_schema=self.add_suggested_values_to_schema(
                STEP_RECONFIGURE_SCHEMA,
                user_input
                or {SECTION_ADVANCED: {CONF_BASE_URL: entry.data[CONF_BASE_URL]}},
            ),
            errors=errors,
        )

    @callback
    @override
    def async_remove(self) -> None:
        """Take back what waited for an entry that nobody finished."""
        if self._answering and not self._done:
            webhook.async_unregister(self.hass, self._data[CONF_WEBHOOK_ID])
            self.hass.async_create_task(self._async_forget(), "wa_notify forget")

    async def _async_forget(self) -> None:
        """Keep WhatsApp from calling an address that nobody answers."""
        await async_forget_callback(self.hass, self._data)
        if CONF_CLOUDHOOK_URL in self._data:
            await async_delete_cloudhook(self.hass, self._data[CONF_WEBHOOK_ID])

    async def _async_change(
        self,
        entry: ConfigEntry,
        schema: probatio.Schema,
        changes: dict[str, Any],
        *,
        again: bool = False,
    ) -> tuple[dict[str, str], ConfigFlowResult | None]:
        """Check and store changes, an empty secret is none; return errors or a result.

        Another app or another platform knows nothing of the callback yet.
        """
        self._data = {
            **entry.data,
            **{key: value for key, value in changes.items() if value},
        }
        if errors := await self._async_look_up(schema):
            return errors, None
        moved = any(
            self._data[key] != entry.data[key] for key in (CONF_APP_ID, CONF_BASE_URL)
        )
        if moved or again:
            return {}, await self.async_step_webhook()
        return {}, self._async_finish()

    @callback
    def _async_finish(self) -> ConfigFlowResult:
        """Store what was checked."""
        self._done = True
        if self.source == SOURCE_REAUTH:
            return self.async_update_and_abort(
                self._get_reauth_entry(), data=self._data
            )
        if self.source == SOURCE_RECONFIGURE:
            return self.async_update_and_abort(
                self._get_reconfigure_entry(), data=self._data
            )
        return self.async_create_entry(
            title=self._number.display_number, data=self._data
        )

    async def _async_look_up(self, schema: probatio.Schema) -> dict[str, str]:
        """Check the data with WhatsApp, and complete them; return what is wrong."""
        data = self._data
        base_url = data[CONF_BASE_URL]
        try:
            if not (is_nearby(base_url) or base_url.lower().startswith("https:")):
                raise InvalidAddress
            self._number = await look_up(
                get_async_client(self.hass),
                base_url=base_url,
                version=API_VERSION,
                number_id=data[CONF_PHONE_NUMBER_ID],
                access_token=Secret(data[CONF_ACCESS_TOKEN]),
                app_secret=Secret(data[CONF_APP_SECRET]),
                waba_id=data.get(CONF_WABA_ID, ""),
            )
        except WaNotifyError as err:
            field, error = next(
                (field, error)
                for kind, field, error in LOOK_UP_ERRORS
                if isinstance(err, kind)
            )
            return {field if field in schema.schema else "base": error}
        data[CONF_WABA_ID] = self._number.waba_id
        data[CONF_APP_ID] = self._number.app_id or data.get(CONF_APP_ID, "")
        return {}

    async def _async_register_callback(self) -> str | None:
        """Let WhatsApp call Home Assistant; return what stands in the way."""
        data = self._data
        if CONF_WEBHOOK_ID not in data:
            # From now on handshakes are answered in place of the entry, whose own
            # webhook takes over when it is set up
            self._answering = True
            data[CONF_WEBHOOK_ID] = webhook.async_generate_id()
            data[CONF_VERIFY_TOKEN] = secrets.token_urlsafe(32)
            async_answer_handshakes(self.hass, data)
        data.pop(CONF_CLOUDHOOK_URL, None)
        if not is_nearby(data[CONF_BASE_URL]):
            cloudhook = await async_get_cloudhook(self.hass, data[CONF_WEBHOOK_ID])
            if cloudhook:
                data[CONF_CLOUDHOOK_URL] = cloudhook
        try:
            await async_register_callback(self.hass, data)
        except NoURLAvailableError:
            return ERROR_NO_PUBLIC_URL
        except RegistrationRefused as err:
            return REGISTRATION_ERRORS[err.why]
        return None


def _flat(user_input: dict[str, Any]) -> dict[str, Any]:
    """Return what was typed, without the blanks that copying brings along."""
    values = dict(user_input)
    values |= values.pop(SECTION_ADVANCED, {})
    return {
        key: value.strip() if isinstance(value, str) else value
        for key, value in values.items()
    }
