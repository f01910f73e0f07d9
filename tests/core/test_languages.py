"""Language codes of the platform, and who can read what."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.builders import recipient, shape
from wa_notify.core.languages import CODES, are_kin, chain, meant, stored
from wa_notify.core.rule import Rulebook
from wa_notify.core.template import choose

codes = st.sampled_from(CODES)


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("en_UK", ("en_GB",)),
        ("en-GB", ("en_GB",)),
        ("EN", ("en",)),
        ("pt", ("pt_BR", "pt_PT")),
        ("pt_AO", ("pt_BR", "pt_PT")),
        ("zh", ("zh_CN", "zh_TW", "zh_HK")),
        ("zh_Hant", ("zh_TW", "zh_HK")),
        ("de_DE", ("de",)),
        ("no_NO", ("nb",)),
        ("rw", ("rw_RW",)),
        ("englisch", ()),
        ("zuu", ("zu",)),
    ],
)
def test_who_writes_a_code_otherwise_is_told_which_was_meant(written: str, wanted: tuple[str, ...]) -> None:
    assert meant(written) == wanted
    assert written not in CODES


def test_the_table_has_every_code_once() -> None:
    assert len(set(CODES)) == len(CODES) == 111
    assert {"en", "en_GB", "es", "pt_BR", "de", "fr", "hi", "id", "zh_TW", "zh_HK", "prs_AF", "fil"} < set(
        CODES
    )


@given(st.lists(codes, max_size=5))
def test_a_chain_is_kept_in_its_order_each_code_once(wanted: list[str]) -> None:
    kept = chain(stored(wanted))
    assert kept == tuple(dict.fromkeys(wanted))
    assert recipient(language=stored(wanted)).languages == kept
    assert Rulebook(language=stored(wanted)).languages == kept


@pytest.mark.parametrize(
    ("one", "other", "kin"),
    [
        ("pt_BR", "pt_PT", True),
        ("zh_TW", "zh_HK", True),
        ("zh_TW", "zh_CN", False),
        ("zh", "zh_CN", True),
        ("en", "en_GB", True),
        ("es", "pt_PT", False),
    ],
)
def test_one_language_in_two_scripts_is_two(one: str, other: str, *, kin: bool) -> None:
    assert are_kin(one, other) is are_kin(other, one) is kin


@pytest.mark.parametrize(
    ("wanted", "there", "taken"),
    [
        ("pt_BR", "pt_PT en", "pt_PT"),
        ("zh_TW", "zh_CN en", "en"),
        ("zh_TW", "zh_CN zh_HK", "zh_HK"),
        ("zh_TW", "zh_CN", None),
        ("en_GB en_US", "en_AU en_US", "en_US"),
        ("en_GB en_US", "en en_US", "en"),
        ("fr de", "de en", "de"),
        ("fr", "de en_US", "en_US"),
        ("", "de", None),
    ],
)
def test_the_first_language_of_a_reader_that_is_there_is_taken(
    wanted: str, there: str, taken: str | None
) -> None:
    found = choose([shape(language=code) for code in there.split()], wanted.split())
    assert (found.language if found else None) == taken


@given(st.lists(codes, max_size=4), st.lists(codes, min_size=1, max_size=6, unique=True))
def test_nobody_gets_a_language_that_they_do_not_read_unless_it_is_english(
    wanted: list[str], there: list[str]
) -> None:
    found = choose([shape(language=code) for code in there], wanted)
    readable = [code for code in there if any(are_kin(code, wish) for wish in (*wanted, "en"))]
    assert (found is not None) is bool(readable)
    if found:
        assert found.language in readable
        first = next(wish for wish in (*wanted, "en") if any(are_kin(code, wish) for code in there))
        assert are_kin(found.language, first)
        assert found.language == first or first not in there
