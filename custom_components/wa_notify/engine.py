"""The engine of the library in Home Assistant: its clock, its timers, its HTTP client, its disk."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
import logging
from pathlib import Path
import random
from threading import Event as ThreadEvent

from wa_notify.config import MediaSettings
from wa_notify.core.errors import StoreError
from wa_notify.core.secret import Secret
from wa_notify.engine import Engine
from wa_notify.engine.files import Files
from wa_notify.engine.received import ReceivedFiles
from wa_notify.fetch import GuardedFetcher
from wa_notify.store.migrate import migrate
from wa_notify.store.sqlite import SqliteStore, open_store
from wa_notify.whatsapp.account import Account
from wa_notify.whatsapp.client import CloudApi
from wa_notify.whatsapp.media import MediaApi

from homeassistant.const import CONF_ACCESS_TOKEN, EVENT_HOMEASSISTANT_STOP
from homeassistant.core import CALLBACK_TYPE, Event, HassJob, HomeAssistant, callback
from homeassistant.helpers.event import (
    async_track_point_in_utc_time,
    async_track_time_interval,
)
from homeassistant.helpers.httpx_client import get_async_client
from homeassistant.helpers.start import async_at_started
from homeassistant.helpers.storage import STORAGE_DIR
from homeassistant.util import dt as dt_util
from homeassistant.util.ssl import get_default_context

from .const import (
    API_VERSION,
    CONF_APP_SECRET,
    CONF_BASE_URL,
    CONF_PHONE_NUMBER_ID,
    CONF_VERIFY_TOKEN,
    CONF_WABA_ID,
    DOMAIN,
)
from .fallback import HomeAssistantFallback
from .media import forget_snapshots, snapshots_of
from .models import WaNotifyConfigEntry
from .rules import EMPTY, read_media

_LOGGER = logging.getLogger(__name__)

AGAIN_AFTER = 5
PATIENCE = 5
FILES_INTERVAL = timedelta(seconds=10)
OLD_FILES_INTERVAL = timedelta(minutes=5)
TIDY_INTERVAL = timedelta(days=1)


class Timers:
    """Wake the engine when something is due; it asks for one wake-up at a time."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Initialize the timers."""
        self.hass = hass
        self.on_planned: Callable[[], None] = lambda: None
        self.on_wake: Callable[[], None] = lambda: None
        self._cancel: CALLBACK_TYPE | None = None

    def wake_at(self, due: datetime | None) -> None:
        """Plan the next wake-up; the engine has just done all it could."""
        self.async_cancel()
        if due:
            self._cancel = async_track_point_in_utc_time(
                self.hass, HassJob(self._async_wake, cancel_on_shutdown=True), due
            )
        self.on_planned()

    @callback
    def async_cancel(self) -> None:
        """Let go of the planned wake-up."""
        if self._cancel:
            self._cancel()
            self._cancel = None

    @callback
    def _async_wake(self, now: datetime) -> None:
        """Wake the engine."""
        self._cancel = None
        self.on_wake()


def database_of(hass: HomeAssistant, entry_id: str) -> Path:
    """Return where the database of an entry is."""
    return Path(hass.config.path(STORAGE_DIR, DOMAIN, f"{entry_id}.db"))


def account_of(entry: WaNotifyConfigEntry) -> Account:
    """Return the account of an entry."""
    return Account(
        number_id=entry.data[CONF_PHONE_NUMBER_ID],
        waba_id=entry.data[CONF_WABA_ID],
        base_url=entry.data[CONF_BASE_URL],
        version=API_VERSION,
        access_token=Secret(entry.data[CONF_ACCESS_TOKEN]),
        app_secret=Secret(entry.data[CONF_APP_SECRET]),
        verify_token=Secret(entry.data[CONF_VERIFY_TOKEN]),
    )


def _open(database: Path) -> SqliteStore:
    """Open the database, in the present schema."""
    try:
        database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as err:
        raise StoreError(
            f"The folder {database.parent} cannot be made: {err.strerror}"
        ) from err
    migrate(str(database))
    return open_store(str(database))


def _delete(database: Path) -> None:
    """Delete the database, with what belongs to it."""
    for file in database.parent.glob(f"{database.name}*"):
        file.unlink(missing_ok=True)


