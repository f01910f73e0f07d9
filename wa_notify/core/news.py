"""News: what a listener hears once it is durable, such as a host that shows or automates it, or metrics.

A line of a ticket's timeline, an entry of the consent ledger, a message of a person, or a step of one of
ours. Each is told once, however often the platform says it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from wa_notify.core.consent import ConsentRecord
from wa_notify.core.inbound import InboundMessage
from wa_notify.core.message import Failure
from wa_notify.core.outbox import Item
from wa_notify.core.timeline import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Somebody wrote or tapped. ``recipient_id`` is who; a guest is nobody whom the configuration names.

    ``message`` is what is heard of it: nothing that was taken back, and of edits only one that says STOP.
    """

    recipient_id: str
    guest: bool = False
    message: InboundMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One of our messages was decided, or something became of it. ``item`` is as it stands since ``at``.

    ``took`` is how long it was on its way, told once: when it first arrived. ``failure`` is what was said
    when it was refused, or failed later.
    """

    item: Item
    at: datetime
    took: timedelta | None = None
    failure: Failure | None = None


News: TypeAlias = Entry | ConsentRecord | Heard | Step
