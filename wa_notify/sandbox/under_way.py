"""Messages of templates that are on their way: found without looking through all messages ever sent."""

from collections.abc import Callable
from datetime import datetime, timedelta

from .account import Account
from .messages import Message

Identity = tuple[str, str]  # name and language


def _nothing(_account: Account, _identity: Identity) -> None:
    """Nobody waits for it."""


class UnderWay:
    """Accepted messages of every template that have neither arrived nor ended otherwise.

    on_empty: called when the last one of a template has.
    """

    def __init__(self) -> None:
        self.on_empty: Callable[[Account, Identity], None] = _nothing
        self._messages: dict[tuple[str, Identity], dict[str, Message]] = {}

    def add(self, message: Message) -> None:
        """Remember a message, if a template made it."""
        if message.content.template is not None:
            key = message.line.account.waba_id, message.content.template.identity
            self._messages.setdefault(key, {})[message.wamid] = message

    def done(self, message: Message) -> None:
        """Forget a message that has arrived, failed or expired."""
        if message.content.template is None:
            return
        account, identity = message.line.account, message.content.template.identity
        waiting = self._messages.get((account.waba_id, identity), {})
        if waiting.pop(message.wamid, None) is not None and not waiting:
            del self._messages[account.waba_id, identity]
            self.on_empty(account, identity)

    def of(self, account: Account, identity: Identity) -> list[Message]:
        """Return the messages of a template that are on their way, oldest first."""
        return list(self._messages.get((account.waba_id, identity), {}).values())

    def until(
        self, account: Account, identity: Identity, ttl_of: Callable[[Message], timedelta]
    ) -> datetime | None:
        """Return when the last of them expires at the latest; None when there are none."""
        ends = (message.at + ttl_of(message) for message in self.of(account, identity))
        return max(ends, default=None)
