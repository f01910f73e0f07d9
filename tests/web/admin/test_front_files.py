"""What the admin page is made of: plain files from here, nothing inline, every text translatable."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from jinja2 import Environment, StrictUndefined, UndefinedError
from markupsafe import Markup

from tests.web.admin.gallery import HOSTILE, NOW, Gallery, frame, shown
from wa_notify.core.reason import SENTENCES
from wa_notify.sandbox.site import PAGE
from wa_notify.web.admin.rendering import (
    ASSETS,
    STATIC,
    TEMPLATES,
    attributes,
    environment,
    section,
    slug,
    static,
)

MARKUP_FROM_TEXT = re.compile(
    r"(inner|outer)HTML|insertAdjacentHTML|document\.write|\beval\b|new Function|setAttribute\(.sty|\.style\b"
)
FORBIDDEN = re.compile(
    r"""\sstyle\s*=|\son[a-z]+\s*=|javascript:|<style|<script(?![^>]*\bsrc=)""", re.IGNORECASE
)
SEEN = ("aria-label", "title", "placeholder", "alt", "label")
UNSEEN = {"script", "style", "code", "kbd", "svg"}
NAMES = {"wa_notify", "openapi.json"}  # names are the same in every language
LETTERS = re.compile(r"[A-Za-z]{2,}")
DATES = re.compile(r"\w{3}, \d+ \w{3} 2026(?:, [\d:]+ \w+)?|\d+ \w{3} [\d:]+ CET")
EVERY_TEMPLATE = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))


def colours(sheet: str) -> list[dict[str, str]]:
    """The custom properties of each block of a style sheet that has any."""
    blocks = (re.findall(r"--([\w-]+): ([^;]+);", block) for block in re.findall(r"\{([^{}]*)\}", sheet))
    return [dict(block) for block in blocks if block]


class Visible(HTMLParser):
    """The texts that people see or hear."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self._inside: list[str] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in UNSEEN:
            self._inside.append(tag)
        self.texts += [value for name, value in attrs if value and name in SEEN]

    def handle_endtag(self, tag: str) -> None:
        if self._inside and tag == self._inside[-1]:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if not self._inside and data.strip():
            self.texts.append(data.strip())


def literal(name: str) -> str:
    """What a template says by itself: everything but what Jinja puts in."""
    source = (TEMPLATES / name).read_text(encoding="utf-8")
    return "".join(text for _, kind, text in environment().lex(source) if kind == "data")


@pytest.mark.parametrize("name", sorted(ASSETS))
def test_each_file_is_plain_short_and_from_here(name: str) -> None:
    text = ASSETS[name].content.decode().replace("http://www.w3.org/", "")
    assert "http" not in text
    assert "//cdn" not in text
    assert "@import" not in text
    assert MARKUP_FROM_TEXT.search(text) is None
    assert len(text.splitlines()) < 400


def test_every_file_that_is_named_is_there_and_every_file_is_used() -> None:
    base = (TEMPLATES / "base.html").read_text(encoding="utf-8")
    named = set(re.findall(r'"([\w-]+\.(?:css|js|svg))"', base))
    for path in STATIC.glob("*.js"):
        named |= set(re.findall(r'from "\./([\w.-]+)"', path.read_text(encoding="utf-8")))
    assert named == set(ASSETS) == {path.name for path in STATIC.iterdir()}


def test_a_file_has_an_address_with_a_hash_and_others_have_none() -> None:
    assert re.fullmatch(r"/admin/static/[0-9a-f]{12}/admin\.css", static("admin.css"))
    for name in ("../rendering.py", "nothing.css", ""):
        with pytest.raises(KeyError):
            static(name)


def test_the_colours_are_those_of_the_sandbox() -> None:
    ours = colours(ASSETS["admin.css"].content.decode())
    theirs = colours((PAGE / "sandbox.css").read_text(encoding="utf-8"))
    assert len(ours) == len(theirs) == 3, "light, dark by choice, dark by the system"
    for mine, other in zip(ours, theirs, strict=True):
        assert {name: mine.get(name) for name in other} == other
    assert ours[1] == ours[2]


