"""The form of what is said: free-form text while the window is open, else a template, else it is held."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import assert_never

from wa_notify.core.breaker import free_form_blocked
from wa_notify.core.cleaner import clean, cut
from wa_notify.core.enclosed import (
    IN_HEADER,
    Contacts,
    LinkButton,
    LocationWish,
    Place,
    ReactionTo,
)
from wa_notify.core.errors import MessageMisfit, TemplateMisfit
from wa_notify.core.message import (
    CAPTION_LIMIT,
    TEXT_LIMIT,
    TEXT_WITH_BUTTONS_LIMIT,
    ContactsMessage,
    LinkMessage,
    ListMessage,
    LocationMessage,
    LocationRequest,
    MediaMessage,
    Message,
    ReactionMessage,
    TextMessage,
)
from wa_notify.core.outbox import Intent, ItemState, Occasion
from wa_notify.core.reason import SENTENCES, Reason
from wa_notify.core.reply import payload_for
from wa_notify.core.situation import Decision, Drop, Hold, Send, Situation, Wait
from wa_notify.core.split import split
from wa_notify.core.template import Category, TemplateStatus, TemplateWish, choose, fill

PLAIN = " .,:;!?%+-=/()@#&'\"_"  # what may stand between letters and digits of any script
SHORTEST_PLAIN = 30  # characters, which every parameter keeps
UNTIL_SYNCED = timedelta(seconds=5)
TEMPLATE_PAUSE = timedelta(minutes=1)  # until a missing template is looked for again, longer each time
LONGEST_TEMPLATE_PAUSE = timedelta(minutes=10)
LIST_OPENER = "Choose"


def as_free_form(situation: Situation) -> Decision | None:
    """The window is open and there is text for it."""
    intent = situation.item.intent
    refused = situation.item.reason is Reason.WINDOW_CLOSED_BY_PLATFORM  # whatever our clock says
    if not intent.has_free_form or refused or not situation.window.is_open(situation.now):
        return None
    if free_form_blocked(situation):
        return None
    rest: list[str] = []
    if intent.free_form and not (intent.rows or intent.media or intent.enclosed):
        first, *rest = split(intent.free_form, TEXT_LIMIT, situation.most_parts)
        intent = replace(intent, free_form=first)
    try:
        return Send(message=free_form_of(intent), reason=Reason.WINDOW_OPEN, rest=tuple(rest))
    except MessageMisfit as misfit:
        return None if intent.template else _refused(Reason.MESSAGE_MISFIT, str(misfit))


def free_form_of(intent: Intent) -> Message:
    """The message without a template. Raises `MessageMisfit` for what WhatsApp would not take."""
    body, media = cut(intent.free_form or "", TEXT_LIMIT), intent.media
    above = media if media and media.kind in IN_HEADER else None
    match intent.enclosed:
        case Place() as place:
            return LocationMessage(place=place)
        case Contacts() as contacts:
            return ContactsMessage(contacts=contacts)
        case ReactionTo() as reaction:
            return ReactionMessage(reaction=reaction)
        case LocationWish():
            return LocationRequest(body=cut(body, TEXT_WITH_BUTTONS_LIMIT))
        case LinkButton() as link:
            body = cut(body or link.title, TEXT_WITH_BUTTONS_LIMIT)
            return LinkMessage(body=body, button=link, header=above, footer=intent.footer)
        case None:
            pass
        case enclosed:
            assert_never(enclosed)
    if intent.rows:
        return ListMessage(body=body, opener=LIST_OPENER, rows=intent.rows, footer=intent.footer)
    # Long text leaves without buttons: a word can be typed, but what was cut off cannot be read.
    buttons = intent.buttons if 0 < len(body) <= TEXT_WITH_BUTTONS_LIMIT else ()
    if media and not (above and buttons):
        return MediaMessage(media=media, caption=cut(body, CAPTION_LIMIT) if above else "")
    footer = intent.footer if buttons else ""
    return TextMessage(body=body, buttons=buttons, header=above, footer=footer, preview=intent.preview)


def held_for_a_reply(situation: Situation) -> Decision | None:
    """The window is closed and only free-form text could say it."""
    intent = situation.item.intent
    if intent.template is not None or not intent.has_free_form:
        return None
    if intent.answers or intent.only_now:  # what missed its window is not worth a later interruption
        return Drop(state=ItemState.CANCELLED, reason=Reason.WINDOW_CLOSED)
    return Hold()


def templates_unknown(situation: Situation) -> Decision | None:
    """The account's templates were never read, so nobody can say whether this one exists."""
    if situation.item.intent.template is None or situation.shapes or situation.synced:
        return None
    return Wait(until=situation.now + UNTIL_SYNCED, reason=Reason.TEMPLATES_NOT_SYNCED)


