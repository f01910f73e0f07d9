"""The outbox: everything that leaves is first an item here, and nothing leaves twice by our doing.

An item holds an *intent*: what is to be said to whom and why. Its form is decided when it leaves.

The life of an item::

    pending ─claim─> sending ─accepted─> accepted ─> sent ─> delivered ─> read
       ^  ^             │                                └──> failed
       │  └─defer/retry─┤
       │                ├─no answer─> uncertain ─grace over─> sending again
       │                ├─window closed, no template─> held ─reply─> pending
       └──────release───┤
                        └─not allowed─> refused        pending, held, uncertain ─> cancelled
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from wa_notify.core.alert import digest, instant
from wa_notify.core.enclosed import Enclosed, MediaLink
from wa_notify.core.message import Button, Form, Row
from wa_notify.core.reason import Reason
from wa_notify.core.rule import Priority
from wa_notify.core.template import TemplateWish
from wa_notify.core.ticket import TicketState
from wa_notify.core.wording import Change

MOST_UNCONFIRMED = 3  # lost answers, after which sending again would be a nuisance
LEASE = timedelta(seconds=60)  # longer than any request may take
FILE_TAKES = timedelta(seconds=60)  # longer than fetching and uploading a file may take


class ItemState(StrEnum):
    """Where an item stands. The last five are the platform's word."""

    PENDING = "pending"
    HELD = "held"
    SENDING = "sending"
    UNCERTAIN = "uncertain"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    ACCEPTED = "accepted"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


WAITING = (ItemState.PENDING, ItemState.HELD, ItemState.UNCERTAIN)  # what can still be cancelled
CLAIMABLE = (ItemState.PENDING, ItemState.UNCERTAIN)  # what leaves when it is due
ON_ITS_WAY = (ItemState.SENDING, ItemState.UNCERTAIN)
FAILABLE = (*ON_ITS_WAY, ItemState.ACCEPTED, ItemState.SENT)
ARRIVED = (ItemState.DELIVERED, ItemState.READ)
MAY_HAVE_ARRIVED = (*FAILABLE, *ARRIVED)


class Channel(StrEnum):
    """The way by which an item leaves."""

    WHATSAPP = "whatsapp"
    OTHER = "other"  # Apprise, where WhatsApp does not reach somebody
    SOURCE = "source"  # back to where the alert came from: a silence there


SOURCE_LANE = "source:"  # and the name of the source


class Occasion(StrEnum):
    """Why there is something to say."""

    OPENED = "opened"
    UPDATED = "updated"
    REPEATED = "repeated"
    REMINDER = "reminder"
    ESCALATED = "escalated"
    DETAILS = "details"
    COMMENT = "comment"
    ASSIGNED = "assigned"
    LATE = "late"  # what is true now, to somebody whom an old message reached late
    RESOLVED = "resolved"
    CONFIRMATION = "confirmation"
    MESSAGE = "message"  # said by hand, without a ticket
    NUDGE = "nudge"  # asks for a reply, so that held text may follow
    DIGEST = "digest"  # many in one
    BUNDLE = "bundle"  # several in one, word for word
    CHECK_IN = "check_in"  # asks at the start of a shift whether somebody is there
    CANARY = "canary"  # shows that messages arrive, and how fast
    INVITE = "invite"
    NOTICE = "notice"  # tells an administrator that something needs them
    SILENCED = "silenced"  # asks the source for a silence
    UNSILENCED = "unsilenced"  # asks the source to end it


SPOKEN: dict[Occasion, str] = {
    Occasion.OPENED: "first message",
    Occasion.UPDATED: "update",
    Occasion.REPEATED: "repeat",
    Occasion.REMINDER: "reminder",
    Occasion.ESCALATED: "escalation",
    Occasion.DETAILS: "long text",
    Occasion.COMMENT: "comment",
    Occasion.ASSIGNED: "assignment",
    Occasion.LATE: "correction",
    Occasion.RESOLVED: "all-clear",
    Occasion.CONFIRMATION: "answer",
    Occasion.MESSAGE: "message",
    Occasion.NUDGE: "nudge",
    Occasion.DIGEST: "digest",
    Occasion.BUNDLE: "joint message",
    Occasion.CHECK_IN: "check-in",
    Occasion.CANARY: "canary",
    Occasion.INVITE: "invitation",
    Occasion.NOTICE: "notice",
    Occasion.SILENCED: "silence",
    Occasion.UNSILENCED: "end of the silence",
}

