"""Following how everything stands, over reloads and with whichever entries there are."""

from collections.abc import Callable

from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
    ConfigEntryState,
)
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from .const import DOMAIN
from .models import WaNotifyConfigEntry


@callback
def async_follow_boards(
    hass: HomeAssistant, on_look: Callable[[WaNotifyConfigEntry], None]
) -> CALLBACK_TYPE:
    """Call with each loaded entry, now or once it is loaded, and after each look."""
    stops: dict[str, CALLBACK_TYPE] = {}

    @callback
    def async_follow(entry: WaNotifyConfigEntry) -> None:
        """Follow the board of an entry."""
        board = entry.runtime_data.board
        stops[entry.entry_id] = board.async_add_listener(lambda: on_look(entry))
        on_look(entry)

    @callback
    def async_changed(change: ConfigEntryChange, entry: ConfigEntry) -> None:
        """Begin with an entry that was loaded, end with one that no longer is."""
        is_loaded = entry.state is ConfigEntryState.LOADED
        if entry.domain == DOMAIN and is_loaded is not (entry.entry_id in stops):
            if is_loaded:
                async_follow(entry)
            else:
                stops.pop(entry.entry_id)()

    @callback
    def async_stop() -> None:
        """Follow none of them any more."""
        unsubscribe()
        for stop in stops.values():
            stop()

    unsubscribe = async_dispatcher_connect(
        hass, SIGNAL_CONFIG_ENTRY_CHANGED, async_changed
    )
    for entry in hass.config_entries.async_loaded_entries(DOMAIN):
        async_follow(entry)
    return async_stop
