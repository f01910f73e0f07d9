"""Binary sensors of the WhatsApp Notify integration."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import override

from wa_notify.engine import Overview, PersonStanding

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .const import SUBENTRY_TYPE_RECIPIENT
from .entity import WaNotifyNumberEntity, WaNotifyRecipientEntity
from .models import WaNotifyConfigEntry

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class NumberDescription(BinarySensorEntityDescription):
    """A binary sensor of the number."""

    is_on_fn: Callable[[Overview], bool]


@dataclass(frozen=True, kw_only=True)
class RecipientDescription(BinarySensorEntityDescription):
    """A binary sensor of a recipient."""

    is_on_fn: Callable[[PersonStanding], bool]


NUMBER_SENSORS = (
    NumberDescription(
        key="account",
        translation_key="account",
        device_class=BinarySensorDeviceClass.PROBLEM,
        entity_category=EntityCategory.DIAGNOSTIC,
        is_on_fn=lambda overview: any(one.whatsapp_wide for one in overview.troubles),
    ),
    NumberDescription(
        key="webhook",
        translation_key="webhook",
        device_class=BinarySensorDeviceClass.PROBLEM,
        entity_category=EntityCategory.DIAGNOSTIC,
        is_on_fn=lambda overview: overview.unheard_since is not None,
    ),
)
RECIPIENT_SENSORS = (
    RecipientDescription(
        key="window",
        translation_key="window",
        is_on_fn=lambda person: person.window.is_open(dt_util.utcnow()),
    ),
    RecipientDescription(
        key="opted_in",
        translation_key="opted_in",
        entity_category=EntityCategory.DIAGNOSTIC,
        is_on_fn=lambda person: person.objection is None,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: WaNotifyConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the binary sensors."""
    async_add_entities(
        NumberBinarySensor(entry, description) for description in NUMBER_SENSORS
    )
    for subentry in entry.get_subentries_of_type(SUBENTRY_TYPE_RECIPIENT):
        async_add_entities(
            [
                RecipientBinarySensor(entry, subentry, description)
                for description in RECIPIENT_SENSORS
            ],
            config_subentry_id=subentry.subentry_id,
        )


class NumberBinarySensor(WaNotifyNumberEntity, BinarySensorEntity):
    """Show whether something of the number is so."""

    entity_description: NumberDescription

    @property
    @override
    def is_on(self) -> bool:
        """Return whether it is so."""
        return self.entity_description.is_on_fn(self._overview)


class RecipientBinarySensor(WaNotifyRecipientEntity, BinarySensorEntity):
    """Show whether something of a recipient is so."""

    entity_description: RecipientDescription

    @property
    @override
    def is_on(self) -> bool:
        """Return whether it is so."""
        return self.entity_description.is_on_fn(self._person)
