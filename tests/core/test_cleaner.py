"""The cleaner: what a parameter may hold, what was changed to make it so, and signs that stay whole."""

import unicodedata

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from wa_notify.core.cleaner import EMPTY, PARAGRAPH, Cleaned, Mend, Mending, boundary, cleaned, cut, shorten

ODD_SIGNS = st.sampled_from(
    [
        *("\n", "\r\n", "\n\n", "\u2029", "\t", "    ", "\u00a0", "\u200e", "\u202e", "\ufeff", "\x00"),
        *(
            "\u200d",
            "\u200c",
            "👩🏽‍💻",
            "🇬🇧",
            "1\ufe0f\u20e3",
            "e\u0301",
            "क्षि",
            "ที่",
            "각",
            "\u1100\u1161\u11a8",
        ),
        *("🏴\U000e0067\U000e0062\U000e007f", "\u0600" + "1", "ｶﾞ", "a", "b.", ":", "-", "·", "\ud83d", "…"),
    ]
)
foreign = st.lists(ODD_SIGNS | st.characters(), max_size=40).map("".join)


def signs_of(text: str) -> set[int]:
    """Where one sign ends and another begins, by Unicode's own rule."""
    return {0, *(sign.end() for sign in regex.finditer(r"\X", text))}


@pytest.mark.parametrize(
    ("text", "says", "told"),
    [
        ("Disk full", "Disk full", ""),
        ("  Disk full \n", "Disk full", ""),
        ("a\nb\r\nc", "a b c", "2 line breaks became spaces"),
        ("One.\n\nTwo.\n \nThree", "One. · Two. · Three", "2 paragraph breaks became dots"),
        ("One\u2029Two", "One · Two", "a paragraph break became a dot"),
        ("List:\n\n- a\n- b", "List: - a - b", "2 line breaks became spaces"),
        ("a\tb  c", "a b c", "2 runs of spaces became one each"),
        ("a\u00a0b", "a b", ""),
        ("\u202efull", "full", "an invisible character was left out"),
        ("", EMPTY, f'it was empty, so "{EMPTY}" stands there'),
        ("\u200d \u200d", EMPTY, f'it was empty, so "{EMPTY}" stands there'),
        ("x" * 21, "x" * 19 + "…", "cut to 20 characters"),
        ("a\nb" + "x" * 20, "a b" + "x" * 16 + "…", "a line break became a space; cut to 20 characters"),
    ],
)
def test_a_text_becomes_one_line_and_says_what_was_changed(text: str, says: str, told: str) -> None:
    one = cleaned(text, 20)
    assert one.text == says
    assert "; ".join(map(str, one.mendings)) == told


@given(foreign, st.integers(1, 60))
def test_a_cleaned_text_breaks_no_rule_of_the_platform(text: str, limit: int) -> None:
    one = cleaned(text, limit)
    assert 1 <= len(one.text) <= limit
    assert "  " not in one.text
    assert not any(char.isspace() and char != " " for char in one.text)
    assert not any(
        unicodedata.category(char) in ("Cc", "Cf", "Cs") and char not in "\u200c\u200d" for char in one.text
    )


@given(foreign, st.integers(1, 60))
def test_what_is_clean_needs_no_mending(text: str, limit: int) -> None:
    once = cleaned(text, limit)
    assert cleaned(once.text, limit) == Cleaned(text=once.text)


@given(foreign, st.integers(1, 60))
def test_whatever_differs_is_told(text: str, limit: int) -> None:
    one = cleaned(text, limit)
    if not one.mendings:
        assert one.text == text.strip().replace("\u00a0", " ")


@pytest.mark.parametrize("limit", range(4, 8))
def test_a_cut_text_ends_before_the_sign_that_does_not_fit(limit: int) -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert cut(f"ab{family}cd", limit) == "ab…"


@given(foreign, st.integers(0, 60))
def test_no_cut_goes_through_a_sign(text: str, limit: int) -> None:
    assert boundary(text, limit) in signs_of(text) | {limit if limit >= len(text) else 0}
    short = cut(text, limit)
    assert len(short) <= limit
    kept = short.removesuffix("…")
    assert short == text or text.startswith(kept)


def test_a_long_row_of_flags_is_parted_between_flags() -> None:
    assert boundary("🇬🇧" * 60, 101) == 100


@given(st.lists(st.text("ab", min_size=1, max_size=200), max_size=6), st.integers(6, 300), st.data())
def test_the_longest_give_way_and_the_others_keep_what_they_have(
    texts: list[str], budget: int, data: st.DataObject
) -> None:
    times = data.draw(st.lists(st.integers(1, 3), min_size=len(texts), max_size=len(texts)))
    short = shorten(texts, budget * 3, times)
    assert sum(len(one) * count for one, count in zip(short, times, strict=True)) <= budget * 3
    given_way = [len(one) for one, text in zip(short, texts, strict=True) if one != text]
    assert max(given_way, default=0) - min(given_way, default=0) <= 1
    assert all(len(one) <= min(given_way, default=200) + 1 for one in short)


def test_a_text_that_gave_way_to_others_says_how_much_is_left() -> None:
    one = cleaned("a\n" + "x" * 40, 30)
    assert one.shortened(one.text) is one
    assert one.shortened("a xxx…").mendings == (
        Mending(kind=Mend.BREAKS, count=1),
        Mending(kind=Mend.CUT, count=6),
    )


def test_a_paragraph_keeps_its_distance() -> None:
    assert PARAGRAPH.strip() in cleaned("Disk full.\n\nRunbook: rb/41", 60).text


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a\r\nb", 2),
        ("ㅎ\u1112\u1161\u11ab", 2),
        ("각\u11a8", 1),
        ("\u06001", 1),
        ("\u0d4e\u0d15", 1),
        ("\u0915\u094d\u0937", 2),
        ("👋\U0001f3fd", 1),
        ("ที่", 1),
        ("🏴\U000e0067", 1),
    ],
)
def test_what_belongs_together_is_not_parted(text: str, place: int) -> None:
    assert place not in signs_of(text)
    assert boundary(text, place) < place


@pytest.mark.parametrize(("text", "place"), [("각각", 1), ("ab", 1), ("e\u0301a", 2), ("a\nb", 1)])
def test_what_stands_for_itself_is_parted(text: str, place: int) -> None:
    assert boundary(text, place) == place
