"""Buttons of the WhatsApp Notify integration."""

from typing import override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import SUBENTRY_TYPE_RECIPIENT
from .entity import WaNotifyNumberEntity, WaNotifyRecipientEntity
from .models import WaNotifyConfigEntry
from .sending import async_check_in

PARALLEL_UPDATES = 0

SYNC_TEMPLATES = ButtonEntityDescription(
    key="sync_templates",
    translation_key="sync_templates",
    entity_category=EntityCategory.DIAGNOSTIC,
)
CHECK_IN = ButtonEntityDescription(
    key="check_in",
    translation_key="check_in",
    entity_category=EntityCategory.DIAGNOSTIC,
    entity_registry_enabled_default=False,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: WaNotifyConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the buttons."""
    async_add_entities([SyncTemplatesButton(entry, SYNC_TEMPLATES)])
    for subentry in entry.get_subentries_of_type(SUBENTRY_TYPE_RECIPIENT):
        async_add_entities(
            [CheckInButton(entry, subentry, CHECK_IN)],
            config_subentry_id=subentry.subentry_id,
        )


class SyncTemplatesButton(WaNotifyNumberEntity, ButtonEntity):
    """Read the templates of the account now."""

    @override
    async def async_press(self) -> None:
        """Ask WhatsApp."""
        await self._entry.runtime_data.coordinator.async_ask()


class CheckInButton(WaNotifyRecipientEntity, ButtonEntity):
    """Ask a recipient for a sign of life, which also opens the 24-hour window."""

    @override
    async def async_press(self) -> None:
        """Send the check-in."""
        await async_check_in(self.hass, self._entry, self.recipient_id)
