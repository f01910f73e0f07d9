"""Every reason can be said to a person, and none promises what will not happen."""

import pytest

from wa_notify.core.reason import SENTENCES, Reason


def test_every_reason_has_a_sentence_and_every_sentence_a_reason() -> None:
    assert set(SENTENCES) == set(Reason)


@pytest.mark.parametrize("reason", Reason)
def test_a_sentence_stands_on_one_line_and_ends_with_a_full_stop(reason: Reason) -> None:
    sentence = SENTENCES[reason]
    assert sentence == sentence.strip()
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_no_two_reasons_say_the_same() -> None:
    assert len(set(SENTENCES.values())) == len(Reason)


@pytest.mark.parametrize("reason", Reason)
def test_a_value_is_fit_to_be_a_translation_key(reason: Reason) -> None:
    assert reason.value == reason.name.lower()
    assert reason.value.replace("_", "").isalpha()
