"""Which message looks otherwise than before: lets a page ask only for what is new to it."""

from collections.abc import Iterable

from .messages import Content, Message

Look = tuple[Content, str, str, bool]


class Changes:
    """Compares messages with how they looked last time. Those that are not shown any more are forgotten."""

    def __init__(self) -> None:
        self.version = 0
        self._known: dict[str, tuple[Look, int]] = {}

    def take(self, messages: Iterable[Message]) -> None:
        """Look at all messages shown; those that are new or changed belong to the next version."""
        known, following = {}, self.version + 1
        for message in messages:
            look = (message.content, message.wa_id, message.status.value, message.expired)
            before = self._known.get(message.wamid)
            same = before is not None and before[0][0] is look[0] and before[0][1:] == look[1:]
            known[message.wamid] = before if before is not None and same else (look, following)
            if not same:
                self.version = following
        self._known = known

    def since(self, messages: Iterable[Message], version: int) -> list[Message]:
        """Return those that changed after that version, in their order."""
        return [message for message in messages if self._known[message.wamid][1] > version]
