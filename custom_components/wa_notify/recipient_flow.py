"""Subentry flow of the WhatsApp Notify integration: the people who get messages."""

from itertools import count
from typing import Any, Final

import probatio
from wa_notify.config.shape import Flaw
from wa_notify.config.words import phone

from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    ConfigSubentry,
    ConfigSubentryFlow,
    SubentryFlowResult,
)
from homeassistant.const import CONF_NAME
from homeassistant.helpers.selector import (
    BooleanSelector,
    EntitySelector,
    EntitySelectorConfig,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
from homeassistant.util import slugify

from .const import (
    CONF_FALLBACK,
    CONF_LANGUAGE,
    CONF_OPT_IN,
    CONF_PERSON,
    CONF_PHONE,
    CONF_RECIPIENT_ID,
)
from .selectors import LANGUAGE, async_fallback_selector

CONF_AGREED: Final = "agreed"
CONF_PROOF: Final = "proof"
LONGEST_ID: Final = 56


def recipient_schema(fallback: EntitySelector) -> probatio.Schema:
    """Return the form of a recipient."""
    return probatio.Schema(
        {
            probatio.Required(CONF_NAME): TextSelector(),
            probatio.Required(CONF_PHONE): TextSelector(
                TextSelectorConfig(type=TextSelectorType.TEL)
            ),
            probatio.Required(CONF_AGREED, default=False): BooleanSelector(),
            probatio.Optional(CONF_PROOF): TextSelector(
                TextSelectorConfig(multiline=True)
            ),
            probatio.Optional(CONF_LANGUAGE): LANGUAGE,
            probatio.Optional(CONF_PERSON): EntitySelector(
                EntitySelectorConfig(domain="person")
            ),
            probatio.Optional(CONF_FALLBACK): fallback,
        }
    )


class RecipientSubentryFlow(ConfigSubentryFlow):
    """Add or change a recipient."""

    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Add a recipient."""
        errors: dict[str, str] = {}
        if user_input is not None:
            data, errors = self._read(user_input)
            if not errors:
                name = user_input[CONF_NAME].strip()
                return self.async_create_entry(
                    title=name,
                    data={CONF_RECIPIENT_ID: self._free_id(name), **data},
                    unique_id=_digits(data),
                )
        return self._show("user", user_input, errors)

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Change a recipient, who keeps the ID that rules name."""
        subentry = self._get_reconfigure_subentry()
        errors: dict[str, str] = {}
        if user_input is not None:
            data, errors = self._read(user_input)
            if not errors:
                recipient_id = subentry.data[CONF_RECIPIENT_ID]
                return self.async_update_and_abort(
                    self._get_entry(),
                    subentry,
                    title=user_input[CONF_NAME].strip(),
                    data={CONF_RECIPIENT_ID: recipient_id, **data},
                    unique_id=_digits(data),
                )
        return self._show("reconfigure", user_input or _typed(subentry), errors)

    def _show(
        self, step_id: str, values: dict[str, Any] | None, errors: dict[str, str]
    ) -> SubentryFlowResult:
        """Show the form."""
        schema = recipient_schema(async_fallback_selector(self.hass))
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, values),
            errors=errors,
        )

    def _read(
        self, user_input: dict[str, Any]
    ) -> tuple[dict[str, str], dict[str, str]]:
        """Return the data of a recipient, and what is wrong with them."""
        errors: dict[str, str] = {}
        if not user_input[CONF_NAME].strip():
            errors[CONF_NAME] = "name_missing"
        data: dict[str, str] = {}
        try:
            data[CONF_PHONE] = phone(self.hass.config.country or "")(
                user_input[CONF_PHONE]
            )
        except Flaw:
            errors[CONF_PHONE] = "invalid_number"
        else:
            if _digits(data) in {other.unique_id for other in self._others()}:
                errors[CONF_PHONE] = "already_configured"
        proof = user_input.get(CONF_PROOF, "").strip()
        if user_input[CONF_AGREED] and not proof:
            errors[CONF_PROOF] = "proof_missing"
        elif proof and not user_input[CONF_AGREED]:
            errors[CONF_AGREED] = "not_agreed"
        elif proof:
            data[CONF_OPT_IN] = proof
        for key in (CONF_LANGUAGE, CONF_PERSON, CONF_FALLBACK):
            if value := user_input.get(key):
                data[key] = value
        return data, errors

    def _free_id(self, name: str) -> str:
        """Return an ID for rules that no other recipient has."""
        taken = {other.data.get(CONF_RECIPIENT_ID) for other in self._others()}
        slug = slugify(name)[:LONGEST_ID].rstrip("_")
        ids = (slug if place == 1 else f"{slug}_{place}" for place in count(1))
        return next(one for one in ids if one not in taken)

    def _others(self) -> list[ConfigSubentry]:
        """Return all subentries besides the one that is changed."""
        current = (
            self._get_reconfigure_subentry()
            if self.source == SOURCE_RECONFIGURE
            else None
        )
        return [
            subentry
            for subentry in self._get_entry().subentries.values()
            if subentry is not current
        ]


def _digits(data: dict[str, str]) -> str:
    """Return the number of a recipient as it is unique."""
    return data[CONF_PHONE].removeprefix("+")


def _typed(subentry: ConfigSubentry) -> dict[str, Any]:
    """Return what somebody typed to get this recipient."""
    proof = subentry.data.get(CONF_OPT_IN)
    return {
        **subentry.data,
        CONF_NAME: subentry.title,
        CONF_AGREED: bool(proof),
        **({CONF_PROOF: proof} if proof else {}),
    }
