"""Notify platform of the WhatsApp Notify integration."""

from collections.abc import Mapping
from typing import Any, override

from homeassistant.components.notify import (
    ATTR_DATA,
    ATTR_MESSAGE,
    ATTR_TARGET,
    ATTR_TITLE,
    BaseNotificationService,
    NotifyEntity,
    NotifyEntityDescription,
    NotifyEntityFeature,
)
from homeassistant.core import HomeAssistant, ServiceResponse, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.typing import ConfigType, DiscoveryInfoType
from homeassistant.util import dt as dt_util

from .actor import async_actor
from .const import DOMAIN, SUBENTRY_TYPE_RECIPIENT
from .entity import WaNotifyNumberEntity, WaNotifyRecipientEntity
from .errors import translated_errors
from .legacy import recipients_of
from .models import WaNotifyConfigEntry
from .sending import Message, async_send, async_send_to_all
from .spoken import ATTR_KEY, async_message, legacy_fields

# The engine has its own pace; one slow message holds up nobody else
PARALLEL_UPDATES = 0

RECIPIENT = NotifyEntityDescription(
    key="message", name=None, translation_key="recipient"
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: WaNotifyConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up a notify entity for each recipient and each receiver."""
    for subentry in entry.get_subentries_of_type(SUBENTRY_TYPE_RECIPIENT):
        async_add_entities(
            [RecipientNotify(entry, subentry, RECIPIENT)],
            config_subentry_id=subentry.subentry_id,
        )
    known: set[str] = set()

    @callback
    def async_follow_receivers() -> None:
        """Add receivers that are new in the rules, remove those that are gone."""
        receivers = set(entry.runtime_data.engine.book.receivers)
        if receivers == known:
            return
        async_add_entities(
            ReceiverNotify(entry, name) for name in sorted(receivers - known)
        )
        known.clear()
        known.update(receivers)
        _async_remove_others(hass, entry, receivers)

    async_follow_receivers()
    entry.async_on_unload(
        entry.runtime_data.board.async_add_listener(async_follow_receivers)
    )


@callback
def _async_remove_others(
    hass: HomeAssistant, entry: WaNotifyConfigEntry, receivers: set[str]
) -> None:
    """Remove the entities of receivers that are gone, now or since an earlier run."""
    wanted = {ReceiverNotify.unique_id_of(entry, name) for name in receivers}
    prefix = ReceiverNotify.unique_id_of(entry, "")
    registry = er.async_get(hass)
    for entity in er.async_entries_for_config_entry(registry, entry.entry_id):
        if entity.unique_id.startswith(prefix) and entity.unique_id not in wanted:
            registry.async_remove(entity.entity_id)


class RecipientNotify(WaNotifyRecipientEntity, NotifyEntity):
    """Write to one recipient."""

    _attr_supported_features = NotifyEntityFeature.TITLE

    @override
    async def async_send_message(self, message: str, title: str | None = None) -> None:
        """Send a message with notify.send_message."""
        await async_send(
            self._entry, self.recipient_id, Message(text=message, title=title or "")
        )

    async def async_send(self, **data: Any) -> ServiceResponse:
        """Send with the actions of this integration, which say what became of it."""
        message = await async_message(self.hass, data)
        sent = await async_send(
            self._entry, self.recipient_id, message, key=data.get(ATTR_KEY)
        )
        self._async_record_notification()
        return sent

    async def async_grant_opt_in(self, evidence: str) -> None:
        """Record that the person agreed to be written to.

        Their own no is not undone: they say START themselves.
        """
        person = self._overview.people.get(self.recipient_id)
        if person and person.refusal:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="said_no_themselves",
                translation_placeholders={
                    "recipient": person.recipient.spoken,
                    "date": f"{dt_util.as_local(person.refusal.at):%Y-%m-%d}",
                },
            )
        by = await async_actor(self.hass, self._entry, self._context)
        with translated_errors():
            standing = await self._entry.runtime_data.engine.desk.grant(
                self.recipient_id, source="ha", evidence=evidence, by=by
            )
        await self._board.async_show()
        if standing.objection:
            raise ServiceValidationError(
                translation_domain=DOMAIN, translation_key="opt_out_is_later"
            )

    async def async_revoke_opt_in(self, evidence: str = "") -> None:
        """Record that the person does not want to be written to any more."""
        by = await async_actor(self.hass, self._entry, self._context)
        with translated_errors():
            await self._entry.runtime_data.engine.desk.revoke(
                self.recipient_id, source="ha", evidence=evidence, by=by
            )
        await self._board.async_show()


class ReceiverNotify(WaNotifyNumberEntity, NotifyEntity):
    """Write to everybody of a receiver who is on call now."""

    _attr_supported_features = NotifyEntityFeature.TITLE

    def __init__(self, entry: WaNotifyConfigEntry, receiver: str) -> None:
        """Initialize the entity."""
        super().__init__(
            entry,
            NotifyEntityDescription(
                key=f"receiver_{receiver}",
                translation_key="receiver",
                translation_placeholders={"receiver": receiver},
            ),
        )
        self._receiver = receiver

    @staticmethod
    def unique_id_of(entry: WaNotifyConfigEntry, receiver: str) -> str:
        """Return the unique ID of the entity of a receiver."""
        return f"{entry.entry_id}_receiver_{receiver}"

    @override
    async def async_send_message(self, message: str, title: str | None = None) -> None:
        """Send a message with notify.send_message."""
        await async_send_to_all(
            self._entry, [self._receiver], Message(text=message, title=title or "")
        )

    async def async_send(self, **data: Any) -> ServiceResponse:
        """Send with the actions of this integration, which say what became of it."""
        message = await async_message(self.hass, data)
        sent = await async_send_to_all(
            self._entry, [self._receiver], message, key=data.get(ATTR_KEY)
        )
        self._async_record_notification()
        return sent

    async def async_grant_opt_in(self, **data: Any) -> None:
        """Refuse to record anything: each person speaks for themselves."""
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="not_a_person"
        )

    async_revoke_opt_in = async_grant_opt_in


async def async_get_service(
    hass: HomeAssistant,
    config: ConfigType,
    discovery_info: DiscoveryInfoType | None = None,
) -> BaseNotificationService | None:
    """Return the notify action of old, with one of its own for each recipient."""
    return None if discovery_info is None else LegacyNotify(hass)


class LegacyNotify(BaseNotificationService):
    """Serve the alert integration, notify groups and old blueprints."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Initialize the service."""
        self.hass = hass

    @property
    @override
    def targets(self) -> Mapping[str, Any]:
        """Return recipients and receivers, by the name of their action."""
        return {
            name: name
            for entry in self.hass.config_entries.async_loaded_entries(DOMAIN)
            for name in (
                *entry.runtime_data.engine.book.receivers,
                *recipients_of(entry),
            )
        }

    @override
    async def async_send_message(self, message: str = "", **kwargs: Any) -> None:
        """Send a message to recipients, receivers or numbers that are known."""
        data = {ATTR_MESSAGE: message, **(kwargs.get(ATTR_DATA) or {})}
        if title := kwargs.get(ATTR_TITLE):
            data[ATTR_TITLE] = title
        fields = legacy_fields(data)
        said = await async_message(self.hass, fields)
        targets = self._found(kwargs.get(ATTR_TARGET) or self._only_recipient())
        refusals = []
        for entry, names in targets.values():
            try:
                await async_send_to_all(entry, names, said, key=fields.get(ATTR_KEY))
            except HomeAssistantError as err:
                refusals.append(err)
        if refusals:
            raise refusals[0]

    def _found(
        self, names: list[str]
    ) -> dict[str, tuple[WaNotifyConfigEntry, list[str]]]:
        """Return who is meant by these names, by the entry that knows them.

        Raises ServiceValidationError if one of them is unknown, before anybody is
        written to.
        """
        found: dict[str, tuple[WaNotifyConfigEntry, list[str]]] = {}
        for name in names:
            entry, known_as = self._known(name)
            found.setdefault(entry.entry_id, (entry, []))[1].append(known_as)
        return found

    def _known(self, name: str) -> tuple[WaNotifyConfigEntry, str]:
        """Return the entry that knows a name or number, and the name there.

        Raises ServiceValidationError if none does.
        """
        entries = self.hass.config_entries.async_loaded_entries(DOMAIN)
        for entry in entries:
            receivers = entry.runtime_data.engine.book.receivers
            if name in receivers or name in recipients_of(entry):
                return entry, name
        if digits := _digits(name):
            for entry in entries:
                people = entry.runtime_data.board.overview.people
                for recipient_id in recipients_of(entry):
                    if _digits(people[recipient_id].recipient.phone) == digits:
                        return entry, recipient_id
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="unknown_recipient"
        )

    def _only_recipient(self) -> list[str]:
        """Return whom a message without a target can only be for.

        Raises ServiceValidationError unless there is exactly one recipient.
        """
        people = [
            name
            for entry in self.hass.config_entries.async_loaded_entries(DOMAIN)
            for name in recipients_of(entry)
        ]
        if len(people) != 1:
            raise ServiceValidationError(
                translation_domain=DOMAIN, translation_key="no_target"
            )
        return people


def _digits(number: str) -> str:
    """Return the digits of a phone number, however it is written."""
    return "".join(filter(str.isdigit, number))
