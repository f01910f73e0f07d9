"""The board: how everything stands and what happens, for whatever shows or automates it."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
import logging

from wa_notify.core.errors import StoreError
from wa_notify.core.news import Heard, News
from wa_notify.core.outbox import ItemState
from wa_notify.core.timeline import Entry
from wa_notify.core.window import MARGIN
from wa_notify.engine import Engine, Overview

from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.util.signal_type import SignalType

from .const import DOMAIN
from .happenings import Happening, HappeningKind, of_entry, of_message

_LOGGER = logging.getLogger(__name__)

# What happened, to whichever entry: its ID comes first
SIGNAL_HAPPENING: SignalType[str, Happening] = SignalType(f"{DOMAIN}_happening")
# A message of which WhatsApp tells nothing for so long shows that it does not call
MISSED_AFTER = timedelta(minutes=10, seconds=1)
PAUSE = 0.2


class WaNotifyBoard:
    """Look at the engine whenever something may have changed, and tell what happened."""

    def __init__(self, hass: HomeAssistant, entry_id: str, engine: Engine) -> None:
        """Initialize the board."""
        self.hass = hass
        self._entry_id = entry_id
        self._engine = engine
        self._listeners: list[CALLBACK_TYPE] = []
        self._news: asyncio.Queue[Sequence[News]] = asyncio.Queue()
        self._alone = asyncio.Lock()
        self._cancel_timer: CALLBACK_TYPE | None = None
        self.overview: Overview

    @property
    def is_known(self) -> bool:
        """Return whether the account was read before, now or in an earlier run."""
        return bool(self.overview.templates)

    async def async_look(self) -> None:
        """Look at how everything stands."""
        self.overview = await self._engine.desk.overview()
        self._arm()

    @callback
    def async_add_listener(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call the listener after each look."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def async_show(self) -> None:
        """Look now, and let everything show it, which is tried again if it fails."""
        try:
            await self._async_tell(())
        except StoreError:
            self.async_request_look()

    @callback
    def async_request_look(self) -> None:
        """Look soon: something may have changed."""
        self._news.put_nowait(())

    def overhear(self, news: Sequence[News]) -> None:
        """Take in what has become durable; called in a thread of the store."""
        self.hass.loop.call_soon_threadsafe(self._news.put_nowait, news)

    async def async_run(self) -> None:
        """Look and tell until cancelled; what comes meanwhile shares the next look.

        What could not be told is told with the next look that works.
        """
        news: list[News] = []
        failing = False
        while True:
            news += await self._news.get()
            while not self._news.empty():
                news += self._news.get_nowait()
            try:
                await self._async_tell(news)
            except StoreError as err:
                if not failing:
                    _LOGGER.warning("What happened cannot be shown now: %s", err)
                failing = True
            except Exception:
                # Whatever it was, what happens next has to be shown
                _LOGGER.exception("What happened could not be shown")
                news = []
            else:
                news, failing = [], False
            await asyncio.sleep(PAUSE)

    @callback
    def async_stop(self) -> None:
        """Let go of the timer."""
        if self._cancel_timer:
            self._cancel_timer()
            self._cancel_timer = None

    async def _async_tell(self, news: Iterable[News]) -> None:
        """Look, then tell what happened, so that whoever hears of it finds it there."""
        async with self._alone:
            happenings = [
                happening for one in news for happening in await self._async_read(one)
            ]
            before = self.overview
            await self.async_look()
            for listener in list(self._listeners):
                listener()
            for happening in [*happenings, *_changes_of_mind(before, self.overview)]:
                async_dispatcher_send(
                    self.hass, SIGNAL_HAPPENING, self._entry_id, happening
                )

    async def _async_read(self, news: News) -> list[Happening]:
        """Return what a piece of news tells."""
        match news:
            case Entry(ticket_id=number):
                ticket = await self._engine.look(lambda views: views.ticket(number))
                return list(of_entry(news, ticket)) if ticket else []
            case Heard(guest=False, recipient_id=recipient_id, message=message):
                happening = of_message(recipient_id, message)
                return [happening] if happening else []
            case _:
                return []

    @callback
    def _arm(self) -> None:
        """Look again when something ends by itself."""
        self.async_stop()
        if ends_at := min(_ends(self.overview), default=None):
            self._cancel_timer = async_track_point_in_utc_time(
                self.hass,
                HassJob(self._async_ended, cancel_on_shutdown=True),
                ends_at,
            )

    @callback
    def _async_ended(self, now: datetime) -> None:
        """Handle that a window or a silence has ended."""
        self._cancel_timer = None
        self.async_request_look()


def _ends(overview: Overview) -> Iterable[datetime]:
    """Return when windows close, the silence ends, and callbacks are missed."""
    for person in overview.people.values():
        if closes_at := person.window.closes_at:
            yield from (
                at for at in (closes_at - MARGIN, closes_at) if at > overview.at
            )
    if overview.silence:
        yield overview.silence.ends_at
    if overview.counts.items[ItemState.ACCEPTED] and not overview.unheard_since:
        yield overview.at + MISSED_AFTER


def _changes_of_mind(before: Overview, after: Overview) -> Iterable[Happening]:
    """Return who opted in or out between two looks."""
    for recipient_id, person in after.people.items():
        earlier = before.people.get(recipient_id)
        if earlier is None or (earlier.objection is None) is (person.objection is None):
            continue
        opted_in = person.objection is None
        yield Happening(
            kind=HappeningKind.OPTED_IN if opted_in else HappeningKind.OPTED_OUT,
            recipient_id=recipient_id,
            data={
                "recipient": recipient_id,
                "by": person.consent.actor if person.consent else None,
            },
        )
