"""The notify actions of old follow recipients and receivers."""

from homeassistant.components import notify
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback

from .const import CONF_RECIPIENT_ID, DOMAIN, SUBENTRY_TYPE_RECIPIENT
from .models import WaNotifyConfigEntry


def recipients_of(entry: WaNotifyConfigEntry) -> list[str]:
    """Return the recipients of an entry; the database knows those of the past as well."""
    return [
        subentry.data[CONF_RECIPIENT_ID]
        for subentry in entry.get_subentries_of_type(SUBENTRY_TYPE_RECIPIENT)
    ]


@callback
def async_update_legacy(hass: HomeAssistant, entry: WaNotifyConfigEntry) -> None:
    """Have an action for each recipient and receiver, as long as the entry is loaded."""

    async def async_reload() -> None:
        """Compare the actions with who there is."""
        await notify.async_reload(hass, DOMAIN)

    known: set[str] = set()

    @callback
    def async_follow() -> None:
        """Look whether somebody came or went; only loaded entries count."""
        if entry.state is not ConfigEntryState.LOADED:
            return
        names = {*recipients_of(entry), *entry.runtime_data.engine.book.receivers}
        if names != known:
            known.clear()
            known.update(names)
            hass.async_create_task(async_reload())

    entry.async_on_unload(entry.async_on_state_change(async_follow))
    entry.async_on_unload(entry.runtime_data.board.async_add_listener(async_follow))
    entry.async_on_unload(async_reload)
