"""The decision: what becomes of an intent at the moment it would leave.

The stages stand in `STAGES` in the order in which they are asked; the first that has an answer gives it.
Window, consent, ticket and template may all have changed while the item waited, so nothing is decided sooner.
"""

from datetime import timedelta

from wa_notify.core.breaker import blocked, templates_blocked
from wa_notify.core.fallback import (
    NO_LONGER_NEWS,
    Detour,
    cannot_deliver,
    channel_message,
    notice_message,
    spoken_channel,
    waits_for_room,
    whatsapp_has_until,
)
from wa_notify.core.forms import as_free_form, as_template, held_for_a_reply, templates_unknown
from wa_notify.core.message import Form
from wa_notify.core.outbox import (
    ARRIVED,
    CARRIERS,
    MOST_UNCONFIRMED,
    WANTED,
    Channel,
    Item,
    ItemState,
    Occasion,
)
from wa_notify.core.reason import Reason
from wa_notify.core.restraint import within_limits
from wa_notify.core.rule import Priority
from wa_notify.core.situation import Ask, Decision, Divert, Drop, Situation, Stage, Wait
from wa_notify.core.source import Errand, Silencing, request_for
from wa_notify.core.thrift import affordable, as_preferred
from wa_notify.core.ticket import Ticket, TicketState

INHIBITED_PAUSE = timedelta(minutes=1)  # until a muted item is looked at again, longer each time
LONGEST_INHIBITED_PAUSE = timedelta(minutes=10)
PART_GRACE = timedelta(seconds=10)  # until the next part follows one of which nothing is heard
# What became of the part before is known, or it waits for the same reply.
SETTLED = (*ARRIVED, ItemState.FAILED, ItemState.REFUSED, ItemState.HELD)
NEVER_QUIET = (Occasion.MESSAGE, Occasion.CONFIRMATION)  # somebody wants it said now


def decide(situation: Situation) -> Decision:
    """Ask each stage in turn; what passes all of them leaves as a template, if that can be."""
    if situation.detour is not None:
        return elsewhere(situation, situation.detour)
    if situation.errand is not None:
        return at_source(situation, situation.errand)
    for stage in STAGES if situation.before is None else PART_STAGES:
        if decision := stage(situation):
            return in_its_time(situation, within_limits(situation, affordable(situation, decision)))
    decision = as_template(situation)
    return in_its_time(situation, within_limits(situation, affordable(situation, decision)))


def in_its_time(situation: Situation, decision: Decision) -> Decision:
    """A canary shows how fast messages arrive. One that has to wait for long shows nothing any more."""
    item = situation.item
    if item.occasion is not Occasion.CANARY or not isinstance(decision, Wait):
        return decision
    in_time = item.expires_at is None or decision.until < item.expires_at
    return decision if in_time else Drop(state=ItemState.CANCELLED, reason=decision.reason)


NOT_WANTED: dict[TicketState, Reason] = {
    TicketState.OPEN: Reason.TICKET_REOPENED,
    TicketState.ACKNOWLEDGED: Reason.TICKET_ACKNOWLEDGED,
    TicketState.RESOLVED: Reason.TICKET_RESOLVED,
    TicketState.EXPIRED: Reason.TICKET_EXPIRED,
}


def no_longer_wanted(situation: Situation) -> Decision | None:
    """The ticket moved on while the item waited."""
    reason = why_unwanted(situation.item, situation.ticket)
    return None if reason is None else Drop(state=ItemState.CANCELLED, reason=reason)


def why_unwanted(item: Item, ticket: Ticket | None) -> Reason | None:
    """Why the ticket has no use for the item any more; nothing while it has."""
    wanted = WANTED.get(item.occasion)
    if ticket is None or wanted is None:
        return None
    if item.episode != ticket.episode:
        return Reason.TICKET_REOPENED
    return None if ticket.state in wanted else NOT_WANTED[ticket.state]


def emptied(situation: Situation) -> Decision | None:
    """Everything that a digest or a bundle was to tell is over."""
    item = situation.item
    if item.occasion not in CARRIERS or item.intent.template or item.intent.free_form:
        return None
    return Drop(state=ItemState.CANCELLED, reason=Reason.TICKET_RESOLVED)


def kept_back_by_another(situation: Situation) -> Decision | None:
    """An alert that explains this one fires. It is looked at again when that ends, and sometimes before."""
    if not situation.inhibited:
        return None
    pause = min(INHIBITED_PAUSE * max(situation.item.attempts, 1), LONGEST_INHIBITED_PAUSE)
    return Wait(until=situation.now + pause, reason=Reason.INHIBITED)


