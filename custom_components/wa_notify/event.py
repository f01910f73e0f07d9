"""Event entities of the WhatsApp Notify integration: what people write, and what becomes of tickets."""

from abc import abstractmethod
from typing import override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .board import SIGNAL_HAPPENING
from .const import SUBENTRY_TYPE_RECIPIENT
from .entity import WaNotifyEntity, WaNotifyNumberEntity, WaNotifyRecipientEntity
from .happenings import OF_RECIPIENTS, OF_TICKETS, PRIVATE, Happening
from .models import WaNotifyConfigEntry

PARALLEL_UPDATES = 0

TICKETS = EventEntityDescription(
    key="tickets", translation_key="tickets", event_types=list(OF_TICKETS)
)
INBOUND = EventEntityDescription(
    key="inbound", translation_key="inbound", event_types=list(OF_RECIPIENTS)
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: WaNotifyConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up an event entity for the tickets, and one for each recipient."""
    async_add_entities([TicketEvent(entry, TICKETS)])
    for subentry in entry.get_subentries_of_type(SUBENTRY_TYPE_RECIPIENT):
        async_add_entities(
            [RecipientEvent(entry, subentry, INBOUND)],
            config_subentry_id=subentry.subentry_id,
        )


class _Listening(WaNotifyEntity, EventEntity):
    """Tell of what happens as it happens."""

    _unrecorded_attributes = PRIVATE

    @override
    async def async_added_to_hass(self) -> None:
        """Listen to the board."""
        self.async_on_remove(
            async_dispatcher_connect(self.hass, SIGNAL_HAPPENING, self._async_happened)
        )

    @abstractmethod
    def _concerns(self, happening: Happening) -> bool:
        """Return whether this entity tells of it."""

    @callback
    def _async_happened(self, entry_id: str, happening: Happening) -> None:
        """Tell of it; nobody of Home Assistant did it."""
        if entry_id == self._entry.entry_id and self._concerns(happening):
            self.async_set_context(Context())
            self._trigger_event(happening.kind, happening.data)
            self.async_write_ha_state()


class TicketEvent(_Listening, WaNotifyNumberEntity):
    """Tell of the turns in the lives of tickets."""

    @override
    def _concerns(self, happening: Happening) -> bool:
        """Return whether it is about a ticket."""
        return happening.ticket is not None


class RecipientEvent(_Listening, WaNotifyRecipientEntity):
    """Tell of what one person writes and agrees to."""

    @override
    def _concerns(self, happening: Happening) -> bool:
        """Return whether it is about the person."""
        return happening.recipient_id == self.recipient_id
