"""The sections ``prices`` and ``budget``: what WhatsApp charges, and how much it may be in a month.

Without a table of the user's own the shipped example stands in, which knows few markets and says what it is.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import phonenumbers
import voluptuous as vol
import yaml

from wa_notify.config.faults import Fault, Faults, shown
from wa_notify.config.hours import zone
from wa_notify.config.ratecard import Written, read_card, settled
from wa_notify.config.shape import Check, Flaw, fitted, listing, section, table
from wa_notify.config.words import flag, matching, one_of, text, whole
from wa_notify.core.budget import CAP, WARN, Budget
from wa_notify.core.pricing import (
    CATEGORIES,
    COARSER,
    TERMS,
    Merging,
    Model,
    Prices,
    PriceTable,
    Rate,
    Terms,
    price_table,
)

PRICES, BUDGET = "prices", "budget"
MOST_FREE = 1_000_000_000
MOST_DIGITS = 9  # behind the point; finer amounts could not be kept
HIGHEST_PRICE = Decimal(1000)
MONEY = re.compile(r"(\d{1,9}(?:\.\d{1,9})?) ?([A-Z]{3})")
PERCENT = re.compile(r"(\d{1,4}(?:\.\d{1,2})?) ?%")
PRICE_FIX = "Write it as 0.0068, in the currency of the table."

currency = matching(re.compile(r"[A-Z]{3}"), "currency", "Write its three letters, such as EUR.")
region = matching(re.compile(r"[A-Z]{2}"), "region", 'Use two capital letters, such as GB or "NO".')


def price(value: Any) -> Decimal:
    """What one message costs."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Flaw("This takes a price.", PRICE_FIX)
    try:
        amount = Decimal(str(value).strip())
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or not 0 <= amount < HIGHEST_PRICE:
        raise Flaw(f"{shown(value)} is no price.", PRICE_FIX)
    if -int(amount.normalize().as_tuple().exponent) > MOST_DIGITS:
        raise Flaw(f"{shown(value)} is finer than {MOST_DIGITS} digits.", "Round it.")
    return amount


def day(value: Any) -> date:
    """A day."""
    try:
        return date.fromisoformat(text(value))
    except ValueError:
        raise Flaw(f"{shown(value)} is no day.", "Write it as 2026-10-01.") from None


category = one_of(*CATEGORIES, *COARSER)
RATE: Mapping[Any, Check] = {
    vol.Required("market"): text,
    vol.Required("category"): category,
    vol.Required("price"): price,
    vol.Optional("from_volume"): whole(1, MOST_FREE),
    vol.Optional("since"): day,
}
_RATE = section("A rate", RATE)


def _free_service(value: Any) -> int | None:
    return None if value == "all" else whole(0, MOST_FREE)(value)


def _merging(value: Any) -> Merging:
    if value == Merging.AUTO.value:
        return Merging.AUTO
    if not isinstance(value, bool):
        raise Flaw(f"{shown(value)} is not possible here.", "Write auto, true or false.")
    return Merging.ALWAYS if flag(value) else Merging.NEVER


def _model(value: Any) -> Model:
    return Model(one_of(*Model)(value))


_MODEL: Check = vol.All(
    section(
        "A price model",
        {
            vol.Required("since"): day,
            vol.Required("model"): _model,
            vol.Optional("free_service"): _free_service,
            vol.Optional("free_utility_in_window"): flag,
            vol.Optional("by_category"): flag,
        },
    ),
    lambda values: Terms(**values, source="the configuration"),
)
_PRICES: Check = section(
    "The section `prices`",
    {
        vol.Optional("table"): text,
        vol.Optional("rates"): listing("`rates`", _RATE, least=1, most=50_000),
        vol.Optional("currency"): currency,
        vol.Optional("markets"): table("`markets`", region, text),
        vol.Optional("models"): listing("`models`", _MODEL, least=1, most=100),
        vol.Optional("time_zone"): zone,
        vol.Optional("merge", default=Merging.AUTO.value): _merging,
    },
)


def amount(value: Any) -> tuple[Decimal, str]:
    """An amount of money with its currency."""
    found = MONEY.fullmatch(text(value).strip())
    if not found or not Decimal(found[1]):
        raise Flaw(f"{shown(value)} is no amount of money.", "Write it with its currency: 50 EUR.")
    return Decimal(found[1]), found[2]


def percent(value: Any) -> Decimal:
    """A part of the whole."""
    found = PERCENT.fullmatch(text(value).strip())
    if not found or not 0 < Decimal(found[1]) <= 1000:
        raise Flaw(f"{shown(value)} is no part of the budget.", "Write it as 80%.")
    return Decimal(found[1]) / 100


