"""What a person means: STOP in every language, commands that stand alone, buttons by their payload."""

import unicodedata
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.builders import ticket
from wa_notify.core.enclosed import MediaKind
from wa_notify.core.inbound import Content, Edited, Media, Reaction, Tap, Text
from wa_notify.core.reply import (
    LONGEST_SILENCE,
    USUAL_SILENCE,
    AboutTicket,
    Acknowledge,
    AskDetails,
    AskHelp,
    AskSilence,
    AskStatus,
    Assign,
    Command,
    Comment,
    Escalate,
    Release,
    Remark,
    Resolve,
    Start,
    Stop,
    TicketRef,
    Words,
    bare_words,
    payload_for,
    payload_of,
    understand,
)
from wa_notify.core.timeline import LONGEST_COMMENT
from wa_notify.core.words import (
    ACKNOWLEDGE_WORDS,
    ASSIGN_WORDS,
    COMMENT_WORDS,
    DETAILS_WORDS,
    ESCALATE_WORDS,
    HELP_WORDS,
    ME_WORDS,
    RELEASE_WORDS,
    RESOLVE_WORDS,
    SILENCE_WORDS,
    START_WORDS,
    STATUS_WORDS,
    STOP_WORDS,
)

LANGUAGES = {"ar", "de", "en", "es", "fr", "hi", "id", "it", "ja", "ko", "nl", "pl", "pt", "ru", "tr", "zh"}
VERBS = {
    "ack": ACKNOWLEDGE_WORDS,
    "details": DETAILS_WORDS,
    "resolve": RESOLVE_WORDS,
    "escalate": ESCALATE_WORDS,
    "release": RELEASE_WORDS,
    "silence": SILENCE_WORDS,
    "assign": ASSIGN_WORDS,
    "comment": COMMENT_WORDS,
    "status": STATUS_WORDS,
    "help": HELP_WORDS,
}
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


def every(table: dict[str, tuple[str, ...]]) -> list[str]:
    return sorted({word for words in table.values() for word in words})


def test_no_word_means_two_things() -> None:
    tables = [STOP_WORDS, START_WORDS, *VERBS.values()]
    folded = [{word.casefold() for word in every(table)} for table in tables]
    assert sum(map(len, folded)) == len(set.union(*folded))


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_words_in_the_languages_of_most_phones(verb: str) -> None:
    assert {"de", "en", "es", "fr", "hi", "id", "pt", "zh"} <= {
        language for language, words in VERBS[verb].items() if all(words)
    }


PLAIN = [
    (word, command)
    for table, command in (
        (RESOLVE_WORDS, Resolve),
        (ESCALATE_WORDS, Escalate),
        (RELEASE_WORDS, Release),
        (SILENCE_WORDS, AskSilence),
        (ASSIGN_WORDS, Assign),
    )
    for word in every(table)
]


@pytest.mark.parametrize(("word", "command"), PLAIN)
def test_a_verb_takes_a_number_or_none(word: str, command: type[Resolve]) -> None:
    numbered = command(ref=TicketRef(number=12))
    assert said(word) == said(f"{word.upper()}!") == command()
    assert said(f"{word} 12") == said(f" {word} #12. ") == said(f"{word}12") == numbered


@pytest.mark.parametrize("word", every(STATUS_WORDS))
def test_status_is_asked_for_alone(word: str) -> None:
    assert said(word) == said(f" {word.upper()}? ") == AskStatus()
    assert said(f"{word} 12") == Remark()


@pytest.mark.parametrize("word", [*every(HELP_WORDS), "?", " ?? ", "\uff1f"])
def test_help_is_asked_for_alone(word: str) -> None:
    assert said(word) == AskHelp()


@pytest.mark.parametrize("word", every(COMMENT_WORDS))
def test_a_comment_keeps_its_words_as_they_were_written(word: str) -> None:
    words = "Looking At it,\nsince 12!"
    assert said(f"{word} {words}") == said(f" {word.upper()}: {words}  ") == Comment(text=words)
    assert said(f"{word} 12 {words}") == Comment(ref=TicketRef(number=12), text=words)
    assert said(f"{word} #12: {words}") == Comment(ref=TicketRef(number=12), text=words)
    assert said(word) == said(f"{word}x y") == Remark()
    assert said(f"{word} {'x' * 3000}") == Comment(text="x" * LONGEST_COMMENT)


@pytest.mark.parametrize(
    ("words", "span", "number"),
    [
        ("silence 2h", timedelta(hours=2), None),
        ("mute 30m #12", timedelta(minutes=30), 12),
        ("silence 12 30m", timedelta(minutes=30), 12),
        ("SNOOZE 12 for 90 min.", timedelta(minutes=90), 12),
        ("silence 1h30m", timedelta(minutes=90), None),
        ("silence 1h 30m 12", timedelta(minutes=90), 12),
        ("silence 45s", timedelta(seconds=45), None),
        ("ruhe für 2 tage", timedelta(days=2), None),
        ("靜音 2小時", timedelta(hours=2), None),
        ("silence 12", USUAL_SILENCE, 12),
        ("silence 400d", LONGEST_SILENCE, None),
        ("silence 9999999d 9999999d", LONGEST_SILENCE, None),
    ],
)
def test_a_silence_has_a_span_and_a_number_in_any_order(
    words: str, span: timedelta, number: int | None
) -> None:
    ref = None if number is None else TicketRef(number=number)
    assert said(words) == AskSilence(ref=ref, span=span)


@pytest.mark.parametrize(
    "words",
    ["silence is golden", "silence 0h", "silence 2months", "mute 12 13", "silencer", "muted 12"],
)
def test_what_only_begins_like_a_silence_is_a_remark(words: str) -> None:
    assert said(words) == Remark()