@pytest.mark.parametrize("name", EVERY_TEMPLATE)
def test_no_template_has_inline_style_or_script(name: str) -> None:
    assert FORBIDDEN.findall(literal(name)) == []
    assert re.findall(r"\|\s*safe\b", (TEMPLATES / name).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("name", EVERY_TEMPLATE)
def test_every_text_of_a_template_can_be_translated(name: str) -> None:
    text = re.sub(r"<(script|code|kbd|svg)\b[^>]*>.*?</\1>", "", literal(name), flags=re.DOTALL)
    told = [value for _, value in re.findall(rf'\b({"|".join(SEEN)})="([^"]*)"', text)]
    told += re.sub(r'[\w-]+="[^"]*"', "", re.sub(r"<[^<>]*>", "\n", text)).split("\n")
    assert [
        words for words in map(str.strip, told) if LETTERS.search(words) and words.strip("· ") not in NAMES
    ] == []


def translated(text: str, *more: object) -> str:
    return f"⟦{more[0] if more and more[-1] != 1 else text}⟧"


def letters(text: str) -> str:
    """What remains of a text when its marks and spaces are left out."""
    return re.sub(r"[^A-Za-z]+", "", text)


def words_of(data: Any) -> Iterator[str]:
    """Every text in made-up data."""
    match data:
        case str():
            yield data
        case dict():
            for value in data.values():
                yield from words_of(value)
        case list() | tuple() | set() | frozenset():
            for value in data:
                yield from words_of(value)
        case _ if hasattr(data, "__slots__"):
            for name in data.__slots__:
                yield from words_of(getattr(data, name))
        case _:
            yield str(data)


def test_everything_that_people_see_goes_through_the_translation() -> None:
    gallery = Gallery()
    install: Any = gallery.jinja.install_gettext_callables  # type: ignore[attr-defined]  # of the extension
    install(translated, lambda one, many, n: translated(one if n == 1 else many), newstyle=True)
    told = Visible(gallery.drawn()).texts
    known = letters(
        " ".join(words_of([frame("/admin/gallery"), shown(), gallery.rows, [*SENTENCES.values()]]))
    )
    left = []
    for text in told:
        rest = text
        while (shorter := re.sub(r"⟦[^⟦⟧]*⟧", "", rest)) != rest:
            rest = shorter
        rest = DATES.sub("", rest)
        if LETTERS.search(rest) and letters(rest) not in known and rest.strip() not in NAMES:
            left.append(text)
    assert left == []
    assert sum("⟦" in text for text in told) > 150


def test_hostile_text_stays_text() -> None:
    drawn = Gallery().drawn()
    assert "<script>alert" not in drawn
    assert "<img src=x" not in drawn
    assert "<svg onload" not in drawn
    assert drawn.count("&lt;script&gt;alert(1)&lt;/script&gt;") > 5
    assert str(Markup.escape(HOSTILE[3])) in drawn


def bare(**more: Any) -> dict[str, Any]:
    return {**frame("/admin/x"), "nav": [], "flashes": [], "caller": None, **more}


def rendered(jinja: Environment, source: str, **data: Any) -> str:
    return jinja.from_string('{% import "parts/ui.html" as ui with context %}' + source).render(
        **bare(**data)
    )


def test_the_page_to_log_in_has_no_navigation_and_listens_to_nothing() -> None:
    drawn = rendered(environment(), '{% extends "base.html" %}{% block title %}In{% endblock %}')
    assert "<nav" not in drawn
    assert "data-listens" not in drawn
    assert 'class="menu"' not in drawn


def test_a_view_may_be_still() -> None:
    source = '{% extends "base.html" %}{% set live = false %}{% block title %}x{% endblock %}'
    lively = (
        environment().from_string(source.replace("{% set live = false %}", "")).render(**frame("/admin/"))
    )
    still = environment().from_string(source).render(**frame("/admin/"))
    assert "data-listens" in lively
    assert "data-listens" not in still
    assert 'id="live"' not in still


def test_what_is_missing_is_an_error_and_not_a_hole() -> None:
    with pytest.raises(UndefinedError):
        rendered(environment(), "{{ nobody }}")
    assert environment().undefined is StrictUndefined


def test_a_deed_carries_what_it_needs() -> None:
    drawn = rendered(environment(), '{{ ui.deed("acknowledge", "Ack", {"ticket": 7}, key="a") }}')
    assert '<form method="post" action="/admin/do/acknowledge" class="deed" data-deed>' in drawn
    assert '<input type="hidden" name="csrf" value="mark-of-the-form">' in drawn
    assert '<input type="hidden" name="back" value="/admin/x">' in drawn
    assert '<input type="hidden" name="ticket" value="7">' in drawn
    assert 'data-key-press="a"' in drawn


def test_a_deed_that_destroys_asks_once_more() -> None:
    ask = '{"title": "Erase?", "text": "For good.", "verb": "Erase"}'
    drawn = rendered(environment(), '{{ ui.deed("erase", "Erase", {"id": "ada"}, confirm=' + ask + ") }}")
    opener, form = drawn.split("<form", 1)
    assert 'type="button" popovertarget="ask-' in opener
    assert '<button class="grave main">Erase</button>' in form


def test_the_numbers_of_people_are_masked_whatever_is_handed_in() -> None:
    drawn = rendered(environment(), '{{ ui.person("Ada", "+447700900123") }}')
    assert "+44 •••• 0123" in drawn
    assert "900123" not in drawn


def test_the_meter_hatches_the_reserve() -> None:
    drawn = rendered(
        environment(), "{{ ui.meter(148, 25, 250) }}|{{ ui.meter(1, 0, none) }}|{{ ui.meter(240, 25, 250) }}"
    )
    first, second, third = drawn.split("|")
    assert '<rect class="reserve" x="90.0%" y="0" width="10.0%"' in first
    assert '<rect class="used" x="0" y="0" width="59.2%"' in first
    assert second == ""
    assert 'data-colour="amber"' in third


def test_a_ring_is_as_full_as_its_window() -> None:
    drawn = Gallery().drawn()
    assert 'stroke-dasharray="79.17 20.83"' in drawn, "19 of 24 hours are left"
    assert "Window closing, 20 min left" in drawn
    assert "Window closed 3 h ago. A template goes out instead." in drawn
    assert "Never wrote. Only templates get through." in drawn


def test_no_attribute_carries_script_or_style() -> None:
    assert attributes({"a": 1, "b": None, "c": False, "d": True, "e": '"<'}) == ' a="1" d e="&#34;&lt;"'
    for name in ("onclick", "style", "x y", "x>", ""):
        with pytest.raises(ValueError, match="no attribute"):
            attributes({name: "1"})


def test_a_field_tells_its_error_beside_itself() -> None:
    drawn = rendered(
        environment(), '{{ ui.field("name", "Name", error="Taken.", hint="Short.", required=true) }}'
    )
    assert 'aria-describedby="field-name-hint field-name-error" aria-invalid="true" required' in drawn
    assert '<p class="error" id="field-name-error">Taken.</p>' in drawn


def test_the_timeline_names_each_day_and_minute_once() -> None:
    drawn = Gallery().drawn()
    story = drawn[drawn.index('<ol class="timeline">') :]
    assert story.count("data-day hidden") == 6
    assert story.count('class="same"') == 1
    assert "Not taken: free-form text" in story


@pytest.mark.parametrize(
    ("url", "letter"),
    [("/admin/", "o"), ("/admin/tickets/41?x=1", "t"), ("/admin/recipients", "r"), ("/admin/what", "")],
)
def test_views_have_letters(url: str, letter: str) -> None:
    assert section(url)[1] == letter


def test_different_texts_have_different_ids() -> None:
    assert slug("ada") == "ada"
    assert slug("Ada/1") != slug("ada 1")
    assert re.fullmatch(r"[a-z0-9-]+", slug(HOSTILE[0]))


def test_the_clock_of_the_page_is_the_servers() -> None:
    assert f'<meta name="now" content="{NOW.isoformat()}">' in Gallery().drawn()
