"""People: the list, and one of them with everything that is known."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import msgspec

from wa_notify.core.access import Right
from wa_notify.core.consent import ConsentRecord, Purpose, objection, own_refusal, standing
from wa_notify.core.directory import Agreement, WindowStand, agreement
from wa_notify.core.fallback import spoken_channel
from wa_notify.core.outbox import SPOKEN, Item
from wa_notify.core.reason import SENTENCES
from wa_notify.core.recipient import AliasKind
from wa_notify.core.rule import Rulebook
from wa_notify.core.schedule import members
from wa_notify.core.template import TemplateShape
from wa_notify.ports import Transaction
from wa_notify.ports.pages import PersonMark
from wa_notify.web.operations.bubbles import Bubble, of_item
from wa_notify.web.operations.operation import Asked, Nothing, Shape, operation
from wa_notify.web.operations.paging import PageAsked, cursor, mark_of, next_of, place
from wa_notify.web.operations.recipients_shapes import (
    ConsentEntry,
    PersonLine,
    PersonWindow,
    RecipientShape,
    entry_shape,
    hidden,
    person_line,
    recipient_shape,
    somebody,
    who_of,
    window_shape,
)
from wa_notify.web.request import storable

SEARCHED = "The beginning of any word of the name, or the first or last digits of the number."


class PeopleAsked(PageAsked, frozen=True, kw_only=True):
    """Whom to list: all but guests, or ``guests`` alone, who wrote without being introduced."""

    search: Annotated[str, msgspec.Meta(max_length=100, description=SEARCHED)] = ""
    agreement: Agreement | None = None
    window: WindowStand | None = None
    guests: bool = False


class PeoplePage(Shape, frozen=True, kw_only=True):
    """People in the order of the alphabet."""

    items: list[PersonLine]
    next: str


class PeopleCountsShape(Shape, frozen=True, kw_only=True):
    """How many people stand how. ``closing`` are those of ``open`` whose window closes within the hour."""

    agreements: dict[Agreement, int]
    open: int
    closing: int


class AliasShape(Shape, frozen=True, kw_only=True):
    """An address of a person, masked."""

    kind: AliasKind
    value: str


class WayShape(Shape, frozen=True, kw_only=True):
    """Another channel that stands in for WhatsApp: its kind and host, after how many seconds, which rules."""

    channel: str
    after: float
    rules: list[str]


class PersonNow(Shape, frozen=True, kw_only=True):
    """How somebody stands now. ``objection`` is why they are not written to first; empty when they may be.

    ``refusal`` is their own no, which only they can take back. ``receipts_off_since`` is when it was learned
    that they send no read receipts.
    """

    agreement: Agreement
    consent: ConsentEntry | None
    objection: str
    sentence: str
    refusal: ConsentEntry | None
    marketing: ConsentEntry | None
    window: PersonWindow
    receipts_off_since: datetime | None
    aliases: list[AliasShape]
    former_names: list[str]
    waiting: int
    receivers: list[str]
    schedules: list[str]
    rules: list[str]
    ways: list[WayShape]


class PersonMessage(Shape, frozen=True, kw_only=True):
    """Something that was said to a person. ``bubble`` is what their phone shows, as far as it is known."""

    number: int
    ticket: int | None
    occasion: str
    channel: str
    at: datetime
    state: str
    reason: str
    sentence: str
    bubble: Bubble | None


class PersonMessages(Shape, frozen=True, kw_only=True):
    """The newest messages first."""

    items: list[PersonMessage]
    next: str


@operation("GET", "/recipients", right=Right.SEE)
async def list_recipients(asked: Asked[Nothing, PeopleAsked]) -> PeoplePage:
    """List people with consent and window, by name; found by a word or by digits of the number."""
    query, number_id, now = asked.query, asked.office.account.number_id, asked.now
    behind = place(query.after, str, str)
    found = await asked.look(
        lambda views: views.people_page(
            number_id,
            now=now,
            search=storable(query.search),
            agreement=query.agreement,
            window=query.window,
            guests=query.guests,
            after=PersonMark(sort=storable(behind[0]), recipient_id=storable(behind[1])) if behind else None,
            limit=query.limit,
        )
    )
    mark = found.mark if found.more else None
    return PeoplePage(
        items=[person_line(one, now) for one in found.found],
        next=cursor(mark.sort, mark.recipient_id) if mark else "",
    )


@operation("GET", "/consent/counts", right=Right.SEE)
async def count_recipients(asked: Asked[Nothing, Nothing]) -> PeopleCountsShape:
    """Count how many agreed, and to how many free-form text may go right now."""
    number_id, now = asked.office.account.number_id, asked.now
    counts = await asked.look(lambda views: views.people_counts(number_id, now))
    return PeopleCountsShape(agreements=dict(counts.agreements), open=counts.open, closing=counts.closing)


@operation("GET", "/recipients/{id}", right=Right.SEE, tagged=True)
async def show_recipient(asked: Asked[Nothing, Nothing]) -> RecipientShape:
    """Show a person as the address book has them, and what of it the configuration fixes."""
    who, config = who_of(asked), asked.office.standing.config
    return recipient_shape(await asked.look(lambda views: somebody(views, who)), config)


@operation("GET", "/recipients/{id}/standing", right=Right.SEE)
async def show_standing(asked: Asked[Nothing, Nothing]) -> PersonNow:
    """Show how somebody stands: consent, window, addresses, and what names them."""
    who, book, now = who_of(asked), asked.book, asked.now
    number_id = asked.office.account.number_id
    return await asked.office.engine.desk.rehearse(lambda tx: _standing(tx, book, number_id, who, now))


@operation("GET", "/recipients/{id}/messages", right=Right.SEE)
async def list_messages_of(asked: Asked[Nothing, PageAsked]) -> PersonMessages:
    """List what was said to somebody, the newest first, in the words it was said in."""
    who, query = who_of(asked), asked.query
    after = mark_of(query.after)
    recipient, found, shapes = await asked.look(
        lambda views: (
            somebody(views, who),
            views.items_page(recipient_id=who, after=after, limit=query.limit),
            views.templates(),
        )
    )
    languages = (*recipient.languages, *asked.book.languages)
    return PersonMessages(
        items=[message_of(item, shapes, languages) for item in found.found],
        next=next_of(found.mark, more=found.more),
    )


def message_of(item: Item, shapes: Sequence[TemplateShape], languages: tuple[str, ...]) -> PersonMessage:
    """A message as its person sees it."""
    return PersonMessage(
        number=item.id,
        ticket=item.ticket_id,
        occasion=SPOKEN[item.occasion],
        channel=item.channel.value,
        at=item.delivered_at or item.claimed_at or item.created_at,
        state=item.state.value,
        reason=item.reason.value if item.reason else "",
        sentence=SENTENCES[item.reason] if item.reason else "",
        bubble=of_item(item, shapes, languages),
    )


def _standing(tx: Transaction, book: Rulebook, number_id: str, who: str, now: datetime) -> PersonNow:
    recipient, ledger = somebody(tx, who), tx.consents(who)
    found = {purpose: standing(ledger, purpose) for purpose in Purpose}
    why, refusal = objection(ledger, Purpose.UTILITY), own_refusal(ledger, Purpose.UTILITY)
    receivers = [name for name in book.receivers if who in book.reached(name)]
    return PersonNow(
        agreement=agreement(ledger),
        consent=_entry(found[Purpose.UTILITY]),
        objection=why.value if why else "",
        sentence=SENTENCES[why] if why else "",
        refusal=_entry(refusal),
        marketing=_entry(found[Purpose.MARKETING]),
        window=window_shape(tx.window(number_id, who), now),
        receipts_off_since=tx.receipts_off_since(who),
        aliases=[AliasShape(kind=one.kind, value=hidden(one.kind, one.value)) for one in tx.aliases(who)],
        former_names=[one for one in tx.former_names(who) if one not in (who, recipient.name)],
        waiting=len(tx.waiting_for(who)),
        receivers=receivers,
        schedules=[name for name, schedule in book.schedules.items() if who in members(schedule)],
        rules=[rule.name for rule in book.rules if rule.receiver in receivers],
        ways=_ways(book, who, receivers),
    )


def _entry(record: ConsentRecord | None) -> ConsentEntry | None:
    return entry_shape(record) if record else None


def _ways(book: Rulebook, who: str, receivers: Sequence[str]) -> list[WayShape]:
    """By which other channels the rules that may reach somebody tell them; never the secret part."""
    found: dict[tuple[str, float], list[str]] = {}
    for rule in book.rules:
        way = rule.other_way(who) if rule.receiver in receivers else None
        for target in way.targets if way else ():
            channel = spoken_channel(book.channels[target]) if target in book.channels else target
            found.setdefault((channel, way.after.total_seconds() if way else 0.0), []).append(rule.name)
    return [
        WayShape(channel=channel, after=after, rules=list(dict.fromkeys(rules)))
        for (channel, after), rules in found.items()
    ]


OPERATIONS = (list_recipients, count_recipients, show_recipient, show_standing, list_messages_of)
