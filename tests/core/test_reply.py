"""What a person means: STOP in every language, commands that stand alone, buttons by their payload."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.builders import ticket
from wa_notify.core.inbound import Content, Edited, Media, MediaKind, Reaction, Tap, Text
from wa_notify.core.reply import (
    ACKNOWLEDGE_WORDS,
    DETAILS_WORDS,
    START_WORDS,
    STOP_WORDS,
    Acknowledge,
    AskDetails,
    Command,
    Remark,
    Start,
    Stop,
    TicketRef,
    Words,
    bare_words,
    payload_for,
    understand,
)

LANGUAGES = {"ar", "de", "en", "es", "fr", "hi", "id", "it", "ja", "ko", "nl", "pl", "pt", "ru", "tr", "zh"}
EVERY_STOP = sorted({word for words in STOP_WORDS.values() for word in words})
EVERY_START = sorted({word for words in START_WORDS.values() for word in words})
EVERY_ACKNOWLEDGE = [word for words in ACKNOWLEDGE_WORDS.values() for word in words]
EVERY_DETAILS = [word for words in DETAILS_WORDS.values() for word in words]
REF = "12.1.7f1c9a"


def said(body: str) -> Command:
    return understand(Text(body=body))


def dressed(word: str) -> list[str]:
    """The same word as people really type it."""
    return [
        word,
        word.upper(),
        word.capitalize(),
        f"  {word}\n",
        f"{word}\t",
        f"\u00a0{word}\u00a0",
        f"{word}.",
        f"{word}!!!",
        f"{word} !",
        f"{word} . ",
        f"{word}?",
        f"{word}, ",
    ]


def test_stop_and_start_are_known_in_the_same_languages() -> None:
    assert set(STOP_WORDS) == set(START_WORDS) == LANGUAGES
    assert all(STOP_WORDS.values())
    assert all(START_WORDS.values())


def test_no_word_means_two_things() -> None:
    commands = [EVERY_STOP, EVERY_START, EVERY_ACKNOWLEDGE, EVERY_DETAILS]
    folded = [{word.casefold() for word in words} for words in commands]
    assert sum(map(len, folded)) == len(set.union(*folded))


@pytest.mark.parametrize("word", EVERY_STOP)
def test_stop_ends_the_messages_in_every_language(word: str) -> None:
    assert {spelling: said(spelling) for spelling in dressed(word)} == dict.fromkeys(dressed(word), Stop())


@pytest.mark.parametrize("word", EVERY_START)
def test_start_brings_them_back_in_every_language(word: str) -> None:
    assert {spelling: said(spelling) for spelling in dressed(word)} == dict.fromkeys(dressed(word), Start())


@pytest.mark.parametrize(
    "sentence",
    [
        "stop the noise please",
        "please stop",
        "don't stop",
        "stop 12",
        "stop it",
        "unstoppable",
        "stopping the service now",
        "nonstop",
        "Can you stop and start it?",
        "start the database",
        "bitte stopp das",
        "no pare ahora",
        "arrêt du serveur",
        "停止しました",
        "сервер стоп",
    ],
)
def test_a_sentence_with_the_word_in_it_is_no_command(sentence: str) -> None:
    assert said(sentence) == Remark()


def test_a_command_counts_in_whichever_form_a_keyboard_composes_its_letters() -> None:
    decomposed = {word: unicodedata.normalize("NFD", word) for word in EVERY_STOP + EVERY_START}
    assert [word for word, spelling in decomposed.items() if said(spelling) != said(word)] == []


def test_stop_is_heard_through_the_punctuation_of_other_languages() -> None:
    french = ["Arrêt\u00a0!", "Arrêt\u202f!"]
    bodies = [*french, "STOP\u3002", "STOP\uff01", "*STOP*", '"STOP"', "“STOP”", "(stop)", "¡Alto!", "stop…"]
    assert [body for body in bodies if said(body) != Stop()] == []


def test_stop_is_heard_through_marks_that_nobody_sees() -> None:
    bodies = ["\u200fتوقف", "stop\u200b", "\ufeffstop"]
    assert [body for body in bodies if said(body) != Stop()] == []


@pytest.mark.parametrize("word", EVERY_ACKNOWLEDGE)
def test_a_word_acknowledges_with_a_number_or_without(word: str) -> None:
    numbered = Acknowledge(ref=TicketRef(number=12))
    assert said(word) == said(f"{word.upper()}!") == Acknowledge(ref=None)
    assert said(f"{word} 12") == said(f" {word} #12. ") == said(f"{word}12") == numbered


@pytest.mark.parametrize("word", EVERY_DETAILS)
def test_a_word_asks_for_details_with_a_number_or_without(word: str) -> None:
    assert said(word) == said(f"{word.upper()}?") == AskDetails(ref=None)
    assert said(f"{word} 12") == said(f"{word} #12") == AskDetails(ref=TicketRef(number=12))


def test_a_thumb_acknowledges_in_every_tone_of_skin() -> None:
    thumbs = ["👍🏻", "👍🏽", "👍🏿", "👍\ufe0f", "✅\ufe0f"]
    assert [thumb for thumb in thumbs if said(thumb) != Acknowledge()] == []


@pytest.mark.parametrize(
    "body",
    [
        "",
        "   ",
        "...",
        "12",
        "#12",
        "ack 12 13",
        "12 ack",
        "ack #",
        "ack 12x",
        "ack -12",
        "ack " + 19 * "1",
        "back",
        "acknowledgement",
        "I am on it",
        "no more",
        "details please",
        "hello",
        "line one\nack",
    ],
)
def test_anything_else_is_a_remark(body: str) -> None:
    assert said(body) == Remark()


@pytest.mark.parametrize(
    "content",
    [
        Media(kind=MediaKind.IMAGE, media_id="1", caption="stop"),
        Edited(original_wamid="wamid.1", body="ack"),
        Reaction(emoji="😀", to_wamid="wamid.1"),
    ],
    ids=lambda content: type(content).__name__,
)
def test_what_is_neither_text_nor_tap_is_a_remark(content: Content) -> None:
    assert understand(content) == Remark()


@pytest.mark.parametrize(
    ("label", "payload"),
    [
        ("Acknowledge", f"ack:{REF}"),
        ("On it!", f"ack:{REF}"),
        ("👍", f"ack:{REF}"),
        ("Details", f"details:{REF}"),
        ("More", f"details:{REF}"),
        ("Open the runbook", f"noted:{REF}"),
        ("STOP", "STOP"),
        ("Abmelden", "Abmelden"),
        ("Start", "Start"),
    ],
)
def test_a_button_carries_what_its_label_says(label: str, payload: str) -> None:
    assert payload_for(label, REF) == payload


@pytest.mark.parametrize("label", ["Acknowledge", "Details", "STOP", "Thanks"])
def test_without_a_ticket_a_button_carries_its_label(label: str) -> None:
    assert payload_for(label, "") == label


@given(
    st.sampled_from([*EVERY_ACKNOWLEDGE, *EVERY_DETAILS, *EVERY_STOP, *EVERY_START, "Thanks", "Open 12"]),
    st.integers(1, 10**18 - 1),
    st.integers(1, 1000),
)
def test_a_tap_means_what_its_label_says_about_the_ticket_of_its_message(
    label: str, number: int, episode: int
) -> None:
    ref = ticket(id=number, episode=episode).ref
    meant = TicketRef(number=number, full=ref)
    with_ticket: Command = said(label)
    if isinstance(with_ticket, Acknowledge):
        with_ticket = Acknowledge(ref=meant)
    elif isinstance(with_ticket, AskDetails):
        with_ticket = AskDetails(ref=meant)
    assert understand(Tap(payload=payload_for(label, ref), title=label)) == with_ticket
    assert understand(Tap(payload=payload_for(label, ""), title=label)) == said(label)


def test_a_payload_counts_for_more_than_the_title() -> None:
    about = TicketRef(number=12, full=REF)
    assert understand(Tap(payload=f"ack:{REF}", title="Details")) == Acknowledge(ref=about)
    assert understand(Tap(payload=f"details:{REF}", title="Stop")) == AskDetails(ref=about)
    assert understand(Tap(payload=f"noted:{REF}", title="Acknowledge")) == Remark()


@pytest.mark.parametrize(
    "payload", ["", "ack", "ack:12", "ack:12.1", "ack:12.1.XYZ", f"nack:{REF}", f" ack:{REF}", f"ack:{REF}\n"]
)
def test_a_payload_of_somebody_else_leaves_the_word_to_the_title(payload: str) -> None:
    assert understand(Tap(payload=payload, title="Stop")) == Stop()
    assert understand(Tap(payload=payload, title="Ack 12")) == Acknowledge(ref=TicketRef(number=12))
    assert understand(Tap(payload=payload, title="Whatever")) == Remark()


OWN = Words(stop=bare_words(["Ruhe bitte!", "genug", "🔕"]), start=bare_words(["wieder da"]))


@pytest.mark.parametrize("text", ["Ruhe bitte", "  RUHE BITTE! ", "genug.", "🔕"])
def test_a_house_may_have_its_own_words_for_stop(text: str) -> None:
    assert understand(Text(body=text), OWN) == Stop()
    assert understand(Text(body=text)) == Remark()


def test_a_house_may_have_its_own_words_for_start_and_keeps_all_others() -> None:
    assert understand(Text(body="Wieder da"), OWN) == Start()
    assert understand(Text(body="stop"), OWN) == Stop()
    assert understand(Text(body="ack 3"), OWN) == Acknowledge(ref=TicketRef(number=3))
    assert understand(Text(body="genug davon"), OWN) == Remark()


def test_a_button_with_a_word_of_the_house_is_obeyed_although_it_was_made_for_a_ticket() -> None:
    tap = Tap(payload=payload_for("Genug", REF), title="Genug")
    assert understand(tap, OWN) == Stop()
    assert understand(tap) == Remark()


def test_words_without_letters_are_no_words() -> None:
    assert bare_words(["!", " ", "genug"]) == {"genug"}
