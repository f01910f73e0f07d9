"""The standalone service: where all rooms are put together.

`furnish` builds the house around a clock, an HTTP client and a scheduler, so that the demo and the tests can
live in it with a clock of their own; `serve` is the house with the machine's clock and a listening socket.
"""

import asyncio
import contextlib
import logging
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp

from wa_notify.alertmanager import Alertmanager
from wa_notify.clock import system_chance, system_clock
from wa_notify.config import Config, MediaSettings
from wa_notify.core.errors import WaNotifyError
from wa_notify.core.logged import Logged
from wa_notify.engine import Engine
from wa_notify.engine.files import Files
from wa_notify.engine.received import ReceivedFiles
from wa_notify.fallback import AppriseFallback
from wa_notify.fetch import GuardedFetcher
from wa_notify.pipeline.people import seed
from wa_notify.ports import AlertSource, Clock, Fallback, Fetcher, Scheduler
from wa_notify.reload import Reading, Reloader, warn_of_unreachable
from wa_notify.scheduler import Wakeups
from wa_notify.store.address import address_of
from wa_notify.store.opening import AnyStore
from wa_notify.web.access.entering import Entrance
from wa_notify.web.admin.live import Live
from wa_notify.web.app import create_app
from wa_notify.web.dead_man import DeadMan
from wa_notify.web.desk import tidy
from wa_notify.web.health import Health
from wa_notify.web.metrics import Metrics
from wa_notify.web.outcry import Outcry
from wa_notify.web.standing import Standing
from wa_notify.web.tracing import traced
from wa_notify.web.vigil import Vigil
from wa_notify.whatsapp.account import Account
from wa_notify.whatsapp.client import CloudApi
from wa_notify.whatsapp.media import MediaApi
from wa_notify.whatsapp.transport import service_client

_LOGGER = logging.getLogger(__name__)

IN_FLIGHT = 400  # requests: at 300 ms each that is as much as the platform takes of a number in a second
SYNC_EVERY = timedelta(hours=1)  # webhooks tell of changes in between
SYNC_CHECK_EVERY = timedelta(seconds=5)
SYNC_SOON = timedelta(minutes=1)
LONGEST_SYNC_PAUSE = timedelta(minutes=5)
FIRST_SYNC = 3.0  # seconds for which the start waits; after that the chore goes on trying
READ_LIMITS_EVERY = timedelta(hours=1)  # webhooks tell of changes in between
TIDY_EVERY = timedelta(days=1)
CHECK_SOURCE_EVERY = timedelta(minutes=1)
RELOAD_CHECK_EVERY = timedelta(seconds=2)
LOOK_AFTER_FILES_EVERY = timedelta(seconds=5)
LOOK_AFTER_OLD_FILES_EVERY = timedelta(minutes=5)  # when no new ones are kept
LOOK_AFTER_OURSELVES_EVERY = timedelta(seconds=30)
DEAD_MAN_CHECK_EVERY = timedelta(seconds=5)  # whether it is time to call it
LOOK_AROUND_EVERY = timedelta(seconds=1)  # for what the command line wrote


class PortTaken(WaNotifyError):
    """Another program listens there already, or we may not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A furnished service: post to ``app``, or walk through the doors of ``engine``."""

    engine: Engine
    app: Starlette
    store: AnyStore
    account: Account
    standing: Standing
    received: ReceivedFiles
    metrics: Metrics


def account_of(config: Config) -> Account:
    """The account the configuration names."""
    settings = config.whatsapp
    return Account(
        number_id=settings.number_id,
        waba_id=settings.waba_id,
        base_url=settings.base_url,
        version=settings.version,
        access_token=settings.access_token,
        app_secret=settings.app_secret,
        verify_token=settings.verify_token,
    )


def source_of(config: Config, http: httpx.AsyncClient) -> AlertSource | None:
    """The Alertmanager that the configuration names, if it names one."""
    settings = config.alertmanager
    if settings is None:
        return None
    return Alertmanager(
        http=http, url=settings.url, token=settings.token, user=settings.user, password=settings.password
    )