class EngineRoom:
    """An engine with its store, from opening to closing."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: WaNotifyConfigEntry,
        store: SqliteStore,
        media: MediaSettings,
    ) -> None:
        """Furnish an engine on an open store."""
        self.hass = hass
        self.entry = entry
        self.store = store
        self.timers = Timers(hass)
        http = get_async_client(hass)
        account = account_of(entry)
        host = MediaApi(http=http, account=account)
        self._files_interval = FILES_INTERVAL if media.received else OLD_FILES_INTERVAL
        self._received = ReceivedFiles(
            host=host,
            folder=media.folder,
            keep=media.kept,
            clock=dt_util.utcnow,
            store=store,
            fetching=media.received is not None,
        )
        self.engine = Engine(
            store=store,
            whatsapp=CloudApi(http=http, account=account),
            book=EMPTY,
            clock=dt_util.utcnow,
            scheduler=self.timers,
            chance=random.random,
            files=Files(
                host=host,
                fetcher=GuardedFetcher(allow=media.allow, tls=get_default_context()),
                clock=dt_util.utcnow,
                upload=media.upload,
                largest=media.largest,
            ),
            fallback=HomeAssistantFallback(hass),
        )
        self.timers.on_wake = self.engine.wake
        self._running: asyncio.Task[None] | None = None
        self._closed = False

    @callback
    def async_start(self) -> None:
        """Work once Home Assistant has started, until the entry is unloaded or it stops."""
        self.entry.async_on_unload(async_at_started(self.hass, self._async_begin))
        self.entry.async_create_background_task(
            self.hass, self._async_tidy(dt_util.utcnow()), f"{DOMAIN} tidy"
        )
        self.entry.async_on_unload(
            async_track_time_interval(
                self.hass, self._async_tidy, TIDY_INTERVAL, cancel_on_shutdown=True
            )
        )
        self.entry.async_on_unload(
            async_track_time_interval(
                self.hass,
                self._async_files,
                self._files_interval,
                cancel_on_shutdown=True,
            )
        )
        self.entry.async_on_unload(
            self.hass.bus.async_listen_once(
                EVENT_HOMEASSISTANT_STOP, self._async_stopping
            )
        )

    async def async_close(self) -> None:
        """Finish what is on its way, and let go of the database."""
        if self._closed:
            return
        self._closed = True
        self.timers.async_cancel()
        await self.engine.stop(patience=PATIENCE)
        if self._running:
            self._running.cancel()
            with suppress(asyncio.CancelledError):
                await self._running
        self.timers.async_cancel()
        await self.hass.async_add_executor_job(self.store.close)

    @callback
    def _async_begin(self, hass: HomeAssistant) -> None:
        """Begin to work."""
        self._running = hass.async_create_background_task(
            self._async_work(), f"{DOMAIN} engine"
        )

    async def _async_work(self) -> None:
        """Find what an earlier run left behind, and go on until cancelled."""
        while True:
            try:
                await self.engine.start()
            except StoreError as err:
                _LOGGER.warning("Nothing is sent yet: %s", err)
                await asyncio.sleep(AGAIN_AFTER)
            else:
                break
        await self.engine.run()

    async def _async_stopping(self, event: Event) -> None:
        """Handle that Home Assistant stops; entries are not unloaded then."""
        await self.async_close()

    async def _async_files(self, now: datetime) -> None:
        """Fetch the files that people sent, where they are kept; delete the old ones."""
        try:
            await self._received.work()
        except StoreError as err:
            _LOGGER.warning("The files of people could not be looked after: %s", err)

    async def _async_tidy(self, now: datetime) -> None:
        """Forget what is old, and look whether the consent ledger is whole."""
        try:
            await self.engine.tidy()
            await self.engine.check_ledger()
        except StoreError as err:
            _LOGGER.warning("The database could not be tidied: %s", err)
        await self.hass.async_add_executor_job(
            forget_snapshots, snapshots_of(self.hass)
        )


async def async_open_engine_room(
    hass: HomeAssistant, entry: WaNotifyConfigEntry
) -> EngineRoom:
    """Open the database of an entry and build its engine on it.

    Raises StoreError.
    """
    database = database_of(hass, entry.entry_id)
    store = await hass.async_add_executor_job(_open, database)
    media = await hass.async_add_executor_job(read_media, hass, entry)
    return EngineRoom(hass, entry, store, media)


async def async_delete_database(hass: HomeAssistant, entry_id: str) -> None:
    """Delete what is kept of an entry."""
    await hass.async_add_executor_job(_delete, database_of(hass, entry_id))


def hold(store: SqliteStore, released: ThreadEvent, longest: float) -> None:
    """Return when nothing is written any more, until released or for so many seconds.

    Raises StoreError.
    """
    held = ThreadEvent()

    def wait(tx: object) -> None:
        """Keep the thread that writes."""
        held.set()
        released.wait(longest)

    store.empty_journal()
    holding = store.rehearse(wait)
    holding.add_done_callback(lambda _: held.set())
    held.wait()
    if holding.done():
        holding.result()
