"""The second door: an item of the outbox is due.

`claim` marks and decides, the engine carries what leaves to WhatsApp, `record` keeps what came of it. Between
the two lies the network: the attempt is counted before, and an answer that never came is looked for.
"""

import logging
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from wa_notify.core.decision import decide
from wa_notify.core.errors import StoreError
from wa_notify.core.fallback import LIMITED
from wa_notify.core.logged import Logged
from wa_notify.core.message import (
    Accepted,
    Elsewhere,
    Form,
    Message,
    NoAnswer,
    Outgoing,
    Rejected,
    SendResult,
    TemplateMessage,
    TextMessage,
)
from wa_notify.core.news import Step
from wa_notify.core.outbox import Channel, Item, ItemState, Occasion
from wa_notify.core.progress import (
    GRACE,
    accepted,
    claimed,
    deferred,
    handed_over,
    kept_back,
    lost,
    not_taken,
    stopped,
    unanswered,
)
from wa_notify.core.reason import SENTENCES, Reason
from wa_notify.core.recipient import Alias, AliasKind
from wa_notify.core.rule import Rulebook
from wa_notify.core.situation import Ask, Decision, Divert, Drop, Hold, Send, Situation, Wait
from wa_notify.core.source import Request, Silencing, Unsilencing, asking
from wa_notify.core.timeline import SYSTEM, EntryKind
from wa_notify.core.wallclock import spoken_time
from wa_notify.core.within import spoken_form
from wa_notify.pipeline.charges import charge, take_back
from wa_notify.pipeline.conditions import held_by_platform
from wa_notify.pipeline.digest import composed, gather
from wa_notify.pipeline.late import said_now
from wa_notify.pipeline.limits import give_back, never_left, pace_of, pass_on, spend
from wa_notify.pipeline.merging import bundle, recomposed, taken_apart
from wa_notify.pipeline.nudge import ask, asks
from wa_notify.pipeline.outcome import fail, hasten, tell
from wa_notify.pipeline.parts import line_up
from wa_notify.pipeline.situate import foreseen, situate
from wa_notify.pipeline.source import record_answer
from wa_notify.ports import Transaction

_LOGGER = logging.getLogger(__name__)

