"""A person has several addresses; numbers are compared in all their spellings and never shown in full."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.builders import recipient
from wa_notify.core.recipient import masked, seeded, variants

digits = st.text("0123456789", min_size=1, max_size=16)
countries_with_spellings = st.tuples(
    st.sampled_from(["55", "52", "521", "54", "549"]), st.text("0123456789", min_size=9, max_size=11)
).map("".join)


@pytest.mark.parametrize(
    ("phone", "bsuid", "reachable"),
    [
        ("+447700900123", "", True),
        ("", "GB.48209173655120481", True),
        ("+447700900123", "GB.48209173655120481", True),
        ("", "", False),
    ],
)
def test_any_one_address_is_enough_to_reach_somebody(phone: str, bsuid: str, *, reachable: bool) -> None:
    assert recipient(phone=phone, bsuid=bsuid).reachable is reachable


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("+447700900123", "+44 •••• 0123"),
        ("+5511987654321", "+55 •••• 4321"),
        ("+49123456", "+49 •••• 3456"),
        ("+4912345", "••••"),
        ("", "••••"),
    ],
)
def test_a_number_is_shown_by_its_beginning_and_its_last_four_digits(phone: str, shown: str) -> None:
    assert masked(phone) == shown


def test_who_has_no_number_shows_none() -> None:
    assert recipient(phone="+447700900123").masked_phone == "+44 •••• 0123"
    assert recipient(phone="", bsuid="GB.48209173655120481").masked_phone == ""


@given(st.text("0123456789", max_size=15).map("+".__add__))
def test_a_masked_number_never_shows_more_than_that(phone: str) -> None:
    shown = masked(phone).replace(" ", "").split("••••")
    assert shown in (["", ""], [phone[:2], phone[-4:]], [phone[:3], phone[-4:]])
    assert len("".join(shown)) < len(phone)
    assert len("".join(shown)) < len(phone)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("5511987654321", "551187654321"),  # Brazil: with and without the ninth digit
        ("5215512345678", "525512345678"),  # Mexico: with and without the 1
        ("5491123456789", "541123456789"),  # Argentina: with and without the 9
    ],
)
def test_both_spellings_of_a_number_lead_to_each_other(one: str, other: str) -> None:
    assert variants(one) == (one, other)
    assert variants(other) == (other, one)


@pytest.mark.parametrize(
    "number",
    [
        "447700900123",
        "5511887654321",  # Brazil, 13 digits, but no ninth digit to leave out
        "55119876543",
        "52155123456789",
        "521551234567",  # 12 digits: the 1 belongs to the number
        "5411234567",
        "",
    ],
)
def test_a_number_is_always_its_own_first_spelling(number: str) -> None:
    assert variants(number)[0] == number


@pytest.mark.parametrize("number", ["447700900123", "5511887654321", "55119876543", "5411234567", "52", ""])
def test_other_numbers_have_one_spelling_only(number: str) -> None:
    assert variants(number) == (number,)


@given(st.one_of(digits, countries_with_spellings))
def test_spellings_are_symmetrical(number: str) -> None:
    spellings = variants(number)
    assert len(set(spellings)) == len(spellings)
    for spelling in spellings:
        assert set(variants(spelling)) == set(spellings)


X, Y, Z = "+447700900123", "+447700900321", "+447700900999"


@pytest.mark.parametrize(
    ("listed", "known", "expected"),
    [
        ({"phone": X}, None, {"phone": X}),
        ({"phone": X}, {"phone": Y}, {"phone": X}),  # the configuration says who has which number
        ({"phone": X}, {"phone": Y, "former": (X,)}, {"phone": Y, "former": (X,)}),  # but for what was left
        ({"phone": Y}, {"phone": Y, "former": (X,)}, {"phone": Y}),  # it has caught up
        ({"phone": Z}, {"phone": Y, "former": (X,)}, {"phone": Z}),  # it means another number
        (
            {"phone": X},  # the new number is hidden
            {"phone": "", "bsuid": "GB.2", "former": (X,)},
            {"phone": "", "bsuid": "GB.2", "former": (X,)},
        ),
        (
            {"phone": "", "bsuid": "GB.1"},  # the new number is shown
            {"phone": Y, "bsuid": "GB.2", "former": ("GB.1",)},
            {"phone": Y, "bsuid": "GB.2", "former": ("GB.1",)},
        ),
        (
            {"phone": Y, "bsuid": "GB.1"},  # half of it has caught up
            {"phone": Y, "bsuid": "GB.2", "former": (X, "GB.1")},
            {"phone": Y, "bsuid": "GB.2", "former": (X, "GB.1")},
        ),
        ({"phone": X}, {"phone": X, "bsuid": "GB.9"}, {"phone": X}),
    ],
)
def test_an_older_configuration_brings_back_no_address_that_was_given_up(
    listed: dict[str, str], known: dict[str, Any] | None, expected: dict[str, Any]
) -> None:
    found = seeded(recipient(**listed), None if known is None else recipient(**known))
    assert found == recipient(**expected)
