"""What the parts of the WhatsApp Notify integration share while it runs."""

from dataclasses import dataclass

from wa_notify.engine import Engine
from wa_notify.store.sqlite import SqliteStore

from homeassistant.config_entries import ConfigEntry
from homeassistant.helpers.typing import ConfigType
from homeassistant.util.hass_dict import HassKey

from .board import WaNotifyBoard
from .const import DOMAIN
from .coordinator import WaNotifyCoordinator

# What stands under wa_notify: in the YAML configuration, for all entries
DATA_YAML: HassKey[ConfigType] = HassKey(DOMAIN)

type WaNotifyConfigEntry = ConfigEntry[WaNotifyRuntimeData]


@dataclass(frozen=True, kw_only=True, slots=True)
class WaNotifyRuntimeData:
    """What lives as long as a loaded config entry."""

    board: WaNotifyBoard
    coordinator: WaNotifyCoordinator
    device_id: str
    engine: Engine
    store: SqliteStore