def as_template(situation: Situation) -> Decision:
    """The form that may always leave, if the account has it approved and what we say fits into it."""
    intent = situation.item.intent
    if intent.template is None:
        return _refused(Reason.NOTHING_TO_SAY)
    not_taken: list[tuple[TemplateWish, Decision]] = []
    for wish in intent.template.ways:
        decision = _by(wish, situation)
        if isinstance(decision, Send):
            return replace(decision, instead=_told(not_taken))
        not_taken.append((wish, decision))
    waits = (decision for _, decision in not_taken if isinstance(decision, Wait))
    return next(waits, not_taken[0][1])


def _by(wish: TemplateWish, situation: Situation) -> Decision:
    """The message by this template, in the language that suits best, or why not."""
    item = situation.item
    if item.reason is Reason.HELD_TOO_LONG and wish.name == item.template:
        return _until_it_is_there(situation, Reason.HELD_TOO_LONG, wish.name)
    shapes = [shape for shape in situation.shapes if shape.name == wish.name]
    shape = choose(shapes, situation.languages)
    if shape is None:
        if_approved = [replace(shape, status=TemplateStatus.APPROVED) for shape in shapes]
        unapproved = choose(if_approved, situation.languages) is not None
        reason = Reason.TEMPLATE_NOT_APPROVED if unapproved else Reason.TEMPLATE_MISSING
        return _until_it_is_there(situation, reason, wish.name)
    if shape.category == Category.MARKETING:
        return _refused(Reason.TEMPLATE_IS_MARKETING, shape.name)
    harder = item.reason is Reason.SAID_SHORTER
    try:
        words = plainer(wish) if harder else wish
        message = fill(words, shape, lambda label: payload_for(label, item.intent.ticket_ref))
    except (TemplateMisfit, MessageMisfit) as misfit:
        return _refused(Reason.TEMPLATE_MISFIT, str(misfit))
    if harder:
        return Send(message=message, reason=Reason.SAID_SHORTER)
    return Send(
        message=message,
        reason=Reason.WINDOW_CLOSED if item.intent.has_free_form else Reason.NO_FREE_FORM,
    )


def plainer(wish: TemplateWish) -> TemplateWish:
    """The same words once more, half as long and in nothing but plain characters, after a refusal."""
    header = None if wish.header is None else _plain(wish.header)
    return replace(wish, header=header, body=tuple((name, _plain(text)) for name, text in wish.body))


def _plain(text: str) -> str:
    simple = "".join(char if char.isalnum() or char in PLAIN else " " for char in text)
    return clean(simple, max(len(simple) // 2, SHORTEST_PLAIN))


def _told(not_taken: Sequence[tuple[TemplateWish, Decision]]) -> str:
    """Which ways were not taken and why, for the timeline."""
    return " ".join(f"Not by {wish.name}: {SENTENCES[decision.reason]}" for wish, decision in not_taken)


def _until_it_is_there(situation: Situation, reason: Reason, name: str) -> Decision:
    """A pause or a review ends, often before the alert expires. Who writes by hand is told at once."""
    if situation.ticket is None and situation.item.occasion is not Occasion.DIGEST:
        return _refused(reason, name)
    pause = min(TEMPLATE_PAUSE * max(situation.item.attempts, 1), LONGEST_TEMPLATE_PAUSE)
    return Wait(until=situation.now + pause, reason=reason)


def _refused(reason: Reason, detail: str = "") -> Drop:
    return Drop(state=ItemState.REFUSED, reason=reason, detail=detail)
