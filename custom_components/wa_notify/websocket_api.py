"""Websocket commands of the WhatsApp Notify integration: what its panel shows."""

from functools import wraps
import logging
from typing import Any

import probatio

from homeassistant.components import websocket_api
from homeassistant.components.websocket_api import ActiveConnection
from homeassistant.components.websocket_api.const import AsyncWebSocketCommandHandler
from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
    ConfigEntryState,
)
from homeassistant.core import (
    CALLBACK_TYPE,
    DOMAIN as HOMEASSISTANT_DOMAIN,
    HomeAssistant,
    callback,
)
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.service import async_get_config_entry
from homeassistant.helpers.typing import VolDictType

from .const import DOMAIN
from .errors import translated_errors
from .models import WaNotifyConfigEntry
from .snapshot import Names, async_snapshot, consent_of, story_of

_LOGGER = logging.getLogger(__name__)

ATTR_ENTRY_ID = "entry_id"
ATTR_NUMBER = "number"
ATTR_RECIPIENT_ID = "recipient_id"
# The words of Home Assistant itself
NO_ENTRY = "service_config_entry_not_found"

_OF_ENTRY: VolDictType = {probatio.Required(ATTR_ENTRY_ID): str}
_OF_RECIPIENT: VolDictType = {**_OF_ENTRY, probatio.Required(ATTR_RECIPIENT_ID): str}


@callback
def async_setup_websocket_api(hass: HomeAssistant) -> None:
    """Register the commands."""
    for command in (
        ws_entries,
        ws_history,
        ws_overview,
        ws_reveal,
        ws_subscribe,
        ws_ticket,
    ):
        websocket_api.async_register_command(hass, command)


def _tells_not_found(
    func: AsyncWebSocketCommandHandler,
) -> AsyncWebSocketCommandHandler:
    """Answer that there is no such entry, ticket or recipient."""

    @wraps(func)
    async def wrapper(
        hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]
    ) -> None:
        """Call the handler."""
        try:
            await func(hass, connection, msg)
        except ServiceValidationError as err:
            connection.send_error(
                msg["id"],
                websocket_api.ERR_NOT_FOUND,
                str(err),
                translation_domain=err.translation_domain,
                translation_key=err.translation_key,
                translation_placeholders=err.translation_placeholders,
            )

    return wrapper


@websocket_api.require_admin
@websocket_api.websocket_command({probatio.Required("type"): f"{DOMAIN}/entries"})
@callback
def ws_entries(
    hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]
) -> None:
    """Tell which numbers are loaded."""
    entries = hass.config_entries.async_loaded_entries(DOMAIN)
    connection.send_result(
        msg["id"],
        [{"entry_id": entry.entry_id, "title": entry.title} for entry in entries],
    )


@websocket_api.require_admin
@websocket_api.websocket_command(
    {probatio.Required("type"): f"{DOMAIN}/overview", **_OF_ENTRY}
)
@websocket_api.async_response
@_tells_not_found
async def ws_overview(
    hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]
) -> None:
    """Tell how everything stands."""
    entry: WaNotifyConfigEntry = async_get_config_entry(
        hass, DOMAIN, msg[ATTR_ENTRY_ID]
    )
    connection.send_result(msg["id"], async_snapshot(hass, entry))


@websocket_api.require_admin
@websocket_api.websocket_command(
    {probatio.Required("type"): f"{DOMAIN}/subscribe", **_OF_ENTRY}
)
@websocket_api.async_response
@_tells_not_found
async def ws_subscribe(
    hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]
) -> None:
    """Tell how everything stands now and after each change; nothing while not loaded."""
    entry = hass.config_entries.async_get_entry(msg[ATTR_ENTRY_ID])
    if entry is None or entry.domain != DOMAIN:
        raise ServiceValidationError(
            translation_domain=HOMEASSISTANT_DOMAIN,
            translation_key=NO_ENTRY,
            translation_placeholders={
                "domain": DOMAIN,
                "entry_id": msg[ATTR_ENTRY_ID],
            },
        )
    subscription = _Subscription(hass, connection, msg["id"], entry)
    connection.send_result(msg["id"])
    subscription.async_begin()
    connection.subscriptions[msg["id"]] = subscription.async_end


