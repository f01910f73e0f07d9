"""The outcry: what administrators hear when not even the outbox works.

This is the one exception to the law that everything that leaves, leaves through the outbox: the database is
what fails, so nothing can be kept there, and nothing is decided, retried or remembered as it is elsewhere.
Therefore it goes to the administrators' other channels alone and never by WhatsApp, once for each outage and
address, and a new outage soon after the last one waits. A restart forgets what was told.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from wa_notify.core.logged import Logged
from wa_notify.core.message import Accepted, ChannelMessage, Elsewhere, Tone
from wa_notify.core.rule import Rulebook
from wa_notify.core.secret import Secret
from wa_notify.core.wallclock import spoken_time
from wa_notify.pipeline.admins import targets_of
from wa_notify.pipeline.notices import NOBODY_TOLD
from wa_notify.ports import Fallback

_LOGGER = logging.getLogger(__name__)

AGAIN = timedelta(minutes=1)  # after which an address that took nothing is tried once more
APART = timedelta(minutes=30)  # between the first words of two outages
TITLE = "The alerting itself has trouble"
TITLE_OVER = "The alerting is well again"
ADVICE = "Until that is over nothing is taken in or sent. Look at the disk, and at the log of the service."


class Outcry:
    """Tells administrators, by their other channels and without the database, that the database fails."""

    def __init__(self, book: Callable[[], Rulebook], fallback: Fallback) -> None:
        """``book`` gives the rules of the moment."""
        self._book = book
        self._fallback = fallback
        self._since: datetime | None = None
        self._began_at: datetime | None = None  # when somebody was last told that an outage began
        self._tried_at: datetime | None = None
        self._told: dict[str, Secret] = {}

    @property
    def goes_on(self) -> bool:
        """Whether it is still to be told that the outage is over."""
        return self._since is not None

    async def cry(self, what: str, since: datetime, now: datetime) -> None:
        """Tell whom nobody has told of this outage yet. Never raises."""
        if self._since is None:
            if self._began_at is not None and now - self._began_at < APART:
                return
            self._since, self._began_at, self._tried_at = since, now, None
            _LOGGER.error("%s. %s", TITLE, what, extra=Logged.OUTCRY_BEGAN.of())
        if self._tried_at is not None and now - self._tried_at < AGAIN:
            return
        first, self._tried_at = self._tried_at is None, now
        targets = addresses(self._book())
        began = spoken_time(self._since, self._book().time_zone)
        body = f"{TITLE}, since {began}. {what.rstrip('.')}. {ADVICE}"
        message = ChannelMessage(title=TITLE, body=body, tone=Tone.TROUBLE)
        untold = {name: url for name, url in targets.items() if name not in self._told}
        self._told.update(await self._tell(untold, message))
        if first and not self._told:
            _LOGGER.error("%s", NOBODY_TOLD, extra=Logged.OUTCRY_UNHEARD.of())

    async def over(self, now: datetime) -> None:
        """Tell those who heard of it that it is over, once. Never raises."""
        if self._since is None:
            return
        since, until = (spoken_time(at, self._book().time_zone) for at in (self._since, now))
        body = f"{TITLE_OVER}. The database answers; it did not from {since} to {until}."
        message = ChannelMessage(title=TITLE_OVER, body=body, tone=Tone.OVER)
        told, self._told, self._since = self._told, {}, None
        _LOGGER.info("%s", TITLE_OVER, extra=Logged.OUTCRY_OVER.of())
        await self._tell(told, message)

    async def _tell(self, targets: Mapping[str, Secret], message: ChannelMessage) -> dict[str, Secret]:
        """Tell all of these at once; who took it."""
        sent = await asyncio.gather(
            *(self._fallback.send(Elsewhere(url=url, message=message)) for url in targets.values())
        )
        pairs = zip(targets.items(), sent, strict=True)
        return {name: url for (name, url), result in pairs if isinstance(result, Accepted)}


def addresses(book: Rulebook) -> dict[str, Secret]:
    """The other channels of whoever may look after the alerting: who does so now, only the database knows."""
    notice = book.notice
    if notice is None:
        return {}
    people = book.reached(notice.receiver)
    names = notice.targets or [
        target for person in people for target in targets_of(book, notice.receiver, person)
    ]
    return {name: book.channels[name] for name in names if name in book.channels}
