"""Base entities of the WhatsApp Notify integration."""

from typing import override

from wa_notify.engine import Overview, PersonStanding

from homeassistant.config_entries import ConfigSubentry
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity import Entity, EntityDescription

from .const import CONF_RECIPIENT_ID, DOMAIN
from .models import WaNotifyConfigEntry


def device_of_number(entry: WaNotifyConfigEntry) -> DeviceInfo:
    """Return the device of the business phone number."""
    return DeviceInfo(identifiers={(DOMAIN, entry.entry_id)})


class WaNotifyEntity(Entity):
    """An entity that shows how something stands."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(
        self, entry: WaNotifyConfigEntry, description: EntityDescription
    ) -> None:
        """Initialize the entity."""
        self.entity_description = description
        self._entry = entry
        self._board = entry.runtime_data.board

    @property
    def _overview(self) -> Overview:
        """Return how everything stands."""
        return self._board.overview

    @override
    async def async_added_to_hass(self) -> None:
        """Show every change."""
        self.async_on_remove(self._board.async_add_listener(self.async_write_ha_state))


class WaNotifyNumberEntity(WaNotifyEntity):
    """An entity of the business phone number."""

    def __init__(
        self, entry: WaNotifyConfigEntry, description: EntityDescription
    ) -> None:
        """Initialize the entity."""
        super().__init__(entry, description)
        self._attr_unique_id = f"{entry.entry_id}_{description.key}"
        self._attr_device_info = device_of_number(entry)


class WaNotifyRecipientEntity(WaNotifyEntity):
    """An entity of one recipient."""

    def __init__(
        self,
        entry: WaNotifyConfigEntry,
        subentry: ConfigSubentry,
        description: EntityDescription,
    ) -> None:
        """Initialize the entity."""
        super().__init__(entry, description)
        self.recipient_id: str = subentry.data[CONF_RECIPIENT_ID]
        self._attr_unique_id = f"{subentry.subentry_id}_{description.key}"
        self._attr_device_info = DeviceInfo(
            entry_type=DeviceEntryType.SERVICE,
            identifiers={(DOMAIN, subentry.subentry_id)},
            model="WhatsApp recipient",
            model_id=self.recipient_id,
            name=subentry.title,
            via_device_id=entry.runtime_data.device_id,
        )

    @property
    def _person(self) -> PersonStanding:
        """Return how the person stands."""
        return self._overview.people[self.recipient_id]
