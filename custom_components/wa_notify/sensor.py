"""Sensors of the WhatsApp Notify integration."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import override

from wa_notify.engine import Overview, PersonStanding
from wa_notify.whatsapp.number import QUALITIES, NumberStanding

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.typing import StateType
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .const import SUBENTRY_TYPE_RECIPIENT
from .coordinator import WaNotifyCoordinator
from .entity import WaNotifyNumberEntity, WaNotifyRecipientEntity, device_of_number
from .models import WaNotifyConfigEntry

PARALLEL_UPDATES = 0

type Shown = StateType | datetime


@dataclass(frozen=True, kw_only=True)
class NumberDescription(SensorEntityDescription):
    """A sensor of the number."""

    value_fn: Callable[[Overview], Shown]


@dataclass(frozen=True, kw_only=True)
class AccountDescription(SensorEntityDescription):
    """A sensor of what has to be asked of WhatsApp."""

    value_fn: Callable[[NumberStanding], str | None]


@dataclass(frozen=True, kw_only=True)
class RecipientDescription(SensorEntityDescription):
    """A sensor of a recipient."""

    value_fn: Callable[[PersonStanding], Shown]


NUMBER_SENSORS = (
    NumberDescription(
        key="open_tickets",
        translation_key="open_tickets",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda overview: len(overview.tickets),
    ),
    NumberDescription(
        key="outbox",
        translation_key="outbox",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda overview: overview.waiting,
    ),
    NumberDescription(
        key="reach_used",
        translation_key="reach_used",
        entity_category=EntityCategory.DIAGNOSTIC,
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda overview: overview.limits.reach.used,
    ),
    NumberDescription(
        key="reach_limit",
        translation_key="reach_limit",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda overview: overview.limits.reach.limit,
    ),
    NumberDescription(
        key="last_delivery",
        translation_key="last_delivery",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda overview: overview.delivered_at,
    ),
    NumberDescription(
        key="silence_ends",
        translation_key="silence_ends",
        device_class=SensorDeviceClass.TIMESTAMP,
        value_fn=lambda overview: (
            overview.silence.ends_at if overview.silence else None
        ),
    ),
    NumberDescription(
        key="cost",
        translation_key="cost",
        device_class=SensorDeviceClass.MONETARY,
        suggested_display_precision=2,
        value_fn=lambda overview: float(overview.spent),
    ),
)
ACCOUNT_SENSORS = (
    AccountDescription(
        key="quality",
        translation_key="quality",
        device_class=SensorDeviceClass.ENUM,
        entity_category=EntityCategory.DIAGNOSTIC,
        options=list(QUALITIES),
        value_fn=lambda number: number.quality,
    ),
    AccountDescription(
        key="messaging_limit",
        translation_key="messaging_limit",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda number: number.limit or None,
    ),
)
RECIPIENT_SENSORS = (
    RecipientDescription(
        key="window_closes",
        translation_key="window_closes",
        device_class=SensorDeviceClass.TIMESTAMP,
        value_fn=lambda person: person.window.closes_at,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: WaNotifyConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the sensors."""
    async_add_entities(
        [
            *(NumberSensor(entry, description) for description in NUMBER_SENSORS),
            *(AccountSensor(entry, description) for description in ACCOUNT_SENSORS),
        ]
    )
    for subentry in entry.get_subentries_of_type(SUBENTRY_TYPE_RECIPIENT):
        async_add_entities(
            [
                RecipientSensor(entry, subentry, description)
                for description in RECIPIENT_SENSORS
            ],
            config_subentry_id=subentry.subentry_id,
        )


class NumberSensor(WaNotifyNumberEntity, SensorEntity):
    """Show how the number stands."""

    entity_description: NumberDescription

    @property
    @override
    def native_value(self) -> Shown:
        """Return the value."""
        return self.entity_description.value_fn(self._overview)

    @property
    @override
    def native_unit_of_measurement(self) -> str | None:
        """Return the currency of money."""
        if self.device_class is SensorDeviceClass.MONETARY:
            return self._overview.currency
        return None


class AccountSensor(CoordinatorEntity[WaNotifyCoordinator], SensorEntity):
    """Show what WhatsApp says of the number."""

    _attr_has_entity_name = True
    entity_description: AccountDescription

    def __init__(
        self, entry: WaNotifyConfigEntry, description: AccountDescription
    ) -> None:
        """Initialize the sensor."""
        super().__init__(entry.runtime_data.coordinator)
        self.entity_description = description
        self._attr_unique_id = f"{entry.entry_id}_{description.key}"
        self._attr_device_info = device_of_number(entry)

    @property
    @override
    def native_value(self) -> str | None:
        """Return the value."""
        return self.entity_description.value_fn(self.coordinator.data.number)


class RecipientSensor(WaNotifyRecipientEntity, SensorEntity):
    """Show how a recipient stands."""

    entity_description: RecipientDescription

    @property
    @override
    def native_value(self) -> Shown:
        """Return the value."""
        return self.entity_description.value_fn(self._person)
