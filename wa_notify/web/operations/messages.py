"""Saying something by hand: what would become of it, and saying it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec

from wa_notify.core.access import Right
from wa_notify.core.budget import Money
from wa_notify.core.message import Form
from wa_notify.core.pricing import WHY_FREE, Price, spoken_amount
from wa_notify.core.reason import SENTENCES, Reason
from wa_notify.core.situation import Ask, Decision, Divert, Drop, Hold, Send, Wait
from wa_notify.core.template import UNFILLABLE, Category, TemplateShape, choose, variables
from wa_notify.core.wallclock import spoken_span, spoken_time
from wa_notify.core.window import Window
from wa_notify.core.within import spoken_form
from wa_notify.pipeline.conditions import as_usable
from wa_notify.pipeline.people import find
from wa_notify.pipeline.saying import Put, Saying, foresee, note_said, put
from wa_notify.ports import Transaction
from wa_notify.web.operations.bubbles import Bubble, of_message, of_shape
from wa_notify.web.operations.messages_words import Words, intent_of
from wa_notify.web.operations.operation import Asked, Given, Nothing, Shape, operation
from wa_notify.web.refusals import NotThere, Unfitting
from wa_notify.web.request import storable

TTL = timedelta(hours=4)  # what waited longer is dropped, as with rules
OF_THE_TEMPLATE = frozenset(
    {
        Reason.TEMPLATE_MISSING,
        Reason.TEMPLATE_NOT_APPROVED,
        Reason.TEMPLATE_IS_MARKETING,
        Reason.TEMPLATE_MISFIT,
        Reason.TEMPLATE_UNUSABLE,
    }
)


class PriceShape(Shape, frozen=True, kw_only=True):
    """What a message of this category would cost: an amount, or why it is free; else nobody knows."""

    category: str
    amount: str | None
    currency: str
    text: str


class WindowShape(Shape, frozen=True, kw_only=True):
    """The 24 hours in which free-form text may leave; ``asked``: a reply was asked for since."""

    is_open: bool
    closes_at: datetime | None
    last_inbound_at: datetime | None
    asked: bool


class ForeseenShape(Shape, frozen=True, kw_only=True):
    """What would become of it now. It is decided anew when it leaves.

    ``outcome`` is ``leaves``, ``waits`` (until ``until``), ``held`` (for a reply of the person), ``refused``
    or ``known`` (the key was used before). ``if_closed`` says what happens should the window close first.
    """

    recipient: str
    spoken: str
    phone: str
    outcome: str
    form: str
    reason: Reason | None
    sentence: str
    detail: str
    until: datetime | None
    messages: int
    window: WindowShape
    if_closed: str
    prices: list[PriceShape]
    bubble: Bubble | None


class TemplateChoice(Shape, frozen=True, kw_only=True):
    """A template in the language that suits the person. ``why`` says why it cannot be sent by hand.

    ``blanks`` are those of the body; ``header``, ``url`` and ``code`` tell what else has to be filled in, and
    ``file`` which sort of file (or ``location``) its header takes.
    """

    name: str
    language: str
    category: str
    usable: bool
    why: str
    blanks: list[str]
    header: bool
    url: bool
    code: bool
    file: str
    bubble: Bubble


class TemplateChoices(Shape, frozen=True, kw_only=True):
    """Those that can be sent first, by name."""

    items: list[TemplateChoice]


class Whom(Given, frozen=True, kw_only=True):
    """Who is written to, by name or number."""

    to: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class SaidShape(Shape, frozen=True, kw_only=True):
    """What was put into the outbox. ``outcome`` is as in a preview; a refusal is no answer but a problem."""

    text: str
    recipient: str
    item: int | None
    outcome: str
    reason: Reason | None
    sentence: str


@operation("POST", "/messages/preview", rehearses=True, right=Right.SEND)
async def preview_message(asked: Asked[Words, Nothing]) -> ForeseenShape:
    """Show what would become of a message: its form, why, what it costs. Nothing is sent or kept."""
    intent, number_id = intent_of(asked.body), asked.office.account.number_id
    saying = Saying(who=storable(asked.body.to.strip()), intent=intent, key=f"preview/{asked.key}", ttl=TTL)

    def look(tx: Transaction) -> ForeseenShape:
        _on_ticket(tx, asked.body.ticket)
        found = foresee(tx, asked.book, number_id, saying, asked.now)
        window = tx.window(number_id, found.recipient.id)
        return _foreseen(tx, asked, found, window)

    return await asked.office.engine.desk.rehearse(look)


@operation("GET", "/messages/templates", right=Right.SEND)
async def list_template_choices(asked: Asked[Nothing, Whom]) -> TemplateChoices:
    """List the templates by which somebody may be written to now, and why others cannot be sent."""
    shapes = await asked.look(lambda views: views.templates())

    def found(tx: Transaction) -> list[TemplateChoice]:
        person, troubles = find(tx, storable(asked.query.to.strip())), tx.open_conditions()
        languages = (*person.languages, *asked.book.languages)
        usable = [as_usable(troubles, shape) for shape in shapes]
        return [
            _choice([one for one in usable if one.name == name], languages)
            for name in sorted({shape.name for shape in shapes})
        ]

    choices = await asked.office.engine.desk.rehearse(found)
    return TemplateChoices(items=sorted(choices, key=lambda one: not one.usable))


@operation("POST", "/messages", right=Right.SEND, status=202, sends=True)
async def send_message(asked: Asked[Words, Nothing]) -> SaidShape:
    """Say something to somebody. It goes through the outbox like everything else, within a second.

    What would be refused now is refused here, and nothing is kept of it.
    """
    words, book, now, number_id = asked.body, asked.book, asked.now, asked.office.account.number_id
    saying = Saying(
        who=storable(words.to.strip()),
        intent=intent_of(words),
        key=f"{asked.caller.name}/{asked.key}",
        ttl=TTL,
    )
    foreseen = await asked.office.engine.desk.rehearse(lambda tx: foresee(tx, book, number_id, saying, now))
    _refuse(foreseen.decision)

    def work(tx: Transaction) -> Put:
        _on_ticket(tx, words.ticket)
        done = put(tx, foreseen, saying, now)
        if done.item:
            note_said(tx, words.ticket, done.item, asked.actor(tx), now)
        return done

    whom = f"recipient {foreseen.recipient.id}"
    done = await asked.change(whom, work, facts=lambda done: _facts(done, words.ticket))
    return _said(done, book.time_zone)


def _choice(same_name: Sequence[TemplateShape], languages: Sequence[str]) -> TemplateChoice:
    shape = choose(same_name, languages)
    shown = shape or same_name[0]
    return TemplateChoice(
        name=shown.name,
        language=shown.language,
        category=shown.category.lower(),
        usable=not (why := _why_not(shape, shown)),
        why=why,
        blanks=list(variables(shown.body)),
        header=bool(variables(shown.header)),
        url=any(button.takes_suffix for button in shown.buttons),
        code=any(button.kind == "COPY_CODE" for button in shown.buttons),
        file="" if shown.header_format in ("", "TEXT") else shown.header_format.lower(),
        bubble=of_shape(shown),
    )


def _why_not(shape: TemplateShape | None, shown: TemplateShape) -> str:
    if shape is None:
        unfit = shown.sendable  # in a language that does not fit
        return SENTENCES[Reason.TEMPLATE_MISSING if unfit else Reason.TEMPLATE_NOT_APPROVED]
    if shape.category == Category.MARKETING:
        return SENTENCES[Reason.TEMPLATE_IS_MARKETING]
    odd = next((button.kind for button in shape.buttons if button.kind in UNFILLABLE), "")
    return f"It has a button of the kind {odd}, which cannot be filled by hand." if odd else ""


def _on_ticket(tx: Transaction, number: int | None) -> None:
    if number is not None and tx.ticket(number) is None:
        raise NotThere(f"There is no ticket #{number}.", where="ticket")


def _refuse(decision: Decision | None) -> None:
    """Raises `Unfitting` for what nobody would ever get."""
    if isinstance(decision, Drop):
        where = "template" if decision.reason in OF_THE_TEMPLATE else "to"
        fix = f"{decision.detail} ({decision.reason})" if decision.detail else f"({decision.reason})"
        raise Unfitting(SENTENCES[decision.reason], where=where, fix=fix)


def _foreseen(tx: Transaction, asked: Asked[Words, Nothing], found: Put, window: Window) -> ForeseenShape:
    decision, person = found.decision, found.recipient
    message = decision.message if isinstance(decision, Send) else None
    template = asked.body.template
    return ForeseenShape(
        recipient=person.id,
        spoken=person.spoken,
        phone=person.masked_phone,
        outcome=outcome_of(decision),
        form=spoken_form(message) if message else "",
        reason=decision.reason if decision else None,
        sentence=SENTENCES[decision.reason] if decision else "",
        detail=_detail(decision),
        until=decision.until if isinstance(decision, Wait) else None,
        messages=1 + len(decision.rest) if isinstance(decision, Send) else 0,
        window=window_shape(window, asked.now),
        if_closed=_if_closed(decision, asked.body),
        prices=[_price(category, price) for category, price in sorted(_prices(found.money).items())],
        bubble=of_message(message, tx.shapes(template.name) if template else ()) if message else None,
    )


def outcome_of(decision: Decision | None) -> str:
    """What becomes of it, in a word."""
    match decision:
        case None:
            return "known"
        case Send() | Divert() | Ask():
            return "leaves"
        case Hold():
            return "held"
        case Wait():
            return "waits"
        case Drop():
            return "refused"


def _detail(decision: Decision | None) -> str:
    match decision:
        case Drop(detail=detail):
            return detail
        case Send(instead=instead):
            return instead
        case _:
            return ""


def _if_closed(decision: Decision | None, words: Words) -> str:
    """What happens should the window close before it has left; empty where that changes nothing."""
    if not isinstance(decision, Send) or decision.message.form is not Form.FREE_FORM:
        return ""
    if words.template:
        return f"If the window closes before it leaves, template {words.template.name} goes out instead."
    hours = spoken_span(TTL)
    return f"If the window closes before it leaves, it is held until they reply, for {hours} at most."


def window_shape(window: Window, now: datetime) -> WindowShape:
    """A window as it is shown."""
    return WindowShape(
        is_open=window.is_open(now),
        closes_at=window.closes_at,
        last_inbound_at=window.last_inbound_at,
        asked=window.asked,
    )


def _prices(money: Money | None) -> Mapping[str, Price]:
    return money.prices if money else {}


def _price(category: str, price: Price) -> PriceShape:
    if price.free:
        text = f"free: {WHY_FREE[price.free]}"
    elif price.amount is None:
        text = "not known: the price table has no such rate"
    else:
        text = f"{spoken_amount(price.amount)} {price.currency}"
    amount = None if price.amount is None else str(price.amount)
    return PriceShape(category=category, amount=amount, currency=price.currency, text=text)


def _facts(done: Put, ticket: int | None) -> dict[str, Any]:
    """What the audit trail keeps: which message it is, and nothing of its words."""
    if done.item is None:
        return {}
    wish = done.item.intent.template
    told = {"item": done.item.id, "outcome": outcome_of(done.decision), "template": wish.name if wish else ""}
    return told | ({"ticket": ticket} if ticket else {})


def _said(done: Put, time_zone: str) -> SaidShape:
    name, decision = done.recipient.spoken, done.decision
    match outcome_of(decision):
        case "known":
            text = "This was said before, so nothing was added."
        case "held":
            text = f"It is held until {name} replies."
        case "waits":
            until = spoken_time(decision.until, time_zone) if isinstance(decision, Wait) else ""
            text = f"It waits until {until}: {SENTENCES[decision.reason]}" if decision else ""
        case _:
            form = f" as {spoken_form(decision.message)}" if isinstance(decision, Send) else ""
            text = f"It leaves for {name}{form}."
    return SaidShape(
        text=text,
        recipient=done.recipient.id,
        item=done.item.id if done.item else None,
        outcome=outcome_of(decision) if done.item else "known",
        reason=decision.reason if decision else None,
        sentence=SENTENCES[decision.reason] if decision else "",
    )


OPERATIONS = (preview_message, list_template_choices, send_message)
