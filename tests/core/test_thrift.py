"""Thrift: the cheaper form, the budget, and several messages as one."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.core.builders import NOW, intent, item, open_window, recipient, situation
from wa_notify.core.budget import Budget, Level, Money
from wa_notify.core.condition import Effect, Scope, Sign, raised
from wa_notify.core.decision import decide
from wa_notify.core.enclosed import MediaKind, MediaLink
from wa_notify.core.merge import joined, may_merge
from wa_notify.core.message import Button, Row, TemplateMessage, TextMessage
from wa_notify.core.outbox import Channel, Intent, Item, ItemState, Occasion
from wa_notify.core.pricing import Free, Model, Preference, Price
from wa_notify.core.reason import Reason
from wa_notify.core.rule import Priority
from wa_notify.core.situation import Decision, Drop, Send, Wait

NEXT_MONTH = NOW + timedelta(days=10)
TAP = (Button(payload="ack", title="Acknowledge"),)


def costs(amount: str | None, free: Free | None = None) -> Price:
    return Price(
        model=Model.PER_MESSAGE,
        category="utility",
        market="GB",
        amount=None if amount is None else Decimal(amount),
        currency="GBP",
        free=free,
    )


def money(template: Price, free_form: Price, **special: Any) -> Money:
    return Money(prices={"utility": template, "service": free_form}, **special)


def decided(wallet: Money | None, **special: Any) -> Decision:
    said = {"item": item(intent=intent(free_form="Disk full")), "window": open_window(), **special}
    return decide(situation(money=wallet, **said))


NO_TEMPLATES = raised(Sign(scope=Scope.ACCOUNT, cause="131064", effect=Effect.NO_TEMPLATES), None, NOW)
CHEAP, DEAR = costs("0.01"), costs("0.02")


@pytest.mark.parametrize(
    ("wallet", "form", "reason"),
    [
        (None, TextMessage, Reason.WINDOW_OPEN),
        (money(CHEAP, DEAR), TextMessage, Reason.WINDOW_OPEN),
        (money(CHEAP, DEAR, prefer=Preference.CHEAPER), TemplateMessage, Reason.TEMPLATE_CHEAPER),
        (money(DEAR, DEAR, prefer=Preference.CHEAPER), TextMessage, Reason.WINDOW_OPEN),
        (money(CHEAP, costs(None), prefer=Preference.CHEAPER), TextMessage, Reason.WINDOW_OPEN),
        (money(costs(None), DEAR, prefer=Preference.CHEAPER), TextMessage, Reason.WINDOW_OPEN),
        (Money(prefer=Preference.CHEAPER), TextMessage, Reason.WINDOW_OPEN),
        (Money(prices={"utility": CHEAP}, prefer=Preference.CHEAPER), TextMessage, Reason.WINDOW_OPEN),
        (money(DEAR, CHEAP, prefer=Preference.TEMPLATE), TemplateMessage, Reason.TEMPLATE_PREFERRED),
    ],
)
def test_in_an_open_window_the_form_is_a_matter_of_taste_and_price(
    wallet: Money | None, form: type, reason: Reason
) -> None:
    decision = decided(wallet)
    assert isinstance(decision, Send)
    assert (type(decision.message), decision.reason) == (form, reason)


def test_one_template_is_cheaper_than_two_free_form_messages_of_the_same_price() -> None:
    wallet = money(DEAR, DEAR, prefer=Preference.CHEAPER)
    decision = decided(wallet, item=item(intent=intent(free_form="x" * 4097)))
    assert decision.reason is Reason.TEMPLATE_CHEAPER


@pytest.mark.parametrize(
    "special",
    [
        {"item": item(intent=replace(intent(), free_form=None))},
        {"item": item(intent=intent(free_form="x", template=None))},
        {"window": situation().window},
        {"shapes": ()},
        {"troubles": (NO_TEMPLATES,)},
    ],
)
def test_where_only_one_form_is_possible_nobody_is_asked(special: dict[str, Any]) -> None:
    wallet = money(CHEAP, DEAR, prefer=Preference.TEMPLATE)
    assert decided(wallet, **special) == decided(None, **special)


@pytest.mark.parametrize(
    ("special", "critical_counts", "waits"),
    [
        ({}, False, True),
        ({"priority": Priority.CRITICAL}, False, False),
        ({"priority": Priority.CRITICAL}, True, True),
        ({"occasion": Occasion.NOTICE, "priority": Priority.CRITICAL}, True, False),
        ({"occasion": Occasion.CONFIRMATION}, False, False),
        ({"unconfirmed": 1}, False, False),
    ],
)
def test_beyond_the_budget_what_is_not_critical_waits(
    special: dict[str, Any], critical_counts: bool, waits: bool
) -> None:
    wallet = money(CHEAP, DEAR, spent_until=NEXT_MONTH, critical_counts=critical_counts)
    decision = decided(wallet, item=item(intent=intent(free_form="x"), **special))
    assert isinstance(decision, Wait) is waits
    assert (decision.reason is Reason.BUDGET_SPENT) is waits


def test_what_costs_nothing_need_not_wait_and_what_is_refused_stays_refused() -> None:
    wallet = money(CHEAP, costs("0", Free.FREE_TIER), spent_until=NEXT_MONTH)
    assert isinstance(decided(wallet), Send)
    refused = decided(wallet, objection=Reason.OPTED_OUT)
    assert refused == Drop(state=ItemState.REFUSED, reason=Reason.OPTED_OUT)


def test_without_a_known_price_the_budget_is_careful() -> None:
    assert decided(Money(spent_until=NEXT_MONTH)).reason is Reason.BUDGET_SPENT
    unknown = money(costs(None), costs(None), spent_until=NEXT_MONTH)
    assert decided(unknown).reason is Reason.BUDGET_SPENT


@pytest.mark.parametrize(
    ("spent_until", "expires_at", "until"),
    [
        (NEXT_MONTH, None, NOW + timedelta(hours=1)),
        (NOW + timedelta(minutes=5), None, NOW + timedelta(minutes=5)),
        (NEXT_MONTH, NOW + timedelta(minutes=20), NOW + timedelta(minutes=20)),
    ],
)
def test_it_is_looked_at_every_hour_and_when_month_or_item_ends(
    spent_until: Any, expires_at: Any, until: Any
) -> None:
    wallet = money(CHEAP, DEAR, spent_until=spent_until)
    decision = decided(wallet, item=item(intent=intent(free_form="x"), expires_at=expires_at))
    assert decision == Wait(until=until, reason=Reason.BUDGET_SPENT)


@pytest.mark.parametrize(
    ("spent", "level"),
    [
        ("0", Level.FINE),
        ("39.99", Level.FINE),
        ("40", Level.WARNING),
        ("50", Level.SPENT),
        ("99", Level.SPENT),
    ],
)
def test_a_budget_warns_before_it_is_spent(spent: str, level: Level) -> None:
    assert Budget(monthly=Decimal(50), currency="EUR").level(Decimal(spent)) is level


@pytest.mark.parametrize(
    ("spent", "critical_counts", "words"),
    [
        ("40.0068", False, "WhatsApp has cost 40.0068 of 50.00 EUR in 2026-11."),
        ("50", False, "The budget is spent: What is not critical waits until 1 Dec 00:00 GMT."),
        ("50", True, "The budget is spent: Everything waits until 1 Dec 00:00 GMT."),
    ],
)
def test_a_budget_tells_how_far_the_month_has_come_and_what_waits(
    spent: str, critical_counts: bool, words: str
) -> None:
    budget = Budget(monthly=Decimal(50), currency="EUR", critical_counts=critical_counts)
    assert budget.told(Decimal(spent), "2026-11", "1 Dec 00:00 GMT").endswith(words)


def part(text: str | None = "Done.", **special: Any) -> Item:
    said = {key: special.pop(key) for key in ("buttons", "rows", "media", "answers") if key in special}
    ordinary: dict[str, Any] = {"occasion": Occasion.CONFIRMATION, "intent": Intent(free_form=text, **said)}
    return item(**(ordinary | special))


@pytest.mark.parametrize(
    "no",
    [
        part(None),
        part(rows=(Row(payload="1", title="one"),)),
        part(media=MediaLink(kind=MediaKind.IMAGE, link="https://example.net/a.png")),
        part(occasion=Occasion.MESSAGE),
        part(occasion=Occasion.BUNDLE),
        part(channel=Channel.OTHER),
        part(unconfirmed=1),
    ],
)
def test_only_plain_text_of_ours_that_never_left_is_merged(no: Item) -> None:
    assert may_merge(part())
    assert not may_merge(no)


def test_merged_text_keeps_every_word_and_the_buttons_that_one_of_them_has() -> None:
    whole = joined([part(), part("More.", buttons=TAP, answers=True)])
    assert whole is not None
    assert (whole.free_form, whole.buttons, whole.answers) == ("Done.\n\nMore.", TAP, False)


def test_nothing_is_merged_that_would_lose_something() -> None:
    others = (Button(payload="silence", title="Silence 1h"),)
    assert joined([part(buttons=TAP), part(buttons=others)]) is None
    assert joined([part("x" * 2047), part("y" * 2047)]) is not None
    assert joined([part("x" * 2047), part("y" * 2048)]) is None
    assert joined([part("x" * 1000), part("y" * 30, buttons=TAP)]) is None


def test_somebody_without_an_address_has_no_price() -> None:
    assert decided(None, recipient=recipient(phone="")).reason is Reason.NO_ADDRESS
