"""Triggers of the WhatsApp Notify integration."""

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final, override

import probatio
from wa_notify.core.ticket import Ticket, TicketState

from homeassistant.const import ATTR_DEVICE_ID, ATTR_NAME, CONF_FOR, CONF_MATCH
from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.helpers import config_validation as cv, device_registry as dr
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.helpers.trigger import (
    Trigger,
    TriggerActionRunner,
    TriggerConfig,
    TriggerNotTriggeredReporter,
)
from homeassistant.helpers.typing import ConfigType, VolDictType

from .answers import ticket_of
from .board import SIGNAL_HAPPENING
from .choices import OF_PEOPLE, OF_TICKETS, checked, is_among
from .const import CONF_RECIPIENT_ID, DOMAIN, SUBENTRY_TYPE_RECIPIENT
from .following import async_follow_boards
from .happenings import Happening, HappeningKind
from .models import WaNotifyConfigEntry

ATTR_CAPTION: Final = "caption"
ATTR_CLOSES_AT: Final = "closes_at"
ATTR_ENTRY_ID: Final = "entry_id"
ATTR_KIND: Final = "kind"
ATTR_RECIPIENT: Final = "recipient"
CONF_TEXT: Final = "text"
CONF_TITLE: Final = "title"

# How what somebody wrote is compared with the text that is waited for
MATCHES: Final[dict[str, Callable[[str, str], bool]]] = {
    "contains": str.__contains__,
    "exact": str.__eq__,
    "starts_with": str.startswith,
}


def _person(
    hass: HomeAssistant, entry: WaNotifyConfigEntry, recipient_id: str
) -> dict[str, Any]:
    """Return who it is, as automations read it."""
    registry = dr.async_get(hass)
    device = next(
        (
            registry.async_get_device_by_identifier(
                (DOMAIN, subentry.subentry_id), entry.entry_id
            )
            for subentry in entry.get_subentries_of_type(SUBENTRY_TYPE_RECIPIENT)
            if subentry.data[CONF_RECIPIENT_ID] == recipient_id
        ),
        None,
    )
    return {
        ATTR_ENTRY_ID: entry.entry_id,
        ATTR_DEVICE_ID: device.id if device else None,
        ATTR_RECIPIENT: recipient_id,
        ATTR_NAME: _spoken(entry, recipient_id),
    }


def _spoken(entry: WaNotifyConfigEntry, actor: str | None) -> str | None:
    """Return how others call whoever did something."""
    person = entry.runtime_data.board.overview.people.get(actor or "")
    return person.recipient.spoken if person else actor


