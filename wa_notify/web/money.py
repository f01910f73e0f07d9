"""What readiness and metrics say of money."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from prometheus_client.core import GaugeMetricFamily, Metric

from wa_notify.core.budget import Budget, Level
from wa_notify.core.charge import Total, spent
from wa_notify.core.rule import Rulebook
from wa_notify.core.wallclock import spoken_time


def money_troubles(book: Rulebook, totals: Sequence[Total], now: datetime) -> list[str]:
    """What is worth a word of the month's budget; none of it keeps critical alerts from people."""
    budget = book.budget
    if budget is None:
        return []
    found, paid = [], spent(totals, budget.currency)
    if budget.level(paid) is not Level.FINE:
        until = spoken_time(book.prices.month_ends(now), book.time_zone)
        found.append(budget.told(paid, book.prices.month(now), until))
    if unknown := sum(total.unknown for total in totals):
        found.append(f"The budget leaves out {unknown} messages whose price the table does not know.")
    if book.prices.table.note:
        found.append(f"The budget is reckoned with other prices than yours. {book.prices.table.note}")
    return found


def money_metrics(totals: Sequence[Total], budget: Budget | None) -> list[Metric]:
    """This month's costs and messages; both begin anew with each month of the account."""
    cost = GaugeMetricFamily(
        "wa_notify_month_cost",
        "What WhatsApp has cost this month, as far as prices are known.",
        labels=["category", "market", "currency", "state"],
    )
    messages = GaugeMetricFamily(
        "wa_notify_month_messages",
        "Messages of this month by category, market and why they cost nothing (empty: they cost).",
        labels=["category", "market", "free", "state"],
    )
    amounts: dict[tuple[str, ...], Decimal] = {}
    counts: dict[tuple[str, ...], int] = {}
    for total in totals:
        place = (total.category, total.market, total.currency, total.state.value)
        amounts[place] = amounts.get(place, Decimal(0)) + total.amount
        group = (total.category, total.market, total.free, total.state.value)
        counts[group] = counts.get(group, 0) + total.messages
    for labels, amount in amounts.items():
        cost.add_metric(labels, float(amount))
    for labels, count in counts.items():
        messages.add_metric(labels, count)
    limit = GaugeMetricFamily(
        "wa_notify_month_budget", "What WhatsApp may cost in a month.", labels=["currency"]
    )
    if budget:
        limit.add_metric([budget.currency], float(budget.monthly))
    return [cost, messages, limit]
