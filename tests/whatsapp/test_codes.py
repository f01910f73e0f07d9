"""Every code of the platform's reference has its remedy."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wa_notify.core.message import Failure, Remedy
from wa_notify.whatsapp.codes import CODES, LEGACY, failure, meaning, read_failure

from .examples import EXAMPLES

# The rows of the platform's error reference; ranges stand with both ends.
WANTED: dict[Remedy, tuple[int, ...]] = {
    Remedy.RETRY: (1, 2, 131000, 131016, 131057, 133004, 139102, 139103, 2494100),
    Remedy.SLOW: (4, 613, 80007, 130429, 131056, 132069),
    Remedy.TEMPLATE: (131047, 132021, 139200),
    Remedy.CHANNEL: (*(130403, 130472, 130497, 131026, 131030, 131049, 131050, 131062, 137000),),
    Remedy.ADMIN: (
        *(0, 3, 10, 33, 104, 190, 200, 299, 368, 131005, 131031, 131037, 131042, 131044, 131045, 131048),
        *(131064, 133000, 133005, 133006, 133008, 133009, 133010, 133015, 133016),
    ),
    Remedy.SPARE: (131063, 132001, 132015, 132016),
    Remedy.FIX: (
        *(100, 803, 131008, 131009, 131020, 131021, 131041, 131051, 131052, 131053, 131055, 131059),
        *(131201, 131215, 132000, 132005, 132007, 132008, 132012, 132018, 132068, 135000, 136024, 136025),
        *(138000, 138999, 139100, 139101, 147001, 147005, 2388000, 2388024, 2388999),
    ),
}
PAIRS = [(code, remedy) for remedy, codes in WANTED.items() for code in codes]


@pytest.mark.parametrize(("code", "remedy"), PAIRS)
def test_each_documented_code_has_its_remedy(code: int, remedy: Remedy) -> None:
    judged = failure(code)
    assert (judged.code, judged.remedy) == (code, remedy)
    assert judged.title not in ("", "Unknown error")
    assert meaning(code).endswith(".")


def test_the_table_has_no_code_that_the_reference_does_not_name() -> None:
    assert set(CODES) <= {code for code, _ in PAIRS}


@pytest.mark.parametrize(
    ("old", "today"),
    [
        *((470, 131047), (471, 131048), (472, 130472), (480, 137000), (1006, 131026), (1013, 131026)),
        *((1015, 130429), (1026, 131026), (2000, 132000), (2001, 132001), (2003, 132001)),
    ],
)
def test_a_legacy_code_is_told_as_its_successor(old: int, today: int) -> None:
    assert failure(old) == failure(today)
    assert meaning(old) == meaning(today)


def test_every_successor_of_a_legacy_code_has_a_row() -> None:
    assert set(LEGACY.values()) <= set(CODES)


def test_an_unlisted_code_of_a_known_range_is_judged_by_its_range() -> None:
    assert failure(132099).remedy is Remedy.SPARE
    assert failure(133099).remedy is Remedy.ADMIN
    assert failure(250).remedy is Remedy.ADMIN


def test_a_code_of_no_known_range_is_tried_again_and_keeps_the_platforms_words() -> None:
    judged = failure(777777, "Moon in wrong phase", "wait for the full moon")
    assert judged.remedy is Remedy.RETRY
    assert str(judged) == "Moon in wrong phase: wait for the full moon (777777)"


@given(st.integers(), st.text(), st.text())
def test_any_number_whatsoever_is_judged(code: int, title: str, details: str) -> None:
    assert failure(code, title, details).title


def test_very_long_words_of_the_platform_are_cut() -> None:
    assert len(failure(100, details="x" * 10_000).details) == 500


def test_the_documented_error_objects_are_read() -> None:
    objects = [example.get("error", example) for example in EXAMPLES["errors"]]
    pair, token, template, window = map(read_failure, objects)
    assert pair == Failure(
        code=131056,
        title="Pair rate limit hit",
        details="Too many messages to this recipient in a short time; wait before trying again.",
        remedy=Remedy.SLOW,
    )
    assert token is not None
    assert token.remedy is Remedy.ADMIN
    assert token.details == "Error validating access token: the session has expired."
    assert template is not None
    assert template.remedy is Remedy.FIX
    assert template.details == "A template with this name already exists in English."
    assert window is not None
    assert window.remedy is Remedy.TEMPLATE


def test_a_code_in_digits_and_bare_error_data_are_read() -> None:
    judged = read_failure({"code": "131047", "error_data": "no reply for 24 hours"})
    assert judged == Failure(
        code=131047, title="Window closed", details="no reply for 24 hours", remedy=Remedy.TEMPLATE
    )


@pytest.mark.parametrize(
    "error",
    [None, "error", [], {}, {"code": None}, {"code": "x"}, {"code": True}, {"code": 1.5}, {"code": "\u0664"}],
)
def test_an_error_without_a_readable_code_is_none(error: object) -> None:
    assert read_failure(error) is None