def furnish(
    config: Config,
    *,
    store: AnyStore,
    http: httpx.AsyncClient,
    clock: Clock,
    scheduler: Scheduler,
    chance: Callable[[], float],
    fallback: Fallback | None = None,
    source: AlertSource | None = None,
    fetcher: Fetcher | None = None,
) -> House:
    """Know the people of the configuration, and build engine and app on the store, which stays the caller's.

    Raises `StoreError`.
    """
    warn_of_unreachable(store.transact(lambda tx: seed(tx, config.recipients, clock())).result())
    account, media = account_of(config), config.media
    host = MediaApi(http=http, account=account)
    engine = Engine(
        store=store,
        whatsapp=CloudApi(http=http, account=account),
        book=config.rulebook,
        clock=clock,
        scheduler=scheduler,
        chance=chance,
        in_flight=IN_FLIGHT,
        keep=config.retention,
        files=sent_by(media, host, fetcher, clock),
        fallback=fallback or AppriseFallback(),
        source=source or source_of(config, http),
    )
    standing = Standing(engine, config, clock())
    metrics = Metrics(engine, clock, standing, account.number_id)
    store.listen(metrics.events.overhear)
    app = create_app(
        engine=engine,
        account=account,
        clock=clock,
        standing=standing,
        http=http,
        live=live_from(store),
        metrics=metrics,
    )
    return House(
        engine=engine,
        app=app,
        store=store,
        account=account,
        standing=standing,
        received=received_by(media, host, store, clock),
        metrics=metrics,
    )


def live_from(store: AnyStore) -> Live:
    """The open pages, which hear what is written, also by other services."""
    live = Live()
    store.listen(live.hear)
    store.hear_others(live.hear_others)
    return live


def sent_by(media: MediaSettings, host: MediaApi, fetcher: Fetcher | None, clock: Clock) -> Files:
    """Whoever brings the files that messages carry to where WhatsApp finds them."""
    return Files(
        host=host,
        fetcher=fetcher or GuardedFetcher(allow=media.allow),
        clock=clock,
        upload=media.upload,
        largest=media.largest,
    )


def received_by(media: MediaSettings, host: MediaApi, store: AnyStore, clock: Clock) -> ReceivedFiles:
    """Whoever looks after the files that people send."""
    return ReceivedFiles(
        host=host,
        folder=media.folder,
        keep=media.kept,
        clock=clock,
        store=store,
        fetching=media.received is not None,
    )


def followed(house: House, config: Config) -> contextlib.AbstractAsyncContextManager[None]:
    """Traces are exported inside, if the environment asks for them; begin before the app answers."""
    return traced(
        house.app,
        house.engine,
        house.store.listen,
        clock=system_clock,
        mark=f"{house.account.number_id} {address_of(config.store)}",
        environ=os.environ,
    )


async def serve(
    config: Config,
    *,
    store: AnyStore,
    on_ready: Callable[[str], None] = lambda _: None,
    reading: Reading | None = None,
) -> None:
    """Run the service until SIGINT or SIGTERM; what is on its way is finished first.

    ``on_ready`` hears the proof of a link for the first account, empty once there is one. With a ``reading``
    the configuration is read again on SIGHUP and when one of its files changes. Raises `PortTaken` or
    `StoreError`.
    """
    asked_to_leave = on_signals()
    async with contextlib.AsyncExitStack() as leaving:
        listener = leaving.enter_context(listen(config.listen.host, config.listen.port))
        http = await leaving.enter_async_context(service_client())
        wakeups = Wakeups()
        house = furnish(
            config, store=store, http=http, clock=system_clock, scheduler=wakeups, chance=system_chance
        )
        watched(house, http, wakeups)
        files_every = LOOK_AFTER_FILES_EVERY if config.media.received else LOOK_AFTER_OLD_FILES_EVERY
        wakeups.chore("look after files of people", files_every, house.received.work)
        wakeups.on_late = house.metrics.events.woken
        await leaving.enter_async_context(followed(house, config))
        wakeups.chore("forget what is old at the desk", TIDY_EVERY, partial(tidy_desk, house))
        await leaving.enter_async_context(at_work(house.engine, wakeups, house.standing))
        if reading:
            reloader = Reloader(house.engine, house.standing, reading, system_clock)
            wakeups.chore("read the configuration again", RELOAD_CHECK_EVERY, reloader.check)
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, reloader.ask)
        await leaving.enter_async_context(answering(house.app, listener))
        on_ready(await Entrance(house.engine, system_clock).first_link())
        await asked_to_leave.wait()


def watched(house: House, http: httpx.AsyncClient, wakeups: Wakeups) -> None:
    """The service looks after its own health, and calls the dead man's switch while it is well."""
    health = Health(house.engine, system_clock, house.standing)
    outcry = Outcry(lambda: house.engine.book, AppriseFallback())
    vigil = Vigil(engine=house.engine, health=health, store=house.store, outcry=outcry, clock=system_clock)
    dead_man = DeadMan(standing=house.standing, health=health, http=http, clock=system_clock)
    wakeups.chore("look after our own health", LOOK_AFTER_OURSELVES_EVERY, vigil.look)
    wakeups.chore("call the dead man's switch", DEAD_MAN_CHECK_EVERY, dead_man.beat)