TELLS_OF_TROUBLE = (
    Occasion.OPENED,
    Occasion.UPDATED,
    Occasion.REPEATED,
    Occasion.REMINDER,
    Occasion.ESCALATED,
)
ASKS_SOMEBODY = (*TELLS_OF_TROUBLE, Occasion.ASSIGNED)  # by the rule, or by somebody
NEWS = (*TELLS_OF_TROUBLE, Occasion.RESOLVED)  # each says in one line what is true of the alert
CARRIERS = (Occasion.DIGEST, Occasion.BUNDLE)  # what tells of other items, which share its fate
CHAT = (Occasion.CONFIRMATION, Occasion.COMMENT)  # what is said because somebody wrote, and is counted

# What waits while the alerts of its ticket are silenced. What people ask for or say themselves does not.
MUTED = (
    Occasion.OPENED,
    Occasion.UPDATED,
    Occasion.REPEATED,
    Occasion.REMINDER,
    Occasion.DETAILS,
)

# The states of its ticket in which an item is still wanted; a confirmation or a message by hand always is.
WANTED: dict[Occasion, frozenset[TicketState]] = {
    Occasion.OPENED: frozenset({TicketState.OPEN}),
    Occasion.UPDATED: frozenset({TicketState.OPEN, TicketState.ACKNOWLEDGED}),
    Occasion.REPEATED: frozenset({TicketState.OPEN}),
    Occasion.REMINDER: frozenset({TicketState.OPEN}),
    Occasion.ESCALATED: frozenset({TicketState.OPEN}),
    Occasion.COMMENT: frozenset({TicketState.OPEN, TicketState.ACKNOWLEDGED}),
    Occasion.ASSIGNED: frozenset({TicketState.ACKNOWLEDGED}),
    Occasion.DETAILS: frozenset({TicketState.OPEN, TicketState.ACKNOWLEDGED}),
    Occasion.RESOLVED: frozenset({TicketState.RESOLVED}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What is to be said, rendered but not yet given a form.

    ``answers`` marks an answer to what the person just wrote: it needs an open window but no opt-in.
    ``only_now`` marks what is not worth waiting for: it is dropped when the window is closed.
    ``ticket_ref`` is what the template's quick replies carry back. With ``rows`` it is a list to pick from,
    and ``remark`` is then what the person had said before they were asked. ``change`` is why a message about
    firing alerts is said now, so that it can be put into words once more while it waits. With ``media`` the
    free-form text is the caption of that file, or stands below it. ``enclosed`` goes beside or instead of the
    text; ``quotes`` is the id of the message that is answered. ``preview`` shows a card of the first link.
    ``lacks`` names the labels and annotations for which a word stands; with ``complete_only`` it is then not
    sent at all. Of a long text that leaves in several messages ``part`` is the number of this one, and
    ``behind`` and ``ahead`` are the items before and after it. ``asked_for``: the person wrote while it was
    held, so that it is their wish to read it now, whatever delays it then.
    """

    template: TemplateWish | None = None
    free_form: str | None = None
    buttons: tuple[Button, ...] = ()
    answers: bool = False
    only_now: bool = False
    ticket_ref: str = ""
    rows: tuple[Row, ...] = ()
    remark: str = ""
    change: Change = Change.NEW
    media: MediaLink | None = None
    lacks: tuple[str, ...] = ()
    complete_only: bool = False
    part: int = 1
    behind: int | None = None
    ahead: int | None = None
    enclosed: Enclosed | None = None
    footer: str = ""
    preview: bool = False
    quotes: str = ""
    asked_for: bool = False

    @property
    def has_free_form(self) -> bool:
        """Whether it can be said without a template, once the window is open."""
        return self.free_form is not None or self.media is not None or self.enclosed is not None

    @property
    def in_parts(self) -> bool:
        """Whether it is one of several messages that are read one after the other."""
        return self.part > 1 or self.ahead is not None

    @property
    def file(self) -> MediaLink | None:
        """The file that may have to be brought to WhatsApp before it leaves."""
        return self.media or (self.template.file if self.template else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One intent for one person. ``id`` is 0 until it is stored.

    An item of another channel names its addresses by ``target`` (see `wa_notify.core.rule.Rulebook`) and the
    item that WhatsApp may fail to deliver by ``instead_of``. One for the source of an alert has the source
    as its recipient, the alert's fingerprint as ``target``, and the silence that it ends as ``instead_of``;
    its ``wamid`` is the id that the source gave. ``digest_id`` is the item that tells of this one too.
    ``template``, ``language`` and ``category`` say what it left as, once it did: the category of free-form
    messages is service, in lower case like all of them. ``planned_at`` is when it should leave, as far as we
    mean it to: no outage moves it. ``delivered_at`` is when the platform says that it reached the phone, to
    the second: when it was delivered, else when it was read.
    """

    id: int = 0
    key: str
    ticket_id: int | None = None
    episode: int = 0
    recipient_id: str
    channel: Channel = Channel.WHATSAPP
    target: str = ""
    instead_of: int | None = None
    digest_id: int | None = None
    occasion: Occasion
    intent: Intent
    priority: Priority = Priority.NORMAL
    state: ItemState = ItemState.PENDING
    due_at: datetime
    planned_at: datetime | None = None
    expires_at: datetime | None = None
    created_at: datetime
    attempts: int = 0
    unconfirmed: int = 0  # how many of the attempts had no answer and no status since
    lease_until: datetime | None = None
    claimed_at: datetime | None = None
    form: Form | None = None
    template: str = ""
    language: str = ""
    category: str = ""
    reason: Reason | None = None
    wamid: str = ""
    status_at: datetime | None = None
    delivered_at: datetime | None = None
    failure_code: int | None = None

    @property
    def follows_reply(self) -> bool:
        """Whether it comes because the person has just written."""
        return self.reason is Reason.REPLIED or self.intent.asked_for

    @property
    def spoken(self) -> str:
        """How the timeline calls it: ``The reminder to alice``."""
        if self.channel is Channel.SOURCE:
            return f"The {SPOKEN[self.occasion]} at {self.recipient_id.capitalize()}"
        way = " by another channel" if self.channel is Channel.OTHER else ""
        part = f", part {self.intent.part}," if self.intent.part > 1 else ""
        return f"The {SPOKEN[self.occasion]} to {self.recipient_id}{way}{part}"

    @property
    def lease(self) -> timedelta:
        """How long whoever sends it may be silent before it is given up for lost."""
        return LEASE + FILE_TAKES if self.intent.file else LEASE

    @property
    def lane(self) -> str:
        """Where it travels: one at a time to each person on WhatsApp, target of a channel, and source."""
        if self.channel is Channel.SOURCE:
            return f"{SOURCE_LANE}{self.recipient_id}"
        return self.recipient_id if self.channel is Channel.WHATSAPP else self.target

    @property
    def callback_data(self) -> str:
        """The ``biz_opaque_callback_data``: the item, the attempt, and a mark of this database."""
        return f"{self.id}.{self.attempts}.{digest(self.key, instant(self.created_at))[:8]}"


def idempotency_key(
    ticket_id: int, episode: int, occasion: Occasion, recipient_id: str, count: int = 0, turn: int = 0
) -> str:
    """Name an intent so that planning it twice makes one item.

    ``count`` tells reminders apart, ``turn`` those before and after the ticket was given back.
    """
    which = f"-{turn}-{count}" if turn else f"-{count}" if count else ""
    return f"{ticket_id}.{episode}/{occasion}{which}/{recipient_id}"
