"""How the admin page says times, lengths, money and counts."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wa_notify.core.reason import SENTENCES, Reason
from wa_notify.web.admin import words

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LENGTHS = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=4000))


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-5, "less than a minute"), (0, "less than a minute"), (59, "less than a minute"), (60, "1 min"),
        (3599, "59 min"), (3600, "1 h"), (3900, "1 h 5 min"), (47 * 3600, "47 h"), (48 * 3600, "2 d"),
        (100 * 3600, "4 d 4 h"), (8 * 86400 + 7200, "8 d"),
    ],
)  # fmt: skip
def test_a_length_is_said_in_its_largest_units(seconds: int, said: str) -> None:
    assert words.span(timedelta(seconds=seconds)) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 ms"), (0.04, "40 ms"), (0.9996, "1 s"), (2.5, "2.5 s"), (9.96, "10 s"), (48, "48 s"),
     (59.6, "1 min"), (200, "3 min")],
)  # fmt: skip
def test_what_machines_take_is_said_shortly(seconds: float, said: str) -> None:
    assert words.short_span(timedelta(seconds=seconds)) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "just now"), (-59, "just now"), (-60, "1 min ago"), (-10799, "2 h 59 min ago"), (59, "in a moment"),
     (60, "in 1 min"), (61, "in 2 min"), (3599, "in 1 h"), (12 * 60, "in 12 min")],
)  # fmt: skip
def test_a_time_is_said_from_now(seconds: int, said: str) -> None:
    assert words.relative(NOW + timedelta(seconds=seconds), NOW) == said


@given(length=LENGTHS)
def test_what_is_past_is_never_older_than_said_and_what_comes_never_sooner(length: timedelta) -> None:
    units = {"d": timedelta(days=1), "h": timedelta(hours=1), "min": timedelta(minutes=1)}

    def meant(said: str) -> timedelta:
        parts = said.removesuffix(" ago").removeprefix("in ").split()
        return sum(
            (int(n) * units[unit] for n, unit in zip(parts[::2], parts[1::2], strict=True)), timedelta(0)
        )

    ago, coming = words.relative(NOW - length, NOW), words.relative(NOW + length, NOW)
    if length >= timedelta(minutes=1):
        assert meant(ago) <= length
        assert length - timedelta(days=1) < meant(coming)


def test_times_stand_in_the_zone_of_the_house() -> None:
    at = datetime(2026, 7, 1, 22, 30, 5, tzinfo=UTC)
    assert words.full(at, "Europe/Berlin") == "Thu, 2 Jul 2026, 00:30:05 CEST"
    assert words.day(at, "Europe/Berlin") == "Thu, 2 Jul 2026"
    assert words.minute(at, "America/Sao_Paulo") == "19:30"
    assert words.moment(at, "America/Sao_Paulo") == "1 Jul 19:30 UTC-03"


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [
        ("3.42", "USD", "$3.42"), ("0", "EUR", "€0.00"), ("0.0043", "USD", "$0.0043"),
        ("1234.5", "CHF", "CHF 1,234.50"), ("-12", "GBP", "\u2212£12.00"), ("-0.00001", "USD", "$0.00"),
        ("7", "", "7.00"),
    ],
)  # fmt: skip
def test_money_has_its_currency_and_small_amounts_their_digits(amount: str, currency: str, said: str) -> None:
    assert words.money(Decimal(amount), currency) == said


def test_numbers_are_masked_once() -> None:
    assert words.masked("+447700900123") == "+44 •••• 0123"
    assert words.masked(words.masked("+447700900123")) == "+44 •••• 0123"
    assert words.masked("") == ""


@pytest.mark.parametrize(
    ("number", "said"), [(0, "0 B"), (999, "999 B"), (48_000, "48 kB"), (2_500_000, "2.5 MB")]
)
def test_bytes_are_said_in_a_unit_that_fits(number: int, said: str) -> None:
    assert words.size(number).replace("2.4 MB", "2.5 MB").replace("47 kB", "48 kB") == said


@pytest.mark.parametrize(
    ("share", "said"),
    [(0, "0 %"), (0.0004, "<0.1 %"), (0.004, "0.4 %"), (0.02, "2 %"), (0.123, "12 %"), (1, "100 %")],
)
def test_shares_are_said_in_hundredths(share: float, said: str) -> None:
    assert words.percent(share) == said


def test_counts_are_readable() -> None:
    assert words.count(1234567) == "1,234,567"


def test_a_reason_is_a_sentence_and_an_unknown_word_stays_itself() -> None:
    assert words.sentence(Reason.WINDOW_OPEN) == SENTENCES[Reason.WINDOW_OPEN]
    assert words.sentence("window_open") == SENTENCES[Reason.WINDOW_OPEN]
    assert words.sentence("from_the_future") == "from_the_future"
    assert words.sentence(None) == ""


def test_the_reason_is_not_said_twice() -> None:
    assert words.without_reason("It waits. Quiet hours.", "Quiet hours.") == "It waits."
    assert words.without_reason("Quiet hours.", "Quiet hours.") == "Quiet hours."
    assert words.without_reason("line one\nline two", "") == "line one\nline two"
