"""Chat text as markup: what the marks mean, and that foreign text never becomes markup."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wa_notify.core.markup import literal
from wa_notify.web.admin.formatting import formatted, linked

KNOWN = {"p", "strong", "em", "s", "code", "pre", "ul", "ol", "li", "blockquote", "br", "a", "span"}
ALPHABET = st.sampled_from(
    [*"*_~`<>&\"'-1. \n{}ab", "```", "https://", "{{1}}", "javascript:", "\u202e", "🔥"]
)
TEXTS = st.lists(ALPHABET, max_size=60).map("".join)


class Seen(HTMLParser):
    """The tags, attributes and letters of a piece of markup."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: dict[str, list[str]] = {}
        self.text = ""
        self.open: list[str] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag != "br":
            self.open.append(tag)
        for name, value in attrs:
            self.attributes.setdefault(name, []).append(value or "")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("plain", "<p>plain</p>"),
        ("*bold* and _it_ and ~gone~", "<p><strong>bold</strong> and <em>it</em> and <s>gone</s></p>"),
        ("*_both_*", "<p><strong><em>both</em></strong></p>"),
        ("db_7_x 3*4*5 * a *", "<p>db_7_x 3*4*5 * a *</p>"),
        ("`a*b*`", "<p><code>a*b*</code></p>"),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("3. c\n4. d", '<ol start="3"><li>c</li><li>d</li></ol>'),
        ("> q\n> r", "<blockquote>q<br>r</blockquote>"),
        ("a\n```\nx < *y*\n```\nb", "<p>a</p><pre>x &lt; *y*</pre><p>b</p>"),
        ("", ""),
        ("a\n\nb", "<p>a</p><p></p><p>b</p>"),
        ("{{ 1 }}!", '<p><span class="blank" data-blank="1">{{ 1 }}</span>!</p>'),
        ("**", "<p>**</p>"),
        ("*open", "<p>*open</p>"),
    ],
)
def test_marks_are_drawn(text: str, markup: str) -> None:
    assert formatted(text) == markup


def test_a_link_ends_before_the_sentence_does() -> None:
    assert '<a href="https://a.example/x_y" ' in formatted("see https://a.example/x_y.")
    assert "<a" not in formatted("xhttps://a.example javascript:alert(1)")
    assert "<strong>" not in linked("*x* https://a.example")


@given(text=TEXTS)
def test_whatever_is_written_stays_text(text: str) -> None:
    for drawn in (formatted(text), linked(text)):
        seen = Seen(drawn)
        assert set(seen.tags) <= KNOWN
        assert seen.open == []
        assert {*seen.attributes} <= {"href", "rel", "target", "class", "data-blank", "start"}
        assert all(href.startswith(("http://", "https://")) for href in seen.attributes.get("href", ()))


@given(text=TEXTS.filter(lambda text: "`" not in text and "{" not in text))
def test_what_the_house_makes_literal_is_shown_as_it_was(text: str) -> None:
    drawn = Seen(formatted(literal(text)))
    assert not {"strong", "em", "s", "blockquote"} & set(drawn.tags)
