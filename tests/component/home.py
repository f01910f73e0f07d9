"""A home with a business phone number, and WhatsApp as the sandbox plays it, on one clock."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)
from wa_notify.core.outbox import ItemState
from wa_notify.sandbox import Phone, Sandbox

from homeassistant.core import HomeAssistant, State
from homeassistant.util import dt as dt_util

STEP = 0.01
QUIET_ROUNDS = 4
MOST_BUSY = 300


@dataclass(kw_only=True)
class Home:
    """What a test holds in its hand."""

    hass: HomeAssistant
    entry: MockConfigEntry
    sandbox: Sandbox
    clock: FrozenDateTimeFactory

    @property
    def ada(self) -> Phone:
        """Return the phone of Ada, who opted in."""
        return self.sandbox.phone("+447700900123")

    @property
    def bob(self) -> Phone:
        """Return the phone of Bob, who never did."""
        return self.sandbox.phone("+447700900124")

    def state(self, entity_id: str) -> State:
        """Return the state of an entity that has to be there."""
        state = self.hass.states.get(entity_id)
        assert state, f"There is no {entity_id}"
        return state

    async def act(
        self, action: str, data: dict[str, Any] | None = None, **options: Any
    ) -> Any:
        """Call an action of the integration for the entry."""
        return await self.hass.services.async_call(
            "wa_notify",
            action,
            {"config_entry_id": self.entry.entry_id, **(data or {})},
            blocking=True,
            **options,
        )

    async def settle(self) -> None:
        """Let everything happen that is due now, on both sides."""
        quiet = busy = 0
        before: object = None
        while quiet < QUIET_ROUNDS:
            await self.sandbox.run_due()
            await self._finish()
            await asyncio.sleep(STEP)
            now = self._signs()
            quiet = quiet + 1 if now == before else 0
            before = now
            if busy < MOST_BUSY and await self._is_busy():
                quiet, busy = 0, busy + 1

    async def forward(self, seconds: float) -> None:
        """Move the clock of both, stopping wherever something is due."""
        target = dt_util.utcnow() + timedelta(seconds=seconds)
        await self.settle()
        while (due := await self._next_due()) and due <= target:
            self.clock.move_to(max(due, dt_util.utcnow()))
            async_fire_time_changed(self.hass)
            await self.settle()
        self.clock.move_to(target)
        async_fire_time_changed(self.hass)
        await self.settle()

    def shown(self, phone: Phone) -> Sequence[str]:
        """Return what a phone shows, oldest first."""
        return [message.text for message in phone.messages]

    async def _finish(self) -> None:
        """Let Home Assistant do what it has begun."""
        await self.hass.async_block_till_done()

    async def _next_due(self) -> Any:
        """Return when something happens next on either side."""
        dues = [self.sandbox.next_due()]
        if self.entry.state.name == "LOADED":
            dues.append(await self.entry.runtime_data.engine.next_due())
        now = dt_util.utcnow()
        return min((due for due in dues if due and due > now), default=None)

    async def _is_busy(self) -> bool:
        """Return whether a message is on its way out, or should be."""
        if self.entry.state.name != "LOADED":
            return False
        engine = self.entry.runtime_data.engine
        counts = await engine.look(lambda views: views.counts())
        due = await engine.next_due()
        return bool(
            counts.items[ItemState.SENDING] or (due and due <= dt_util.utcnow())
        )

    def _signs(self) -> object:
        """Return what changes while anything goes on."""
        runtime = getattr(self.entry, "runtime_data", None)
        overview = runtime.board.overview if runtime else None
        return (
            len(self.sandbox.log),
            overview and (overview.counts, len(overview.tickets), overview.people),
            len(self.hass.states.async_all()),
        )
