"""What a decision may depend on, and what it can say: facts in, one of six answers out."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from wa_notify.core.budget import Money
from wa_notify.core.condition import Condition
from wa_notify.core.fallback import Detour
from wa_notify.core.limits import Leeway
from wa_notify.core.message import ChannelMessage, Message
from wa_notify.core.outbox import Item, ItemState
from wa_notify.core.reason import Reason
from wa_notify.core.recipient import Recipient
from wa_notify.core.source import Errand, Request
from wa_notify.core.template import TemplateShape
from wa_notify.core.ticket import Ticket
from wa_notify.core.window import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Everything a decision may depend on, as it is now."""

    now: datetime
    item: Item
    ticket: Ticket | None
    recipient: Recipient | None
    objection: Reason | None  # why the person must not be written to first
    invited: bool = False  # they asked to be invited, and neither agreed nor refused since
    window: Window
    shapes: tuple[TemplateShape, ...]  # all languages of the wished template and its spares
    synced: bool  # whether the account's templates are known at all
    languages: tuple[str, ...]  # in the order of preference
    detour: Detour | None = None  # for an item of another channel
    errand: Errand | None = None  # for an item for the source
    quiet_until: datetime | None = None  # the end of the person's quiet hours, if this item has to heed them
    inhibited: bool = False  # another alert that explains this one fires
    room_at: datetime | None = None  # when the person may be told of more; nothing when they may be now
    holds: int = 0  # how much text waits for the person's reply, asked only for a nudge
    before: Item | None = None  # for a part of a long text: the one that goes before it
    most_parts: int = 5  # messages in which a long text may leave
    troubles: tuple[Condition, ...] = ()  # open ones that concern this message
    money: Money | None = None  # what it would cost; nothing where WhatsApp is not the way
    silenced_until: datetime | None = None  # while everything of the ticket that fires is muted
    leeway: Leeway = field(default_factory=Leeway)  # what pace and reach leave room for


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """It leaves now, in this form. ``rest`` are the further parts of a text too long for one message."""

    message: Message
    reason: Reason
    rest: tuple[str, ...] = ()
    instead: str = ""  # which ways were not taken and why, when it is a spare


@dataclass(frozen=True, slots=True, kw_only=True)
class Divert:
    """It leaves now by another channel, of which ``by`` is what may be shown: ``mailto to example.net``."""

    message: ChannelMessage
    by: str
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """It leaves now for the source of the alert."""

    request: Request
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """It waits for a reply of the person."""

    reason: Reason = Reason.WAITING_FOR_REPLY


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """It waits for the clock."""

    until: datetime
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """It never leaves: refused (not allowed or not possible) or cancelled (no longer wanted)."""

    state: ItemState
    reason: Reason
    detail: str = ""


Decision: TypeAlias = Send | Divert | Ask | Hold | Wait | Drop
Stage: TypeAlias = Callable[[Situation], Decision | None]
