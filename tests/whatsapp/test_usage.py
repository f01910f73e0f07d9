"""What usage headers say about when to go on."""

from datetime import timedelta

import httpx
import pytest

from wa_notify.whatsapp.usage import LONGEST, regain

BUSINESS, APP = "X-Business-Use-Case-Usage", "X-App-Usage"


def test_the_latest_of_all_estimates_counts() -> None:
    use_case = '{"300000000000202":[{"call_count":101,"estimated_time_to_regain_access":4},{"call_count":1}]}'
    headers = httpx.Headers({BUSINESS: use_case, APP: '{"estimated_time_to_regain_access": 19}'})
    assert regain(headers) == timedelta(minutes=19)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "not JSON",
        "[]",
        "7",
        '{"call_count": 100}',
        '{"estimated_time_to_regain_access": 0}',
        '{"estimated_time_to_regain_access": -3}',
        '{"estimated_time_to_regain_access": "soon"}',
        '{"estimated_time_to_regain_access": true}',
        "[" * 100_000,
    ],
)
def test_without_an_estimate_they_say_nothing(said: str) -> None:
    assert regain(httpx.Headers({BUSINESS: said})) is None


def test_an_estimate_beyond_a_day_is_taken_for_a_day() -> None:
    assert regain(httpx.Headers({APP: '{"estimated_time_to_regain_access": 99999}'})) == LONGEST
