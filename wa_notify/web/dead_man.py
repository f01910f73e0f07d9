"""The dead man's switch: an address outside hears again and again that the service is ready.

Once the calls stop, whoever keeps the switch (healthchecks.io, Uptime Kuma and the like) raises the alarm:
that works even when the machine is gone. It is called only while ``/readyz`` says ready; otherwise it hears
nothing, or ``failing_url`` does. The addresses are secrets, so nothing here says them, and no redirect is
followed, since it would carry them to somebody else. What fails is tried again within a minute.
"""

import logging
from contextvars import ContextVar
from datetime import datetime, timedelta

import httpx

from wa_notify.config.settings import DeadManSettings
from wa_notify.core.ailment import DISCREET
from wa_notify.core.logged import Logged
from wa_notify.core.secret import Secret
from wa_notify.ports import Clock
from wa_notify.web.health import Finding, Health
from wa_notify.web.standing import Standing
from wa_notify.web.vigil import looked_at

_LOGGER = logging.getLogger(__name__)

TIMEOUT = 10.0  # seconds, for one call
AGAIN = timedelta(minutes=1)  # after a call that was not made, or not taken
READY = "ready"
UNNAMED = "The service is not ready."

_calling: ContextVar[bool] = ContextVar("calling_the_dead_mans_switch", default=False)


class DeadMan:
    """Calls the switch of the configuration that is obeyed."""

    def __init__(self, *, standing: Standing, health: Health, http: httpx.AsyncClient, clock: Clock) -> None:
        self._standing = standing
        self._health = health
        self._http = http
        self._clock = clock
        self._called_at: datetime | None = None
        self._untold = False  # the last call failed
        self._unready = False

    async def beat(self) -> None:
        """Call if it is time to. Never raises for what the network does."""
        settings, now = self._standing.config.dead_man, self._clock()
        if settings is None or not self._is_time(settings, now):
            return
        self._called_at = now
        reasons = reasons_in(await looked_at(self._health))
        self._say_once(settings, reasons)
        if not reasons:
            await self._call(settings.method, settings.url, [READY])
        elif settings.failing_url:
            await self._call(settings.method, settings.failing_url, reasons)

    def _is_time(self, settings: DeadManSettings, now: datetime) -> bool:
        failed = self._untold or self._unready
        pause = min(settings.every, AGAIN) if failed else settings.every
        return self._called_at is None or now - self._called_at >= pause

    def _say_once(self, settings: DeadManSettings, reasons: list[str]) -> None:
        if reasons and not self._unready:
            then = "is told so" if settings.failing_url else "hears nothing"
            _LOGGER.warning(
                "The service is not ready, so the dead man's switch %s: %s",
                then,
                " ".join(reasons),
                extra=Logged.DEAD_MAN_SILENT.of(),
            )
        self._unready = bool(reasons)

    async def _call(self, method: str, url: Secret, lines: list[str]) -> None:
        trouble = await self._trouble(method, url, "\n".join(lines))
        if trouble and not self._untold:
            _LOGGER.warning(
                "The dead man's switch cannot be told how we are, trying again: %s",
                trouble,
                extra=Logged.DEAD_MAN_UNTOLD.of(),
            )
        elif self._untold and not trouble:
            _LOGGER.info("The dead man's switch can be told again", extra=Logged.DEAD_MAN_TOLD.of())
        self._untold = bool(trouble)

    async def _trouble(self, method: str, url: Secret, body: str) -> str:
        """What came in the way of a call, without the address; nothing when it was taken."""
        quiet = _calling.set(True)
        try:
            response = await self._http.request(
                method,
                url.reveal(),
                content=body if method == "POST" else None,
                headers={"Content-Type": "text/plain; charset=utf-8"} if method == "POST" else None,
                timeout=TIMEOUT,
                follow_redirects=False,
            )
        except httpx.TimeoutException:
            return f"no answer within {TIMEOUT:g} s."
        except (httpx.HTTPError, httpx.InvalidURL) as error:  # whose words may quote the address
            return f"{type(error).__name__}."
        finally:
            _calling.reset(quiet)
        if response.is_redirect:
            return (
                f"it answered {response.status_code}; no redirect is followed, so give the address behind it."
            )
        return "" if response.is_success else f"it answered {response.status_code}."


def reasons_in(findings: list[Finding]) -> list[str]:
    """Why the service is not ready, in words for strangers: no names, no numbers, no paths."""
    blocking = [finding.ailment for finding in findings if finding.blocks]
    return list(dict.fromkeys(DISCREET[ailment] if ailment else UNNAMED for ailment in blocking))


def _is_not_ours(record: logging.LogRecord) -> bool:  # noqa: ARG001 - the signature of a filter
    return not _calling.get()


for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).addFilter(_is_not_ours)  # they log the address of each request
