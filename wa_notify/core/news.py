"""News: what a listener hears once it is durable, such as a host that shows or automates it.

A line of a ticket's timeline, an entry of the consent ledger, or a message of a person. Each is told once,
however often the platform says it.
"""

from dataclasses import dataclass
from typing import TypeAlias

from wa_notify.core.consent import ConsentRecord
from wa_notify.core.inbound import InboundMessage
from wa_notify.core.timeline import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Somebody wrote or tapped. ``recipient_id`` is who; a guest is nobody whom the configuration names.

    ``message`` is what is heard of it: nothing that was taken back, and of edits only one that says STOP.
    """

    recipient_id: str
    guest: bool = False
    message: InboundMessage


News: TypeAlias = Entry | ConsentRecord | Heard
