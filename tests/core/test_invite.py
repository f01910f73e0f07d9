"""One-time codes, and what counts as a yes."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.builders import NOW
from wa_notify.core.consent import Purpose
from wa_notify.core.inbound import Content, Reaction, Tap, Text
from wa_notify.core.invite import (
    ALPHABET,
    NO_WORDS,
    YES_WORDS,
    Invite,
    agrees,
    code_digest,
    code_in,
    code_of,
    link,
    taps_yes,
)
from wa_notify.core.reply import Stop, understand
from wa_notify.core.words import START_WORDS, STOP_WORDS

CODE = "7KQ4M2XWPD"


@given(st.integers(0, 2**128))
def test_every_code_is_found_again_however_it_is_written(chance: int) -> None:
    code = code_of(chance)
    assert len(code) == 10
    assert set(code) <= set(ALPHABET)
    for text in (f"JOIN {code}", f" join  {code.lower()}. ", f"Join: {code[:5]}-{code[5:]}!"):
        assert code_in(text) == code


def test_no_letter_of_a_code_looks_like_another() -> None:
    assert not set(ALPHABET) & set("01ILOU")
    assert len(set(ALPHABET)) == len(ALPHABET)


@given(st.integers(0, 2**64), st.integers(0, 2**64))
def test_different_chances_give_different_codes(one: int, other: int) -> None:
    assert (code_of(one) == code_of(other)) == (one % 30**10 == other % 30**10)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "JOIN",
        CODE,
        f"please join {CODE}",
        f"JOIN {CODE}2",
        "JOIN 7KQ4M2XWP0",
        f"JOIN {CODE} now",
        f"J {CODE}",
        "JOIN " + "A" * 200,
    ],
)
def test_anything_else_is_no_code(text: str) -> None:
    assert code_in(text) is None


@given(st.text(max_size=300))
def test_no_text_of_a_stranger_does_harm(text: str) -> None:
    code = code_in(text)
    assert code is None or len(code) == 10
    assert isinstance(agrees(Text(body=text)), bool)


def test_invisible_marks_and_wide_letters_do_not_hide_a_code() -> None:
    assert code_in(f"\u200e\uff2a\uff2f\uff29\uff2e {CODE}\u200f") == CODE


def test_the_link_opens_a_chat_with_us_and_has_the_code_ready() -> None:
    assert link("+44 1632 960111", CODE) == f"https://wa.me/441632960111?text=JOIN%20{CODE}"


def test_of_a_code_only_its_digest_is_kept() -> None:
    assert len(code_digest(CODE)) == 64
    assert CODE not in code_digest(CODE)


def test_a_code_works_once_and_in_time() -> None:
    invite = Invite(
        code_digest="d",
        recipient_id="dave",
        purpose=Purpose.UTILITY,
        wording="v2",
        language="en",
        created_at=NOW,
        expires_at=NOW + timedelta(days=7),
    )
    assert invite.is_good(NOW + timedelta(days=6))
    assert not invite.is_good(NOW + timedelta(days=7))


@pytest.mark.parametrize(
    "text", ["yes", " YES! ", "Sí.", "ja", "oui", "はい", "да", "نعم", "हाँ", "👍🏽", "D'accord", "同意"]
)
def test_a_yes_in_many_languages(text: str) -> None:
    assert agrees(Text(body=text))


@pytest.mark.parametrize("text", ["yes but not at night", "no", "maybe", "", "?", "yesterday", "stop"])
def test_anything_else_is_no_yes(text: str) -> None:
    assert not agrees(Text(body=text))


@pytest.mark.parametrize(
    ("content", "yes"),
    [
        (Tap(payload="x", title="I want alerts"), True),
        (Tap(payload="x", title="Yes"), True),
        (Tap(payload="x", title="No, thanks"), False),
        (Tap(payload="x", title="Nein danke!"), False),
        (Text(body="yes"), False),
        (Reaction(emoji="👍", to_wamid="w"), False),
    ],
    ids=str,
)
def test_a_tap_on_any_button_that_does_not_say_no_is_a_yes(content: Content, yes: bool) -> None:
    assert taps_yes(content) is yes


def test_twelve_languages_and_more_can_say_yes_and_no() -> None:
    assert len(YES_WORDS) > 12
    assert set(YES_WORDS) == set(NO_WORDS)


def test_no_word_means_yes_and_no_or_yes_and_stop() -> None:
    yes = {word for words in YES_WORDS.values() for word in words}
    no = {word for words in NO_WORDS.values() for word in words}
    stop = {word for words in STOP_WORDS.values() for word in words}
    start = {word for words in START_WORDS.values() for word in words}
    assert not yes & no
    assert not [word for word in yes if agrees(Text(body=word)) is False]
    assert not yes & stop
    assert not no & start
    assert not [word for word in yes if isinstance(understand(Text(body=word)), Stop)]
