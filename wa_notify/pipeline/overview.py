"""How everything stands at one moment, for whoever looks after it: a page, a dashboard, Home Assistant."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from wa_notify.core.charge import spent
from wa_notify.core.condition import Condition
from wa_notify.core.consent import ConsentRecord, Purpose, objection, own_refusal, standing
from wa_notify.core.outbox import ARRIVED, WAITING, Channel, Item, ItemState
from wa_notify.core.reason import Reason
from wa_notify.core.recipient import Recipient
from wa_notify.core.rule import Rulebook
from wa_notify.core.silence import Silence
from wa_notify.core.template import TemplateShape
from wa_notify.core.ticket import UNRESOLVED, Ticket
from wa_notify.core.window import Window
from wa_notify.pipeline.limits import Headroom, headroom
from wa_notify.ports import Counts, Views

MOST_TICKETS = 200
LOOKED_AT = 50  # messages, the newest, that are looked at for what callbacks told of them
UNHEARD_AFTER = timedelta(minutes=10)  # statuses come within seconds; a phone that is off still gives `sent`


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonStanding:
    """How one person stands. ``objection`` is why they must not be written to first, if they must not.

    ``refusal`` is their own no, if it holds: nobody but they should undo it.
    """

    recipient: Recipient
    consent: ConsentRecord | None
    objection: Reason | None
    refusal: ConsentRecord | None
    window: Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Everything that is looked at again and again.

    ``people`` are by name, without guests. ``silence`` is the one that mutes all alerts the longest. Of
    ``unheard_since`` on WhatsApp took messages and told nothing of them: callbacks do not reach us.
    """

    at: datetime
    tickets: tuple[Ticket, ...]
    counts: Counts
    people: dict[str, PersonStanding]
    limits: Headroom
    month: str
    spent: Decimal
    currency: str
    troubles: tuple[Condition, ...]
    templates: tuple[TemplateShape, ...]
    silence: Silence | None
    delivered_at: datetime | None
    unheard_since: datetime | None

    @property
    def waiting(self) -> int:
        """How many messages have not left yet."""
        return sum(self.counts.items[state] for state in (*WAITING, ItemState.SENDING))


def overview(
    views: Views, book: Rulebook, number_id: str, now: datetime, heard_at: datetime | None
) -> Overview:
    """Look at everything. ``heard_at`` is when WhatsApp last called, as far as this process knows."""
    month = book.prices.month(now)
    known = [one for one in views.people(number_id) if not one.recipient.guest]
    delivered_at = _delivered_at(views)
    wrote_at = (one.window.last_inbound_at for one in known)
    return Overview(
        at=now,
        tickets=tuple(views.tickets(UNRESOLVED, MOST_TICKETS)),
        counts=views.counts(),
        people={one.recipient.id: standing_of(one.recipient, one.consents, one.window) for one in known},
        limits=headroom(views, book, number_id, now),
        month=month,
        spent=spent(views.totals(month), book.prices.table.currency),
        currency=book.prices.table.currency,
        troubles=tuple(one for one in views.conditions() if one.is_open),
        templates=tuple(views.templates()),
        silence=_silence_of_all(views, now),
        delivered_at=delivered_at,
        unheard_since=_unheard_since(views, now, _latest((heard_at, delivered_at, *wrote_at))),
    )


def standing_of(recipient: Recipient, ledger: Sequence[ConsentRecord], window: Window) -> PersonStanding:
    """How somebody stands by their entries of the ledger, in the order of recording."""
    return PersonStanding(
        recipient=recipient,
        consent=standing(ledger, Purpose.UTILITY),
        objection=objection(ledger, Purpose.UTILITY),
        refusal=own_refusal(ledger, Purpose.UTILITY),
        window=window,
    )


def _silence_of_all(views: Views, now: datetime) -> Silence | None:
    of_all = [one for one in views.silences(now) if not one.matchers and one.mutes({}, now)]
    return max(of_all, key=lambda silence: silence.ends_at, default=None)


def _delivered_at(views: Views) -> datetime | None:
    """When WhatsApp last told of an arrival; what left later need not have arrived later."""
    return _latest(item.status_at for item in views.items(states=ARRIVED, limit=LOOKED_AT))


def _unheard_since(views: Views, now: datetime, heard_at: datetime | None) -> datetime | None:
    """Since when messages were taken of which no callback told, and no other callback came either.

    A restart forgets that WhatsApp called, so what is kept of its calls counts too.
    """
    sent = views.items(states=(ItemState.SENT,), limit=LOOKED_AT)
    heard_at = _latest((heard_at, *(item.status_at for item in sent if item.channel is Channel.WHATSAPP)))
    taken = views.items(states=(ItemState.ACCEPTED,), limit=LOOKED_AT)
    left = [item.claimed_at for item in taken if item.claimed_at and _owes_a_callback(item)]
    unheard = [at for at in left if now - at > UNHEARD_AFTER and (heard_at is None or heard_at < at)]
    return min(unheard, default=None)


def _owes_a_callback(item: Item) -> bool:
    """A source never calls, and what the platform holds back it tells of later."""
    return item.channel is Channel.WHATSAPP and item.reason is not Reason.HELD_BY_PLATFORM


def _latest(times: Iterable[datetime | None]) -> datetime | None:
    return max((at for at in times if at is not None), default=None)