_BUDGET: Check = section(
    "The section `budget`",
    {
        vol.Required("monthly"): amount,
        vol.Optional("warn", default=f"{WARN:.0%}"): percent,
        vol.Optional("cap", default=f"{CAP:.0%}"): percent,
        vol.Optional("critical", default="ignore"): one_of("ignore", "count"),
    },
)


def shipped(time_zone: str) -> Prices:
    """What holds where nobody says more: the models as they are known, and an example of a table."""
    return replace(_shipped(), time_zone=time_zone)


@cache
def _shipped() -> Prices:
    folder = files("wa_notify").joinpath("prices")
    example: dict[str, Any] = yaml.safe_load(folder.joinpath("example.yaml").read_text(encoding="utf-8"))
    markets: dict[str, list[str]] = yaml.safe_load(
        folder.joinpath("markets.yaml").read_text(encoding="utf-8")
    )
    rates = [Rate(**_RATE(one)) for one in example["rates"]]
    return Prices(
        table=price_table(rates, example["currency"], note=example["note"]),
        markets={region: market for market, regions in markets.items() for region in regions},
        region_of=region_of,
    )


@lru_cache(maxsize=10_000)
def region_of(phone: str) -> str:
    """The region of a number in E.164, two letters; empty for one that belongs to no country."""
    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return ""
    code = number.country_code or 0
    found = phonenumbers.region_code_for_number(number) or phonenumbers.region_code_for_country_code(code)
    return found if found.isalpha() and found != "ZZ" else ""


def prices(raw: Any, path: Path, time_zone: str, faults: Faults) -> Prices:
    """Read the section; a table of one's own lies beside the configuration, whose ``path`` this is."""
    usual = shipped(time_zone)
    fit = fitted(_PRICES, raw, (PRICES,), faults)
    if fit is None:
        return usual
    return replace(
        usual,
        table=_table(fit, path, faults) or replace(usual.table, currency=_currency(fit, usual, faults)),
        terms=_terms(fit.get("models", ())),
        markets={**usual.markets, **fit.get("markets", {})},
        time_zone=fit.get("time_zone", time_zone),
        merge=fit["merge"],
    )


def card_of(raw: Any, folder: Path) -> Path | None:
    """The file with the table, whatever is wrong with the section or the file."""
    name = raw.get("table") if isinstance(raw, Mapping) else None
    return folder / name if isinstance(name, str) and name else None


def _currency(fit: Mapping[str, Any], usual: Prices, faults: Faults) -> str:
    """The example has a currency of its own."""
    own = usual.table.currency
    if fit.get("currency", own) != own:
        what = f"Without a table the example counts, which is in {own}."
        fix = "Name your own `table`, or write `rates`."
        faults.add(Fault(spot=(PRICES, "currency"), what=what, fix=fix))
    return own


def _table(fit: Mapping[str, Any], path: Path, faults: Faults) -> PriceTable | None:
    if "table" in fit and "rates" in fit:
        what = "Rates are given twice, by `table` and by `rates`."
        faults.add(Fault(spot=(PRICES, "rates"), what=what, fix="Remove one of them."))
    written: list[Written] = []
    if "table" in fit:
        card, shown_as = path.resolve().parent / fit["table"], str(path.parent / fit["table"])
        written = read_card(card, shown_as, RATE, (PRICES, "table"), faults)
    elif "rates" in fit:
        written = [
            Written(rate=Rate(**one), spot=(PRICES, "rates", index)) for index, one in enumerate(fit["rates"])
        ]
    else:
        return None
    return price_table(settled(written, faults), fit.get("currency", "USD"))


def _terms(own: Any) -> tuple[Terms, ...]:
    """Models of one's own come beside those that are known, and replace one of the same day."""
    by_day = {terms.since: terms for terms in (*TERMS, *own)}
    return tuple(by_day[since] for since in sorted(by_day))


def budget(raw: Any, table: PriceTable, faults: Faults) -> Budget | None:
    """Read the section; it has to be in the currency of the prices."""
    fit = fitted(_BUDGET, raw, (BUDGET,), faults) if raw is not None else None
    if fit is None:
        return None
    monthly, its_currency = fit["monthly"]
    if its_currency != table.currency:
        what = f"The budget is in {its_currency}, and the prices are in {table.currency}."
        fix = "Use one currency: `prices.currency` names that of your table."
        faults.add(Fault(spot=(BUDGET, "monthly"), what=what, fix=fix))
    if fit["warn"] > fit["cap"]:
        what = "The warning would come after the cap."
        faults.add(Fault(spot=(BUDGET, "warn"), what=what, fix="Warn at a smaller part than `cap`."))
    return Budget(
        monthly=monthly,
        currency=its_currency,
        warn=fit["warn"],
        cap=fit["cap"],
        critical_counts=fit["critical"] == "count",
    )
