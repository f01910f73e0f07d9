"""Everybody reads an alert in the first of their languages that the template has."""

from pathlib import Path

import pytest

from tests.config.writing import written
from tests.stories.world import HOUSE, World
from wa_notify.config import words
from wa_notify.config.shape import Flaw

ALICE = 'alice: {phone: "+447700900123"'


@pytest.mark.parametrize(
    ("own", "house", "words"),
    [
        ("[fr, de_CH]", "en", "Ein Alarm"),
        ("fr", "[es, de]", "Ein Alarm"),
        ("[en_GB, de]", "de", "alert was raised"),
        ("zh_TW", "[fr]", "alert was raised"),
    ],
)
async def test_the_chain_of_a_person_goes_on_with_that_of_the_house_and_ends_with_english(
    tmp_path: Path, own: str, house: str, words: str
) -> None:
    text = HOUSE.read_text().replace(ALICE, f"{ALICE}, language: {own}")
    world = World(tmp_path, f"defaults: {{language: {house}}}\n{text}")
    await world.start()
    await world.alert("DiskFull")
    await world.forward("1m")
    world.alice.expects(words, form="template")
    await world.close()


def test_a_person_and_the_house_may_have_one_language_or_several(tmp_path: Path) -> None:
    text = HOUSE.read_text().replace(ALICE, f"{ALICE}, language: [pt_BR, en, pt_BR]")
    config = written(tmp_path, f"defaults: {{language: [de, en_GB]}}\n{text}")
    alice, bob, _ = (seed.recipient for seed in config.recipients)
    assert (alice.language, alice.languages, bob.languages) == ("pt_BR,en", ("pt_BR", "en"), ())
    assert config.rulebook.languages == ("de", "en_GB")


def test_a_list_from_elsewhere_may_have_codes_that_the_platform_lacks() -> None:
    assert words.locales("fr , de_DE,fr") == "fr,de_DE"
    with pytest.raises(Flaw, match="no language code"):
        words.locales("fr,german")
