"""What has to be asked of WhatsApp, because it does not tell it by itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
import logging
from typing import TYPE_CHECKING, override

from wa_notify.core.errors import PlatformUnreachable, StoreError, TokenRefused
from wa_notify.core.inbound import AccountNews, Arrival, TemplateNews
from wa_notify.core.template import TemplateShape
from wa_notify.engine import Engine
from wa_notify.whatsapp.number import NumberStanding, read_standing

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed, HomeAssistantError
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed

from .const import DOMAIN

if TYPE_CHECKING:
    from .models import WaNotifyConfigEntry

_LOGGER = logging.getLogger(__name__)

UPDATE_INTERVAL = timedelta(hours=6)


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountStanding:
    """How the account stands."""

    number: NumberStanding
    templates: Sequence[TemplateShape]


class WaNotifyCoordinator(DataUpdateCoordinator[AccountStanding]):
    """Read number and templates of the account."""

    config_entry: WaNotifyConfigEntry

    def __init__(
        self, hass: HomeAssistant, entry: WaNotifyConfigEntry, engine: Engine
    ) -> None:
        """Initialize the coordinator."""
        super().__init__(
            hass,
            _LOGGER,
            config_entry=entry,
            name=DOMAIN,
            update_interval=UPDATE_INTERVAL,
        )
        self._engine = engine

    async def async_ask(self) -> None:
        """Ask now, for somebody who waits for it.

        Raises HomeAssistantError.
        """
        await self.async_refresh()
        if not self.last_update_success:
            raise HomeAssistantError(
                translation_domain=DOMAIN, translation_key="cannot_connect"
            ) from self.last_exception

    @callback
    def async_heed(self, arrivals: Iterable[Arrival]) -> None:
        """Ask soon if WhatsApp tells of a change of number or templates."""
        if any(isinstance(one.event, AccountNews | TemplateNews) for one in arrivals):
            self._async_ask_soon()

    @callback
    def async_follow(self) -> None:
        """Ask soon if a refusal showed that templates have changed."""
        if self._engine.watch.templates_changed:
            self._async_ask_soon()

    @callback
    def _async_ask_soon(self) -> None:
        """Ask, and let nobody wait for it."""
        self.config_entry.async_create_background_task(
            self.hass, self.async_request_refresh(), f"{DOMAIN} news"
        )

    @override
    async def _async_update_data(self) -> AccountStanding:
        """Ask WhatsApp."""
        try:
            number = await self._engine.read_limits()
            await self._engine.sync_templates()
            templates = await self._engine.look(lambda views: views.templates())
        except TokenRefused as err:
            raise ConfigEntryAuthFailed(
                translation_domain=DOMAIN, translation_key="auth_failed"
            ) from err
        except PlatformUnreachable as err:
            raise UpdateFailed(
                translation_domain=DOMAIN, translation_key="cannot_connect"
            ) from err
        except StoreError as err:
            raise UpdateFailed(
                translation_domain=DOMAIN,
                translation_key="database",
                translation_placeholders={"error": str(err)},
            ) from err
        return AccountStanding(number=read_standing(number), templates=templates)