async def tidy_desk(house: House) -> None:
    """Forget what the desk need not know any more."""
    await tidy(house.engine, system_clock, house.standing.config.admin.audit)


def on_signals() -> asyncio.Event:
    """An event that is set by the first SIGINT or SIGTERM, from now on."""
    asked = asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, asked.set)
    return asked


@contextlib.asynccontextmanager
async def at_work(engine: Engine, wakeups: Wakeups, standing: Standing | None = None) -> AsyncIterator[None]:
    """The engine runs beside whatever happens inside, with its chores; afterwards it ends with patience.

    What ``standing`` finds in the account's templates is told after each reading.
    """
    await engine.start()
    templates = TemplateSync(engine, system_clock, standing)
    with contextlib.suppress(TimeoutError):  # before the first message is decided, if that is quick
        async with asyncio.timeout(FIRST_SYNC):
            await templates.check()
    wakeups.on_wake = engine.wake
    wakeups.chore("sync templates", SYNC_CHECK_EVERY, templates.check)
    wakeups.chore("forget what is old", TIDY_EVERY, engine.tidy)
    wakeups.chore("check the consent ledger", TIDY_EVERY, engine.check_ledger)
    wakeups.chore("read the account's limits", READ_LIMITS_EVERY, engine.read_limits)
    wakeups.chore("check source", CHECK_SOURCE_EVERY, engine.check_source)
    wakeups.chore("look around", LOOK_AROUND_EVERY, engine.look_around)
    wakeups.start()
    running = asyncio.create_task(engine.run())
    try:
        yield
    finally:
        wakeups.stop()
        await engine.stop()
        running.cancel()
        await asyncio.wait([running])


class TemplateSync:
    """Reads the account's templates every hour, and sooner while they cannot be read or news came.

    The platform allows 200 such calls an hour, so it asks ever more slowly while it is refused.
    """

    def __init__(self, engine: Engine, clock: Clock, standing: Standing | None = None) -> None:
        self._engine = engine
        self._standing = standing
        self._clock = clock
        self._tried_at: datetime | None = None
        self._failures = 0

    async def check(self) -> None:
        """Read them if it is time to. Never raises `WaNotifyError`: what was known stays."""
        if not self._is_time():
            return
        self._tried_at = self._clock()
        self._failures += 1  # until it is proven otherwise: it may be cut off on the way
        try:
            count = await self._engine.sync_templates()
        except WaNotifyError as error:
            if self._failures == 1:  # once for each outage
                _LOGGER.warning(
                    "The templates could not be read, trying again: %s",
                    error,
                    extra=Logged.TEMPLATES_NOT_READ.of(),
                )
            return
        self._failures = 0
        _LOGGER.info("%d templates read from the account", count, extra=Logged.TEMPLATES_READ.of(count=count))
        if self._standing:
            await self._standing.tell()

    def _is_time(self) -> bool:
        if self._tried_at is None:
            return True
        pause = SYNC_SOON if self._engine.watch.templates_changed else SYNC_EVERY
        if self._failures:
            pause = min(SYNC_CHECK_EVERY * (1 << min(self._failures - 1, 10)), LONGEST_SYNC_PAUSE)
        return self._clock() - self._tried_at >= pause


@contextlib.asynccontextmanager
async def answering(app: ASGIApp, listener: socket.socket) -> AsyncIterator[None]:
    """The app answers on this socket while whatever is inside goes on; requests on their way are finished.

    Access logs stay off: they would keep addresses of people and machines.
    """
    settings = uvicorn.Config(
        app,
        interface="asgi3",
        lifespan="off",
        access_log=False,
        log_level="warning",
        log_config=None,  # its lines go where ours go
        server_header=False,
        proxy_headers=False,  # any process here could call itself the proxy; see `access.gate`
        timeout_graceful_shutdown=5,
    )
    server = _DeafServer(settings)
    serving = asyncio.create_task(server.serve([listener]))
    try:
        yield
    finally:
        server.should_exit = True
        await serving


class _DeafServer(uvicorn.Server):
    """A server that leaves the signals of the process to whoever runs it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture nothing."""
        yield


def listen(host: str, port: int) -> socket.socket:
    """Take the port now, so that a taken one is one clear sentence.

    Raises `PortTaken`.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise PortTaken(
            f"Cannot listen on {host}:{port}: {error.strerror}. Choose another port: `listen` in the "
            "configuration, --port or --sandbox-port of the demo, --port of the sandbox."
        ) from None
    listener.listen()  # from here on callers wait instead of being turned away
    return listener
