"""Lint: what a reviewer will say of a draft, before one has to ask."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wa_notify.core.draft import TemplateDraft
from wa_notify.core.lint import WORDS_PER_VARIABLE, Severity, lint
from wa_notify.core.promotion import GREETINGS, PROMOTIONAL, REQUESTED, VAGUE, found_in
from wa_notify.core.template import ButtonShape, TemplateShape, variables

SOUND = "The alert {{1}} on your system is still open."
REFUSED, MARKETING, ADVICE = Severity.REFUSED, Severity.MARKETING, Severity.ADVICE


def draft(
    body: str = SOUND,
    *,
    header: str = "",
    header_format: str = "",
    footer: str = "",
    buttons: tuple[ButtonShape, ...] = (),
    language: str = "en",
    category: str = "UTILITY",
    examples: bool = True,
    name: str = "ops",
) -> TemplateDraft:
    """A draft with an example for everything that varies, unless told otherwise."""
    shape = TemplateShape(
        name=name,
        language=language,
        status="",
        category=category,
        header=header,
        header_format=header_format or ("TEXT" if header else ""),
        body=body,
        footer=footer,
        buttons=buttons,
    )
    if not examples:
        return TemplateDraft(shape=shape)
    return TemplateDraft(
        shape=shape,
        header_example="db-7",
        body_examples=tuple((one, "disk") for one in variables(body)),
        url_examples=tuple((place, f"{one.target}x") for place, one in enumerate(buttons)),
    )


def told(one: TemplateDraft) -> set[tuple[str, Severity]]:
    """Where something was found, and what comes of it."""
    return {(".".join(map(str, finding.part)), finding.severity) for finding in lint([one])}


def link(target: str) -> ButtonShape:
    return ButtonShape(kind="URL", text="Open", target=target)


def label(text: str) -> ButtonShape:
    return ButtonShape(kind="QUICK_REPLY", text=text)


def test_a_sound_template_has_no_findings() -> None:
    one = draft(header="Alert: {{1}}", footer="Sent by operations", buttons=(label("Details"),))
    assert lint([one]) == ()


@pytest.mark.parametrize(
    ("body", "severity", "what"),
    [
        ("{{1}}", REFUSED, "little more than a variable"),
        ("Alert: {{1}} now.", REFUSED, "little more than a variable"),
        ("{{1}} is the alert that you get.", REFUSED, "begins or ends"),
        ("The alert that you get is {{1}}", REFUSED, "begins or ends"),
        ("The alert that you get is {{1}}.", ADVICE, "Only punctuation"),
        ("«{{1}}» is the alert that you get.", ADVICE, "Only punctuation"),
        ("The alert {{1}} {{2}} is open for your system.", REFUSED, "side by side"),
        ("The alert {{1}}, {{2}}, {{3}}, {{4}} is your own.", REFUSED, "4 variables are too many for 5"),
        ("The alert {{1}} is open.\n\n\nDo see to it.", REFUSED, "line breaks"),
        ("The alert {{1}}      is open for you.", REFUSED, "four spaces"),
    ],
)
def test_bodies_that_reviewers_mind(body: str, severity: Severity, what: str) -> None:
    assert [(one.severity, what in one.what) for one in lint([draft(body)]) if what in one.what] == [
        (severity, True)
    ]


@pytest.mark.parametrize(
    ("part", "one", "severity"),
    [
        ("header", draft(header="Alert 🔥"), REFUSED),
        ("header", draft(header="*Alert*"), REFUSED),
        ("header", draft(header="An\nalert"), REFUSED),
        ("header", draft(header="An    alert"), REFUSED),
        ("footer", draft(footer="Sent\nby us"), REFUSED),
        ("footer", draft(footer="Sent ✅"), ADVICE),
        ("footer", draft(footer="_Sent_"), ADVICE),
        ("buttons.0", draft(buttons=(label("Take\tit"),)), REFUSED),
        ("buttons.0", draft(buttons=(label("👍 Take it"),)), REFUSED),
        ("buttons.0", draft(buttons=(label("Take {{1}}"),)), REFUSED),
        ("buttons.0", draft(buttons=(label("x" * 26),)), REFUSED),
        ("header", draft(header="x" * 61), REFUSED),
        ("footer", draft(footer="x" * 61), REFUSED),
        ("body", draft("Your alert " * 100), REFUSED),
        ("buttons.0", draft(buttons=(link(f"https://ops.example.net/{'x' * 2000}"),)), REFUSED),
        ("buttons.0", draft(buttons=(link("https://wa.me/441632960111"),)), REFUSED),
        ("buttons.1", draft(buttons=(label("Details"), link("https://www.bit.ly/{{1}}"))), REFUSED),
    ],
)
def test_parts_that_reviewers_mind(part: str, one: TemplateDraft, severity: Severity) -> None:
    assert told(one) == {(part, severity)}


def test_a_text_that_is_too_long_with_its_examples_is_refused() -> None:
    sound = draft(header="The alert of {{1}}", body="The alert {{1}} and {{1}} of your system are open.")
    assert lint([sound]) == ()
    long = replace(sound, header_example="x" * 50, body_examples=(("1", "x" * 500),))
    assert told(long) == {("header", REFUSED), ("body", REFUSED)}


def test_everything_that_varies_needs_an_example() -> None:
    one = draft(header="Of {{1}}", buttons=(link("https://ops.example.net/{{1}}"),), examples=False)
    assert told(one) == {("header", REFUSED), ("body", REFUSED), ("buttons.0", REFUSED)}
    assert any("{{1}}" in finding.what for finding in lint([one]))
    assert told(draft(header_format="IMAGE", examples=False, body="Your alert is open.")) == {
        ("header", REFUSED)
    }
    assert told(draft(header_format="LOCATION", examples=False, body="Your alert is open.")) == set()


@pytest.mark.parametrize(
    ("body", "language"),
    [
        ("Your alert {{1}} comes with a 20 % discount today.", "en"),
        ("Your alert {{1}} is free, and so are you.", "en_GB"),
        ("Your alert {{1}} is open. Don\u2019t miss it.", "en"),
        ("Su alerta {{1}} trae un descuento para usted.", "es"),
        ("Seu alerta {{1}} vem com desconto especial.", "pt_BR"),
        ("Ihr Alarm {{1}} kommt mit einem Rabatt.", "de"),
        ("Votre alerte {{1}} est gratuite avec un code promo.", "fr"),
        ("आपका अलर्ट {{1}} मुफ़्त है और खुला है।", "hi"),
        ("Peringatan {{1}} Anda mendapat diskon hari ini.", "id"),
        ("您的警示 {{1}} 現在享有優惠。", "zh_TW"),
        ("Your alert {{1}} is a bargain, says Klingon.", "tlh"),
    ],
)
def test_promotion_is_heard_in_every_language(body: str, language: str) -> None:
    assert told(draft(body, language=language)) == {("body", MARKETING)}


@pytest.mark.parametrize(
    ("body", "language"),
    [
        ("The alert {{1}}: 2 % free disk space is left on your system.", "en"),
        ("Der Alarm {{1}} meldet Gift im Wasser Ihrer Anlage.", "de"),
        ("The point of sale {{1}} is down. Feel free to deal with it.", "en"),
        ("The wholesale system {{1}} of yours is down.", "en"),
        ("चेतावनी: {{1}} का बैकअप छूट गया है, कृपया देखें।", "hi"),
    ],
)
def test_words_that_only_look_like_promotion_are_let_through(body: str, language: str) -> None:
    assert lint([draft(body, language=language)]) == ()


@pytest.mark.parametrize("end", ["!!", "! Do it! Now!", "！！"])  # noqa: RUF001 - the Chinese sign
def test_shouting_sounds_like_advertising(end: str) -> None:
    assert told(draft(f"Your alert {{{{1}}}} is still open{end}")) == {("body", MARKETING)}
    assert lint([draft("Your alert {{1}} is still open!")]) == ()


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("Hello, good morning, how are you today?", "greets and says nothing"),
        ("We have an update for you, please reply.", "`we have an update`"),
    ],
)
def test_a_text_that_says_nothing_is_taken_for_marketing(body: str, what: str) -> None:
    (finding,) = lint([draft(body)])
    assert (finding.severity, what in finding.what) == (MARKETING, True)


def test_a_text_without_variables_should_show_what_it_is_about() -> None:
    assert told(draft("The sky is blue today.")) == {("body", ADVICE)}
    assert lint([draft("You asked for news of the outage.")]) == ()


def test_marketing_may_sound_like_marketing() -> None:
    assert lint([draft("A discount!! Buy {{1}} now, it is free.", category="MARKETING")]) == ()


def test_the_same_words_under_two_names_are_refused() -> None:
    twice = [draft(), draft(SOUND.upper().replace("{{1}}", "{{ 1 }}"), name="copy"), draft(language="de")]
    (finding,) = lint(twice)
    assert (finding.name, finding.language, finding.severity) == ("copy", "en", REFUSED)
    assert "ops" in finding.what
    assert lint([draft(), draft(footer="Other", name="copy")]) == ()


def test_only_advice_is_no_reason_to_stop() -> None:
    assert [one.grave for one in lint([draft("{{1}}"), draft("Buy your alert {{1}} today.")])] == [True] * 3
    assert [one.grave for one in lint([draft("The sky is blue today.")])] == [False]


def test_all_tables_speak_the_languages_of_the_pack() -> None:
    for table in (PROMOTIONAL, GREETINGS, VAGUE, REQUESTED):
        assert set(table) == {"en", "es", "pt", "de", "fr", "hi", "id", "zh"}
        assert all(words and len(set(words)) == len(words) for words in table.values())


@pytest.mark.parametrize("language", PROMOTIONAL)
def test_nothing_that_is_let_through_hides_a_promotional_word(language: str) -> None:
    assert [word for word in PROMOTIONAL[language] if not [*found_in(PROMOTIONAL, word, language)]] == []


@given(st.integers(min_value=1, max_value=12), st.integers(min_value=0, max_value=40))
def test_more_words_never_make_it_worse(count: int, words: int) -> None:
    def refused(number: int) -> bool:
        numbered = " and ".join(f"{{{{{place}}}}}" for place in range(1, count + 1))
        body = f"Alert {numbered}{' word' * number} ends."
        return any("too many" in one.what or "little more" in one.what for one in lint([draft(body)]))

    assert refused(words) or not refused(words + 1)
    assert not refused(WORDS_PER_VARIABLE * count + 1)


@given(st.text(max_size=80), st.text(max_size=40), st.text(max_size=20))
def test_lint_takes_any_text(body: str, header: str, footer: str) -> None:
    for finding in lint([draft(body, header=header, footer=footer)]):
        assert finding.what.endswith((".", "!")) or finding.what
        assert finding.fix
