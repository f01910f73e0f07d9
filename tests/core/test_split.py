"""Long text in parts: nothing is lost, every part fits, and it is parted where a reader would pause."""

import re

import regex
from hypothesis import given
from hypothesis import strategies as st

from wa_notify.core.split import split

MANY = 99
texts = st.lists(
    st.sampled_from(
        ["word ", "Sentence. ", "\n", "\n\n", "```", "`", "👩🏽‍💻", "e\u0301", "x" * 90, "日本。", "🇬🇧"]
    )
    | st.text(max_size=10),
    max_size=80,
).map("".join)


@given(texts, st.integers(100, 400))
def test_every_part_fits_and_says_which_it_is(text: str, limit: int) -> None:
    parts = split(text, limit, MANY)
    assert all(len(part) <= limit for part in parts)
    if len(text) <= limit:
        assert parts == (text,)
    else:
        assert [part.split("\n")[0] for part in parts] == [
            f"({n}/{len(parts)})" for n in range(1, len(parts) + 1)
        ]


@given(texts.filter(lambda text: "`" not in text), st.integers(100, 400))
def test_nothing_is_lost_and_no_sign_is_split(text: str, limit: int) -> None:
    parts = split(text, limit, MANY)
    bodies = [re.sub(r"\A\(\d+/\d+\)\n", "", part) for part in parts] if len(parts) > 1 else [text]
    assert "".join(bodies) == text
    ends = {0, *(sign.end() for sign in regex.finditer(r"\X", text))}
    place = 0
    for body in bodies:
        place += len(body)
        assert place in ends


@given(texts, st.integers(100, 400))
def test_every_block_of_code_begins_and_ends_in_its_part(text: str, limit: int) -> None:
    *parts, last = split(text, limit, MANY)
    assert all(part.count("```") % 2 == 0 for part in parts)
    assert last.count("```") % 2 == 0 or not parts


def test_a_block_is_closed_and_opened_again_and_loses_nothing() -> None:
    lines = "".join(f"line {number}\n" for number in range(60))
    parts = split(f"Log:\n```{lines}```\nEnd.", 200, MANY)
    assert all(part.count("```") == 2 for part in parts)
    bare = "".join(re.sub(r"\A\(\d+/\d+\)\n", "", part).replace("```", "") for part in parts)
    assert bare == f"Log:\n{lines}\nEnd."


def test_the_marks_of_a_block_stay_together() -> None:
    for length in range(80, 92):
        first, *_ = split("x" * length + "```" + "y" * 200 + "```", 100, MANY)
        assert "`" not in first.replace("```", "")


def test_a_row_of_marks_is_parted_somewhere() -> None:
    assert len(split("`" * 300, 100, MANY)) > 1


def test_it_is_parted_at_a_paragraph_else_a_line_a_sentence_a_word() -> None:
    def first_body(text: str) -> str:
        return split(text + "y" * 200, 114, MANY)[0].split("\n", 1)[1]

    assert first_body("a" * 60 + "\n\nb\nc. d ") == "a" * 60 + "\n\n"
    assert first_body("a" * 60 + "\nc. d ") == "a" * 60 + "\n"
    assert first_body("a" * 60 + ". d ") == "a" * 60 + ". "
    assert first_body("a" * 60 + " ") == "a" * 60 + " "
    assert first_body("a" * 20 + "\n\n") == "a" * 20 + "\n\n" + "y" * 78


def test_what_does_not_fit_into_the_parts_is_counted() -> None:
    text = "word " * 400
    parts = split(text, 200, 3)
    assert len(parts) == 3
    shown = sum(len(part.split("\n")[1]) for part in parts)
    assert parts[-1].endswith(f"\n… {len(text) - shown:,} characters more")
    (only,) = split(text, 200, 1)
    assert only.startswith("word word")
    assert only.endswith("characters more")