MOST_TWINS = 1000  # that a new process looks for among what is due
# Waiting for these is our own intention.
MEANT = frozenset(
    {
        Reason.QUIET_HOURS,
        Reason.SILENCED,
        Reason.INHIBITED,
        Reason.TOO_MANY,
        Reason.SENT_ELSEWHERE_FIRST,
        Reason.PART_BEFORE,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One message that is marked as sending and must now be handed over.

    That is ours to do until the lease ends; from then on others may believe that we are gone.
    """

    item_id: int
    attempt: int
    lane: str
    lease_until: datetime
    outgoing: Outgoing | Elsewhere | Request

    @property
    def to_whatsapp(self) -> bool:
        """Whether it leaves for WhatsApp, and counts for its pace."""
        return isinstance(self.outgoing, Outgoing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What leaves now. ``more`` tells that other items may be due, so that another look is worth it."""

    leaving: tuple[Claim, ...] = ()
    more: bool = False


def claim(tx: Transaction, book: Rulebook, number_id: str, now: datetime, limit: int) -> Claims:
    """Mark what is due and decide its form: not more than ``limit``, nor than the pace allows.

    A lane has at most one message on its way at a time, whoever sends it.
    """
    bucket = tx.bucket(number_id)
    limit = min(limit, bucket.room(pace_of(tx, book, now), now))
    if limit <= 0:
        return Claims()
    due = tx.due_items(now, limit)
    first_of_each: dict[str, Item] = {}
    for item in due:
        first_of_each.setdefault(item.lane, item)
    taken = [_take_safely(tx, book, number_id, item, now) for item in first_of_each.values()]
    leaving = tuple(claim for claim in taken if claim)
    if to_whatsapp := sum(claim.to_whatsapp for claim in leaving):
        tx.save_bucket(number_id, bucket.took(to_whatsapp, now))
    return Claims(leaving=leaving, more=len(due) == limit or len(first_of_each) < len(due))


def _take_safely(tx: Transaction, book: Rulebook, number_id: str, due: Item, now: datetime) -> Claim | None:
    """One item that we cannot handle must not hold up all others."""
    try:
        with tx.apart():
            return _take(tx, book, number_id, due, now)
    except StoreError:
        raise
    except Exception:
        event = Logged.OUTBOX_ITEM_FAILED.of(item=due.id, ticket=due.ticket_id)
        _LOGGER.exception("Item %d of the outbox could not be decided", due.id, extra=event)
        given_up = stopped(due, ItemState.FAILED, Reason.OUR_FAULT)
        tx.save_item(given_up)
        hasten(tx, given_up, now)
        text = f"{due.spoken} does not leave. {SENTENCES[Reason.OUR_FAULT]}"
        tell(tx, given_up, EntryKind.FAILED, text, now, actor=SYSTEM)
        return None


def _take(tx: Transaction, book: Rulebook, number_id: str, due: Item, now: datetime) -> Claim | None:
    item = _in_words_of_now(tx, book, claimed(due, now), now)
    situation = situate(tx, book, number_id, item, now)
    decision = decide(situation)
    if item.occasion is Occasion.BUNDLE:
        decision = taken_apart(tx, item, decision, now)
    if isinstance(decision, Send):
        instead = gather(tx, book, due, now, lambda one: _leaves(tx, book, number_id, one, now))
        merges = situation.money is not None and situation.money.merges
        if instead is None and merges and isinstance(decision.message, TextMessage):
            instead = bundle(tx, due, now, lambda one: _leaves_as_text(tx, book, number_id, one, now))
        if instead and instead.id != due.id:
            return _take(tx, book, number_id, instead, now)
        charge(tx, book, number_id, item, situation, decision.message)
    item = stamped(item, decision, now)
    if isinstance(decision, Send):
        item = line_up(tx, item, decision.rest, now)
    tx.save_item(item)
    pass_on(tx, due, item, now)
    hasten(tx, item, now)
    if not _was_said(due, item, decision):
        tell(tx, item, *_entry(item, decision, due.state, book), now, actor=SYSTEM)
    if isinstance(decision, Hold):
        ask(tx, book, item, situation.window, now)
    outgoing = _outgoing(item, situation, decision)
    if outgoing is None:
        return None
    if isinstance(decision, Send):
        spend(tx, number_id, item, situation.window, now)
    if isinstance(decision, Send) and asks(decision.message) and not situation.window.asked:
        tx.save_window(number_id, item.recipient_id, situation.window.asking(now))
    return Claim(
        item_id=item.id,
        attempt=item.attempts,
        lane=item.lane,
        lease_until=now + item.lease,
        outgoing=outgoing,
    )


def _was_said(due: Item, item: Item, decision: Decision) -> bool:
    """Whether the timeline has it already: it goes on waiting, or the source is asked once more."""
    if isinstance(decision, Ask):
        return due.attempts > 0
    return isinstance(decision, Wait) and due.reason is item.reason


def _in_words_of_now(tx: Transaction, book: Rulebook, item: Item, now: datetime) -> Item:
    if item.intent.part > 1:
        return item
    if item.occasion is Occasion.DIGEST:
        return composed(tx, book, item, now)
    if item.occasion is Occasion.BUNDLE:
        return recomposed(tx, item, now)
    return said_now(tx, book, item, now)


def _leaves(tx: Transaction, book: Rulebook, number_id: str, item: Item, now: datetime) -> bool:
    """Whether an item would leave if it were its turn."""
    return isinstance(foreseen(tx, book, number_id, item, now), Send)


def _leaves_as_text(tx: Transaction, book: Rulebook, number_id: str, item: Item, now: datetime) -> bool:
    """Whether an item would leave as free-form text if it were its turn."""
    decision = foreseen(tx, book, number_id, item, now)
    return isinstance(decision, Send) and isinstance(decision.message, TextMessage)


def stamped(item: Item, decision: Decision, now: datetime) -> Item:
    """The item as the decision leaves it."""
    match decision:
        case Send(message=message, reason=reason):
            return _in_form(item, message, reason)
        case Divert(reason=reason):
            return replace(item, reason=reason)
        case Ask(reason=reason):  # a trouble is not forgotten before it is over
            return item if item.reason is Reason.SOURCE_FAILED else replace(item, reason=reason)
        case Hold(reason=reason):
            return stopped(item, ItemState.HELD, reason)
        case Wait(until=until, reason=reason) if reason in MEANT:
            return kept_back(item, now, until, reason)
        case Wait(until=until, reason=reason):
            return deferred(item, until, reason)
        case Drop(state=state, reason=reason):
            return stopped(item, state, reason)
        case _:
            assert_never(decision)


def _in_form(item: Item, message: Message, reason: Reason) -> Item:
    """The item as it leaves: which template it is, and what the platform takes it for."""
    stamped = replace(item, form=message.form, reason=reason, category=message.category.lower())
    if isinstance(message, TemplateMessage):
        return replace(stamped, template=message.name, language=message.language)
    return replace(stamped, template="", language="")


def _entry(item: Item, decision: Decision, was: ItemState, book: Rulebook) -> tuple[EntryKind, str]:
    """Kind and sentence of the decision for the timeline."""
    whom = item.spoken
    why = SENTENCES[decision.reason]
    again = f" {SENTENCES[Reason.RESENT_UNCONFIRMED]}" if was is ItemState.UNCERTAIN else ""
    match decision:
        case Divert(by=by):
            return EntryKind.SENT, f"{whom} leaves by {by}. {why}{again}"
        case Ask(request=request):
            return EntryKind.SENT, asking(request, item.recipient_id, book.time_zone)
        case Send(message=message, rest=rest, instead=instead):
            form = spoken_form(message) + (f" in {len(rest) + 1} parts" if rest else "")
            more = [instead] if instead else []
            if isinstance(message, TemplateMessage) and message.mended:
                more.append(message.mended)
            if item.intent.lacks:
                more.append(f"The alert does not have: {', '.join(item.intent.lacks)}.")
            return EntryKind.SENT, " ".join((f"{whom} leaves as {form}. {why}{again}", *more))
        case Hold():
            return EntryKind.HELD, f"{whom} is held. {why}"
        case Wait(until=until, reason=reason):
            at = f" Not before {spoken_time(until, book.time_zone)}." if reason in LIMITED else ""
            return EntryKind.DEFERRED, f"{whom} waits. {why}{at}"
        case Drop(state=state, detail=detail):
            kind = _ENDS.get(state, EntryKind.CANCELLED)
            verb = "has" if kind is EntryKind.FAILED else "is"
            return kind, f"{whom} {verb} {state}. {why}{f' ({detail})' if detail else ''}"
        case _:
            assert_never(decision)


_ENDS = {ItemState.REFUSED: EntryKind.REFUSED, ItemState.FAILED: EntryKind.FAILED}


def _outgoing(item: Item, situation: Situation, decision: Decision) -> Outgoing | Elsewhere | Request | None:
    """What is handed over now, if anything is."""
    if isinstance(decision, Ask):
        return decision.request
    recipient, detour = situation.recipient, situation.detour
    if isinstance(decision, Divert) and detour and detour.url:
        return Elsewhere(url=detour.url, message=decision.message)
    if not isinstance(decision, Send) or recipient is None:
        return None
    return Outgoing(
        to=recipient.phone,
        bsuid="" if recipient.phone else recipient.bsuid,
        message=decision.message,
        callback_data=item.callback_data,
        quotes=item.intent.quotes if decision.message.form is Form.FREE_FORM else "",
    )


def record(
    tx: Transaction, number_id: str, claim: Claim, result: SendResult, now: datetime, chance: float
) -> None:
    """Keep what came of a message. An attempt that was overtaken by a later one has no say any more."""
    item = tx.item(claim.item_id)
    if item is None or item.attempts != claim.attempt:
        return
    if isinstance(claim.outgoing, Elsewhere):
        _record_elsewhere(tx, item, result, now, chance)
        return
    if isinstance(claim.outgoing, Silencing | Unsilencing):
        record_answer(tx, item, claim.outgoing, result, now, chance)
        return
    match result:
        case Accepted():
            after = accepted(item, result, now)
            tx.save_item(after)
            if after.state is ItemState.ACCEPTED:  # else a status was faster
                tx.announce(Step(item=after, at=now))
            if result.held:
                held_by_platform(tx, item, now)
            news = result.bsuid or claim.outgoing.to != f"+{result.wa_id}"  # else it teaches us nothing
            if news and _is_still_theirs(tx, item, claim.outgoing):
                learn(tx, item.recipient_id, result.wa_id, result.bsuid)
        case Rejected(failure=failure):
            give_back(tx, number_id, item, now)
            take_back(tx, item)
            fail(tx, number_id, item, failure, now, chance)
        case NoAnswer(left=left):
            if not left:
                never_left(tx, number_id, item, now)
                take_back(tx, item)
            after = unanswered(item, result, now, chance)
            tx.save_item(after)
            if after.reason is not item.reason:
                text = f"{item.spoken} is not through. {result.why} {_sentence(after)}"
                tell(tx, after, EntryKind.DEFERRED, text, now, actor=SYSTEM)
        case _:
            assert_never(result)


def _is_still_theirs(tx: Transaction, item: Item, outgoing: Outgoing) -> bool:
    """Whether the person has that address yet; they may have changed it while the message was on its way."""
    recipient = tx.recipient(item.recipient_id)
    return recipient is not None and (outgoing.to or outgoing.bsuid) in (recipient.phone, recipient.bsuid)


def _record_elsewhere(tx: Transaction, item: Item, result: SendResult, now: datetime, chance: float) -> None:
    """Another channel knows no statuses: what it took is sent, and that is all that is ever heard of it."""
    match result:
        case Accepted():
            after, kind, text = handed_over(item, now), EntryKind.STATUS, "was handed over."
        case Rejected(failure=failure):
            after = not_taken(item, failure, now, chance)
            kind, text = EntryKind.DEFERRED, f"did not get through. {failure.title}. It is tried again."
        case NoAnswer(why=why):
            after = lost(item, now)
            kind, text = EntryKind.DEFERRED, f"is not through. {why} {_sentence(after)}"
        case _:
            assert_never(result)
    tx.save_item(after)
    tell(tx, after, kind, f"{item.spoken} {text}", now, actor=SYSTEM)


def _sentence(item: Item) -> str:
    return SENTENCES[item.reason] if item.reason else ""


def learn(tx: Transaction, recipient_id: str, wa_id: str, bsuid: str) -> None:
    """Remember the names by which WhatsApp knows a person."""
    for kind, value in ((AliasKind.WA_ID, wa_id), (AliasKind.BSUID, bsuid)):
        if value:
            tx.learn_alias(recipient_id, Alias(kind=kind, value=value))


def reconcile(tx: Transaction, lease_over_at: datetime, now: datetime) -> int:
    """Find messages nobody will report on: their sender died. Each gets a grace period; how many."""
    abandoned = tx.abandoned_items(lease_over_at)
    for item in abandoned:
        after = lost(item, now)
        tx.save_item(after)
        text = f"{item.spoken}: {_sentence(after)}"
        tell(tx, after, EntryKind.DEFERRED, text, now, actor=SYSTEM)
    return len(abandoned)


def begin(tx: Transaction, now: datetime) -> int:
    """A process begins, and no other is at work: all that an earlier one was sending is checked; how many.

    WhatsApp calls again while we were away, so nothing is sent again before it had the chance to.
    """
    abandoned = reconcile(tx, datetime.max.replace(tzinfo=now.tzinfo), now)
    for item in tx.uncertain_items():
        tx.save_item(replace(item, due_at=max(item.due_at, now + GRACE)))
    for item in tx.due_items(now + GRACE, MOST_TWINS):
        if item.channel is Channel.OTHER:  # perhaps WhatsApp delivered the first one meanwhile
            tx.save_item(replace(item, due_at=now + GRACE))
    return abandoned
