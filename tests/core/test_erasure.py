"""A person's traces are found in foreign text, and nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wa_notify.core.erasure import Traces, traces_of

ALICE = traces_of(
    id="alice", names=["Alice Smith"], addresses=["+447700900123", "GB.77", "GB.1a2b3c"], stand_in="erased-1"
)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("alice wrote", "erased-1 wrote"),
        ("The reminder to alice.", "The reminder to erased-1."),
        ("Alice Smith takes it, ALICE SMITH", "erased-1 takes it, erased-1"),
        ("malice and alices", "malice and alices"),
        ("Alice of another house", "Alice of another house"),
        ("call +447700900123 or 447700900123@s", "call erased-1 or erased-1@s"),
        ("GB.1a2b3c", "erased-1"),
        ("nobody", "nobody"),
    ],
)
def test_names_go_as_whole_words_and_addresses_anywhere(text: str, cleaned: str) -> None:
    assert ALICE.cleaned(text) == cleaned


def test_an_address_too_short_to_be_one_is_not_looked_for() -> None:
    assert "GB.77" not in ALICE.words


def test_names_of_any_script_and_sign() -> None:
    zoe = traces_of(id="z.o", names=["Zoë (ops)"], addresses=[], stand_in="x")
    assert zoe.cleaned("Zoë (ops), zoë (OPS): zzo z.o") == "x, x: zzo x"


def test_nothing_known_is_nothing_replaced() -> None:
    nobody = Traces(ids=frozenset(), names=frozenset(), addresses=frozenset(), stand_in="x")
    assert nobody.cleaned("alice") == "alice"


def test_json_is_cleaned_in_its_values_and_keeps_its_keys() -> None:
    value = {"alice": [{"name": "Alice Smith", "n": 7, "ok": None}, "alice"], "t": ("alice",)}
    assert ALICE.cleaned_deep(value) == {
        "alice": [{"name": "erased-1", "n": 7, "ok": None}, "erased-1"],
        "t": ["erased-1"],
    }


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_address_survives_whatever_is_around_it(before: str, after: str) -> None:
    assert "7700900123" not in ALICE.cleaned(f"{before}+447700900123{after}").replace(before, "").replace(
        after, ""
    )