def too_late(situation: Situation) -> Decision | None:
    """It waited longer than it is worth."""
    expires_at = situation.item.expires_at
    if expires_at is None or situation.now < expires_at:
        return None
    return Drop(state=ItemState.CANCELLED, reason=Reason.EXPIRED)


def unconfirmed_too_often(situation: Situation) -> Decision | None:
    """Each try may have arrived, and nothing ever said so: more of them would be a nuisance."""
    if situation.item.unconfirmed < MOST_UNCONFIRMED:
        return None
    return Drop(state=ItemState.FAILED, reason=Reason.UNCONFIRMED)


def nobody_to_write_to(situation: Situation) -> Decision | None:
    """There is no such person, or no address of theirs."""
    if situation.recipient is None:
        return Drop(state=ItemState.REFUSED, reason=Reason.UNKNOWN_RECIPIENT)
    if not situation.recipient.reachable:
        return Drop(state=ItemState.REFUSED, reason=Reason.NO_ADDRESS)
    return None


def not_allowed(situation: Situation) -> Decision | None:
    """The person did not opt in, or opted out. An answer to what they wrote needs no opt-in.

    Nor does the invitation that they asked for, as long as they did not refuse. A long answer ends with STOP.
    """
    answers = situation.item.intent.answers and situation.window.is_open(situation.now)
    answers = answers and not (situation.item.intent.part > 1 and situation.objection is Reason.OPTED_OUT)
    invited = situation.invited and situation.item.occasion is Occasion.INVITE
    if situation.objection is None or answers or (invited and situation.objection is Reason.NO_CONSENT):
        return None
    return Drop(state=ItemState.REFUSED, reason=situation.objection)


def incomplete(situation: Situation) -> Decision | None:
    """The alert lacks a label, and the rule rather says nothing than something with a hole."""
    intent = situation.item.intent
    if not (intent.lacks and intent.complete_only):
        return None
    return Drop(state=ItemState.REFUSED, reason=Reason.LABEL_MISSING, detail=", ".join(intent.lacks))


def silenced(situation: Situation) -> Decision | None:
    """All that fires of the ticket is muted. At the end of the silence what still fires is told."""
    if situation.silenced_until is None:
        return None
    return Wait(until=situation.silenced_until, reason=Reason.SILENCED)


def not_asking(situation: Situation) -> Decision | None:
    """A nudge is one question for each closed window, and only while there is something to follow it."""
    if situation.item.occasion is not Occasion.NUDGE:
        return None
    if not situation.holds or situation.window.is_open(situation.now):
        return Drop(state=ItemState.CANCELLED, reason=Reason.NOTHING_HELD)
    asked_by_another = situation.window.asked and situation.item.form is None  # it never left itself
    return Drop(state=ItemState.CANCELLED, reason=Reason.ASKED_ALREADY) if asked_by_another else None


def in_quiet_hours(situation: Situation) -> Decision | None:
    """The person is not to be woken, unless it is critical or they have just written themselves."""
    item, until = situation.item, situation.quiet_until
    if until is None or item.priority is Priority.CRITICAL or item.channel is Channel.SOURCE:
        return None
    if item.intent.answers or item.occasion in NEVER_QUIET or item.follows_reply:
        return None
    return Wait(until=until, reason=Reason.QUIET_HOURS)


def too_many(situation: Situation) -> Decision | None:
    """The person was told so much just now that the rest comes together. What may have left is not kept."""
    if situation.room_at is None or situation.item.unconfirmed:
        return None
    return Wait(until=situation.room_at, reason=Reason.TOO_MANY)


def not_its_turn(situation: Situation) -> Decision | None:
    """Part of a long text: it follows the part before it, which may take a moment to arrive.

    Source: Meta's message reference. To keep the order, wait for ``delivered`` before sending the next.
    """
    before, now = situation.before, situation.now
    if before is None:
        return None
    if before.form is Form.TEMPLATE:  # it had to leave in other words, to which this part does not belong
        return Drop(state=ItemState.CANCELLED, reason=Reason.WINDOW_CLOSED_BY_PLATFORM)
    if before.state is ItemState.CANCELLED:
        return Drop(state=ItemState.CANCELLED, reason=before.reason or Reason.EXPIRED)
    if before.state in SETTLED:
        return None
    if before.state in (ItemState.ACCEPTED, ItemState.SENT):
        until = (before.status_at or now) + PART_GRACE
        return Wait(until=until, reason=Reason.PART_BEFORE) if now < until else None
    return Wait(until=max(before.due_at, now) + PART_GRACE, reason=Reason.PART_BEFORE)


