"""The world outside: WhatsApp, other channels, the source of alerts, time."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, Protocol

from wa_notify.core.condition import Health
from wa_notify.core.message import Elsewhere, NoAnswer, Outgoing, Rejected, SendResult
from wa_notify.core.source import Sight, Silencing, Unsilencing
from wa_notify.core.template import TemplateShape


class WhatsApp(Protocol):
    """The platform, behind one of our business numbers."""

    @property
    def number_id(self) -> str:
        """The id of the number we send from."""

    async def send(self, outgoing: Outgoing) -> SendResult:
        """Hand over one message. Never raises: refusals and lost answers are values."""

    async def mark_read(self, wamid: str, *, typing: bool = False) -> bool:
        """Show a person that their message was read, perhaps that an answer is being written.

        Tells whether WhatsApp took it. Never raises, and is never worth a second try.
        """

    def templates(self) -> AsyncIterator[TemplateShape]:
        """All templates of the account, page by page.

        Raises `PlatformUnreachable`.
        """

    async def health(self) -> Health | Rejected | NoAnswer:
        """Whether the number can send, as the platform says. Never raises: troubles are values."""

    async def number(self) -> dict[str, Any]:
        """What the platform says about our number (display number, quality, limit).

        Raises `PlatformUnreachable`.
        """


class Fallback(Protocol):
    """The other channels, where WhatsApp does not reach somebody."""

    async def send(self, elsewhere: Elsewhere) -> SendResult:
        """Hand over one message. Never raises: refusals and lost answers are values, as with WhatsApp.

        It comes back within the lease of an item (see `wa_notify.core.outbox.LEASE`), whatever hangs.
        """


class AlertSource(Protocol):
    """Where alerts come from, when it can be asked back. Nothing here raises: troubles are values."""

    @property
    def name(self) -> str:
        """The name of the source that its alerts carry."""

    async def silence(self, wished: Silencing) -> SendResult:
        """Make or prolong a silence; ``Accepted.wamid`` is its id. One that is there already is found.

        It comes back within the lease of an item (see `wa_notify.core.outbox.LEASE`), as `expire` does.
        """

    async def expire(self, wished: Unsilencing) -> SendResult:
        """End a silence; ``Accepted.wamid`` is its id, or empty when there is none."""

    async def look(self) -> Sight | Rejected | NoAnswer:
        """See which alerts are active and which silences have not ended, at one moment."""


class Clock(Protocol):
    """The one truth for time."""

    def __call__(self) -> datetime:
        """Now, in UTC."""


class Scheduler(Protocol):
    """Wakes the engine; it remembers nothing, since due times live in the database."""

    def wake_at(self, due: datetime | None) -> None:
        """Wake the engine then, instead of at any earlier planned time; nothing cancels."""