@pytest.mark.parametrize(
    ("words", "to", "number"),
    [
        ("assign bob", "bob", None),
        ("Assign 12 Bob", "bob", 12),
        ("assign #12 to Bob Smith", "bob smith", 12),
        ("assign bob 12", "bob", 12),
        ("zuweisen an Jürgen", "jürgen", None),
        ("assign me", "", None),
        ("assign 12 to me", "", 12),
        ("asignar a mí", "", None),
        ("assign a", "a", None),
    ],
)
def test_a_ticket_is_assigned_to_a_name_in_lower_case(words: str, to: str, number: int | None) -> None:
    ref = None if number is None else TicketRef(number=number)
    assert said(words) == Assign(ref=ref, to=to)


@pytest.mark.parametrize("word", every(ME_WORDS))
def test_me_is_whoever_says_so(word: str) -> None:
    assert said(f"assign {word}") == said(f"ASSIGN {word.upper()}!") == Assign(to="")
    assert said(f"assign 12 {word}") == Assign(ref=TicketRef(number=12))


def test_names_longer_than_a_command_make_a_remark() -> None:
    assert said("assign " + "x" * 200) == Remark()


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


@pytest.mark.parametrize(
    "said",
    [
        "إلغاء",
        "الغاء",
        "ايقاف",
        "desabonner",
        "ARRETER",
        "rezygnuje",
        "stop 🛑",
        "🛑 Stop 👍",
        "Stop all",
        "OPT-OUT",
    ],
)
def test_stop_is_heard_without_accents_and_through_emoji(said: str) -> None:
    assert understand(Text(body=said)) == Stop()


@pytest.mark.parametrize("said", ["🛑", "बद", "nonstop", "stop the noise", ""])
def test_what_is_not_quite_stop_is_not_taken_for_it(said: str) -> None:
    assert understand(Text(body=said)) == Remark()


@pytest.mark.parametrize(
    "content",
    [
        Tap(payload="STOP", title="No more alerts, please"),
        Tap(payload="ack:12.1.7f1c9a", title="Stop"),
        Media(kind=MediaKind.IMAGE, media_id="1", caption="STOP!"),
    ],
)
def test_stop_is_heard_on_a_button_and_below_a_picture(content: Content) -> None:
    assert understand(content) == Stop()


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
    thumbs = ["👍", "👍🏻", "👍🏽", "👍🏿", "👍\ufe0f", "✅\ufe0f", "✔", "✔\ufe0f", "👌🏼"]
    assert [thumb for thumb in thumbs if said(thumb) != Acknowledge()] == []
    reactions = [understand(Reaction(emoji=thumb, to_wamid="wamid.1")) for thumb in thumbs]
    assert reactions == [Acknowledge()] * len(thumbs)


@pytest.mark.parametrize("emoji", ["", "👎", "❤️", "🎉", "👍👍", "ack"])
def test_other_reactions_mean_nothing(emoji: str) -> None:
    assert understand(Reaction(emoji=emoji, to_wamid="wamid.1")) == Remark()


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
        Media(kind=MediaKind.IMAGE, media_id="1", caption="ack"),
        Edited(original_wamid="wamid.1", body="ack"),
        Reaction(emoji="😀", to_wamid="wamid.1"),
    ],
    ids=lambda content: type(content).__name__,
)
def test_what_is_neither_text_nor_tap_nor_thumb_is_a_remark(content: Content) -> None:
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
        ("Resolve", f"resolve:{REF}"),
        ("Escalate", f"escalate:{REF}"),
        ("Silence 1h", f"silence:{REF}:3600s"),
        ("Assign me", f"assign:{REF}"),
        ("Assign Bob", f"assign:{REF}:bob"),
        ("Give back", f"release:{REF}"),
        ("Status", "Status"),
        ("Help", "Help"),
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


ABOUT = TicketRef(number=12, full=REF)


@pytest.mark.parametrize(
    "command",
    [
        Acknowledge(ref=ABOUT),
        Resolve(ref=ABOUT),
        Escalate(ref=ABOUT),
        AskSilence(ref=ABOUT, span=timedelta(minutes=90)),
        Assign(ref=ABOUT),
        Assign(ref=ABOUT, to="bob smith"),
        Release(ref=ABOUT),
        Comment(ref=ABOUT),
        AskDetails(ref=ABOUT),
    ],
)
def test_a_row_of_a_list_says_it_all_again(command: AboutTicket) -> None:
    payload = payload_of(command, REF)
    assert len(payload) <= 200
    assert understand(Tap(payload=payload, title="whatever")) == command


def test_a_payload_with_an_odd_end_means_the_usual_thing() -> None:
    assert understand(Tap(payload=f"silence:{REF}:forever", title="x")) == AskSilence(ref=ABOUT)
    assert understand(Tap(payload=f"silence:{REF}", title="x")) == AskSilence(ref=ABOUT)


def test_a_payload_counts_for_more_than_the_title() -> None:
    about = TicketRef(number=12, full=REF)
    assert understand(Tap(payload=f"ack:{REF}", title="Details")) == Acknowledge(ref=about)
    assert understand(Tap(payload=f"details:{REF}", title="Start")) == AskDetails(ref=about)
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


@pytest.mark.parametrize("title", ["Acknowledge", "Silence 1 h", "resolve", "status"])
def test_a_button_of_an_automation_commands_nothing(title: str) -> None:
    assert understand(Tap(payload=f"button:{title}", title=title)) == Remark()


def test_a_button_of_an_automation_may_say_stop() -> None:
    assert understand(Tap(payload="button:STOP", title="STOP")) == Stop()
