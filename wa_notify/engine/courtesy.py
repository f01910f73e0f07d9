"""Small courtesies of a chat: two blue ticks, and "typing" while the answer is on its way.

They are shown once what was written is durable, beside the answer and never before it, at most once each. If
one fails, nothing is tried again and nobody is told: the answer itself says that the message was read.
"""

import asyncio
from collections.abc import Iterable

from wa_notify.core.reply import Reading
from wa_notify.ports import WhatsApp

MOST_AT_ONCE = 16  # requests; in a flood of messages the others are left unmarked


class Courtesy:
    """Marks messages as read, in the background."""

    def __init__(self, whatsapp: WhatsApp) -> None:
        self._whatsapp = whatsapp
        self._shown: set[asyncio.Task[bool]] = set()

    def show(self, readings: Iterable[Reading]) -> None:
        """Begin to mark these. Call it in the event loop."""
        for reading in readings:
            if len(self._shown) < MOST_AT_ONCE:
                marking = self._whatsapp.mark_read(reading.wamid, typing=reading.typing)
                task = asyncio.create_task(marking, name="mark a message as read")
                self._shown.add(task)
                task.add_done_callback(self._shown.discard)

    async def stop(self) -> None:
        """Let go of what has not ended."""
        unfinished = tuple(self._shown)
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)
