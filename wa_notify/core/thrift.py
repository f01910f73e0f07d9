"""Thrift: the cheaper of two forms, and nothing beyond the budget that is not urgent."""

from dataclasses import replace
from datetime import timedelta

from wa_notify.core.breaker import templates_blocked
from wa_notify.core.forms import as_template
from wa_notify.core.message import SERVICE, TEXT_LIMIT
from wa_notify.core.outbox import Intent, Occasion
from wa_notify.core.pricing import Preference, Price
from wa_notify.core.reason import Reason
from wa_notify.core.rule import Priority
from wa_notify.core.situation import Decision, Send, Situation, Wait

LOOK_AGAIN = timedelta(hours=1)  # the budget may have been raised, or a message that was to cost has failed
# People must hear that their STOP or their command worked, and administrators that money is short.
NEVER_TOO_DEAR = (Occasion.CONFIRMATION, Occasion.INVITE, Occasion.NOTICE)


def as_preferred(situation: Situation) -> Decision | None:
    """The window is open, and still a template leaves: it is wished for, or it is cheaper."""
    money, intent = situation.money, situation.item.intent
    if money is None or money.prefer is Preference.FREE_FORM or intent.free_form is None:
        return None
    if intent.template is None or not situation.window.is_open(situation.now):
        return None
    if templates_blocked(situation):
        return None
    decision = as_template(situation)
    if not isinstance(decision, Send):
        return None
    if money.prefer is Preference.TEMPLATE:
        return replace(decision, reason=Reason.TEMPLATE_PREFERRED)
    template, free_form = money.price(decision.message.category), money.price(SERVICE)
    if template is None or free_form is None or not cheaper(template, free_form, messages_of(intent)):
        return None
    return replace(decision, reason=Reason.TEMPLATE_CHEAPER)


def cheaper(one: Price, other: Price, others: int = 1) -> bool:
    """Whether one message costs less than ``others`` of the other price. What nobody knows is not cheaper."""
    if one.amount is None or other.amount is None:
        return False
    return one.amount < other.amount * others


def messages_of(intent: Intent) -> int:
    """How many free-form messages it takes to say it in full."""
    length = len(intent.free_form or "")
    return max(-(-length // TEXT_LIMIT), 1)


def affordable(situation: Situation, decision: Decision) -> Decision:
    """The decision, unless the budget of the month is spent and it would cost."""
    money, item = situation.money, situation.item
    if money is None or money.spent_until is None or not isinstance(decision, Send):
        return decision
    if item.occasion in NEVER_TOO_DEAR or item.unconfirmed:  # what may have left is not kept back
        return decision
    if item.priority is Priority.CRITICAL and not money.critical_counts:
        return decision
    price = money.price(decision.message.category)
    if price is not None and not price.costs:
        return decision
    until = min(money.spent_until, situation.now + LOOK_AGAIN)
    return Wait(until=min(until, item.expires_at or until), reason=Reason.BUDGET_SPENT)