@websocket_api.require_admin
@websocket_api.websocket_command(
    {
        probatio.Required("type"): f"{DOMAIN}/ticket",
        probatio.Required(ATTR_NUMBER): probatio.All(int, probatio.Range(min=1)),
        **_OF_ENTRY,
    }
)
@websocket_api.async_response
@_tells_not_found
async def ws_ticket(
    hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]
) -> None:
    """Tell all that is known of a ticket."""
    entry: WaNotifyConfigEntry = async_get_config_entry(
        hass, DOMAIN, msg[ATTR_ENTRY_ID]
    )
    with translated_errors():
        story = await entry.runtime_data.engine.desk.story(msg[ATTR_NUMBER])
    if story is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="no_ticket",
            translation_placeholders={"ticket": str(msg[ATTR_NUMBER])},
        )
    connection.send_result(
        msg["id"], story_of(story, Names(entry.runtime_data.board.overview))
    )


@websocket_api.require_admin
@websocket_api.websocket_command(
    {probatio.Required("type"): f"{DOMAIN}/history", **_OF_RECIPIENT}
)
@websocket_api.async_response
@_tells_not_found
async def ws_history(
    hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]
) -> None:
    """Tell what a recipient ever said about being written to."""
    entry: WaNotifyConfigEntry = async_get_config_entry(
        hass, DOMAIN, msg[ATTR_ENTRY_ID]
    )
    with translated_errors():
        ledger = await entry.runtime_data.engine.desk.history(msg[ATTR_RECIPIENT_ID])
    names = Names(entry.runtime_data.board.overview)
    connection.send_result(msg["id"], [consent_of(record, names) for record in ledger])


@websocket_api.require_admin
@websocket_api.websocket_command(
    {probatio.Required("type"): f"{DOMAIN}/reveal", **_OF_RECIPIENT}
)
@websocket_api.async_response
@_tells_not_found
async def ws_reveal(
    hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]
) -> None:
    """Tell the full number of a recipient, and keep in the log who asked."""
    entry: WaNotifyConfigEntry = async_get_config_entry(
        hass, DOMAIN, msg[ATTR_ENTRY_ID]
    )
    people = entry.runtime_data.board.overview.people
    if (person := people.get(msg[ATTR_RECIPIENT_ID])) is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="unknown_recipient"
        )
    _LOGGER.info(
        "User %s (%s) asked for the number of the recipient %s",
        connection.user.name,
        connection.user.id,
        person.recipient.id,
    )
    connection.send_result(
        msg["id"], {"number": person.recipient.phone or person.recipient.bsuid}
    )


class _Subscription:
    """Tell one connection how an entry stands, however often it is reloaded."""

    def __init__(
        self,
        hass: HomeAssistant,
        connection: ActiveConnection,
        msg_id: int,
        entry: WaNotifyConfigEntry,
    ) -> None:
        """Initialize the subscription."""
        self.hass = hass
        self._connection = connection
        self._entry = entry
        self._msg_id = msg_id
        self._let_go: list[CALLBACK_TYPE] = []
        self._end_watch: CALLBACK_TYPE

    @callback
    def async_begin(self) -> None:
        """Tell how it stands, and listen."""
        self._end_watch = async_dispatcher_connect(
            self.hass, SIGNAL_CONFIG_ENTRY_CHANGED, self._async_entry_changed
        )
        if self._entry.state is ConfigEntryState.LOADED:
            self._async_listen()
        self._async_tell()

    @callback
    def async_end(self) -> None:
        """Listen no longer."""
        self._end_watch()
        self._async_let_go()

    @callback
    def _async_listen(self) -> None:
        """Listen to whatever changes while the entry is loaded."""
        data = self._entry.runtime_data
        self._let_go = [
            data.board.async_add_listener(self._async_tell),
            data.coordinator.async_add_listener(self._async_tell),
        ]

    @callback
    def _async_let_go(self) -> None:
        """Let go of what belongs to a loaded entry."""
        for let_go in self._let_go:
            let_go()
        self._let_go = []

    @callback
    def _async_entry_changed(
        self, change: ConfigEntryChange, entry: ConfigEntry
    ) -> None:
        """Handle that the entry is loaded or unloaded; any other change reloads it."""
        loaded = self._entry.state is ConfigEntryState.LOADED
        if entry.entry_id != self._entry.entry_id or loaded is bool(self._let_go):
            return
        if loaded:
            self._async_listen()
        else:
            self._async_let_go()
        self._async_tell()

    @callback
    def _async_tell(self) -> None:
        """Send how it stands, or nothing while the entry is not loaded."""
        loaded = self._entry.state is ConfigEntryState.LOADED
        self._connection.send_event(
            self._msg_id, async_snapshot(self.hass, self._entry) if loaded else None
        )
