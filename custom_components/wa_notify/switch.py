"""Switch of the WhatsApp Notify integration: silence everything for a while."""

from datetime import timedelta
from typing import Any, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .actor import async_actor
from .const import CONF_SILENCE_MINUTES, DEFAULT_SILENCE_MINUTES
from .entity import WaNotifyNumberEntity
from .errors import translated_errors
from .models import WaNotifyConfigEntry

PARALLEL_UPDATES = 0

SILENCE = SwitchEntityDescription(
    key="silence", translation_key="silence", entity_category=EntityCategory.CONFIG
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: WaNotifyConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the switch."""
    async_add_entities([SilenceSwitch(entry, SILENCE)])


class SilenceSwitch(WaNotifyNumberEntity, SwitchEntity):
    """Mute all alerts; it always ends by itself."""

    @property
    @override
    def is_on(self) -> bool:
        """Return whether all alerts are muted."""
        return self._overview.silence is not None

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Mute all alerts for the time that the options name."""
        minutes = self._entry.options.get(CONF_SILENCE_MINUTES, DEFAULT_SILENCE_MINUTES)
        desk = self._entry.runtime_data.engine.desk
        with translated_errors():
            await desk.silence(
                (), timedelta(minutes=minutes), by=await self._async_actor()
            )
        await self._board.async_show()

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Let alerts be heard again."""
        desk = self._entry.runtime_data.engine.desk
        with translated_errors():
            await desk.end_silence_of_all(by=await self._async_actor())
        await self._board.async_show()

    async def _async_actor(self) -> str:
        """Return who switches."""
        return await async_actor(self.hass, self._entry, self._context)
