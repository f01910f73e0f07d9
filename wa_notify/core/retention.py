"""How long things are kept. The ledger is kept for ever; it holds no names once somebody is erased."""

from dataclasses import dataclass
from datetime import timedelta

# WhatsApp repeats a notification for up to seven days (webhook reference); until then we must know it again.
SHORTEST_INBOX = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """The age at which something goes; nothing means that it stays.

    ``inbox``: the raw events of WhatsApp. ``messages``: the words of messages that arrived or ended; that
    there was a message stays. ``tickets``: what is over, with its alerts, timeline and messages, and messages
    that belonged to no ticket. ``guests``: people who wrote without being recipients, unless they said STOP
    or START, and invitations that ran out.
    """

    inbox: timedelta | None = timedelta(days=30)
    messages: timedelta | None = timedelta(days=90)
    tickets: timedelta | None = timedelta(days=400)
    guests: timedelta | None = timedelta(days=30)


DEFAULT_RETENTION = Retention()
