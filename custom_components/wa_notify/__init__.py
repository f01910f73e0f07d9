"""The WhatsApp Notify integration."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import probatio
from wa_notify.core.errors import ConfigError, StoreError

from homeassistant.const import CONF_NAME, CONF_WEBHOOK_ID, Platform
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConfigEntryError, ConfigEntryNotReady
from homeassistant.helpers import device_registry as dr, discovery
from homeassistant.helpers.typing import ConfigType

from .board import WaNotifyBoard
from .callback import async_forget_callback
from .cloudhook import async_delete_cloudhook
from .const import CONF_CLOUDHOOK_URL, DOMAIN
from .coordinator import WaNotifyCoordinator
from .engine import EngineRoom, async_delete_database, async_open_engine_room
from .legacy import async_update_legacy
from .models import DATA_YAML, WaNotifyConfigEntry, WaNotifyRuntimeData
from .panel import async_register_panel, async_remove_panel
from .repairs import async_follow_troubles, async_forget_issues
from .rules import async_adopt_rules, async_follow_templates
from .services import async_setup_services
from .webhook import async_register_webhook, async_unregister_webhook
from .websocket_api import async_setup_websocket_api

PLATFORMS = [
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.EVENT,
    Platform.NOTIFY,
    Platform.SENSOR,
    Platform.SWITCH,
]


def _as_written(yaml: dict[str, Any] | None) -> Mapping[str, Any]:
    """Keep where each value stands, which Home Assistant takes out of dicts and lists."""
    return MappingProxyType(yaml or {})


# Only the outermost shape: a fault in a rule must not keep the good ones from working
CONFIG_SCHEMA = probatio.Schema(
    {probatio.Optional(DOMAIN): probatio.All(probatio.Any(None, dict), _as_written)},
    extra=probatio.ALLOW_EXTRA,
)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Set up what all business phone numbers share."""
    hass.data[DATA_YAML] = config.get(DOMAIN) or {}
    async_setup_services(hass)
    async_setup_websocket_api(hass)
    hass.async_create_task(
        discovery.async_load_platform(
            hass, Platform.NOTIFY, DOMAIN, {CONF_NAME: DOMAIN}, config
        )
    )
    return True


async def async_setup_entry(hass: HomeAssistant, entry: WaNotifyConfigEntry) -> bool:
    """Set up one business phone number."""
    async_register_webhook(hass, entry)
    try:
        room = await async_open_engine_room(hass, entry)
        entry.async_on_unload(room.async_close)
        await _async_furnish(hass, entry, room)
    except StoreError as err:
        raise ConfigEntryNotReady(
            translation_domain=DOMAIN,
            translation_key="database",
            translation_placeholders={"error": str(err)},
        ) from err
    except ConfigError as err:
        raise ConfigEntryError(
            translation_domain=DOMAIN,
            translation_key="bad_input",
            translation_placeholders={"error": str(err)},
        ) from err

    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    _async_begin(hass, entry, room)
    await async_register_panel(hass)
    return True


async def _async_furnish(
    hass: HomeAssistant, entry: WaNotifyConfigEntry, room: EngineRoom
) -> None:
    """Learn how the account stands and what the rules are.

    Raises StoreError, and ConfigError if not even the entry itself can be used.
    """
    coordinator = WaNotifyCoordinator(hass, entry, room.engine)
    board = WaNotifyBoard(hass, entry.entry_id, room.engine)
    await board.async_look()
    await _async_first_contact(hass, entry, coordinator, known=board.is_known)
    await board.async_look()

    entry.runtime_data = WaNotifyRuntimeData(
        board=board,
        coordinator=coordinator,
        device_id=_async_device(hass, entry, coordinator),
        engine=room.engine,
        store=room.store,
    )
    await async_adopt_rules(hass, entry)
    await board.async_look()


async def _async_first_contact(
    hass: HomeAssistant,
    entry: WaNotifyConfigEntry,
    coordinator: WaNotifyCoordinator,
    *,
    known: bool,
) -> None:
    """Ask WhatsApp for number and templates.

    An account that was read before goes on without an answer: alerts are taken in,
    other channels are used, and the rest leaves when WhatsApp answers again.
    """
    if not known:
        await coordinator.async_config_entry_first_refresh()
        return
    await coordinator.async_refresh()


def _async_device(
    hass: HomeAssistant, entry: WaNotifyConfigEntry, coordinator: WaNotifyCoordinator
) -> str:
    """Return the device of the number; those of the recipients point at it."""
    number = coordinator.data.number if coordinator.data else None
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id,
        entry_type=dr.DeviceEntryType.SERVICE,
        identifiers={(DOMAIN, entry.entry_id)},
        manufacturer="Meta",
        model="WhatsApp Business Platform",
        name=(number and number.verified_name) or entry.title,
    )
    return device.id


def _async_begin(
    hass: HomeAssistant, entry: WaNotifyConfigEntry, room: EngineRoom
) -> None:
    """Set everything in motion."""
    data = entry.runtime_data
    board = data.board
    room.store.listen(board.overhear)
    room.timers.on_planned = board.async_request_look
    entry.async_on_unload(board.async_stop)
    entry.async_create_background_task(hass, board.async_run(), f"{DOMAIN} board")
    room.async_start()
    async_follow_troubles(hass, entry)
    async_follow_templates(hass, entry)
    entry.async_on_unload(board.async_add_listener(data.coordinator.async_follow))
    entry.async_on_unload(entry.add_update_listener(_async_update_listener))
    async_update_legacy(hass, entry)


async def _async_update_listener(
    hass: HomeAssistant, entry: WaNotifyConfigEntry
) -> None:
    """Reload after any change of the entry, its options or its recipients."""
    hass.config_entries.async_schedule_reload(entry.entry_id)


async def async_unload_entry(hass: HomeAssistant, entry: WaNotifyConfigEntry) -> bool:
    """Unload a business phone number."""
    unloaded = await hass.config_entries.async_unload_platforms(entry, PLATFORMS)
    if unloaded and entry.disabled_by:
        async_unregister_webhook(hass, entry)
        async_remove_panel(hass)
        async_forget_issues(hass, entry)
    return unloaded


async def async_remove_entry(hass: HomeAssistant, entry: WaNotifyConfigEntry) -> None:
    """Clean up after a business phone number."""
    async_unregister_webhook(hass, entry)
    if CONF_CLOUDHOOK_URL in entry.data:
        await async_delete_cloudhook(hass, entry.data[CONF_WEBHOOK_ID])
    await async_delete_database(hass, entry.entry_id)
    async_remove_panel(hass)
    async_forget_issues(hass, entry)
    await async_forget_callback(hass, entry.data)
