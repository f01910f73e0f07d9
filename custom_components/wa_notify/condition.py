"""Conditions of the WhatsApp Notify integration."""

from abc import abstractmethod
from typing import Any, ClassVar, Final, Unpack, override

import probatio
from wa_notify.core.ticket import Ticket, TicketState
from wa_notify.engine import Overview, PersonStanding

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import ATTR_CONFIG_ENTRY_ID, CONF_DEVICE_ID
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConditionErrorMessage
from homeassistant.helpers import config_validation as cv, device_registry as dr
from homeassistant.helpers.condition import (
    Condition,
    ConditionCheckParams,
    ConditionConfig,
)
from homeassistant.helpers.typing import ConfigType, VolDictType
from homeassistant.util import dt as dt_util

from .answers import ticket_of
from .choices import OF_TICKETS, SEVERAL, checked, is_among
from .const import CONF_RECIPIENT_ID, DOMAIN
from .models import WaNotifyConfigEntry

CONF_ACKNOWLEDGED: Final = "acknowledged"

# The states of a ticket that is not over, by whether somebody has it
ACKNOWLEDGED: Final = {
    "any": {TicketState.ACKNOWLEDGED, TicketState.OPEN},
    "no": {TicketState.OPEN},
    "yes": {TicketState.ACKNOWLEDGED},
}


def _yes_or_no(value: Any) -> Any:
    """Return the word; unquoted in YAML, yes and no are no words."""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value


class WaNotifyCondition(Condition):
    """A condition with options."""

    _schema: ClassVar[VolDictType]

    def __init__(self, hass: HomeAssistant, config: ConditionConfig) -> None:
        """Initialize the condition."""
        super().__init__(hass, config)
        self._options = config.options or {}

    @override
    @classmethod
    async def async_validate_config(
        cls, hass: HomeAssistant, config: ConfigType
    ) -> ConfigType:
        """Validate the options."""
        return checked(config, cls._schema)

    def _overviews(self) -> list[Overview]:
        """Return how everything stands, with each loaded entry or the one that is meant."""
        wanted = self._options.get(ATTR_CONFIG_ENTRY_ID)
        entries: list[WaNotifyConfigEntry] = (
            self._hass.config_entries.async_loaded_entries(DOMAIN)
        )
        return [
            entry.runtime_data.board.overview
            for entry in entries
            if wanted in (None, entry.entry_id)
        ]


class PersonCondition(WaNotifyCondition):
    """A condition that has to hold for all recipients it names."""

    _schema = {
        probatio.Required(CONF_DEVICE_ID): probatio.All(SEVERAL, probatio.Length(min=1))
    }

    @abstractmethod
    def _holds(self, person: PersonStanding) -> bool:
        """Return whether it holds for a person."""

    @override
    def _async_check(self, **kwargs: Unpack[ConditionCheckParams]) -> bool:
        """Check the condition."""
        devices = self._options[CONF_DEVICE_ID]
        return all(self._holds(self._person(device_id)) for device_id in devices)

    def _person(self, device_id: str) -> PersonStanding:
        """Return how the person of a device stands.

        Raises ConditionErrorMessage if nobody knows.
        """
        if device := dr.async_get(self._hass).async_get(device_id):
            entry: WaNotifyConfigEntry = (
                self._hass.config_entries.async_get_known_entry(device.config_entry_id)
            )
            subentry = entry.subentries.get(device.config_subentry_id or "")
            if entry.state is ConfigEntryState.LOADED and entry.domain == DOMAIN:
                if subentry:
                    people = entry.runtime_data.board.overview.people
                    return people[subentry.data[CONF_RECIPIENT_ID]]
        raise ConditionErrorMessage(
            DOMAIN, f"device {device_id} is no recipient that is set up now"
        )


class IsWindowOpenCondition(PersonCondition):
    """Whether anything may be written, not just templates."""

    @override
    def _holds(self, person: PersonStanding) -> bool:
        """Return whether it holds for a person."""
        return person.window.is_open(dt_util.utcnow())


class IsOptedInCondition(PersonCondition):
    """Whether it is known that they agreed to be written to."""

    @override
    def _holds(self, person: PersonStanding) -> bool:
        """Return whether it holds for a person."""
        return person.objection is None


class IsTicketOpenCondition(WaNotifyCondition):
    """Whether there is a ticket that is not over."""

    _schema = {
        **OF_TICKETS,
        probatio.Optional(CONF_ACKNOWLEDGED, default="any"): probatio.All(
            _yes_or_no, probatio.In(list(ACKNOWLEDGED))
        ),
    }

    @override
    def _async_check(self, **kwargs: Unpack[ConditionCheckParams]) -> bool:
        """Check the condition."""
        return any(
            self._is_meant(ticket)
            for overview in self._overviews()
            for ticket in overview.tickets
        )

    def _is_meant(self, ticket: Ticket) -> bool:
        """Return whether it is a ticket that the options describe."""
        states = ACKNOWLEDGED[self._options[CONF_ACKNOWLEDGED]]
        return ticket.state in states and is_among(self._options, ticket_of(ticket))


class IsSilencedCondition(WaNotifyCondition):
    """Whether all alerts are muted."""

    _schema = {probatio.Optional(ATTR_CONFIG_ENTRY_ID): cv.string}

    @override
    def _async_check(self, **kwargs: Unpack[ConditionCheckParams]) -> bool:
        """Check the condition."""
        now = dt_util.utcnow()
        return any(
            overview.silence is not None and overview.silence.ends_at > now
            for overview in self._overviews()
        )


CONDITIONS: dict[str, type[Condition]] = {
    "is_opted_in": IsOptedInCondition,
    "is_silenced": IsSilencedCondition,
    "is_ticket_open": IsTicketOpenCondition,
    "is_window_open": IsWindowOpenCondition,
}


async def async_get_conditions(hass: HomeAssistant) -> dict[str, type[Condition]]:
    """Return the conditions."""
    return CONDITIONS