class WaNotifyTrigger(Trigger):
    """A trigger with options."""

    _schema: ClassVar[VolDictType]

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Initialize the trigger."""
        super().__init__(hass, config)
        self._options = config.options or {}

    @override
    @classmethod
    async def async_validate_config(
        cls, hass: HomeAssistant, config: ConfigType
    ) -> ConfigType:
        """Validate the options."""
        return checked(config, cls._schema)

    def _entry(self, entry_id: str) -> WaNotifyConfigEntry:
        """Return the entry of a happening."""
        return self._hass.config_entries.async_get_known_entry(entry_id)


class HappeningTrigger(WaNotifyTrigger):
    """Trigger on what the board tells."""

    _kinds: ClassVar[frozenset[HappeningKind]]

    @abstractmethod
    def _variables(self, entry_id: str, happening: Happening) -> dict[str, Any]:
        """Return what automations read of it."""

    def _is_meant(self, variables: Mapping[str, Any]) -> bool:
        """Return whether it is what the options describe."""
        return is_among(self._options, variables)

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        """Listen to the board."""

        @callback
        def async_happened(entry_id: str, happening: Happening) -> None:
            """Run the action if this is meant."""
            if happening.kind not in self._kinds:
                return
            variables = self._variables(entry_id, happening)
            if self._is_meant(variables):
                run_action(variables, f"WhatsApp {happening.kind.replace('_', ' ')}")

        return async_dispatcher_connect(self._hass, SIGNAL_HAPPENING, async_happened)


class PersonTrigger(HappeningTrigger):
    """Trigger on what a person does."""

    _schema = OF_PEOPLE

    @override
    def _variables(self, entry_id: str, happening: Happening) -> dict[str, Any]:
        """Return what automations read of it."""
        who = happening.data[ATTR_RECIPIENT]
        return {
            **happening.data,
            **_person(self._hass, self._entry(entry_id), who),
            ATTR_KIND: happening.kind.value,
        }


class MessageReceivedTrigger(PersonTrigger):
    """Trigger on what a person writes, or shows."""

    _kinds = frozenset(
        {HappeningKind.LOCATION, HappeningKind.MEDIA, HappeningKind.MESSAGE}
    )
    _schema = {
        **OF_PEOPLE,
        probatio.Optional(CONF_TEXT, default=""): cv.string,
        probatio.Optional(CONF_MATCH, default="contains"): probatio.In(list(MATCHES)),
    }

    @override
    def _variables(self, entry_id: str, happening: Happening) -> dict[str, Any]:
        """Return what automations read of it; the words below a picture count too."""
        variables = super()._variables(entry_id, happening)
        words = happening.data.get(CONF_TEXT) or happening.data.get(ATTR_CAPTION)
        return {**variables, CONF_TEXT: words or ""}

    @override
    def _is_meant(self, variables: Mapping[str, Any]) -> bool:
        """Return whether it is what the options describe."""
        wanted = self._options[CONF_TEXT].strip().casefold()
        said = variables[CONF_TEXT].strip().casefold()
        fits = MATCHES[self._options[CONF_MATCH]]
        return super()._is_meant(variables) and (not wanted or fits(said, wanted))


class ButtonPressedTrigger(PersonTrigger):
    """Trigger on the buttons below a message."""

    _kinds = frozenset({HappeningKind.BUTTON})
    _schema = {**OF_PEOPLE, probatio.Optional(CONF_TITLE, default=""): cv.string}

    @override
    def _is_meant(self, variables: Mapping[str, Any]) -> bool:
        """Return whether it is what the options describe."""
        wanted = self._options[CONF_TITLE].strip().casefold()
        pressed = variables[CONF_TITLE].strip().casefold()
        return super()._is_meant(variables) and wanted in ("", pressed)


class OptedInTrigger(PersonTrigger):
    """Trigger on somebody agreeing to be written to."""

    _kinds = frozenset({HappeningKind.OPTED_IN})


class OptedOutTrigger(PersonTrigger):
    """Trigger on somebody objecting to be written to."""

    _kinds = frozenset({HappeningKind.OPTED_OUT})


class TicketTrigger(HappeningTrigger):
    """Trigger on a turn in the life of a ticket."""

    _schema = OF_TICKETS

    @override
    def _variables(self, entry_id: str, happening: Happening) -> dict[str, Any]:
        """Return what automations read of it."""
        return {
            **happening.data,
            ATTR_ENTRY_ID: entry_id,
            ATTR_NAME: _spoken(self._entry(entry_id), happening.data["by"]),
        }


class TicketOpenedTrigger(TicketTrigger):
    """Trigger on a new ticket, and on one whose trouble is back."""

    _kinds = frozenset({HappeningKind.TICKET_OPENED})


class TicketAcknowledgedTrigger(TicketTrigger):
    """Trigger on somebody taking a ticket."""

    _kinds = frozenset({HappeningKind.TICKET_ACKNOWLEDGED})


class TicketResolvedTrigger(TicketTrigger):
    """Trigger on a trouble being over."""

    _kinds = frozenset({HappeningKind.TICKET_RESOLVED})


class WindowOpenedTrigger(WaNotifyTrigger):
    """Trigger on the 24 hours in which anything may be written to a person."""

    _schema = OF_PEOPLE

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        """Compare how windows stand with how they stood."""
        was_open: dict[tuple[str, str], bool] = {}

        @callback
        def async_opened(
            entry: WaNotifyConfigEntry, who: str, closes_at: datetime | None
        ) -> None:
            """Run the action if this window is meant."""
            variables = _person(self._hass, entry, who)
            if is_among(self._options, variables):
                variables[ATTR_CLOSES_AT] = closes_at and closes_at.isoformat()
                run_action(variables, f"WhatsApp window of {variables[ATTR_NAME]}")

        @callback
        def async_looked(entry: WaNotifyConfigEntry) -> None:
            """Run the action for windows that were closed and are open."""
            overview = entry.runtime_data.board.overview
            for who, person in overview.people.items():
                key, is_open = (entry.entry_id, who), person.window.is_open(overview.at)
                was_closed = was_open.get(key) is False
                was_open[key] = is_open
                if is_open and was_closed:
                    async_opened(entry, who, person.window.closes_at)

        return async_follow_boards(self._hass, async_looked)


class TicketUnansweredTrigger(WaNotifyTrigger):
    """Trigger on a ticket that nobody acknowledges.

    The time counts from when it opened, or from when somebody gave it back. Tickets
    that were open before count too, so neither a restart nor a reload loses any.
    """

    _schema = {probatio.Required(CONF_FOR): cv.positive_time_period, **OF_TICKETS}
    _cancel_timer: CALLBACK_TYPE | None = None
    _run_action: TriggerActionRunner

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Initialize the trigger."""
        super().__init__(hass, config)
        # The newest episode of each ticket for which it was triggered
        self._told: dict[tuple[str, int], int] = {}

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        """Wake up whenever a ticket has waited long enough."""
        self._run_action = run_action
        unfollow = async_follow_boards(self._hass, self._async_arm)

        @callback
        def async_detach() -> None:
            """Look after no tickets any more."""
            unfollow()
            self._async_cancel()

        return async_detach

    @callback
    def _async_arm(self, entry: WaNotifyConfigEntry | None = None) -> None:
        """Plan the next waking."""
        self._async_cancel()
        if due := min((due for due, *_ in self._waiting()), default=None):
            job = HassJob(self._async_due, cancel_on_shutdown=True)
            self._cancel_timer = async_track_point_in_utc_time(self._hass, job, due)

    @callback
    def _async_cancel(self) -> None:
        """Let go of the timer."""
        if self._cancel_timer:
            self._cancel_timer()
            self._cancel_timer = None

    @callback
    def _async_due(self, now: datetime) -> None:
        """Run the action for all that have waited long enough."""
        for due, entry_id, ticket in list(self._waiting()):
            if due <= now:
                self._told[entry_id, ticket.id] = ticket.episode
                self._run_action(
                    {ATTR_ENTRY_ID: entry_id, **ticket_of(ticket)},
                    f"WhatsApp ticket {ticket.id} unanswered",
                )
        self._async_arm()

    def _waiting(self) -> Iterator[tuple[datetime, str, Ticket]]:
        """Return the tickets that wait for an answer, and how long they may."""
        span: timedelta = self._options[CONF_FOR]
        for entry in self._hass.config_entries.async_loaded_entries(DOMAIN):
            for ticket in entry.runtime_data.board.overview.tickets:
                since = (ticket.rounds and ticket.asked_at) or ticket.opened_at
                if (
                    ticket.state is TicketState.OPEN
                    and self._told.get((entry.entry_id, ticket.id)) != ticket.episode
                    and is_among(self._options, ticket_of(ticket))
                ):
                    yield since + span, entry.entry_id, ticket


TRIGGERS: dict[str, type[Trigger]] = {
    "button_pressed": ButtonPressedTrigger,
    "message_received": MessageReceivedTrigger,
    "opted_in": OptedInTrigger,
    "opted_out": OptedOutTrigger,
    "ticket_acknowledged": TicketAcknowledgedTrigger,
    "ticket_opened": TicketOpenedTrigger,
    "ticket_resolved": TicketResolvedTrigger,
    "ticket_unanswered": TicketUnansweredTrigger,
    "window_opened": WindowOpenedTrigger,
}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return the triggers."""
    return TRIGGERS
