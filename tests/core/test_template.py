"""Which language of a template is taken, how words are fitted in, and what never reaches the platform."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.builders import shape, wish
from wa_notify.core.cleaner import clean, cut, shorten
from wa_notify.core.errors import TemplateMisfit
from wa_notify.core.message import ButtonKind, ButtonParameter, Parameter, TemplateMessage
from wa_notify.core.template import (
    BODY_LIMIT,
    HEADER_LIMIT,
    UNFILLABLE,
    ButtonShape,
    TemplateShape,
    TemplateWish,
    choose,
    fill,
    variables,
)

BIDI_MARKS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
NASTY = f"\n\r\t\v\f\x00\x1b\x85\u00a0\u2028\u2029\u200b\u200d\ufeff\ud800 {BIDI_MARKS}"
LINK = ButtonShape(kind="URL", text="Open", target="https://ops.example.net/{{1}}")

foreign_texts = st.text(st.one_of(st.characters(), st.sampled_from(NASTY)), max_size=80)
# Signs of one, two and more code points; a reader sees each of them as one.
signs = st.sampled_from(
    ["a", "日", " ", "e\u0301", "❤\ufe0f", "👍\U0001f3fd", "👩\u200d💻", "👩\U0001f3fd\u200d💻"]
)


def filled(wished: TemplateWish, approved: TemplateShape) -> TemplateMessage:
    return fill(wished, approved, lambda label: f"payload of {label}")


def misfit(wished: TemplateWish, approved: TemplateShape) -> str:
    with pytest.raises(TemplateMisfit) as caught:
        filled(wished, approved)
    return str(caught.value)


def told_body(approved: TemplateShape, message: TemplateMessage) -> str:
    """The body as the platform would show it."""
    text = approved.body
    for name, parameter in zip(variables(approved.body), message.body, strict=True):
        text = text.replace("{{" + name + "}}", parameter.text)
    return text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ()),
        ("No blanks { } {1} here", ()),
        ("{{1}} on {{2}}", ("1", "2")),
        ("{{ what }} on {{where}}", ("what", "where")),
        ("{{1}}, again {{1}}", ("1",)),
        ("{{2}} before {{1}}", ("2", "1")),
    ],
)
def test_variables_are_named_in_order_of_first_appearance(text: str, found: tuple[str, ...]) -> None:
    assert variables(text) == found


@pytest.mark.parametrize(
    ("status", "sendable"),
    [
        ("APPROVED", True),
        ("FLAGGED", True),
        ("REINSTATED", True),
        ("PENDING", False),
        ("REJECTED", False),
        ("PAUSED", False),
        ("DISABLED", False),
        ("IN_APPEAL", False),
        ("PENDING_DELETION", False),
        ("DELETED", False),
        ("LIMIT_EXCEEDED", False),
        ("ARCHIVED", False),
        ("LOCKED", False),
        ("NEWER_THAN_THIS_CODE", False),
        ("", False),
    ],
)
def test_only_known_good_states_may_be_sent(status: str, *, sendable: bool) -> None:
    assert shape(status=status).sendable is sendable


@pytest.mark.parametrize(
    ("has", "wanted", "chosen"),
    [
        ("en de", "de", "de"),
        ("en de", "de_AT", "de"),
        ("de_DE de", "de_AT", "de"),
        ("de_CH de_DE", "de_AT", "de_CH"),
        ("en_US en_GB en", "en_GB", "en_GB"),
        ("en_US en_GB", "en", "en_GB"),
        ("pt_BR en", "pt_PT en", "pt_BR"),
        ("de en", "fr de", "de"),
        ("de en_US", "fr", "en_US"),
        ("en fr", "", "en"),
        ("de fr", "it", None),
        ("", "en", None),
        ("fil", "fi", None),
    ],
)
def test_the_language_that_suits_the_reader_best_is_taken(has: str, wanted: str, chosen: str | None) -> None:
    for order in (has.split(), reversed(has.split())):
        found = choose([shape(language=language) for language in order], wanted.split())
        assert (found.language if found else None) == chosen


def test_a_language_that_may_not_be_sent_is_passed_over() -> None:
    shapes = [shape(language="de", status="PAUSED"), shape(language="de_CH"), shape(language="en")]
    found = choose(shapes, ["de"])
    assert found is not None
    assert found.language == "de_CH"
    assert choose([shape(status="REJECTED")], ["en"]) is None


def test_positional_texts_fill_the_blanks_in_their_order() -> None:
    message = filled(
        wish(body=(("", "Disk"), ("", "db-7"))),
        shape(body="{{2}} before {{1}}", language="en_GB", buttons=()),
    )
    assert message == TemplateMessage(
        name="ops_alert",
        language="en_GB",
        body=(Parameter(text="Disk"), Parameter(text="db-7")),
        category="UTILITY",
    )


def test_named_texts_fill_the_blanks_by_name() -> None:
    message = filled(
        wish(body=(("where", "db-7"), ("what", "Disk"))), shape(body="{{what}} on {{where}}", buttons=())
    )
    assert message.body == (Parameter(name="where", text="db-7"), Parameter(name="what", text="Disk"))


@pytest.mark.parametrize(
    ("body", "given_names", "complaint"),
    [
        ("{{1}} on {{2}}", [""], "takes the body parameters 2 in order, and was given 1 in order."),
        ("{{1}}", ["", ""], "takes the body parameters 1 in order, and was given 2 in order."),
        ("Nothing", [""], "takes the body parameters 0 in order, and was given 1 in order."),
        ("{{1}}", ["what"], "takes the body parameters 1 in order, and was given what."),
        ("{{what}}", [""], "takes the body parameters what, and was given 1 in order."),
        ("{{what}}", [], "takes the body parameters what, and was given 0 in order."),
        ("{{what}}", ["where"], "takes the body parameters what, and was given where."),
        ("{{what}} {{where}}", ["what"], "takes the body parameters what, where, and was given what."),
        ("{{what}}", ["what", "what"], "takes the body parameters what, and was given what, what."),
        ("{{what}}", ["what", ""], "takes the body parameters what, and was given what, ."),
    ],
)
def test_other_parameters_than_those_of_the_template_are_refused(
    body: str, given_names: list[str], complaint: str
) -> None:
    wished = wish(body=tuple((name, "text") for name in given_names))
    assert misfit(wished, shape(body=body)) == f"Template ops_alert {complaint}"


def test_a_header_is_filled_like_the_body() -> None:
    positional = shape(header="Alert {{1}}", header_format="TEXT")
    named = shape(header="Alert {{what}}", header_format="TEXT")
    assert filled(wish(header="disk\nfull"), positional).header == Parameter(text="disk full")
    assert filled(wish(header="disk"), named).header == Parameter(name="what", text="disk")


@pytest.mark.parametrize("header", ["", "Alert"])
def test_a_header_without_a_blank_takes_nothing(header: str) -> None:
    fixed = shape(header=header, header_format="TEXT" if header else "")
    assert filled(wish(), fixed).header is None
    assert misfit(wish(header="disk"), fixed) == "Template ops_alert has no parameter in its header."


def test_a_header_with_a_blank_needs_a_text() -> None:
    approved = shape(header="Alert {{1}}", header_format="TEXT")
    assert misfit(wish(), approved) == "Template ops_alert needs a text for its header."


def test_a_header_with_a_file_is_refused_because_a_rule_has_only_words() -> None:
    approved = shape(header_format="IMAGE")
    assert misfit(wish(), approved) == "Template ops_alert needs image in its header."


@given(st.text(min_size=1))
def test_a_filled_header_never_outgrows_the_platform(text: str) -> None:
    header = filled(wish(header=text), shape(header="Alert {{1}}!", header_format="TEXT")).header
    assert header is not None
    assert 1 <= len(f"Alert {header.text}!") <= HEADER_LIMIT


@given(st.lists(st.integers(0, 2000), min_size=1, max_size=4), st.integers(0, 900))
def test_a_filled_body_never_outgrows_the_platform(lengths: list[int], fixed: int) -> None:
    blanks = "".join("{{" + str(number + 1) + "}}" for number in range(len(lengths)))
    approved = shape(body="x" * fixed + blanks)
    message = filled(wish(body=tuple(("", "y" * length) for length in lengths)), approved)
    assert len(told_body(approved, message)) <= BODY_LIMIT


def test_a_blank_that_stands_twice_counts_twice_against_the_limit() -> None:
    approved = shape(body="{{1}} and once more: {{1}}")
    message = filled(wish(body=(("", "y" * 2000),)), approved)
    assert len(told_body(approved, message)) <= BODY_LIMIT


def test_an_empty_text_is_replaced_because_the_platform_refuses_it() -> None:
    assert filled(wish(body=(("", " \n "),)), shape()).body == (Parameter(text="-"),)


@pytest.mark.parametrize("kind", sorted(UNFILLABLE))
def test_a_template_with_a_button_that_alerts_cannot_fill_is_refused_here_and_not_by_the_platform(
    kind: str,
) -> None:
    with pytest.raises(TemplateMisfit, match=kind):
        fill(wish(), shape(buttons=(ButtonShape(kind=kind, text="Copy"),)), str)


def test_buttons_carry_their_payload_and_their_link_at_their_place() -> None:
    buttons = (
        ButtonShape(kind="PHONE_NUMBER", text="Call"),
        ButtonShape(kind="QUICK_REPLY", text="Acknowledge"),
        ButtonShape(kind="URL", text="Home"),
        LINK,
        ButtonShape(kind="QUICK_REPLY", text="Details"),
    )
    assert filled(wish(url_suffix="alerts/12"), shape(buttons=buttons)).buttons == (
        ButtonParameter(index=1, kind=ButtonKind.QUICK_REPLY, text="payload of Acknowledge"),
        ButtonParameter(index=3, kind=ButtonKind.URL, text="alerts/12"),
        ButtonParameter(index=4, kind=ButtonKind.QUICK_REPLY, text="payload of Details"),
    )


def test_a_link_needs_its_ending() -> None:
    complaint = "Template ops_alert needs the end of the link of 'Open'."
    assert misfit(wish(), shape(buttons=(LINK,))) == complaint


def test_an_ending_needs_a_link() -> None:
    complaint = "Template ops_alert has no link that takes an ending."
    assert misfit(wish(url_suffix="12"), shape()) == complaint
    assert misfit(wish(url_suffix="12"), shape(buttons=())) == complaint


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("Disk full", "Disk full"),
        ("  Disk\r\n\tfull\u00a0 ", "Disk full"),
        ("Disk\u2028full", "Disk full"),
        ("Disk\x00\x1b full", "Disk full"),
        ("\u202efull\u202c Disk\ufeff", "full Disk"),
        ("Disk \ud83dfull", "Disk full"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("", "-"),
        (" \n\u200e\t", "-"),
        ("x" * 21, "x" * 19 + "…"),
        ("x" * 18 + " yy", "x" * 18 + "…"),
    ],
)
def test_a_text_becomes_one_clean_line(text: str, cleaned: str) -> None:
    assert clean(text, 20) == cleaned


@given(foreign_texts, st.integers(1, 60))
def test_a_clean_text_has_nothing_the_platform_refuses(text: str, limit: int) -> None:
    result = clean(text, limit)
    assert 1 <= len(result) <= limit
    assert result == result.strip()
    assert "  " not in result
    assert not any(char.isspace() and char != " " for char in result)
    assert not any(unicodedata.category(char) in ("Cc", "Cs") or char in BIDI_MARKS for char in result)


@given(foreign_texts, st.integers(1, 60))
def test_cleaning_twice_is_cleaning_once(text: str, limit: int) -> None:
    once = clean(text, limit)
    assert clean(once, limit) == once


def test_joiners_that_join_nothing_are_no_text() -> None:
    assert clean("\u200d", 20) == "-"


@given(st.lists(signs, max_size=12), st.integers(1, 20))
def test_a_cut_text_keeps_as_many_whole_signs_as_fit(text: list[str], limit: int) -> None:
    whole = "".join(text)
    fitting = ["".join(text[:count]) for count in range(len(text) + 1)]
    longest = max((start for start in fitting if len(start) < limit), key=len)
    assert cut(whole, limit) == (whole if len(whole) <= limit else longest.rstrip() + "…")


def test_a_flag_is_not_cut_in_two() -> None:
    assert cut("Site 🇬🇧 is down", 7) == "Site…"


def test_flags_in_a_row_are_cut_between_flags() -> None:
    assert cut("🇬🇧🇫🇷🇩🇪", 4) == "🇬🇧…"
    assert cut("🇬🇧🇫🇷🇩🇪", 5) == "🇬🇧🇫🇷…"


def test_marks_that_stack_or_enclose_stay_with_their_letter() -> None:
    cuts = {
        "devanagari": cut("बंद नीचे", 6),
        "thai": cut("ab ที่นี่", 5),
        "keycap": cut("No 1\ufe0f\u20e3 of 3", 6),
    }
    assert cuts == {"devanagari": "बंद…", "thai": "ab…", "keycap": "No…"}


@pytest.mark.parametrize("limit", [0, 1, 2, 3, 4])
def test_a_cut_text_is_never_longer_than_the_limit(limit: int) -> None:
    assert len(cut("abcd", limit)) <= limit


def test_a_sign_that_is_longer_than_the_limit_leaves_only_the_mark_of_the_cut() -> None:
    assert cut("👩\U0001f3fd\u200d💻!", 3) == "…"


lengths_and_budgets = st.lists(st.integers(1, 60), min_size=1, max_size=6).flatmap(
    lambda lengths: st.tuples(st.just(lengths), st.integers(len(lengths), 200))
)


@given(lengths_and_budgets)
def test_shortened_texts_fit_the_budget_and_the_longest_pay(case: tuple[list[int], int]) -> None:
    lengths, budget = case
    after = [len(text) for text in shorten(["x" * length for length in lengths], budget)]
    assert sum(after) == min(sum(lengths), budget)
    paid = [left for left, length in zip(after, lengths, strict=True) if left < length]
    unharmed = [left for left, length in zip(after, lengths, strict=True) if left == length]
    assert max(unharmed, default=0) <= min(paid, default=60) + 1
    assert max(paid, default=0) - min(paid, default=0) <= 1


@given(st.lists(st.lists(signs, min_size=1, max_size=20).map("".join), min_size=1, max_size=4))
def test_texts_of_composed_signs_fit_the_budget_too(texts: list[str]) -> None:
    shortened = shorten(texts, 10)
    assert sum(map(len, shortened)) <= 10
    assert all(shortened)


def test_every_text_keeps_at_least_one_character_even_without_a_budget() -> None:
    assert shorten(["abc", "d", "ef"], 0) == ["…", "d", "…"]


def test_what_fits_is_left_as_it_is() -> None:
    assert shorten(["abc", "d"], 4) == ["abc", "d"]
    assert shorten([], 0) == []