def elsewhere(situation: Situation, detour: Detour) -> Decision:
    """An item of another channel: it leaves only if WhatsApp cannot, or did not in time."""
    for stage in OTHER_STAGES:
        if decision := stage(situation):
            return decision
    if detour.told:
        return Drop(state=ItemState.CANCELLED, reason=Reason.TOLD_ALREADY)
    if decision := needless(situation, detour):
        return decision
    for stage in KEPT_BACK_ANYWHERE:
        if decision := stage(situation):
            return decision
    return _diverted(situation, detour)


def not_taken_in_time(situation: Situation) -> Decision | None:
    """The other channel refused it until it was too late."""
    if situation.item.reason is not Reason.CHANNEL_FAILED or not too_late(situation):
        return None
    return Drop(state=ItemState.FAILED, reason=Reason.CHANNEL_FAILED)


def needless(situation: Situation, detour: Detour) -> Decision | None:
    """WhatsApp delivered it, nobody wants it any more, or WhatsApp still has time for it."""
    first = detour.first
    if first is None:
        return None
    if first.state in ARRIVED:
        return Drop(state=ItemState.CANCELLED, reason=Reason.DELIVERED_ALREADY)
    if first.state is ItemState.CANCELLED and first.reason in NO_LONGER_NEWS:
        return Drop(state=ItemState.CANCELLED, reason=first.reason)
    until = whatsapp_has_until(first, detour.after, situation.now)
    return Wait(until=until, reason=Reason.SENT_ELSEWHERE_FIRST) if until else None


def _diverted(situation: Situation, detour: Detour) -> Decision:
    item, ticket, first = situation.item, situation.ticket, detour.first
    if detour.url is not None and item.occasion is Occasion.NOTICE:
        notice = notice_message(item.intent)
        return Divert(message=notice, by=spoken_channel(detour.url), reason=Reason.WHATSAPP_FAILED)
    if detour.url is None or ticket is None:
        return Drop(state=ItemState.CANCELLED, reason=Reason.NO_CHANNEL)
    reason = Reason.DELIVERED_LATE
    if first is not None:
        untried = Reason.TOO_LATE_HERE if waits_for_room(first) else Reason.NOT_DELIVERED
        reason = Reason.WHATSAPP_FAILED if cannot_deliver(first) else untried
    who = (situation.recipient.name if situation.recipient else "") or item.recipient_id
    message = channel_message(item, detour, ticket, who, situation.shapes, situation.languages)
    return Divert(message=message, by=spoken_channel(detour.url), reason=reason)


def at_source(situation: Situation, errand: Errand) -> Decision:
    """An item for the source: it leaves while it is wanted there."""
    if situation.ticket is None:
        return Drop(state=ItemState.CANCELLED, reason=Reason.NO_LONGER_ACKNOWLEDGED)
    request = request_for(situation.item, situation.ticket, errand, situation.now)
    match request:
        case Reason():
            return Drop(state=ItemState.CANCELLED, reason=request)
        case Silencing():
            return Ask(request=request, reason=Reason.ACKNOWLEDGED)
        case _:
            return Ask(request=request, reason=Reason.NO_LONGER_ACKNOWLEDGED)


STAGES: tuple[Stage, ...] = (
    no_longer_wanted,
    emptied,
    too_late,
    unconfirmed_too_often,
    nobody_to_write_to,
    not_allowed,
    incomplete,
    silenced,
    not_asking,
    kept_back_by_another,
    in_quiet_hours,
    too_many,
    blocked,
    as_preferred,
    as_free_form,
    held_for_a_reply,
    templates_blocked,
    templates_unknown,
)

# The first part had to pass all of them; the others belong to it.
PART_STAGES: tuple[Stage, ...] = (
    no_longer_wanted,
    too_late,
    unconfirmed_too_often,
    nobody_to_write_to,
    not_allowed,
    not_its_turn,
    blocked,
    as_free_form,
    held_for_a_reply,
)

OTHER_STAGES: tuple[Stage, ...] = (
    no_longer_wanted,
    not_taken_in_time,
    too_late,
    unconfirmed_too_often,
)

# What concerns people, by whatever way they would be told.
KEPT_BACK_ANYWHERE: tuple[Stage, ...] = (silenced, kept_back_by_another, in_quiet_hours)
