"""Apprise behind the `Fallback` port: mail, chat and a hundred other services where WhatsApp cannot.

Apprise is synchronous and some services hang, so each message has a thread of its own and a time limit. A
thread that is over its limit is left behind: it dies with the process, and only so many may be left behind.
Apprise's log quotes addresses, which hold passwords, so nothing it says on our behalf gets out.
"""

import asyncio
import logging
import threading
from concurrent.futures import Future
from contextvars import ContextVar
from functools import partial
from types import ModuleType
from typing import Any

from wa_notify.core.fallback import ENTITY
from wa_notify.core.message import (
    Accepted,
    ChannelMessage,
    Elsewhere,
    Failure,
    NoAnswer,
    Rejected,
    Remedy,
    SendResult,
    Tone,
)
from wa_notify.core.secret import Secret

try:
    import apprise as _apprise
except ImportError:  # an optional extra
    _apprise = None  # type: ignore[assignment]  # the absence of a module has no type of its own

apprise: ModuleType | None = _apprise

ELSEWHERE = "Name a service as Apprise writes it, such as mailto://user:password@example.net."
INSTALL = "pip install 'wa-notify[apprise]'"
TIME_LIMIT = 30.0  # seconds; the lease of an item is longer
MOST_THREADS = 16
NOT_INSTALLED = f"Other channels need Apprise, which is not installed here: {INSTALL}"
COLOURS = {Tone.TROUBLE: "failure", Tone.OVER: "success", Tone.NOTE: "info"}  # Apprise's words

_on_our_behalf: ContextVar[bool] = ContextVar("on_our_behalf", default=False)


def flaw_of(url: Secret) -> tuple[str, str]:
    """What is wrong with an address of another channel and the remedy; empty texts when nothing is."""
    if ENTITY.fullmatch(url.reveal()):
        return "This is an entity of Home Assistant, which only the integration reaches.", ELSEWHERE
    if apprise is None:
        return "Other channels need Apprise, which is not installed here.", f"Install it: {INSTALL}."
    if _service(apprise, url) is None:
        fix = "Compare it with the page of that service at https://github.com/caronc/apprise/wiki."
        return "Apprise does not understand this address.", fix
    return "", ""


class AppriseFallback:
    """Hands messages to Apprise. ``limit`` is in seconds."""

    def __init__(self, *, limit: float = TIME_LIMIT, threads: int = MOST_THREADS) -> None:
        self._limit = limit
        self._free = threading.Semaphore(threads)

    async def send(self, elsewhere: Elsewhere) -> SendResult:
        """Hand over one message. Never raises."""
        if apprise is None:
            return _refused(NOT_INSTALLED)
        if not self._free.acquire(blocking=False):
            return _refused("Too many earlier messages still hang")
        outcome: Future[SendResult] = Future()
        outcome.set_running_or_notify_cancel()  # whoever stops waiting for it does not undo it
        work = partial(self._work, apprise, elsewhere, outcome)
        threading.Thread(target=work, name="other channel", daemon=True).start()
        try:
            async with asyncio.timeout(self._limit):
                return await asyncio.wrap_future(outcome)
        except TimeoutError:
            return NoAnswer(why=f"It did not answer within {self._limit:g} s.")

    def _work(self, module: Any, elsewhere: Elsewhere, outcome: Future[SendResult]) -> None:
        try:
            result = _deliver(module, elsewhere.url, elsewhere.message)
        except Exception as error:  # noqa: BLE001 - of a hundred services; its text may quote the address
            result = _refused(f"It failed with {type(error).__name__}")
        finally:
            self._free.release()
        outcome.set_result(result)


def _deliver(module: Any, url: Secret, message: ChannelMessage) -> SendResult:
    service = _service(module, url)
    if service is None:
        return _refused("Apprise does not understand the address")
    _on_our_behalf.set(True)  # in this thread, which ends with the message
    asset = service.asset
    sender = module.Apprise(service, asset=asset)
    taken = sender.notify(
        title=message.title,
        body=message.body,
        notify_type=module.NotifyType(COLOURS[message.tone]),
        body_format=module.NotifyFormat.TEXT,
    )
    return Accepted(wamid="") if taken else _refused("It did not take the message")


def _service(module: Any, url: Secret) -> Any:
    """The service that Apprise sees in an address, or nothing."""
    token = _on_our_behalf.set(True)
    try:
        # In this thread and without a limit of Apprise's own, which would need threads that outlive us.
        asset = type("Asset", (module.AppriseAsset,), {"async_mode": False, "_service_timeout": 0})()
        return module.Apprise.instantiate(url.reveal(), asset=asset)
    except Exception:  # noqa: BLE001 - whatever the parser of a hundred services trips over
        return None
    finally:
        _on_our_behalf.reset(token)


def _refused(why: str) -> Rejected:
    return Rejected(failure=Failure(code=0, title=why, remedy=Remedy.RETRY))


def _is_not_ours(record: logging.LogRecord) -> bool:  # noqa: ARG001 - the signature of a filter
    return not _on_our_behalf.get()


for _name in ("apprise", "urllib3.connectionpool", "requests"):
    logging.getLogger(_name).addFilter(_is_not_ours)
