import pytest

from wa_notify.core.recipient import Recipient
from wa_notify.core.search import (
    LONGEST_WORD,
    MOST_ASKED,
    MOST_WORDS,
    asked,
    plain,
    sorting,
    words_in,
    words_of,
)

ZOE = Recipient(id="zoe.m", name="Zoë Müller", phone="+447700900123")


def finds(search: str, person: Recipient = ZOE) -> bool:
    words = words_of(person)
    return all(
        any(word.startswith(beginning) for word in words for beginning in beginnings)
        for beginnings in asked(search)
    )


@pytest.mark.parametrize(
    "search",
    [
        *("", " ", "zoe", "ZOË", "müll", "mull", "zoe mull", "müller z", "zoe.m", "m", "447700", "+44 7700"),
        *("0123", "(+44) 7700-900123", "07700 900 123", "00447700900123", "zoe 0123", "7700900123"),
    ],
)
def test_people_are_found_by_the_beginning_of_any_word_and_either_end_of_their_number(search: str) -> None:
    assert finds(search)


@pytest.mark.parametrize(
    "search", ["zoek", "uller", "oe", "zoe smith", "7700", "44770090012345", "+", "0", "~3"]
)
def test_nothing_else_finds_them(search: str) -> None:
    assert not finds(search)


def test_whoever_has_no_number_or_name_is_found_by_the_id() -> None:
    nameless = Recipient(id="guest-7")
    assert finds("guest", nameless)
    assert finds("7", nameless)
    assert not finds("8", nameless)
    assert sorting(nameless) == "guest-7"
    assert sorting(ZOE) == "zoe muller"


def test_case_and_accents_do_not_count() -> None:
    assert plain("STRASSE") == plain("straße")
    assert plain("İzmir") == plain("izmir")


def test_texts_without_end_are_cut() -> None:
    assert len(words_in(" ".join(f"word{n}" for n in range(100)))) == MOST_WORDS
    assert {len(word) for word in words_in("x" * 500)} == {LONGEST_WORD}
    assert len(asked(" ".join("abcdefghij"))) == MOST_ASKED
    assert asked("x" * 500) == (("x" * LONGEST_WORD,),)
